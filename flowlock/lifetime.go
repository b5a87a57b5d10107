package flowlock

import (
	"container/list"
	"sync/atomic"

	"github.com/pcappipe/pcappipe/flow"
)

// A generation is one life of a flow whose lock is asked for: what is known of its
// requests, from the first packet until it is dropped. The mutex of its [Locks]
// guards it; what is atomic, and the labels, anybody may read.
type generation struct {
	lock   *lock
	number uint64
	stage  atomic.Uint32

	labels  Index[*Request]  // nil where a response stands whose request has not come
	lines   map[uint64]*line // by the client's direction of a stream
	open    list.List        // of *exchange without a response, in the order in which they began
	first   *exchange        // of all that are kept, in that order
	last    *exchange
	pending atomic.Int64 // what is in open

	lockedAt, unlockedAt atomic.Int64
	terminated           int64 // when it became closing
	quiet                int64 // when nothing was pending any more after that
	released             bool  // it is closing, and that has happened

	due   int64 // when it is to be looked at
	place int   // in the heap of deadlines
}

// The stages of a generation.
const (
	live    = iota
	closing // FIN or RST was seen
	dead    // it has been dropped
)

func (g *generation) is(stage uint32) bool { return g.stage.Load() == stage }

// at returns the request whose bytes stand at an offset.
func (g *generation) at(stream uint32, from flow.Direction, offset uint64) (Request, bool) {
	r, _ := g.labels.At(stream, from, offset)
	if r == nil {
		return Request{}, false
	}
	return *r, true
}

// terminate makes it closing.
func (g *generation) terminate(now int64) {
	if !g.is(live) {
		return
	}
	g.stage.Store(closing)
	g.terminated = now
	if g.open.Len() == 0 {
		g.quiet, g.released = now, true
	}
}

// begin gives a lock that somebody has a new generation, and makes room for it.
func (l *Locks) begin(f *lock, now int64) {
	for e := l.used.Front(); e != nil && l.locks.length > l.config.Flows; {
		other := e.Value.(*lock)
		if e = e.Next(); other.holder == nil {
			l.drop(other.now.Load(), now, Evicted)
			l.leave(other)
			l.stats.EvictedFlows++
		}
	}
	l.stats.Generations++
	g := &generation{lock: f, number: l.stats.Generations, place: nowhere}
	g.unlockedAt.Store(now)
	f.now.Store(g)
}

// deadline returns when something happens to a generation if nobody does anything.
// While its lock is held it is not dropped.
func (l *Locks) deadline(g *generation) int64 {
	switch {
	case g.is(closing) && g.open.Len() > 0:
		return after(g.terminated, l.config.Hold)
	case g.lock.holder != nil:
		return never
	case g.is(closing):
		return after(g.quiet, l.config.Grace)
	}
	return after(g.unlockedAt.Load(), l.config.Idle)
}

// settle does to a generation what was due by a time, as of when it was due.
func (l *Locks) settle(g *generation, now int64) {
	for !g.is(dead) {
		at := l.deadline(g)
		if at > now || at == never {
			return
		}
		if g.open.Len() == 0 || g.is(live) {
			l.drop(g, at, Timeout)
			return
		}
		for g.open.Len() > 0 {
			l.end(g.open.Front().Value.(*exchange), Timeout, at)
		}
	}
}

// drop ends a generation, and what is pending with it. Its lock stays.
func (l *Locks) drop(g *generation, at int64, outcome Outcome) {
	g.stage.Store(dead)
	l.due.remove(g)
	for x := g.first; x != nil; x = x.later {
		l.kept.Remove(x.kept)
		if x.open != nil {
			l.end(x, outcome, at)
		}
		if x.early {
			l.stats.Unasked++
		}
	}
	g.first, g.last, g.lines = nil, nil, nil
	g.lock.now.Store(nil)
	l.stats.Dropped++
}

// leave takes a lock whose flow was dropped out of the table.
func (l *Locks) leave(f *lock) {
	l.used.Remove(f.used)
	l.locks.remove(f)
}

// expire does what is due by now, the earliest first.
func (l *Locks) expire() {
	for l.expireSome() {
	}
}

// expireSome does some of what is due, so that others get the mutex when a crowd is.
func (l *Locks) expireSome() (more bool) {
	defer l.done()
	l.mu.Lock()
	now := l.config.Clock.Now()
	for range atOnce {
		if len(l.due) == 0 || l.due[0].due > now {
			return false
		}
		g := l.due[0]
		if at := l.deadline(g); at > g.due {
			l.due.move(g, at) // it was put off: others may come before it
			continue
		}
		l.settle(g, g.due)
		if g.is(dead) {
			l.leave(g.lock)
		}
	}
	return true
}

// A View is a flow as anybody may see it at any time.
type View struct{ g *generation }

// Key returns the flow's key.
func (v View) Key() flow.Key { return v.g.lock.key }

// Generation returns the number of the flow's life.
func (v View) Generation() uint64 { return v.g.number }

// Closing says whether FIN or RST was seen.
func (v View) Closing() bool { return v.g.is(closing) }

// Pending returns how many requests are waiting for their responses.
func (v View) Pending() int { return int(v.g.pending.Load()) }

// LockedAt and UnlockedAt return when its lock was last got and given back.

func (v View) LockedAt() int64   { return v.g.lockedAt.Load() }
func (v View) UnlockedAt() int64 { return v.g.unlockedAt.Load() }

// At returns the request that an offset belongs to, as [Held.At] does.
func (v View) At(stream uint32, from flow.Direction, offset uint64) (Request, bool) {
	return v.g.at(stream, from, offset)
}
