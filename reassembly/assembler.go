package reassembly

import (
	"cmp"

	"github.com/pcappipe/pcappipe/flow"
)

// StreamConfig says how streams are reassembled.
type StreamConfig struct {
	Policy Policy // which bytes win where segments that wait overlap
	Hold   int64  // most bytes of memory that what waits out of order may take in one direction; default 16 MiB
}

// An Assembler has what one goroutine needs to reassemble any number of
// connections: the rules, and spare memory.
type Assembler struct {
	policy Policy
	hold   int64
	chunk  Chunk // what a Consumer is shown; here, so that it is not allocated for each
	joined []byte
	spare  spare
}

// NewAssembler returns an Assembler.
func NewAssembler(c StreamConfig) *Assembler {
	return &Assembler{policy: c.Policy, hold: cmp.Or(c.Hold, 16<<20)}
}

// Add gives a connection its next segment, in the order of capture, and hands
// on what has become ready. What it acknowledges is looked at before what it brings.
func (a *Assembler) Add(c *Connection, from flow.Direction, s *Segment, to Consumer) {
	from &= 1
	d, peer := &c.streams[from], &c.streams[from^1]
	if d.marks&begun == 0 || s.Flags&control != 0 {
		a.addControl(c, from, s, to)
		return
	}
	d.window = s.Window
	d.marks &^= windowPlain
	if s.Flags&flow.ACK != 0 && peer.marks&begun != 0 {
		a.acknowledge(c, from^1, s.Ack, to)
	}
	if s.Length == 0 {
		return
	}
	n := len(s.Payload)
	if s.Seq == d.base+uint32(d.next) && d.held == nil && n == int(s.Length) && d.marks&closed == 0 {
		d.seen += uint64(n)
		a.pass(c, d, s.Payload)
		if d.next > d.skip {
			h := &a.chunk
			h.Offset, h.Bytes, h.Frame, h.Nanos, h.Frames = d.next-uint64(n), s.Payload, s.Frame, s.Nanos, s.Frames
			h.Ack, h.AckKnown = s.ack(peer)
			a.tell(d, from, to)
		}
		return
	}
	a.place(c, from, s, d.offset(s.Seq), to)
}

// addControl is Add for a segment that begins or ends its direction.
func (a *Assembler) addControl(c *Connection, from flow.Direction, s *Segment, to Consumer) {
	d, peer := &c.streams[from], &c.streams[from^1]
	if !c.start(from, s) {
		d.refuse(c, s)
		return
	}
	off := d.offset(s.first())
	rst := s.Flags&flow.RST != 0
	if rst && !c.believes(from, off) {
		d.refuse(c, s)
		return
	}
	d.window = s.Window
	d.marks &^= windowPlain
	if s.Flags&flow.SYN != 0 {
		d.marks |= windowPlain
	}
	if s.Flags&flow.ACK != 0 && peer.marks&begun != 0 {
		a.acknowledge(c, from^1, s.Ack, to)
	}
	if s.Length > 0 {
		a.place(c, from, s, off, to)
	}
	if end := off + int64(s.Length); s.Flags&(flow.FIN|flow.RST) != 0 && d.marks&closed == 0 && c.ends(from, end, rst) {
		mark := finished
		if rst {
			mark = 0
		}
		d.close(max(uint64(end), d.high), mark)
	}
}

// acknowledge takes note of what the peer of a direction acknowledged, and gives
// up holes before it behind which something waits.
func (a *Assembler) acknowledge(c *Connection, from flow.Direction, ack uint32, to Consumer) {
	d := &c.streams[from]
	d.marks |= answered
	off := d.offset(ack)
	if off > int64(d.limit()) {
		d.noted(c).far = uint64(off)
		return
	}
	if off <= int64(d.acked) && d.held == nil || off < 0 {
		return
	}
	d.acked = max(d.acked, uint64(off))
	if d.marks&closed != 0 {
		d.acked = min(d.acked, d.end)
	}
	switch {
	case d.held != nil:
		a.advance(c, from, uint64(off), to)
	case d.acked >= d.next && len(d.recent.ring) > recentRoomy:
		a.resize(c, d, recentLeast)
	}
}

// Close ends a connection: what waits is handed on, and what is missing becomes
// gaps, or, where it was evicted, what waits is given up. Memory goes back to the Assembler;
// what Stats tells stays.
func (a *Assembler) Close(c *Connection, evicted bool, to Consumer) {
	for from := range flow.Direction(2) {
		d := &c.streams[from]
		if evicted {
			a.giveUp(c, d)
		} else {
			a.finish(c, from, to)
		}
		a.discard(d.recent.ring)
		c.charge -= int64(len(d.recent.ring))
		d.recent = recent{from: d.next}
	}
}
