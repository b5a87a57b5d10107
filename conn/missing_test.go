package conn

import (
	"math/rand/v2"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// followed plays the script with what is missing found from its segments.
func (s script) followed(t testing.TB) (c Conn, key flow.Key, m Missing) {
	key, _ = s.key()
	for i, p := range s.pieces(t) {
		if i == 0 {
			c.Begin(&key, 1, &p.piece, p.frame, p.nanos)
			c.Reassemble()
		}
		c.Add(&p.piece, p.frame, p.nanos)
		m.Add(&c, &p.piece)
	}
	return c, key, m
}

// What is missing is told by the acknowledgement that shows it, once.
func TestMissing(t *testing.T) {
	tests := []struct{ name, script, history, missed string }{
		{"nothing", "> S, < SA, > A, > PA 10, < A, < PA 20, > A, > FA, < FA, > A", "ShADadFf", "0"},
		{"nothing is acknowledged", "> S, < SA, > A, > PA 10 @101", "ShAD", "0"},
		{"a hole", "> S, < SA, > A, > PA 10 @101, < A ^111", "ShADaG", "100"},
		{"a hole, acknowledged in part", "> S, < SA, > A, > PA 10 @101, < A ^51, < A ^111", "ShADaG", "100"},
		{"a hole before nothing", "> S, < SA, > A, < A ^101", "ShAaG", "100"},
		{"told at once, and not again when data comes", "> S, < SA, > A, < A ^101, > PA 100 @1, < A ^101", "ShAaGD", "100"},
		{"a hole that was filled", "> S, < SA, > A, > PA 10 @11, > PA 10 @1, < A ^21", "ShADTa", "0"},
		{"filled from both ends", "> S, < SA, > A, > PA 10 @21, > PA 5 @1, > PA 5 @16, < A ^31", "ShADTaG", "10"},
		{"three holes", "> S, < SA, > A, > PA 10 @11, > PA 10 @31, > PA 10 @51, < A ^61", "ShADaG", "30"},
		{"overlapping data", "> S, < SA, > A, > PA 10 @11, > PA 20 @6, > PA 30 @21, < A ^51", "ShADaG", "5"},
		{"the last data, told by the FIN", "> S, < SA, > A, > FA @101, < A ^102", "ShAFaG", "100"},
		{"a FIN is no data", "> S, < SA, > A, > PA 10, > FA, < A, < FA, > A", "ShADFaf", "0"},
		{"a FIN that is missing too", "> S, < SA, > A, > PA 10, < A ^12", "ShADaG", "1"},
		{"by the answer's data", "> S, < SA, > A, < PA 20 ^101", "ShAdG", "100"},
		{"both ways", "> S, < SA, > A, < PA 20 @8 ^101, > A ^28", "ShAdGg", "107"},
		{"a SYN with data", "> S 5, < SA ^6, > A, > PA 5, < A", "SThADa", "0"},
		{"a SYN with data that was not taken", "> S 5, < SA ^1, > A, > PA 5 @1, < A", "SThADa", "0"},
		{"a keep-alive before any data", "> S, < SA, > A, > A 1 @0, < A ^1, > PA 5 @1, < A ^6", "ShADTa", "0"},
		{"only what a RST acknowledges", "> S, < SA, > A, < RA ^101", "ShAr", "0"},
		{"a RST's data is none", "> S, < SA, > A, < RA 50, > A ^51", "ShArt", "0"},
		{"a RST after both closed", "> S, < SA, > A, > FA @101, < FA ^1, > A, < RA ^102", "ShAFfrG", "100"},
		{"from the middle", "> PA 10, < A, > PA 10 @100, < A ^110", "Da", "0"},
		{"without the SYN", "< SA, > A, > PA 10 @100, < A ^110", "^hADaG", "100"},
		{"one direction only", "> S, > A ^1, > PA 10 ^1, > A ^501", "SAD", "0"},
		{"an acknowledgement of zero is a broken header", "> S, < SA, > A, > PA 1 @500000000, < A ^-1000", "ShADa", "0"},
		{"too much without an acknowledgement", "> S, < SA, > A, > PA 10 @16376, < A ^16386", "ShADa", "0"},
		{"past 4 GiB", "> S, < SA, > A, > PA 10, < A, > PA 10 @2000000001, < A ^2000000011, > PA 10 @4000000011, < A ^4000000021, " +
			"> PA 10 @6000000021, < A ^6000000031", "ShADaG", "5999999990"},
		{"not too much", "> S, < SA, > A, > PA 10 @16375, < A ^16385", "ShADaG", "16374"},
		{"a segment that was cut", "> S, < SA, > A, > PA 10, > PA 10 short, > PA 10, < A", "ShADaG", "10"},
		{"a segment that was cut, and sent again", "> S, < SA, > A, > PA 10 short, > PA 10 @1, < A", "ShADTa", "0"},

		// As Zeek's own tests have them.
		{"data is missing at the end", "> S, < SA, > A, > PA 538, < A, < FA @2903, > A ^2904, > FA, < A @2904", "ShADafgF", "2902"},
		{"headers only", "> S, < SA, > A, > PA 474 short, < A, < A 1446 short x9, < A 1286 short, > A ^2861, > A ^4291, > A ^12871 x3, " +
			"< A 1430 @12871 short, > A ^14301, > RA", "ShADaGdgtR", "14774"},
	}
	for _, tt := range tests {
		c, key, _ := reassembledScript(tt.script).followed(t)
		m := fields(t, &c, &key, nil, AtEnd)
		if m["history"] != tt.history || m["missed_bytes"] != tt.missed {
			t.Errorf("%s: %s\n got %s, %s bytes\nwant %s, %s bytes", tt.name, tt.script, m["history"], m["missed_bytes"], tt.history, tt.missed)
		}
	}
}

// However a stream comes, with loss, copies and disorder and wherever its
// numbers begin, what is missing is what was not there when it was acknowledged.
func TestMissingIsWhatWasNotThere(t *testing.T) {
	const length = 1000
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := reassembledScript("> S, < SA, > A")
		s.clientISN = -uint32(r.IntN(2 * length))
		c, _, m := s.followed(t)
		_, client := s.key()
		var there [length]bool
		acked, missed, holes := 0, uint64(0), uint64(0)
		for range 60 {
			p := flow.Piece{Dir: client, Marks: flow.HasTransport, Flags: flow.ACK, Window: 100, Seq: s.clientISN + 1, Ack: s.serverISN + 1}
			if r.IntN(3) > 0 {
				at := min(acked+r.IntN(200), length)
				p.Seq += uint32(at)
				p.Length = uint32(r.IntN(min(80, length-at+1)))
				for i := range p.Length {
					there[at+int(i)] = true
				}
			} else {
				p.Dir ^= 1
				p.Seq, p.Ack = p.Ack, p.Seq
				to := min(max(acked+r.IntN(150)-30, 0), length)
				p.Ack += uint32(to)
				for hole := false; acked < to; acked++ {
					if !there[acked] {
						missed++
					}
					if !there[acked] && !hole {
						holes++
					}
					hole = !there[acked]
				}
			}
			c.Add(&p, 1, epoch)
			m.Add(&c, &p)
		}
		if got, n := c.ends[client].missed, uint64(c.gaps[client]); got != missed || n != holes {
			t.Errorf("seed %d: %d bytes in %d holes are missing, want %d in %d", seed, got, n, missed, holes)
		}
	}
}

// check reports what must not be in what is kept.
func (m *Missing) check(t *testing.T) {
	t.Helper()
	for i := range m.ends {
		v := &m.ends[i]
		waits, last := int64(0), v.next
		for _, s := range v.spans {
			if s.start <= last || s.end <= s.start {
				t.Fatalf("behind %d: %v", v.next, v.spans)
			}
			waits += s.end - s.start
			last = s.end
		}
		if waits != v.waits || len(v.spans) > maxSpans || v.lost && v.spans != nil {
			t.Fatalf("%d spans of %d bytes, counted %d, lost %v", len(v.spans), waits, v.waits, v.lost)
		}
	}
}

// A stream of which too much waits is given up, and costs nothing from there on.
func TestMissingIsBounded(t *testing.T) {
	for _, tt := range []struct{ name, script string }{
		{"a thousand holes", "> PA 1, < A"},
		{"a thousand holes without an acknowledgement", "> PA 1"},
	} {
		c, _, m := reassembledScript("> S, < SA, > A, " + tt.script).followed(t)
		_, client := tcpScript("").key()
		p := flow.Piece{Dir: client, Marks: flow.HasTransport, Flags: flow.ACK, Window: 100, Seq: 1010, Length: 1}
		for n := range maxSpans + 1 {
			if m.ends[client].lost || len(m.ends[client].spans) != n {
				t.Fatalf("%s: after %d: %d spans, lost %v", tt.name, n, len(m.ends[client].spans), m.ends[client].lost)
			}
			c.Add(&p, 1, epoch)
			m.Add(&c, &p)
			m.check(t)
			p.Seq += 2
		}
		if !m.ends[client].lost || m.Charge() != 0 {
			t.Errorf("%s: lost %v, %d bytes", tt.name, m.ends[client].lost, m.Charge())
		}
	}
}

func TestMissingAllocatesNothingInOrder(t *testing.T) {
	c, _, m := reassembledScript("> S, < SA, > A").followed(t)
	_, client := tcpScript("").key()
	data := flow.Piece{Dir: client, Marks: flow.HasTransport, Flags: flow.ACK, Window: 100, Seq: 1001, Length: 500}
	ack := flow.Piece{Dir: client ^ 1, Marks: flow.HasTransport, Flags: flow.ACK, Window: 100, Seq: 9001}
	if n := testing.AllocsPerRun(100, func() {
		c.Add(&data, 1, epoch)
		m.Add(&c, &data)
		data.Seq += data.Length
		ack.Ack = data.Seq
		c.Add(&ack, 1, epoch)
		m.Add(&c, &ack)
	}); n != 0 || m.Charge() != 0 {
		t.Errorf("%v allocations, %d bytes", n, m.Charge())
	}
}

func BenchmarkMissing(b *testing.B) {
	c, _, m := reassembledScript("> S, < SA, > A").followed(b)
	_, client := tcpScript("").key()
	p := flow.Piece{Dir: client, Marks: flow.HasTransport, Flags: flow.ACK, Window: 100, Seq: 1001, Ack: 9001, Length: 500}
	for b.Loop() {
		m.Add(&c, &p)
		p.Seq += p.Length
		c.ends[client].sent += int64(p.Length)
		c.ends[client].acked = c.ends[client].sent
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/segment")
}
