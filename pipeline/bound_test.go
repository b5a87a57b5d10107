package pipeline

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/reassembly"
)

// carved is one connection whose segments are as large as can be and lie behind
// holes, and of which single bytes come again, with others, or fill the holes.
func carved(r *rand.Rand, frames int) (list []capture.Frame) {
	client, server := netip.AddrFrom4([4]byte{10, 0, 0, 1}), netip.AddrFrom4([4]byte{10, 0, 0, 2})
	seldom, step, next := 8<<r.IntN(6), uint32(r.IntN(4)), uint32(0)
	large := make([]byte, 60_000)
	start, end, hole := uint32(0), uint32(0), uint32(0) // of the last piece, and a hole before it
	for n := range frames {
		if next += step; next >= end {
			next = start + uint32(r.IntN(int(end-start)+1))
		}
		seq, payload := next, []byte{byte(n)}
		switch r.IntN(seldom) {
		case 0:
			payload = large[:1+r.IntN(len(large))]
			hole, seq = end, end+1
			start, end, next = seq, seq+uint32(len(payload)), seq
		case 1:
			seq = hole
		}
		list = append(list, capture.Frame{Nanos: int64(n) * 1000, Data: capture.Ethernet(0x0800,
			capture.IP(client, server, 6, capture.TCP(1000, 80, 16, seq, 1, payload)))})
	}
	return list
}

// No batch has streams keep more than was reckoned with before it: on that it
// stands that nothing has to be decided. At the end nothing is charged.
func TestNoBatchKeepsMoreThanItMay(t *testing.T) {
	for seed := range rounds(6, 400) {
		r := rand.New(rand.NewPCG(seed, 17))
		frames := capture.Sessions(4000+seed, 800)
		policy := reassembly.Policy(r.IntN(len(reassembly.Policies())))
		if seed%2 == 1 {
			frames = carved(r, 300)
			policy = []reassembly.Policy{reassembly.First, reassembly.Last}[seed/2%2]
		}
		c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(frames))}, Engine: Default, Payload: true, BatchSize: 1 + r.IntN(20_000),
			Overlap: policy, Output: output.Config{Kinds: everything, Path: t.TempDir()}}.withDefaults()
		run, _, err := open(c)
		if err != nil {
			t.Fatal(err)
		}
		run.ctx = t.Context()
		s, stages := run.sequencer, run.stages()
		most := int64(0)
		sequence, finish := stages.Sequence, stages.Finish
		stages.Sequence = func(w int, i *trip) bool {
			more := sequence(w, i)
			most = s.budget.kept.Load() + (mostFold-1)*s.keptByBatch() + 2*i.most
			return more
		}
		stages.Finish = func(w int, i *trip) {
			before := s.budget.kept.Load()
			finish(w, i)
			if kept := s.budget.kept.Load(); kept > most && !i.tail {
				t.Fatalf("seed %d: streams kept %d, may keep %d after the batch, and keep %d", seed, before, most, kept)
			}
		}
		run.start(1, 1, stages)
		if _, err := run.conclude(run.schedule.Serial()); err != nil {
			t.Fatal(err)
		}
		run.source.Close()
		if b := &s.budget; b.charged != 0 || b.kept.Load() != 0 || b.pending.Load() != 0 || s.datagrams.Charged() != 0 {
			t.Fatalf("seed %d: at the end %d is charged for flows, %d for streams, %d pending, %d for datagrams",
				seed, b.charged, b.kept.Load(), b.pending.Load(), s.datagrams.Charged())
		}
	}
}
