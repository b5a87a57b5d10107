package flow

import (
	"bytes"
	"net/netip"
	"testing"
	"unsafe"
)

// Both directions of a flow have one key, and its ends are where they belong.
func TestKeyIsTheSameForBothDirections(t *testing.T) {
	tests := []struct {
		name             string
		src, dst         string
		srcPort, dstPort uint16
		from             Direction
	}{
		{"lower address first", "10.0.0.1", "10.0.0.2", 5, 6, FromA},
		{"higher address first", "10.0.0.2", "10.0.0.1", 5, 6, FromB},
		{"one address, lower port first", "10.0.0.1", "10.0.0.1", 5, 6, FromA},
		{"one address, higher port first", "10.0.0.1", "10.0.0.1", 6, 5, FromB},
		{"one address, one port", "10.0.0.1", "10.0.0.1", 5, 5, FromA},
		{"IPv6", "fe80::2", "fe80::1", 5, 6, FromB},
	}
	for _, tt := range tests {
		key, from := keyOf(t, 0, udp, tt.src, tt.dst, tt.srcPort, tt.dstPort)
		back, _ := keyOf(t, 0, udp, tt.dst, tt.src, tt.dstPort, tt.srcPort)
		if from != tt.from || key != back || key.Hash() != back.Hash() {
			t.Errorf("%s: from %d, want %d; %+v and back %+v", tt.name, from, tt.from, key, back)
		}
		src, dst := key.Addresses()
		srcPort, dstPort := key.PortA, key.PortB
		if from == FromB {
			src, dst, srcPort, dstPort = dst, src, dstPort, srcPort
		}
		if src != netip.MustParseAddr(tt.src) || dst != netip.MustParseAddr(tt.dst) || srcPort != tt.srcPort || dstPort != tt.dstPort {
			t.Errorf("%s: %v:%d > %v:%d came back", tt.name, src, srcPort, dst, dstPort)
		}
	}
}

// A one-way message is not turned round.
func TestOneWayKeysKeepTheirDirection(t *testing.T) {
	there, from := keyOf(t, OneWay, icmp, "10.0.0.2", "10.0.0.1", 3, 1)
	back, fromBack := keyOf(t, OneWay, icmp, "10.0.0.1", "10.0.0.2", 3, 1)
	if from != FromA || fromBack != FromA || there == back || there.PortA != 3 || there.PortB != 1 {
		t.Errorf("there %+v from %d, back %+v from %d", there, from, back, fromBack)
	}
}

// A key is compared as one run of bytes.
func TestKeyHasNoGaps(t *testing.T) {
	if n := unsafe.Sizeof(Key{}); n != 16+16+2+2+4+1+1+2 {
		t.Errorf("a key has %d bytes", n)
	}
}

// Whatever the addresses and ports: one key for both directions, one hash for
// one key, and nothing of it is lost.
func FuzzKey(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuv"), uint16(1), uint16(2), uint8(6), uint32(0), true)
	f.Add(make([]byte, 32), uint16(7), uint16(7), uint8(17), uint32(3), false)
	f.Fuzz(func(t *testing.T, addresses []byte, srcPort, dstPort uint16, proto uint8, scope uint32, six bool) {
		n, kind := 4, IPv4
		if six {
			n, kind = 16, IPv6
		}
		if len(addresses) < 2*n {
			return
		}
		src, dst := addresses[:n], addresses[n:2*n]
		key, from := NewKey(kind, proto, src, dst, srcPort, dstPort, scope)
		back, fromBack := NewKey(kind, proto, dst, src, dstPort, srcPort, scope)
		if key != back || key.Hash() != back.Hash() {
			t.Errorf("%+v and back %+v", key, back)
		}
		same := bytes.Equal(src, dst) && srcPort == dstPort
		if (from == fromBack) != same {
			t.Errorf("there from %d, back from %d", from, fromBack)
		}
		if key.CommunityID() != back.CommunityID() || key.UID(nil, 1, 1) != back.UID(nil, 1, 1) {
			t.Error("the directions have different names")
		}
		a, b := key.Addresses()
		if from == FromB {
			a, b = b, a
		}
		if !bytes.Equal(a.AsSlice(), src) || !bytes.Equal(b.AsSlice(), dst) {
			t.Errorf("%v and %v came back", a, b)
		}
	})
}
