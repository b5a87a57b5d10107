package decoder

import "github.com/pcappipe/pcappipe/flow"

// Flags of an L2TP header: what it is, and which fields it has.
const (
	l2tpControl  = 0x8000
	l2tpLength   = 0x4000
	l2tpSequence = 0x0800
	l2tpOffset   = 0x0200
	l2tpVersion  = 0x000f
)

// l2tpUDP decodes L2TP over UDP: version 2 (RFC 2661) with the PPP packet in it, or version 3.
func (w *walk) l2tpUDP() bool {
	h := w.fixed(L2TP, 2)
	if h == nil {
		return true
	}
	switch flags := be.Uint16(h); {
	case flags&l2tpVersion == 2:
		w.l2tp2(h, flags)
	case flags&l2tpVersion == 3 && flags&l2tpControl != 0:
		w.layer(L2TP, 12)
	case flags&l2tpVersion == 3:
		w.layer(L2TP, 8)
	default:
		return false
	}
	return true
}

// l2tp2 decodes version 2: after flags, in this order and where the flags say
// so, length, tunnel and session, two sequence numbers, an offset and its padding.
func (w *walk) l2tp2(h []byte, flags uint16) {
	start, n := w.at, 6
	if flags&l2tpLength != 0 {
		n += 2
	}
	if flags&l2tpSequence != 0 {
		n += 4
	}
	if flags&l2tpOffset != 0 {
		if n+2 <= len(h) {
			n += int(be.Uint16(h[n:]))
		}
		n += 2
	}
	if !w.layer(L2TP, n) {
		return
	}
	if flags&l2tpLength != 0 {
		length := int(be.Uint16(h[2:]))
		if length < n {
			w.failAt(TotalLength, start+2)
			return
		}
		w.within(length-n, start+2)
	}
	if flags&l2tpControl == 0 && w.at < w.end && w.tunnel(flow.TunnelL2TP, 0) {
		w.ppp()
	}
}

// l2tpIP decodes version 3 over IP, RFC 3931: a session, or 0 for a control
// message. What a session carries, and behind which cookie, only its set-up says.
func (w *walk) l2tpIP() {
	w.opaque(protoL2TP)
	h := w.fixed(L2TP, 4)
	if h == nil {
		return
	}
	if be.Uint32(h) == 0 {
		w.layer(L2TP, 16)
		return
	}
	w.layer(L2TP, 4)
}
