package decoder

import "github.com/pcappipe/pcappipe/flow"

// What GRE carries beyond EtherTypes.
const (
	greERSPAN    = 0x88be
	greERSPAN3   = 0x22eb
	greKeepalive = 0x0000
)

// Flags of a GRE header: which fields it has (RFC 1701, RFC 2784, RFC 2890; RFC 2637).
const (
	greChecksum = 0x8000
	greRouting  = 0x4000
	greKey      = 0x2000
	greSequence = 0x1000
	greAck      = 0x0080
	greVersion  = 0x0007
)

// gre decodes GRE over IP, of version 0 (RFC 2784) or 1 (PPTP's, RFC 2637).
func (w *walk) gre() {
	w.opaque(protoGRE)
	w.greHeader()
}

func (w *walk) greHeader() {
	h := w.fixed(GRE, 4)
	if h == nil {
		return
	}
	start := w.at
	flags, protocol := be.Uint16(h), be.Uint16(h[2:])
	n, key := greSize(h, flags)
	if !w.layer(GRE, n) {
		return
	}
	switch {
	case flags&greVersion > 1:
		w.failAt(BadVersion, start+1)
		return
	case flags&greVersion == 1:
		if flags&greSequence == 0 { // an acknowledgement alone
			return
		}
		w.within(int(key>>16), start+4)
	}
	if w.at >= w.end {
		return
	}
	switch {
	case protocol == greERSPAN:
		w.erspan(flags&greSequence != 0)
	case protocol == greERSPAN3:
		w.erspan3()
	case protocol == etherBridging:
		if w.tunnel(flow.TunnelGRE, key>>8) { // NVGRE, RFC 7637: the rest of the key is entropy
			w.ethernet()
		}
	case protocol != greKeepalive:
		if w.tunnel(flow.TunnelGRE, 0) {
			w.greProtocol(protocol)
		}
	}
}

// greProtocol decodes what GRE carries: an EtherType's packet, PPP, or what an
// Aruba access point forwards, whose numbers tell its queues apart.
func (w *walk) greProtocol(protocol uint16) {
	const ppp, aruba, arubaQueues = 0x880b, 0x8200, 0x01f0
	switch {
	case protocol == ppp:
		w.ppp()
	case protocol&^arubaQueues == aruba:
		w.wlan()
	default:
		w.etherType(protocol)
	}
}

// greSize returns the size of a GRE header and the key in it. Each source route entry
// says its own length; one of length 0 ends the list.
func greSize(h []byte, flags uint16) (n int, key uint32) {
	n = 4
	if flags&(greChecksum|greRouting) != 0 {
		n += 4
	}
	if flags&greKey != 0 {
		if n+4 <= len(h) {
			key = be.Uint32(h[n:])
		}
		n += 4
	}
	if flags&greSequence != 0 {
		n += 4
	}
	if flags&greVersion == 1 {
		if flags&greAck != 0 {
			n += 4
		}
		return n, key
	}
	for flags&greRouting != 0 {
		if n+4 > len(h) {
			return n + 4, key
		}
		size := int(h[n+3])
		n += 4 + size
		if size == 0 {
			break
		}
	}
	return n, key
}

// erspan decodes ERSPAN of type II, which GRE numbers, or type I, which has no
// header (draft-foschiano-erspan).
func (w *walk) erspan(numbered bool) {
	const size, session = 8, 0x03ff
	id := uint32(0)
	if !numbered {
		if !w.layer(ERSPAN, 0) {
			return
		}
	} else if h := w.fixed(ERSPAN, size); h != nil {
		w.add(ERSPAN, size)
		id = uint32(be.Uint16(h[2:]) & session)
	} else {
		return
	}
	if w.tunnel(flow.TunnelERSPAN, id) {
		w.ethernet()
	}
}

// erspan3 decodes ERSPAN of type III.
func (w *walk) erspan3() {
	const size, session, subheader = 12, 0x03ff, 0x01
	const frameType, ethernet, ip = 0x7c, 0 << 2, 2 << 2
	h := w.fixed(ERSPAN, size)
	if h == nil {
		return
	}
	n := size
	if h[11]&subheader != 0 {
		n += 8
	}
	if !w.layer(ERSPAN, n) {
		return
	}
	kind := h[10] & frameType
	if kind != ethernet && kind != ip || !w.tunnel(flow.TunnelERSPAN, uint32(be.Uint16(h[2:])&session)) {
		return
	}
	if kind == ethernet {
		w.ethernet()
	} else {
		w.ipv4()
	}
}

// etherIP decodes an Ethernet frame over IP, RFC 3378.
func (w *walk) etherIP() {
	w.opaque(protoEtherIP)
	if w.layer(EtherIP, 2) && w.tunnel(flow.TunnelIP, 0) {
		w.ethernet()
	}
}

// ethernetInIP decodes an Ethernet frame directly over IP, RFC 8986, 10.1.
func (w *walk) ethernetInIP() {
	w.opaque(protoEthernet)
	if w.tunnel(flow.TunnelIP, 0) {
		w.ethernet()
	}
}

// ipInIP decodes IP in IP: RFC 2003, RFC 4213, RFC 2473.
func (w *walk) ipInIP(proto uint8) {
	w.opaque(proto)
	if !w.tunnel(flow.TunnelIP, 0) {
		return
	}
	if proto == protoIP {
		w.ipv4()
	} else {
		w.ipv6()
	}
}

// mplsInIP decodes a label stack over IP, RFC 4023.
func (w *walk) mplsInIP() {
	w.opaque(protoMPLS)
	if w.tunnel(flow.TunnelMPLS, 0) {
		w.mpls()
	}
}
