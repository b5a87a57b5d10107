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
}

func (l *streamListener) Data(from flow.Direction, c *Chunk) uint64 {
	l.t.Helper()
	if c.Offset != uint64(len(l.told[from])) || len(c.Bytes) == 0 {
		l.t.Errorf("direction %d: %d bytes at %d, %d were told", from, len(c.Bytes), c.Offset, len(l.told[from]))
	}
	for _, b := range c.Bytes {
		l.told[from] = append(l.told[from], int(b))
	}
	return 0
}

func (l *streamListener) Gap(from flow.Direction, start, end uint64) {
	l.t.Helper()
	if start != uint64(len(l.told[from])) || end <= start {
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
	log     []string
}

func (x *streamTrial) Data(from flow.Direction, c *Chunk) uint64 {
	if x.also != nil {
		x.also.Data(from, c)
	}
	return x.heard.Data(from, c)
}

func (x *streamTrial) Gap(from flow.Direction, start, end uint64) {
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
		if start == 0 && x.base[from] <= 0 {
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
		for seed := range uint64(600) {
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
