package reassembly

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// streamFuzzSegments reads segments from bytes, anything that a header can say: near
// each other most often, or they would never meet.
func streamFuzzSegments(data []byte) (from []flow.Direction, segments []Segment) {
	for len(data) >= 12 {
		s := Segment{
			Seq: uint32(int32(int8(data[1]))), Ack: uint32(int32(int8(data[2]))), Flags: uint16(data[3]),
			Window: binary.BigEndian.Uint16(data[4:]), Frame: uint64(len(segments)),
		}
		if data[0]&2 != 0 {
			s.Seq = binary.BigEndian.Uint32(data[6:])
		}
		if data[0]&4 != 0 {
			s.Ack = binary.BigEndian.Uint32(data[6:])
		}
		options, payload := int(data[10]>>5), int(data[10]&31)
		rest := data[12:]
		s.Options = rest[:min(options, len(rest))]
		rest = rest[len(s.Options):]
		s.Payload = rest[:min(payload, len(rest))]
		rest = rest[len(s.Payload):]
		s.Length = uint32(len(s.Payload)) + uint32(data[11]&15)
		if data[0]&8 != 0 {
			s.Length += binary.BigEndian.Uint32(data[6:]) >> 1
		}
		from, segments = append(from, flow.Direction(data[0]&1)), append(segments, s)
		data = rest
	}
	return from, segments
}

// A streamRuns writes down runs, not bytes: gaps may be long.
type streamRuns struct {
	t    testing.TB
	next [2]uint64
	runs [2][]Gap // where Data is, it ends where it starts
	data [2][]byte
}

func (l *streamRuns) Data(from flow.Direction, c *Chunk) uint64 {
	if c.Offset != l.next[from] || len(c.Bytes) == 0 {
		l.t.Fatalf("direction %d: %d bytes at %d, want them at %d", from, len(c.Bytes), c.Offset, l.next[from])
	}
	l.next[from] += uint64(len(c.Bytes))
	l.runs[from] = append(l.runs[from], Gap{c.Offset, c.Offset})
	l.data[from] = append(l.data[from], c.Bytes...)
	return 0
}

func (l *streamRuns) Gap(from flow.Direction, start, end uint64) {
	if start != l.next[from] || end <= start {
		l.t.Fatalf("direction %d: gap [%d, %d), want it at %d", from, start, end, l.next[from])
	}
	l.next[from] = end
	l.runs[from] = append(l.runs[from], Gap{start, end})
}

// Whatever the headers say: nothing panics; chunks and gaps follow each other; every announced
// byte is in one class, after every segment; what is kept has a limit, which
// no announced length moves; an Assembler that was used gives what a new one gives; and
// when the connection is closed, nothing is kept but what is told of it.
func FuzzStreams(f *testing.F) {
	f.Add([]byte{}, uint8(0))
	f.Add([]byte("\x00\x00\x00\x02\xff\xff\x00\x00\x00\x00\x60\x00\x03\x03\x07\x01\x01\x01\x05\x10\xff\xff\x00\x00\x00\x00\x04\x00abcd\x00\x01\x05\x10\xff\xff\x00\x00\x00\x00\x05\x03abxde"), uint8(1))
	f.Add([]byte("\x00\xf9\x00\x00\x00\x00\x00\x00\x00\x00\x0aabcdefghijk\x08\x00\x00\x01\x00\x00\x7f\xff\xff\xff\x04\x00abcd\x01\x00\x03\x14\x00\x00\x00\x00\x00\x00\x04\x00abcd"), uint8(4))
	used := map[Policy]*Assembler{}
	const hold = 4 << 10
	f.Fuzz(func(t *testing.T, data []byte, p uint8) {
		policy := Policy(p % 7)
		config := StreamConfig{Policy: policy, Hold: hold}
		if used[policy] == nil {
			used[policy] = NewAssembler(config)
		}
		from, segments := streamFuzzSegments(data)
		var connections [2]Connection
		heard := [2]*streamRuns{{t: t}, {t: t}}
		for i, a := range []*Assembler{used[policy], NewAssembler(config)} {
			c := &connections[i]
			for j := range segments {
				a.Add(c, from[j], &segments[j], heard[i])
				streamBalance(t, c)
				notes := int64(costNotes + maxGaps*costGap + maxConflicts*costConflict)
				if most := 2 * (hold + recentMost + notes + costPiece + 1024); c.Charge() > most {
					t.Fatalf("%d bytes are kept, at most %d may be", c.Charge(), most)
				}
			}
			a.Close(c, len(data)%5 == 0, heard[i])
			streamBalance(t, c)
			for d := range flow.Direction(2) {
				s := c.Stats(d)
				if s.Held != 0 || s.Delivered != uint64(len(heard[i].data[d])) || s.Delivered+s.Missed != heard[i].next[d] || s.Length < heard[i].next[d] {
					t.Fatalf("direction %d: %+v, told up to %d", d, s, heard[i].next[d])
				}
			}
		}
		for d := range flow.Direction(2) {
			if !slices.Equal(heard[0].runs[d], heard[1].runs[d]) || !slices.Equal(heard[0].data[d], heard[1].data[d]) {
				t.Fatalf("direction %d: a used assembler tells %v, a new one %v", d, heard[0].runs[d], heard[1].runs[d])
			}
			if a, b := connections[0].Stats(d), connections[1].Stats(d); a.Bytes != b.Bytes || !slices.Equal(a.Conflicts, b.Conflicts) {
				t.Fatalf("direction %d: a used assembler counts %+v, a new one %+v", d, a, b)
			}
		}
	})
}
