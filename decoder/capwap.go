package decoder

import "github.com/pcappipe/pcappipe/flow"

// capwap decodes CAPWAP, RFC 5415, 4: a preamble, which announces DTLS or the
// header, and on the data channel the station's frame.
func (w *walk) capwap(p Protocol) bool {
	const preamble, dtls, fixed = 4, 0x01, 8
	h := w.fixed(p, 1)
	if h == nil {
		return true
	}
	switch h[0] {
	case dtls:
		w.layer(p, preamble)
		return true
	default: // another version, or none
		return false
	case 0:
	}
	if h = w.fixed(p, fixed); h == nil {
		return true
	}
	n := int(h[1]>>3) * 4
	if n < fixed {
		w.bad(p, 2, HeaderLength, w.at+1)
		return true
	}
	if w.layer(p, n) && p == CAPWAP {
		w.station(h)
	}
	return true
}

// station decodes the frame that a CAPWAP data packet with this header carries.
func (w *walk) station(h []byte) {
	const radio, wlan = 0x3e, 1
	const native, fragment, keepAlive = 0x01, 0x80, 0x08
	first := be.Uint16(h[6:])>>3 == 0
	if h[3]&keepAlive != 0 || h[3]&fragment != 0 && !first || w.at >= w.end || !w.tunnel(flow.TunnelCAPWAP, 0) {
		return
	}
	w.part = w.part || h[3]&fragment != 0
	switch {
	case h[2]&native == 0:
		w.ethernet()
	case h[2]&radio>>1 == wlan: // and no other radio has been given a number
		w.wlanHeader(false, Swapped(w.data[w.at:w.stop]))
	}
}
