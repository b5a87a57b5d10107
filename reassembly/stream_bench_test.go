package reassembly

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// streamNobody wants nothing.
type streamNobody struct{}

func (streamNobody) Data(flow.Direction, *Chunk) uint64 { return math.MaxUint64 }
func (streamNobody) Gap(flow.Direction, uint64, uint64) {}

// streamAll wants everything and does nothing with it.
type streamAll struct{ bytes uint64 }

func (s *streamAll) Data(_ flow.Direction, c *Chunk) uint64 {
	s.bytes += uint64(len(c.Bytes))
	return 0
}
func (s *streamAll) Gap(flow.Direction, uint64, uint64) {}

// One segment of 500 bytes and, for every second, an ACK.
func BenchmarkAdd(b *testing.B) {
	const size = 500
	payload := make([]byte, size)
	for _, tt := range []struct {
		name  string
		out   int // of 1,000 segments, how many come some places late
		to    Consumer
		bytes int
		cut   uint32
	}{
		{"in order, nothing wanted", 0, streamNobody{}, size, 0},
		{"in order", 0, &streamAll{}, size, 0},
		{"in order, 1 byte", 0, &streamAll{}, 1, 0},
		{"in order, cut by the capture", 0, &streamAll{}, size, 1000},
		{"1 percent reordered", 10, &streamAll{}, size, 0},
		{"10 percent reordered", 100, &streamAll{}, size, 0},
		{"50 percent reordered", 500, &streamAll{}, size, 0},
	} {
		b.Run(tt.name, func(b *testing.B) {
			order := streamShuffled(1000, tt.out)
			a := NewAssembler(StreamConfig{})
			var c Connection
			s := Segment{Flags: flow.ACK, Payload: payload[:tt.bytes], Length: uint32(tt.bytes) + tt.cut}
			back := Segment{Flags: flow.ACK}
			a.Add(&c, flow.FromA, &Segment{Seq: math.MaxUint32, Flags: flow.SYN}, tt.to)
			a.Add(&c, flow.FromB, &Segment{Seq: math.MaxUint32, Flags: flow.SYN | flow.ACK}, tt.to)
			b.SetBytes(int64(tt.bytes))
			i, lap := 0, uint32(0)
			for b.Loop() {
				s.Seq = (lap + uint32(order[i])) * s.Length
				a.Add(&c, flow.FromA, &s, tt.to)
				if i++; i&1 == 0 && tt.out == 0 {
					back.Ack = (lap + uint32(i)) * s.Length
					a.Add(&c, flow.FromB, &back, tt.to)
				}
				if i == len(order) {
					i, lap = 0, lap+uint32(len(order))
				}
			}
		})
	}
}

// streamShuffled returns the numbers below n, of which late in a thousand stand up to
// ten places late.
func streamShuffled(n, late int) []int {
	r := rand.New(rand.NewPCG(1, 2))
	order := make([]int, 0, n)
	var waits []int
	for i := range n {
		if r.IntN(1000) < late && i < n-10 {
			waits = append(waits, i)
			continue
		}
		order = append(order, i)
		for len(waits) > 0 && r.IntN(5) == 0 {
			order = append(order, waits[0])
			waits = waits[1:]
		}
	}
	return append(order, waits...)
}
