package flowlock

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// A plainIndex is the obvious one: a slice in order.
type plainIndex []plainEntry

type plainEntry struct {
	lane, offset uint64
	v            int
}

// search returns where in the slice the first entry stands that is not before a place.
func (p plainIndex) search(lane, offset uint64) (int, bool) {
	return slices.BinarySearchFunc(p, plainEntry{lane, offset, 0}, func(a, b plainEntry) int {
		return (&place{lane: a.lane, offset: a.offset}).compare(&place{lane: b.lane, offset: b.offset})
	})
}

func (p *plainIndex) put(lane, offset uint64, v int) {
	i, there := p.search(lane, offset)
	if there {
		(*p)[i].v = v
		return
	}
	*p = slices.Insert(*p, i, plainEntry{lane, offset, v})
}

// floor returns where the entry stands that is in force, or -1.
func (p plainIndex) floor(lane, offset uint64) int {
	i, there := p.search(lane, offset)
	if !there {
		i--
	}
	if i < 0 || p[i].lane != lane {
		return -1
	}
	return i
}

func (p plainIndex) between(lane, start, end uint64) (found []plainEntry) {
	if start >= end {
		return nil
	}
	i := p.floor(lane, start)
	if i < 0 {
		i, _ = p.search(lane, start)
	}
	for ; i < len(p) && p[i].lane == lane && p[i].offset < end; i++ {
		found = append(found, p[i])
	}
	return found
}

func (p *plainIndex) drop(lane, before uint64) {
	if i := p.floor(lane, before); i >= 0 {
		first, _ := p.search(lane, 0)
		*p = slices.Delete(*p, first, i)
	}
}

// Whatever is put, dropped and asked, an index answers as a sorted slice does.
func FuzzIndex(f *testing.F) {
	f.Add([]byte{0, 1, 10, 0, 1, 20, 3, 1, 15, 1, 1, 20, 4, 1, 9})
	f.Add([]byte{0, 0, 255, 0, 0, 0, 0, 0, 255, 2, 0, 0, 3, 0, 255})
	random := rand.NewChaCha8([32]byte{1})
	for range 30 {
		script := make([]byte, 900)
		random.Read(script)
		f.Add(script)
	}
	offsets := []uint64{0, 1, 2, 3, 99, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, 1<<32 + 1, 5 << 32, 1 << 63, math.MaxUint64 - 1, math.MaxUint64}
	f.Fuzz(func(t *testing.T, script []byte) {
		var x Index[int]
		var want plainIndex
		for n := 0; n+3 <= len(script); n += 3 {
			stream, from := uint32(script[n+1]>>1&3)*math.MaxUint32/3, flow.Direction(script[n+1]&1)
			offset, other := offsets[int(script[n+2]&15)%len(offsets)], offsets[int(script[n+2]>>4)%len(offsets)]
			l := lane(stream, from)
			switch script[n] % 8 {
			case 0, 1, 2, 3:
				x.Put(stream, from, offset, n)
				want.put(l, offset, n)
			case 4:
				x.Drop(stream, from, offset)
				want.drop(l, offset)
			case 5:
				x.Forget(stream, from)
				want = slices.DeleteFunc(want, func(e plainEntry) bool { return e.lane == l })
			case 6:
				var got []plainEntry
				x.Between(stream, from, offset, other, func(at uint64, v int) bool {
					got = append(got, plainEntry{l, at, v})
					return true
				})
				if found := want.between(l, offset, other); !slices.Equal(got, found) {
					t.Fatalf("step %d: between %d and %d is %v, want %v", n, offset, other, got, found)
				}
			}
			v, ok := x.At(stream, from, offset)
			if i := want.floor(l, offset); ok != (i >= 0) || ok && v != want[i].v {
				t.Fatalf("step %d: at %d is %d (%t), want entry %d of %v", n, offset, v, ok, i, want)
			}
			if x.Len() != len(want) {
				t.Fatalf("step %d: %d entries, want %d", n, x.Len(), len(want))
			}
		}
		if charge := x.Charge(); charge < entryCharge*int64(len(want)) || charge > indexCharge+entryCharge*int64(len(want)) {
			t.Fatalf("%d entries are charged %d", len(want), charge)
		}
	})
}

// Before the first there is nothing, and from the last on it is in force for good.
func TestIndexHasNothingBeforeTheFirst(t *testing.T) {
	var x Index[string]
	if _, ok := x.At(1, flow.FromA, 0); ok || x.Len() != 0 || x.Charge() != 0 {
		t.Errorf("an empty index has %d entries and is charged %d", x.Len(), x.Charge())
	}
	x.Put(1, flow.FromA, 100, "first")
	x.Put(1, flow.FromA, 200, "second")
	for _, c := range []struct {
		stream uint32
		from   flow.Direction
		offset uint64
		want   string
	}{
		{1, flow.FromA, 0, ""}, {1, flow.FromA, 99, ""},
		{1, flow.FromA, 100, "first"}, {1, flow.FromA, 199, "first"},
		{1, flow.FromA, 200, "second"}, {1, flow.FromA, math.MaxUint64, "second"},
		{1, flow.FromB, 150, ""}, {0, flow.FromA, 150, ""}, {2, flow.FromA, 150, ""},
	} {
		if v, ok := x.At(c.stream, c.from, c.offset); v != c.want || ok != (c.want != "") {
			t.Errorf("stream %d, direction %d, offset %d: %q (%t), want %q", c.stream, c.from, c.offset, v, ok, c.want)
		}
	}
}

// A nil is as good a value as any.
func TestIndexKeepsNil(t *testing.T) {
	var x Index[error]
	x.Put(1, flow.FromA, 1, nil)
	if v, ok := x.At(1, flow.FromA, 2); v != nil || !ok {
		t.Errorf("got %v (%t)", v, ok)
	}
}

// Readers need no lock: whatever the writer does meanwhile, what was in force
// before they asked and still is, they find.
func TestIndexReadersNeedNoLock(t *testing.T) {
	const last, step, kept = 6_000, 10, 1000
	var x Index[uint64]
	var put atomic.Uint64 // the greatest offset that has been put
	x.Put(3, flow.FromB, 0, 0)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for put.Load() < last*step {
				before := put.Load()
				still := func() bool { return put.Load() <= before+kept*step } // it has not been dropped yet
				v, ok := x.At(3, flow.FromB, before+step-1)
				if (!ok || v/2 != before) && still() {
					t.Errorf("after %d was put, %d (%t) is in force there", before, v/2, ok)
					return
				}
				next := before
				x.Between(3, flow.FromB, before, before+20*step, func(offset, v uint64) bool {
					if (offset != next || v/2 != offset) && still() {
						t.Errorf("between, from %d on: %d at %d, want %d", before, v/2, offset, next)
						return false
					}
					next += step
					return true
				})
				if _, ok := x.At(3, flow.FromA, before); ok {
					t.Errorf("something is in force in the other direction")
				}
			}
		})
	}
	for at := uint64(step); at <= last*step; at += step {
		x.Put(3, flow.FromB, at, 2*at)
		put.Store(at)
		x.Put(3, flow.FromB, at, 2*at+1) // again: replaced, and never gone
		if at > kept*step {
			x.Drop(3, flow.FromB, at-kept*step)
		}
	}
	all.Wait()
	if x.Len() != kept+1 {
		t.Errorf("%d entries are left, want %d", x.Len(), kept+1)
	}
}

// A sequence number is told from the same number of another lap by the offset
// that it must be near to.
func TestNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		want := r.Uint64() >> r.IntN(64)
		near := want + uint64(r.Int64N(1<<32)-1<<31)
		if near-want < 1<<63 && near < want || near-want >= 1<<63 && near > want {
			continue // beyond either end of 64 bits
		}
		if got := Nearest(near, uint32(want)); got != want {
			t.Fatalf("near %d, %d is %d, want %d", near, uint32(want), got, want)
		}
	}
	for _, c := range []struct {
		near uint64
		seq  uint32
		want uint64
	}{
		{0, 0, 0}, {0, 1 << 31, 1 << 31},
		{0, 0xffffffff, 0xffffffff}, // nothing is before the beginning
		{0xffffffff, 0, 1 << 32}, {1 << 32, 0xffffffff, 0xffffffff},
		{7<<32 + 5, 5, 7<<32 + 5}, {7<<32 + 5, 4, 7<<32 + 4}, {7 << 32, 1 << 31, 7<<32 + 1<<31},
	} {
		if got := Nearest(c.near, c.seq); got != c.want {
			t.Errorf("near %d, %d is %d, want %d", c.near, c.seq, got, c.want)
		}
	}
}

// BenchmarkIndex asks what is in force at offsets all over a stream.
func BenchmarkIndex(b *testing.B) {
	var x Index[int]
	const entries = 10_000
	for i := range entries {
		x.Put(1, flow.FromA, uint64(i)*1000, i)
	}
	r := rand.New(rand.NewPCG(1, 1))
	sum := 0
	for b.Loop() {
		v, _ := x.At(1, flow.FromA, r.Uint64N(entries*1000))
		sum += v
	}
}

// BenchmarkIndexPut puts what follows, and drops what is long over.
func BenchmarkIndexPut(b *testing.B) {
	b.ReportAllocs()
	var x Index[int]
	at := uint64(0)
	for b.Loop() {
		at += 1000
		x.Put(1, flow.FromA, at, 1)
		if at%100_000 == 0 && at > 1_000_000 {
			x.Drop(1, flow.FromA, at-1_000_000)
		}
	}
}
