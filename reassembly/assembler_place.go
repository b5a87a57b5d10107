package reassembly

import "github.com/pcappipe/pcappipe/flow"

// place sorts a segment's payload, which stands at an offset, into what comes
// late, what is next, what has to wait, and what is no part of the stream.
func (a *Assembler) place(c *Connection, from flow.Direction, s *Segment, off int64, to Consumer) {
	d, peer := &c.streams[from], &c.streams[from^1]
	d.seen += uint64(s.Length)
	if more := uint64(s.Length) - uint64(len(s.Payload)); more > 0 {
		d.noted(c).cut += more
	}
	if d.isProbe(s, off) {
		d.duplicate += uint64(len(s.Payload))
		return
	}
	d.confirm(off)
	n := arrival{from: off, to: off + int64(s.Length), frame: s.Frame, nanos: s.Nanos, frames: s.Frames}
	n.ack, n.ackKnown = s.ack(peer)
	late := a.clip(c, d, s, &n)
	if len(n.bytes) > 0 {
		n.view = n.start == d.next
		a.holding(c, d)
		a.take(c, d, &n)
	}
	end := d.within(n.to)
	repeats, fresh := late+n.overlapped > 0, n.overlapped < uint64(len(n.bytes)) || end > d.high
	switch {
	case n.fills:
		d.reordered++
	case repeats && !fresh:
		d.retransmitted++
	}
	if cut := max(off+int64(len(s.Payload)), int64(d.next)); cut < int64(end) {
		a.holding(c, d)
		a.takeCut(c, d, uint64(cut), end)
	}
	if off < int64(end) {
		d.high = max(d.high, end)
	}
	a.advance(c, from, 0, to)
}

// confirm believes an acknowledgement from far ahead if a segment stands near it.
func (d *stream) confirm(off int64) {
	if d.notes == nil || d.notes.far == 0 || off < int64(d.limit()) {
		return
	}
	if far := int64(d.notes.far); max(off-far, far-off) <= farthest {
		d.acked, d.notes.far = uint64(far), 0
	}
}

// isProbe says whether a segment is a keep-alive, or repeats a probe of a zero
// window (RFC 9293, 3.8.4, 3.8.6.1): at most one byte, the last that was
// handed on, whose value means nothing. What was passed as a gap was not sent before.
func (d *stream) isProbe(s *Segment, off int64) bool {
	if s.Length > 1 || s.Flags&control != 0 || off+1 != int64(d.next) {
		return false
	}
	return off < 0 || d.gapAfter(uint64(off)).Start > uint64(off)
}

// within returns the offset, or the first beyond what belongs to the stream.
func (d *stream) within(off int64) uint64 {
	limit := d.limit()
	if d.marks&closed != 0 {
		limit = min(limit, d.end)
	}
	return min(uint64(max(off, 0)), limit)
}

// clip leaves to an arrival what of the segment's payload may be taken, and
// counts the rest. It returns how many of its bytes were handed on before.
func (a *Assembler) clip(c *Connection, d *stream, s *Segment, n *arrival) (late uint64) {
	b, off := s.Payload, n.from
	if off < 0 {
		before := min(uint64(-off), uint64(len(b)))
		if before > 0 {
			d.noted(c).outOfWindow += before
		}
		b, off = b[before:], off+int64(before)
	}
	if len(b) == 0 {
		return 0
	}
	start := uint64(off)
	if end := start + uint64(len(b)); d.marks&closed != 0 && end > d.end {
		beyond := end - max(d.end, start)
		d.noted(c).afterClose += beyond
		b = b[:uint64(len(b))-beyond]
	}
	if end, limit := start+uint64(len(b)), d.limit(); end > limit {
		beyond := end - max(limit, start)
		d.noted(c).outOfWindow += beyond
		b = b[:uint64(len(b))-beyond]
	}
	if start < d.next {
		k := min(uint64(len(b)), d.next-start)
		late = a.repeated(c, d, start, b[:k], s.Frame)
		b, start = b[k:], start+k
	}
	n.start, n.bytes = start, b
	return late
}

// repeated counts bytes before the next one: handed on before, and compared with
// those as far as they are kept, or passed as a gap. It returns how many there are of the first kind.
func (a *Assembler) repeated(c *Connection, d *stream, start uint64, b []byte, frame uint64) (late uint64) {
	for len(b) > 0 {
		end := start + uint64(len(b))
		g := d.gapAfter(start)
		stop := min(end, max(g.Start, start))
		late += stop - start
		a.compareRecent(c, d, start, b[:stop-start], frame)
		b, start = b[stop-start:], stop
		if stop = min(end, g.End); stop > start && start >= g.Start {
			d.noted(c).outOfWindow += stop - start
			b, start = b[stop-start:], stop
		}
	}
	return late
}

// compareRecent counts bytes that were handed on before.
func (a *Assembler) compareRecent(c *Connection, d *stream, start uint64, b []byte, frame uint64) {
	end := start + uint64(len(b))
	begin := min(max(d.recent.begin(d.next), start), end)
	d.duplicate += begin - start
	b = b[begin-start:]
	if len(b) == 0 {
		return
	}
	kept, rest := d.recent.at(begin, len(b))
	if len(rest) > 0 {
		a.joined = append(append(a.joined[:0], kept...), rest...)
		kept = a.joined
	}
	d.repeat(c, d.compare(c, begin, kept, b, frame))
}
