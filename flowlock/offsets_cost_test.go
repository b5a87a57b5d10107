//go:build !race

// What costs are claimed here is the same under the race detector, but there a
// million entries take long, and a pool loses on purpose what it is given.

package flowlock

import (
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// What is in force is found in O(log n): of a million entries fewer than a
// hundred are looked at, on average.
func TestIndexFindsInFewComparisons(t *testing.T) {
	const entries, probes = 1_000_000, 10_000
	m, l := newSorted(), lane(1, flow.FromA)
	for i := range uint64(entries) {
		m.put(place{lane: l, offset: i * 1000, version: 1})
	}
	asked := 0
	for range probes {
		offset := rand.Uint64N(entries * 1000)
		s := m.around(l, offset, behind)
		if s.floor.offset != offset/1000*1000 {
			t.Fatalf("at %d the entry from %d is in force", offset, s.floor.offset)
		}
		asked += s.asked
		s.release()
	}
	mean := float64(asked) / probes
	t.Logf("%.1f comparisons on average", mean)
	if mean > 100 {
		t.Error("that is no O(log n)")
	}
}

// Asking allocates nothing.
func TestIndexAllocatesNothingForAsking(t *testing.T) {
	var x Index[int]
	for i := range 1000 {
		x.Put(1, flow.FromA, uint64(i), i)
	}
	sum := 0
	if n := testing.AllocsPerRun(1000, func() {
		v, _ := x.At(1, flow.FromA, 500)
		sum += v
		x.Between(1, flow.FromA, 10, 20, func(_ uint64, v int) bool { sum += v; return true })
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// An index keeps about as much as it is charged, and gives back what is dropped.
func TestIndexIsChargedWhatItKeeps(t *testing.T) {
	const entries = 50_000
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	var x Index[Trace]
	for i := range uint64(entries) {
		x.Put(1, flow.FromA, i, Trace{ID: strings.Repeat("t", int(i%2))})
	}
	full := heap() - before
	t.Logf("%d bytes are kept, %d are charged", full, x.Charge())
	if charge := x.Charge(); full > charge || full < charge/2 {
		t.Errorf("%d bytes are kept, %d are charged", full, charge)
	}
	x.Drop(1, flow.FromA, entries)
	if left := heap() - before; left > full/100 {
		t.Errorf("%d bytes are kept of what was dropped", left)
	}
	runtime.KeepAlive(&x)
}
