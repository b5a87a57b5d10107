package flowlock

import (
	"container/list"

	"github.com/pcappipe/pcappipe/flow"
)

// A Held is the lock of one flow in the hands of who asked for it. There are four
// ways to give it back, those of pcap-sidecar's flow mutex, of which the first
// counts: what comes after does nothing, so a deferred Unlock can stand behind
// every Lock. What is asked of it may be asked afterwards too.
type Held struct {
	locks  *Locks
	wanted flow.Key // whose lock
	flags  uint16   // of the packet
	lock   *lock

	turn  chan struct{} // closed when its turn has come, or the table has been closed; nil: it came at once
	place *list.Element // in the queue

	generation *generation // of the flow, from its turn on
	lockedAt   int64
	over       bool
}

// Generation returns the number of the flow's present life. No other life, of
// this flow or another, has the same.
func (h *Held) Generation() uint64 { return h.generation.number }

// LockedAt returns the clock when the lock was got.
func (h *Held) LockedAt() int64 { return h.lockedAt }

// At returns the request that an offset belongs to, in either direction: what
// its packet is to be labelled with. It is false where there is none, and where
// the request has not come yet.
func (h *Held) At(stream uint32, from flow.Direction, offset uint64) (Request, bool) {
	return h.generation.at(stream, from, offset)
}

// Between calls f for each request that bytes in [start, end) belong to, until
// it returns false.
func (h *Held) Between(stream uint32, from flow.Direction, start, end uint64, f func(Request) bool) {
	h.generation.labels.Between(stream, from, start, end, func(_ uint64, r *Request) bool { return r == nil || f(*r) })
}

// Unlock gives the lock back. If the packet that it was got for has FIN or RST, the
// flow is closing from now on. (Unlock, with the flags of lock.)
func (h *Held) Unlock() { h.unlock(h.flags, nil, nil) }

// UnlockWithFlags is Unlock for a packet whose flags turned out to be these. It
// says whether that released the flow, which happens once to a generation: it is
// closing and nothing is pending, so it has Grace left. (UnlockWithTCPFlags.)
func (h *Held) UnlockWithFlags(flags uint16) (released bool) { return h.unlock(flags, nil, nil) }

// UnlockAndRelease gives the lock back and makes the flow closing, whatever the
// flags were. It says whether that released the flow: not where requests are
// pending, and not where it was released before. (UnlockAndRelease.)
func (h *Held) UnlockAndRelease() (released bool) { return h.unlock(flow.FIN, nil, nil) }

// UnlockWithTraces gives the lock back with the requests and responses of the
// packet, traced or not. They count whatever the flags are: the last data of a
// connection comes with its FIN. Responses of one stream come in their order; a
// request may come after its response. (UnlockWithTraceAndSpan.)
func (h *Held) UnlockWithTraces(flags uint16, requests []Request, responses []Response) (released bool) {
	return h.unlock(flags, requests, responses)
}

func (h *Held) unlock(flags uint16, requests []Request, responses []Response) (released bool) {
	l := h.locks
	defer l.done()
	l.mu.Lock()
	if h.over {
		return false
	}
	h.over = true
	g, now := h.generation, l.config.Clock.Now()
	if l.closed {
		l.refuse(g, requests, responses, now)
		return false
	}
	l.settle(g, now) // but its lock is held, so it is not dropped
	before := g.released
	for i := range requests {
		l.ask(g, new(requests[i]), now)
	}
	for i := range responses {
		l.answer(g, &responses[i], now)
	}
	if flags&(flow.FIN|flow.RST) != 0 {
		g.terminate(now)
	}
	g.unlockedAt.Store(now)
	l.next(h.lock, now)
	return g.released && !before
}

// giveUp leaves the queue. If the turn has come meanwhile, it is the next one's.
func (h *Held) giveUp() {
	l := h.locks
	defer l.done()
	l.mu.Lock()
	switch {
	case h.generation != nil && !l.closed:
		l.next(h.lock, l.config.Clock.Now())
	case !l.closed:
		h.lock.queue.Remove(h.place)
	}
}
