package flowlock

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pcappipe/pcappipe/flow"
)

const second = int64(time.Second)

// A desk is a table of locks on a capture clock, and what ended.
type desk struct {
	*Locks
	t     testing.TB
	clock CaptureClock
	mu    sync.Mutex
	ended []Exchange
}

func newDesk(t testing.TB, config LockConfig) *desk {
	d := &desk{t: t}
	if config.Clock == nil {
		config.Clock = &d.clock
	}
	config.Ended = func(x Exchange) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.ended = append(d.ended, x)
	}
	d.Locks = NewLocks(config)
	return d
}

func (d *desk) lock(k flow.Key, flags uint16) *Held {
	d.t.Helper()
	h, err := d.Lock(context.Background(), k, flags)
	if err != nil {
		d.t.Fatal(err)
	}
	return h
}

// packet locks a flow for one packet and unlocks it.
func (d *desk) packet(k flow.Key, flags uint16, requests []Request, responses []Response) (released bool) {
	d.t.Helper()
	return d.lock(k, flags).UnlockWithTraces(flags, requests, responses)
}

// empty says what is left in a table, which should be nothing.
func (d *desk) empty() {
	d.t.Helper()
	s := d.Stats()
	if s.Flows != 0 || s.Pending != 0 || s.Kept != 0 || s.Generations != s.Dropped || len(d.due) != 0 || d.used.Len() != 0 || d.locks.chains.Load().Len() != 0 {
		d.t.Errorf("left: %+v, %d deadlines, %d idle, %d chains", s, len(d.due), d.used.Len(), d.locks.chains.Load().Len())
	}
	if ended := s.Responded + s.TimedOut + s.Aborted + s.Evicted; ended != s.Requests || uint64(len(d.ended)) != s.Requests {
		d.t.Errorf("of %d requests %d ended, and %d were told", s.Requests, ended, len(d.ended))
	}
}

func request(stream uint32, offset uint64, id string) []Request {
	return []Request{{Stream: stream, From: flow.FromA, Offset: offset, Trace: Trace{ID: id}}}
}

func response(stream uint32, offset, ack uint64) []Response {
	return []Response{{Stream: stream, From: flow.FromB, Offset: offset, Ack: ack}}
}

// A FIN or RST blocks nobody, whatever is pending; each request has its time to
// be answered after it, and the flow its grace after that, to the nanosecond.
func TestTerminationNeverBlocks(t *testing.T) {
	for _, flags := range []uint16{flow.FIN, flow.RST, flow.FIN | flow.ACK} {
		d := newDesk(t, LockConfig{})
		k := key(1, 6)
		d.clock.Advance(second)
		d.packet(k, flow.ACK, request(1, 0, "a"), nil)
		d.packet(k, flow.ACK, request(1, 100, "b"), nil)
		d.clock.Advance(2 * second)
		if d.packet(k, flags, nil, nil) {
			t.Error("released while two requests are pending")
		}
		if d.packet(k, flow.FIN, nil, nil) { // the other end's
			t.Error("released while two requests are pending")
		}
		d.clock.Advance(3 * second)
		if d.packet(k, flow.ACK, nil, response(1, 0, 100)) {
			t.Error("released while a request is pending")
		}
		d.clock.Advance(12*second - 1)
		if len(d.ended) != 1 || d.ended[0].Outcome != Responded {
			t.Errorf("before the hold is over ended %+v", d.ended)
		}
		d.clock.Advance(12 * second)
		if len(d.ended) != 2 || d.ended[1].Outcome != Timeout || d.ended[1].Request.Trace.ID != "b" {
			t.Errorf("when the hold is over ended %+v", d.ended)
		}
		d.clock.Advance(22*second - 1)
		h := d.lock(k, flow.ACK)
		if r, ok := h.At(1, flow.FromA, 150); !ok || r.Trace.ID != "b" || h.Generation() != 1 {
			t.Errorf("in its grace a late packet of generation %d belongs to %+v (%t)", h.Generation(), r, ok)
		}
		if h.UnlockAndRelease() {
			t.Error("released again")
		}
		d.clock.Advance(22 * second)
		d.empty()
		d.Close()
	}
}

// It is told once that a flow was released: by what ended the last request, or
// by the termination where nothing was pending.
func TestReleasedIsToldOnce(t *testing.T) {
	d := newDesk(t, LockConfig{})
	defer d.Close()
	quiet, busy := key(1, 6), key(2, 6)
	if h := d.lock(quiet, flow.FIN); !h.UnlockWithFlags(flow.FIN) {
		t.Error("not released by FIN")
	} else if h.UnlockAndRelease() {
		t.Error("unlocked twice")
	}
	if d.lock(quiet, flow.ACK).UnlockAndRelease() {
		t.Error("released twice")
	}
	d.packet(busy, flow.ACK, request(1, 0, ""), nil)
	if d.lock(busy, flow.ACK).UnlockAndRelease() {
		t.Error("released while a request is pending")
	}
	if !d.packet(busy, flow.ACK, nil, response(1, 0, 9)) {
		t.Error("not released by the last response")
	}
	if d.packet(busy, flow.RST, nil, nil) {
		t.Error("released twice")
	}
}

// A flow that nobody terminates goes when it has been idle for long enough
// after its last unlock, and not while somebody has its lock.
func TestOrphansAreDropped(t *testing.T) {
	d := newDesk(t, LockConfig{})
	k := key(1, 6)
	d.clock.Advance(5 * second)
	d.packet(k, flow.ACK, request(1, 0, "a"), nil)
	d.clock.Advance(604 * second)
	h := d.lock(k, flow.ACK)
	d.clock.Advance(5000 * second)
	h.Unlock()
	d.clock.Advance(5600*second - 1)
	if s := d.Stats(); s.Flows != 1 || s.Pending != 1 {
		t.Errorf("before its time: %+v", s)
	}
	d.clock.Advance(5600 * second)
	d.empty()
	if len(d.ended) != 1 || d.ended[0].Outcome != Timeout || d.ended[0].Ended != 5600*second {
		t.Errorf("ended %+v", d.ended)
	}
	d.Close()
}

// What was due comes to pass at the next lock too, where the clock has moved and
// its followers were not told yet: a flow that is over is never handed out.
func TestAFlowThatIsOverIsNeverHandedOut(t *testing.T) {
	clock := new(stillClock)
	d := newDesk(t, LockConfig{Clock: clock})
	defer d.Close()
	k := key(1, 6)
	d.packet(k, flow.FIN, nil, nil)
	clock.now.Store(10*second - 1)
	if h := d.lock(k, 0); h.Generation() != 1 {
		t.Error("dropped in its grace")
	} else {
		clock.now.Store(10 * second)
		h.Unlock()
	}
	if s := d.Stats(); s.Flows != 0 {
		t.Errorf("its grace was over when it was unlocked: %+v", s)
	}
	h := d.lock(k, 0)
	if h.Generation() != 2 {
		t.Error("handed out after its grace")
	}
	clock.now.Store(2000 * second)
	h.Unlock()
	clock.now.Store(2600 * second)
	if h := d.lock(k, 0); h.Generation() != 3 {
		t.Error("handed out after its idle time")
	} else {
		h.Unlock()
	}
}

// What comes when its time is over is too late, though nobody has been told yet
// that it is.
func TestAResponseAfterTheHoldIsTooLate(t *testing.T) {
	clock := new(stillClock)
	d := newDesk(t, LockConfig{Clock: clock})
	k := key(1, 6)
	d.packet(k, flow.FIN, request(1, 0, "a"), nil)
	h := d.lock(k, flow.ACK)
	clock.now.Store(10 * second)
	h.UnlockWithTraces(flow.ACK, nil, response(1, 0, 9))
	if len(d.ended) != 1 || d.ended[0].Outcome != Timeout || d.ended[0].Ended != 10*second {
		t.Errorf("ended %+v", d.ended)
	}
	d.Close()
	if !clock.stopped {
		t.Error("Close leaves the clock with a follower")
	}
}

// A stillClock tells nobody that time has passed.
type stillClock struct {
	now     atomic.Int64
	stopped bool
}

func (c *stillClock) Now() int64                  { return c.now.Load() }
func (c *stillClock) Follow(func()) (stop func()) { return func() { c.stopped = true } }

// Who gives up in the moment in which the turn comes hands it on.
func TestATurnThatIsNotTakenIsTheNextOnes(t *testing.T) {
	d := newDesk(t, LockConfig{})
	k := key(1, 6)
	first := d.lock(k, 0)
	second, third := &Held{locks: d.Locks, wanted: k}, &Held{locks: d.Locks, wanted: k}
	if d.enter(second) != nil || d.enter(third) != nil {
		t.Fatal("not in the queue")
	}
	first.Unlock()
	<-second.turn
	second.giveUp()
	<-third.turn
	third.Unlock()
	d.lock(k, 0).Unlock()
	d.Close()
}

// What was labelled can be asked of a lock that was given back, when the flow is
// long over.
func TestLabelsOutliveTheirFlow(t *testing.T) {
	d := newDesk(t, LockConfig{})
	h := d.lock(key(1, 6), 0)
	h.UnlockWithTraces(flow.RST, request(1, 0, "a"), nil)
	d.clock.Advance(100 * second)
	d.empty()
	if r, ok := h.At(1, flow.FromA, 5); !ok || r.Trace.ID != "a" {
		t.Errorf("got %+v (%t)", r, ok)
	}
	d.Close()
}

// Who waits for a lock gets it in the order in which they came.
func TestLocksAreGivenInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, LockConfig{})
		k := key(1, 6)
		first := d.lock(k, 0)
		var got []int
		for n := range 50 {
			go func() {
				h := d.lock(k, 0)
				got = append(got, n) // guarded by the lock
				time.Sleep(time.Millisecond)
				h.Unlock()
			}()
			synctest.Wait()
		}
		first.Unlock()
		d.lock(k, 0).Unlock() // the last in the queue
		if len(got) != 50 || !slices.IsSorted(got) {
			t.Errorf("in the order %v", got)
		}
		d.Close()
		d.empty()
	})
}

// Who gives up leaves the queue; who comes after is not held up, nor is anybody
// by a turn that comes in the same moment.
func TestLockGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, LockConfig{})
		k := key(1, 6)
		first := d.lock(k, 0)
		why := errors.New("enough")
		var gaveUp, got atomic.Int32
		for n := range 30 {
			ctx, cancel := context.WithTimeoutCause(context.Background(), time.Duration(n%3)*time.Hour+time.Minute, why)
			go func() {
				defer cancel()
				h, err := d.Lock(ctx, k, 0)
				if err == nil {
					got.Add(1)
					h.Unlock()
				} else if gaveUp.Add(1); err != why {
					t.Errorf("gave up with %v", err)
				}
			}()
			synctest.Wait()
		}
		time.Sleep(time.Minute) // and ten contexts end in the moment in which the lock is given back
		first.Unlock()
		synctest.Wait()
		if gaveUp.Load() > 10 || got.Load()+gaveUp.Load() != 30 {
			t.Errorf("%d gave up, %d got it", gaveUp.Load(), got.Load())
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := d.Lock(ctx, k, 0); err != context.Canceled {
			t.Errorf("with a context that is over: %v", err)
		}
		d.lock(k, 0).Unlock() // nobody else has it
		d.Close()
		d.empty()
	})
}

// Close lets go of all who wait, and what they had is no longer anybody's.
func TestCloseWakesAllWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, LockConfig{Clock: NewWallClock(time.Second)})
		k := key(1, 6)
		d.packet(k, flow.ACK, request(1, 0, "a"), nil)
		first := d.lock(k, 0)
		for range 20 {
			go func() {
				if _, err := d.Lock(context.Background(), k, 0); err != ErrClosed {
					t.Errorf("waited for %v", err)
				}
			}()
		}
		synctest.Wait()
		d.Close()
		d.Close()
		if first.UnlockWithTraces(flow.FIN, request(1, 100, "b"), response(1, 0, 9)) {
			t.Error("released after Close")
		}
		if _, err := d.Lock(context.Background(), k, 0); err != ErrClosed {
			t.Errorf("after Close: %v", err)
		}
		d.empty()
		if len(d.ended) != 2 || d.ended[0].Outcome != Aborted || d.ended[1].Outcome != Aborted {
			t.Errorf("ended %+v", d.ended)
		}
	})
}

// However many ask at once for a flow that is not there, there is one lock, one
// generation, and one holder at a time: 4 goroutines over fresh keys.
func TestOneLockForOneFlow(t *testing.T) {
	const rounds, goroutines = 2000, 4
	d := newDesk(t, LockConfig{Flows: rounds + 1})
	var holders [rounds]atomic.Int32
	var generations [rounds]atomic.Uint64
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for n := range uint32(rounds) {
				h := d.lock(key(n, 6), 0)
				if holders[n].Add(1) != 1 {
					t.Errorf("flow %d has two holders", n)
				}
				if g := generations[n].Swap(h.Generation()); g != 0 && g != h.Generation() {
					t.Errorf("flow %d is generation %d and %d", n, g, h.Generation())
				}
				holders[n].Add(-1)
				h.Unlock()
			}
		})
	}
	all.Wait()
	if s := d.Stats(); s.Generations != rounds || s.Flows != rounds {
		t.Errorf("of %d flows: %+v", rounds, s)
	}
	d.Close()
	d.empty()
}

// Everything at once: many goroutines lock, give up, ask, answer, terminate and
// begin anew while the clock moves, flows are dropped and evicted, and others look
// at all of it. Nobody ever shares a lock, and each request ends once.
func TestLocksUnderLoad(t *testing.T) {
	d := newDesk(t, LockConfig{Hold: 10, Grace: 10, Idle: 60, Early: 10, Flows: 6, Exchanges: 200})
	const flows, goroutines, packets = 12, 6, 1000
	var holders [flows]atomic.Int32
	var all sync.WaitGroup
	for n := range uint64(goroutines) {
		all.Go(func() {
			r := rand.New(rand.NewPCG(n, 7))
			for range packets {
				d.clock.Advance(d.clock.Now() + r.Int64N(3))
				for v := range d.All() {
					v.At(1, flow.FromB, 1<<19)
					if v.Pending() < 0 {
						t.Error("less than nothing is pending")
					}
				}
				f := r.IntN(flows)
				ctx, cancel := context.WithCancel(context.Background())
				if r.IntN(8) == 0 {
					go cancel()
				}
				h, err := d.Lock(ctx, key(uint32(f), 6), []uint16{flow.ACK, flow.SYN, flow.ACK, flow.ACK}[r.IntN(4)])
				if err == nil {
					if holders[f].Add(1) != 1 {
						t.Errorf("flow %d has two holders", f)
					}
					at := r.Uint64N(1 << 20)
					h.At(1, flow.FromA, at)
					holders[f].Add(-1)
					h.UnlockWithTraces([]uint16{flow.ACK, flow.ACK, flow.ACK, flow.FIN}[r.IntN(4)], request(1, at, "x"), response(1, at, 0))
				}
				cancel()
			}
		})
	}
	all.Wait()
	d.Close()
	d.empty()
}

// An uncontended lock costs the one Held, and nothing after it for what is there.
func TestLockAllocatesOneHeld(t *testing.T) {
	d := newDesk(t, LockConfig{})
	defer d.Close()
	k := key(1, 6)
	d.lock(k, 0).Unlock()
	if n := testing.AllocsPerRun(1000, func() { d.lock(k, 0).Unlock() }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkLocks locks and unlocks one flow after the other.
func BenchmarkLocks(b *testing.B) {
	l := NewLocks(LockConfig{Clock: new(CaptureClock)})
	defer l.Close()
	keys := make([]flow.Key, 1000)
	for n := range keys {
		keys[n] = key(uint32(n), 6)
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		h, _ := l.Lock(context.Background(), keys[n%len(keys)], flow.ACK)
		h.Unlock()
	}
}
