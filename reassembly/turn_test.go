package reassembly

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// turnText plays a script and writes out its turns, in the order in which they end.
func turnText(t *testing.T, script string, payload bool) string {
	t.Helper()
	var b strings.Builder
	turns := &Turns{Payload: payload, Emit: func(n *Turn) {
		fmt.Fprintf(&b, "%c[%d-%d)", "><"[n.From], n.Start, n.End)
		if n.AckKnown {
			fmt.Fprintf(&b, "^%d", n.Ack)
		}
		fmt.Fprintf(&b, " frames %v", n.Frames)
		if !n.Complete() {
			fmt.Fprintf(&b, " gaps %v", n.Gaps)
		}
		fmt.Fprintf(&b, " %s\n", n.Payload)
	}}
	newStreamScript(t, StreamConfig{}, turns).play(script).close(false)
	turns.Close()
	if turns.Charge() != 0 {
		t.Errorf("%d bytes are charged after the end", turns.Charge())
	}
	return b.String()
}

func TestTurns(t *testing.T) {
	for _, tt := range []struct{ name, script, want string }{
		{"a request and its response", "> S, < S ^0, > ^0, > 'GET ^0, < 'resp ^3, < 'onse ^3, > 'BYE ^8",
			">[0-3)^0 frames [4] GET\n>[3-6)^8 frames [7] BYE\n<[0-8)^3 frames [5 6] response\n"},
		{"a pure ACK between does not part what one side sends", "> S, < S ^0, > 'ab ^0, < ^2, > 'cd ^0, < ^4",
			">[0-4)^0 frames [3 5] abcd\n"},
		{"a side that acknowledges while it sends begins a turn with each ACK of more", "> S, < S ^0, > 'ab ^0, < 'x ^0, > 'cd ^1, < 'y ^2",
			">[0-2)^0 frames [3] ab\n<[0-1)^0 frames [4] x\n>[2-4)^1 frames [5] cd\n<[1-2)^2 frames [6] y\n"},
		{"segments out of order are in the turn of what they acknowledge", "> S, < S ^0, > @2 'cd ^0, > @0 'ab ^0, < 'xy ^4, > @6 'gh ^2, > @4 'ef ^2",
			">[0-4)^0 frames [4 3] abcd\n>[4-8)^2 frames [7 6] efgh\n<[0-2)^4 frames [5] xy\n"},
		{"an old ACK does not part a turn", "> S, < S ^0, < 'x ^0, > 'ab ^1, > 'cd ^0, > 'ef ^1",
			">[0-6)^1 frames [4 5 6] abcdef\n<[0-1)^0 frames [3] x\n"},
		{"nothing is known of the other side", "> 'ab, > 'cd", ">[0-4) frames [1 2] abcd\n"},
		{"what is known late is known of the whole turn", "> 'ab, < S ^2, > 'cd ^0, < 'x ^4, > 'ef ^1",
			">[0-4)^0 frames [1 3] abcd\n>[4-6)^1 frames [5] ef\n<[0-1)^4 frames [4] x\n"},
		{"an answer ends what was said before anything of the other side was seen", "> 'ab ^0, < 'x ^2, > 'cd ^1, > 'ef ^1",
			">[0-2) frames [1] ab\n>[2-6)^1 frames [3 4] cdef\n<[0-1)^2 frames [2] x\n"},
		{"a gap that a stream begins with has the ACK of what comes behind it", "> S, < S ^0, < 'x ^0, < ^2, > @2 'cd ^1",
			">[0-4)^1 frames [5] gaps [{0 2}] cd\n<[0-1)^0 frames [3] x\n"},
		{"a gap is in the turn before it", "> S, < S ^0, > 'ab ^0, > @4 'ef ^0, < 'x ^6, > @8 'ij ^1",
			">[0-8)^0 frames [3 4] gaps [{2 4} {6 8}] abef\n>[8-10)^1 frames [6] ij\n<[0-1)^6 frames [5] x\n"},
		{"a gap at the beginning is in the first", "> S, < S ^0, > @2 'cd ^0, < ^4",
			">[0-4)^0 frames [3] gaps [{0 2}] cd\n"},
		{"nothing but a gap", "> S, < S ^0, < ^5", ">[0-5) frames [] gaps [{0 5}] \n"},
		{"nobody says anything", "> S, < S ^0, > ^0, > F, < F ^1", ""},
	} {
		// Of a connection's last two turns, FromA's is told first.
		if got := turnText(t, tt.script, true); got != tt.want {
			t.Errorf("%s: %s\n got\n%swant\n%s", tt.name, tt.script, got, tt.want)
		}
	}
}

func TestATurnKeepsPayloadWhenAsked(t *testing.T) {
	if got := turnText(t, "> 'ab", false); got != ">[0-2) frames [1] \n" {
		t.Errorf("got %q", got)
	}
}

// What a turn keeps has a limit, and it says that it was reached.
func TestATurnIsBounded(t *testing.T) {
	var last Turn
	turns := &Turns{Payload: true, Emit: func(n *Turn) { last = *n }}
	chunk := make([]byte, 1000)
	const chunks = 3000
	var most int64
	for i := range uint64(chunks) {
		turns.Data(flow.FromA, &Chunk{Offset: 2000 * i, Bytes: chunk, Frame: i})
		turns.Gap(flow.FromA, 2000*i+1000, 2000*i+2000)
		most = max(most, turns.Charge())
	}
	turns.Close()
	if len(last.Frames) != 1024 || !last.FramesTruncated || len(last.Payload) != 1<<20 || !last.PayloadTruncated ||
		len(last.Gaps) != 256 || !last.GapsTruncated || last.Missed != chunks*1000 || last.End != chunks*2000 || last.Complete() {
		t.Errorf("%d frames, %d bytes, %d gaps, missed %d, end %d", len(last.Frames), len(last.Payload), len(last.Gaps), last.Missed, last.End)
	}
	if want := int64(1<<20 + 1024*8 + 256*16); most != want {
		t.Errorf("charge %d, want %d", most, want)
	}
}

// The chunks and gaps of a stream are those of its turns, put one behind the other.
func TestTurnsAreTheStream(t *testing.T) {
	a := NewAssembler(StreamConfig{})
	for seed := range uint64(200) {
		x := newStreamTrial(t, seed, a)
		var told [2][]int
		turns := &Turns{Payload: true, Emit: func(n *Turn) {
			gaps, b := n.Gaps, n.Payload
			if n.Start != uint64(len(told[n.From])) || n.Start >= n.End {
				t.Fatalf("seed %d: a turn [%d, %d) behind %d bytes", seed, n.Start, n.End, len(told[n.From]))
			}
			for at := n.Start; at < n.End; at++ {
				if len(gaps) > 0 && at == gaps[0].End {
					gaps = gaps[1:]
				}
				if len(gaps) > 0 && at >= gaps[0].Start {
					told[n.From] = append(told[n.From], gap)
					continue
				}
				told[n.From] = append(told[n.From], int(b[0]))
				b = b[1:]
			}
			if len(b) > 0 || len(gaps) > 1 {
				t.Fatalf("seed %d: a turn [%d, %d) has %d bytes and %d gaps more", seed, n.Start, n.End, len(b), len(gaps))
			}
		}}
		x.also = turns
		for frame := range 60 {
			x.step(uint64(frame))
		}
		x.a.Close(&x.c, false, x)
		turns.Close()
		for from := range told {
			if !slices.Equal(told[from], x.heard.told[from]) {
				x.fail("direction %d\n got %v\nwant %v", from, told[from], x.heard.told[from])
			}
		}
	}
}

// A large turn leaves no large buffer to the small ones that follow.
func TestALargeTurnIsForgotten(t *testing.T) {
	turns := &Turns{Payload: true, Emit: func(*Turn) {}}
	turns.Data(flow.FromA, &Chunk{Bytes: make([]byte, 100000), AckKnown: true})
	large := turns.Charge()
	turns.Data(flow.FromA, &Chunk{Offset: 100000, Bytes: make([]byte, 100), Ack: 1, AckKnown: true})
	if small := turns.Charge(); large != 1<<17+32 || small != 256+32 {
		t.Errorf("charge %d, then %d", large, small)
	}
}
