package pipeline

import (
	"slices"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
)

// A use is a flow one of whose frames leapt: when another frame confirms the
// leap, the flow was used at the time that its own frame says. Without that, the
// frame with which a capture begins would be cut off its flow wherever one
// stands behind another that is over a day older.
type use struct {
	flowlock.Life
	clock int64
}

// uses are the flows of frames that leapt. There are some only where times leap.
type uses struct {
	believed []believed // by a frame of this batch
	doubted  []use      // by none so far
}

type believed struct {
	use
	by uint32
}

// resume brings what is left of the batch before into this one.
func (u *uses) resume(c *clock) {
	if c.confirmed != flow.None {
		for _, use := range u.doubted {
			u.believed = append(u.believed, believed{use, c.confirmed})
		}
	}
	if c.confirmed != flow.None || !c.doubt || c.doubter != flow.None {
		u.doubted = u.doubted[:0]
	}
}

// add notes a flow that has a frame that leapt.
func (u *uses) add(l flowlock.Life, j jump) {
	if j.by == flow.None {
		u.doubted = append(u.doubted, use{l, j.clock})
	} else {
		u.believed = append(u.believed, believed{use{l, j.clock}, j.by})
	}
}

// settle tells the table of the flows whose leaps were confirmed up to a frame
// of the batch.
func (s *sequencer) settle(frame uint32) {
	u := &s.uses
	if len(u.believed) == 0 {
		return
	}
	u.believed = slices.DeleteFunc(u.believed, func(b believed) bool {
		if b.by <= frame {
			s.table.Touch(b.Life, b.clock)
		}
		return b.by <= frame
	})
}
