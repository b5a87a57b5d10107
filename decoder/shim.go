package decoder

// What stands between an Ethernet header and what it carries, or before it,
// and is no VLAN: a link's own tags, stamps and seals.

// interSwitch says whether the addresses of an IEEE 802.3 frame are those that
// Cisco's switches send to each other: the header is not Ethernet's then.
func interSwitch(h []byte) bool {
	return (h[0] == 0x01 || h[0] == 0x03) && h[1] == 0 && h[2] == 0x0c && h[3] == 0 && h[4] == 0
}

// isl decodes a frame of Cisco's inter-switch link: 26 bytes, and a whole
// Ethernet frame with its check sequence.
func (w *walk) isl() {
	const size, kindAt, kinds, ethernet, fcs = 26, 5, 0xf0, 0x00, 4
	h := w.fixed(ISL, size)
	if h == nil {
		return
	}
	length := int(be.Uint16(h[12:])) // what follows this field, but for the check sequence
	w.add(ISL, size)
	if n := length - (size - 14); n >= 0 && w.at+n <= w.end {
		w.limit(n)
	}
	if h[kindAt]&kinds == ethernet && w.enter() {
		w.ethernet()
	}
}

// macsec decodes a security tag, IEEE 802.1AE, 9.3. What follows is sealed, or
// only authenticated: then a type says what it is. Both end with the check value.
func (w *walk) macsec() {
	const fixed, channel, check, kind = 6, 8, 16, 2
	const version, hasChannel, encrypted, changed = 0x80, 0x20, 0x08, 0x04
	h := w.fixed(MACsec, fixed)
	if h == nil {
		return
	}
	flags, short := h[0], int(h[1])
	n := fixed
	if flags&hasChannel != 0 {
		n += channel
	}
	if flags&version != 0 {
		w.layer(MACsec, fixed)
		return
	}
	if flags&(encrypted|changed) != 0 {
		w.layer(MACsec, n)
		return
	}
	start := w.at
	if !w.layer(MACsec, n+kind) {
		return
	}
	t := be.Uint16(h[n:])
	if short >= kind { // the rest is padding
		w.within(short-kind+check, start+1)
	}
	w.end = max(w.at, w.end-check)
	w.stop = min(w.end, w.stop)
	w.etherType(t)
}

// arista decodes a time stamp of Arista's switches: a version that says how
// long the stamp is, the stamp, and the type that stood before.
func (w *walk) arista() {
	const fixed, kind = 4, 2
	const whole, short, transmit = 0x10, 0x20, 0x100
	h := w.fixed(AVSP, fixed)
	if h == nil {
		return
	}
	stamp := 0
	switch be.Uint16(h[2:]) &^ transmit {
	case whole:
		stamp = 8
	case short:
		stamp = 6
	}
	if be.Uint16(h) != 1 || stamp == 0 {
		w.add(AVSP, fixed)
		return
	}
	if w.layer(AVSP, fixed+stamp+kind) {
		w.etherType(be.Uint16(h[fixed+stamp:]))
	}
}
