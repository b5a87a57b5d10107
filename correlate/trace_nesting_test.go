package correlate

import (
	"math/rand/v2"
	"testing"
)

// Whoever asks, of the few that are kept the first that shares nothing with it is the first of all
// that do, in whatever order they came.
func TestTheShortestAreEnough(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	most := 0
	for range 3000 {
		all := make([]question, 1+r.IntN(10))
		j := &joining{hops: make([]hop, len(all))}
		for i := range all {
			all[i].not = key{r.Uint32N(4), r.Uint32N(4)}
			j.hops[i].last = int64(r.IntN(4)) // ties are decided by the place
		}
		var best shortest
		for _, i := range r.Perm(len(all)) {
			j.add(&best, i, all)
		}
		for n, k := range best {
			if k > 0 {
				most = max(most, n+1)
			}
		}
		for asker := range uint32(16) {
			not := key{asker % 4, asker / 4}
			want, got := -1, -1
			for i := range all {
				if !all[i].not.shares(not) {
					want = j.shorter(want, i)
				}
			}
			for _, k := range best {
				if k > 0 && !all[k-1].not.shares(not) {
					got = int(k - 1)
					break
				}
			}
			if got != want {
				t.Fatalf("of %v it finds %d for %v, not %d, in %v", all, got, not, want, best)
			}
		}
	}
	if most != len(shortest{}) {
		t.Errorf("at most %d were needed", most)
	}
}
