package pipeline

import (
	"slices"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
)

// place gives each group of the batch its flow, in the order of their first
// frames, and ends what the clock or the ceiling ends.
func (s *sequencer) place() {
	t := s.t
	if s.clock.keep(t) {
		s.run.date(t)
	}
	t.clock = s.clock.reading()
	s.uses.resume(&s.clock)
	s.scopes.begin(t.n)
	s.defragment()
	s.rescope()
	groups := &t.found.Groups
	s.table.Warm(groups.List)
	s.budget.begin(s)
	n := uint32(len(groups.List))
	for next := uint32(0); ; {
		for next < n && groups.List[next].Moved { // it stands among those that wait for their frame
			next++
		}
		g, ok := s.rest.before(groups, next, n)
		if !ok {
			if next == n {
				break
			}
			g = next
			next++
		}
		s.lose(groups.Pieces[groups.List[g].First].Frame)
		s.enter(g)
	}
	s.lose(flow.None)
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
	slot, known := s.find(&g.Key, g.Hash, now)
	if known && s.table.Renews(slot, p) {
		s.end(slot, conn.Reuse, p.Frame, false)
		known = false
	}
	number := uint64(0) // which the flow itself knows
	if !known {
		slot = s.begin(&g.Key, g.Hash, now)
		number = s.table.Begun()
	}
	last := s.clock.at(g.LastClock)
	if g.Flags&opensOrCloses != 0 || g.Wide || g.Cut || s.budget.tight || s.clock.jumped() {
		last = s.follow(at, slot)
		g = &t.found.Groups.List[at]
	}
	g.Number = number
	s.post(slot, s.table.Use(slot, last), group, at, !known)
}

// find returns the slot of the flow with this key, unless it has been idle for too long.
func (s *sequencer) find(key *flow.Key, hash uint64, now int64) (slot uint32, known bool) {
	slot, known = s.table.Find(key, hash)
	if known && s.table.Expired(slot, now) {
		s.expire(slot)
		return 0, false
	}
	return slot, known
}

// begin makes a flow.
func (s *sequencer) begin(key *flow.Key, hash uint64, now int64) (slot uint32) {
	slot = s.table.Begin(key, hash, now)
	if s.run.assembles(key) {
		s.connections.begin(slot, s.scopes.scope(key.Scope))
	}
	s.budget.charge(s, key)
	return slot
}

// post gives a flow a job. Where it is to be known at once what the flow keeps
// by then, the job is run at once too.
func (s *sequencer) post(slot, ticket uint32, brings load, at uint32, begins bool) {
	f := s.table.Flow(slot)
	j := s.t.post(f, s.connections.of(slot), slot, ticket, brings, at, begins)
	if s.budget.exact {
		s.w.do(j)
		j.done = true
		flowlock.Leave(f, &s.run.lot, slot, ticket)
	}
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

// remainders are groups that do not stand where their first frame does: what was
// cut off others, and what begins with a packet that was put together. They wait
// until that frame is next: flows are numbered in the order of their first frames.
type remainders []uint32 // the one that begins first stands last

func (r *remainders) add(groups *flow.Groups, at uint32) {
	i, _ := slices.BinarySearchFunc(*r, at, func(g, at uint32) int {
		if starts(groups, at, g) {
			return -1
		}
		return 1
	})
	*r = slices.Insert(*r, i, at)
}

// before returns the next remainder, if it begins before group next of n.
func (r *remainders) before(groups *flow.Groups, next, n uint32) (at uint32, ok bool) {
	list := *r
	if len(list) == 0 {
		return 0, false
	}
	at = list[len(list)-1]
	if next < n && starts(groups, next, at) {
		return 0, false
	}
	*r = list[:len(list)-1]
	return at, true
}

// starts says whether a group starts before another: in an earlier frame, or
// further out in the same.
func starts(groups *flow.Groups, a, b uint32) bool {
	first, other := groups.List[a].First, groups.List[b].First
	if x, y := groups.Pieces[first].Frame, groups.Pieces[other].Frame; x != y {
		return x < y
	}
	return first < other
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
	s.budget.discharge(s, s.table.Key(slot))
	at := s.ending(slot, reason, frame, before, allKinds, true)
	s.post(slot, s.table.End(slot), last, at, false)
}

// ending adds an end of a flow to the trip and returns its place.
func (s *sequencer) ending(slot uint32, reason conn.End, frame uint32, before bool, emits kindSet, gone bool) (at uint32) {
	switch s.table.Closed(slot) {
	case flowlock.ByFin:
		reason = conn.Fin
	case flowlock.ByRst:
		reason = conn.Rst
	}
	key := s.table.Key(slot)
	at = uint32(len(s.t.ends))
	e := s.t.end()
	e.flow, e.tcp, e.key, e.scope = s.table.Flow(slot), s.connections.of(slot), key, s.scopes.scope(key.Scope)
	e.slot, e.frame, e.before, e.reason, e.emits, e.gone = slot, frame, before, reason, emits, gone
	return at
}

// reclaim gives the table the slots of flows that have been written.
func (s *sequencer) reclaim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table.Release(s.released)
	s.connections.release(s.released)
	s.released = s.released[:0]
	for _, d := range s.settled {
		s.datagrams.Return(d)
	}
	clear(s.settled)
	s.settled = s.settled[:0]
}

// release takes back what a trip had of the sequencer's, from any goroutine.
func (s *sequencer) release(t *trip) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.released = append(s.released, t.released...)
	for i := range t.datagrams {
		s.settled = append(s.settled, t.datagrams[i].Datagram)
	}
}
