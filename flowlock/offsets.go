package flowlock

import (
	"math"
	"sync/atomic"

	"github.com/pcappipe/pcappipe/flow"
)

// An Index says what is in force at each offset of a flow's streams: which
// exchange, or which trace. What is put at an offset is in force from there up
// to the next offset at which something is put, in the same direction of the
// same stream; before the first of them nothing is.
//
// A stream is HTTP/2's, or any one number where a connection has but one.
// Offsets are of 64 bits, so a connection of more than 4 GiB never comes back to
// where it was; [Nearest] widens a sequence number.
//
// The zero Index is empty. It has one writer at a time, who alone calls Put,
// Drop and Forget. Anybody may read meanwhile, without a lock, and sees each
// change whole or not at all. An Index must not be copied.
type Index[V any] struct {
	entries atomic.Pointer[sorted]
	length  atomic.Int64
}

// Put puts v in force from an offset on. What was put at that very offset
// before is replaced.
func (x *Index[V]) Put(stream uint32, from flow.Direction, offset uint64, v V) {
	entries := x.entries.Load()
	if entries == nil {
		entries = newSorted()
		x.entries.Store(entries)
	}
	p := place{lane: lane(stream, from), offset: offset, version: 1, what: v}
	at := entries.around(p.lane, offset, behind)
	defer at.release()
	if !at.below || at.floor.offset != offset {
		entries.put(p)
		x.length.Add(1)
		return
	}
	// The later version is found from the moment it is there, so that there is
	// none at which a reader finds neither.
	p.version = at.floor.version + 1
	entries.put(p)
	entries.remove(at.floor)
}

// At returns what is in force at an offset: what was put at the greatest offset
// that is not beyond it.
func (x *Index[V]) At(stream uint32, from flow.Direction, offset uint64) (v V, ok bool) {
	_, v, ok = x.floor(stream, from, offset)
	return v, ok
}

// floor is At, and tells where it was put.
func (x *Index[V]) floor(stream uint32, from flow.Direction, offset uint64) (at uint64, v V, ok bool) {
	entries := x.entries.Load()
	if entries == nil {
		return 0, v, false
	}
	s := entries.around(lane(stream, from), offset, behind)
	defer s.release()
	if !s.below {
		return 0, v, false
	}
	return s.floor.offset, as[V](s.floor), true
}

// Between calls f for all that is in force anywhere in [start, end), with the
// offset at which it was put, in their order, until f returns false.
func (x *Index[V]) Between(stream uint32, from flow.Direction, start, end uint64, f func(offset uint64, v V) bool) {
	entries := x.entries.Load()
	if entries == nil || start >= end {
		return
	}
	s := entries.around(lane(stream, from), start, behind)
	defer func() { s.release() }()
	if s.below && !f(s.floor.offset, as[V](s.floor)) {
		return
	}
	for s.above && s.next.offset < end {
		found := s.next
		s.release()
		s = entries.around(found.lane, found.offset, behind)
		if s.below && s.floor.offset == found.offset {
			found = s.floor // replaced meanwhile
		}
		if !f(found.offset, as[V](found)) {
			return
		}
	}
}

// as returns what is in force from a place; a nil interface is one too.
func as[V any](p place) V {
	v, _ := p.what.(V)
	return v
}

// Drop takes out what is in force only before an offset. What is in force there
// stays.
func (x *Index[V]) Drop(stream uint32, from flow.Direction, before uint64) {
	if offset, _, ok := x.floor(stream, from, before); ok && offset > 0 {
		x.cut(lane(stream, from), offset-1)
	}
}

// Forget takes out all of one direction of a stream.
func (x *Index[V]) Forget(stream uint32, from flow.Direction) {
	x.cut(lane(stream, from), math.MaxUint64)
}

// cut takes out what was put up to an offset.
func (x *Index[V]) cut(lane, last uint64) {
	entries := x.entries.Load()
	if entries == nil {
		return
	}
	for {
		s := entries.around(lane, 0, 0)
		first, some := s.next, s.above
		s.release()
		if !some || first.offset > last {
			return
		}
		entries.remove(first)
		x.length.Add(-1)
	}
}

// Len returns how many entries there are.
func (x *Index[V]) Len() int { return int(x.length.Load()) }

const (
	// indexCharge is for the map of an index that was ever put into: its head, as
	// high as a node can be.
	indexCharge = 384
	// entryCharge is for an entry: a node of 128 bytes, what the few high ones have
	// beyond that, and a value of up to four words that is boxed.
	entryCharge = 168
)

// Charge returns how many bytes the index keeps, by a fixed table: it depends on
// what was put and dropped, not on the allocator nor on how high nodes happen to be.
func (x *Index[V]) Charge() int64 {
	if x.entries.Load() == nil {
		return 0
	}
	return indexCharge + entryCharge*x.length.Load()
}

// Nearest returns the offset that is nearest to another one and whose lower 32
// bits are a sequence number (less the initial one): how a sequence number is
// told from the same one of an earlier lap. What is as far from both is the later.
func Nearest(near uint64, seq uint32) uint64 {
	ahead := uint64(seq - uint32(near))
	if back := 1<<32 - ahead; ahead > back && back <= near {
		return near - back
	}
	return near + ahead
}
