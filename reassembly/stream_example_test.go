package reassembly_test

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"math"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A printer shows what it is told.
type printer struct{}

func (printer) Data(from flow.Direction, c *reassembly.Chunk) (skip uint64) {
	fmt.Printf("%d: at %d, from frame %d: %q\n", from, c.Offset, c.Frame, c.Bytes)
	return 0
}

func (printer) Gap(from flow.Direction, start, end uint64) {
	fmt.Printf("%d: bytes %d to %d were not captured\n", from, start, end)
}

// Segments go in as they were captured; bytes come out in order.
func ExampleAssembler() {
	segments := []struct {
		from flow.Direction
		reassembly.Segment
	}{
		{flow.FromA, reassembly.Segment{Seq: 99, Flags: flow.SYN}},
		{flow.FromB, reassembly.Segment{Seq: 499, Ack: 100, Flags: flow.SYN | flow.ACK}},
		{flow.FromA, reassembly.Segment{Seq: 106, Ack: 500, Flags: flow.ACK, Payload: []byte("world"), Length: 5}}, // before the one that it follows
		{flow.FromA, reassembly.Segment{Seq: 100, Ack: 500, Flags: flow.ACK, Payload: []byte("hello "), Length: 6}},
		{flow.FromB, reassembly.Segment{Seq: 503, Ack: 111, Flags: flow.ACK, Payload: []byte("back"), Length: 4}},
		{flow.FromA, reassembly.Segment{Seq: 111, Ack: 507, Flags: flow.ACK}}, // it has the three bytes that the capture lost
		{flow.FromA, reassembly.Segment{Seq: 103, Ack: 507, Flags: flow.ACK, Payload: []byte("l0"), Length: 2}},
	}
	a := reassembly.NewAssembler(reassembly.StreamConfig{})
	var c reassembly.Connection
	for i := range segments {
		s := &segments[i]
		s.Frame = uint64(i + 1)
		a.Add(&c, s.from, &s.Segment, printer{})
	}
	a.Close(&c, false, printer{})
	s := c.Stats(flow.FromA)
	fmt.Printf("%d bytes seen, %d delivered, %d came again, %d of them differed: at %d, in frame %d\n",
		s.Seen, s.Delivered, s.Duplicate+s.Conflicting, s.Conflicting, s.Conflicts[0].Start, s.Conflicts[0].Frame)
	// Output:
	// 0: at 0, from frame 4: "hello "
	// 0: at 6, from frame 3: "world"
	// 1: bytes 0 to 3 were not captured
	// 1: at 3, from frame 5: "back"
	// 13 bytes seen, 11 delivered, 2 came again, 1 of them differed: at 4, in frame 7
}

// Of a conversation that takes turns, each message is a turn.
func ExampleTurns() {
	a := reassembly.NewAssembler(reassembly.StreamConfig{})
	turns := &reassembly.Turns{Payload: true, Emit: func(t *reassembly.Turn) {
		fmt.Printf("%d: [%d, %d) in frames %v: %q\n", t.From, t.Start, t.End, t.Frames, t.Payload)
	}}
	var c reassembly.Connection
	add := func(from flow.Direction, frame uint64, seq, ack uint32, payload string) {
		s := reassembly.Segment{Seq: seq, Ack: ack, Flags: flow.ACK, Payload: []byte(payload), Length: uint32(len(payload)), Frame: frame}
		a.Add(&c, from, &s, turns)
	}
	add(flow.FromB, 1, 500, 100, "")
	add(flow.FromA, 2, 100, 500, "How are you?")
	add(flow.FromB, 3, 500, 112, "Well, ")
	add(flow.FromB, 4, 506, 112, "thanks.")
	add(flow.FromA, 5, 112, 513, "Goodbye.")
	a.Close(&c, false, turns)
	turns.Close()
	// Output:
	// 0: [0, 12) in frames [2]: "How are you?"
	// 0: [12, 20) in frames [5]: "Goodbye."
	// 1: [0, 13) in frames [3 4]: "Well, thanks."
}

// A digest wants to know the first bytes of a stream only.
type digest struct{ hash.Hash }

func (d digest) Data(from flow.Direction, c *reassembly.Chunk) (skip uint64) {
	if from == flow.FromB || c.Offset >= 4 {
		return math.MaxUint64
	}
	d.Write(c.Bytes[:min(uint64(len(c.Bytes)), 4-c.Offset)])
	return 0
}

func (digest) Gap(flow.Direction, uint64, uint64) {}

// What is not wanted is accounted for, and not kept when it comes out of order.
func ExampleConsumer() {
	a, d := reassembly.NewAssembler(reassembly.StreamConfig{}), digest{sha256.New()}
	var c reassembly.Connection
	for i, word := range []string{"four", "more", "much more"} {
		s := reassembly.Segment{Seq: uint32(4 * i), Payload: []byte(word), Length: uint32(len(word))}
		a.Add(&c, flow.FromA, &s, d)
	}
	s := c.Stats(flow.FromA)
	fmt.Printf("%x of %d bytes\n", d.Sum(nil)[:4], s.Delivered)
	// Output: 04efaf08 of 17 bytes
}
