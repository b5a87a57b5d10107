package flowlock

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// Whatever is added and removed, and whether digests are the same or not, a
// directory finds what a map does, and shows the same locks.
func TestDirectoryDoesWhatAMapDoes(t *testing.T) {
	for name, digest := range map[string]func(*flow.Key) uint64{
		"seeded":  (*flow.Key).Hash,
		"narrow":  func(k *flow.Key) uint64 { return k.Hash() % 5 },
		"all one": func(*flow.Key) uint64 { return 0 },
	} {
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, 3))
			var d directory
			d.init()
			d.digest = digest
			want := map[flow.Key]*lock{}
			keys, grow := 1+r.Uint32N(50), 2+r.IntN(3)
			for range 2000 {
				k := key(r.Uint32N(keys), 6)
				found := d.find(&k)
				if found != want[k] {
					t.Fatalf("%s, seed %d: found %p, want %p", name, seed, found, want[k])
				}
				switch {
				case found == nil && r.IntN(4) < grow:
					f := &lock{key: k}
					d.add(f)
					want[k] = f
				case found != nil:
					d.remove(found)
					delete(want, k)
				}
				if d.length != len(want) {
					t.Fatalf("%s, seed %d: %d locks, want %d", name, seed, d.length, len(want))
				}
			}
			checkDirectory(t, &d, want)
		}
	}
}

func checkDirectory(t *testing.T, d *directory, want map[flow.Key]*lock) {
	t.Helper()
	shown := map[flow.Key]*lock{}
	d.all(func(f *lock) bool {
		if shown[f.key] != nil {
			t.Error("a lock is shown twice")
		}
		shown[f.key] = f
		return true
	})
	if len(shown) != len(want) || d.length != len(want) {
		t.Errorf("%d locks are shown and %d counted, want %d", len(shown), d.length, len(want))
	}
	for k, f := range want {
		if shown[k] != f || d.find(&k) != f {
			t.Errorf("a lock is lost")
		}
	}
}

// A crowd that has come and gone leaves no more behind than those who stay.
func TestDirectoryShrinks(t *testing.T) {
	const crowd, stay = 20_000, 10
	var d directory
	d.init()
	want := map[flow.Key]*lock{}
	for n := range uint32(crowd) {
		f := &lock{key: key(n, 6)}
		d.add(f)
		want[f.key] = f
	}
	checkDirectory(t, &d, want)
	for k, f := range want {
		if len(want) > stay {
			d.remove(f)
			delete(want, k)
		}
	}
	checkDirectory(t, &d, want)
	if d.most > leastRoom {
		t.Errorf("there is room for %d", d.most)
	}
}

// Readers need no lock: what stays they see, each once, whatever is added and
// removed meanwhile, and whether digests are the same or not.
func TestDirectoryReadersNeedNoLock(t *testing.T) {
	const stay, come, rounds = 64, 200, 150
	var d directory
	d.init()
	d.digest = func(k *flow.Key) uint64 { return k.Hash() % 100 }
	for n := range uint32(stay) {
		d.add(&lock{key: key(n, 17)})
	}
	var over atomic.Bool
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			for !over.Load() {
				seen := map[flow.Key]int{}
				d.all(func(f *lock) bool { seen[f.key]++; return true })
				for n := range uint32(stay) {
					if k := key(n, 17); seen[k] != 1 || d.find(&k) == nil {
						t.Errorf("a lock that stays was seen %d times", seen[k])
						return
					}
				}
			}
		})
	}
	for range rounds {
		var locks []*lock
		for n := range uint32(come) {
			f := &lock{key: key(n, 6)}
			d.add(f)
			locks = append(locks, f)
		}
		rand.Shuffle(come, func(i, j int) { locks[i], locks[j] = locks[j], locks[i] })
		for _, f := range locks {
			d.remove(f)
		}
	}
	over.Store(true)
	all.Wait()
}
