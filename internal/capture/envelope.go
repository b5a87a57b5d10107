package capture

import (
	"math/rand/v2"
	"net/netip"
)

// An envelope is what a session's packets travel in: tags, a tunnel, and the
// fragments that both ends of a path make of them.
type envelope struct {
	fragmenter *fragmenter
	tags       []uint16 // VLANs, the outer first
	tunnel     tunnel
	from, to   netip.Addr // the tunnel's ends
	often      int        // of so many packets one is cut up; 0: none
	spoils     bool       // and some are not whole afterwards
}

type tunnel uint8

const (
	plain tunnel = iota
	vxlan
	gre
	ipInIP
)

// newEnvelope returns any envelope; most are plain.
func newEnvelope(r *rand.Rand, f *fragmenter) envelope {
	e := envelope{fragmenter: f, from: netip.AddrFrom4([4]byte{172, 16, 0, byte(1 + r.IntN(2))}), to: netip.AddrFrom4([4]byte{172, 16, 0, 9})}
	if r.IntN(6) == 0 {
		e.from, e.to = netip.AddrFrom16([16]byte{0xfd, 15: 1}), netip.AddrFrom16([16]byte{0xfd, 15: 9})
	}
	e.often = []int{0, 0, 12, 12, 3, 1}[r.IntN(6)]
	switch r.IntN(9) {
	case 0:
		e.tags = []uint16{uint16(1 + r.IntN(3))}
	case 1:
		e.tags = []uint16{uint16(1 + r.IntN(2)), uint16(1 + r.IntN(2))}
	case 2:
		e.tunnel = vxlan
	case 3:
		e.tunnel = gre
	case 4:
		e.tunnel = ipInIP
	}
	return e
}

// frames returns a packet as it goes over the wire.
func (e *envelope) frames(packet []byte) (list [][]byte) {
	for _, p := range e.cut(packet) {
		if e.tunnel != plain {
			p = e.inside(p)
		} else if p[0]>>4 == 6 { // which only its sender cuts up
			list = append(list, e.frame(p))
			continue
		}
		for _, q := range e.cut(p) {
			list = append(list, e.frame(q))
		}
	}
	return list
}

// cut returns a packet, or its fragments.
func (e *envelope) cut(packet []byte) [][]byte {
	f := e.fragmenter
	if e.often == 0 || f.r.IntN(e.often) != 0 || len(payloadOf(packet)) < 16 {
		return [][]byte{packet}
	}
	if e.spoils && whole(packet) && f.r.IntN(6) == 0 {
		return f.spoil(packet)
	}
	return f.cut(packet)
}

// inside returns the packet of the tunnel that carries a packet.
func (e *envelope) inside(packet []byte) []byte {
	kind := EtherTypeOf(packet)
	switch e.tunnel {
	case vxlan:
		header := []byte{8, 0, 0, 0, 0, 0, 7, 0}
		return IP(e.from, e.to, 17, UDP(5000, 4789, append(header, Ethernet(kind, packet)...)))
	case gre:
		return IP(e.from, e.to, 47, append([]byte{0, 0, byte(kind >> 8), byte(kind)}, packet...))
	}
	if kind == 0x86dd {
		return IP(e.from, e.to, 41, packet)
	}
	return IP(e.from, e.to, 4, packet)
}

// frame returns the frame that a packet leaves in.
func (e *envelope) frame(packet []byte) []byte {
	kind := EtherTypeOf(packet)
	for i := len(e.tags) - 1; i >= 0; i-- {
		packet, kind = VLAN(e.tags[i], kind, packet), 0x8100
	}
	return Ethernet(kind, packet)
}
