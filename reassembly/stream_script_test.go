package reassembly

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// A streamScript is a connection told in words. Segments are separated by commas:
//
//	> S s7       who sends (> is FromA), flags (S F R), a SYN's window scale
//	> 'hello     payload, behind what this side sent last
//	< @5 'x ^3   payload at offset 5; it acknowledges offset 3 of the other side
//	> 'ab +3     three bytes more than were captured are announced
//	> w100       a window of 100
//
// Offset 0 is the byte behind the initial sequence number; frames count from 1.
type streamScript struct {
	t    testing.TB
	a    *Assembler
	c    Connection
	to   Consumer
	isn  [2]uint32
	sent [2]int
	n    uint64
}

func newStreamScript(t testing.TB, config StreamConfig, to Consumer) *streamScript {
	return &streamScript{t: t, a: NewAssembler(config), to: to, isn: [2]uint32{0xfffffff8, 1000}}
}

// play adds the script's segments, and looks after each whether the books balance.
func (x *streamScript) play(script string) *streamScript {
	x.t.Helper()
	for line := range strings.SplitSeq(script, ",") {
		from, s := x.segment(strings.Fields(line))
		x.a.Add(&x.c, from, s, x.to)
		streamBalance(x.t, &x.c)
	}
	return x
}

func (x *streamScript) segment(words []string) (from flow.Direction, s *Segment) {
	x.n++
	s = &Segment{Frame: x.n, Window: 65535}
	if words[0] == "<" {
		from = flow.FromB
	}
	at := x.sent[from]
	for _, w := range words[1:] {
		switch w[0] {
		case 'S', 'F', 'R':
			for _, letter := range w {
				s.Flags |= map[rune]uint16{'S': flow.SYN, 'F': flow.FIN, 'R': flow.RST}[letter]
			}
		case 's':
			s.Options = []byte{1, 3, 3, byte(x.number(w[1:])), 0}
		case '@':
			at = x.number(w[1:])
		case '\'':
			s.Payload = []byte(w[1:])
			s.Length += uint32(len(s.Payload))
		case '+':
			s.Length += uint32(x.number(w[1:]))
		case '^':
			s.Flags |= flow.ACK
			s.Ack = x.isn[from^1] + 1 + uint32(x.number(w[1:]))
		case 'w':
			s.Window = uint16(x.number(w[1:]))
		default:
			x.t.Fatalf("what is %q", w)
		}
	}
	s.Seq = x.isn[from] + 1 + uint32(at)
	if s.Flags&flow.SYN != 0 {
		s.Seq--
	}
	x.sent[from] = at + int(s.Length)
	return from, s
}

func (x *streamScript) number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		x.t.Fatal(err)
	}
	return n
}

// close ends the connection and looks at the books once more.
func (x *streamScript) close(evicted bool) *streamScript {
	x.t.Helper()
	x.a.Close(&x.c, evicted, x.to)
	streamBalance(x.t, &x.c)
	return x
}

// text writes out what a listener was told of a direction: gaps as [start-end).
func (l *streamListener) text(from flow.Direction) string {
	var b strings.Builder
	told := l.told[from]
	for i := 0; i < len(told); i++ {
		if told[i] != gap {
			b.WriteByte(byte(told[i]))
			continue
		}
		start := i
		for i+1 < len(told) && told[i+1] == gap {
			i++
		}
		fmt.Fprintf(&b, "[%d-%d)", start, i+1)
	}
	return b.String()
}

// classes writes out what became of a direction's bytes, and of its segments.
func streamClasses(s Stats) string {
	var b strings.Builder
	for _, c := range []struct {
		name string
		n    uint64
	}{
		{"delivered", s.Delivered}, {"duplicate", s.Duplicate}, {"conflicting", s.Conflicting}, {"window", s.OutOfWindow},
		{"closed", s.AfterClose}, {"evicted", s.Evicted}, {"cut", s.Cut}, {"held", s.Held},
		{"missed", s.Missed}, {"retransmitted", s.Retransmitted}, {"reordered", s.Reordered},
	} {
		if c.n > 0 {
			fmt.Fprintf(&b, " %s %d", c.name, c.n)
		}
	}
	return strings.TrimSpace(b.String())
}
