package reassembly

import "github.com/pcappipe/pcappipe/flow"

// What a turn keeps at most.
const (
	maxTurnFrames  = 1024
	maxTurnPayload = 1 << 20
)

// A Turn is what one side sent while it knew the same of the other: all bytes up
// to the first segment that acknowledges more than the segment did with
// which the turn began. Of a request and its response, each is a turn.
type Turn struct {
	From       flow.Direction
	Start, End uint64 // offsets in the stream
	Ack        uint64 // what it acknowledged, as an offset in the peer's stream
	AckKnown   bool   // if not, nothing was seen of the peer's stream before: any byte of it ends the turn

	Frames          []uint64 // that brought its bytes, in the order of the bytes: the first 1,024
	FramesTruncated bool
	Gaps            []Gap // the first 256
	GapsTruncated   bool
	Missed          uint64 // bytes of all gaps

	Payload          []byte // where it was asked for: the first MiB, without what is missing
	PayloadTruncated bool
}

// Complete says whether all its bytes are there.
func (t *Turn) Complete() bool { return t.Missed == 0 }

// Turns is a Consumer that cuts one connection's streams into turns. A gap
// belongs to the turn that it follows; at the beginning of a stream, to the first.
type Turns struct {
	Payload bool        // keep the turns' payload
	Emit    func(*Turn) // is given each turn when it is over, with all that it holds; the Turn itself dies with the call

	turns  [2]Turn
	charge int64
}

// Charge returns how many bytes are kept beside the Turns itself.
func (t *Turns) Charge() int64 { return t.charge }

// Data adds bytes to their direction's turn, or begins the next one with them.
func (t *Turns) Data(from flow.Direction, c *Chunk) (skip uint64) {
	n := &t.turns[from&1]
	switch {
	case n.Start == n.End:
		n.From, n.Start, n.End = from&1, c.Offset, c.Offset
		n.Ack, n.AckKnown = c.Ack, c.AckKnown
	case c.AckKnown && !n.AckKnown && (c.Ack == 0 || len(n.Frames) == 0):
		n.Ack, n.AckKnown = c.Ack, true
	case c.AckKnown && c.Ack > n.Ack:
		t.over(n)
		n.From, n.Start, n.End = from&1, c.Offset, c.Offset
		n.Ack, n.AckKnown = c.Ack, true
	}
	n.End = c.Offset + uint64(len(c.Bytes))
	if c.Frames == nil {
		t.frame(n, c.Frame)
	}
	for _, frame := range c.Frames {
		t.frame(n, frame)
	}
	if t.Payload {
		t.payload(n, c.Bytes)
	}
	return 0
}

// Gap adds missing bytes to their direction's turn.
func (t *Turns) Gap(from flow.Direction, start, end uint64) {
	n := &t.turns[from&1]
	if n.Start == n.End {
		n.From, n.Start = from&1, start
	}
	n.End = end
	n.Missed += end - start
	switch last := len(n.Gaps) - 1; {
	case last >= 0 && n.Gaps[last].End == start:
		n.Gaps[last].End = end
	case len(n.Gaps) < maxGaps:
		n.Gaps = grow(t, n.Gaps, 1, costTurnGap, 4)
		n.Gaps = append(n.Gaps, Gap{start, end})
	default:
		n.GapsTruncated = true
	}
}

// Close says that the connection is over: what is left are its last turns.
func (t *Turns) Close() {
	for i := range t.turns {
		if n := &t.turns[i]; n.Start < n.End {
			t.over(n)
		}
	}
}

// over gives a turn away.
func (t *Turns) over(n *Turn) {
	t.charge -= n.Memory()
	t.Emit(n)
	*n = Turn{}
}

// What is charged for an element of a turn's lists.
const (
	costTurnFrame = 8
	costTurnGap   = 16
)

// Memory returns how many bytes the turn holds.
func (t *Turn) Memory() int64 {
	return costTurnFrame*int64(cap(t.Frames)) + costTurnGap*int64(cap(t.Gaps)) + int64(cap(t.Payload))
}

// frame adds the number of a frame that brought bytes.
func (t *Turns) frame(n *Turn, number uint64) {
	if last := len(n.Frames) - 1; last >= 0 && n.Frames[last] == number {
		return
	}
	if len(n.Frames) == maxTurnFrames {
		n.FramesTruncated = true
		return
	}
	n.Frames = grow(t, n.Frames, 1, costTurnFrame, 4)
	n.Frames = append(n.Frames, number)
}

// payload adds bytes, as far as they are kept.
func (t *Turns) payload(n *Turn, b []byte) {
	if room := maxTurnPayload - len(n.Payload); len(b) > room {
		b = b[:room]
		n.PayloadTruncated = true
	}
	n.Payload = grow(t, n.Payload, len(b), 1, 256)
	n.Payload = append(n.Payload, b...)
}

// grow returns a list with room for n more elements of a size, at least so many
// in all. It doubles, so that what is charged does not depend on how append grows.
func grow[E any](t *Turns, list []E, n, size, least int) []E {
	want := max(cap(list), least)
	for want < len(list)+n {
		want *= 2
	}
	if want == cap(list) {
		return list
	}
	t.charge += int64(want-cap(list)) * int64(size)
	larger := make([]E, len(list), want)
	copy(larger, list)
	return larger
}
