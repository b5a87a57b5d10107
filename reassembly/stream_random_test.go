package reassembly

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// A streamListener writes down what it is told, by offset, and complains when
// offsets are not in order.
type streamListener struct {
	t    testing.TB
	told [2][]int
	lead uint64 // the offset from which it listens
}

func (l *streamListener) Data(from flow.Direction, c *Chunk) uint64 {
	l.t.Helper()
	if c.Offset != l.lead+uint64(len(l.told[from])) || len(c.Bytes) == 0 {
		l.t.Errorf("direction %d: %d bytes at %d, %d were told", from, len(c.Bytes), c.Offset, len(l.told[from]))
	}
	for _, b := range c.Bytes {
		l.told[from] = append(l.told[from], int(b))
	}
	return 0
}

func (l *streamListener) Gap(from flow.Direction, start, end uint64) {
	l.t.Helper()
	if start != l.lead+uint64(len(l.told[from])) || end <= start {
		l.t.Errorf("direction %d: gap [%d, %d), %d were told", from, start, end, len(l.told[from]))
	}
	for range end - start {
		l.told[from] = append(l.told[from], gap)
	}
}

// streamBalance checks what has to hold between any two calls.
func streamBalance(t testing.TB, c *Connection) {
	t.Helper()
	for from := range flow.Direction(2) {
		s := c.Stats(from)
		if s.Seen != s.Sum() {
			t.Fatalf("direction %d: %d bytes seen, %d in classes: %+v", from, s.Seen, s.Sum(), s.Bytes)
		}
		d := &c.streams[from]
		if d.next != s.Delivered+s.Missed {
			t.Fatalf("direction %d: next is %d, %d delivered, %d missed", from, d.next, s.Delivered, s.Missed)
		}
		d.check(t)
	}
	if want := streamCharge(c); c.Charge() != want {
		t.Fatalf("charge %d, want %d", c.Charge(), want)
	}
}

// check says what is wrong with the pieces that wait.
func (d *stream) check(t testing.TB) {
	t.Helper()
	if d.held == nil {
		return
	}
	bytes, before := uint64(0), d.next
	for _, b := range d.held.blocks {
		if b.first >= b.last {
			t.Fatalf("an empty block")
		}
		for i := b.first; i < b.last; i++ {
			p := &b.room[i]
			if p.start < before || p.end <= p.start || p.view {
				t.Fatalf("a piece [%d, %d) behind %d, view %v", p.start, p.end, before, p.view)
			}
			before = p.end
			if p.kind != pieceCut {
				bytes += p.end - p.start
			}
		}
	}
	if bytes != d.held.bytes || len(d.held.blocks) == 0 {
		t.Fatalf("%d bytes wait, counted %d", bytes, d.held.bytes)
	}
}

// streamCharge works out what a connection has to be charged.
func streamCharge(c *Connection) (n int64) {
	for i := range c.streams {
		d := &c.streams[i]
		n += int64(len(d.recent.ring))
		if d.notes != nil {
			n += costNotes + int64(len(d.notes.gaps))*costGap + int64(len(d.notes.conflicts))*costConflict
		}
		if d.held != nil {
			n += costHeld
			for _, b := range d.held.blocks {
				for i := b.first; i < b.last; i++ {
					n += costPiece + int64(len(b.room[i].room))
				}
			}
		}
	}
	return n
}

// A streamTrial is a connection made at random, its model, and what was told of it.
type streamTrial struct {
	*rand.Rand
	t       testing.TB
	a       *Assembler
	c       Connection
	models  [2]*streamModel
	heard   *streamListener
	content [2][]byte
	isn     [2]uint32
	base    [2]int64 // of the content, where offset 0 of the stream is; -1: not begun
	also    Consumer // is told the same as heard
	to      Consumer // is told instead of both
	lead    uint64   // where the content begins in both streams
	before  [2]Stats // of what lies before it
	log     []string
}

func (x *streamTrial) Data(from flow.Direction, c *Chunk) uint64 {
	if x.to != nil {
		return x.to.Data(from, c)
	}
	if x.also != nil {
		x.also.Data(from, c)
	}
	return x.heard.Data(from, c)
}

func (x *streamTrial) Gap(from flow.Direction, start, end uint64) {
	if x.to != nil {
		x.to.Gap(from, start, end)
		return
	}
	if x.also != nil {
		x.also.Gap(from, start, end)
	}
	x.heard.Gap(from, start, end)
}

func newStreamTrial(t testing.TB, seed uint64, a *Assembler) *streamTrial {
	x := &streamTrial{Rand: rand.New(rand.NewPCG(seed, 1)), t: t, a: a, heard: &streamListener{t: t}, base: [2]int64{-1, -1}}
	for i := range x.content {
		x.models[i] = newStreamModel(a.policy)
		x.content[i] = make([]byte, 1+x.IntN(120))
		for j := range x.content[i] {
			x.content[i][j] = byte('a' + x.IntN(3)) // differing bytes are often the same
		}
		x.isn[i] = x.Uint32()
		if x.IntN(2) == 0 {
			x.isn[i] = -uint32(x.IntN(150)) // the numbers wrap
		}
	}
	return x
}

// step adds one segment to the connection and to the model.
func (x *streamTrial) step(frame uint64) {
	from := flow.Direction(x.IntN(2))
	content := x.content[from]
	start := x.IntN(len(content) + 1)
	n := min(x.IntN(12), len(content)-start)
	payload := slices.Clone(content[start : start+n])
	if x.IntN(6) == 0 && n > 0 {
		payload[x.IntN(n)] ^= 1
	}
	s := &Segment{Seq: x.isn[from] + 1 + uint32(start), Window: 65535, Payload: payload, Length: uint32(n), Frame: frame}
	if x.IntN(8) == 0 && n > 0 {
		s.Payload = payload[:x.IntN(n)]
	}
	off := int64(start)
	switch x.IntN(30) {
	case 0:
		s.Flags = flow.FIN
	case 1:
		s.Flags = flow.RST
	case 2:
		if start == 0 && x.base[from] <= 0 && x.lead == 0 {
			s.Flags = flow.SYN
			s.Seq--
		}
	}
	ack := x.IntN(len(x.content[from^1]) + 2)
	if x.IntN(3) == 0 {
		s.Flags |= flow.ACK
		s.Ack = x.isn[from^1] + 1 + uint32(ack)
	}
	x.log = append(x.log, fmt.Sprintf("%d: at %d %q of %d flags %x ack %d", from, off, s.Payload, n, s.Flags, ack))
	if x.base[from] < 0 {
		if s.Flags&flow.RST != 0 && n == 0 {
			x.a.Add(&x.c, from, s, x)
			return
		}
		x.base[from] = off
	}
	m, peer := x.models[from], x.models[from^1]
	if off -= x.base[from]; s.Flags&flow.ACK != 0 && x.base[from^1] >= 0 && !(s.Flags&flow.RST != 0 && off < min(m.next, m.acked)) {
		peer.acknowledge(int64(ack) - x.base[from^1])
	}
	m.add(off, s.Payload, int64(n), s.Flags)
	x.a.Add(&x.c, from, s, x)
}

// travel takes both streams to an offset far away, in steps across bytes that
// only the other side has seen, and goes on from there.
func (x *streamTrial) travel(step, steps uint32) {
	x.lead = uint64(step)*uint64(steps) + 1
	for from := range flow.Direction(2) {
		x.a.Add(&x.c, from, &Segment{Seq: x.isn[from], Flags: flow.SYN, Window: 65535}, &streamLengths{})
		x.base[from] = 0
	}
	for i := range steps {
		for from := range flow.Direction(2) {
			at := x.isn[from] + 1 + (i+1)*step
			x.a.Add(&x.c, from, &Segment{Seq: at, Payload: []byte{'.'}, Length: 1, Window: 65535}, &streamLengths{})
			x.a.Add(&x.c, from^1, &Segment{Seq: x.isn[from^1] + 1, Ack: at + 1, Flags: flow.ACK, Window: 65535}, &streamLengths{})
		}
	}
	for from := range flow.Direction(2) {
		x.isn[from] += uint32(x.lead)
		x.before[from] = x.c.Stats(from)
	}
	x.heard.lead = x.lead
}

// streamSince returns what was counted since.
func streamSince(now, before Stats) Stats {
	now.Seen -= before.Seen
	now.Delivered -= before.Delivered
	now.Missed -= before.Missed
	now.Reordered -= before.Reordered
	now.Retransmitted -= before.Retransmitted
	return now
}

// compare holds the connection against the model.
func (x *streamTrial) compare() {
	x.t.Helper()
	streamBalance(x.t, &x.c)
	for from, m := range x.models {
		got := x.c.Stats(flow.Direction(from))
		m.bytes.Held = 0
		for _, b := range m.wait {
			if !b.cut {
				m.bytes.Held++
			}
		}
		got = streamSince(got, x.before[from])
		if got.Bytes != m.bytes {
			x.fail("direction %d: bytes\n got %+v\nwant %+v", from, got.Bytes, m.bytes)
		}
		if !slices.Equal(x.heard.told[from], m.told) {
			x.fail("direction %d: told\n got %v\nwant %v", from, x.heard.told[from], m.told)
		}
		if got.Missed != m.missed || got.Reordered != m.late || got.Retransmitted != m.retransmitted {
			x.fail("direction %d: missed %d, reordered %d, retransmitted %d; want %d, %d, %d",
				from, got.Missed, got.Reordered, got.Retransmitted, m.missed, m.late, m.retransmitted)
		}
		if (got.ConflictCount > 0) != (got.Conflicting > 0) {
			x.fail("direction %d: %d conflicts of %d bytes", from, got.ConflictCount, got.Conflicting)
		}
	}
}

func (x *streamTrial) fail(format string, args ...any) {
	x.t.Helper()
	for _, l := range x.log {
		x.t.Log(l)
	}
	x.t.Fatalf("%v: "+format, append([]any{x.a.policy}, args...)...)
}

// Whatever is lost, repeated, cut, out of order or contradictory, each policy
// gives what the model gives, after every segment and at the end.
func TestStreamsAreTheModels(t *testing.T) {
	for policy := First; policy <= Solaris; policy++ {
		a := NewAssembler(StreamConfig{Policy: policy})
		for seed := range uint64(300) {
			x := newStreamTrial(t, seed, a)
			for frame := range 60 {
				x.step(uint64(frame))
				x.compare()
			}
			a.Close(&x.c, false, x)
			for _, m := range x.models {
				m.close()
			}
			x.compare()
		}
	}
}

// Nor does it matter where in the stream that is: the numbers have wrapped more than once.
func TestStreamsAreTheModelsBeyond4GiB(t *testing.T) {
	a := NewAssembler(StreamConfig{})
	for seed := range uint64(300) {
		x := newStreamTrial(t, seed, a)
		x.travel(1<<30-1, 9+uint32(seed%7))
		if s := x.c.Stats(flow.FromA); s.Length != x.lead || x.lead < 9<<30-9 {
			t.Fatalf("the stream has %d bytes, want %d", s.Length, x.lead)
		}
		for frame := range 60 {
			x.step(uint64(frame))
			x.compare()
		}
		a.Close(&x.c, false, x)
		for _, m := range x.models {
			m.close()
		}
		x.compare()
	}
}

// Segments that do not overlap give the same stream in any order.
func TestAnyOrderGivesTheSameStream(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	content := make([]byte, 2000)
	for i := range content {
		content[i] = byte(r.Uint32())
	}
	a := NewAssembler(StreamConfig{})
	for range 100 {
		var segments []Segment
		for at := 0; at < len(content); {
			n := min(1+r.IntN(100), len(content)-at)
			segments = append(segments, Segment{Seq: uint32(at) - 700, Payload: content[at : at+n], Length: uint32(n)})
			at += n
		}
		r.Shuffle(len(segments), func(i, j int) { segments[i], segments[j] = segments[j], segments[i] })
		var c Connection
		heard := &streamListener{t: t}
		a.Add(&c, flow.FromB, &Segment{Seq: ^uint32(700), Flags: flow.SYN}, heard)
		for i := range segments {
			a.Add(&c, flow.FromB, &segments[i], heard)
			streamBalance(t, &c)
		}
		if len(heard.told[1]) != len(content) || c.streams[1].held != nil {
			t.Fatalf("%d bytes", len(heard.told[1]))
		}
		for i, b := range heard.told[1] {
			if b != int(content[i]) {
				t.Fatalf("offset %d differs", i)
			}
		}
		a.Close(&c, false, heard)
	}
}
