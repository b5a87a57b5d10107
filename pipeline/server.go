package pipeline

import "sync"

// runServer is the engine in which flows have owners: workers decode and
// sequence, and each flow's jobs run on the analyst that its slot belongs to.
// An analyst takes the trips in order, so its flows need no tickets.
func runServer(r *run) error {
	workers := r.config.Workers
	trips := tripsFor(workers)
	analysts := make([]*analyst, workers)
	for i := range analysts {
		analysts[i] = &analyst{worker: newWorker(r), number: uint32(i), of: uint32(workers), trips: make(chan *trip, trips)}
	}
	stages := r.stages()
	sequence := stages.Sequence
	stages.Sequence = func(w int, t *trip) bool {
		more := sequence(w, t)
		t.pending.Store(int32(len(analysts)))
		for _, a := range analysts {
			a.trips <- t // has room for all trips that there are
		}
		return more
	}
	stages.Finish = func(int, *trip) {}
	r.start(workers, trips, stages)

	var all sync.WaitGroup
	for _, a := range analysts {
		all.Go(func() { r.schedule.Guard(a.work) })
	}
	err := r.schedule.Parallel(workers)
	for _, a := range analysts {
		close(a.trips)
	}
	all.Wait()
	return err
}

// An analyst owns the flows of some slots.
type analyst struct {
	worker     *worker
	number, of uint32
	trips      chan *trip
}

// work does the analyst's part of each trip. Who does the last part completes the trip.
func (a *analyst) work() {
	for t := range a.trips {
		for i := range t.jobs {
			if j := &t.jobs[i]; j.slot%a.of == a.number && !j.done {
				a.worker.do(j)
			}
		}
		if t.pending.Add(-1) == 0 {
			a.worker.complete(t)
		}
	}
}
