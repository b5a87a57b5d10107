package decoder

// pppoeDiscovery decodes PPP over Ethernet's discovery, RFC 2516.
func (w *walk) pppoeDiscovery() { w.pppoe(PPPoED) }

// pppoeSession decodes PPP over Ethernet's session stage and the PPP packet in it.
func (w *walk) pppoeSession() {
	if w.pppoe(PPPoES) {
		w.ppp()
	}
}

// pppoe decodes the header of both stages; it is true where a packet of data follows.
func (w *walk) pppoe(p Protocol) bool {
	const size = 6
	h := w.fixed(p, size)
	if h == nil {
		return false
	}
	start := w.at
	w.add(p, size)
	w.within(int(be.Uint16(h[4:])), start+4)
	return h[1] == 0
}

// ppp decodes a PPP packet, RFC 1661: its protocol, of one or two bytes, behind
// address and control where they were not left out (RFC 1662). No protocol has
// the address's number.
func (w *walk) ppp() { w.pppBehind(0) }

// pppBehind decodes a PPP packet behind n bytes that belong to its layer.
func (w *walk) pppBehind(n int) {
	h := w.fixed(PPP, n+1)
	if h == nil {
		return
	}
	const address = 0xff
	if h[n] == address {
		n += 2
	}
	var protocol uint16
	switch {
	case len(h) > n && h[n]&1 == 1: // compressed: an odd byte is the last
		protocol = uint16(h[n])
		n++
	case len(h) >= n+2:
		protocol = be.Uint16(h[n:])
		n += 2
	default:
		w.layer(PPP, n+2)
		return
	}
	w.add(PPP, n)
	w.pppProtocol(protocol)
}

// pppProtocol decodes what a PPP protocol number announces.
func (w *walk) pppProtocol(p uint16) {
	switch p {
	case 0x0021:
		w.ipv4()
	case 0x0057:
		w.ipv6()
	case 0x0281, 0x0283:
		w.mpls()
	}
}

// pppHDLC decodes a frame that is PPP in HDLC-like framing, or Cisco's.
func (w *walk) pppHDLC() {
	const unicast, broadcast = 0x0f, 0x8f
	if w.at < w.stop && (w.data[w.at] == unicast || w.data[w.at] == broadcast) {
		w.chdlc()
		return
	}
	w.ppp()
}

// pppWithDirection decodes a PPP packet behind a byte that says who sent it.
// It stands where the address stood, of which the control is left.
func (w *walk) pppWithDirection() {
	h := w.fixed(PPP, 4)
	if h == nil {
		return
	}
	w.add(PPP, 4)
	w.pppProtocol(be.Uint16(h[2:]))
}

// chdlc decodes Cisco HDLC: address, control and an EtherType (RFC 1547, 4.3.1).
func (w *walk) chdlc() {
	const size = 4
	h := w.fixed(CHDLC, size)
	if h == nil {
		return
	}
	w.add(CHDLC, size)
	if t := be.Uint16(h[2:]); t != etherRARP { // Cisco's address resolution has its number and another format
		w.etherType(t)
	}
}
