package flowlock

import (
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A capture clock never goes back, and tells those who follow it when it has moved,
// and only then.
func TestCaptureClockNeverGoesBack(t *testing.T) {
	var clock CaptureClock
	var first, second []int64
	stop := clock.Follow(func() { first = append(first, clock.Now()) })
	clock.Follow(func() { second = append(second, clock.Now()) })
	for _, at := range []int64{5, 5, 3, -1, 9} {
		clock.Advance(at)
	}
	stop()
	clock.Advance(math.MaxInt64)
	clock.Advance(7)
	if !slices.Equal(first, []int64{5, 9}) || !slices.Equal(second, []int64{5, 9, math.MaxInt64}) || clock.Now() != math.MaxInt64 {
		t.Errorf("told %d and %d, and it is %d", first, second, clock.Now())
	}
}

// A wall clock tells every tick, and when stop has returned nobody is being told.
func TestWallClockStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := NewWallClock(time.Second)
		began := clock.Now()
		told, busy := 0, false
		stop := clock.Follow(func() {
			busy = true
			time.Sleep(time.Second / 2)
			told, busy = told+1, false
		})
		time.Sleep(10*time.Second + time.Second/4)
		stop()
		if told != 10 || busy {
			t.Errorf("told %d times, and busy %t", told, busy)
		}
		if now := clock.Now() - began; now != int64(10*time.Second+time.Second/2) {
			t.Errorf("it runs by %d", now)
		}
		time.Sleep(time.Minute)
		if told != 10 {
			t.Errorf("told %d times after it was stopped", told)
		}
	})
}

// Deadlines beyond the end of time do not come.
func TestTimeHasAnEnd(t *testing.T) {
	for _, c := range []struct {
		clock int64
		d     time.Duration
		want  int64
	}{
		{0, 10, 10}, {-5, 10, 5}, {math.MaxInt64 - 10, 10, never}, {math.MaxInt64 - 10, 11, never},
		{math.MaxInt64, math.MaxInt64, never}, {math.MinInt64, math.MaxInt64, -1},
	} {
		if got := after(c.clock, c.d); got != c.want {
			t.Errorf("%d and %d is %d, want %d", c.clock, c.d, got, c.want)
		}
	}
	d := newDesk(t, LockConfig{})
	d.clock.Advance(math.MaxInt64)
	d.packet(key(1, 6), 0, request(1, 0, ""), nil)
	d.lock(key(1, 6), 0).Unlock()
	d.Close()
	d.empty()
}
