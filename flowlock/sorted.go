package flowlock

import (
	"cmp"
	"math"
	"sync"

	"github.com/zhangyunhao116/skipmap"

	"github.com/pcappipe/pcappipe/flow"
)

// A sorted map has the places of an [Index] in order. It is all that is used of
// skipmap, by its rules: one writer, each key put once, and the value of a key
// never changed.
type sorted struct {
	places *skipmap.FuncMap[place, struct{}]
}

// A place is a key of the map: where an entry begins, and what is in force there.
//
// The map has no search for the nearest key, but asks precedes about each key
// that it meets on its way down, which is O(log n) of them. So what is searched
// for is a probe, which is equal to no key and bears a slip. On it precedes
// notes the last key found before the probe and the last found behind it; when
// the map has come down these are the neighbours.
type place struct {
	lane    uint64
	offset  uint64
	version uint64 // from 1; of the entries at one offset the last is in force
	what    any
	slip    *slip // of a probe
}

// A slip has what a probe found.
type slip struct {
	floor, next  place
	below, above bool // whether there is one, in the probe's lane
	asked        int  // how many keys were compared
}

// slips are used again: one that precedes can see is not on a stack.
var slips = sync.Pool{New: func() any { return new(slip) }}

// behind is the version of a probe that stands behind all entries of its offset.
const behind = math.MaxUint64

// lane is one direction of a stream.
func lane(stream uint32, from flow.Direction) uint64 { return uint64(stream)<<1 | uint64(from&1) }

func newSorted() *sorted { return &sorted{skipmap.NewFunc[place, struct{}](precedes)} }

func (m *sorted) put(p place)    { m.places.Store(p, struct{}{}) }
func (m *sorted) remove(p place) { m.places.Delete(p) }

// around looks for the neighbours of a probe. The slip must be released.
func (m *sorted) around(lane, offset, version uint64) *slip {
	s := slips.Get().(*slip)
	m.places.Load(place{lane: lane, offset: offset, version: version, slip: s})
	return s
}

func (s *slip) release() {
	*s = slip{}
	slips.Put(s)
}

// precedes is the order of places.
func precedes(a, b place) bool {
	switch {
	case b.slip != nil:
		return b.slip.passes(&a, &b)
	case a.slip != nil:
		return !a.slip.passes(&b, &a)
	}
	return a.compare(&b) < 0
}

func (a *place) compare(b *place) int {
	return cmp.Or(cmp.Compare(a.lane, b.lane), cmp.Compare(a.offset, b.offset), cmp.Compare(a.version, b.version))
}

// passes says whether the probe stands behind a key, and notes the key.
func (s *slip) passes(key, probe *place) bool {
	s.asked++
	before := key.compare(probe) < 0
	switch {
	case key.lane != probe.lane:
	case before:
		s.floor, s.below = *key, true
	default:
		s.next, s.above = *key, true
	}
	return before
}
