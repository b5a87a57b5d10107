package conn

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/record"
)

// A script is what a capture of one flow holds, in few words: steps between
// commas, one millisecond apart, each a direction (">" from the client, "<" from
// the server), TCP flags and modifiers:
//
//	12      bytes of payload
//	@5      sequence number 5 after the initial one, instead of the next
//	^5      acknowledges up to 5 after the peer's initial number, instead of all
//	w0      window of zero
//	g12     acknowledges, where streams are reassembled, 12 bytes that are not there
//	+2s     two seconds later
//	cut     the transport header is not there
//	short   of the payload something is not there
//	timeless
//
// "x3" after a step repeats it.
type script struct {
	clientPort, serverPort uint16
	proto                  uint8
	clientISN, serverISN   uint32
	text                   string
	reassembled            bool
}

const (
	clientAddress = "\x0a\x00\x00\x01"
	serverAddress = "\x0a\x00\x00\x02"
	epoch         = int64(1_700_000_000_123_456_789)
	millisecond   = int64(1_000_000)
)

// A taken is a piece and where it stands.
type taken struct {
	piece flow.Piece
	frame uint64
	nanos int64
	gap   uint64 // in what the other end sent
}

func (s script) key() (key flow.Key, client flow.Direction) {
	return flow.NewKey(flow.IPv4, s.proto, []byte(clientAddress), []byte(serverAddress), s.clientPort, s.serverPort, 0)
}

// pieces plays the script.
func (s script) pieces(t testing.TB) []taken {
	_, client := s.key()
	isn := [2]uint32{s.clientISN, s.serverISN}
	next := isn // by side: 0 client, 1 server
	nanos := epoch
	var out []taken
	for text := range strings.SplitSeq(s.text, ",") {
		words := strings.Fields(text)
		times := 1
		if last := words[len(words)-1]; last[0] == 'x' {
			times = atoi(t, last[1:])
			words = words[:len(words)-1]
		}
		for range times {
			side := strings.Index("><", words[0])
			p := flow.Piece{Window: 100, Marks: flow.HasTransport, Dir: client}
			if side == 1 {
				p.Dir ^= 1
			}
			p.Seq, p.Ack = next[side], next[1-side]
			moves, untimed, gap := true, false, 0
			for _, w := range words[1:] {
				switch {
				case strings.Trim(w, "SAPFRU") == "":
					p.Flags = flagsOf(w)
				case w == "w0":
					p.Window = 0
				case w == "cut":
					p.Marks = 0
				case w == "short":
					p.Marks |= flow.Cut
				case w == "timeless":
					untimed = true
				case w[0] == 'g':
					gap = atoi(t, w[1:])
				case w[0] == '@':
					p.Seq, moves = isn[side]+uint32(atoi(t, w[1:])), false
				case w[0] == '^':
					p.Ack = isn[1-side] + uint32(atoi(t, w[1:]))
				case w[0] == '+':
					nanos += int64(atoi(t, strings.TrimSuffix(w[1:], "s"))) * 1000 * millisecond
				default:
					p.Length = uint32(atoi(t, w))
				}
			}
			if p.Flags&flow.ACK == 0 {
				p.Ack = 0
			}
			p.IPLen = 40 + p.Length
			if moves {
				next[side] += uint32(sequenceLength(&p))
			}
			at := nanos
			if untimed {
				at = Timeless
			}
			out = append(out, taken{p, uint64(len(out) + 1), at, uint64(gap)})
			nanos += millisecond
		}
	}
	return out
}

func flagsOf(letters string) (flags uint16) {
	for i, letter := range "FSRPAU" {
		if strings.ContainsRune(letters, letter) {
			flags |= 1 << i
		}
	}
	return flags
}

func atoi(t testing.TB, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("script: %v", err)
	}
	return n
}

// play returns the flow that the script makes.
func (s script) play(t testing.TB) (c Conn, key flow.Key) {
	key, _ = s.key()
	for i, p := range s.pieces(t) {
		if i == 0 {
			c.Begin(&key, 1, &p.piece, p.frame, p.nanos)
			if s.reassembled {
				c.Reassemble()
			}
		}
		c.Add(&p.piece, p.frame, p.nanos)
		c.Gap(p.piece.Dir^1, p.gap)
	}
	return c, key
}

// told returns what the flow's record says of how it went: state, history,
// bytes of originator and responder, "-" for what is absent.
func told(t testing.TB, c *Conn, key *flow.Key) string {
	m := fields(t, c, key, nil, AtEnd)
	get := func(name string) string {
		if v, has := m[name]; has {
			return v
		}
		return "-"
	}
	return fmt.Sprintf("%s %s %s/%s", get("conn_state"), get("history"), get("orig_bytes"), get("resp_bytes"))
}

// fields returns the flow's record by name.
func fields(t testing.TB, c *Conn, key *flow.Key, scope flow.Scope, end End) map[string]string {
	return fieldsWith(t, c, key, scope, end, nil)
}

// fieldsWith is fields with what reassembly counted.
func fieldsWith(t testing.TB, c *Conn, key *flow.Key, scope flow.Scope, end End, r *Reassembled) map[string]string {
	var row record.Row
	c.Row(&row, key, scope, end, r)
	if err := row.Check(); err != nil {
		t.Fatalf("row: %v", err)
	}
	m := make(map[string]string)
	for i := range row.Values {
		v := &row.Values[i]
		switch v.Op {
		case record.Number:
			m[layer.Fields[v.Field].Name] = strconv.FormatUint(v.Num, 10)
		case record.InText:
			m[layer.Fields[v.Field].Name] = string(row.Of(v))
		}
	}
	return m
}

func itoa(n int) string { return strconv.Itoa(n) }
