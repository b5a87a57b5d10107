package decoder

import "github.com/pcappipe/pcappipe/flow"

// lispData decodes LISP's data plane, RFC 9300, 5.3: a header whose flags say
// what its fields mean, and an IP packet.
func (w *walk) lispData() bool {
	const size, hasInstance = 8, 0x08
	h := w.fixed(LISPData, size)
	if h == nil {
		return true
	}
	id := uint32(0)
	if h[0]&hasInstance != 0 {
		id = be.Uint32(h[4:]) >> 8
	}
	w.add(LISPData, size)
	w.version(flow.TunnelLISP, id)
	return true
}

// lisp decodes a message of LISP's control plane, RFC 9301. One kind carries
// another message with its IP header (5.8); of the others the first word is read.
func (w *walk) lisp() bool {
	const size, encapsulated = 4, 8
	h := w.fixed(LISP, size)
	if h == nil {
		return true
	}
	w.add(LISP, size)
	if h[0]>>4 == encapsulated {
		w.version(flow.TunnelLISP, 0)
	}
	return true
}

// version decodes an IP packet in a tunnel that does not say which version it has.
func (w *walk) version(t flow.Tunnel, id uint32) {
	if w.at >= w.stop {
		return
	}
	switch w.data[w.at] >> 4 {
	case 4:
		if w.tunnel(t, id) {
			w.ipv4()
		}
	case 6:
		if w.tunnel(t, id) {
			w.ipv6()
		}
	}
}
