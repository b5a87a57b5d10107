package flowlock

import (
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

type ticketed struct {
	flow         *Flow[[]uint32]
	slot, ticket uint32
}

// Whoever runs them and in whatever order they come, the jobs of each flow
// run once, one at a time and in the order of their tickets.
func TestJobsRunInTheOrderOfTheirTickets(t *testing.T) {
	const flows, tickets, workers = 7, 2000, 4
	var (
		list [flows]Flow[[]uint32]
		lot  Lot[ticketed]
		busy [flows]atomic.Int32
		jobs []ticketed
	)
	for n := range uint32(tickets) {
		for f := range uint32(flows) {
			jobs = append(jobs, ticketed{&list[f], f, n})
		}
	}
	for i := 0; i+40 < len(jobs); i += 20 { // neighbours overtake each other
		rand.Shuffle(40, func(a, b int) { jobs[i+a], jobs[i+b] = jobs[i+b], jobs[i+a] })
	}
	do := func(j ticketed) {
		if busy[j.slot].Add(1) != 1 {
			t.Errorf("two jobs of flow %d run at the same time", j.slot)
		}
		j.flow.State = append(j.flow.State, j.ticket)
		busy[j.slot].Add(-1)
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= int64(len(jobs)) {
					return
				}
				j, ok := jobs[i], true
				for ok = Enter(j.flow, &lot, j.slot, j.ticket, j); ok; {
					do(j)
					j, ok = Leave(j.flow, &lot, j.slot, j.ticket)
				}
			}
		})
	}
	all.Wait()
	for f := range list {
		if s := list[f].State; len(s) != tickets || !slices.IsSorted(s) {
			t.Errorf("flow %d ran %d jobs, in order %t", f, len(s), slices.IsSorted(s))
		}
	}
	for i := range lot.shards {
		if n := len(lot.shards[i].jobs); n != 0 {
			t.Errorf("%d jobs are left in the lot", n)
		}
	}
}
