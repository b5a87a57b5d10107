package decoder

// EtherTypes (IEEE 802 Numbers) that need a name in more than one place.
const (
	etherIPv4     = 0x0800
	etherIPv6     = 0x86dd
	etherRARP     = 0x8035
	etherBridging = 0x6558 // transparent Ethernet bridging
)

// ethernet decodes an Ethernet header, IEEE 802.3: what its last field holds is
// a type from 0x600 on, a length up to 1,500, and nothing in between.
func (w *walk) ethernet() {
	const size = 14
	h := w.fixed(Eth, size)
	if h == nil {
		return
	}
	v := be.Uint16(h[12:])
	if v <= maxLength && interSwitch(h) {
		w.isl()
		return
	}
	w.add(Eth, size)
	if v != 0 { // neither a type nor the length of anything
		w.typeOrLength(v)
	}
}

// minEtherType is the least EtherType, maxLength the greatest length (IEEE 802.3, 3.2.6).
const (
	minEtherType = 0x600
	maxLength    = 1500
)

// typeOrLength decodes what follows a field that is an EtherType or, for an
// IEEE 802.3 frame, a length.
func (w *walk) typeOrLength(v uint16) {
	switch {
	case v >= minEtherType:
		w.etherType(v)
	case v <= maxLength:
		w.end = min(w.end, w.at+int(v)) // the rest is padding
		w.stop = min(w.stop, w.end)
		w.llc()
	}
}

// etherType decodes what an EtherType announces.
func (w *walk) etherType(t uint16) {
	switch t {
	case etherIPv4:
		w.ipv4()
	case etherIPv6:
		w.ipv6()
	case 0x8100, 0x9100:
		w.tag(VLAN)
	case 0x88a8:
		w.tag(IEEE8021ad)
	case 0x88e7:
		w.backboneTag()
	case 0x8926:
		w.vnTag()
	case 0x0806, etherRARP:
		w.arp()
	case 0x8847, 0x8848:
		w.mpls()
	case 0x8863:
		w.pppoeDiscovery()
	case 0x8864:
		w.pppoeSession()
	case 0x8870: // 802.2 in a frame longer than a length can say
		w.llc()
	case 0x894f:
		w.nsh()
	case 0x88e5:
		w.macsec()
	case 0xd28b:
		w.arista()
	case etherBridging:
		w.bridged()
	}
}

// bridged decodes an Ethernet frame inside the packet.
func (w *walk) bridged() {
	if w.enter() {
		w.ethernet()
	}
}

// tag decodes a VLAN tag, IEEE 802.1Q: priority and id, and what follows the tag.
// Id 0 is a priority without a VLAN.
func (w *walk) tag(p Protocol) {
	const size = 4
	h := w.fixed(p, size)
	if h == nil {
		return
	}
	w.add(p, size)
	if id := be.Uint16(h) & 0x0fff; id != 0 && w.records.Flows && !w.records.NoVLANs {
		w.scope = w.scope.AppendVLAN(id)
	}
	w.typeOrLength(be.Uint16(h[2:]))
}

// backboneTag decodes a service instance tag, IEEE 802.1Q, 9.7: behind its four
// bytes stand the addresses and the type of the frame that the backbone carries.
func (w *walk) backboneTag() {
	const size, typeAt = 18, 16
	if h := w.fixed(IEEE8021ah, size); h != nil {
		w.add(IEEE8021ah, size)
		w.typeOrLength(be.Uint16(h[typeAt:]))
	}
}

// vnTag decodes a virtual network tag: two virtual interfaces, and what follows the tag.
func (w *walk) vnTag() {
	const size, typeAt = 6, 4
	if h := w.fixed(VNTag, size); h != nil {
		w.add(VNTag, size)
		w.typeOrLength(be.Uint16(h[typeAt:]))
	}
}

// arp decodes ARP, RFC 826, with its reverse (RFC 903) and inverse (RFC 2390):
// two hardware and two protocol addresses whose lengths it says.
func (w *walk) arp() {
	const fixed = 8
	if h := w.fixed(ARP, fixed); h != nil {
		w.layer(ARP, fixed+2*int(h[4])+2*int(h[5]))
	}
}

// llc decodes an IEEE 802.2 header: two addresses and a control field of one or
// two bytes; with a SNAP header an organisation's code and what it calls a type.
func (w *walk) llc() {
	h := w.fixed(LLC, 3)
	if h == nil {
		return
	}
	const snap, internet, novell, unnumbered = 0xaa, 0x06, 0xff, 0x03
	if h[0] == novell && h[1] == novell {
		return // IPX without an LLC header
	}
	n := 4
	if h[2]&unnumbered == unnumbered {
		n = 3
	}
	switch {
	case h[0] == snap && h[1] == snap && n == 3:
		if w.layer(LLC, 8) {
			w.snap(uint32(be.Uint16(h[3:]))<<8|uint32(h[5]), be.Uint16(h[6:]))
		}
	case w.layer(LLC, n) && h[0] == internet && n == 3:
		w.ipv4()
	}
}

// snap decodes what follows a SNAP header (RFC 1042; RFC 2427, appendix C).
func (w *walk) snap(organisation uint32, t uint16) {
	const encapsulated, tunneled, bridge = 0x000000, 0x0000f8, 0x0080c2
	switch {
	case organisation == encapsulated || organisation == tunneled:
		w.etherType(t)
	case organisation == bridge && (t == 0x0001 || t == 0x0007): // 802.3 with and without FCS
		w.bridged()
	}
}
