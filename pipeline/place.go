package pipeline

import (
	"slices"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
)

// tailFlows is how many flows a trip of the tail carries: about as much work as
// a batch of frames.
const tailFlows = 1024

// place gives each group of the batch its flow, in the order of their first
// frames, and ends what the clock or the ceiling ends.
func (s *sequencer) place() {
	t := s.t
	if s.clock.keep(t) {
		s.run.date(t)
	}
	s.uses.resume(&s.clock)
	groups := &t.found.Groups
	s.rescope()
	s.table.Warm(groups.List)
	s.budget.begin(s)
	n := uint32(len(groups.List))
	for next := uint32(0); ; {
		g, ok := s.rest.before(groups, next, n)
		if !ok {
			if next == n {
				break
			}
			g = next
			next++
		}
		s.enter(g)
	}
	s.budget.decide(s, uint32(len(t.Frames)))
	s.settle(uint32(len(t.Frames)))
	s.reap(s.clock.now)
}

// enter posts a group to its flow, as one job.
func (s *sequencer) enter(at uint32) {
	t := s.t
	g := &t.found.Groups.List[at]
	p := &t.found.Groups.Pieces[g.First]
	now := s.clock.at(g.FirstClock)
	s.budget.decide(s, p.Frame)
	s.settle(p.Frame)
	slot, known := s.table.Find(&g.Key, g.Hash)
	if known && s.table.Expired(slot, now) {
		s.expire(slot)
		known = false
	}
	if known && s.table.Renews(slot, p) {
		s.end(slot, conn.Reuse, p.Frame, false)
		known = false
	}
	number := uint64(0) // which the flow itself knows
	if !known {
		slot = s.table.Begin(&g.Key, g.Hash, now)
		number = s.table.Begun()
		s.budget.charge(s, g.Key.Scope)
	}
	last := s.clock.at(g.LastClock)
	if g.Flags&opensOrCloses != 0 || g.Wide || g.Cut || s.budget.tight || s.clock.jumped() {
		last = s.follow(at, slot)
		g = &t.found.Groups.List[at]
	}
	g.Number = number
	t.post(s.table.Flow(slot), slot, s.table.Use(slot, last), at, !known)
}

// follow looks at each piece of a group, and cuts the group off where it does
// not belong to the flow any more. It returns the clock at the last that does.
func (s *sequencer) follow(at, slot uint32) (last int64) {
	groups := &s.t.found.Groups
	g := &groups.List[at]
	jumped := s.clock.jumped()
	apart := g.Wide || g.Cut || s.budget.tight || jumped // else its pieces are apart only where a SYN is
	last = s.clock.at(g.FirstClock)
	previous := flow.None
	for p := g.First; p != flow.None; p = groups.Pieces[p].Next {
		piece := &groups.Pieces[p]
		now := last
		if apart {
			now = s.clock.at(s.t.clocks[piece.Frame])
		}
		if previous != flow.None && (s.table.Renews(slot, piece) ||
			apart && (s.table.Lapsed(slot, last, now) || s.budget.parts(groups.Pieces[previous].Frame, piece.Frame))) {
			s.cut(at, previous, p)
			break
		}
		if piece.Flags&opensOrCloses != 0 {
			s.table.Note(slot, piece)
		}
		if jumped {
			if j, is := s.clock.jump(piece.Frame); is {
				s.uses.add(s.table.Life(slot), j)
			}
		}
		piece.Group = at
		last, previous = now, p
	}
	return s.clock.at(groups.List[at].LastClock)
}

// opensOrCloses are the flags that the table has to know of.
const opensOrCloses = flow.SYN | flow.FIN | flow.RST

// cut makes a group of what follows the piece last in the chain of a group.
func (s *sequencer) cut(at, last, next uint32) {
	groups := &s.t.found.Groups
	rest := groups.List[at]
	rest.First, rest.Cut = next, true
	rest.FirstClock = s.t.clocks[groups.Pieces[next].Frame]
	groups.List[at].Last = last
	groups.List[at].LastClock = s.t.clocks[groups.Pieces[last].Frame]
	groups.Pieces[last].Next = flow.None
	groups.List = append(groups.List, rest)
	s.rest.add(groups, uint32(len(groups.List)-1))
}

// remainders are groups that were cut off others and wait until the frame with
// which they begin is next: flows are numbered in the order of their first frames.
type remainders []uint32 // the one that begins first stands last

func (r *remainders) add(groups *flow.Groups, at uint32) {
	first := groups.List[at].First
	i, _ := slices.BinarySearchFunc(*r, first, func(g, first uint32) int { return int(first) - int(groups.List[g].First) })
	*r = slices.Insert(*r, i, at)
}

// before returns the next remainder, if it begins before group next of n.
func (r *remainders) before(groups *flow.Groups, next, n uint32) (at uint32, ok bool) {
	list := *r
	if len(list) == 0 {
		return 0, false
	}
	at = list[len(list)-1]
	if next < n && groups.List[next].First < groups.List[at].First {
		return 0, false
	}
	*r = list[:len(list)-1]
	return at, true
}

// reap ends the flows that have been idle for too long at this clock.
func (s *sequencer) reap(now int64) { s.table.Reap(now, s.expire) }

// expire ends a flow whose idle time lies behind it, at the frame whose time
// ended it, whenever that is noticed.
func (s *sequencer) expire(slot uint32) {
	s.end(slot, conn.Idle, s.clock.after(s.table.Deadline(slot), s.t.clocks), true)
}

// end takes a flow out of the table, with a last job that waits for those
// before it. A flow that its own ends had closed was ended by that, whatever
// made room of it.
func (s *sequencer) end(slot uint32, reason conn.End, frame uint32, before bool) {
	switch s.table.Closed(slot) {
	case flowlock.ByFin:
		reason = conn.Fin
	case flowlock.ByRst:
		reason = conn.Rst
	}
	key, f := s.table.Key(slot), s.table.Flow(slot)
	e := s.t.end()
	e.flow, e.key, e.scope = f, key, s.scopes.scope(key.Scope)
	e.slot, e.frame, e.before, e.reason = slot, frame, before, reason
	s.budget.discharge(s, key.Scope)
	s.t.post(f, slot, s.table.End(slot), flow.None, false)
}

// tail ends the flows that are live at the end of the capture, a part a trip,
// and reports whether there are more.
func (s *sequencer) tail() (more bool) {
	if !s.leaving {
		s.leaving = true
		s.left = make([]uint32, 0, s.table.Live())
		s.table.All(func(slot uint32) { s.left = append(s.left, slot) })
		slices.SortFunc(s.left, func(a, b uint32) int {
			if s.table.Number(a) < s.table.Number(b) {
				return -1
			}
			return 1
		})
	}
	n := min(tailFlows, len(s.left))
	for _, slot := range s.left[:n] {
		s.end(slot, conn.AtEnd, flow.None, false)
	}
	s.left = s.left[n:]
	return len(s.left) > 0
}

// reclaim gives the table the slots of flows that have been written.
func (s *sequencer) reclaim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table.Release(s.released)
	s.released = s.released[:0]
}

// release takes back slots, from any goroutine.
func (s *sequencer) release(slots []uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.released = append(s.released, slots...)
}
