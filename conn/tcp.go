package conn

import "github.com/pcappipe/pcappipe/flow"

// control are the flags that change a connection's state.
const control = flow.SYN | flow.FIN | flow.RST

// segment follows one TCP segment. Most neither open nor close anything
// (ordinary), and take the short way through it.
func (c *Conn) segment(p *flow.Piece, dir flow.Direction, nanos int64) {
	flags := p.Flags
	ordinary := flags&control == 0
	if ordinary && c.history.letters[0] == 'H' {
		c.reverseSYNACK(p)
	}
	e, peer := &c.ends[dir], &c.ends[dir^1]
	e.flags |= flags
	length := int64(p.Length)
	if !ordinary {
		length = sequenceLength(p)
		e.prepare(p.Seq, length, flags&flow.SYN != 0)
		e.didFIN = e.didFIN || flags&flow.FIN != 0
	} else if e.state == inactive {
		e.begin(p.Seq, length, false)
	}
	c.tellSegment(p, dir)
	if p.Window == 0 {
		c.tellZeroWindow(p, dir)
	}
	if !e.done || !peer.done {
		c.touch(nanos)
	}
	if c.step < measured {
		c.follow(p, dir, nanos)
	}
	if flags&flow.ACK != 0 {
		if peer.state == inactive {
			peer.assume(p.Ack)
		} else if flags&flow.RST == 0 {
			peer.acknowledge(p.Ack)
		}
	}
	if e.advance(p.Seq+uint32(length), flags) && p.Length > 0 && c.has(reassembled) {
		c.tellRetransmission(dir)
	}
	if !ordinary || e.state == inactive {
		c.change(p, dir)
	}
}

// sequenceLength returns how much of the sequence space a segment takes. The
// data of a RST is not part of the stream.
func sequenceLength(p *flow.Piece) int64 {
	n := int64(p.Length)
	if p.Flags&flow.RST != 0 {
		n = 0
	}
	if p.Flags&flow.SYN != 0 {
		n++
	}
	if p.Flags&flow.FIN != 0 {
		n++
	}
	return n
}

// reverseSYNACK is about flows whose supposed originator began with a SYN with
// ACK: it answers a SYN that is not in the capture, or it scans. If that is all
// that is known, and this is an acknowledgement or data, then it was no scan,
// and who sent the SYN with ACK becomes the responder. Data in it changes
// nothing, whether the history tells of it or not.
func (c *Conn) reverseSYNACK(p *flow.Piece) {
	if !c.history.onlyFirst() || p.Flags&flow.ACK == 0 && p.Length == 0 {
		return
	}
	c.ends[c.orig].enter(established)
	c.orig ^= 1
	told := c.history
	c.history = history{}
	c.history.add('^')
	for _, letter := range told.letters[:told.n] {
		c.history.add(letter | lower)
	}
}

// change moves the state of the end that sent a segment.
func (c *Conn) change(p *flow.Piece, dir flow.Direction) {
	e, peer := &c.ends[dir], &c.ends[dir^1]
	syn, fin, rst := p.Flags&flow.SYN != 0, p.Flags&flow.FIN != 0, p.Flags&flow.RST != 0
	closes := fin || rst
	switch e.state {
	case inactive:
		c.awake(p, dir)
	case synSent, synAckSent:
		if fin {
			e.enter(closed)
		}
		if rst {
			e.enter(reset)
		}
	case established, partial:
		if syn && p.Flags&flow.ACK == 0 && e.state == partial && peer.state == inactive {
			e.enter(synSent)
		}
		if fin && !rst {
			e.enter(closed)
			if peer.state == reset && peer.before == closed {
				peer.enter(closed) // FIN, RST, FIN is an ordinary end
			}
		}
		if rst {
			e.enter(reset)
		}
	case closed:
		closes = false
		if rst && peer.state != closed {
			e.enter(reset)
			closes = true
		}
	case reset:
		closes = false
	}
	if closes {
		e.done = true
	}
}

// awake moves the state of an end that was not seen before.
func (c *Conn) awake(p *flow.Piece, dir flow.Direction) {
	e, peer := &c.ends[dir], &c.ends[dir^1]
	ack := p.Flags&flow.ACK != 0
	if p.Flags&flow.SYN != 0 {
		c.open(ack, dir)
	}
	if p.Flags&flow.FIN != 0 {
		e.enter(closed)
	}
	if p.Flags&flow.RST != 0 {
		e.enter(reset)
	}
	if e.state != inactive {
		return
	}
	switch {
	case dir != c.orig && p.Length == 0 && peer.state == synSent:
		// Some acknowledge a SYN before they answer it.
	case ack && peer.state == established:
		e.enter(established) // only the SYN was missed
	default:
		e.enter(partial)
	}
}

// open moves the states for the first SYN of an end.
func (c *Conn) open(ack bool, dir flow.Direction) {
	e, peer := &c.ends[dir], &c.ends[dir^1]
	switch {
	case dir == c.orig && ack:
		e.enter(synAckSent)
		return
	case dir == c.orig:
		e.enter(synSent)
		return
	case !ack && peer.state == synAckSent:
		// The two were captured in the wrong order.
		c.orig ^= 1
		c.history.add('^')
		peer.enter(established)
	case peer.state == synSent:
		peer.enter(established)
	}
	e.enter(established)
}
