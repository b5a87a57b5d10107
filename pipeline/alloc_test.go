package pipeline

import (
	"io"
	"net/netip"
	"runtime"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
)

// inOrder returns so many frames of some connections, whose segments come in
// order and are acknowledged.
func inOrder(connections, frames int) (list []capture.Frame) {
	server := netip.AddrFrom4([4]byte{10, 0, 0, 1})
	payload := make([]byte, 300)
	for n := range frames {
		c, round := n%connections, n/connections
		client := netip.AddrFrom4([4]byte{10, 0, 1, byte(c)})
		seq := uint32(round / 2 * len(payload))
		packet := capture.IP(client, server, 6, capture.TCP(2000, 80, 16, seq, 1, payload))
		if round%2 == 1 {
			packet = capture.IP(server, client, 6, capture.TCP(80, 2000, 16, 1, seq+uint32(len(payload)), nil))
		}
		list = append(list, capture.Frame{Nanos: int64(1_700_000_000e9) + int64(n)*1000, Data: capture.Ethernet(0x0800, packet)})
	}
	return list
}

// A frame in order costs no allocation, with streams put together: a capture
// that goes on for longer makes no more of them.
func TestFramesInOrderAllocateNothing(t *testing.T) {
	const frames = 8000
	for _, engine := range []Engine{Default, Pipeline, Server} {
		for _, kinds := range [][]string{{"flows"}, {"streams", "flows"}} {
			measure := func(n int) uint64 {
				c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(inOrder(20, n)))}, Engine: engine, Workers: 2, TCP: true, BatchSize: 50_000,
					Output: output.Config{Kinds: kinds, Stdout: io.Discard}}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				if _, err := Run(t.Context(), c); err != nil {
					t.Fatal(err)
				}
				runtime.ReadMemStats(&after)
				return after.Mallocs - before.Mallocs
			}
			few, many := measure(frames), measure(3*frames)
			if perFrame := (float64(many) - float64(few)) / (2 * frames); perFrame > 0.005 {
				t.Errorf("%s, %v: %d allocations for %d frames, %d for %d: %.4f a frame", engine, kinds, few, frames, many, 3*frames, perFrame)
			}
		}
	}
}
