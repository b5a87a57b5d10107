package pipeline

import "github.com/pcappipe/pcappipe/conn"

const (
	// An epoch ends with every 256th frame and with every MiB of captured
	// bytes, counted over the whole input: what is decided there does not
	// depend on how the input was cut into batches.
	epochFrames = 256
	epochBytes  = 1 << 20
	// flowCost is what a flow is charged: its entry, past and state, its share
	// of the index at its emptiest and of the wheel at its fullest.
	flowCost = 640
	// scopeCost is what a flow is charged for a scope, beyond the scope's bytes,
	// which are counted twice: a batch on its way has them too.
	scopeCost = 128
)

// A budget is the ceiling of all per-flow state together. Charges follow the
// table above, never what the allocator says. At the end of an epoch, the flows
// longest idle are given up until the rest fits.
type budget struct {
	ceiling int64
	charged int64
	seen    uint64 // captured bytes of the batches before

	// Of the batch that is being sequenced.
	tight   bool     // the ceiling may be reached in it; if not, nothing is decided in it
	ends    []uint32 // the last frames of its epochs
	decided int      // how many of ends are behind us
	always  bool     // for tests: every batch is tight
}

// begin looks whether the batch can reach the ceiling: at most each of its
// pieces begins a flow.
func (b *budget) begin(s *sequencer) {
	most := b.charged
	for i := range s.t.found.Groups.List {
		g := &s.t.found.Groups.List[i]
		most += int64(g.Count) * s.cost(g.Key.Scope)
	}
	b.tight = b.always || most > b.ceiling
	b.ends, b.decided = b.ends[:0], 0
	before := b.seen
	b.seen += s.t.sums.captured
	if !b.tight {
		return
	}
	for i := range s.t.Frames {
		after := before + uint64(s.t.Frames[i].Len)
		if s.t.Number(i)%epochFrames == 0 || after/epochBytes != before/epochBytes {
			b.ends = append(b.ends, uint32(i))
		}
		before = after
	}
}

// parts says whether an epoch ends between two frames of the batch.
func (b *budget) parts(frame, later uint32) bool {
	return b.decided < len(b.ends) && frame <= b.ends[b.decided] && b.ends[b.decided] < later
}

// decide comes to the decisions of all epochs that end before a frame of the batch.
func (b *budget) decide(s *sequencer, frame uint32) {
	for ; b.decided < len(b.ends) && b.ends[b.decided] < frame; b.decided++ {
		last := b.ends[b.decided]
		now := s.clock.at(s.t.clocks[last])
		s.settle(last)
		s.reap(now)
		for b.charged > b.ceiling {
			slot, ok := s.table.Oldest(now)
			if !ok {
				break
			}
			s.end(slot, conn.Evicted, last, false)
		}
	}
}

// charge and discharge count a flow that begins or ends in this scope.

func (b *budget) charge(s *sequencer, scope uint32) {
	b.charged += s.cost(scope)
	s.scopes.keep(scope)
}

func (b *budget) discharge(s *sequencer, scope uint32) {
	b.charged -= s.cost(scope)
	s.scopes.drop(scope)
}

// cost returns what a flow in this scope is charged.
func (s *sequencer) cost(scope uint32) int64 {
	if scope == 0 {
		return flowCost
	}
	return flowCost + scopeCost + 2*int64(len(s.scopes.scope(scope)))
}
