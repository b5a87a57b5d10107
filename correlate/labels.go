package correlate

import (
	"slices"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
)

// A Label is what a frame bears of an exchange.
type Label struct {
	Number          uint64 // of the exchange, among its flow's
	TraceID, SpanID string // of its trace; "": it has none

	known bool // TraceID and SpanID are
	over  bool
	end   int64 // clock when it was over
}

// A Bearer is a frame of a flow that may bear labels. One with payload bears those of
// the exchanges that its bytes belong to; one without, that of the exchange in force:
// the last that the client had begun when it was sent.
type Bearer struct {
	From       flow.Direction
	Start, End uint64 // its payload, in its stream; equal: it has none, and stands there
	Ack        uint64 // what it acknowledges, in the other stream
	AckKnown   bool
	Placeless  bool      // Start means nothing: a reset's, or what stands in no window
	Next       [2]uint64 // what was handed on of both streams when it came

	Frame  uint64
	Clock  int64
	Weight int64 // what all frames before it weigh
	Told   bool  // that it waits
}

// labels has which exchange is in force at each offset of both directions.
type labels struct {
	index flowlock.Index[*Label]
	marks [2][]mark // what index has, in order
	news  uint64    // grows when something is known that was not
}

// A mark is where an exchange's bytes begin.
type mark struct {
	offset uint64
	clock  int64 // when it was made
	label  *Label
}

// mostMarks is how many a direction keeps of what was said longer ago than the grace: where streams of HTTP/2
// stay open for hours, none of them is over.
const mostMarks = 4096

// costMark is what a mark is charged beside its entry in the index: itself and its label.
const costMark = 192

func newLabels() *labels { return &labels{} }

func (l *labels) memory() int64 {
	return costMark*int64(len(l.marks[0])+len(l.marks[1])) + l.index.Charge()
}

// mark says that from an offset on a direction's bytes belong to an exchange.
func (d *dialogue) mark(from flow.Direction, offset uint64, of *Label) {
	l := d.labels
	if l == nil {
		return
	}
	marks := l.marks[from]
	if n := len(marks); n > 0 && (marks[n-1].label == of || marks[n-1].offset >= offset) {
		return
	}
	for len(marks) > 1 && d.gone(marks) {
		l.index.Drop(0, from, marks[1].offset)
		marks = marks[1:]
	}
	l.marks[from] = append(marks, mark{offset, d.by.clock, of})
	l.index.Put(0, from, offset, of)
	l.news++
}

// gone says whether the first of some marks is needed no longer: its exchange has long been
// over, or there are many and the next is old.
func (d *dialogue) gone(marks []mark) bool {
	first, since := marks[0].label, d.by.clock-int64(d.by.config.Grace)
	return first.over && first.end < since || len(marks) > mostMarks && marks[1].clock < since
}

// known says that all is known that an exchange's label needs.
func (d *dialogue) known(e *pending) {
	if e.label == nil || e.label.known {
		return
	}
	e.label.known = true
	if len(e.Trace) > 0 {
		e.label.TraceID, e.label.SpanID = e.Trace[0].TraceID, e.Trace[0].SpanID
	}
	d.labels.news++
}

// Label adds to a list the labels that a frame bears, and says whether they are
// known. If not, the conversation keeps the frame until Settle tells.
func (k *Correlator) Label(c *Conversation, b *Bearer, list []*Label) (_ []*Label, known bool) {
	read := c.read(&b.Next)
	list, lack := c.bears(b, &read, list, false)
	if lack.nothing {
		return list, true
	}
	if c.waiting == nil {
		c.waiting = &waiting{need: nothingNeeded}
	}
	c.waiting.add(b, lack)
	return list, false
}

// A lack is what has to be known before the labels of a frame are: bytes of a
// direction up to an offset, or else more of an exchange.
type lack struct {
	nothing bool
	of      flow.Direction
	until   uint64 // 0: more of an exchange
}

var known = lack{nothing: true}

// read returns up to where both streams have been read, where so much was handed on.
func (c *Conversation) read(next *[2]uint64) (read [2]uint64) {
	read = *next
	if c.d == nil {
		return read
	}
	for i := range read {
		if s := &c.d.sides[i]; len(s.stash) > 0 {
			read[i] = min(read[i], s.stash[0].start)
		}
		read[i] -= min(read[i], c.d.unread(flow.Direction(i)))
	}
	return read
}

// bears adds to a list what a frame bears, where so much of both streams has been
// read, and says what lacks. With all, it adds what there is.
func (c *Conversation) bears(b *Bearer, read *[2]uint64, list []*Label, all bool) ([]*Label, lack) {
	d := c.d
	if d == nil || d.labels == nil {
		return list, c.undecided(b, read)
	}
	if b.Start < b.End {
		return d.labels.of(b.From, b.Start, b.End, read, list, all)
	}
	at := b.Start
	switch {
	case b.From != d.client && b.AckKnown:
		at = b.Ack
	case b.From != d.client || b.Placeless:
		at = read[d.client]
	}
	if at == 0 {
		return list, known
	}
	return d.labels.of(d.client, at-1, at, read, list, all)
}

// undecided says what lacks before it is known whether a frame is part of HTTP at all.
func (c *Conversation) undecided(b *Bearer, read *[2]uint64) lack {
	switch {
	case b.Start < b.End:
		if b.End > read[b.From] && (c.d != nil || c.looked[b.From] < mostLooked) {
			return lack{of: b.From, until: b.End}
		}
	case c.d != nil: // it may follow what has begun
		for i := range read {
			if b.Next[i] > read[i] {
				return lack{of: flow.Direction(i), until: b.Next[i]}
			}
		}
	}
	return known
}

// of adds to a list the labels of a direction's bytes, if these have been read and the labels are known.
func (l *labels) of(from flow.Direction, start, end uint64, read *[2]uint64, list []*Label, all bool) ([]*Label, lack) {
	if end > read[from] {
		if !all {
			return list, lack{of: from, until: end}
		}
		end = read[from]
	}
	n, whole := len(list), true
	l.index.Between(0, from, start, end, func(_ uint64, of *Label) bool {
		whole = whole && of.known
		if slices.Contains(list[n:], of) {
			return true
		}
		list = append(list, of)
		return true
	})
	if !whole && !all {
		return list[:n], lack{}
	}
	return list, known
}
