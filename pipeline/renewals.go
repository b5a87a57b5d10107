package pipeline

import (
	"slices"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A renewal is a datagram that a frame began which leapt: when another frame
// confirms the leap, the datagram is as old as its own frame says. Flows have
// the same, and for the same reason: see [use].
type renewal struct {
	key   reassembly.DatagramKey
	frame uint64 // that leapt
	clock int64
	by    uint32 // the frame of the batch that confirms it
}

// renewals are the datagrams of frames that leapt.
type renewals struct {
	believed []renewal
	doubted  []renewal // by no frame so far
}

// resume brings what is left of the batch before into this one.
func (r *renewals) resume(c *clock) {
	if c.confirmed != flow.None {
		for _, d := range r.doubted {
			d.by = c.confirmed
			r.believed = append(r.believed, d)
		}
	}
	if c.confirmed != flow.None || !c.doubt || c.doubter != flow.None {
		r.doubted = r.doubted[:0]
	}
}

// add notes that a fragment in a frame of the batch may have leapt.
func (r *renewals) add(s *sequencer, key *reassembly.DatagramKey, frame uint32) {
	j, is := s.clock.jump(frame)
	if !is {
		return
	}
	d := renewal{*key, s.t.Number(int(frame)), j.clock, j.by}
	if j.by == flow.None {
		r.doubted = append(r.doubted, d)
	} else {
		r.believed = append(r.believed, d)
	}
}

// settle tells the datagrams whose leaps were confirmed up to a frame of the batch.
func (r *renewals) settle(s *sequencer, frame uint32) {
	if len(r.believed) == 0 {
		return
	}
	r.believed = slices.DeleteFunc(r.believed, func(d renewal) bool {
		if d.by <= frame {
			s.datagrams.Renew(&d.key, d.frame, d.clock)
		}
		return d.by <= frame
	})
}
