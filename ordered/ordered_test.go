package ordered

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
)

type parcel struct {
	n, value uint64
	worked   bool
}

// errDisk is what a sink says that is full.
var errDisk = errors.New("no space left")

// A course is one input and how it ends.
type course struct {
	length  uint64 // items that Take gives
	last    uint64 // the item at which Sequence ends the input; beyond length: never
	failing uint64 // the item that Deliver refuses; beyond length: none
	settles uint64 // every so many items Take settles, and of the others Sequence; 0: never
}

// trace runs the course and returns what was delivered, in the order of delivery.
func (c course) trace(t *testing.T, items, workers int) (delivered []uint64, err error) {
	t.Helper()
	var taking, sequencing, delivering atomic.Int32
	alone := func(b *atomic.Int32, name string, f func()) {
		if b.Add(1) != 1 {
			t.Errorf("two goroutines are in %s", name)
		}
		f()
		b.Add(-1)
	}
	var run *Run[parcel]
	var sum, sequenced uint64
	var given atomic.Uint64 // to Deliver
	settle := func(worker int, n uint64) {
		if run.Settle(worker, n); given.Load() < n && n <= min(c.last, c.failing) {
			t.Errorf("item %d has settled after %d", n, given.Load())
		}
	}
	run = New(items, nil, Stages[parcel]{
		Take: func(w int, n uint64, p *parcel) (more bool) {
			if c.settles > 0 && n%c.settles == 0 {
				settle(w, n)
			}
			alone(&taking, "Take", func() { *p, more = parcel{n: n}, n < c.length })
			return more
		},
		Work: func(_ int, p *parcel) {
			spin()
			p.worked = true
		},
		Sequence: func(w int, p *parcel) (more bool) {
			if c.settles > 0 && p.n%c.settles == 1 {
				settle(w, p.n)
			}
			alone(&sequencing, "Sequence", func() {
				if p.n != sequenced || !p.worked {
					t.Errorf("item %d is sequenced in place of %d (worked on: %t)", p.n, sequenced, p.worked)
				}
				sequenced++
				sum += p.n
				p.value, more = sum, p.n != c.last
			})
			return more
		},
		Finish: func(_ int, p *parcel) {
			spin()
			run.Done(p.n)
		},
		Deliver: func(p *parcel) (err error) {
			defer given.Add(1)
			alone(&delivering, "Deliver", func() {
				if p.n == c.failing {
					err = errDisk
					return
				}
				delivered = append(delivered, p.value)
			})
			return err
		},
	})
	if workers == 0 {
		err = run.Serial()
	} else {
		err = run.Parallel(workers)
	}
	return delivered, err
}

// spin makes items overtake each other.
func spin() {
	for range rand.IntN(2000) {
		_ = rand.Uint32()
	}
}

// Whatever the number of items and workers, what is delivered is what one
// goroutine delivers, to the last item, and an error comes after the same ones.
func TestParallelDeliversWhatSerialDelivers(t *testing.T) {
	const never = 1 << 62
	for _, c := range []course{
		{0, never, never, 0}, {1, never, never, 0}, {2, never, never, 2}, {500, never, never, 0}, {500, never, never, 2}, {500, never, never, 9},
		{500, 0, never, 0}, {500, 17, never, 0}, {500, 17, never, 4}, {500, 499, never, 0},
		{500, never, 0, 0}, {500, never, 123, 0}, {500, never, 123, 3}, {500, 200, 199, 0}, {500, 200, 201, 2},
	} {
		want, wantErr := c.trace(t, 1, 0)
		for _, items := range []int{1, 2, 3, 7, 32} {
			for _, workers := range []int{1, 2, 3, 16} {
				got, err := c.trace(t, items, workers)
				if fmt.Sprint(got) != fmt.Sprint(want) || !errors.Is(err, wantErr) {
					t.Fatalf("%+v with %d items and %d workers delivers %d items and %v; serially %d and %v", c, items, workers, len(got), err, len(want), wantErr)
				}
			}
		}
	}
}

// A tail is lost, if at all, in one run of many.
func TestTheTailIsNeverLost(t *testing.T) {
	for range 300 {
		got, err := course{9, 1 << 62, 1 << 62, 0}.trace(t, 4, 3)
		if len(got) != 9 || err != nil {
			t.Fatalf("%d of 9 items were delivered (%v)", len(got), err)
		}
	}
}

// A panic in any stage ends the run with an error, and no goroutine stays behind.
func TestAPanicEndsTheRun(t *testing.T) {
	for stage := range 5 {
		for _, workers := range []int{0, 1, 4} {
			bad := func(at int, n uint64) {
				if at == stage && n == 20 {
					panic("as arranged")
				}
			}
			var run *Run[parcel]
			run = New(6, nil, Stages[parcel]{
				Take:     func(_ int, n uint64, p *parcel) bool { p.n = n; bad(0, n); return n < 50 },
				Work:     func(_ int, p *parcel) { bad(1, p.n) },
				Sequence: func(_ int, p *parcel) bool { bad(2, p.n); return true },
				Finish:   func(_ int, p *parcel) { bad(3, p.n); run.Done(p.n) },
				Deliver:  func(p *parcel) error { bad(4, p.n); return nil },
			})
			err := run.Serial
			if workers > 0 {
				err = func() error { return run.Parallel(workers) }
			}
			if _, ok := errors.AsType[*Panic](err()); !ok {
				t.Errorf("stage %d with %d workers ends with no panic", stage, workers)
			}
		}
	}
}
