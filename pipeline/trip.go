package pipeline

import (
	"math"
	"sync/atomic"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/internal/invariants"
)

// A trip is what travels: one batch, and what each stage has learned of it.
// One stage holds it at a time. Stages add to a trip and never keep it; while
// its jobs run, several workers hold it, and each job touches one flow.
type trip struct {
	capfile.Piece
	loan invariants.Loan
	n    uint64 // which item of the run it is
	tail bool   // it carries no input, but flows that the end of the capture ends

	found  decoder.Result // found.Packets[i] describes Frames[i]
	clocks []int64        // the largest time of frames 0…i that pass, noTime before the first that has one; or as clock.keep remade them
	steep  bool           // a time is over a day later than all before it: clocks are to be made by the sequencer
	sums   sums

	jobs    []job
	ends    []end
	pending atomic.Int32 // jobs not done, and one while they are handed out

	out      [][]byte // what is written to each stream
	records  [kinds]uint64
	released []uint32 // slots of flows whose records are in out
}

// noTime is the clock before the first frame that has a time.
const noTime = math.MinInt64

// A job is what one batch does to one flow. It never blocks.
type job struct {
	trip   *trip
	flow   *flowlock.Flow[conn.Conn]
	slot   uint32
	ticket uint32
	group  uint32 // its pieces, or flow.None: the flow's last job, which only waits for those before it
	begins bool   // the flow begins with it
}

// An end is a flow that this batch ended, or that the end of the capture did.
type end struct {
	flow   *flowlock.Flow[conn.Conn]
	key    flow.Key
	scope  flow.Scope
	number uint64
	slot   uint32
	frame  uint32 // the frame that ended it; flow.None: the end of the capture
	before bool   // its record comes before that frame's own
	reason conn.End
}

// sums counts what a batch has.
type sums struct {
	status    [decoder.Unknown + 1]uint64
	captured  uint64
	wire      uint64
	fragments uint64
	first     int64 // earliest and latest time, when timed
	last      int64
	timed     bool
	faults    []tally[fault]
	links     []tally[frame.LinkType] // of all frames
	undecoded []tally[frame.LinkType] // of those whose link type is not known
}

// A fault is a kind of damage in packets.
type fault struct {
	proto  decoder.Protocol
	reason decoder.Reason
}

// A tally counts one of a few things.
type tally[K comparable] struct {
	key K
	n   uint64
}

// count adds to the tally of k. There are few kinds in a batch, and neighbours
// are of one.
func count[K comparable](list []tally[K], k K, n uint64) []tally[K] {
	for i := range list {
		if list[i].key == k {
			list[i].n += n
			return list
		}
	}
	return append(list, tally[K]{k, n})
}

func (s *sums) reset() {
	*s = sums{faults: s.faults[:0], links: s.links[:0], undecoded: s.undecoded[:0]}
}

// reset empties the trip for another piece of the input and keeps its memory.
func (t *trip) reset(n uint64) {
	t.loan.Take()
	t.n, t.tail, t.steep = n, false, false
	t.clocks, t.jobs, t.ends, t.released = t.clocks[:0], t.jobs[:0], t.ends[:0], t.released[:0]
	t.records = [kinds]uint64{}
	t.sums.reset()
	for i := range t.out {
		t.out[i] = t.out[i][:0]
	}
}

// giveBack ends what the trip was for: views of its bytes die here.
func (t *trip) giveBack() {
	invariants.Poison(t.Bytes)
	t.loan.Return()
}

// discard empties a trip that carries frames behind the last that counts.
func (t *trip) discard() {
	t.Frames, t.Damage = t.Frames[:0], nil
	t.found.Packets, t.found.Layers, t.found.Stacks = t.found.Packets[:0], t.found.Layers[:0], t.found.Stacks[:0]
	t.found.Groups.Reset()
	t.clocks = t.clocks[:0]
	t.sums.reset()
}

// hold counts the trip's jobs, and one more for handing them out: who brings
// the count to zero completes the trip.
func (t *trip) hold() { t.pending.Store(int32(len(t.jobs)) + 1) }

// nanos returns the time of a frame, as flows are told it.
func (t *trip) nanos(i uint32) int64 {
	if f := &t.Frames[i]; f.Flags&frame.Timeless == 0 {
		return f.Nanos
	}
	return conn.Timeless
}
