package pipeline

import (
	"sync"
	"sync/atomic"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/flowlock"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/reassembly"
)

// The sequencer does what must be done in order by one: it checks the reading,
// numbers frames, keeps the clock, finds or begins each group's flow, ends
// flows, and gives every job its ticket. It looks at groups, not at frames,
// but where a group's pieces may belong to several generations of a flow.
type sequencer struct {
	run    *run
	table  *flowlock.Table[conn.Conn]
	scopes scopes
	clock  clock

	connections connections // of TCP flows, where streams are put together
	datagrams   *reassembly.Datagrams
	held        charges           // what datagrams keep, over the batch
	decoder     *decoder.Decoder  // of what was put together
	again       []*decoder.Result // and what was found in it, at each depth
	renewals    renewals
	touched     []uint32 // groups that have got pieces of datagrams
	moved       []uint32 // and those whose first piece is now one of these
	losses      []uint32 // datagrams of the trip that were given up
	lost        int      // how many of these have come to a flow

	read    uint64      // frames that were read: what the account must come to
	passed  uint64      // frames that passed so far
	halted  atomic.Bool // nothing of the input counts after the trip that set it
	budget  budget
	counted *frame.File // the file that --count cut off, if any

	// Of the trip that is being sequenced.
	t       *trip
	w       *worker // that holds the baton
	rest    remainders
	uses    uses
	numbers []uint32 // of its scopes

	leavers atomic.Int64 // flows that have ended and whose records are not written
	carried atomic.Int64 // by trips on their way
	most    int64        // of them, before they are waited for

	weight int64 // of all frames, where some may have to wait for labels

	tail tail

	mu       sync.Mutex
	released []uint32 // slots given back since the last trip
	settled  []*reassembly.Datagram
}

// track makes the sequencer ready to track flows.
func (s *sequencer) track() {
	c := &s.run.config
	s.table = s.run.table
	s.budget.ceiling, s.budget.always = s.run.ceiling(), c.alwaysTight
	s.decoder = decoder.New(s.run.decoding(false))
	s.datagrams = reassembly.NewDatagrams(reassembly.DatagramConfig{Policy: c.Overlap, Memory: c.Memory / datagramShare})
}

// mostCarried is how many bytes trips may carry, of turns and datagrams whose
// records are not written: they are in memory, and charged to nobody any more.
const mostCarried = 32 << 20

// travels counts bytes that a trip carries from now on, from any goroutine.
func (s *sequencer) travels(t *trip, bytes int64) {
	t.carries.Add(bytes)
	s.carried.Add(bytes)
}

// leavingFlows is how many flows a trip may have ended, on average, before their
// records have to be written: until then they are in memory, and not charged.
const leavingFlows = 2048

// sequence runs with the baton of the sequencer.
func (s *sequencer) sequence(w *worker, t *trip) (more bool) {
	s.t, s.w, s.budget.exact = t, w, false
	switch {
	case t.tail:
		more = s.sequenceTail()
		s.leavers.Add(int64(len(t.ends)))
		t.hold()
		return more
	case s.halted.Load():
		t.discard()
		t.hold()
		return s.table != nil // the tail is still to come
	}
	if s.run.source.Verify(&t.Piece) {
		w.examine(t)
	}
	s.limit(w)
	s.read += uint64(len(t.Frames))
	if s.run.labels {
		t.before = s.weight
		s.weight += t.weights[len(t.Frames)]
	}
	if t.Damage != nil && s.run.config.Strict {
		s.halt()
	}
	if s.table != nil {
		if s.leavers.Load() > s.most || s.carried.Load() > mostCarried {
			t.Settle()
		}
		s.reclaim()
		s.place()
		s.leavers.Add(int64(len(t.ends)))
	}
	t.hold()
	return s.table != nil || !s.halted.Load()
}

// limit ends the input at the last frame that is asked for.
func (s *sequencer) limit(w *worker) {
	t, most := s.t, s.run.config.Count
	passing := uint64(len(t.Frames)) - t.sums.status[decoder.Filtered]
	if most == 0 || s.passed+passing < most {
		s.passed += passing
		return
	}
	for i := range t.found.Packets {
		if t.found.Packets[i].Status != decoder.Filtered {
			s.passed++
		}
		if s.passed == most {
			t.Frames = t.Frames[:i+1]
			break
		}
	}
	t.Damage = nil // it is behind the last frame
	w.examine(t)
	s.counted = t.File
	s.halt()
}

// halt ends the input with the trip that is being sequenced. Who waits for more
// of it need not.
func (s *sequencer) halt() {
	s.halted.Store(true)
	s.run.source.Stop()
}
