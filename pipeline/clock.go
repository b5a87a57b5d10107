package pipeline

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/frame"
)

const (
	// leap is how far a single frame can move the clock: what is later than
	// that is believed when the next frame says so too.
	leap = int64(24 * time.Hour)
	// setback is how much earlier than the clock a file must begin to be taken
	// for a capture with a time of its own. Less is disorder where a capture was split, and a
	// split capture must give what the whole one gives.
	setback = int64(time.Minute)
)

// A hand is what a batch's own clocks have to be read with.
type hand struct {
	base  int64 // the clock before the batch
	exact bool  // the batch's clocks are the clock itself, not yet to be shifted
	shift int64 // added to the batch's clocks
	end   int64 // the clock behind the batch
}

// A clock is the capture clock: the latest time so far in input order. It only
// goes forward. Idle times and deadlines follow it, so only its differences mean
// anything: times are shifted so that it begins at zero.
type clock struct {
	hand
	now    int64 // behind the batch that is being sequenced
	set    bool  // by a frame that passed
	sure   bool  // another frame has come within a leap of the clock
	origin int64 // added to the times of the first file
	file   *frame.File
	// doubted is a time over a leap away from the clock, which the next frame
	// may confirm; doubt says that there is one.
	doubted int64
	doubt   bool
	// Of the batch that is being sequenced:
	doubter   uint32 // the frame that began the present doubt; flow.None: it is an earlier batch's
	jumps     []jump // the doubts of frames that a later frame confirmed
	confirmed uint32 // the frame that confirmed an earlier batch's doubt, or flow.None
}

// A jump is a frame that was the first to leap. The clock follows when another
// confirms it; from then on the frame's flows were used at the frame's time, and
// not, as it seemed, before the leap.
type jump struct {
	frame, by uint32 // by: flow.None while no frame has confirmed it
	clock     int64
}

// keep brings the clock through a batch. After it, at tells the clock at each
// of its frames. A batch whose times rise by steps of less than a leap needs no
// look at its frames: the worker has made its clocks.
func (c *clock) keep(t *trip) (remade bool) {
	c.base, c.exact = c.now, false
	c.doubter, c.confirmed, c.jumps = flow.None, flow.None, c.jumps[:0]
	i := slices.IndexFunc(t.clocks, func(local int64) bool { return local != noTime })
	if i < 0 {
		return false
	}
	c.enter(t.File, t.clocks[i])
	if c.sure && !c.doubt && !t.steep && less(add(t.clocks[i], c.shift), c.now) <= leap {
		c.now = c.at(t.clocks[len(t.clocks)-1])
		return false
	}
	c.exact = true
	for i := range t.Frames {
		if f := &t.Frames[i]; f.Flags&frame.Timeless == 0 && t.found.Packets[i].Status != decoder.Filtered {
			c.follow(uint32(i), f.Nanos)
		}
		t.clocks[i] = c.now
	}
	return true
}

// follow takes the time of a frame of the batch, and notes whose leap it confirms.
func (c *clock) follow(frame uint32, nanos int64) {
	switch c.tick(nanos) {
	case doubtful:
		c.doubter = frame
	case confirming:
		if c.doubter == flow.None {
			c.confirmed = frame
		} else {
			c.jumps = append(c.jumps, jump{c.doubter, frame, c.doubted})
		}
	}
}

// jumped says whether a frame of the batch leapt, and is believed or may be yet.
func (c *clock) jumped() bool { return len(c.jumps) > 0 || c.doubt && c.doubter != flow.None }

// jump returns the jump of a frame of the batch, if it is one.
func (c *clock) jump(frame uint32) (j jump, is bool) {
	if c.doubt && c.doubter == frame {
		return jump{frame, flow.None, c.doubted}, true
	}
	i, is := slices.BinarySearchFunc(c.jumps, frame, func(j jump, frame uint32) int { return cmp.Compare(j.frame, frame) })
	if is {
		j = c.jumps[i]
	}
	return j, is
}

// enter makes ready for a file whose first time is this.
func (c *clock) enter(file *frame.File, nanos int64) {
	if c.file == file {
		return
	}
	c.file, c.shift = file, c.origin
	switch {
	case !c.set:
		c.origin = less(c.now, nanos)
		c.shift = c.origin
	case add(nanos, c.shift) < c.now-setback:
		c.shift = less(c.now, nanos)
	}
}

// A verdict is what the clock makes of a frame's time.
type verdict uint8

const (
	ordinary   verdict = iota
	doubtful           // a leap
	confirming         // the leap of the frame before, and forward: the clock has made it
)

// tick takes one frame's time. A leap, forward, or back from a first time that
// nothing has confirmed, counts when two frames in a row have made it.
func (c *clock) tick(nanos int64) verdict {
	t := add(nanos, c.shift)
	away := max(less(t, c.now), less(c.now, t))
	switch {
	case !c.set:
		c.now, c.set = max(c.now, t), true
	case away <= leap:
		c.now, c.sure, c.doubt = max(c.now, t), true, false
	case t < c.now && c.sure:
		c.doubt = false
	case !c.doubt || max(less(t, c.doubted), less(c.doubted, t)) > leap:
		c.doubted, c.doubt = t, true
		return doubtful
	case t > c.now:
		c.now, c.sure, c.doubt = max(t, c.doubted), true, false
		return confirming
	default: // the first time was wrong: the clock stays, and the others are shifted to it
		back := less(c.now, max(t, c.doubted))
		c.origin, c.shift = add(c.origin, back), add(c.shift, back)
		c.sure, c.doubt = true, false
	}
	return ordinary
}

// reading returns what the batch's clocks are read with, once it has been kept.
func (c *clock) reading() hand {
	h := c.hand
	h.end = c.now
	return h
}

// at returns the clock at a frame of the batch, of which the batch's clocks say local.
func (c *hand) at(local int64) int64 {
	switch {
	case c.exact:
		return local
	case local == noTime:
		return c.base
	}
	return max(c.base, add(local, c.shift))
}

// after returns the first frame of the batch at which the clock is later than
// this; the batch's clocks only rise.
func (c *hand) after(deadline int64, clocks []int64) uint32 {
	switch {
	case c.exact || deadline == math.MaxInt64: // which no clock is later than
	case c.base > deadline:
		return 0
	default:
		deadline = less(deadline, c.shift)
	}
	first, n := 0, len(clocks)
	for n > 0 {
		half := n / 2
		if clocks[first+half] <= deadline {
			first += half + 1
			n -= half + 1
		} else {
			n = half
		}
	}
	return uint32(first)
}

// add and less are + and - that stop at the ends: files can hold any time.

func add(a, b int64) int64 {
	switch s := a + b; {
	case a > 0 && b > 0 && s < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && s >= 0:
		return math.MinInt64
	default:
		return s
	}
}

func less(a, b int64) int64 {
	switch d := a - b; {
	case a >= 0 && b < 0 && d < 0:
		return math.MaxInt64
	case a < 0 && b > 0 && d > 0:
		return math.MinInt64
	default:
		return d
	}
}
