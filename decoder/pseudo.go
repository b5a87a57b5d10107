package decoder

import (
	"encoding/binary"

	"github.com/pcappipe/pcappipe/frame"
)

// What drivers and filters write before a frame or a packet: headers that were
// never sent.

// ppi decodes a per-packet information header (CACE, 3): its length and the
// link type of what follows, little endian.
func (w *walk) ppi() {
	const fixed = 8
	le := binary.LittleEndian
	h := w.fixed(PPI, fixed)
	if h == nil {
		return
	}
	n := int(le.Uint16(h[2:]))
	if n < fixed {
		w.bad(PPI, 4, HeaderLength, w.at+2)
		return
	}
	if w.layer(PPI, n) {
		w.link(frame.LinkType(le.Uint32(h[4:])))
	}
}

// prism decodes the header of drivers for Prism's radios: a message code and
// its length in the byte order of the machine, and values. AVS's header may stand in its place.
func (w *walk) prism() {
	const fixed, code, second, avs = 8, 0x44, 0x41, 0x80211000
	h := w.fixed(Prism, fixed)
	if h == nil {
		return
	}
	if be.Uint32(h)&^0xf == avs {
		w.avs()
		return
	}
	n := be.Uint32(h[4:])
	if le := binary.LittleEndian; le.Uint32(h) == code || le.Uint32(h) == second {
		n = le.Uint32(h[4:])
	}
	w.beforeWLAN(Prism, fixed, n)
}

// avs decodes the header that followed Prism's: a version, its length, and values.
func (w *walk) avs() {
	const fixed = 8
	if h := w.fixed(WLANCap, fixed); h != nil {
		w.beforeWLAN(WLANCap, fixed, be.Uint32(h[4:]))
	}
}

// beforeWLAN adds a header that says its own length, and decodes the frame behind it.
func (w *walk) beforeWLAN(p Protocol, fixed int, said uint32) {
	n := int(min(said, 1<<16))
	if n < fixed {
		w.bad(p, fixed, HeaderLength, w.at+4)
		return
	}
	if w.layer(p, n) {
		w.wlan()
	}
}

// pflog decodes what OpenBSD's packet filter logs of a packet: its own length,
// which is filled up to four bytes, and the address family.
func (w *walk) pflog() {
	const fixed = 4
	h := w.fixed(PFLog, fixed)
	if h == nil {
		return
	}
	n := (int(h[0]) + 3) &^ 3
	if n < fixed {
		w.bad(PFLog, 1, HeaderLength, w.at)
		return
	}
	if w.layer(PFLog, n) {
		w.family(uint32(h[1]))
	}
}

// enc decodes what OpenBSD says of a packet in IPsec: the address family in the
// byte order of the machine, the association, and what was done.
func (w *walk) enc() {
	const size = 12
	h := w.fixed(Enc, size)
	if h == nil {
		return
	}
	w.add(Enc, size)
	w.machineFamily(h)
}

// tokenRing decodes an IEEE 802.5 header: access and frame control, two
// addresses, and the route where the source's says that there is one.
func (w *walk) tokenRing() {
	const size, routed, routeLength, kinds, data = 14, 0x80, 0x1f, 0xc0, 0x40
	h := w.fixed(TokenRing, size)
	if h == nil {
		return
	}
	n := size
	if h[8]&routed != 0 && len(h) > size {
		n += int(h[size]&routeLength) &^ 1
	}
	if w.layer(TokenRing, n) && h[1]&kinds == data {
		w.llc()
	}
}
