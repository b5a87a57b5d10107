package correlate

import (
	"cmp"
	"container/heap"
	"math"
	"strings"
	"time"
)

const (
	// traceCost is what a trace is charged: itself, and its places in the index and the queue.
	traceCost = 512
	// hopCost is what each exchange is charged beyond its texts: 192 bytes in a
	// list that may be half empty.
	hopCost = 384
)

// TracesConfig says how long traces are kept and how much of them. The zero
// value is the default.
type TracesConfig struct {
	Idle   time.Duration // after which a trace is over: 600 s
	Memory int64         // that traces may be charged together: 64 MiB
}

// Traces joins exchanges that tell one trace id, over flows and files. What it
// gives back depends on the order in which exchanges are given and on their
// clocks, and on nothing else. It has no lock.
type Traces struct {
	idle    int64
	ceiling int64
	open    map[string]*Trace // by id, those that take what comes
	queue   traceQueue        // these, and those whose time was over when one of their id came
	past    tracesPast
	charged int64 // for what is in the queue
	count   uint64
}

// NewTraces returns an empty one.
func NewTraces(c TracesConfig) *Traces {
	t := &Traces{
		idle:    int64(cmp.Or(c.Idle, 600*time.Second)),
		ceiling: cmp.Or(c.Memory, 64<<20),
		open:    make(map[string]*Trace),
	}
	t.past.most = int(t.ceiling / 8 / pastCost)
	return t
}

// Add gives an exchange that has ended at this time of the capture clock to its
// trace, if it tells one. Nothing of it is kept but copies.
func (t *Traces) Add(e *Exchange, of *ExchangeOf, clock int64) {
	if len(e.Trace) == 0 {
		return
	}
	trace := t.at(e.Trace[0].TraceID, of.Flow, clock)
	cost := trace.add(e, of)
	trace.charge += cost
	t.charged += cost
	if clock > trace.Clock {
		trace.Clock = clock
		heap.Fix(&t.queue, trace.place)
	}
}

// at returns the trace with this id that is not over, which may be a new one.
func (t *Traces) at(id string, flow uint64, clock int64) *Trace {
	trace := t.open[id]
	over := trace != nil && clock > t.deadline(trace)
	if trace != nil && !over {
		return trace
	}
	id = strings.Clone(id)
	trace = &Trace{ID: id, Flow: flow, Clock: clock, Continued: over || t.past.has(id), ordinal: t.count, charge: traceCost + int64(len(id))}
	t.count++
	t.charged += trace.charge
	t.open[id] = trace
	heap.Push(&t.queue, trace)
	return trace
}

// deadline returns the last moment of the trace.
func (t *Traces) deadline(trace *Trace) int64 {
	if trace.Clock > math.MaxInt64-t.idle {
		return math.MaxInt64
	}
	return trace.Clock + t.idle
}

// Deadline returns the last moment of the trace that will be over first. At a
// later one, Expire returns it.
func (t *Traces) Deadline() (clock int64, ok bool) {
	if len(t.queue) == 0 {
		return 0, false
	}
	return t.deadline(t.queue[0]), true
}

// Expire returns the next trace that is over at this time of the capture
// clock, the one idle longest first, or nil.
func (t *Traces) Expire(clock int64) *Trace {
	if deadline, ok := t.Deadline(); !ok || clock <= deadline {
		return nil
	}
	return t.end(TraceIdle)
}

// Overflow returns the trace that is idle longest while more is charged than
// may be, else nil.
func (t *Traces) Overflow() *Trace {
	if len(t.queue) == 0 || t.Charge() <= t.ceiling {
		return nil
	}
	return t.end(TraceEvicted)
}

// Remaining returns the next trace at the end of the capture, the one idle
// longest first, or nil.
func (t *Traces) Remaining() *Trace {
	if len(t.queue) == 0 {
		return nil
	}
	return t.end(TraceClosed)
}

// Charge returns what is kept, by a fixed table.
func (t *Traces) Charge() int64 { return t.charged + t.past.charge() }

// end takes out the trace that is idle longest.
func (t *Traces) end(why TraceEnd) *Trace {
	trace := heap.Pop(&t.queue).(*Trace)
	if t.open[trace.ID] == trace {
		delete(t.open, trace.ID)
	}
	t.charged -= trace.charge
	t.past.add(trace.ID)
	trace.End = why
	return trace
}

// A traceQueue is a heap: the trace idle longest first; of several, the one
// that began first.
type traceQueue []*Trace

func (q traceQueue) Len() int { return len(q) }

func (q traceQueue) Less(i, k int) bool {
	a, b := q[i], q[k]
	return a.Clock < b.Clock || a.Clock == b.Clock && a.ordinal < b.ordinal
}

func (q traceQueue) Swap(i, k int) {
	q[i], q[k] = q[k], q[i]
	q[i].place, q[k].place = i, k
}

func (q *traceQueue) Push(x any) {
	trace := x.(*Trace)
	trace.place = len(*q)
	*q = append(*q, trace)
}

func (q *traceQueue) Pop() any {
	last := len(*q) - 1
	trace := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return trace
}
