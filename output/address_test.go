package output

import (
	"net/netip"
	"testing"
)

func TestAddressesAreAsRFC5952HasThem(t *testing.T) {
	for _, want := range []string{
		"::", "::1", "1::", "2001:db8::1", "2001:db8::1:0:0:1", "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "1:0:0:2:0:0:3:4",
		"fe80::1234:5678:9abc:def0", "1:2:3:4:5:6:7:8", "a0b:c0d:e0f::", "::ffff:192.0.2.1", "::ffff:0:0:0", "::192.0.2.1",
		"64:ff9b::c000:201", "0:1::", "ff02::1:ff00:0", "1:0:2:0:3:0:4:0", "0.0.0.0", "255.255.255.255", "10.0.0.1", "192.168.10.100",
	} {
		a := netip.MustParseAddr(want)
		if got := string(appendAddress([]byte("x"), a.AsSlice())); got != "x"+a.String() {
			t.Errorf("%s is written %s", a, got)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add([]byte("\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00"), uint16(0))
	f.Fuzz(func(t *testing.T, b []byte, zero uint16) {
		if len(b) < 16 {
			return
		}
		a := [16]byte(b)
		for i := range a {
			if zero>>i&1 != 0 {
				a[i] = 0
			}
		}
		if got, want := string(appendAddress(nil, a[:])), netip.AddrFrom16(a).String(); got != want {
			t.Errorf("%s is written %s", want, got)
		}
		if got, want := string(appendAddress(nil, a[:4])), netip.AddrFrom4([4]byte(a[:4])).String(); got != want {
			t.Errorf("%s is written %s", want, got)
		}
	})
}

func TestEveryShapeOfIPv6IsAsNetipHasIt(t *testing.T) {
	for shape := range 1 << 16 { // two bits a group: 0, one digit, two, four
		var a [16]byte
		for g := range 8 {
			switch shape >> (2 * g) & 3 {
			case 1:
				a[2*g+1] = 7
			case 2:
				a[2*g+1] = 0xa0
			case 3:
				a[2*g], a[2*g+1] = 0xff, 0xff
			}
		}
		if got, want := string(appendAddress(nil, a[:])), netip.AddrFrom16(a).String(); got != want {
			t.Fatalf("%s is written %s", want, got)
		}
	}
}

func TestMACsAndBytesAreHex(t *testing.T) {
	b := []byte{0, 1, 0x0a, 0xa0, 0xfe, 0xff, 0x7f, 0x80}
	for n, want := range []string{"", "00", "00:01", "00:01:0a", "00:01:0a:a0", "00:01:0a:a0:fe", "00:01:0a:a0:fe:ff", "00:01:0a:a0:fe:ff:7f"} {
		if got := string(appendMAC(nil, b[:n])); got != want {
			t.Errorf("%s is written %s", want, got)
		}
	}
	if got := string(appendHex([]byte("x"), b)); got != "x00010aa0feff7f80" {
		t.Errorf("hex is %s", got)
	}
	if got := string(appendAddress(nil, b)); got != "00010aa0feff7f80" {
		t.Errorf("what is no address is %s", got)
	}
}
