package reassembly

// An arrival is what one segment brings to one direction, clipped to what may be
// taken: nothing of it lies before the next byte, after the end, or too far ahead.
type arrival struct {
	start    uint64 // of bytes
	bytes    []byte
	from, to int64 // the segment's payload as it was sent
	frame    uint64
	nanos    int64
	frames   []uint64
	origin   *origin // of frames, once a piece has it
	ack      uint64
	ackKnown bool
	view     bool // it begins at the next byte: what is taken of it is handed on at once

	overlapped uint64 // bytes that met others
	fills      bool   // some came where others behind them had come already
}

// take puts an arrival among the pieces that wait. Where it meets one, the
// policy decides whose bytes are kept; the others are counted as repeated.
func (a *Assembler) take(c *Connection, d *stream, n *arrival) {
	h := d.held
	cursor, run, end := n.start, n.start, n.start+uint64(len(n.bytes)) // [run, cursor) is taken and not added yet
	i := h.seek(cursor)
	for cursor < end {
		p := h.at(i)
		if p == nil || p.start >= end {
			n.fills = n.fills || cursor < d.high
			cursor = end
			break
		}
		if p.start > cursor {
			n.fills = true
			cursor = p.start
		}
		stop, last := min(end, p.end), end >= p.end
		if a.wins(c, d, p, n, cursor, stop) {
			i = a.carve(c, h, i, cursor, stop)
			cursor = stop
			continue
		}
		i = a.add(c, d, i, n, run, cursor)
		if last {
			i = h.after(i)
		}
		cursor, run = stop, stop
	}
	a.add(c, d, i, n, run, cursor)
}

// wins says whether the arrival's bytes [start, end) are kept, and not those
// of the piece, which has them too; it counts those that are not.
func (a *Assembler) wins(c *Connection, d *stream, p *piece, n *arrival, start, end uint64) bool {
	if p.kind == pieceCut {
		n.fills = true
		return true
	}
	n.overlapped += end - start
	if p.kind == pieceSkipped {
		d.duplicate += end - start
		return false
	}
	there, here := p.bytes(start, end), n.bytes[start-n.start:end-n.start]
	if !p.yields(a.policy, n.from, n.to) {
		d.repeat(c, d.compare(c, start, there, here, n.frame))
		return false
	}
	d.repeat(c, d.compare(c, start, here, there, n.frame))
	d.held.bytes -= end - start
	return true
}

// carve takes [start, end) out of a piece that has all of it, and returns
// the place where it was.
func (a *Assembler) carve(c *Connection, h *held, i place, start, end uint64) place {
	p := h.at(i)
	switch {
	case start == p.start && end == p.end:
		a.free(c, h, p)
		return a.remove(h, i)
	case start == p.start:
		p.trimFront(end)
		return i
	case end == p.end:
		p.trimBack(start)
		return h.after(i)
	}
	left, right := *p, *p
	left.trimBack(start)
	right.trimFront(end)
	if p.kind == pieceBytes && !p.view {
		// Each in a buffer that suits it: a piece that is split often would else be kept as often.
		a.resettle(&left)
		a.resettle(&right)
	}
	if p.origin != nil {
		p.origin.users += 2
	}
	a.free(c, h, p)
	*p = left
	a.pay(c, h, left.cost()+right.cost())
	return h.previous(a.insert(h, h.after(i), &right))
}

// resettle gives a piece that is a part of another a buffer of its own.
func (a *Assembler) resettle(p *piece) { p.room, p.at = a.keep(p.bytes(p.start, p.end)), 0 }

// add adds bytes [start, end) of an arrival before a place, and returns that place.
func (a *Assembler) add(c *Connection, d *stream, i place, n *arrival, start, end uint64) place {
	if start == end {
		return i
	}
	h := d.held
	h.bytes += end - start
	if start < d.skip && !n.view {
		stop := min(end, d.skip)
		i = a.addSkipped(c, h, i, start, stop)
		if start = stop; start == end {
			return i
		}
	}
	p := piece{
		start: start, end: end, lead: uint32(int64(start) - n.from), tail: uint32(n.to - int64(end)),
		frame: n.frame, nanos: n.nanos, origin: a.share(c, h, n), ack: n.ack, ackKnown: n.ackKnown, view: n.view,
	}
	p.room = n.bytes[start-n.start : end-n.start]
	if !n.view {
		p.room = a.keep(p.room)
	}
	a.pay(c, h, p.cost())
	return a.insert(h, i, &p)
}

// addSkipped notes bytes that are not wanted.
func (a *Assembler) addSkipped(c *Connection, h *held, i place, start, end uint64) place {
	if p := h.before(i); p != nil && p.kind == pieceSkipped && p.end == start {
		p.end = end
		return i
	}
	p := piece{start: start, end: end, kind: pieceSkipped}
	a.pay(c, h, p.cost())
	return a.insert(h, i, &p)
}

// takeCut notes that bytes [start, end) were announced and not captured, where
// nothing else is known of them.
func (a *Assembler) takeCut(c *Connection, d *stream, start, end uint64) {
	h := d.held
	i := h.seek(start)
	for start < end {
		p := h.at(i)
		stop := end
		if p != nil && p.start < end {
			stop = p.start
		}
		if start < stop {
			cut := piece{start: start, end: stop, kind: pieceCut}
			a.pay(c, h, cut.cost())
			i = a.insert(h, i, &cut)
		}
		if stop == end {
			return
		}
		start = h.at(i).end
		i = h.after(i)
	}
}
