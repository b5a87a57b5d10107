package pipeline

import (
	"cmp"
	"slices"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/flow"
)

// tailFlows is how many flows or datagrams a trip of the tail carries: about as
// much work as a batch of frames.
const tailFlows = 1024

// A tail is what is left at the end of the capture. It goes out kind by kind, as
// what one frame ends does: so all flows are gone through once for each kind
// that is written of them, a part a trip.
type tail struct {
	begun  bool
	flows  []uint32 // slots of live flows, by number
	next   int      // of them
	passes []kind
	pass   int
}

// sequenceTail fills a trip of the tail and reports whether there are more.
func (s *sequencer) sequenceTail() (more bool) {
	if s.forsake(tailFlows) {
		return true
	}
	l := &s.tail
	if !l.begun {
		s.beginTail()
	}
	s.t.clock = s.clock.reading()
	s.t.last = l.passes[l.pass] == flows
	n := min(tailFlows, len(l.flows)-l.next)
	for _, slot := range l.flows[l.next : l.next+n] {
		s.leave(slot)
	}
	if l.next += n; l.next == len(l.flows) {
		l.pass++
		l.next = 0
	}
	return l.pass < len(l.passes)
}

func (s *sequencer) beginTail() {
	l := &s.tail
	l.begun = true
	if s.run.wants[turns] {
		l.passes = append(l.passes, turns)
	}
	if s.run.writesStreams() {
		l.passes = append(l.passes, streams)
	}
	if s.run.correlates {
		l.passes = append(l.passes, exchanges)
	}
	l.passes = append(l.passes, flows)
	l.flows = make([]uint32, 0, s.table.Live())
	s.table.All(func(slot uint32) { l.flows = append(l.flows, slot) })
	slices.SortFunc(l.flows, func(a, b uint32) int { return cmp.Compare(s.table.Number(a), s.table.Number(b)) })
}

// leave ends a flow in the first pass, and in all brings out its records of the pass's kind.
func (s *sequencer) leave(slot uint32) {
	l := &s.tail
	gone := l.pass == len(l.passes)-1
	at := s.ending(slot, conn.AtEnd, flow.None, false, only(l.passes[l.pass]), gone)
	if l.pass == 0 {
		s.budget.discharge(s, s.table.Key(slot))
		s.post(slot, s.table.End(slot), last, at, false)
	} else {
		s.post(slot, s.table.Later(slot), nothing, at, false)
	}
}

// forsake gives up, at the end of the capture, so many datagrams at most, and
// says whether there may be more.
func (s *sequencer) forsake(most int) (more bool) {
	for range most {
		d := s.datagrams.Remaining()
		if d == nil {
			return false
		}
		s.giveUp(d, flow.None, false)
		s.lose(flow.None)
	}
	return true
}
