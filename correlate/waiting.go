package correlate

import "math"

// waiting are frames whose labels are not known yet, in about their order. What an
// exchange's head tells is asked for often, where much is said; so those that wait
// for bytes, which may be many behind a hole, are not looked at then.
type waiting struct {
	forBytes []Bearer
	forMore  []Bearer  // of an exchange
	need     [2]uint64 // up to where a direction has to be read for the first of those that wait for bytes
	news     uint64    // as of when they were looked at last
}

var nothingNeeded = [2]uint64{math.MaxUint64, math.MaxUint64}

const costBearer = 192

func (w *waiting) memory() int64 {
	if w == nil {
		return 0
	}
	return costBearer * int64(len(w.forBytes)+len(w.forMore))
}

// add takes a frame, and what it lacks.
func (w *waiting) add(b *Bearer, l lack) {
	if l.until == 0 {
		w.forMore = append(w.forMore, *b)
		return
	}
	w.need[l.of] = min(w.need[l.of], l.until)
	w.forBytes = append(w.forBytes, *b)
}

// Waiting tells each frame whose labels are not known yet, once.
func (c *Conversation) Waiting(tell func(frame uint64)) {
	if c.waiting == nil {
		return
	}
	for _, list := range [][]Bearer{c.waiting.forBytes, c.waiting.forMore} {
		for i := range list {
			if b := &list[i]; !b.Told {
				b.Told = true
				tell(b.Frame)
			}
		}
	}
}

// Settle tells the frames that waited and whose labels are known now that so much was handed on of
// both streams, and those that have waited for too long. With last, it tells all.
func (k *Correlator) Settle(c *Conversation, next [2]uint64, late func(*Bearer) bool, last bool, tell func(b *Bearer, list []*Label)) {
	w := c.waiting
	if w == nil {
		return
	}
	for _, list := range []*[]Bearer{&w.forBytes, &w.forMore} {
		for len(*list) > 0 && late(&(*list)[0]) {
			tell(&(*list)[0], nil)
			*list = (*list)[1:]
		}
	}
	read := c.read(&next)
	known, begun := w.moved(c)
	again := func(list []Bearer) {
		for i := range list {
			b := list[i] // its place may be taken by one before it
			labels, lack := c.bears(&b, &read, k.labels[:0], last)
			k.labels = labels
			if lack.nothing || last {
				tell(&b, labels)
			} else {
				w.add(&b, lack)
			}
		}
	}
	if more := w.forMore; known || last {
		w.forMore = more[:0]
		again(more)
	}
	if bytes := w.forBytes; begun || last || read[0] >= w.need[0] || read[1] >= w.need[1] {
		w.forBytes, w.need = bytes[:0], nothingNeeded
		again(bytes)
	}
	if len(w.forBytes)+len(w.forMore) == 0 {
		c.waiting = nil
	}
}

// moved says whether anything is known that was not when the frames were looked at
// last, and whether it is so now that the conversation is HTTP.
func (w *waiting) moved(c *Conversation) (known, begun bool) {
	news := uint64(0)
	if c.d != nil && c.d.labels != nil {
		news = c.d.labels.news + 1
	}
	known, begun = news != w.news, news == 0 != (w.news == 0)
	w.news = news
	return known, begun
}
