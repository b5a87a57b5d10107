package reassembly

import (
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// A turn tells all frames of a segment that came in fragments, in order or not.
func TestATurnHasTheFramesOfFragments(t *testing.T) {
	var got []uint64
	turns := &Turns{Emit: func(n *Turn) { got = append(got, n.Frames...) }}
	a, c := NewAssembler(StreamConfig{}), Connection{}
	add := func(seq uint32, frame uint64, frames ...uint64) {
		s := Segment{Seq: seq, Flags: flow.ACK, Payload: []byte("ab"), Length: 2, Frame: frame, Frames: frames}
		a.Add(&c, flow.FromA, &s, turns)
		clear(frames) // they are the caller's
	}
	add(100, 3, 1, 3)
	add(104, 8, 5, 6, 8)
	add(106, 9)
	add(102, 10)
	a.Close(&c, false, turns)
	turns.Close()
	if want := []uint64{1, 3, 10, 5, 6, 8, 9}; !slices.Equal(got, want) {
		t.Errorf("frames %d, want %d", got, want)
	}
	if n := c.Charge() + turns.Charge(); n != 0 {
		t.Errorf("%d bytes are charged after the end", n)
	}
}

// The frames of a segment that came in fragments are kept and charged once,
// however many pieces of it wait between others, until the last is gone.
func TestPiecesOfASegmentShareItsFrames(t *testing.T) {
	const holes, fragments = 2000, 3000
	for _, policy := range []Policy{First, Last} {
		a, c := NewAssembler(StreamConfig{Policy: policy}), Connection{}
		var turn Turn
		turns := &Turns{Emit: func(n *Turn) { turn = *n }}
		add := func(seq uint32, n int, frames []uint64) {
			a.Add(&c, flow.FromA, &Segment{Seq: seq, Flags: flow.ACK, Payload: make([]byte, n), Length: uint32(n), Frame: 1, Frames: frames}, turns)
		}
		add(0, 1, nil)
		for i := range uint32(holes) {
			add(10+2*i, 1, nil)
		}
		before, frames := c.Charge(), make([]uint64, fragments)
		for i := range frames {
			frames[i] = uint64(2 + i)
		}
		add(9, 2*holes+1, frames)
		for i := range uint32(holes) {
			add(11+2*i, 1, nil) // with the policy Last, they split what the large segment left
		}
		if most := 4*before + costFrame*fragments; c.Charge() > most {
			t.Errorf("policy %v: %d bytes are kept for %d pieces and %d frames, at most %d should be", policy, c.Charge(), 2*holes, fragments, most)
		}
		add(1, 8, nil)
		a.Close(&c, false, turns)
		turns.Close()
		if c.Charge() != 0 || turn.End != 9+2*holes+1 || len(turn.Frames) != maxTurnFrames || !turn.FramesTruncated {
			t.Errorf("policy %v: %d bytes are charged after the end, %d frames to %d", policy, c.Charge(), len(turn.Frames), turn.End)
		}
	}
}
