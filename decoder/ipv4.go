package decoder

import "github.com/pcappipe/pcappipe/flow"

// IP protocol numbers (IANA, Assigned Internet Protocol Numbers).
const (
	protoHopByHop = 0
	protoICMP     = 1
	protoIGMP     = 2
	protoIP       = 4
	protoTCP      = 6
	protoUDP      = 17
	protoIPv6     = 41
	protoRouting  = 43
	protoFragment = 44
	protoGRE      = 47
	protoESP      = 50
	protoAH       = 51
	protoICMPv6   = 58
	protoNoNext   = 59
	protoDestOpts = 60
	protoEtherIP  = 97
	protoPIM      = 103
	protoL2TP     = 115
	protoSCTP     = 132
	protoMobility = 135
	protoUDPLite  = 136
	protoMPLS     = 137
	protoHIP      = 139
	protoShim6    = 140
	protoEthernet = 143
)

const (
	minIPv4      = 20
	protocolIPv4 = 9  // where it says which protocol follows
	sourceIPv4   = 12 // where its source address stands
)

// ipv4 decodes an IPv4 header, RFC 791.
func (w *walk) ipv4() {
	if reason, field, n := contradiction(w.data[w.at:max(w.at, w.stop)]); reason != 0 && w.count < maxLayers {
		w.bad(IP, n, reason, w.at+field)
		return
	}
	h := w.fixed(IP, minIPv4)
	if h == nil {
		return
	}
	start, room := w.at, w.end-w.at
	n, total := int(h[0]&0x0f)*4, int(be.Uint16(h[2:]))
	if total == 0 { // a segment yet to be cut up by the network card
		total = room
	}
	w.ip = packet{kind: flow.IPv4, src: start + sourceIPv4, total: total, next: start + protocolIPv4}
	whole := n <= len(h)
	if whole {
		w.add(IP, n)
	} else {
		w.layer(IP, n)
	}
	w.announced(start, start+2)
	const more, offset, unit = 0x2000, 0x1fff, 8
	fragment := be.Uint16(h[6:])
	switch {
	case !whole:
		w.opaque(h[protocolIPv4])
	case fragment&(more|offset) == 0:
		w.upper(h[protocolIPv4])
	default:
		w.fragment(w.at, h[protocolIPv4], uint32(be.Uint16(h[4:])), uint32(fragment&offset)*unit, fragment&more != 0)
	}
}

// contradiction says what an IPv4 header says wrong of itself, as far as it was
// captured: the reason, the offset of the field, and where the field ends.
func contradiction(h []byte) (r Reason, field, end int) {
	switch {
	case len(h) < 1:
	case h[0]>>4 != 4:
		return BadVersion, 0, 1
	case h[0]&0x0f < minIPv4/4:
		return HeaderLength, 0, 1
	case len(h) >= 4:
		if total := int(be.Uint16(h[2:])); total != 0 && total < int(h[0]&0x0f)*4 {
			return TotalLength, 2, 4
		}
	}
	return 0, 0, 0
}

// announced sets the end of the innermost IP packet, which begins at start and
// whose length stands in the field at the given offset. Beyond what is around it that
// is a fault, but what the packet says of itself counts: it is what its peer was told.
func (w *walk) announced(start, field int) {
	end := start + w.ip.total
	w.ip.around = w.end
	if end > w.end {
		if w.part {
			return
		}
		w.failAt(LengthBeyond, field)
	}
	w.end, w.stop = end, min(end, len(w.data))
}

// upper decodes what an IP packet carries.
func (w *walk) upper(proto uint8) {
	if w.part && w.at >= w.end {
		return // quoted without it
	}
	if proto == protoTCP { // half of all packets
		w.tcp()
		return
	}
	switch proto {
	case protoUDP:
		w.udp()
	case protoICMP:
		w.icmp()
	case protoICMPv6:
		w.icmpv6()
	case protoIGMP:
		w.igmp()
	case protoSCTP:
		w.sctp()
	case protoUDPLite:
		w.udplite()
	case protoPIM:
		w.pim()
	case protoIP, protoIPv6:
		w.ipInIP(proto)
	case protoGRE:
		w.gre()
	case protoEtherIP:
		w.etherIP()
	case protoL2TP:
		w.l2tpIP()
	case protoMPLS:
		w.mplsInIP()
	case protoEthernet:
		w.ethernetInIP()
	case protoHopByHop:
		w.extension(HopByHop, proto)
	case protoRouting:
		w.extension(Routing, proto)
	case protoDestOpts:
		w.extension(DestOpts, proto)
	case protoMobility:
		w.extension(Mobility, proto)
	case protoHIP:
		w.extension(HIP, proto)
	case protoShim6:
		w.extension(Shim6, proto)
	case protoFragment:
		w.fragmentHeader()
	case protoAH:
		w.ah()
	case protoESP:
		w.esp()
	default:
		w.opaque(proto)
	}
}
