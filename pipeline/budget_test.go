package pipeline

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/reassembly"
)

// oneByOne returns TCP flows, each of which has ended by its idle time long before
// the next begins. In each a segment is lost and a byte comes twice and
// differs, so that something is kept of it to its end.
func oneByOne(flows int) (frames []capture.Frame) {
	const syn, ack = 2, 16
	nanos := int64(1_700_000_000e9)
	server := netip.AddrFrom4([4]byte{192, 168, 0, 1})
	for n := range flows {
		nanos += 400e9
		client := netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
		add := func(flags uint8, seq uint32, payload string) {
			frames = append(frames, capture.Frame{Nanos: nanos, Data: capture.Ethernet(0x0800,
				capture.IP(client, server, 6, capture.TCP(1000, 80, flags, seq, 1, []byte(payload))))})
		}
		add(syn, 0, "")
		add(ack, 1, "ab")
		add(ack, 1, "xb")
		add(ack, 9, "c")
	}
	return frames
}

// A flow that has ended is charged nothing any more: however many there were, one at
// a time never reaches the ceiling of twenty.
func TestWhatEndedIsNotCharged(t *testing.T) {
	const flows = 200
	path := file(t, "a.pcap", capture.Pcap(oneByOne(flows)))
	c := Config{Inputs: []string{path}, Memory: 20 * (flowCost + connectionCost), Engine: Default}
	c.Output.Kinds, c.Output.Path = []string{"turns", "streams"}, t.TempDir()
	s, err := Run(t.Context(), c)
	if err != nil || s.Flows.Idle != flows-1 || s.Flows.Evicted != 0 {
		t.Errorf("of %d flows %d were idle, %d evicted: %v", flows, s.Flows.Idle, s.Flows.Evicted, err)
	}
}

// A payload is where a segment's bytes stand in its stream.
type payload struct{ at, size int }

// A job makes at most four times as much of what a connection keeps, and adds twice what the budget
// allows for each segment and byte: also where one byte fills the hole before all that
// waits, and where small segments split a large one.
func TestSegmentsAddNoMoreThanTheBudgetAllows(t *testing.T) {
	split := []payload{{1, 60000}}
	for i := range 100 {
		split = append(split, payload{2 + 2*i, 1})
	}
	halved := []payload{{1, 65408}}
	for size := 32704; size > 1; size /= 2 {
		for at := size; at < 65408; at += 2 * size {
			halved = append(halved, payload{1 + at, 1})
		}
	}
	for _, test := range []struct {
		name   string
		policy reassembly.Policy
		before int // how many segments an earlier job brought
		list   []payload
	}{
		{"a hole is filled before 32 KiB", reassembly.First, 2, []payload{{1, 32 << 10}, {1 + 32<<10, 1}, {0, 1}}},
		{"a hole is filled before 48 KiB", reassembly.First, 3, []payload{{1, 32 << 10}, {1 + 32<<10, 16 << 10}, {1 + 48<<10, 1}, {0, 1}}},
		{"a large segment is split from its beginning", reassembly.Last, 1, split},
		{"a large segment is halved again and again", reassembly.Last, 1, halved},
	} {
		a := reassembly.NewAssembler(reassembly.StreamConfig{Policy: test.policy})
		c := connection{turns: &reassembly.Turns{Payload: true, Emit: func(*reassembly.Turn) {}}}
		bring := func(from flow.Direction, p payload, value byte) {
			s := &reassembly.Segment{Seq: uint32(1 + p.at), Ack: 1, Flags: flow.ACK, Payload: bytes.Repeat([]byte{value}, p.size), Length: uint32(p.size)}
			a.Add(&c.Connection, from, s, c.turns)
		}
		bring(flow.FromA, payload{-1, 1}, 0) // each side has begun and acknowledged the other
		bring(flow.FromB, payload{-1, 1}, 0)
		for _, p := range test.list[:test.before] {
			bring(flow.FromA, p, 1)
		}
		before, most := c.charge(), int64(0)
		for i, p := range test.list[test.before:] {
			bring(flow.FromA, p, byte(2+i))
			most += mostPerSegment + mostPerByte*int64(p.size)
			if after := c.charge(); after > mostFold*before+2*most {
				t.Errorf("%s: %d bytes are kept after %d and %d segments more; %d are allowed", test.name, after, before, i+1, mostFold*before+2*most)
				break
			}
		}
	}
}
