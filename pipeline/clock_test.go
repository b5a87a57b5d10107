package pipeline

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
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
		c := clock{base: some(), shift: some(), exact: r.IntN(3) == 0}
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
