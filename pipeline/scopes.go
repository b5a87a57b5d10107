package pipeline

import (
	"unsafe"

	"github.com/pcappipe/pcappipe/flow"
)

// scopes numbers the scopes of all live flows, from 1. A number is free again
// after the batch in which the last flow with it ended.
type scopes struct {
	numbers map[string]uint32 // by the bytes in list, which nobody writes to
	list    []known
	empty   []uint32 // scopes that have lost their last flow in this batch
	free    []uint32
	spare   []spare // bytes that can hold another scope, those given up first in front
	now     uint64  // the trip that is being sequenced
	trips   uint64  // that are on their way at most
}

// A spare is the bytes of a scope that no flow has any more. Trips up to the one
// that gave it up may still read it.
type spare struct {
	bytes flow.Scope
	trip  uint64
}

// mostSpares bounds what is kept for scopes to come.
const mostSpares = 1 << 12

// A known scope, and how many live flows and waiting fragments have it.
type known struct {
	scope flow.Scope
	users int
}

// scope returns the scope with this number. It is never written to.
func (s *scopes) scope(number uint32) flow.Scope {
	if number == 0 {
		return nil
	}
	return s.list[number-1].scope
}

// begin makes ready for a trip.
func (s *scopes) begin(n uint64) {
	s.now = n
	s.tidy()
}

// number returns the number of a scope, which it copies when it is new.
func (s *scopes) number(scope flow.Scope) uint32 {
	if len(scope) == 0 {
		return 0
	}
	if n, ok := s.numbers[string(scope)]; ok {
		return n
	}
	if s.numbers == nil {
		s.numbers = make(map[string]uint32)
	}
	own := known{scope: append(s.room(), scope...)}
	n := uint32(len(s.list)) + 1
	if last := len(s.free) - 1; last >= 0 {
		n = s.free[last]
		s.free = s.free[:last]
		s.list[n-1] = own
	} else {
		s.list = append(s.list, own)
	}
	s.numbers[unsafe.String(unsafe.SliceData(own.scope), len(own.scope))] = n
	return n
}

// room returns bytes for a new scope. Those that an earlier one has left can be
// written to when all trips that may read them have been delivered.
func (s *scopes) room() flow.Scope {
	if len(s.spare) == 0 || s.spare[0].trip+s.trips > s.now {
		return nil
	}
	bytes := s.spare[0].bytes
	s.spare = s.spare[1:]
	return bytes[:0]
}

// keep and drop count the live flows and waiting fragments of a scope.

func (s *scopes) keep(number uint32) {
	if number != 0 {
		s.list[number-1].users++
	}
}

func (s *scopes) drop(number uint32) { s.leave(number, 1) }

// leave is drop for several.
func (s *scopes) leave(number uint32, users int) {
	if number == 0 {
		return
	}
	k := &s.list[number-1]
	if k.users -= users; k.users == 0 {
		s.empty = append(s.empty, number)
	}
}

// tidy frees the numbers of scopes that no live flow has.
func (s *scopes) tidy() {
	for _, number := range s.empty {
		if k := &s.list[number-1]; k.users == 0 && k.scope != nil {
			delete(s.numbers, string(k.scope))
			if len(s.spare) < mostSpares {
				s.spare = append(s.spare, spare{k.scope, s.now})
			}
			k.scope = nil
			s.free = append(s.free, number)
		}
	}
	s.empty = s.empty[:0]
}

// rescope gives the batch's keys the numbers that scopes have over the whole
// input in place of those that they have in the batch.
func (s *sequencer) rescope() {
	found := &s.t.found
	if len(found.Scopes.List) == 0 {
		return
	}
	s.numbers = s.numbers[:0]
	for _, scope := range found.Scopes.List {
		s.numbers = append(s.numbers, s.scopes.number(scope))
	}
	for i := range found.Groups.List {
		if g := &found.Groups.List[i]; g.Key.Scope != 0 {
			g.Key.Scope = s.numbers[g.Key.Scope-1]
			g.Hash = g.Key.Hash()
		}
	}
}
