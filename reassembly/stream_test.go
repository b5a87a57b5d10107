package reassembly

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"

	"github.com/pcappipe/pcappipe/flow"
)

// What is told of FromA's direction, and what became of its bytes and segments.
func TestStreams(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"in order", "> S, < S ^0, > 'abc ^0, > 'def ^0, < ^6", "abcdef: delivered 6"},
		{"out of order", "> S, > @3 'def, > @0 'abc", "abcdef: delivered 6 reordered 1"},
		{"mid-stream: offset 0 is the first segment seen", "> @100 'abc, > 'def", "abcdef: delivered 6"},
		{"mid-stream: what the peer acknowledged before does not move it", "< ^200, > @100 'abc, < ^103", "abc: delivered 3"},
		{"mid-stream: what came before the first segment has no place", "> @100 'abc, > @98 'xyabcdef",
			"abcdef: delivered 6 duplicate 3 window 2"},
		{"mid-stream: the SYN comes late", "> 'abc, > S s7, > @3 'def", "abcdef: delivered 6"},

		{"a SYN with data", "> S 'abc, > 'def", "abcdef: delivered 6"},
		{"a SYN with data, sent again without and then with more", "> S 'abc, > S @0, > S @0 'abcd, > 'ef",
			"abcdef: delivered 6 duplicate 3"},
		{"a SYN with data that was not taken: it is sent again", "> S 'abc, < S ^0, > @0 'abcdef ^0", "abcdef: delivered 6 duplicate 3"},
		{"another SYN before any data counts", "> S, > S @1000, > 'abc", "abc: delivered 3"},
		{"another SYN behind a FIN is ignored", "> S, > F, > S @1000 'xyz", ": window 3"},
		{"another SYN behind data is ignored, with its payload", "> S, > 'abc, > S @1000 'xyz, > @3 'def", "abcdef: delivered 6 window 3"},

		{"a keep-alive of a byte is no retransmission and no conflict", "> S, > 'abc, > @2 'X, > @3 'd", "abcd: delivered 4 duplicate 1"},
		{"a keep-alive of no byte", "> S, > 'abc, > @2, > @3 'd", "abcd: delivered 4"},
		{"a keep-alive before any data", "> S, > @-1 'X, > @0 'abc", "abc: delivered 3 duplicate 1"},
		{"a byte that waits is no keep-alive when it is sent again", "> S, > @2 'cd, > @3 'X, > @0 'ab", "abcd: delivered 4 conflicting 1 retransmitted 1 reordered 1"},
		{"a keep-alive of a byte that was passed as a gap", "> S, > 'ab +1, > @2 'X, > @3 'd", "ab[2-3)d: delivered 3 window 1 cut 1 missed 1"},
		{"a probe of a zero window is data, its repeats are not", "> S, < S ^0 w0, > 'a, < ^0 w0, > @0 'a, > @0 'a, < ^0 w9, > @0 'ab",
			"ab: delivered 2 duplicate 3"},

		{"sent again, the same", "> S, > 'abc, > @0 'abc, > @1 'b", "abc: delivered 3 duplicate 4 retransmitted 2"},
		{"sent again, other bytes: those that were handed on stay", "> S, > 'abcd, > @0 'aXYd", "abcd: delivered 4 duplicate 2 conflicting 2 retransmitted 1"},
		{"sent again with more", "> S, > 'abc, > @1 'bcde", "abcde: delivered 5 duplicate 2"},
		{"acknowledged bytes are compared too", "> S, < S ^0, > 'abcd ^0, < ^4, > @0 'aXcd ^0", "abcd: delivered 4 duplicate 3 conflicting 1 retransmitted 1"},
		{"what waits is sent again", "> S, > @2 'cd, > @2 'cd, > @0 'ab", "abcd: delivered 4 duplicate 2 retransmitted 1 reordered 1"},

		{"an ACK past a hole behind which something waits", "> S, < S ^0, > 'ab ^0, > @4 'ef ^0, < ^6", "ab[2-4)ef: delivered 4 missed 2"},
		{"an ACK up to what waits", "> S, < S ^0, > 'ab ^0, > @4 'ef ^0, < ^4", "ab[2-4)ef: delivered 4 missed 2"},
		{"an ACK into a hole", "> S, < S ^0, > 'ab ^0, > @4 'ef ^0, < ^3, > @2 'cd ^0", "abcdef: delivered 6 reordered 1"},
		{"an ACK up to what waits, and then what is missing", "> S, < S ^0, > 'ab ^0, > @4 'ef ^0, < ^4, > @2 'cd ^0", "abcdef: delivered 6 reordered 1"},
		{"an ACK that is captured before what it is for", "> S, < S ^0, > 'ab ^0, < ^6, > @4 'ef ^0, > @2 'cd ^0", "abcdef: delivered 6 reordered 1"},
		{"an ACK past several holes", "> S, < S ^0, > @1 'b ^0, > @3 'd ^0, > @5 'f ^0, < ^6", "[0-1)b[2-3)d[4-5)f: delivered 3 missed 3"},
		{"what comes for a gap is too late", "> S, < S ^0, > @2 'cd ^0, < ^4, > @0 'abcd", "[0-2)cd: delivered 2 duplicate 2 window 2 missed 2 retransmitted 1"},
		{"an ACK of what was never seen waits for the end", "> S, < S ^0, > 'ab ^0, < ^6, > @2 'cd ^0", "abcd[4-6): delivered 4 missed 2"},
		{"it waits for what follows", "> S, < S ^0, > 'ab ^0, < ^6, > @4 'ef ^0", "ab[2-4)ef: delivered 4 missed 2"},
		{"an ACK of one more is that of a FIN", "> S, < S ^0, > 'ab ^0, < ^3", "ab: delivered 2"},
		{"an ACK of a FIN", "> S, < S ^0, > 'ab F ^0, < ^3", "ab: delivered 2"},
		{"an ACK from far away is not believed", "> S, < S ^0, > 'ab ^0, < ^1999999999, > @4 'ef ^0, > @2 'cd", "abcdef: delivered 6 reordered 1"},
		{"an old ACK means nothing", "> S, < S ^0, > @2 'cd ^0, < ^0, > @0 'ab", "abcd: delivered 4 reordered 1"},

		{"cut, in order: a gap at once, and what comes for it is too late", "> S, > 'ab +2, > 'ef, > @2 'cd", "ab[2-4)ef: delivered 4 window 2 cut 2 missed 2"},
		{"cut, behind a hole: what comes before it is reached fills it", "> S, > @2 'c +1, > @3 'd, > @0 'ab", "abcd: delivered 4 cut 1 reordered 2"},
		{"cut where it is sent again", "> S, > 'abcd, > @0 'ab +2", "abcd: delivered 4 duplicate 2 cut 2 retransmitted 1"},
		{"nothing was captured", "> S, > +4, > 'ef", "[0-4)ef: delivered 2 cut 4 missed 4"},

		{"a FIN with data", "> S, > 'ab F, > @2 'xy", "ab: delivered 2 closed 2"},
		{"a FIN waits as its data does", "> S, > @2 'cd F, > @4 'xy, > @0 'ab", "abcd: delivered 4 closed 2 reordered 1"},
		{"a FIN sent again", "> S, > 'ab F, > @0 'ab F, > @2 F", "ab: delivered 2 duplicate 2 retransmitted 1"},
		{"a FIN before bytes that were seen is none", "> S, > 'abcd, > @2 F, > @4 'ef", "abcdef: delivered 6"},
		{"a FIN tells how long the stream was", "> S, > 'ab, > @6 F", "ab[2-6): delivered 2 missed 4"},
		{"a FIN does not force a gap", "> S, > @2 'cd F, > @0 'ab", "abcd: delivered 4 reordered 1"},
		{"a FIN beyond the window is none", "> S, < S ^0, < w10 ^0, > 'ab ^0, > @13 F ^0, > @2 'cd ^0", "abcd: delivered 4"},
		{"a FIN in the window", "> S, < S ^0, < w10 ^0, > 'ab ^0, > @12 F ^0, > @2 'cd ^0", "abcd[4-12): delivered 4 missed 8"},

		{"a RST's payload is part of the stream", "> S, > 'ab, > 'no R, > 'xy", "abno: delivered 4 closed 2"},
		{"a RST does not force a gap", "> S, > @2 'cd, > @4 R, > @0 'ab", "abcd: delivered 4 reordered 1"},
		{"a RST beyond what is known of the window", "> S, < S ^0, < w10 ^0, > 'ab ^0, > @13 R 'zz, > @2 'cd ^0", "abcd: delivered 4 window 2"},
		{"a RST before what was acknowledged", "> S, < S ^0, > 'abcd ^0, < ^3, > @2 R, > @4 'ef ^0", "abcdef: delivered 6"},
		{"a RST in a scaled window", "> S s2, < S s2 ^0, < w10 ^0, > 'ab ^0, > @40 R, > @40 'x", "ab: delivered 2 closed 1"},
		{"a scale that one side did not offer", "> S, < S s2 ^0, < w10 ^0, > 'ab ^0, > @40 R, > @2 'c, > @40 'x", "abc[3-40)x: delivered 4 missed 37"},
		{"a SYN's window is not scaled", "> S s9, < S s9 ^0 w10, > @40 R, > @0 'c, > @40 'x", "c[1-40)x: delivered 2 missed 39"},
		{"all other windows are", "> S s9, < S s9 ^0 w10, < w1, > @40 R, > @0 'c, > @40 'x", "c: delivered 1 closed 1"},
		{"a window of unknown scale is no bound", "> S, < ^0 w10, > @5000 R, > @5000 'x", ": closed 1"},
		{"a RST alone begins nothing", "> @777 R, > 'abc", "abc: delivered 3"},

		{"behind the end and before the next", "> S, > 'ab, > @1500000000 'zz, > @2 'cd", "abcd: delivered 4 window 2"},
		{"the sequence numbers wrap", "> S, > 'abcdef, > 'ghijkl, > @6 'ghijklmn", "abcdefghijklmn: delivered 14 duplicate 6"},
	} {
		heard := &streamListener{t: t}
		x := newStreamScript(t, StreamConfig{}, heard).play(tt.script).close(false)
		got := heard.text(flow.FromA) + ": " + streamClasses(x.c.Stats(flow.FromA))
		if got != tt.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.name, tt.script, got, tt.want)
		}
	}
}

// What waits when a connection is evicted is given up, and nothing is told of it.
func TestEviction(t *testing.T) {
	heard := &streamListener{t: t}
	x := newStreamScript(t, StreamConfig{}, heard).play("> S, < S ^0, > 'ab ^0, > @4 'ef ^0, > @8 'ij +2 ^0, < ^2").close(true)
	s := x.c.Stats(flow.FromA)
	if got, want := heard.text(flow.FromA)+": "+streamClasses(s), "ab: delivered 2 evicted 4 cut 2"; got != want || s.Length != 12 {
		t.Errorf("length %d, got %s, want %s", s.Length, got, want)
	}
	if x.c.Charge() != costNotes {
		t.Errorf("%d bytes are charged after the end", x.c.Charge())
	}
}

// streamLengths only adds up what it is told.
type streamLengths struct{ bytes, gaps [2]uint64 }

func (l *streamLengths) Data(from flow.Direction, c *Chunk) uint64 {
	l.bytes[from] += uint64(len(c.Bytes))
	return 0
}
func (l *streamLengths) Gap(from flow.Direction, start, end uint64) { l.gaps[from] += end - start }

// An acknowledgement from far ahead is believed when a byte stands there too: a capture may lack two GiB.
func TestAHoleMayBeLargerThanAnyWindow(t *testing.T) {
	l := &streamLengths{}
	x := newStreamScript(t, StreamConfig{}, l).play("> S, < S ^0, > 'ab ^0, < ^1999999999, > @1999999999 'cd, > @2000000001 'ef").close(false)
	if s := x.c.Stats(flow.FromA); l.bytes[0] != 6 || l.gaps[0] != 1999999997 || s.OutOfWindow != 0 {
		t.Errorf("%d bytes, gaps of %d, %+v", l.bytes[0], l.gaps[0], s.Bytes)
	}
}

// Such a hole is given up by the next acknowledgement, as any other is, and then the next may follow: offsets
// go on beyond the 32 bits of sequence numbers.
func TestHolesLargerThanAnyWindowFollowEachOther(t *testing.T) {
	l := &streamLengths{}
	x := newStreamScript(t, StreamConfig{}, l).play("> S, < S ^0, > 'ab ^0, < ^1912000000, > @1912000000 'cd, > @1958000000 'ef, < ^1958000000, " +
		"< ^3880000000, > @3880000000 'gh, > @3922000000 'ij, < ^3922000000, < ^4700000000, > @4700000000 'kl, < ^4700000002").close(false)
	if s := x.c.Stats(flow.FromA); l.bytes[0] != 12 || s.Length != 4700000002 || l.gaps[0] != s.Length-12 || s.OutOfWindow != 0 {
		t.Errorf("%d bytes, gaps of %d, length %d, %+v", l.bytes[0], l.gaps[0], s.Length, s.Bytes)
	}
}

// What a header announces costs nothing, and no more than 2^30 bytes of it are believed.
func TestAnAnnouncedLengthCostsNothing(t *testing.T) {
	l := &streamLengths{}
	x := newStreamScript(t, StreamConfig{}, l).play("> S, > 'ab +2000000000, > @2 'cd")
	if x.c.Charge() > 1024 {
		t.Errorf("charge %d", x.c.Charge())
	}
	x.close(false)
	if s := x.c.Stats(flow.FromA); l.bytes[0] != 2 || l.gaps[0] != farthest-2 || s.Cut != 2000000000 || s.OutOfWindow != 2 {
		t.Errorf("%d bytes, gaps of %d, %+v", l.bytes[0], l.gaps[0], s.Bytes)
	}
	*l = streamLengths{}
	x = newStreamScript(t, StreamConfig{}, l).play("> S, > @1073741822 'zzz, > @0 'a").close(false)
	if s := x.c.Stats(flow.FromA); l.bytes[0] != 3 || l.gaps[0] != farthest-3 || s.OutOfWindow != 1 {
		t.Errorf("%d bytes, gaps of %d, %+v", l.bytes[0], l.gaps[0], s.Bytes)
	}
}

// Gaps that touch are one, by whatever they are known.
func TestGapsAreJoined(t *testing.T) {
	x := newStreamScript(t, StreamConfig{}, &streamListener{t: t}).
		play("> S, < S ^0, > +2 ^0, > +2 ^0, > @7 'hi ^0, < ^5, < ^6, < ^7, > @9 +1, > @12 'x, < ^15").close(false)
	s := x.c.Stats(flow.FromA)
	if got, want := fmt.Sprint(s.Gaps, s.GapCount, s.Missed, s.Length), "[{0 7} {9 12} {13 15}] 3 12 15"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A direction never keeps more than Hold and one segment: the first hole is given up.
func TestHoldIsABound(t *testing.T) {
	const hold = 20 << 10
	a, heard := NewAssembler(StreamConfig{Hold: hold}), &streamListener{t: t}
	var c Connection
	payload := make([]byte, 100)
	a.Add(&c, flow.FromA, &Segment{Seq: math.MaxUint32, Flags: flow.SYN}, heard)
	var most int64
	for i := range uint32(1000) {
		a.Add(&c, flow.FromA, &Segment{Seq: 1000 * (i ^ 1), Payload: payload, Length: 100}, heard)
		streamBalance(t, &c)
		if h := c.streams[0].held; h != nil {
			most = max(most, h.cost)
		}
	}
	if most > hold || most < hold-1024 {
		t.Errorf("%d bytes were kept, with a hold of %d", most, hold)
	}
	if s := c.Stats(flow.FromA); s.Delivered == 0 || s.Held == 0 || s.OutOfWindow > 1000 {
		t.Errorf("%+v", s.Bytes)
	}
}

// Segments of a byte with holes between, in any order, are found again quickly:
// the pieces are many, and each is cheap.
func TestManyPieces(t *testing.T) {
	a, heard := NewAssembler(StreamConfig{Hold: 64 << 20}), &streamListener{t: t}
	var c Connection
	a.Add(&c, flow.FromA, &Segment{Seq: math.MaxUint32, Flags: flow.SYN}, heard)
	const n = 50000
	order := rand.New(rand.NewPCG(1, 1)).Perm(n)
	for _, i := range order {
		a.Add(&c, flow.FromA, &Segment{Seq: 2*uint32(i) + 1, Payload: []byte{byte(i)}, Length: 1}, heard)
	}
	streamBalance(t, &c)
	for _, i := range order {
		a.Add(&c, flow.FromA, &Segment{Seq: 2 * uint32(i), Payload: []byte{byte(i)}, Length: 1}, heard)
	}
	streamBalance(t, &c)
	for i, b := range heard.told[0] {
		if b != int(byte(i/2)) {
			t.Fatalf("offset %d has %d", i, b)
		}
	}
	if len(heard.told[0]) != 2*n || c.streams[0].held != nil {
		t.Errorf("%d bytes", len(heard.told[0]))
	}
}

// How far back a retransmission is compared: all that the peer has not
// acknowledged, up to 64 KiB, and at least 1,536 bytes.
func TestRetransmissionsAreComparedAsFarBackAsTold(t *testing.T) {
	for _, tt := range []struct {
		sent, acked, back int
		conflict          bool
	}{
		{100, 100, 100, true}, {1536, 1536, 1536, true}, {100000, 100000, 1536, true}, {100000, 100000, 65537, false},
		{100000, 100000 - 65536, 65536, true}, {100000, 0, 65536, true}, {100000, 90000, 10000, true}, {100000, 0, 65537, false},
		{3000, 0, 3000, true}, {9000, 100, 8900, true}, {9000, 9000, 1536, true}, {9000, 9000, 9000, false},
	} {
		a, heard := NewAssembler(StreamConfig{}), &streamLengths{}
		var c Connection
		r := rand.New(rand.NewPCG(2, 3))
		content := make([]byte, tt.sent)
		for i := range content {
			content[i] = byte(r.Uint32())
		}
		send := func(at int, b []byte) {
			a.Add(&c, flow.FromA, &Segment{Seq: uint32(at), Payload: b, Length: uint32(len(b))}, heard)
		}
		acknowledge := func(at int) { a.Add(&c, flow.FromB, &Segment{Flags: flow.ACK, Ack: uint32(at)}, heard) }
		a.Add(&c, flow.FromA, &Segment{Seq: math.MaxUint32, Flags: flow.SYN}, heard)
		a.Add(&c, flow.FromB, &Segment{Seq: math.MaxUint32, Flags: flow.SYN | flow.ACK}, heard)
		for at := 0; at < tt.sent; {
			n := min(1+r.IntN(6000), tt.sent-at)
			if r.IntN(2) == 0 {
				acknowledge(min(at, tt.acked))
			}
			send(at, content[at:at+n])
			at += n
		}
		acknowledge(tt.acked)
		send(0, content)
		if s := c.Stats(flow.FromA); s.Conflicting != 0 || s.Duplicate != uint64(tt.sent) {
			t.Errorf("%d bytes, %d acknowledged: all of them again give %+v", tt.sent, tt.acked, s.Bytes)
		}
		at := tt.sent - tt.back
		send(at, []byte{^content[at], content[min(at+1, tt.sent-1)]})
		streamBalance(t, &c)
		if s := c.Stats(flow.FromA); (s.Conflicting == 1) != tt.conflict {
			t.Errorf("%d bytes, %d acknowledged: %d back gives %+v", tt.sent, tt.acked, tt.back, s.Bytes)
		}
		a.Close(&c, false, heard)
	}
}

// Where only one side is in the capture, or a segment is larger than all that is kept, the last bytes are there.
func TestTheLastBytesAreComparedWhateverCame(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	content := make([]byte, 200001)
	for i := range content {
		content[i] = byte(r.Uint32())
	}
	for _, size := range []int{1, 700, 5001, 70000, 200001} {
		a, heard := NewAssembler(StreamConfig{}), &streamLengths{}
		var c Connection
		for at := 0; at < len(content); at += size {
			end := min(at+size, len(content))
			a.Add(&c, flow.FromA, &Segment{Seq: uint32(at), Payload: content[at:end], Length: uint32(end - at)}, heard)
		}
		again := append([]byte{^content[len(content)-1536]}, content[len(content)-1535:]...)
		a.Add(&c, flow.FromA, &Segment{Seq: uint32(len(content) - 1536), Payload: again, Length: 1536}, heard)
		if s := c.Stats(flow.FromA); s.Conflicting != 1 || s.Duplicate != 1535 || c.Charge() > recentLeast+costNotes+costConflict {
			t.Errorf("segments of %d: charge %d, %+v", size, c.Charge(), s.Bytes)
		}
	}
}

// A ring that grew for what was on its way is given back when all has arrived.
func TestRecentBytesAreGivenBack(t *testing.T) {
	a, heard := NewAssembler(StreamConfig{}), &streamLengths{}
	var c Connection
	a.Add(&c, flow.FromA, &Segment{Seq: math.MaxUint32, Flags: flow.SYN}, heard)
	a.Add(&c, flow.FromB, &Segment{Seq: math.MaxUint32, Flags: flow.SYN | flow.ACK}, heard)
	charges := []int64{}
	add := func(from flow.Direction, s Segment) {
		a.Add(&c, from, &s, heard)
		charges = append(charges, c.Charge())
	}
	add(flow.FromA, Segment{Payload: make([]byte, 10), Length: 10})
	add(flow.FromA, Segment{Seq: 10, Payload: make([]byte, 40000), Length: 40000})
	add(flow.FromB, Segment{Flags: flow.ACK, Ack: 40009})
	add(flow.FromB, Segment{Flags: flow.ACK, Ack: 40010})
	a.Close(&c, false, heard)
	charges = append(charges, c.Charge())
	if got, want := fmt.Sprint(charges), "[256 65536 65536 2048 0]"; got != want {
		t.Errorf("charges %s, want %s", got, want)
	}
}

// Of a stream that is not wanted, nothing is kept; gaps are told all the same.
func TestSkippedBytes(t *testing.T) {
	for seed := range uint64(400) {
		a := NewAssembler(StreamConfig{Policy: streamPolicies[seed%5]})
		x := newStreamTrial(t, seed, a)
		k := &streamChooser{rand: rand.New(rand.NewPCG(seed, 9)), inner: x.heard}
		x.heard, x.also = &streamListener{t: t}, nil
		k.inner = x.heard
		x.to = k
		for frame := range 60 {
			x.step(uint64(frame))
			streamBalance(t, &x.c)
		}
		a.Close(&x.c, false, k)
		streamBalance(t, &x.c)
		for from, m := range x.models {
			m.close()
			s := x.c.Stats(flow.Direction(from))
			// Nothing that was not kept is taken for a difference. (Under other policies
			// what is not wanted keeps its place, and what is compared later is another byte.)
			if a.policy == First && s.Conflicting > m.bytes.Conflicting {
				x.fail("direction %d: %d bytes differ, at most %d do", from, s.Conflicting, m.bytes.Conflicting)
			}
			if s.Delivered != m.bytes.Delivered || s.Missed != m.missed || s.Duplicate+s.Conflicting != m.bytes.Duplicate+m.bytes.Conflicting ||
				s.OutOfWindow != m.bytes.OutOfWindow || s.Retransmitted != m.retransmitted || s.Reordered != m.late {
				x.fail("direction %d\n got %+v\nwant %+v", from, s, m)
			}
			for at, b := range x.heard.told[from] {
				if b != streamUnwanted && m.told[at] != b {
					x.fail("direction %d: offset %d is %d, want %d", from, at, b, m.told[at])
				}
			}
		}
	}
}

// A streamChooser refuses bytes at random, and holds that no bytes come that it refused.
type streamChooser struct {
	rand  *rand.Rand
	inner *streamListener
	skip  [2]uint64
}

const streamUnwanted = -2

func (k *streamChooser) Data(from flow.Direction, c *Chunk) (skip uint64) {
	k.fill(from, c.Offset)
	if c.Offset < k.skip[from] {
		k.inner.t.Errorf("offset %d is told, and is not wanted before %d", c.Offset, k.skip[from])
	}
	k.inner.Data(from, c)
	if k.rand.IntN(3) == 0 {
		skip = uint64(k.rand.IntN(30))
	}
	if k.rand.IntN(60) == 0 {
		skip = math.MaxUint64 - uint64(k.rand.IntN(3))
	}
	end := c.Offset + uint64(len(c.Bytes))
	k.skip[from] = end + min(skip, math.MaxUint64-end)
	return skip
}

// fill writes down what was passed over without a call: unwanted, all of it.
func (k *streamChooser) fill(from flow.Direction, to uint64) {
	for at := uint64(len(k.inner.told[from])); at < to; at++ {
		if at >= k.skip[from] {
			k.inner.t.Errorf("offset %d is wanted and was not told", at)
		}
		k.inner.told[from] = append(k.inner.told[from], streamUnwanted)
	}
}

func (k *streamChooser) Gap(from flow.Direction, start, end uint64) {
	k.fill(from, start)
	k.inner.Gap(from, start, end)
}

// What is not wanted takes no memory while it waits, however much it is.
func TestUnwantedBytesAreNotKept(t *testing.T) {
	a := NewAssembler(StreamConfig{})
	var c Connection
	payload := make([]byte, 1000)
	a.Add(&c, flow.FromA, &Segment{Payload: payload, Length: 1000}, streamNobody{})
	before := c.Charge()
	for i := range uint32(1000) {
		a.Add(&c, flow.FromA, &Segment{Seq: 2000 + 1000*i, Payload: payload, Length: 1000}, streamNobody{})
		streamBalance(t, &c)
	}
	if more := c.Charge() - before; more != costHeld+costPiece {
		t.Errorf("%d bytes more are kept", more)
	}
	a.Add(&c, flow.FromA, &Segment{Seq: 1000, Payload: payload, Length: 1000}, streamNobody{})
	streamBalance(t, &c)
	if s := c.Stats(flow.FromA); s.Delivered != 1002000 || s.Held != 0 {
		t.Errorf("%+v", s.Bytes)
	}
}

// A segment in order allocates nothing, nor, once there is spare memory, does one out of order.
func TestStreamsAllocateNothing(t *testing.T) {
	a, nobody := NewAssembler(StreamConfig{}), &streamLengths{}
	var c Connection
	payload := make([]byte, 500)
	at, base := uint32(0), uint32(0)
	add := func(seq uint32) {
		s := Segment{Seq: seq, Flags: flow.ACK, Payload: payload, Length: 500}
		a.Add(&c, flow.FromA, &s, nobody)
		at = max(at, seq+500)
	}
	ack := func() {
		s := Segment{Flags: flow.ACK, Ack: at}
		a.Add(&c, flow.FromB, &s, nobody)
	}
	for range 10 {
		add(at)
		ack()
	}
	if n := testing.AllocsPerRun(100, func() { add(at); add(at); ack() }); n != 0 {
		t.Errorf("in order: %v allocations", n)
	}
	shuffled := func() {
		for _, n := range []uint32{1000, 1500, 500, 1000, 3000, 2500, 0, 2000} {
			add(base + n)
		}
		base = at
		ack()
	}
	base = at
	if n := testing.AllocsPerRun(100, shuffled); n != 0 {
		t.Errorf("out of order: %v allocations", n)
	}
	if s := c.Stats(flow.FromA); s.Missed != 0 || s.Reordered == 0 {
		t.Errorf("%+v", s)
	}
}

// A million connections have to fit.
func TestAConnectionIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(Connection{}); n > 320 {
		t.Errorf("%d bytes", n)
	}
	if n := unsafe.Sizeof(piece{}); n*blockSize+16 > costHeld || n*2 > costPiece {
		t.Errorf("a piece has %d bytes, which is not what is charged", n)
	}
	if n := unsafe.Sizeof(notes{}); n > costNotes {
		t.Errorf("notes have %d bytes", n)
	}
	if n := unsafe.Sizeof(Conflict{}); n > costConflict {
		t.Errorf("a conflict has %d bytes", n)
	}
}

func TestWindowScale(t *testing.T) {
	for _, tt := range []struct{ options, want string }{
		{"", "0 false true"},
		{"\x02\x04\x05\xb4\x01\x03\x03\x07", "7 true true"},
		{"\x03\x03\xff", "14 true true"},
		{"\x01\x01\x00\x03\x03\x07", "0 false true"},
		{"\x03\x02\x01", "0 false true"},
		{"\x03", "0 false false"},
		{"\x03\x03", "0 false false"},
		{"\x02\x00\x03\x03\x07", "0 false false"},
		{"\x03\x03\x05\x08\x0a", "5 true false"},
	} {
		shift, offered, whole := windowScale([]byte(tt.options))
		if got := fmt.Sprint(shift, offered, whole); got != tt.want {
			t.Errorf("%x: got %s, want %s", tt.options, got, tt.want)
		}
	}
}

// A chunk says which frame brought it, and what its segment acknowledged, also when it waited.
func TestChunksTellTheirSegment(t *testing.T) {
	var b strings.Builder
	x := newStreamScript(t, StreamConfig{}, streamFunc(func(from flow.Direction, c *Chunk) {
		fmt.Fprintf(&b, "%d %d %s frame %d ack %d %v\n", from, c.Offset, c.Bytes, c.Frame, c.Ack, c.AckKnown)
	}))
	x.play("> S, > 'a ^4, < S, > @3 'd ^7, > @1 'bc ^5, < 'x, > @4 'e").close(false)
	const want = "0 0 a frame 2 ack 0 false\n0 1 bc frame 5 ack 5 true\n0 3 d frame 4 ack 7 true\n1 0 x frame 6 ack 0 false\n0 4 e frame 7 ack 0 false\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

type streamFunc func(flow.Direction, *Chunk)

func (f streamFunc) Data(from flow.Direction, c *Chunk) uint64 { f(from, c); return 0 }
func (streamFunc) Gap(flow.Direction, uint64, uint64)          {}
