package decoder

import (
	"encoding/binary"

	"github.com/pcappipe/pcappipe/frame"
)

// Address families, as the systems that write them number IPv6.
const (
	afINET         = 2
	afINET6Linux   = 10
	afINET6BSD     = 24
	afINET6FreeBSD = 28
	afINET6Darwin  = 30
)

// linkEthernet is LINKTYPE_ETHERNET.
const linkEthernet = 1

// link decodes a frame of a link type; it is false where that is not known.
func (w *walk) link(t frame.LinkType) bool {
	switch t {
	case linkEthernet:
		w.ethernet()
	case 0:
		w.null()
	case 108:
		w.loop()
	case 12, 14, 101:
		w.raw()
	case 228:
		w.ipv4()
	case 229:
		w.ipv6()
	case 9, 50:
		w.pppHDLC()
	case 204: // behind a byte that says who sent it
		w.pppBehind(1)
	case 205:
		w.directed()
		w.chdlc()
	case 206:
		w.directed()
		w.frameRelay()
	case 166:
		w.pppWithDirection()
	case 51:
		w.pppoeSession()
	case 104:
		w.chdlc()
	case 105:
		w.wlan()
	case 107:
		w.frameRelay()
	case 6:
		w.tokenRing()
	case 109:
		w.enc()
	case 117:
		w.pflog()
	case 119:
		w.prism()
	case 163:
		w.avs()
	case 192:
		w.ppi()
	case 219:
		w.mpls()
	case 10:
		w.fddi()
	case 113:
		w.sll()
	case 127:
		w.radiotap()
	case 239:
		w.nflog()
	case 276:
		w.sll2()
	case 258, 149: // 149 is for private use, and was Apple's for this before it had a number
		w.pktap()
	default:
		return false
	}
	return true
}

// directed steps over a byte that says who sent the frame.
func (w *walk) directed() { w.at = min(w.at+1, w.stop) }

// raw decodes a frame that begins with an IP packet of either version.
func (w *walk) raw() {
	w.layer(Raw, 0)
	if w.at >= w.stop {
		w.fail(Short)
		return
	}
	switch w.data[w.at] >> 4 {
	case 4:
		w.ipv4()
	case 6:
		w.ipv6()
	}
}

// null decodes a BSD loopback header: an address family in the byte order of the machine that captured.
func (w *walk) null() {
	const size = 4
	h := w.fixed(Null, size)
	if h == nil {
		return
	}
	w.add(Null, size)
	w.machineFamily(h)
}

// machineFamily decodes what an address family announces that stands in the
// byte order of the machine that captured: families are small numbers.
func (w *walk) machineFamily(h []byte) {
	family := be.Uint32(h)
	if family > 0xffff {
		family = binary.LittleEndian.Uint32(h)
	}
	w.family(family)
}

// loop decodes an OpenBSD loopback header: an address family in network byte order.
func (w *walk) loop() {
	const size = 4
	if h := w.fixed(Loop, size); h != nil {
		w.add(Loop, size)
		w.family(be.Uint32(h))
	}
}

// family decodes what an address family announces. Some writers put an
// EtherType there, which no family is as large as.
func (w *walk) family(f uint32) {
	switch {
	case f == afINET:
		w.ipv4()
	case f == afINET6Linux, f == afINET6BSD, f == afINET6FreeBSD, f == afINET6Darwin:
		w.ipv6()
	case f >= minEtherType && f <= 0xffff:
		w.etherType(uint16(f))
	}
}

// sll decodes the header of a Linux cooked capture.
func (w *walk) sll() {
	const size = 16
	h := w.fixed(SLL, size)
	if h == nil {
		return
	}
	w.add(SLL, size)
	w.cooked(be.Uint16(h[2:]), be.Uint16(h[14:]))
}

// sll2 decodes version 2 of it.
func (w *walk) sll2() {
	const size = 20
	h := w.fixed(SLL, size)
	if h == nil {
		return
	}
	w.add(SLL, size)
	w.cooked(be.Uint16(h[8:]), be.Uint16(h))
}

// cooked decodes what follows a cooked header, by the kind of device (ARPHRD_)
// and the protocol, whose meaning depends on it.
func (w *walk) cooked(device, protocol uint16) {
	const netlink, radiotap = 824, 803
	const novell, llc = 0x0001, 0x0004
	switch {
	case device == netlink || protocol == novell:
	case device == radiotap:
		w.radiotap()
	case protocol == llc:
		w.llc()
	default:
		w.etherType(protocol)
	}
}

// nflog decodes a Linux netfilter log: a header and attributes of length, type
// and value, each filled up to 4 bytes, of which one is the packet.
func (w *walk) nflog() {
	const size, payload, mask = 4, 9, 0x3fff
	h := w.fixed(NFLOG, size)
	if h == nil {
		return
	}
	for at := size; at+4 <= len(h); {
		n, t := nativeEndian(h[at:])
		if n < 4 {
			break
		}
		if t&mask == payload {
			family := h[0]
			w.layer(NFLOG, at+4)
			w.within(int(n)-4, w.at-4)
			w.family(uint32(family))
			return
		}
		at += (int(n) + 3) &^ 3
	}
	w.rest(NFLOG)
}

// nativeEndian reads an attribute's length and type in the byte order of the
// machine that captured: types are small numbers, and the upper byte has but two flags.
func nativeEndian(h []byte) (length, kind uint16) {
	const flags = 0xc0
	if h[3]&^flags == 0 {
		le := binary.LittleEndian
		return le.Uint16(h), le.Uint16(h[2:])
	}
	return be.Uint16(h), be.Uint16(h[2:])
}
