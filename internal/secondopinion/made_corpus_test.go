//go:build corpus

package secondopinion

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/internal/capture"
)

// madeCaptures is how many captures are made, of followed connections each.
const madeCaptures = 16

// tshark follows connections that were made at random to the same bytes and the
// same gaps: with frames that the capture lost, that came twice, in other pieces
// and in any order, from any sequence number on.
func TestTsharkFollowsMadeConnections(t *testing.T) {
	tool, err := NewTool("tshark")
	if err != nil {
		t.Fatal(err)
	}
	c := compare(t, "tshark made", tool.Name())
	dir := t.TempDir()
	list := make([]Capture, madeCaptures)
	for i := range list {
		name := fmt.Sprintf("made-%02d.pcap", i)
		list[i] = Capture{Name: name, Path: filepath.Join(dir, name)}
		if err := os.WriteFile(list[i].Path, capture.Pcap(madeConnections(uint64(i))), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c.over(list, func(capture Capture, s *Sheet) error {
		return reassemble(tool, capture, NewSheet(c.Source, capture), s)
	})
	c.finish()
}

// madeConnections returns the frames of as many connections as tshark follows at once.
func madeConnections(seed uint64) (frames []capture.Frame) {
	r := rand.New(rand.NewPCG(seed, 0))
	for port := range uint16(followed) {
		frames = append(frames, madeConnection(r, 1024+port)...)
	}
	slices.SortStableFunc(frames, func(a, b capture.Frame) int { return int(a.Nanos - b.Nanos) })
	return frames
}

// A madeSide is one end of a made connection.
type madeSide struct {
	addr  netip.Addr
	port  uint16
	first uint32 // sequence number of its first byte
	bytes []byte
	sent  int
}

// left is how many bytes are to be sent before the last segment, which has a few.
func (s *madeSide) left() int { return max(0, len(s.bytes)-20-s.sent) }

// madeConnection sends random bytes both ways.
func madeConnection(r *rand.Rand, port uint16) (frames []capture.Frame) {
	sides := [2]madeSide{
		{addr: netip.MustParseAddr("10.0.0.1"), port: port}, {addr: netip.MustParseAddr("10.0.0.2"), port: 80},
	}
	for i := range sides {
		sides[i].first = r.Uint32()
		if r.IntN(3) == 0 {
			sides[i].first = -uint32(r.IntN(3000)) // it wraps
		}
		sides[i].bytes = make([]byte, r.IntN(6000))
		for k := range sides[i].bytes {
			sides[i].bytes[k] = byte(r.Uint32())
		}
	}
	now, loss, disorder, again := int64(0), r.IntN(4)*5, r.IntN(4)*3, r.IntN(4)*10
	put := func(from, start, end int, flags uint8) {
		s, peer := &sides[from], &sides[1-from]
		now += 1000
		seq, ack := s.first+uint32(start), peer.first+uint32(peer.sent)
		if flags&flow.SYN != 0 {
			seq--
		}
		segment := capture.TCP(s.port, peer.port, flags, seq, ack, s.bytes[start:end])
		at := now + int64(r.IntN(1+disorder))*1000
		frames = append(frames, capture.Frame{Nanos: at, Data: capture.Ethernet(0x0800, capture.IP(s.addr, peer.addr, 6, segment))})
	}
	if r.IntN(4) > 0 {
		early := min(r.IntN(2)*r.IntN(40), len(sides[0].bytes)) // RFC 7413
		put(0, 0, early, flow.SYN)
		sides[0].sent = early
		now += 20_000 // tshark knows a connection by the first sequence number that it sees
		put(1, 0, 0, flow.SYN|flow.ACK)
		now += 20_000
	}
	put(0, sides[0].sent, sides[0].sent, flow.ACK)
	put(1, 0, 0, flow.ACK)
	now += 20_000
	for sides[0].left()+sides[1].left() > 0 {
		from := r.IntN(2)
		s := &sides[from]
		n := min(1+r.IntN(600), s.left())
		if r.IntN(100) >= loss {
			put(from, s.sent, s.sent+n, flow.ACK)
		}
		s.sent += n
		if r.IntN(100) < again {
			start := max(0, s.sent-r.IntN(1500))
			put(from, start, start+r.IntN(s.sent-start+1), flow.ACK)
		}
		if s.sent > 0 && loss+disorder == 0 && r.IntN(10) == 0 { // a keep-alive, with a byte of its own
			kept := s.bytes[s.sent-1]
			s.bytes[s.sent-1]++
			put(from, s.sent-1, s.sent, flow.ACK)
			s.bytes[s.sent-1] = kept
		}
	}
	now += 20_000
	for from := range sides {
		s := &sides[from]
		start, flags := s.sent, []uint8{flow.ACK, flow.RST | flow.ACK, flow.FIN | flow.ACK}[r.IntN(3)]
		if flags&flow.RST == 0 {
			start = max(0, start-r.IntN(2)*r.IntN(300)) // some of it again
		}
		put(from, start, len(s.bytes), flags)
		s.sent = len(s.bytes)
	}
	now += 20_000
	put(0, sides[0].sent, sides[0].sent, flow.ACK)
	put(1, sides[1].sent, sides[1].sent, flow.ACK)
	return frames
}
