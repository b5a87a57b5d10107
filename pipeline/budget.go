package pipeline

import (
	"sync/atomic"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/flow"
)

const (
	// An epoch ends with every 256th frame and with every MiB of captured
	// bytes, counted over the whole input: what is decided there does not
	// depend on how the input was cut into batches.
	epochFrames = 256
	epochBytes  = 1 << 20
	// flowCost is what a flow is charged: its entry, past and state, its share
	// of the index at its emptiest and of the wheel at its fullest.
	flowCost = 640
	// connectionCost is what a TCP flow is charged beyond that where streams are
	// put together, before they keep anything.
	connectionCost = 640
	// scopeCost is what a flow is charged for a scope, beyond the scope's bytes,
	// which are counted twice: a batch on its way has them too.
	scopeCost = 128
)

// A budget is the ceiling of all per-flow state together. Charges follow the
// table above and reassembly's own, never what the allocator says. At the end of
// an epoch, the flows longest idle are given up until the rest fits.
//
// What flows are charged for being there is known to the sequencer at once. What
// their streams keep, only their jobs know; but a job makes at most four times as
// much of it, and adds what its segments allow. Where even that much would fit, nothing has to
// be decided, and the jobs can run when they like. Where it might not, the
// sequencer waits until all earlier jobs have run and looks again, at the flows of the batch alone. Where
// it still might not, it runs the batch's jobs itself, one epoch's after the
// other: so each decision sees exactly what is kept after its epoch.
type budget struct {
	ceiling int64
	charged int64        // for flows being there
	kept    atomic.Int64 // by streams, as far as their jobs have run
	pending atomic.Int64 // what jobs of trips that are on their way may add at most
	seen    uint64       // captured bytes of the batches before

	// Of the batch that is being sequenced.
	tight   bool     // the ceiling may be reached in it; if not, nothing is decided in it
	exact   bool     // jobs are run when they are posted
	ends    []uint32 // the last frames of its epochs
	decided int      // how many of ends are behind us
	always  bool     // for tests: every batch is tight
}

// ceiling returns what flows may take together: what is left of --memory by frames that wait for
// their labels and by traces that are not over.
func (r *run) ceiling() int64 {
	memory := r.config.Memory
	left := memory
	if r.hold != nil {
		left -= memory / labelShare
	}
	if r.traces != nil {
		left -= memory / traceShare
	}
	return left
}

// begin looks whether the batch can reach the ceiling: at most each of its
// pieces begins a flow, and keeps all of its bytes.
func (b *budget) begin(s *sequencer) {
	most := s.mostAfter()
	b.tight = b.always || most+mostFold*(b.kept.Load()+b.pending.Load())+2*s.t.most > b.ceiling
	if b.tight && s.run.config.TCP {
		s.t.Settle()
		b.tight = b.always || most+b.kept.Load()+(mostFold-1)*s.keptByBatch()+2*s.t.most > b.ceiling
		b.exact = b.tight
	}
	b.pending.Add(s.t.most)
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

// mostAfter returns what may be charged after the batch, without what streams
// keep, and notes in the trip what its segments may add to that.
func (s *sequencer) mostAfter() int64 {
	t := s.t
	most := s.budget.charged + s.held.most
	for i := range t.found.Groups.List {
		g := &t.found.Groups.List[i]
		most += int64(g.Count) * s.cost(&g.Key)
		if s.run.assembles(&g.Key) {
			t.most += int64(g.Count) * mostPerSegment
		}
	}
	t.most += s.run.mostPerByte() * int64(t.sums.payload)
	for _, at := range s.losses {
		key, _ := t.datagrams[at].flow()
		most += s.cost(&key)
	}
	return most
}

// keptByBatch returns what the streams keep whose flows have segments in the
// batch. No job is running or waits.
func (s *sequencer) keptByBatch() (bytes int64) {
	for i := range s.t.found.Groups.List {
		g := &s.t.found.Groups.List[i]
		if slot, known := s.table.Find(&g.Key, g.Hash); known {
			if c := s.connections.of(slot); c != nil {
				bytes += c.charged
			}
		}
	}
	return bytes
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
		held := s.held.after(last)
		for b.charged+b.kept.Load()+held > b.ceiling {
			slot, ok := s.table.Oldest(now)
			if !ok {
				break
			}
			s.end(slot, conn.Evicted, last, false)
		}
	}
}

// arrived takes note that a trip's jobs have all run.
func (b *budget) arrived(t *trip) {
	b.pending.Add(-t.most)
}

// charge and discharge count a flow that begins or ends.

func (b *budget) charge(s *sequencer, key *flow.Key) {
	b.charged += s.cost(key)
	s.scopes.keep(key.Scope)
}

func (b *budget) discharge(s *sequencer, key *flow.Key) {
	b.charged -= s.cost(key)
	s.scopes.drop(key.Scope)
}

// cost returns what a flow with this key is charged for being there.
func (s *sequencer) cost(key *flow.Key) (bytes int64) {
	bytes = flowCost
	if key.Scope != 0 {
		bytes += scopeCost + 2*int64(len(s.scopes.scope(key.Scope)))
	}
	if s.run.assembles(key) {
		bytes += connectionCost
	}
	return bytes
}

// Charges are what datagrams keep, as it changes over a batch.
type charges struct {
	before int64 // what was kept before what list tells next
	most   int64
	list   []charge
	told   int // how many of list are in before
}

type charge struct {
	frame uint32
	bytes int64
}

func (c *charges) begin(bytes int64) {
	c.before, c.most, c.list, c.told = bytes, bytes, c.list[:0], 0
}

// note says that from a frame on so much is kept. Frames do not fall.
func (c *charges) note(frame uint32, bytes int64) {
	c.most = max(c.most, bytes)
	c.list = append(c.list, charge{frame, bytes})
}

// after returns what is kept after a frame. It is asked for frames that do not fall.
func (c *charges) after(frame uint32) int64 {
	for c.told < len(c.list) && c.list[c.told].frame <= frame {
		c.before = c.list[c.told].bytes
		c.told++
	}
	return c.before
}

// keep takes note of what a connection keeps after a job.
func (b *budget) keep(c *connection, bytes int64) {
	if bytes != c.charged {
		b.kept.Add(bytes - c.charged)
		c.charged = bytes
	}
}
