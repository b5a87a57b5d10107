package pipeline

import (
	"slices"
	"sync"

	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/flow"
)

// A closing is a trace that is over, and where its record stands.
type closing struct {
	*correlate.Trace
	frame  uint32 // whose time ended it, or that brought the exchange that there was no more room for
	before bool
}

// traceShare is which part of the ceiling traces may take that are not over.
const traceShare = 16

// join brings the trip's exchanges to their traces, and finds which traces are
// over. Whoever delivers does it: traces join what is in order.
func (r *run) join(t *trip) {
	n := len(t.closings)
	for i := range t.order {
		e := &t.order[i]
		if e.kind != exchanges {
			continue
		}
		x := &t.exchanges[e.at]
		clock := t.clockOf(x.frame)
		r.over(t, clock)
		r.traces.Add(x.Exchange, x.of, clock)
		for tr := r.traces.Overflow(); tr != nil; tr = r.traces.Overflow() {
			t.closings = append(t.closings, closing{tr, x.frame, false})
			r.account.TracesEvicted++
		}
	}
	r.over(t, t.clock.end)
	if len(t.closings) > n && r.wants[traces] {
		for i := n; i < len(t.closings); i++ {
			c := &t.closings[i]
			t.order = append(t.order, emission{frame: c.frame, before: c.before, kind: traces, at: uint32(i), ordinal: uint64(i)})
		}
		slices.SortFunc(t.order, func(a, b emission) int { return a.compare(&b) })
		t.forget()
		t.large = true // its records were made without these
	}
}

// over closes the traces that are over at a clock.
func (r *run) over(t *trip, clock int64) {
	for {
		deadline, some := r.traces.Deadline()
		if !some || deadline >= clock {
			return
		}
		tr := r.traces.Expire(clock)
		if tr == nil {
			return
		}
		t.closings = append(t.closings, closing{tr, t.clock.after(deadline, t.clocks), true})
	}
}

// traceLot is how many exchanges the traces have that are made into records together:
// as many as the largest trace.
const traceLot = 4096

// closeTraces writes the traces that the capture's end closes, before the
// records of a kind that comes behind them. There can be many, and the other workers have
// nothing else to do by then: so each makes the records of a share of a lot.
func (r *run) closeTraces() (err error) {
	makers := make([]*worker, r.config.Workers)
	for i := range makers {
		makers[i] = newWorker(r)
	}
	for err == nil {
		lot := r.remaining()
		if len(lot) == 0 {
			return nil
		}
		r.account.Records[traces.String()] += uint64(len(lot))
		share := (len(lot) + len(makers) - 1) / len(makers)
		var all sync.WaitGroup
		for i, w := range makers {
			part := lot[min(i*share, len(lot)):min((i+1)*share, len(lot))]
			all.Go(func() { r.schedule.Guard(func() { w.traceRecords(part) }) })
		}
		all.Wait()
		for _, w := range makers {
			if err == nil {
				err = r.send(r.lanes[traces], w.single)
			}
		}
	}
	return err
}

// remaining returns the next traces that the capture's end closes, not more than a lot.
func (r *run) remaining() (lot []*correlate.Trace) {
	for n := 0; n < traceLot; {
		tr := r.traces.Remaining()
		if tr == nil {
			break
		}
		lot = append(lot, tr)
		n += tr.Len()
	}
	return lot
}

// traceRecords makes the records of some traces.
func (w *worker) traceRecords(list []*correlate.Trace) {
	w.single = w.single[:0]
	for _, tr := range list {
		tr.Row(&w.row)
		w.single = w.encoders[traces].Append(w.single, &w.row)
	}
}

// clockOf returns the clock at a frame of the trip.
func (t *trip) clockOf(frame uint32) int64 {
	if frame == flow.None || int(frame) >= len(t.clocks) {
		return t.clock.end
	}
	return t.clock.at(t.clocks[frame])
}
