package pipeline

import (
	"math"
	"slices"
	"sync"
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
	held int    // the worker that takes or sequences it
	tail bool   // it carries no input, but flows that the end of the capture ends
	last bool   // and their last records

	found  decoder.Result // found.Packets[i] describes Frames[i]
	clock  hand           // what clocks are read with
	clocks []int64        // the largest time of frames 0…i that pass, noTime before the first that has one; or as clock.keep remade them
	steep  bool           // a time is over a day later than all before it: clocks are to be made by the sequencer
	sums   sums

	jobs    []job
	ends    []end
	order   []emission   // the records beside those of frames, once all jobs are done
	pending atomic.Int32 // jobs not done, and one while they are handed out
	most    int64        // how much its jobs can add to what flows keep
	carries atomic.Int64 // bytes of turns and datagrams that its records are to be made of

	// Of IP reassembly: datagrams that were put together in this batch, or given
	// up. The groups' pieces from whole on are what is in them; of each, sources
	// has the datagram.
	datagrams []datagram
	whole     uint32
	sources   []uint32

	mu        sync.Mutex
	turns     []turn     // that jobs have found complete
	exchanges []exchange // that jobs have found over
	closings  []closing  // traces that are over, found when the trip is delivered
	labelling

	out      [][]byte // what is written to each lane
	followed []byte   // of the stream that --follow is for
	keeps    int      // bytes of a buffer in out that go round
	large    bool     // its records are made when it is delivered, a part at a time
	records  [kinds]uint64
	late     uint64   // frames whose labels were not known in time
	released []uint32 // slots of flows whose records are in out
}

// noTime is the clock before the first frame that has a time.
const noTime = math.MinInt64

// A job is what one batch does to one flow. It never blocks.
type job struct {
	trip   *trip
	flow   *flowlock.Flow[conn.Conn]
	tcp    *connection // nil where no streams are put together
	slot   uint32
	ticket uint32
	at     uint32 // the place of what it brings
	brings load
	begins bool // the flow begins with it
	done   bool // the sequencer has run it
}

// A load is what a job brings to its flow.
type load uint8

const (
	group     load = iota // the pieces of a group
	fragments             // the fragments of a datagram that was given up
	last                  // its end: after it the flow's record can be made
	nothing               // it only waits for those before it
)

// An end is a flow that this batch ended, or that the end of the capture did.
type end struct {
	flow   *flowlock.Flow[conn.Conn]
	tcp    *connection
	key    *flow.Key // the table's: it stays until the slot is released
	scope  flow.Scope
	number uint64 // the flow's, once its jobs are done
	slot   uint32
	frame  uint32 // the frame that ended it; flow.None: the end of the capture
	before bool   // its record comes before that frame's own
	gone   bool   // its slot is given back: all its records are written with this trip
	emits  kindSet
	reason conn.End
}

// sums counts what a batch has.
type sums struct {
	status    [decoder.Unknown + 1]uint64
	captured  uint64
	wire      uint64
	fragments uint64
	payload   uint64 // bytes that TCP headers announce
	refused   uint64 // fragments that nest too deep
	alone     uint64 // fragments of a version of IP that is left alone
	first     int64  // earliest and latest time, when timed
	last      int64
	timed     bool
	faults    tallies[fault]
	links     tallies[frame.LinkType] // of all frames
	undecoded tallies[frame.LinkType] // of those whose link type is not known
}

// A fault is a kind of damage in packets.
type fault struct {
	proto  decoder.Protocol
	reason decoder.Reason
}

// tallies counts how often there was what. There are few kinds in a batch, and
// neighbours are of one; what is crafted to have many gets a map.
type tallies[K comparable] struct {
	list   []tally[K]
	last   int       // the one that was counted last
	places map[K]int // of each in list, from fewTallies on
}

type tally[K comparable] struct {
	key K
	n   uint64
}

const fewTallies = 16

// add counts k so many times.
func (c *tallies[K]) add(k K, n uint64) {
	if c.last < len(c.list) && c.list[c.last].key == k {
		c.list[c.last].n += n
		return
	}
	c.last = c.place(k)
	c.list[c.last].n += n
}

// count adds a tally of anything.
func (c *tallies[K]) count(t tally[K]) {
	if t.n > 0 {
		c.add(t.key, t.n)
	}
}

// place returns where k stands in the list, at its end if it is new.
func (c *tallies[K]) place(k K) int {
	if len(c.list) < fewTallies {
		if i := slices.IndexFunc(c.list, func(t tally[K]) bool { return t.key == k }); i >= 0 {
			return i
		}
		c.list = append(c.list, tally[K]{key: k})
		return len(c.list) - 1
	}
	if c.places == nil {
		c.places = make(map[K]int)
		for i := range c.list {
			c.places[c.list[i].key] = i
		}
	}
	i, known := c.places[k]
	if !known {
		i = len(c.list)
		c.places[k] = i
		c.list = append(c.list, tally[K]{key: k})
	}
	return i
}

func (c *tallies[K]) reset() { *c = tallies[K]{list: c.list[:0]} }

func (s *sums) reset() {
	s.faults.reset()
	s.links.reset()
	s.undecoded.reset()
	*s = sums{faults: s.faults, links: s.links, undecoded: s.undecoded}
}

// reset empties the trip for another piece of the input and keeps its memory,
// but for what a crowd of flows has taken.
func (t *trip) reset(n uint64) {
	t.loan.Take()
	t.n, t.tail, t.last, t.steep, t.large = n, false, false, false, false
	t.clocks = t.clocks[:0]
	t.jobs, t.ends = emptied(t.jobs, 1<<14), emptied(t.ends, 1<<13)
	t.order, t.released = emptied(t.order, 1<<13), emptied(t.released, 1<<14)
	clear(t.datagrams)
	clear(t.turns)
	clear(t.exchanges)
	clear(t.closings)
	t.exchanges, t.closings = emptied(t.exchanges, 1<<12), emptied(t.closings, 1<<10)
	t.labelling.reset()
	t.datagrams, t.sources, t.turns = emptied(t.datagrams, 1<<13), emptied(t.sources, 1<<14), emptied(t.turns, 1<<13)
	t.followed, t.most = emptied(t.followed, t.keeps), 0
	t.carries.Store(0)
	t.forget()
	t.sums.reset()
}

// forget drops the records that were made.
func (t *trip) forget() {
	t.records, t.late = [kinds]uint64{}, 0
	for i := range t.out {
		t.out[i] = emptied(t.out[i], t.keeps)
	}
}

// emptied returns an empty list in the place of another, if that is not larger than most.
func emptied[E any](list []E, most int) []E {
	if cap(list) > most {
		return nil
	}
	return list[:0]
}

// giveBack ends what the trip was for: views of its bytes die here, and connections
// that have ended are not kept any longer for being in its lists.
func (t *trip) giveBack() {
	invariants.Poison(t.Bytes)
	clear(t.jobs)
	clear(t.ends)
	t.Shed(capfile.DefaultBatchSize)
	t.loan.Return()
}

// discard empties a trip that carries frames behind the last that counts.
func (t *trip) discard() {
	t.File, t.Frames, t.Damage = nil, t.Frames[:0], nil
	t.found.Packets, t.found.Layers, t.found.Stacks = t.found.Packets[:0], t.found.Layers[:0], t.found.Stacks[:0]
	t.found.Groups.Reset()
	t.clocks = t.clocks[:0]
	t.sums.reset()
}

// post adds a job. Like what end returns it is made where it stays: what is put
// together elsewhere and copied has to wait for its own stores.
func (t *trip) post(f *flowlock.Flow[conn.Conn], tcp *connection, slot, ticket uint32, brings load, at uint32, begins bool) *job {
	n := len(t.jobs)
	if n == cap(t.jobs) {
		t.jobs = append(t.jobs, job{})
	}
	t.jobs = t.jobs[:n+1]
	j := &t.jobs[n]
	j.trip, j.flow, j.tcp, j.slot, j.ticket, j.at, j.brings, j.begins, j.done = t, f, tcp, slot, ticket, at, brings, begins, false
	return j
}

// end adds the end of a flow, of which all has to be said.
func (t *trip) end() *end {
	n := len(t.ends)
	if n == cap(t.ends) {
		t.ends = append(t.ends, end{})
	}
	t.ends = t.ends[:n+1]
	return &t.ends[n]
}

// hold counts the trip's jobs, and one more for handing them out: who brings
// the count to zero completes the trip.
func (t *trip) hold() { t.pending.Store(int32(len(t.jobs)) + 1) }

// pieces returns the pieces of the frames' own packets, and those of what was put
// together, each in the order of their frames.
func (t *trip) pieces() (own, whole []flow.Piece) {
	all := t.found.Groups.Pieces
	n := min(int(t.whole), len(all))
	return all[:n], all[n:]
}

// data returns the bytes that a piece's packet stands in.
func (t *trip) data(at uint32, p *flow.Piece) []byte {
	if at >= t.whole {
		return t.datagrams[t.sources[at-t.whole]].packet
	}
	return t.Data(int(p.Frame))
}

// framesOf adds to a list the frames that brought the packet of a piece in
// fragments, the first of them where there are many. It returns nil where it came whole.
func (t *trip) framesOf(at uint32, list []uint64) []uint64 {
	if at < t.whole {
		return nil
	}
	parts := t.datagrams[t.sources[at-t.whole]].Parts
	for i := range parts[:min(len(parts), mostFrames)] {
		list = append(list, parts[i].Frame)
	}
	return list
}

// nanos returns the time of a frame, as flows are told it.
func (t *trip) nanos(i uint32) int64 {
	if f := &t.Frames[i]; f.Flags&frame.Timeless == 0 {
		return f.Nanos
	}
	return conn.Timeless
}
