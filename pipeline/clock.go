package pipeline

import (
	"slices"
	"time"

	"github.com/pcappipe/pcappipe/decoder"
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

// A clock is the capture clock: the latest time so far in input order. It only
// goes forward. Idle times and deadlines follow it.
type clock struct {
	now     int64       // behind the batch that is being sequenced
	base    int64       // before it
	set     bool        // by a frame that passed
	shift   int64       // added to the times of this file
	file    *frame.File // whose shift it is
	pending int64       // a time that no next frame has confirmed yet
	doubt   bool        // there is one
}

// keep brings the clock through a batch. After it, at tells the clock at each
// of its frames. A batch whose times rise by steps of less than a leap needs no
// look at its frames: the worker has made its clocks.
func (c *clock) keep(t *trip) (remade bool) {
	c.base = c.now
	i := slices.IndexFunc(t.clocks, func(local int64) bool { return local != noTime })
	if i < 0 {
		return false
	}
	c.enter(t.File, t.clocks[i])
	if c.set && !c.doubt && !t.steep && t.clocks[i]+c.shift-c.now <= leap {
		c.now = c.at(t.clocks[len(t.clocks)-1])
		return false
	}
	for i := range t.Frames {
		if f := &t.Frames[i]; f.Flags&frame.Timeless == 0 && t.found.Packets[i].Status != decoder.Filtered {
			c.tick(f.Nanos)
		}
		if c.set {
			t.clocks[i] = c.now - c.shift
		}
	}
	return true
}

// enter makes ready for a file whose first time is this.
func (c *clock) enter(file *frame.File, nanos int64) {
	if c.file == file {
		return
	}
	c.file, c.shift = file, 0
	if c.set && nanos < c.now-setback {
		c.shift = c.now - nanos
	}
}

// tick takes one frame's time.
func (c *clock) tick(nanos int64) {
	t := nanos + c.shift
	switch {
	case !c.set:
		c.now, c.set = max(t, c.now), true
	case t-c.now <= leap:
		c.now, c.doubt = max(t, c.now), false
	case c.doubt && max(t, c.pending)-min(t, c.pending) <= leap:
		c.now, c.doubt = max(t, c.pending), false
	default:
		c.pending, c.doubt = t, true
	}
}

// at returns the clock at a frame of the batch whose worker says local.
func (c *clock) at(local int64) int64 {
	if local == noTime {
		return c.base
	}
	return max(c.base, local+c.shift)
}
