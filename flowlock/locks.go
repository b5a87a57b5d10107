package flowlock

import (
	"cmp"
	"container/list"
	"context"
	"errors"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pcappipe/pcappipe/flow"
)

// Locks has a lock for each flow, for programs whose goroutines take packets as
// they come: who holds a flow's lock alone changes what is known of its requests
// and responses. What waits is a goroutine for a lock, in the order in which
// they came, and never longer than its context. Nothing else waits:
//
//   - A FIN or RST makes its flow closing and goes on. What labels the flow's
//     bytes stays while requests are pending, each at most Hold after that
//     termination; then Grace, for packets that are late; then the flow is
//     dropped, once.
//   - A flow that nothing terminates is dropped when nobody has had its lock for Idle.
//   - A SYN on a flow that is closing begins a new generation of it, with
//     nothing of the old one, when its turn comes.
//
// All deadlines are the clock's. None has a timer or a goroutine: the earliest is
// at the top of a heap, which is looked at when the clock says that time has passed.
//
// One mutex guards all of it, and is held for a few steps at a time, never while a
// flow's lock is held by the caller and never while Ended runs. All and the
// labels are read without it.
type Locks struct {
	config LockConfig
	stop   func() // following the clock

	mu     sync.Mutex
	locks  directory
	closed bool
	due    deadlines
	used   list.List // of *lock, all of them, the one longest not used first
	kept   list.List // of *exchange, in the order in which they began
	stats  LockStats
	told   []Exchange // that Ended is to be told
}

// LockConfig says how flows are kept. Zero values are the defaults.
type LockConfig struct {
	Clock Clock // the wall clock, which looks every second

	Hold  time.Duration // 10 s: how long after its flow's termination a request is pending
	Grace time.Duration // 10 s: how long a flow is kept after that
	Idle  time.Duration // 600 s: how long a flow is kept that nothing terminates
	Early time.Duration // 10 s: how long a response waits for its request

	// Flows is how many there can be, 65,536. The one longest not used makes
	// room, but none whose lock is held.
	Flows int
	// Exchanges is how many are kept of all flows, 262,144: those that are
	// pending, and others to label what is late. The oldest makes room.
	Exchanges int

	// Ended is told of each request when it has ended, by whoever ended it, so
	// by several at a time. It must not call Lock or Close.
	Ended func(Exchange)
}

func (c LockConfig) withDefaults() LockConfig {
	if c.Clock == nil {
		c.Clock = NewWallClock(0)
	}
	c.Hold = cmp.Or(c.Hold, 10*time.Second)
	c.Grace = cmp.Or(c.Grace, 10*time.Second)
	c.Idle = cmp.Or(c.Idle, 600*time.Second)
	c.Early = cmp.Or(c.Early, 10*time.Second)
	c.Flows = cmp.Or(c.Flows, 1<<16)
	c.Exchanges = cmp.Or(c.Exchanges, 1<<18)
	return c
}

// LockStats counts what became of all. Requests are those that ended, each in one
// way, and those that are pending; responses are those that found their request,
// those that did not, and those that wait for it.
type LockStats struct {
	Flows, Pending, Kept int // now: flows, requests without a response, exchanges

	Generations, Dropped                  uint64 // flows that began, and that are over
	EvictedFlows                          uint64 // of those, to make room
	Requests                              uint64
	Responded, TimedOut, Aborted, Evicted uint64
	Responses                             uint64
	Unasked                               uint64 // responses whose request never came
	Repeated                              uint64 // requests and responses that had come before
}

// ErrClosed says that the table of locks has been closed.
var ErrClosed = errors.New("flowlock: closed")

// A lock is one flow's: who has it, who waits for it, and what the flow is now.
type lock struct {
	key    flow.Key
	beside atomic.Pointer[lock] // the next one of its digest
	holder *Held
	queue  list.List                  // of *Held, in the order in which they came
	now    atomic.Pointer[generation] // nil from the end of one until the next begins, if it does
	used   *list.Element              // in Locks.used
}

// NewLocks returns an empty table. It must be closed.
func NewLocks(config LockConfig) *Locks {
	l := &Locks{config: config.withDefaults()}
	l.locks.init()
	l.stop = l.config.Clock.Follow(l.expire)
	return l
}

// Lock waits for the lock of a flow, for a packet with these TCP flags, and begins the
// flow if it is not there. It gives up with its context, and when the table is closed.
func (l *Locks) Lock(ctx context.Context, k flow.Key, flags uint16) (*Held, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	h := &Held{locks: l, wanted: k, flags: flags}
	if err := l.enter(h); err != nil {
		return nil, err
	}
	if h.turn == nil {
		return h, nil
	}
	select {
	case <-h.turn:
		if h.generation == nil {
			return nil, ErrClosed
		}
		return h, nil
	case <-ctx.Done():
		h.giveUp()
		return nil, context.Cause(ctx)
	}
}

// enter gives h the lock, or puts it into the queue.
func (l *Locks) enter(h *Held) error {
	defer l.done()
	l.mu.Lock()
	if l.closed {
		return ErrClosed
	}
	f := l.locks.find(&h.wanted)
	if f == nil {
		f = &lock{key: h.wanted}
		f.used = l.used.PushBack(f)
		l.locks.add(f)
	}
	h.lock = f
	if f.holder == nil {
		l.grant(h, l.config.Clock.Now())
		return nil
	}
	h.turn = make(chan struct{})
	h.place = f.queue.PushBack(h)
	return nil
}

// done gives the mutex back, and then tells what ended meanwhile.
func (l *Locks) done() {
	told := l.told
	l.told = nil
	l.mu.Unlock()
	for _, x := range told {
		l.config.Ended(x)
	}
}

// grant gives a lock that nobody has to h, at its flow's present generation or a
// new one. Here, and so in the queue's order, generations change.
func (l *Locks) grant(h *Held, now int64) {
	f := h.lock
	l.used.MoveToBack(f.used)
	if g := f.now.Load(); g != nil {
		l.settle(g, now)
	}
	if g := f.now.Load(); g != nil && g.is(closing) && h.flags&(flow.SYN|flow.ACK) == flow.SYN {
		l.drop(g, now, Aborted)
	}
	f.holder = h
	if f.now.Load() == nil {
		l.begin(f, now)
	}
	g := f.now.Load()
	g.lockedAt.Store(now)
	h.generation, h.lockedAt = g, now
	if h.turn != nil {
		close(h.turn)
	}
}

// next gives a lock that has become free to the first who waits, or leaves it
// until it is asked for again or its deadline comes.
func (l *Locks) next(f *lock, now int64) {
	f.holder = nil
	if first := f.queue.Front(); first != nil {
		l.grant(f.queue.Remove(first).(*Held), now)
	} else {
		l.settle(f.now.Load(), now)
		if f.now.Load() == nil {
			l.leave(f)
			return
		}
		l.used.MoveToBack(f.used)
	}
	g := f.now.Load()
	l.due.set(g, l.deadline(g))
}

// All tells of each flow. It needs no lock, so it sees each flow as it was at some
// moment, and flows that come or go meanwhile or not.
func (l *Locks) All() iter.Seq[View] {
	return func(yield func(View) bool) {
		l.locks.all(func(f *lock) bool {
			g := f.now.Load()
			return g == nil || yield(View{g})
		})
	}
}

// Stats returns the counts.
func (l *Locks) Stats() LockStats {
	defer l.mu.Unlock()
	l.mu.Lock()
	s := l.stats
	s.Flows, s.Kept = l.locks.length, l.kept.Len()
	s.Pending = int(s.Requests - s.Responded - s.TimedOut - s.Aborted - s.Evicted)
	return s
}

// Close ends everything: requests that are pending are aborted, who waits gets
// [ErrClosed], and who has a lock may unlock it whenever they like. When it
// returns the table is empty, and no goroutine of it is left.
func (l *Locks) Close() {
	if l.clear() {
		l.stop()
	}
}

// clear empties the table, once.
func (l *Locks) clear() bool {
	defer l.done()
	l.mu.Lock()
	if l.closed {
		return false
	}
	l.closed = true
	now := l.config.Clock.Now()
	for e := l.kept.Front(); e != nil; e = e.Next() { // in the order in which they began
		if x := e.Value.(*exchange); x.open != nil {
			l.end(x, Aborted, now)
		}
	}
	for l.used.Len() > 0 {
		f := l.used.Front().Value.(*lock)
		for f.queue.Len() > 0 {
			close(f.queue.Remove(f.queue.Front()).(*Held).turn)
		}
		if g := f.now.Load(); g != nil {
			l.drop(g, now, Aborted)
		}
		l.leave(f)
	}
	return true
}
