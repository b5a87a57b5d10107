package pipeline

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/decoder/filter"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/reassembly"
)

// expressions let through what belongs together, and what does not.
var expressions = []string{"tcp", "udp or ip proto 44", "not port 80", "ip[6:2] & 0x1fff = 0", "ip[6:2] & 0x2000 = 0", "greater 100", "ip6"}

// asked returns anything that can be asked for: which kinds of records, of which
// frames, put together how.
func asked(t *testing.T, r *rand.Rand) (c Config, kinds []string) {
	t.Helper()
	for _, k := range everything {
		if r.IntN(2) == 0 {
			kinds = append(kinds, k)
		}
	}
	if len(kinds) == 0 {
		kinds = everything
	}
	c.TCP, c.Payload, c.NoVLANs = r.IntN(2) == 0, r.IntN(2) == 0, r.IntN(3) == 0
	c.IP = []flow.Kind{0, 0, flow.IPv4, flow.IPv6, flow.IPv4 | flow.IPv6}[r.IntN(5)]
	c.Overlap = reassembly.Policy(r.IntN(len(reassembly.Policies())))
	c.Memory = []int64{0, int64(1+r.IntN(300)) * flowCost}[r.IntN(2)]
	if r.IntN(3) == 0 {
		c.Idle = Idle{TCP: time.Duration(1 + r.Int64N(10e9)), UDP: time.Duration(1 + r.Int64N(1e9))}
	}
	if r.IntN(3) == 0 {
		var err error
		if c.Filter, err = filter.Compile(expressions[r.IntN(len(expressions))]); err != nil {
			t.Fatal(err)
		}
	}
	if r.IntN(4) == 0 {
		c.From = Bound{Set: true, Relative: true, Nanos: r.Int64N(100e9)}
	}
	if r.IntN(4) == 0 {
		c.To = Bound{Set: true, Relative: true, Nanos: r.Int64N(1000e9)}
	}
	if r.IntN(4) == 0 {
		c.Count = 1 + r.Uint64N(1000)
	}
	return c, kinds
}

// Whatever is asked for, all engines give the same, and what is accounted for is
// what was read.
func TestSameBytesWhateverIsAskedFor(t *testing.T) {
	for seed := range rounds(12, 600) {
		r := rand.New(rand.NewPCG(seed, 13))
		c, kinds := asked(t, r)
		c.Inputs = []string{file(t, "a.pcap", capture.Pcap(traffic(2000+seed, 1+r.IntN(1500))))}
		c.Engine, c.alwaysTight = Default, r.IntN(2) == 0
		want := records(t, c, kinds...)
		for _, engine := range []Engine{Default, Pipeline, Server} {
			c.Engine, c.Workers, c.BatchSize, c.Serial, c.alwaysTight = engine, 1+r.IntN(9), 1+r.IntN(30_000), r.IntN(2) == 0, false
			what := fmt.Sprintf("seed %d, %v, %s, %d workers, batches of %d", seed, kinds, engine, c.Workers, c.BatchSize)
			same(t, what, records(t, c, kinds...), want)
		}
	}
}
