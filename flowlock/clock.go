package flowlock

import (
	"math"
	"sync"
	"time"
)

// A Clock is the time that the deadlines of [Locks] are told in: the capture's
// ([CaptureClock]), so that a day of packets gives in a minute what it gave live, or the
// wall's ([WallClock]), so that flows end on a link where nothing comes.
type Clock interface {
	// Now returns nanoseconds. It never returns less than before.
	Now() int64
	// Follow has f called whenever time has passed, until stop has returned.
	Follow(f func()) (stop func())
}

// A CaptureClock is moved by who reads the capture. It begins at zero.
type CaptureClock struct {
	mu        sync.Mutex
	now       int64
	followers []*follower
}

// A follower is told that time has passed.
type follower struct{ f func() }

// Now returns the latest time that the clock was advanced to.
func (c *CaptureClock) Now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on, and returns when all that was due by then has
// happened. A time that is past leaves the clock where it is.
func (c *CaptureClock) Advance(now int64) {
	c.mu.Lock()
	passed := now > c.now
	c.now = max(c.now, now)
	followers := c.followers // never changed in place
	c.mu.Unlock()
	if !passed {
		return
	}
	for _, one := range followers {
		one.f()
	}
}

// Follow has f called by each Advance, after those who followed earlier. Stop
// does not wait for an Advance that is under way.
func (c *CaptureClock) Follow(f func()) (stop func()) {
	one := &follower{f}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.followers = append(c.followers[:len(c.followers):len(c.followers)], one)
	return func() { c.leave(one) }
}

func (c *CaptureClock) leave(one *follower) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var rest []*follower
	for _, other := range c.followers {
		if other != one {
			rest = append(rest, other)
		}
	}
	c.followers = rest
}

// A WallClock is the time of day when it was made, and runs evenly from there
// whatever is done to the time of day later.
type WallClock struct {
	began time.Time
	tick  time.Duration
}

// NewWallClock returns a clock that tells its followers every tick, or every
// second where that is no time, that time has passed.
func NewWallClock(tick time.Duration) *WallClock {
	if tick <= 0 {
		tick = time.Second
	}
	return &WallClock{time.Now(), tick}
}

// Now returns nanoseconds since 1970.
func (c *WallClock) Now() int64 { return c.began.UnixNano() + int64(time.Since(c.began)) }

// Follow starts the one goroutine that a wall clock needs for each follower.
// Stop ends it, and returns when it has ended.
func (c *WallClock) Follow(f func()) (stop func()) {
	over := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(c.tick)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				f()
			case <-over:
				return
			}
		}
	})
	return func() {
		close(over)
		running.Wait()
	}
}

// never is a deadline that does not come.
const never = math.MaxInt64

// after returns a clock and a time beyond it, or never where there is no such number.
func after(clock int64, d time.Duration) int64 {
	if clock > never-int64(d) {
		return never
	}
	return clock + int64(d)
}
