// Package flowlock keeps the table of live flows and the order of what happens
// to each.
//
// The table has one writer, the sequencer: it alone calls the methods of
// [Table]. It finds the flow of each group of pieces, begins flows, ends them
// when the capture clock says so or the ceiling is reached, and gives each job
// of a flow a ticket. Workers run the jobs: a [Flow]'s jobs run one at a time
// in the order of their tickets, whoever runs them ([Enter], [Leave]). Order is
// the ticket's, not a lock's: a job whose turn has not come is parked, and run
// by whoever finishes the one before. Nobody waits.
//
// An [Index] says which exchange is in force at an offset of a flow's streams.
//
// [Locks] is for programs that are not such a pipeline: goroutines that take
// packets as they come lock a flow, and wait for nothing but that.
package flowlock

import (
	"math"
	"time"

	"github.com/pcappipe/pcappipe/flow"
)

// A Class is a group of protocols with one idle time.
type Class uint8

const (
	TCP Class = iota
	UDP
	ICMP
	Other
	Classes
)

// ClassOf returns the class of a flow.
func ClassOf(k *flow.Key) Class {
	switch k.Proto {
	case 6:
		return TCP
	case 17:
		return UDP
	case 1, 58:
		return ICMP
	}
	return Other
}

// An entry is what must be read to find a flow, to know whether it is still the
// same, and to end it: one cache line. The flow's own state is elsewhere.
type entry struct {
	key    flow.Key
	known  uint8  // bit d: isn[d] is known; bit 2+d: SYN without ACK from d
	fins   uint8  // bit d: FIN from d; 4: RST
	last   int64  // the capture clock at its last frame
	ticket uint32 // of its next job; a slot that is used again goes on counting
	life   uint32 // odd while it is in use; a slot that is used again has another
}

// A register has the entries of all slots. Entries stand in pages, so that they
// never move.
type register struct {
	entries []*[pageSize]entry
	touched uint64 // keeps reads that are made ahead from being left out
}

const (
	pageBits = 10
	pageSize = 1 << pageBits
)

func (r *register) entry(slot uint32) *entry { return &r.entries[slot>>pageBits][slot&(pageSize-1)] }

// used says when a flow was last used; false where it has ended.
func (r *register) used(f ref) (clock int64, live bool) {
	e := r.entry(f.slot)
	return e.last, e.life == f.life
}

// warm reads the entries of flows, so that the reads overlap.
func (r *register) warm(flows []ref) {
	for _, f := range flows {
		r.touched += uint64(r.entry(f.slot).life)
	}
}

// A past is what is needed of a flow now and then.
type past struct {
	number uint64
	isn    [2]uint32
}

// A page is what else a thousand flows have: the collector sees few objects.
type page[S any] struct {
	pasts [pageSize]past
	flows [pageSize]Flow[S]
}

// A Table has the live flows. Its methods belong to one goroutine at a time,
// the sequencer; what they return may be used by the jobs of the flow.
type Table[S any] struct {
	register
	index  index
	pages  []*page[S]
	slots  uint32   // slots ever used
	free   []uint32 // slots that can be used again
	wheels [Classes]wheel
	idle   [Classes]int64
	live   int
	dead   int // flows that ended while they stood on a wheel
	next   uint64

	due []ref // of Reap
}

// New returns an empty table with these idle times.
func New[S any](idle [Classes]time.Duration) *Table[S] {
	t := &Table[S]{next: 1}
	for c := range t.wheels {
		t.idle[c] = int64(idle[c])
		t.wheels[c] = newWheel(int64(idle[c]))
	}
	t.index.words, t.index.mask = make([]uint64, firstWords), firstWords-1
	return t
}

// Live returns how many flows are live.
func (t *Table[S]) Live() int { return t.live }

// Begun returns how many flows ever began.
func (t *Table[S]) Begun() uint64 { return t.next - 1 }

func (t *Table[S]) past(slot uint32) *past {
	return &t.pages[slot>>pageBits].pasts[slot&(pageSize-1)]
}

// Flow returns the flow in a slot. It stays valid until the slot is released.
func (t *Table[S]) Flow(slot uint32) *Flow[S] {
	return &t.pages[slot>>pageBits].flows[slot&(pageSize-1)]
}

// Find returns the slot of the live flow with this key and hash.
func (t *Table[S]) Find(k *flow.Key, hash uint64) (slot uint32, ok bool) {
	x := &t.index
	tag := hash >> 32
	for i := tag & x.mask; x.words[i] != 0; i = (i + 1) & x.mask {
		if w := x.words[i]; w>>32 == tag && t.entry(uint32(w)-1).key.Is(k) {
			return uint32(w) - 1, true
		}
	}
	if x.old == nil {
		return 0, false
	}
	return x.findOld(tag, func(slot uint32) bool { return t.entry(slot).key.Is(k) })
}

// Warm reads what Find will read for these groups, and what Begin will write
// where there is no flow, so that the reads overlap: a table of a million flows is
// not in any cache.
func (t *Table[S]) Warm(groups []flow.Group) {
	free := t.free
	var slots [32]uint32
	for len(groups) > 0 {
		n := min(len(slots), len(groups))
		for i := range groups[:n] {
			slots[i] = uint32(t.index.words[groups[i].Hash>>32&t.index.mask])
		}
		for _, s := range slots[:n] {
			if s != 0 {
				t.touched += uint64(t.entry(s - 1).life)
			} else if last := len(free) - 1; last >= 0 {
				t.touched += uint64(t.entry(free[last]).life)
				free = free[:last]
			}
		}
		groups = groups[n:]
	}
}

// Begin makes a new flow and gives it the next number.
func (t *Table[S]) Begin(k *flow.Key, hash uint64, clock int64) (slot uint32) {
	if n := len(t.free); n > 0 {
		slot = t.free[n-1]
		t.free = t.free[:n-1]
	} else {
		slot = t.slots
		t.slots++
		if int(slot>>pageBits) == len(t.pages) {
			t.entries = append(t.entries, new([pageSize]entry))
			t.pages = append(t.pages, new(page[S]))
		}
	}
	e := t.entry(slot)
	e.key, e.known, e.fins, e.last = *k, 0, 0, clock
	e.life++
	t.past(slot).number = t.next
	t.index.insert(hash, slot)
	t.wheels[ClassOf(k)].put(waiting{clock, ref{t.next, slot, e.life}})
	t.next++
	t.live++
	return slot
}

// Expired says whether a flow has been idle for too long at this clock.
func (t *Table[S]) Expired(slot uint32, clock int64) bool {
	return t.Lapsed(slot, t.entry(slot).last, clock)
}

// Deadline returns the last clock at which the flow is not yet expired, if it is
// not used again.
func (t *Table[S]) Deadline(slot uint32) int64 {
	e := t.entry(slot)
	idle := t.idle[ClassOf(&e.key)]
	if e.last > math.MaxInt64-idle {
		return math.MaxInt64
	}
	return e.last + idle
}

// Lapsed says whether the flow's idle time lies between two clocks.
func (t *Table[S]) Lapsed(slot uint32, from, to int64) bool {
	return from < less(to, t.idle[ClassOf(&t.entry(slot).key)])
}

// Use gives the flow's next job a ticket, at a clock not earlier than any before.
func (t *Table[S]) Use(slot uint32, clock int64) (ticket uint32) {
	e := t.entry(slot)
	e.last = max(e.last, clock)
	e.ticket++
	return e.ticket - 1
}

// A Life is one flow in one slot, which may have ended since.
type Life struct{ slot, life uint32 }

// Life returns the flow that is in a slot now.
func (t *Table[S]) Life(slot uint32) Life { return Life{slot, t.entry(slot).life} }

// Touch says that a flow was last used at a clock, if that is later than it
// seemed and the flow has not ended.
func (t *Table[S]) Touch(l Life, clock int64) {
	if e := t.entry(l.slot); e.life == l.life {
		e.last = max(e.last, clock)
	}
}

// Number returns the flow's number.
func (t *Table[S]) Number(slot uint32) uint64 { return t.past(slot).number }

// Key returns the flow's key.
func (t *Table[S]) Key(slot uint32) *flow.Key { return &t.entry(slot).key }

// End takes a flow out of the table: it will not be found again. Its state
// stays until Release. The ticket is that of its last job, which only waits for those before it.
func (t *Table[S]) End(slot uint32) (ticket uint32) {
	e := t.entry(slot)
	t.index.remove(e.key.Hash(), slot)
	e.life++
	e.ticket++
	t.live--
	t.dead++
	if t.dead > 2*t.live+1<<16 {
		for c := range t.wheels {
			t.wheels[c].sweep(&t.register)
		}
		t.dead = 0
	}
	return e.ticket - 1
}

// Later gives a flow that has ended another job, which waits for those before it.
func (t *Table[S]) Later(slot uint32) (ticket uint32) {
	e := t.entry(slot)
	e.ticket++
	return e.ticket - 1
}

// Release gives back the slots of flows that have ended and been written.
func (t *Table[S]) Release(slots []uint32) { t.free = append(t.free, slots...) }

// Reap calls end for each flow that has been idle for too long at this clock, the
// longest idle of a class first. End must end it.
func (t *Table[S]) Reap(clock int64, end func(slot uint32)) {
	for c := range t.wheels {
		until := less(clock, t.idle[c])
		if until == math.MinInt64 {
			continue
		}
		for {
			t.due = t.wheels[c].due(t.due[:0], until-1, &t.register)
			if len(t.due) == 0 {
				break
			}
			t.warmEnds(t.due)
			t.dead -= len(t.due) // End will count them, and they stand on no wheel any more
			for _, r := range t.due {
				end(r.slot)
			}
		}
	}
}

// warmEnds reads what End will read of these flows, so that the reads overlap.
func (t *Table[S]) warmEnds(flows []ref) {
	for _, f := range flows {
		t.touched += t.index.words[t.entry(f.slot).key.Hash()>>32&t.index.mask]
	}
}

// Oldest returns the flow that has been idle for longest, of those of equal
// times the one with the lowest number.
func (t *Table[S]) Oldest(clock int64) (slot uint32, ok bool) {
	var best waiting
	for c := range t.wheels {
		if f, some := t.wheels[c].oldest(clock, &t.register); some && (!ok || f.before(&best)) {
			best, ok = f, true
		}
	}
	return best.slot, ok
}

// All calls f for each live flow, in no order.
func (t *Table[S]) All(f func(slot uint32)) {
	for slot := range t.slots {
		if t.entry(slot).life&1 == 1 {
			f(slot)
		}
	}
}

// less returns clock - idle, or the least clock where there is no such number.
func less(clock, idle int64) int64 {
	if clock < math.MinInt64+idle {
		return math.MinInt64
	}
	return clock - idle
}
