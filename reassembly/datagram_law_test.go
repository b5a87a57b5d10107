package reassembly

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// datagramLaw plays fragments to Datagrams and to models of their datagrams.
type datagramLaw struct {
	*datagramHarness
	byKey   map[DatagramKey]*fragmentModel
	byFrame map[uint64]*fragmentModel // of a datagram's first fragment
}

func newDatagramLaw(t testing.TB, c DatagramConfig) *datagramLaw {
	return &datagramLaw{newDatagramHarness(t, c), make(map[DatagramKey]*fragmentModel), make(map[uint64]*fragmentModel)}
}

func (l *datagramLaw) play(k *DatagramKey, f *Fragment) {
	l.t.Helper()
	l.frames++
	f.Frame, f.Clock, f.Nanos = l.frames, l.clock, int64(l.frames)
	f.Header = datagramLawHeader(k.Version, l.frames)
	f.NextAt = uint16(len(f.Header) - 1)
	refused := k.Version == 6 && f.More && f.Length%8 != 0
	m := l.byKey[*k]
	if m == nil || f.atomic(k.Version) || refused {
		m = &fragmentModel{policy: l.policy, version: k.Version}
		l.byFrame[l.frames] = m
		if !f.atomic(k.Version) && !refused {
			l.byKey[*k] = m
		}
	}
	if refused {
		m.fragments = 1
	} else {
		if f.Offset == 0 && m.header == nil {
			m.header = bytes.Clone(f.Header)
		}
		m.add(f)
	}
	g := l.ended(l.Add(k, f))
	clear(f.Header)
	clear(f.Payload)
	if (g != nil) != (m.complete() || refused) {
		l.t.Fatalf("frame %d: complete %v, the model says %v", l.frames, g != nil, m.complete())
	}
	l.agree(g)
}

// agree holds a datagram that came out against its model.
func (l *datagramLaw) agree(g *Datagram) {
	l.t.Helper()
	if g == nil {
		return
	}
	m := l.byFrame[g.Parts[0].Frame]
	delete(l.byFrame, g.Parts[0].Frame)
	if l.byKey[g.Key] == m {
		delete(l.byKey, g.Key)
	}
	data, holes := m.payload()
	var got [][2]uint32
	for start, end := range g.Holes() {
		got = append(got, [2]uint32{start, end})
	}
	if !bytes.Equal(g.Payload(), data) || !slices.Equal(got, holes) {
		l.t.Fatalf("%v: %q with holes %v, want %q with %v", l.policy, g.Payload(), got, data, holes)
	}
	if len(g.Parts) != m.fragments || int(g.Length) != m.length || g.EndKnown != m.ended || (g.Outcome == Overlapped) != m.dropped {
		l.t.Fatalf("%v: %+v, want %+v", l.policy, g, m)
	}
	if int(g.Cut) != m.cut || int(g.Beyond) != m.beyond || int(g.Ends) != m.ends || g.Overlap != m.overlap {
		l.t.Fatalf("%v: %+v, want %+v", l.policy, g, m)
	}
	if g.Outcome == Complete {
		l.headed(g, m.header)
	}
	if m.version == 4 && int(g.ConflictCount) != m.overlapping {
		l.t.Fatalf("%v: %d conflicts, want %d", l.policy, g.ConflictCount, m.overlapping)
	}
	l.Return(g)
}

// datagramLawHeader returns a header that tells frames apart, of 20 to 32 or 40 to 136 bytes.
func datagramLawHeader(version uint8, frame uint64) []byte {
	n := 20 + frame%4*4
	if version == 6 {
		n = 40 + frame%13*8
	}
	header := bytes.Repeat([]byte{byte(frame)}, int(n))
	header[0] = version<<4 | byte(n/4)&15
	return header
}

// headed holds that a packet has this header, with its length, what follows it and
// its fragment bits put right.
func (l *datagramLaw) headed(g *Datagram, header []byte) {
	l.t.Helper()
	be := binary.BigEndian
	packet := g.Packet()
	length := uint16(len(packet))
	sum := internetSum(header)
	if g.Key.Version == 6 {
		be.PutUint16(header[4:], length-40)
		header[len(header)-1] = 17
	} else {
		be.PutUint16(header[2:], length)
		be.PutUint16(header[6:], be.Uint16(header[6:])&0xc000)
		if got := internetSum(packet[:len(header)]); got%0xffff != sum%0xffff {
			l.t.Fatalf("the header's sum is %04x, was %04x", got, sum)
		}
		copy(header[10:12], packet[10:])
	}
	if !bytes.Equal(packet[:len(header)], header) || !bytes.Equal(packet[len(header):], g.Payload()) {
		l.t.Fatalf("packet %x, want header %x", packet, header)
	}
}

// finish ends what is left.
func (l *datagramLaw) finish() {
	l.t.Helper()
	for g := l.Remaining(); g != nil; g = l.Remaining() {
		l.agree(l.ended(g))
	}
	if len(l.byFrame) != 0 {
		l.t.Fatalf("%d datagrams never came out", len(l.byFrame))
	}
}

// All arrangements of up to three fragments on a short line, in each order, one
// of them the last or none, are as the model has them.
func TestAllOverlapsOfThreeFragments(t *testing.T) {
	const line = 5
	var chunks []fragmentRun
	for start := range uint32(line) {
		for end := start + 1; end <= line; end++ {
			chunks = append(chunks, fragmentRun{start, end})
		}
	}
	const text = "abcdefghijklmno"
	k := datagramKey(4, 7)
	for p := First; p <= Solaris; p++ {
		l := newDatagramLaw(t, DatagramConfig{Policy: p})
		for n := range len(chunks) * len(chunks) * len(chunks) * 4 {
			last, n := n%4, n/4
			for i := range 3 {
				c := chunks[n%len(chunks)]
				n /= len(chunks)
				l.play(k, &Fragment{
					Offset: c.start, Length: c.end - c.start, More: i != last, Payload: []byte(text[i*line:][:c.end-c.start]),
				})
			}
			l.finish()
		}
	}
}

// Whatever fragments come, of several datagrams at once, with bytes equal and
// not, cut and whole, under time-outs and a ceiling: what comes out is what the
// models have.
func TestRandomFragments(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		script := make([]byte, 8+random.IntN(200))
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		datagramScript(t, script)
	}
}

// FuzzDatagrams: whatever the fragments are, nothing panics, every fragment comes out
// once, and the datagrams are those of the model.
func FuzzDatagrams(f *testing.F) {
	f.Add([]byte{0, 0, 0, 3, 0, 0, 3, 3, 0, 1})
	f.Add([]byte("novak and sturges: the overlaps of fragments, in every order"))
	f.Fuzz(func(t *testing.T, script []byte) { datagramScript(t, script) })
}

// datagramScript plays fragments that are written in bytes: two for all, then
// four each.
func datagramScript(t testing.TB, script []byte) {
	if len(script) < 2 {
		return
	}
	l := newDatagramLaw(t, DatagramConfig{
		Policy: Policy(script[0]) % (Solaris + 1), Timeout: time.Duration(script[1]&15) + 1, Memory: int64(script[1]>>4)*700 + 900,
	})
	for script = script[2:]; len(script) >= 4; script = script[4:] {
		where, size, what, text := script[0], script[1], script[2], script[3]
		version := 4 + what>>7<<1
		unit := 1 + uint32(what>>6&1)*7
		f := &Fragment{Offset: uint32(where&15) * unit, Length: uint32(size&15) * unit, More: what&3 != 0, Next: 17}
		for i := range f.Length { // two contents, each another at each place
			f.Payload = append(f.Payload, byte(f.Offset+i)<<1|text&1)
		}
		if what&0x30 == 0 {
			f.Payload = f.Payload[:len(f.Payload)/2]
		}
		l.clock += int64(text >> 6)
		for g := l.Expire(l.clock); g != nil; g = l.Expire(l.clock) {
			if g.first+int64(l.timeout) >= l.clock {
				t.Fatalf("a datagram of %d is over at %d", g.first, l.clock)
			}
			l.agree(l.ended(g))
		}
		l.play(datagramKey(version, uint32(where>>6)), f)
		for g := l.Overflow(); g != nil; g = l.Overflow() {
			l.agree(l.ended(g))
		}
		if l.Charged() > l.memory {
			t.Fatalf("%d is charged, %d allowed", l.Charged(), l.memory)
		}
	}
	l.finish()
}
