package pipeline

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// A datagram with which a capture begins is put together, wherever it stands
// behind another capture that is older by more than the clock believes at once.
func TestADatagramBehindALeapIsPutTogether(t *testing.T) {
	src, dst := netip.AddrFrom4([4]byte{10, 0, 0, 1}), netip.AddrFrom4([4]byte{10, 0, 0, 2})
	fragment := func(nanos int64, offset byte, more bool) capture.Frame {
		packet := capture.IP(src, dst, 17, make([]byte, 8))
		packet[7] = offset
		if more {
			packet[6] = 0x20
		}
		return capture.Frame{Nanos: nanos, Data: capture.Ethernet(0x0800, packet)}
	}
	const year = 365 * 86400 * seconds
	old := capture.Frame{Nanos: year, Data: capture.Ethernet(0x0800, capture.IP(src, dst, 1, capture.ICMP(8, nil)))}
	path := file(t, "a.pcap", capture.Pcap([]capture.Frame{
		old, old, fragment(2*year, 0, true), fragment(2*year+1, 1, true), fragment(2*year+2, 2, true), fragment(2*year+3, 3, false),
	}))
	for _, size := range []int{64, 100, 200, 1000} {
		out := string(records(t, Config{Inputs: []string{path}, BatchSize: size}, "datagrams"))
		if strings.Count(out, "\n") != 1 || !strings.Contains(out, `"complete":true,"length":32,"frames":[3,4,5,6]`) {
			t.Errorf("%s: %s", fmt.Sprint("batches of ", size), out)
		}
	}
}
