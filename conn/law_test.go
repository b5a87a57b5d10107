package conn

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// FuzzConn: whatever the pieces are, nothing panics, what was added up is the
// sum of the pieces, the history keeps to its room, how the pieces were cut
// into batches and where the state lay in between makes no difference, and
// whether streams are reassembled none but in what is told of that. What is kept
// to find what is missing is in order, and bounded.
func FuzzConn(f *testing.F) {
	for _, text := range []string{
		"> S, < SA, > A, > PA 10, < PA 20, > FA, < FA, > A",
		"< SA, > A, > R, < FR, > SF, > S 5 x9",
		"> PA 10, < A w0 x30",
	} {
		s := tcpScript(text)
		f.Add(uint8(protoTCP), uint16(80), encode(s.pieces(f)), uint8(3))
	}
	f.Add(uint8(protoUDP), uint16(53), make([]byte, 3*pieceSize), uint8(0))
	f.Add(uint8(protoICMP), uint16(0), make([]byte, 2*pieceSize), uint8(1))
	f.Fuzz(func(t *testing.T, proto uint8, port uint16, data []byte, cut uint8) {
		key, _ := flow.NewKey(flow.IPv4, proto, []byte(clientAddress), []byte(serverAddress), 40000, port, 0)
		pieces := decode(data)
		if len(pieces) == 0 {
			return
		}
		var c, moved, reassembled Conn
		var missing Missing
		var packets, bytes uint64
		for i := range pieces {
			p := &pieces[i]
			if i == 0 {
				c.Begin(&key, 1, &p.piece, p.frame, p.nanos)
				moved.Begin(&key, 1, &p.piece, p.frame, p.nanos)
				reassembled.Begin(&key, 1, &p.piece, p.frame, p.nanos)
				reassembled.Reassemble()
			}
			c.Add(&p.piece, p.frame, p.nanos)
			moved.Add(&p.piece, p.frame, p.nanos)
			reassembled.Add(&p.piece, p.frame, p.nanos)
			reassembled.Gap(p.piece.Dir^1, uint64(cut)*uint64(p.piece.Window)) // whatever is told of gaps
			missing.Add(&reassembled, &p.piece)
			missing.check(t)
			if cut > 0 && i%int(cut) == 0 {
				elsewhere := moved
				moved = Conn{}
				moved = elsewhere
				c.connState() // asking changes nothing
				c.sizes()
			}
			packets++
			bytes += uint64(p.piece.IPLen)
		}
		if c != moved {
			t.Errorf("cut at every %d: %+v, uncut: %+v", cut, moved, c)
		}
		if c.Packets() != packets || c.Bytes() != bytes {
			t.Errorf("%d packets and %d bytes, want %d and %d", c.Packets(), c.Bytes(), packets, bytes)
		}
		if int(c.history.n) > historyRoom {
			t.Errorf("the history has %d letters", c.history.n)
		}
		same(t, "reassembled", &c, &reassembled, &key)
		m := fields(t, &c, &key, nil, AtEnd)
		for _, name := range []string{"conn_state", "uid", "community_id"} {
			if m[name] == "" {
				t.Errorf("%s is missing", name)
			}
		}
	})
}

// A history that is full says so.
func TestHistoryIsBounded(t *testing.T) {
	var text strings.Builder
	text.WriteString("> S, < SA, > A")
	for i := range 200 {
		text.WriteString(", > R @" + itoa(i+1))
	}
	c, _ := tcpScript(text.String()).play(t)
	if got := c.history.text(); len(got) != historyRoom || got[historyRoom-1] != 'x' {
		t.Errorf("history %q of %d letters", got, len(got))
	}
}

// pieceSize is what a piece takes in the fuzzer's input.
const pieceSize = 16

func encode(pieces []taken) (data []byte) {
	le := binary.LittleEndian
	for _, p := range pieces {
		data = le.AppendUint32(data, p.piece.Seq)
		data = le.AppendUint32(data, p.piece.Ack)
		data = le.AppendUint16(data, uint16(p.piece.Length))
		data = le.AppendUint16(data, p.piece.Window)
		data = append(data, byte(p.piece.Flags), byte(p.piece.Dir), byte(p.piece.Marks), byte(p.frame))
	}
	return data
}

func decode(data []byte) (pieces []taken) {
	le := binary.LittleEndian
	for n := uint64(1); len(data) >= pieceSize; n, data = n+1, data[pieceSize:] {
		p := flow.Piece{
			Seq: le.Uint32(data), Ack: le.Uint32(data[4:]), Length: uint32(le.Uint16(data[8:])),
			Window: le.Uint16(data[10:]), Flags: uint16(data[12]), Dir: flow.Direction(data[13] & 1), Marks: flow.Mark(data[14]),
		}
		p.IPLen = p.Length + 40
		nanos := epoch + int64(int8(data[15]))*millisecond
		if data[15] == 0x80 {
			nanos = Timeless
		}
		pieces = append(pieces, taken{piece: p, frame: n, nanos: nanos})
	}
	return pieces
}
