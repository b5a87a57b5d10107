package correlate

import "github.com/pcappipe/pcappipe/correlate/http2"

// A pending is an exchange that is not over.
type pending struct {
	Exchange
	label    *Label
	begin    uint64 // HTTP/1: offset of the request's first byte
	heard    uint64 // HTTP/1: what its sender had taken of the server's stream
	asked    bool   // the request is over
	answered bool   // the response is over
	over     bool   // it was told
	charged  int64
	begins   int64              // HTTP/2: time of the first byte of the response's head; 0: none yet
	messages *[2]http2.Messages // of gRPC: the request's, the response's

	before, after *pending // in the queue
	queued        bool
}

// A queue is exchanges in the order of their numbers. Any of them can leave at once: a
// million of them can be pending on one connection.
type queue struct{ first, last *pending }

func (q *queue) add(e *pending) {
	e.before, e.queued = q.last, true
	if q.last == nil {
		q.first = e
	} else {
		q.last.after = e
	}
	q.last = e
}

// drop takes an exchange out, if it is there.
func (q *queue) drop(e *pending) {
	if !e.queued {
		return
	}
	if e.before == nil {
		q.first = e.after
	} else {
		e.before.after = e.after
	}
	if e.after == nil {
		q.last = e.before
	} else {
		e.after.before = e.before
	}
	e.before, e.after, e.queued = nil, nil, false
}

// ask begins an exchange.
func (d *dialogue) ask() *pending {
	d.number++
	e := &pending{}
	e.Number, e.Client = d.number, d.client
	e.Start, e.Timed = d.now.nanos, d.now.bytes != nil && d.now.nanos != Timeless
	e.Last = e.Start
	if d.labels != nil {
		e.label = &Label{Number: e.Number}
	}
	e.charged = costPending
	d.charge += costPending
	d.pending.add(e)
	return e
}

// spend charges an exchange for what it keeps.
func (d *dialogue) spend(e *pending, bytes int) {
	e.charged += int64(bytes)
	d.charge += int64(bytes)
}

// maxFrames is how many frames of a message are listed.
const maxFrames = 1024

// bytes adds a run of bytes of the piece that is being read to a message.
func (d *dialogue) bytes(e *pending, m *Message, start, end uint64) {
	m.Size += end - start
	if d.now.bytes == nil {
		return
	}
	e.Last = max(e.Last, d.now.nanos)
	if d.now.frames == nil {
		d.frame(e, m, d.now.frame)
	}
	for _, number := range d.now.frames {
		d.frame(e, m, number)
	}
}

func (d *dialogue) frame(e *pending, m *Message, number uint64) {
	n := len(m.Frames)
	if n > 0 && m.Frames[n-1] == number {
		return
	}
	if n == maxFrames {
		m.FramesTruncated = true
		return
	}
	if n == cap(m.Frames) {
		grown := make([]uint64, n, max(2, 2*n))
		copy(grown, m.Frames)
		d.spend(e, 8*(cap(grown)-n))
		m.Frames = grown
	}
	m.Frames = append(m.Frames, number)
}

// end ends an exchange that has not all of its response.
func (d *dialogue) end(e *pending, reason string, outcome Outcome) {
	if e.Status == 0 {
		e.Outcome, e.EndReason = outcome, reason
		if outcome == Aborted && d.held() {
			e.Outcome = Timeout
		}
	} else if !e.Response.Complete {
		e.EndReason = reason
	}
	d.finish(e)
}

// held says whether what is pending was held for as long as it may: its client has long
// said all, and its server could have answered still.
func (d *dialogue) held() bool {
	return d.terminated && !d.cut && !d.sides[d.client^1].finished && d.by.clock-d.closing > int64(d.by.config.Hold)
}

// finish tells an exchange that is over.
func (d *dialogue) finish(e *pending) {
	if e.over {
		return
	}
	e.over = true
	d.pending.drop(e)
	if e.Multiplexed {
		delete(d.streams, e.StreamID)
	}
	if d.asking == e {
		d.asking = nil
	}
	if d.telling == e {
		d.telling = nil
	}
	if d.awaits == e {
		d.awaits = nil
	}
	if e.label != nil {
		e.label.end, e.label.over = d.by.clock, true
	}
	if !e.Response.Complete && e.EndReason == "" {
		e.EndReason = d.reason
	}
	if e.messages != nil {
		e.RPC.RequestMessages, e.RPC.ResponseMessages = e.messages[0].Count(), e.messages[1].Count()
		e.RPC.MessagesTruncated = e.messages[0].Lost() || e.messages[1].Lost()
	}
	d.charge -= e.charged
	d.by.to.Exchange(&e.Exchange)
}

// expire ends what the connection's end has left pending for too long when the piece came
// that is being read: it may have waited since. It looks at each exchange once.
func (d *dialogue) expire() {
	if !d.terminated || d.now.clock-d.closing <= int64(d.by.config.Hold) {
		return
	}
	e := d.pending.last
	for e != nil && e.before != nil && e.before.Number > d.expired {
		e = e.before
	}
	for from := d.expired; e != nil; {
		next := e.after
		if e.Number > from && e.Status == 0 {
			d.end(e, "", Timeout)
		}
		e = next
	}
	d.expired = d.number
}
