package pipeline

import (
	"sync/atomic"
	"time"

	"github.com/pcappipe/pcappipe/ordered"
)

// Timing is written by a run and says where its time went: what each stage took,
// added up over all workers. Take, Sequence and Deliver are what is done in order
// by one, so of these three the longest bounds how fast any number of workers can be.
//
// The clock is read twice a stage and trip. A stage that loses its processor on
// the way is charged for that too.
type Timing struct {
	Take     Nanos // handing out pieces, or reading and slicing what cannot be cut
	Work     Nanos // reading and slicing, decoding and grouping
	Sequence Nanos
	Finish   Nanos // jobs and the records they complete; not what the server engine's analysts do
	Deliver  Nanos

	Read   Nanos // of Work: reading and slicing
	Encode Nanos // of Finish, or of an analyst's work: making records
}

// Nanos is a time that several goroutines add to.
type Nanos struct{ atomic.Int64 }

// Duration returns what has come together.
func (n *Nanos) Duration() time.Duration { return time.Duration(n.Load()) }

// since adds the time since begin. It is called as a stage ends.
func (n *Nanos) since(begin time.Time) { n.Add(int64(time.Since(begin))) }

// read tells how long f took, which reads a piece.
func (t *Timing) read(f func()) {
	if t != nil {
		defer t.Read.since(time.Now())
	}
	f()
}

// encode tells how long f took, which makes a trip's records.
func (t *Timing) encode(f func()) {
	if t != nil {
		defer t.Encode.since(time.Now())
	}
	f()
}

// watch returns stages that do the same and tell how long they took.
func (t *Timing) watch(s ordered.Stages[trip]) ordered.Stages[trip] {
	if t == nil {
		return s
	}
	return ordered.Stages[trip]{
		Take: func(w int, n uint64, i *trip) bool {
			defer t.Take.since(time.Now())
			return s.Take(w, n, i)
		},
		Work: func(w int, i *trip) {
			defer t.Work.since(time.Now())
			s.Work(w, i)
		},
		Sequence: func(w int, i *trip) bool {
			defer t.Sequence.since(time.Now())
			return s.Sequence(w, i)
		},
		Finish: func(w int, i *trip) {
			defer t.Finish.since(time.Now())
			s.Finish(w, i)
		},
		Deliver: func(i *trip) error {
			defer t.Deliver.since(time.Now())
			return s.Deliver(i)
		},
		Stop: s.Stop,
	}
}
