package decoder

// mpls decodes a label stack, RFC 3032, a layer an entry, and what is under it.
func (w *walk) mpls() {
	const size, bottom = 4, 0x01
	const associatedChannel, maintenance = 13, 14 // RFC 5586, RFC 3429
	for {
		h := w.fixed(MPLS, size)
		if h == nil {
			return
		}
		w.add(MPLS, size)
		if h[2]&bottom == 0 {
			continue
		}
		switch be.Uint32(h) >> 12 {
		case associatedChannel:
			w.layer(PWACH, 4)
		case maintenance: // carries no packet
		default:
			w.unlabelled()
		}
		return
	}
}

// unlabelled decodes what is under a label stack. Nothing announces it: the
// first four bits tell IPv4, IPv6 and an associated channel (RFC 4928, RFC 4385), all
// else is an Ethernet pseudowire (RFC 4448). So is what would be IP by its
// first bits, with a length that does not fit, where a known type stands at its place.
func (w *walk) unlabelled() {
	h := w.data[w.at:w.stop]
	if len(h) == 0 {
		return
	}
	room := w.end - w.at
	switch h[0] >> 4 {
	case 1:
		w.layer(PWACH, 4)
	case 4:
		if len(h) >= minIPv4 && int(be.Uint16(h[2:])) > room && knownType(h, 0) {
			w.bridged()
			return
		}
		w.ipv4()
	case 6:
		if len(h) >= minIPv6 && minIPv6+int(be.Uint16(h[4:])) > room && knownType(h, 0) {
			w.bridged()
			return
		}
		w.ipv6()
	default:
		w.pseudowire(h)
	}
}

// pseudowire decodes an Ethernet pseudowire, with a control word or without:
// only the label's owner knows. A control word begins with four zero bits, as many
// addresses do. It is taken for one unless the types at their places speak against it.
func (w *walk) pseudowire(h []byte) {
	const word = 4
	if h[0]>>4 == 0 && (knownType(h, word) || !knownType(h, 0)) && !w.layer(PW, word) {
		return
	}
	w.bridged()
}

// knownType says whether an Ethernet header at the given place has an EtherType
// that carries most traffic.
func knownType(h []byte, at int) bool {
	if at+14 > len(h) {
		return false
	}
	switch be.Uint16(h[at+12:]) {
	case etherIPv4, etherIPv6, 0x0806, 0x8100, 0x88a8, 0x8847, 0x8848, 0x8863, 0x8864:
		return true
	}
	return false
}
