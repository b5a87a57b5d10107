// Package ordered does work in parallel and gives its results in order, within
// a bounded set of items. It knows nothing of packets.
//
// Items are made once and go round:
//
//	Take ──► Work ──► Sequence ──► Finish ──► Deliver ──► Take …
//	in order parallel in order     parallel   in order
//
// The stages in order hold a baton each: one goroutine at a time runs them.
// Nobody waits for a baton: a worker that finds it taken does something else,
// and whoever gives it back looks again before it sleeps. An item n always uses
// place n modulo the number of items, so order needs no queue: five counters
// under one mutex, touched a few times an item, are the whole schedule. Items
// are meant to be large (a thousand frames, a hundred microseconds).
package ordered

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Stages says what is done to items of type T. Worker numbers run from 0; a
// stage that is given one may use what belongs to that worker.
type Stages[T any] struct {
	// Take fills item n with the next piece of the input, and reports false at
	// its end. It runs in order, one at a time.
	Take func(worker int, n uint64, item *T) bool
	// Work runs in parallel.
	Work func(worker int, item *T)
	// Sequence runs in order, one at a time, and reports false when the input
	// ends with this item, whatever was taken after it.
	Sequence func(worker int, item *T) bool
	// Finish runs in parallel, begun in order. The item is finished when
	// [Run.Done] has been called for it, by whomever.
	Finish func(worker int, item *T)
	// Deliver runs in order, one at a time. Its first error ends the run.
	Deliver func(item *T) error
	// Stop, if there is one, makes a Take that waits return, and returns at
	// once. It is called when the run fails.
	Stop func()
}

// A Run is one passage of an input through its stages.
type Run[T any] struct {
	stages Stages[T]
	items  []T

	mu    sync.Mutex
	wake  sync.Cond
	state []progress // of the item at each place

	// The next item for each stage: delivered ≤ started ≤ sequenced ≤ taken ≤ delivered + len(items).
	taken, sequenced, started, delivered uint64
	taking, sequencing, delivering       bool
	settling                             int // who waits in Settle

	closed bool   // nothing more is taken
	end    uint64 // once closed: the item after the last
	err    error
}

// progress says which stages outside the counters an item has been through.
type progress struct{ worked, finished bool }

// New returns a run over so many items. Make prepares each of them once.
func New[T any](items int, prepare func(*T), stages Stages[T]) *Run[T] {
	r := &Run[T]{stages: stages, items: make([]T, items), state: make([]progress, items)}
	r.wake.L = &r.mu
	if prepare != nil {
		for i := range r.items {
			prepare(&r.items[i])
		}
	}
	return r
}

// Item returns item n, which must be on its way.
func (r *Run[T]) Item(n uint64) *T { return &r.items[n%uint64(len(r.items))] }

// A Panic is a panic of a stage, which ended the run. The other goroutines have
// ended cleanly.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("internal fault: %v\n%s", p.Value, p.Stack) }

// caught returns what was recovered as an error.
func caught(value any) error { return &Panic{value, debug.Stack()} }

// Guard calls f, which belongs to the run but runs on a goroutine of its own. If f panics the run ends.
func (r *Run[T]) Guard(f func()) {
	defer func() {
		if value := recover(); value != nil {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.fail(caught(value))
		}
	}()
	f()
}

// fail ends the run. The caller holds the mutex.
func (r *Run[T]) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	if r.stages.Stop != nil {
		r.stages.Stop()
	}
	r.closeAt(r.delivered)
}

// Serial runs all stages on this goroutine, one item after the other: the
// reference for [Run.Parallel].
func (r *Run[T]) Serial() (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = caught(value)
		}
	}()
	for n := uint64(0); ; n++ {
		item := r.Item(n)
		if !r.stages.Take(0, n, item) {
			return nil
		}
		r.stages.Work(0, item)
		more := r.stages.Sequence(0, item)
		r.stages.Finish(0, item)
		if err := r.stages.Deliver(item); err != nil || !more {
			return err
		}
		r.delivered++
	}
}

// Parallel runs the stages on so many workers and returns when they have ended.
func (r *Run[T]) Parallel(workers int) error {
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() { r.worker(w) })
	}
	all.Wait()
	return r.err
}

// closeAt ends the input before item n. The caller holds the mutex.
func (r *Run[T]) closeAt(n uint64) {
	if !r.closed || n < r.end {
		r.closed, r.end = true, n
	}
	r.wake.Broadcast()
}

// Done says that item n is finished. Any goroutine may call it, once an item.
func (r *Run[T]) Done(n uint64) {
	r.mu.Lock()
	r.state[n%uint64(len(r.state))].finished = true
	r.mu.Unlock()
	r.wake.Signal()
}

// A task is what a worker does next.
type task uint8

const (
	quit task = iota
	take
	sequence
	finish
	deliver
)

func (r *Run[T]) worker(w int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() {
		if value := recover(); value != nil {
			r.fail(caught(value))
		}
	}()
	for {
		t := r.next()
		if t == quit {
			r.wake.Broadcast()
			return
		}
		r.do(t, w)
	}
}

// do does one task. The caller holds the mutex.
func (r *Run[T]) do(t task, w int) {
	switch t {
	case deliver:
		r.deliver()
	case sequence:
		r.sequence(w)
	case finish:
		n := r.started
		r.started++
		r.unlocked(func() { r.stages.Finish(w, r.Item(n)) })
	case take:
		r.take(w)
	}
}

// Settle returns when all items before n are delivered, or the run is over. A
// Take or a Sequence of item n that needs much room calls it, so that nobody
// else has any. It does meanwhile what there is to do, with what belongs to
// this worker; so the last worker can wait too.
func (r *Run[T]) Settle(worker int, n uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.settling++
	defer func() { r.settling-- }()
	for r.delivered < n && !r.over() {
		t, more := r.choose()
		if more || t == take { // which is for others: here it would only add to what must go
			r.wake.Signal()
		}
		if t == take || t == quit {
			r.wake.Wait()
		} else {
			r.do(t, worker)
		}
	}
}

// next chooses what brings items home soonest, and sleeps while there is
// nothing to do. Whoever leaves another task behind wakes one more worker.
func (r *Run[T]) next() task {
	for {
		t, more := r.choose()
		if t != quit {
			if more {
				r.wake.Signal()
			}
			return t
		}
		if r.over() {
			return quit
		}
		r.wake.Wait()
	}
}

// choose returns the first task that can be done, or quit when there is none,
// and whether another could be done at the same time.
func (r *Run[T]) choose() (t task, more bool) {
	if r.err != nil {
		return quit, false
	}
	can := [...]struct {
		task
		yes bool
	}{
		{deliver, !r.delivering && r.delivered < r.started && r.at(r.delivered).finished},
		{sequence, !r.sequencing && r.sequenced < r.taken && (!r.closed || r.sequenced < r.end) && r.at(r.sequenced).worked},
		{finish, r.started < r.sequenced},
		{take, !r.taking && !r.closed && r.taken < r.delivered+uint64(len(r.items))},
	}
	for _, c := range can {
		if !c.yes {
			continue
		}
		if t != quit {
			return t, true
		}
		t = c.task
	}
	return t, t == finish && r.started+1 < r.sequenced
}

func (r *Run[T]) at(n uint64) *progress { return &r.state[n%uint64(len(r.state))] }

// over says that no task will come any more.
func (r *Run[T]) over() bool { return r.err != nil || r.closed && r.delivered >= r.end }

// unlocked runs f without the mutex, and takes it again, also when f panics.
func (r *Run[T]) unlocked(f func()) {
	r.mu.Unlock()
	defer r.mu.Lock()
	f()
}

// take takes the next item and works on it.
func (r *Run[T]) take(w int) {
	n := r.taken
	item, more := r.Item(n), false
	r.taking = true
	r.unlocked(func() { more = r.stages.Take(w, n, item) })
	r.taking = false
	if !more || r.closed {
		r.closeAt(r.taken)
		return
	}
	*r.at(n) = progress{}
	r.taken++
	r.wake.Signal() // the baton of Take is free
	r.unlocked(func() { r.stages.Work(w, item) })
	r.at(n).worked = true
}

// sequence takes all items that are ready, in order, while it holds the baton.
func (r *Run[T]) sequence(w int) {
	r.sequencing = true
	for r.sequenced < r.taken && (!r.closed || r.sequenced < r.end) && r.at(r.sequenced).worked {
		n, more := r.sequenced, false
		r.unlocked(func() { more = r.stages.Sequence(w, r.Item(n)) })
		r.sequenced++
		if !more {
			r.closeAt(r.sequenced)
		}
		r.wake.Signal() // there is an item to finish
	}
	r.sequencing = false
}

// deliver hands on all items that are finished, in order, while it holds the baton.
func (r *Run[T]) deliver() {
	r.delivering = true
	for r.err == nil && r.delivered < r.started && r.at(r.delivered).finished {
		var err error
		r.unlocked(func() { err = r.stages.Deliver(r.Item(r.delivered)) })
		r.delivered++
		if err != nil {
			r.fail(err)
		}
		r.wake.Signal() // its place is free
		if r.settling > 0 {
			r.wake.Broadcast() // the one that is woken need not be the one that waits for this
		}
	}
	r.delivering = false
}
