package correlate

import (
	"testing"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/reassembly"
)

// Frames wait behind a hole of the client's while the server says much. What each
// thing that it says costs does not depend on how many wait: in time, so that this test ends.
func TestManyFramesWaitForTheirLabels(t *testing.T) {
	const n = 60_000
	k, c := NewCorrelator(Config{Labels: true}, &listening{bodies: make(map[string]string)}), new(Conversation)
	k.At(0, true, flow.FromA)
	var next [2]uint64
	say := func(from flow.Direction, b string) {
		k.Data(c, from, &reassembly.Chunk{Offset: next[from], Bytes: []byte(b), AckKnown: true, Ack: 20})
		next[from] += uint64(len(b))
	}
	told := 0
	settle := func() {
		k.Settle(c, next, func(*Bearer) bool { return false }, false, func(b *Bearer, list []*Label) {
			if len(list) != 1 || list[0].Number != 1 {
				t.Fatalf("frame %d bears %v", b.Frame, list)
			}
			told++
		})
	}
	say(flow.FromA, "GET / HTTP/1.1\r\nX: ")
	hole := next[flow.FromA]
	for i := range uint64(n) {
		b := Bearer{Start: hole + 1 + i, End: hole + 2 + i, Frame: i, Next: next}
		if _, known := k.Label(c, &b, nil); known {
			t.Fatalf("what frame %d bears is known before the bytes before it", i)
		}
		say(flow.FromB, "HTTP/1.1 204 x\r\n\r\n")
		settle()
	}
	for range n {
		say(flow.FromA, "a")
	}
	settle()
	if told != 0 {
		t.Errorf("what %d frames bear is told before the end of the head", told)
	}
	say(flow.FromA, "\r\n\r\n")
	if settle(); told != n {
		t.Errorf("what %d of %d frames bear is told", told, n)
	}
}
