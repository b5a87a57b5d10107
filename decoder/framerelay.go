package decoder

// frameRelay decodes a Frame Relay header (ITU-T Q.922, 3.2): an address of
// octets of which the last has its lowest bit set, and what RFC 2427 or Cisco
// put behind it.
func (w *walk) frameRelay() {
	const least, last, unnumbered, exchange = 3, 0x01, 0x03, 0xaf
	h := w.fixed(FR, least)
	if h == nil {
		return
	}
	n := 1
	for n < len(h) && h[n-1]&last == 0 {
		n++
	}
	switch {
	case n >= len(h):
		w.layer(FR, n+1)
	case h[n] == unnumbered:
		w.frameRelayNetwork(h, n+1)
	case signalling(h[:n]) || h[n] == exchange:
		w.layer(FR, n)
	default: // Cisco's, which has a type where others have the control field
		if w.layer(FR, n+2) {
			w.etherType(be.Uint16(h[n:]))
		}
	}
}

// signalling says whether an address is that of the signalling channel, 0.
func signalling(address []byte) bool {
	const first, second, third, fourth, core = 0xfc, 0xf0, 0xfe, 0xfc, 0x02
	if len(address) < 2 {
		return true // not an address
	}
	bits := address[0]&first | address[1]&second
	if len(address) > 3 {
		bits |= address[2] & third
	}
	if final := address[len(address)-1]; len(address) > 2 && final&core == 0 {
		bits |= final & fourth
	}
	return bits == 0
}

// frameRelayNetwork decodes what stands at n, behind the control field of an
// unnumbered frame: an identifier of the network layer's protocol (RFC 2427, 4).
func (w *walk) frameRelayNetwork(h []byte, n int) {
	const padding, snap, ip, ipv6, ppp = 0x00, 0x80, 0xcc, 0x8e, 0xcf
	const organisation, kind = 3, 2
	if n < len(h) && h[n] == padding {
		n++
	}
	protocol, size := byte(padding), n+1
	if n < len(h) {
		protocol = h[n]
	}
	if protocol == snap {
		size += organisation + kind
	}
	if !w.layer(FR, size) {
		return
	}
	switch protocol {
	case ip:
		w.ipv4()
	case ipv6:
		w.ipv6()
	case ppp:
		w.ppp()
	case snap:
		w.snap(uint32(be.Uint16(h[n+1:]))<<8|uint32(h[n+3]), be.Uint16(h[n+4:]))
	}
}
