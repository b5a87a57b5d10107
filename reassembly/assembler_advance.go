package reassembly

import (
	"math"

	"github.com/pcappipe/pcappipe/flow"
)

// pass accounts bytes that are next as delivered, and keeps them for comparison.
func (a *Assembler) pass(c *Connection, d *stream, b []byte) {
	a.remember(c, d, b)
	d.next += uint64(len(b))
	d.delivered += uint64(len(b))
	d.high = max(d.high, d.next)
}

// tell hands on a.chunk, which was passed, without what of it is not wanted.
func (a *Assembler) tell(d *stream, from flow.Direction, to Consumer) {
	if d.skip > a.chunk.Offset {
		a.chunk.Bytes = a.chunk.Bytes[d.skip-a.chunk.Offset:]
		a.chunk.Offset = d.skip
	}
	if skip := to.Data(from, &a.chunk); skip > 0 {
		d.skip = d.next + min(skip, math.MaxUint64-d.next)
	}
}

// advance hands on what is next, and gives up the hole before it where too much
// waits, or where the segment that has just come from the peer acknowledges bytes behind
// it: then it was received. An acknowledgement from before says nothing of a hole that is found
// later: captures often have a peer's segments too early.
func (a *Assembler) advance(c *Connection, from flow.Direction, ack uint64, to Consumer) {
	d := &c.streams[from]
	for d.held != nil {
		if len(d.held.blocks) == 0 {
			a.unhold(c, d)
			return
		}
		p := d.held.at(d.held.begin())
		if p.start == d.next {
			a.pop(c, from, to)
			continue
		}
		if ack <= p.start && d.held.cost <= a.hold {
			return
		}
		if ack <= p.start {
			d.noted(c).givenUp += p.start - d.next
		}
		a.gap(c, from, p.start, to)
	}
}

// pop hands on the first piece, which is next.
func (a *Assembler) pop(c *Connection, from flow.Direction, to Consumer) {
	d := &c.streams[from]
	h := d.held
	i := h.begin()
	p := *h.at(i)
	a.remove(h, i)
	n := p.end - p.start
	switch p.kind {
	case pieceBytes:
		h.bytes -= n
		b := p.bytes(p.start, p.end)
		a.pass(c, d, b)
		if d.next > d.skip {
			a.chunk = Chunk{p.start, b, p.frame, p.nanos, p.from(), p.ack, p.ackKnown}
			a.tell(d, from, to)
		}
	case pieceSkipped:
		h.bytes -= n
		d.delivered += n
		d.next = p.end
		d.recent.forget(p.end)
	case pieceCut:
		a.gap(c, from, p.end, to)
	}
	a.free(c, h, &p)
}

// gap passes the bytes before an offset.
func (a *Assembler) gap(c *Connection, from flow.Direction, end uint64, to Consumer) {
	d := &c.streams[from]
	start := d.next
	d.noteGap(c, end)
	d.next = end
	d.high = max(d.high, end)
	to.Gap(from, start, end)
}

// finish hands on all that waits, with gaps for what is missing before it and,
// if the peer's acknowledgements or a FIN tell of more, behind it.
func (a *Assembler) finish(c *Connection, from flow.Direction, to Consumer) {
	d := &c.streams[from]
	for d.held != nil && len(d.held.blocks) > 0 {
		if p := d.held.at(d.held.begin()); p.start > d.next {
			a.gap(c, from, p.start, to)
			continue
		}
		a.pop(c, from, to)
	}
	if d.held != nil {
		a.unhold(c, d)
	}
	if end := d.length(); end > d.next {
		a.gap(c, from, end, to)
	}
}

// giveUp drops all that waits.
func (a *Assembler) giveUp(c *Connection, d *stream) {
	h := d.held
	if h == nil {
		return
	}
	if h.bytes > 0 {
		d.noted(c).evicted += h.bytes
		h.bytes = 0
	}
	for len(h.blocks) > 0 {
		i := h.begin()
		a.free(c, h, h.at(i))
		a.remove(h, i)
	}
	a.unhold(c, d)
}
