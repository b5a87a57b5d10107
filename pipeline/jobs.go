package pipeline

import (
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
)

// finish runs the jobs of a trip, and those of other trips that waited for one
// of these. It never waits: a job whose turn has not come is left behind, and
// whoever brings a trip's count to zero completes that trip.
func (w *worker) finish(t *trip) {
	done := int32(1) // the one that hold counted for handing out
	for i := range t.jobs {
		if i%readAhead == 0 {
			w.touch(t.jobs[i:min(i+readAhead, len(t.jobs))])
		}
		j := &t.jobs[i]
		if j.done {
			done++
			continue
		}
		if !flowlock.Enter(j.flow, &w.run.lot, j.slot, j.ticket, j) {
			continue
		}
		w.do(j)
		done++
		for next, ok := flowlock.Leave(j.flow, &w.run.lot, j.slot, j.ticket); ok; {
			w.do(next)
			trip := next.trip
			// The flow is left before the job is counted: with its last job the
			// trip, and with the trip the flow's slot, can go to others.
			next, ok = flowlock.Leave(next.flow, &w.run.lot, next.slot, next.ticket)
			if trip == t {
				done++ // not before the others of this trip are handed out
			} else {
				w.done(trip, 1)
			}
		}
	}
	w.done(t, done)
}

// readAhead is how many jobs' flows are read together, so that the reads overlap:
// where there are many flows, each job would otherwise wait for its own.
const readAhead = 32

func (w *worker) touch(jobs []job) {
	for i := range jobs {
		j := &jobs[i]
		if j.flow.Turn() == j.ticket { // else the state is another's just now
			w.touched += j.flow.State.Packets() + j.flow.State.Number()
			if j.tcp != nil {
				w.touched += j.tcp.Warm()
			}
		}
	}
}

// done counts finished jobs of a trip.
func (w *worker) done(t *trip, jobs int32) {
	if t.pending.Add(-jobs) == 0 {
		w.complete(t)
	}
}

// do brings to a flow what a job has for it.
func (w *worker) do(j *job) {
	switch {
	case j.brings == fragments:
		j.count()
	case j.tcp == nil && j.brings == group:
		j.follow()
	case j.tcp != nil && j.brings != nothing:
		w.assemble(j)
	}
}

// follow brings the batch's pieces of one flow into its state.
func (j *job) follow() {
	t, c := j.trip, &j.flow.State
	groups := &t.found.Groups
	g := &groups.List[j.at]
	p := &groups.Pieces[g.First]
	if j.begins {
		c.Begin(&g.Key, g.Number, p, t.Number(int(p.Frame)), t.nanos(p.Frame))
	}
	for {
		c.Add(p, t.Number(int(p.Frame)), t.nanos(p.Frame))
		if p.Next == flow.None {
			break
		}
		p = &groups.Pieces[p.Next]
	}
	g.Number = c.Number()
}
