package reassembly

import "github.com/pcappipe/pcappipe/flow"

// A Connection is both directions of one TCP connection. The zero Connection is
// a new one. It is worked on by [Assembler.Add] and [Assembler.Close], by one
// goroutine at a time, not always with the same Assembler.
type Connection struct {
	streams [2]stream // by who sends
	charge  int64     // bytes kept for it, by the costs below
}

// What is charged for what a connection keeps beside itself. The figures are the
// sizes of the values, rounded up for what the lists that hold them leave empty.
const (
	costHeld     = 1664 // the first thing that waits: the list and its first block
	costPiece    = 192  // each piece that waits, without its bytes
	costFrame    = 8    // each that brought a segment in fragments, of which a piece waits
	costNotes    = 192
	costGap      = 32
	costConflict = 192
)

// Charge returns how many bytes are kept for the connection, without the
// Connection itself. It depends on the segments alone, not on the allocator.
func (c *Connection) Charge() int64 { return c.charge }

// Warm reads the memory that the next Add or Close will need, so that reads for
// several connections overlap. What it returns means nothing.
func (c *Connection) Warm() (touched uint64) {
	for i := range c.streams {
		d := &c.streams[i]
		touched += uint64(d.base) + d.seen
		if ring := d.recent.ring; len(ring) > 0 {
			touched += uint64(ring[d.next&uint64(len(ring)-1)])
		}
	}
	return touched
}

// Offset returns where a sequence number stands in a direction's stream: of all
// places with this number, the nearest to the next byte, but none behind the
// stream's end, where that is known. It is not known before the stream has begun;
// what stands before its beginning is negative.
func (c *Connection) Offset(from flow.Direction, seq uint32) (offset int64, known bool) {
	d := &c.streams[from&1]
	if d.marks&begun == 0 {
		return 0, false
	}
	offset = d.offset(seq)
	if d.marks&closed != 0 {
		offset = min(offset, int64(d.end))
	}
	return offset, true
}

// Next returns up to where a direction was handed on, or passed as a gap.
func (c *Connection) Next(from flow.Direction) uint64 { return c.streams[from&1].next }

// FromSYN says whether a direction's beginning was captured.
func (c *Connection) FromSYN(from flow.Direction) bool { return c.streams[from&1].marks&fromSYN != 0 }

// Want says that the bytes of a direction are wanted that come from now on,
// whatever the consumer has said of them. What waits already behind a hole, not being
// wanted then, is neither told nor a gap.
func (c *Connection) Want(from flow.Direction) { c.streams[from&1].skip = 0 }

// Bytes says what became of the payload bytes that the TCP headers of one
// direction announced. Each ends in exactly one class: Seen is the sum of the others
// whenever Add or Close has returned.
type Bytes struct {
	Seen        uint64 // announced
	Delivered   uint64 // handed on, or not wanted
	Duplicate   uint64 // the same as the byte that was kept, or there was nothing left to compare it with
	Conflicting uint64 // differed from the byte that was kept
	OutOfWindow uint64 // before the stream's beginning, too far ahead, for what had been passed as a gap, or of a SYN or RST that was not believed
	AfterClose  uint64 // beyond a FIN or RST
	Evicted     uint64 // waited behind a hole when the connection was evicted
	Cut         uint64 // not captured
	Held        uint64 // wait behind a hole
}

// Sum returns what Seen has to be.
func (b *Bytes) Sum() uint64 {
	return b.Delivered + b.Duplicate + b.Conflicting + b.OutOfWindow + b.AfterClose + b.Evicted + b.Cut + b.Held
}

// Add adds what another direction's became.
func (b *Bytes) Add(o *Bytes) {
	b.Seen += o.Seen
	b.Delivered += o.Delivered
	b.Duplicate += o.Duplicate
	b.Conflicting += o.Conflicting
	b.OutOfWindow += o.OutOfWindow
	b.AfterClose += o.AfterClose
	b.Evicted += o.Evicted
	b.Cut += o.Cut
	b.Held += o.Held
}

// A Gap is the bytes [Start, End) of a stream, which were never seen.
type Gap struct{ Start, End uint64 }

// A Conflict is bytes [Start, End) of a stream that came twice and differed, in
// the first of them and in the last.
type Conflict struct {
	Start, End    uint64
	Frame         uint64   // that came later
	Kept, Dropped [32]byte // SHA-256 of both versions
}

// Stats is what is known of one direction.
type Stats struct {
	Bytes
	Length        uint64 // highest offset known of; SYN and FIN do not count
	Missed        uint64 // bytes of all gaps
	GivenUp       uint64 // of these, those that were not waited for any longer, because too much waited behind them
	Gaps          []Gap  // the first 256, in order; adjacent ones are one
	GapCount      uint64
	Conflicts     []Conflict // the first 16, in order of detection
	ConflictCount uint64
	Retransmitted uint64 // segments that brought nothing but bytes that were there before; keep-alives and repeated probes of a zero window are none
	Reordered     uint64 // segments that filled a hole or a part of one, be it that they were late or that they were sent again
}

// Stats returns what is known of a direction so far. The lists are views, valid
// until the connection is used again.
func (c *Connection) Stats(from flow.Direction) Stats {
	d := &c.streams[from&1]
	s := Stats{
		Bytes:         Bytes{Seen: d.seen, Delivered: d.delivered, Duplicate: d.duplicate},
		Length:        d.length(),
		Retransmitted: uint64(d.retransmitted),
		Reordered:     uint64(d.reordered),
	}
	if d.held != nil {
		s.Held = d.held.bytes
	}
	if n := d.notes; n != nil {
		s.Conflicting, s.OutOfWindow, s.AfterClose = n.conflicting, n.outOfWindow, n.afterClose
		s.Evicted, s.Cut = n.evicted, n.cut
		s.Missed, s.GivenUp, s.Gaps, s.GapCount = n.missed, n.givenUp, n.gaps, n.gapCount
		s.Conflicts, s.ConflictCount = n.conflicts, n.conflictCount
	}
	return s
}
