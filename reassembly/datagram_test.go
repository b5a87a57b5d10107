package reassembly

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"testing"
	"time"
)

const (
	eight   = "01234567"
	sixteen = "0123456789abcdef"
)

// Fragments make the packet again, in whatever order they come.
func TestAnyOrderGivesThePacket(t *testing.T) {
	parts := []struct {
		at   uint32
		text string
	}{{0, "aaaaaaaa"}, {8, "bbbbbbbb"}, {16, "cc"}}
	for _, version := range []uint8{4, 6} {
		for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
			h := newDatagramHarness(t, DatagramConfig{})
			var whole *Datagram
			for n, i := range order {
				whole = h.add(version, parts[i].at, parts[i].text, i != 2)
				if (whole != nil) != (n == 2) {
					t.Fatalf("order %v: complete %v after %d", order, whole != nil, n+1)
				}
			}
			if got := string(whole.Payload()); got != "aaaaaaaabbbbbbbbcc" {
				t.Errorf("order %v: payload %q", order, got)
			}
			for n, i := range order {
				if p := whole.Parts[n]; p.Frame != uint64(n+1) || p.Offset != parts[i].at || p.Size != uint32(len(parts[i].text)+20) {
					t.Errorf("order %v: part %d is %+v", order, n, p)
				}
			}
			header := map[uint8][]byte{4: datagramHeader4, 6: datagramHeader6}[version]
			if got := len(whole.Packet()); got != len(header)+18 {
				t.Errorf("order %v: a packet of %d bytes", order, got)
			}
			h.end()
		}
	}
}

// The IPv4 header is that of a whole packet: length, no fragment bits, and a checksum that is
// right where it was right and wrong where it was wrong.
func TestIPv4HeaderIsRestored(t *testing.T) {
	for _, spoilt := range []uint16{0, 0x1234} {
		header := bytes.Clone(datagramHeader4)
		header = append(header, 1, 1, 1, 0) // options
		header[0] = 0x46
		binary.BigEndian.PutUint16(header[6:], 0xa000) // the reserved bit, and more fragments
		binary.BigEndian.PutUint16(header[10:], ^internetSum(header)^spoilt)
		d := NewDatagrams(DatagramConfig{})
		k := datagramKey(4, 7)
		d.Add(k, &Fragment{Offset: 8, Length: 3, Payload: []byte("xyz"), Header: datagramHeader4, Next: 17})
		g := d.Add(k, &Fragment{Length: 8, More: true, Payload: []byte(eight), Header: header, Next: 17})
		packet := g.Packet()
		if got := binary.BigEndian.Uint16(packet[2:]); got != 24+11 {
			t.Errorf("total length %d", got)
		}
		if got := binary.BigEndian.Uint16(packet[6:]); got != 0x8000 {
			t.Errorf("flags and offset %04x", got)
		}
		if valid := internetSum(packet[:24]) == 0xffff; valid != (spoilt == 0) {
			t.Errorf("checksum valid: %v, spoilt by %04x", valid, spoilt)
		}
		if got := string(packet[24:]); got != eight+"xyz" {
			t.Errorf("payload %q", got)
		}
	}
}

// internetSum is the sum of RFC 1071.
func internetSum(b []byte) uint16 {
	sum := uint32(0)
	for ; len(b) >= 2; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// The IPv6 header names what follows it, or its last extension header does; both
// are those of the fragment at offset 0.
func TestIPv6HeaderIsRestored(t *testing.T) {
	for _, options := range []int{0, 8, 264} {
		header := append(bytes.Clone(datagramHeader6), make([]byte, options)...)
		at := uint16(6)
		if options > 0 {
			header[6], header[40], at = 0, 44, 40
		}
		for _, first := range []bool{true, false} {
			d := NewDatagrams(DatagramConfig{})
			k := datagramKey(6, 7)
			fragments := []*Fragment{
				{Length: 8, More: true, Payload: []byte(eight), Header: header, Next: 17, NextAt: at},
				{Offset: 8, Length: 3, Payload: []byte("xyz"), Header: datagramHeader6, Next: 99, NextAt: 6},
			}
			if !first {
				fragments[0], fragments[1] = fragments[1], fragments[0]
			}
			d.Add(k, fragments[0])
			g := d.Add(k, fragments[1])
			packet := g.Packet()
			if got := binary.BigEndian.Uint16(packet[4:]); int(got) != options+11 {
				t.Errorf("%d bytes of options: payload length %d", options, got)
			}
			if packet[at] != 17 || g.Next != 17 {
				t.Errorf("%d bytes of options: next header %d, %d", options, packet[at], g.Next)
			}
			if got := string(packet[40+options:]); got != eight+"xyz" {
				t.Errorf("%d bytes of options: payload %q", options, got)
			}
		}
	}
}

// The largest datagram that offsets can say is put together; no length field can say how long it is.
func TestLargerThanAnyPacket(t *testing.T) {
	for _, version := range []uint8{4, 6} {
		h := newDatagramHarness(t, DatagramConfig{})
		h.add(version, 0, strings.Repeat("a", 65528), true)
		g := h.add(version, maxFragmentOffset, strings.Repeat("b", 65535), false)
		if len(g.Payload()) != 131063 {
			t.Errorf("version %d: %d bytes", version, len(g.Payload()))
		}
		field := g.Packet()[2:4]
		if version == 6 {
			field = g.Packet()[4:6]
		}
		if !bytes.Equal(field, []byte{0, 0}) {
			t.Errorf("version %d: length field %x", version, field)
		}
	}
}

// Fragments that no datagram can have come back at once, alone, and spoil nothing.
func TestRefused(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{})
	h.add(6, 0, eight, true)
	k := datagramKey(6, 7)
	for _, f := range []struct{ offset, length uint32 }{{8, 9}, {maxFragmentOffset + 8, 8}, {8, maxFragmentLength + 1}, {1 << 31, 1 << 31}} {
		g := h.addTo(k, f.offset, f.length, eight, true)
		if g == nil || g.Outcome != Refused || len(g.Parts) != 1 || g.Parts[0].Offset != f.offset || len(g.Payload()) != 0 {
			t.Errorf("%+v: %+v", f, g)
		}
	}
	if g := h.add(6, 8, "xyz", false); g == nil || g.Outcome != Complete || len(g.Parts) != 2 {
		t.Errorf("the others: %+v", g)
	}
	// IPv4 takes lengths as they are.
	h.add(4, 0, "012345678", true)
	if g := h.add(4, 8, "89", false); g == nil || string(g.Payload()) != "0123456789" || g.Overlap != OverlapIdentical {
		t.Errorf("IPv4: %+v", g)
	}
}

// An IPv6 fragment that is a whole packet has nothing to do with others of its key.
func TestAtomicFragment(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{})
	h.add(6, 0, sixteen, true)
	if g := h.add(6, 0, "whole", false); g == nil || string(g.Payload()) != "whole" {
		t.Errorf("atomic: %+v", g)
	}
	if g := h.addTo(datagramKey(6, 7), 0, 9, "cut", false); g != nil {
		t.Errorf("atomic and cut: %+v", g)
	}
	if g := h.add(6, 16, "end", false); g == nil || string(g.Payload()) != sixteen+"end" || len(g.Parts) != 2 {
		t.Errorf("the others: %+v", g)
	}
	if left := h.end(); len(left) != 1 || string(left[0].Payload()) != "cut" {
		t.Errorf("left: %+v", left)
	}
}

// An IPv6 datagram whose fragments overlap is nothing, and what comes of it later
// is dropped with it, until its time is over. An exact duplicate is no overlap.
func TestIPv6Overlap(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{Timeout: 10})
	h.add(6, 0, sixteen, true)
	h.add(6, 0, sixteen, true) // once more
	h.add(6, 8, eight, true)
	if h.oldest.bytes != nil || h.oldest.pieces != nil {
		t.Error("bytes are kept that nobody will see")
	}
	h.add(6, 16, "late", false)
	if g := h.Expire(10); g != nil {
		t.Errorf("over too early: %+v", g)
	}
	g := h.ended(h.Expire(11))
	if g == nil || g.Outcome != Overlapped || len(g.Parts) != 4 || g.Overlap != OverlapConflict || g.Length != 20 || !g.EndKnown {
		t.Errorf("overlapped: %+v", g)
	}
	if len(g.Conflicts) != 1 || g.Conflicts[0].Start != 8 || g.Conflicts[0].End != 16 || g.Conflicts[0].Frame != 3 {
		t.Errorf("conflicts: %+v", g.Conflicts)
	}
	h.clock = 11
	h.add(6, 0, sixteen, true)
	if g := h.add(6, 16, "anew", false); g == nil || g.Outcome != Complete {
		t.Errorf("anew: %+v", g)
	}
}

// Where the capture cut a fragment there is a hole, until the bytes come once more.
func TestCutFragments(t *testing.T) {
	for _, version := range []uint8{4, 6} {
		h := newDatagramHarness(t, DatagramConfig{})
		k := datagramKey(version, 7)
		h.addTo(k, 0, 16, "0123", true)
		if g := h.addTo(k, 16, 8, eight, false); g != nil {
			t.Fatalf("version %d: complete with a hole", version)
		}
		if g := h.addTo(k, 0, 16, sixteen, true); g == nil || string(g.Payload()) != sixteen+eight || g.Cut != 12 || g.Overlap != OverlapIdentical {
			t.Errorf("version %d: %+v", version, g)
		}
		h.addTo(k, 0, 16, "0123", true)
		h.addTo(k, 16, 8, "01", false)
		g := h.end()[0]
		var holes [][2]uint32
		for start, end := range g.Holes() {
			holes = append(holes, [2]uint32{start, end})
		}
		if len(holes) != 2 || holes[0] != [2]uint32{4, 16} || holes[1] != [2]uint32{18, 24} || string(g.Payload()) != "012301" || g.Packet() != nil {
			t.Errorf("version %d: holes %v, payload %q", version, holes, g.Payload())
		}
	}
}

// The first last fragment says where the end is. What lies behind it is left out, whenever it came.
func TestEnds(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{})
	h.add(4, 16, sixteen, true) // will lie behind
	h.add(4, 8, "89", false)
	h.add(4, 8, eight, false)
	h.add(4, 8, eight, true)
	if g := h.add(4, 0, eight, true); g == nil || string(g.Payload()) != eight+"89" || g.Beyond != 16+6+6 || g.Ends != 1 {
		t.Errorf("%+v", g)
	}
	// A last fragment without bytes ends it too, and one that is all of it.
	h.add(4, 0, eight, true)
	if g := h.add(4, 8, "", false); g == nil || string(g.Payload()) != eight {
		t.Errorf("an empty end: %+v", g)
	}
	if g := h.add(4, 0, "", false); g == nil || len(g.Payload()) != 0 || len(g.Packet()) != 20 {
		t.Errorf("an empty datagram: %+v", g)
	}
}

// A copy of a fragment that comes when its datagram is complete begins another.
func TestLateCopyBeginsAnother(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{})
	h.add(4, 0, eight, true)
	h.add(4, 8, eight, false)
	if g := h.add(4, 8, eight, false); g != nil {
		t.Errorf("complete at once: %+v", g)
	}
	if left := h.end(); len(left) != 1 || left[0].Outcome != AtEnd || left[0].Length != 16 {
		t.Errorf("left: %+v", left)
	}
}

// A conflict says where, in which frame, and what was kept and dropped. The list is bounded, its count is not.
func TestConflicts(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{Policy: Linux})
	h.add(4, 8, "aaaaaaaa", true)
	h.add(4, 0, "bbbbbbbbbbbb", true) // wins
	h.add(4, 4, "cccc", true)         // loses
	g := h.end()[0]
	want := []FragmentConflict{
		{8, 12, 2, sha256.Sum256([]byte("bbbb")), sha256.Sum256([]byte("aaaa"))},
		{4, 8, 3, sha256.Sum256([]byte("bbbb")), sha256.Sum256([]byte("cccc"))},
	}
	if len(g.Conflicts) != 2 || g.Conflicts[0] != want[0] || g.Conflicts[1] != want[1] {
		t.Errorf("got  %+v\nwant %+v", g.Conflicts, want)
	}
	h.add(4, 0, "b", true)
	for i := range 100 {
		h.add(4, 0, "ab"[i&1:][:1], true)
	}
	if g := h.end()[0]; len(g.Conflicts) != maxDatagramConflicts || g.ConflictCount != 100 {
		t.Errorf("%d of %d conflicts listed", len(g.Conflicts), g.ConflictCount)
	}
}

// Datagrams end in the order of their first fragments, each at the first clock that is more than the time-out later.
func TestTimeouts(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{})
	for id := range uint32(3) {
		h.clock = int64(id) * int64(time.Second)
		h.addTo(datagramKey(4, id), 8, 8, eight, true)
	}
	h.addTo(datagramKey(4, 0), 24, 8, eight, true) // prolongs nothing
	for _, row := range []struct {
		clock time.Duration
		ids   []uint32
	}{{60 * time.Second, nil}, {60*time.Second + 1, []uint32{0}}, {time.Hour, []uint32{1, 2}}} {
		for _, id := range row.ids {
			if g := h.ended(h.Expire(int64(row.clock))); g == nil || g.Key.ID != id || g.Outcome != TimedOut {
				t.Errorf("at %v: %+v, want %d", row.clock, g, id)
			}
		}
		if g := h.Expire(int64(row.clock)); g != nil {
			t.Errorf("at %v: %+v too", row.clock, g)
		}
	}
	// The ends of the clock are no time-out's.
	h.clock = -1 << 63
	h.add(4, 8, eight, true)
	if g := h.Expire(-1 << 63); g != nil {
		t.Errorf("at its own time: %+v", g)
	}
	if g := h.ended(h.Expire(1<<63 - 1)); g == nil {
		t.Error("never over")
	}
}

// What was given back serves others, and nothing of it shows in them.
func TestReturnedDatagramsLeaveNoTrace(t *testing.T) {
	h := newDatagramHarness(t, DatagramConfig{Timeout: 1})
	h.add(6, 0, sixteen, true)
	h.add(6, 8, sixteen, true)
	h.clock = 9
	h.Return(h.ended(h.Expire(9)))
	h.add(4, 8, "xyz", false)
	g := h.add(4, 0, eight, true)
	if g.Overlap != OverlapNone || len(g.Conflicts) != 0 || len(g.Parts) != 2 || string(g.Payload()) != eight+"xyz" || g.Outcome != Complete {
		t.Errorf("%+v", g)
	}
}
