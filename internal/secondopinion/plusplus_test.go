package secondopinion

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// A text is made of two others if it has the bytes of each in order.
func TestInterleaved(t *testing.T) {
	for _, row := range []struct {
		text, a, b string
		fit        int
	}{
		{"", "", "", 0},
		{"abcdef", "ace", "bdf", 6},
		{"abcdef", "abcdef", "", 6},
		{"aab", "ab", "a", 3},
		{"aaabaa", "aaa", "aba", 6},
		{"abdc", "abc", "d", 4},
		{"abdc", "abcd", "", 2},
		{"abc", "ab", "", 2},
		{"abc", "cb", "a", 1},
	} {
		if got := interleaved([]byte(row.text), []byte(row.a), []byte(row.b)); got != row.fit {
			t.Errorf("%q of %q and %q: %d, not %d", row.text, row.a, row.b, got, row.fit)
		}
	}
}

// A file fits the connection that has its bytes, no more and no fewer, and its gaps.
func TestCompareFile(t *testing.T) {
	list := []wholeSide{
		{a: []byte("other"), b: []byte("bytes")},
		{a: []byte("GET"), b: []byte("200"), gaps: []uint64{3, 20}},
	}
	for _, row := range []struct {
		text  string
		equal int // of bytes and gaps
	}{
		{"GET[20 bytes missing]20[3 bytes missing]0", 2},
		{"GET[21 bytes missing]20[3 bytes missing]0", 1},
		{"[3 bytes missing]GET[20 bytes missing]", 2}, // an end alone
		{"GET[20 bytes missing]2[3 bytes missing]0", 1},
		{"GE20", 0},
		{"GET[20 bytes missing]2000", 0},
	} {
		s := NewSheet("pcapplusplus", Capture{})
		if s.CompareFile("", []byte(row.text), list); s.Total() != (Count{2, row.equal}) {
			t.Errorf("%q: %v %v", row.text, s.Total(), s.differences)
		}
	}
}

var segment = capture.Frame{Data: capture.Ethernet(0x0800, capture.IP(netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2"), 6,
	capture.TCP(1024, 80, 0x10, 7, 9, []byte("0123456789"))))}

// A part of a segment begins later, and may go on longer.
func TestSegmentOf(t *testing.T) {
	payload, ok := ipPayload(segmentOf(segment, 8, 4).Data)
	if !ok || !strings.HasSuffix(string(payload), "\x1089**"[1:]) || len(payload) != 24 || payload[7] != 15 {
		t.Errorf("got %x, %v", payload, ok)
	}
	if whole, _ := ipPayload(segment.Data); len(whole) != 30 || whole[7] != 7 {
		t.Errorf("the segment itself is now %x", whole)
	}
}

// A packet is found whatever stands around it.
func TestIPPayload(t *testing.T) {
	ip, _ := ipPayload(segment.Data)
	padded := append(capture.VLAN(7, 0x0800, segment.Data[14:]), 0, 0)
	if got, ok := ipPayload(capture.Ethernet(0x8100, padded)); !ok || string(got) != string(ip) {
		t.Errorf("tagged and padded: %x, %v", got, ok)
	}
	for _, bad := range [][]byte{nil, segment.Data[:20], segment.Data[:len(segment.Data)-1], capture.Ethernet(0x0806, ip)} {
		if got, ok := ipPayload(bad); ok {
			t.Errorf("%x has the payload %x", bad, got)
		}
	}
	s := NewSheet("pcapplusplus", Capture{})
	list := []datagramRecord{{Payload: "00"}, {Payload: hex.EncodeToString(ip), Complete: true}}
	if err := s.ComparePacket("", []byte(hex.EncodeToString(segment.Data)+"\n"), list); err != nil || s.Total() != (Count{1, 1}) {
		t.Errorf("%v %v", err, s.differences)
	}
	other := capture.Frame{Data: capture.Ethernet(0x0800, capture.IP(netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2"), 17, []byte("x")))}
	if err := s.CompareDefragmented("", []capture.Frame{other}, []capture.Frame{other, segment}, list, true); err != nil || s.Total() != (Count{3, 3}) {
		t.Errorf("%v %v", err, s.differences)
	}
}
