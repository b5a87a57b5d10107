package pipeline

import (
	"net/netip"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
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
