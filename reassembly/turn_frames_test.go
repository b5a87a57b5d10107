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
