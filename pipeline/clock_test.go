package pipeline

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/internal/capture"
)

// after finds what a look at each frame's clock finds, up to the ends of 64 bits.
func TestAfterIsTheFirstLaterClock(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := func() int64 {
		switch r.IntN(4) {
		case 0:
			return math.MaxInt64 - r.Int64N(5)
		case 1:
			return math.MinInt64 + r.Int64N(5)
		default:
			return r.Int64N(50) - 25
		}
	}
	for range 100_000 {
		c := hand{base: some(), shift: some(), exact: r.IntN(3) == 0}
		clocks := make([]int64, r.IntN(8))
		for i := range clocks {
			clocks[i] = some()
		}
		slices.Sort(clocks)
		deadline := some()
		want := slices.IndexFunc(clocks, func(local int64) bool { return c.at(local) > deadline })
		if want < 0 {
			want = len(clocks)
		}
		if got := c.after(deadline, clocks); got != uint32(want) {
			t.Fatalf("%+v: after %d of %d is %d, want %d", c, deadline, clocks, got, want)
		}
	}
}

// The frame with which a capture of another day begins belongs to its flow,
// however the batches are cut, under a ceiling too.
func TestTheFirstFrameOfAnotherDayStaysWithItsFlow(t *testing.T) {
	const day = 86400 * seconds
	a, b := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	segment := func(nanos int64, src, dst netip.Addr, sport, dport uint16, flags uint8, seq, ack uint32) capture.Frame {
		return capture.Frame{Nanos: nanos, Data: capture.Ethernet(0x0800, capture.IP(src, dst, 6, capture.TCP(sport, dport, flags, seq, ack, nil)))}
	}
	var frames []capture.Frame
	for n := range int64(5) {
		at := n * 3 * day
		frames = append(frames,
			segment(at, a, b, 1000, 80, flow.SYN, uint32(n)*100, 0),
			segment(at+1, b, a, 80, 1000, flow.SYN|flow.ACK, 7, uint32(n)*100+1),
			segment(at+2, a, b, 1000, 80, flow.ACK, uint32(n)*100+1, 8))
	}
	want := ""
	for size := range 40 {
		path := file(t, "a.pcap", capture.Pcap(frames))
		c := Config{Inputs: []string{path}, Engine: Pipeline, Workers: 2, BatchSize: 64 + 37*size, alwaysTight: size%2 == 0}
		got := string(records(t, c, "flows"))
		if n := strings.Count(got, `"conn_state":"S1"`); n != 5 || strings.Count(got, "\n") != 5 {
			t.Fatalf("batches of %d bytes: %d of five handshakes are whole\n%s", c.BatchSize, n, got)
		}
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("batches of %d bytes give\n%swant\n%s", c.BatchSize, got, want)
		}
	}
}
