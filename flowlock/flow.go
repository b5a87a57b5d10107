package flowlock

import (
	"sync"
	"sync/atomic"
)

// A Flow has the state of one flow, and says whose turn it is to change it.
type Flow[S any] struct {
	State  S
	turn   atomic.Uint32 // the ticket of the job that may run now
	parked atomic.Uint32 // jobs that wait for their turn
}

// Turn returns the ticket of the job that may run now: for who wants to have
// read it before it matters.
func (f *Flow[S]) Turn() uint32 { return f.turn.Load() }

// A Lot is where jobs of type J wait whose turn has not come. That is rare: two
// batches that are worked on at the same time must have frames of one flow.
type Lot[J any] struct {
	shards [64]struct {
		mu   sync.Mutex
		jobs map[space]J
	}
}

// A space in the lot belongs to one job of one flow.
type space struct{ slot, ticket uint32 }

// Enter says whether the flow's job with this ticket may run now. If not, the
// job is parked, and will be returned by [Leave] to whoever ran the one before it.
func Enter[S, J any](f *Flow[S], l *Lot[J], slot, ticket uint32, job J) bool {
	if f.turn.Load() == ticket {
		return true
	}
	s := &l.shards[slot%uint32(len(l.shards))]
	s.mu.Lock()
	defer s.mu.Unlock()
	// Announced before the second look: Leave looks the other way round, so
	// that one of the two sees the other.
	f.parked.Add(1)
	if f.turn.Load() == ticket {
		f.parked.Add(^uint32(0))
		return true
	}
	if s.jobs == nil {
		s.jobs = make(map[space]J)
	}
	s.jobs[space{slot, ticket}] = job
	return false
}

// Leave ends the job with this ticket and returns the next, if it was parked:
// the caller must run it.
func Leave[S, J any](f *Flow[S], l *Lot[J], slot, ticket uint32) (next J, ok bool) {
	f.turn.Store(ticket + 1)
	if f.parked.Load() == 0 {
		return next, false
	}
	s := &l.shards[slot%uint32(len(l.shards))]
	s.mu.Lock()
	defer s.mu.Unlock()
	at := space{slot, ticket + 1}
	if next, ok = s.jobs[at]; ok {
		delete(s.jobs, at)
		f.parked.Add(^uint32(0))
	}
	return next, ok
}
