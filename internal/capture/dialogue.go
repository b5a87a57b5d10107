package capture

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
)

// A Dialogue is what two ends say to each other over TCP, in turns.
type Dialogue struct {
	Client, Server netip.AddrPort
	Said           [2][]byte // the bytes of the client's stream and of the server's
	Turns          []Turn    // in the order of their beginnings
	Ended          bool      // by both ends, with FIN
}

// A Turn is what one end says before it hears of the other: bytes Start to End of its stream.
type Turn struct {
	Server     bool
	Start, End int
	Heard      int // of the other's bytes
}

// A segment is one segment of a dialogue. What one end sends before the other
// answers stands under the same burst.
type segment struct {
	from    int // 0: the client
	burst   int
	flags   uint8
	seq     uint32
	ack     uint32
	window  uint16
	options []byte
	payload []byte
	fixed   bool // it has to stay where it is in its burst, or its stream would begin elsewhere
}

const (
	fin = 1 << iota
	syn
	rst
	psh
	ack
)

// A talk makes a dialogue's segments, in the order in which they are sent.
type talk struct {
	Dialogue
	r    *rand.Rand
	isn  [2]uint32
	sent [2]uint32 // sequence numbers: bytes and FIN, and not the SYN
	list []segment
	last int // burst
}

// newTalk begins a dialogue. Sequence numbers of many are about to wrap.
func newTalk(r *rand.Rand, client, server netip.AddrPort) *talk {
	t := &talk{r: r, Dialogue: Dialogue{Client: client, Server: server}}
	for from := range t.isn {
		t.isn[from] = r.Uint32()
		if r.IntN(3) == 0 {
			t.isn[from] = -uint32(r.IntN(3000))
		}
	}
	return t
}

// add sends a segment behind all that its end has sent.
func (t *talk) add(from int, flags uint8, payload []byte) *segment {
	s := segment{from: from, burst: t.last, flags: flags, seq: t.isn[from] + 1 + t.sent[from],
		window: 8192, payload: payload}
	if flags&syn != 0 {
		s.seq = t.isn[from]
		s.fixed = true
	}
	if flags&ack != 0 {
		s.ack = t.isn[1-from] + 1 + t.sent[1-from]
	}
	t.Said[from] = append(t.Said[from], payload...)
	t.sent[from] += uint32(len(payload))
	if flags&fin != 0 {
		t.sent[from]++
	}
	t.list = append(t.list, s)
	return &t.list[len(t.list)-1]
}

// turn ends a burst: what comes next is sent by who has seen all of it.
func (t *talk) turn() { t.last++ }

// bytes returns so many random bytes.
func (t *talk) bytes(n int) []byte {
	b := make([]byte, n+8)
	for i := 0; i < n; i += 8 {
		binary.LittleEndian.PutUint64(b[i:], t.r.Uint64())
	}
	return b[:n]
}

// handshake opens the connection. The SYN may be sent twice, and carries so many bytes.
func (t *talk) handshake(early int) {
	options := []byte{2, 4, 5, 0xb4, 1, 3, 3, byte(t.r.IntN(9))}
	if t.r.IntN(4) == 0 {
		options = nil
	}
	for range 1 + t.r.IntN(5)/4 {
		t.add(0, syn, nil).options = options
	}
	if early > 0 {
		t.list[len(t.list)-1].payload = t.bytes(early)
		t.Said[0] = t.list[len(t.list)-1].payload
		t.sent[0] = uint32(early)
	}
	t.turn()
	t.add(1, syn|ack, nil).options = options
	t.turn()
	t.add(0, ack, nil)
}

// say has one end say something, in several segments.
func (t *talk) say(from, n int) {
	turn := Turn{Server: from == 1, Start: len(t.Said[from]), Heard: len(t.Said[1-from])}
	first := turn.Start == 0
	for n > 0 {
		k := min(n, 1+t.r.IntN([]int{20, 300, 1460}[t.r.IntN(3)]))
		n -= k
		s := t.add(from, ack, t.bytes(k))
		s.fixed = first
		if n == 0 {
			s.flags |= psh
		}
		first = false
		if t.r.IntN(6) == 0 && n > 0 { // the other has got all that up to here
			t.turn()
			t.add(1-from, ack, nil)
			t.turn()
		}
	}
	turn.End = len(t.Said[from])
	t.Turns = append(t.Turns, turn)
	t.turn()
	t.add(1-from, ack, nil)
	t.aside(from)
}

// aside has both ends say what is not data, or hardly: keep-alives, and a window
// that closes, is probed, and opens again.
func (t *talk) aside(from int) {
	switch t.r.IntN(10) {
	case 0:
		t.turn()
		s := t.add(from, ack, nil)
		s.seq--
		if t.r.IntN(2) == 0 {
			s.payload = []byte{0} // whatever the byte there was
		}
		t.turn()
		t.add(1-from, ack, nil)
	case 1:
		t.turn()
		t.add(1-from, ack, nil).window = 0
		t.turn()
		t.add(from, ack, t.bytes(1))
		t.Turns[len(t.Turns)-1].End++
		t.turn()
		t.add(1-from, ack, nil).window = 0
		t.turn()
		t.add(1-from, ack, nil)
	}
	t.turn()
}

// close has both ends say that they have said all; either may say more with it.
func (t *talk) close() {
	first := t.r.IntN(2)
	for i, from := range []int{first, 1 - first} {
		n := 0
		if last := &t.Turns[len(t.Turns)-1]; i == 0 && last.Server == (from == 1) {
			n = t.r.IntN(50)
			last.End += n
		}
		t.add(from, fin|ack, t.bytes(n))
		t.turn()
	}
	t.add(first, ack, nil)
	t.Ended = true
}

// rounds are questions and answers.
func (t *talk) rounds(n int) {
	sizes := []int{30, 400, 6000}
	for range n {
		t.say(0, 1+t.r.IntN(sizes[t.r.IntN(3)]))
		t.say(1, 1+t.r.IntN(sizes[t.r.IntN(3)]))
	}
}

// packet returns the packet of a segment.
func (t *talk) packet(s *segment) []byte {
	src, dst := t.Client, t.Server
	if s.from == 1 {
		src, dst = dst, src
	}
	b := TCP(src.Port(), dst.Port(), s.flags, s.seq, s.ack, append(s.options[:len(s.options):len(s.options)], s.payload...))
	b[12] = byte(5+len(s.options)/4) << 4
	binary.BigEndian.PutUint16(b[14:], s.window)
	return IP(src.Addr(), dst.Addr(), 6, b)
}

// frames returns all segments as they go over the wire.
func (t *talk) frames(e *envelope) (list [][]byte) {
	for i := range t.list {
		list = append(list, e.frames(t.packet(&t.list[i]))...)
	}
	return list
}
