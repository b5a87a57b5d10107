package pipeline

import (
	"runtime"

	"github.com/pcappipe/pcappipe/ordered"
)

// An engine wires the stages. All give the same bytes.
type engine struct {
	run func(*run) error
}

var engines = map[Engine]engine{
	Default:  {runDefault},
	Pipeline: {runPipeline},
	Server:   {runServer},
}

// smallInput is what one goroutine has read before two have shared it out.
const smallInput = 1 << 20

// engine returns the engine that was named, or what this machine and input are
// best served by: one goroutine where there is one CPU, one worker or little to do.
func (r *run) engine() engine {
	if r.config.Engine != Auto {
		return engines[r.config.Engine]
	}
	size := r.source.Size()
	if r.config.Workers == 1 || runtime.GOMAXPROCS(0) == 1 || size > 0 && size < smallInput {
		return engines[Default]
	}
	return engines[Pipeline]
}

// stages are the same for all engines, but for who finishes a trip.
func (r *run) stages() ordered.Stages[trip] {
	return ordered.Stages[trip]{
		Take: r.take,
		Work: func(w int, t *trip) {
			if !t.tail {
				r.config.Timing.read(func() { r.source.Read(&t.Piece) })
				r.workers[w].examine(t)
			}
		},
		Sequence: func(w int, t *trip) bool {
			t.held = w
			return r.sequencer.sequence(r.workers[w], t)
		},
		Finish:  func(w int, t *trip) { r.workers[w].finish(t) },
		Deliver: r.deliver,
		Stop:    r.source.Stop,
	}
}

// start makes the workers and the trips.
func (r *run) start(workers, trips int, stages ordered.Stages[trip]) {
	for range workers {
		r.workers = append(r.workers, newWorker(r))
	}
	r.sequencer.most = int64(trips) * leavingFlows
	r.sequencer.scopes.trips = uint64(trips)
	r.schedule = ordered.New(trips, func(t *trip) {
		t.out, t.keeps = make([][]byte, r.output.Streams()+2), largeOutput*r.config.BatchSize*3/2
		t.Settle = func() { r.schedule.Settle(t.held, t.n) }
	}, r.config.Timing.watch(stages))
}

// runDefault is the engine of one goroutine: the reference.
func runDefault(r *run) error {
	r.start(1, 1, r.stages())
	return r.schedule.Serial()
}

// tripsFor is how many trips are on their way at most: one for each worker, and
// some that wait for one that is late.
func tripsFor(workers int) int { return workers + workers/4 + 2 }

// runPipeline is the engine whose workers do everything: they decode, take the
// baton where they find it free, and run the jobs.
func runPipeline(r *run) error {
	r.start(r.config.Workers, tripsFor(r.config.Workers), r.stages())
	return r.schedule.Parallel(r.config.Workers)
}
