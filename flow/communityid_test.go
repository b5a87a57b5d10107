package flow

import (
	"net/netip"
	"testing"
)

// keyOf makes a key of addresses in text.
func keyOf(t testing.TB, kind Kind, proto uint8, src, dst string, srcPort, dstPort uint16) (Key, Direction) {
	t.Helper()
	a, b := netip.MustParseAddr(src), netip.MustParseAddr(dst)
	if a.Is4() {
		kind |= IPv4
	} else {
		kind |= IPv6
	}
	return NewKey(kind, proto, a.AsSlice(), b.AsSlice(), srcPort, dstPort, 0)
}

// The specification's examples.
func TestCommunityID(t *testing.T) {
	tests := []struct {
		name             string
		kind             Kind
		proto            uint8
		src, dst         string
		srcPort, dstPort uint16
		want             string
	}{
		{"TCP", 0, 6, "128.232.110.120", "66.35.250.204", 34855, 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"TCP, answer", 0, 6, "66.35.250.204", "128.232.110.120", 80, 34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"UDP", 0, 17, "192.168.1.52", "8.8.8.8", 54585, 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
		{"ICMP echo", 0, 1, "192.168.0.89", "192.168.0.1", 8, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
		{"ICMP echo, answer", 0, 1, "192.168.0.1", "192.168.0.89", 0, 8, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
		{"ICMP, one way", OneWay, 1, "192.168.0.89", "192.168.0.1", 20, 0, "1:3o2RFccXzUgjl7zDpqmY7yJi8rI="},
		{"ICMPv6 neighbor solicitation", 0, 58, "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 135, 136, "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="},
		{"ICMPv6 echo", 0, 58, "fe80:1:203:405:607:809:a0b:c0d", "fe80:1011:1213:1415:1617:1819:1a1b:1c1d", 128, 129, "1:0bf7hyMJUwt3fMED7z8LIfRpBeo="},
		{"SCTP", 0, 132, "192.168.170.8", "192.168.170.56", 7, 80, "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ="},
		{"RSVP, without ports", 0, 46, "1.2.3.4", "5.6.7.8", 0, 0, "1:ikv3kmf89luf73WPz1jOs49S768="},
	}
	for _, tt := range tests {
		k, _ := keyOf(t, tt.kind, tt.proto, tt.src, tt.dst, tt.srcPort, tt.dstPort)
		if got := k.CommunityID(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A fragment has no ports, whatever its key says.
func TestCommunityIDOfFragments(t *testing.T) {
	a, _ := keyOf(t, Fragment, udp, "1.2.3.4", "5.6.7.8", 0, 0)
	b, _ := keyOf(t, Fragment, udp, "5.6.7.8", "1.2.3.4", 9, 9)
	whole, _ := keyOf(t, 0, udp, "1.2.3.4", "5.6.7.8", 0, 0)
	if a.CommunityID() != b.CommunityID() || a.CommunityID() == whole.CommunityID() {
		t.Errorf("fragments %s and %s, whole %s", a.CommunityID(), b.CommunityID(), whole.CommunityID())
	}
}
