package decoder

import "github.com/pcappipe/pcappipe/flow"

// overUDP decodes a tunnel over UDP, told by its port. The lower port is the
// service's more often than not, so it is asked first; below 1,024 it is
// always, and the tunnel's port beside it then an ephemeral one.
func (w *walk) overUDP(src, dst uint16) {
	if w.at >= w.stop || !mayTunnel(src, dst) {
		return
	}
	if !w.tunnelPort(min(src, dst)) {
		w.tunnelPort(max(src, dst))
	}
}

// mayTunnel says whether a datagram between these ports may carry a tunnel.
func mayTunnel(src, dst uint16) bool {
	low, high := min(src, dst), max(src, dst)
	const reserved, least, most = 1024, 1701, 6635 // the tunnels' ports
	return high >= least && low <= most && (low >= reserved || low == 0)
}

// tunnelPort decodes what is carried on a tunnel's port. It is false where the port is no
// tunnel's, or the first bytes are not the tunnel's.
func (w *walk) tunnelPort(port uint16) bool {
	switch port {
	case 1701:
		return w.l2tpUDP()
	case 2123:
		return w.gtpControl()
	case 2152:
		return w.gtp()
	case 3544:
		return w.teredo()
	case 4341:
		return w.lispData()
	case 4342:
		return w.lisp()
	case 4754:
		return w.greInUDP()
	case 4789:
		return w.vxlan()
	case 4790:
		return w.vxlanGPE()
	case 5072:
		return w.ayiya()
	case 5246:
		return w.capwap(CAPWAPControl)
	case 5247:
		return w.capwap(CAPWAP)
	case 6081:
		return w.geneve()
	case 6635:
		if w.tunnel(flow.TunnelMPLS, 0) {
			w.mpls()
		}
		return true
	}
	return false
}

// hasNetwork is the flag that VXLAN has to set (RFC 7348, 5): what has not is none.
const hasNetwork = 0x08

// vxlan decodes VXLAN, RFC 7348: a header that names a virtual network, and an
// Ethernet frame.
func (w *walk) vxlan() bool {
	const size = 8
	h := w.fixed(VXLAN, size)
	if h == nil {
		return true
	}
	if h[0]&hasNetwork == 0 {
		return false
	}
	w.add(VXLAN, size)
	if w.tunnel(flow.TunnelVXLAN, be.Uint32(h[4:])>>8) {
		w.ethernet()
	}
	return true
}

// greInUDP decodes GRE over UDP, RFC 8086, which has version 0 alone.
func (w *walk) greInUDP() bool {
	if h := w.data[w.at:w.stop]; len(h) >= 2 && be.Uint16(h)&greVersion != 0 {
		return false
	}
	w.greHeader()
	return true
}

// vxlanGPE decodes VXLAN with a protocol field (draft-ietf-nvo3-vxlan-gpe).
func (w *walk) vxlanGPE() bool {
	const size, hasProtocol = 8, 0x04
	h := w.fixed(VXLANGPE, size)
	if h == nil {
		return true
	}
	if h[0]&hasNetwork == 0 {
		return false
	}
	w.add(VXLANGPE, size)
	if h[0]&hasProtocol != 0 && w.tunnel(flow.TunnelVXLAN, be.Uint32(h[4:])>>8) {
		w.nextProtocol(h[3])
	}
	return true
}

// nextProtocol decodes what VXLAN-GPE's and NSH's next protocol announces.
func (w *walk) nextProtocol(p uint8) {
	switch p {
	case 1:
		w.ipv4()
	case 2:
		w.ipv6()
	case 3:
		w.ethernet()
	case 4:
		w.nsh()
	case 5:
		w.mpls()
	}
}

// nsh decodes a network service header, RFC 8300, and the packet in it.
func (w *walk) nsh() {
	const base, service, words, ethernet = 8, 8, 0x3f, 3
	h := w.fixed(NSH, base)
	if h == nil {
		return
	}
	n := int(h[1]&words) * 4
	if n < base {
		w.bad(NSH, 2, HeaderLength, w.at+1)
		return
	}
	next := h[3]
	if w.layer(NSH, n) && (next != ethernet || w.enter()) {
		w.nextProtocol(next)
	}
}

// geneve decodes Geneve, RFC 8926: a header that names a virtual network, with
// options, and what its EtherType announces.
func (w *walk) geneve() bool {
	const fixed, words = 8, 0x3f
	h := w.fixed(Geneve, fixed)
	if h == nil {
		return true
	}
	if h[0]>>6 != 0 { // a later version, or no Geneve
		return false
	}
	protocol := be.Uint16(h[2:])
	if !w.layer(Geneve, fixed+int(h[0]&words)*4) || !w.tunnel(flow.TunnelGeneve, be.Uint32(h[4:])>>8) {
		return true
	}
	if protocol == etherBridging {
		w.ethernet()
	} else {
		w.etherType(protocol)
	}
	return true
}

// gtpControl decodes a message of GTP's control plane: version 1 (3GPP TS
// 29.060), whose header is the user plane's, or 2 (TS 29.274).
func (w *walk) gtpControl() bool {
	const fixed, version, second, hasTEID = 8, 0xe0, 0x40, 0x08
	if w.data[w.at]&version != second {
		return w.gtp()
	}
	h := w.fixed(GTPv2, fixed)
	if h == nil {
		return true
	}
	n := fixed
	if h[0]&hasTEID != 0 {
		n += 4
	}
	w.layer(GTPv2, n)
	return true
}

// gtp decodes GTP version 1 of the user plane, 3GPP TS 29.281, and the user's
// packet where the message has one.
func (w *walk) gtp() bool {
	const fixed, optional, version, options, userPacket = 8, 4, 0x30, 0x07, 255
	h := w.fixed(GTP, fixed)
	if h == nil {
		return true
	}
	if h[0]&0xf0 != version {
		return false
	}
	start := w.at
	n := fixed
	if h[0]&options != 0 {
		n += optional
		n = gtpExtensions(h, n)
	}
	if !w.layer(GTP, n) {
		return true
	}
	w.within(max(0, int(be.Uint16(h[2:]))-(n-fixed)), start+2)
	if h[1] == userPacket {
		w.version(flow.TunnelGTPU, 0)
	}
	return true
}

// gtpExtensions returns where the extension headers end that begin at n: each has its
// length in units of 4 bytes first and the next one's type last.
func gtpExtensions(h []byte, n int) int {
	for n <= len(h) && h[n-1] != 0 {
		if n == len(h) || h[n] == 0 {
			return n + 4 // at least that, and it is not there
		}
		n += int(h[n]) * 4
	}
	return n
}

// teredo decodes Teredo, RFC 4380, 5.1.1: an IPv6 packet, behind an
// authentication and an origin indication where they stand.
func (w *walk) teredo() bool {
	h := w.data[w.at:w.stop]
	n := 0
	if len(h) >= 4 && be.Uint16(h) == 1 {
		n = 4 + int(h[2]) + int(h[3]) + 9
	}
	if len(h) >= n+2 && be.Uint16(h[n:]) == 0 {
		n += 8
	}
	if n == 0 && h[0]>>4 != 6 {
		return false
	}
	if w.layer(Teredo, n) && w.tunnel(flow.TunnelTeredo, 0) {
		w.ipv6()
	}
	return true
}
