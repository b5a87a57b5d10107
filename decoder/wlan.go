package decoder

import "encoding/binary"

// radiotap decodes a radiotap header (radiotap.org), little endian throughout.
// Of its fields the flags matter here: they say whether a check sequence ends the
// frame, and whether the 802.11 header is filled up to 4 bytes.
func (w *walk) radiotap() {
	const fixed, hasTime, hasFlags, more = 8, 1 << 0, 1 << 1, 1 << 31
	const fcs, padded = 0x10, 0x20
	le := binary.LittleEndian
	h := w.fixed(Radiotap, fixed)
	if h == nil {
		return
	}
	n := int(le.Uint16(h[2:]))
	if n < fixed {
		w.bad(Radiotap, 4, HeaderLength, w.at+2)
		return
	}
	if !w.layer(Radiotap, n) {
		return
	}
	h = h[:n]
	present, at := le.Uint32(h[4:]), 4
	for last := present; ; last = le.Uint32(h[at:]) {
		at += 4
		if last&more == 0 || at+4 > n {
			break
		}
	}
	if present&hasTime != 0 {
		at = (at+7)&^7 + 8
	}
	flags := byte(0)
	if present&hasFlags != 0 && at < n {
		flags = h[at]
	}
	if flags&fcs != 0 && w.end-w.at >= 4 {
		w.end -= 4
		w.stop = min(w.stop, w.end)
	}
	w.wlanHeader(flags&padded != 0, false)
}

// wlan decodes an IEEE 802.11 header.
func (w *walk) wlan() { w.wlanHeader(false, false) }

// Swapped says whether the two bytes of frame control at the beginning of an
// IEEE 802.11 frame in CAPWAP stand in the other order. RFC 5416 does not have it so,
// but most access points do; the version, which is 0, tells where it can.
func Swapped(control []byte) bool {
	const version = 0x03
	return len(control) >= 2 && (control[0]&version != 0 || control[1]&version == 0)
}

func (w *walk) wlanHeader(padded, swapped bool) {
	const (
		management, control, data, extension = 0, 1, 2, 3
		toDS, fromDS, protected, order       = 0x01, 0x02, 0x40, 0x80
		null, qos                            = 0x04, 0x08
	)
	h := w.fixed(WLAN, 2)
	if h == nil {
		return
	}
	what, flags := h[0], h[1]
	if swapped {
		what, flags = flags, what
	}
	kind, subtype := what>>2&3, what>>4
	if kind != data {
		n := 24
		if kind == control || kind == extension {
			n = controlSize(subtype)
		}
		w.layer(WLAN, n)
		return
	}
	n := 24
	if flags&(toDS|fromDS) == toDS|fromDS {
		n += 6 // the fourth address
	}
	qosAt := n
	if subtype&qos != 0 {
		n += 2
		if flags&order != 0 {
			n += 4 // HT control
		}
	}
	if padded {
		n = (n + 3) &^ 3
	}
	if !w.layer(WLAN, n) || subtype&null != 0 || flags&protected != 0 {
		return
	}
	const aggregate = 0x80
	if subtype&qos != 0 && h[qosAt]&aggregate != 0 {
		w.aggregate()
		return
	}
	w.llc()
}

// controlSize returns the size of a control frame's header: two addresses, or one.
func controlSize(subtype byte) int {
	const cts, ack = 12, 13
	if subtype == cts || subtype == ack {
		return 10
	}
	return 16
}

// aggregate decodes an A-MSDU (IEEE 802.11, 9.3.2.2.2): frames, each with two
// addresses and a length, filled up to 4 bytes. Each is a packet of its own.
func (w *walk) aggregate() {
	const size = 14
	end, part := w.end, w.part
	for first := true; w.at < min(end, len(w.data)); first = false {
		w.end, w.stop = end, min(end, len(w.data))
		if !first && !w.enter() {
			return
		}
		h := w.fixed(WLANAggregate, size)
		if h == nil {
			return
		}
		start := w.at
		w.add(WLANAggregate, size)
		n := int(be.Uint16(h[12:]))
		w.within(n, start+12)
		level, scope := w.level, len(w.scope)
		w.llc()
		w.level, w.scope, w.part = level, w.scope[:scope], part
		w.at = start + (size+n+3)&^3
	}
}
