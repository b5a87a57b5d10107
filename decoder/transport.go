package decoder

import "github.com/pcappipe/pcappipe/flow"

const (
	minTCP  = 20
	sizeUDP = 8
)

// tcp decodes a TCP header, RFC 9293.
func (w *walk) tcp() {
	if w.stop-w.at < minTCP || w.count == maxLayers {
		w.cutPorts(TCP, protoTCP, minTCP)
		return
	}
	h := w.data[w.at:w.stop]
	n := int(h[12]>>4) * 4
	if w.tracks() {
		w.segment(h, n)
	}
	if n < minTCP {
		w.bad(TCP, 13, HeaderLength, w.at+12)
		return
	}
	if n <= len(h) {
		w.add(TCP, n)
	} else {
		w.layer(TCP, n)
	}
}

// segment adds the piece of a TCP segment with a header of n bytes, as it says,
// of which at least the fixed part is there.
func (w *walk) segment(h []byte, n int) {
	src, dst := be.Uint16(h), be.Uint16(h[2:])
	if n < minTCP || w.at+n > w.end {
		w.track(protoTCP, 0, src, dst, w.stop, 0, 0)
		return
	}
	p := w.track(protoTCP, 0, src, dst, w.at+n, max(0, min(w.end, w.ip.around)-w.at-n), be.Uint16(h[12:])&0x0fff)
	p.Marks |= flow.HasTransport
	p.Header = uint8(int(p.Offset) - w.at)
	p.Seq, p.Ack, p.Window = be.Uint32(h[4:]), be.Uint32(h[8:]), be.Uint16(h[14:])
}

// udp decodes a UDP header, RFC 768, and what is carried over UDP.
func (w *walk) udp() {
	if h := w.datagram(UDP, protoUDP, sizeUDP); h != nil {
		w.overUDP(be.Uint16(h), be.Uint16(h[2:]))
	}
}

// udplite decodes a UDP-Lite header, RFC 3828: where UDP has a length, it has
// the checksum's coverage. The length is the IP packet's.
func (w *walk) udplite() { w.datagram(UDPLite, protoUDPLite, sizeUDP) }

// sctp decodes an SCTP common header, RFC 9260.
func (w *walk) sctp() { w.datagram(SCTP, protoSCTP, 12) }

// datagram decodes a header of this size that begins with ports, and returns
// it, or nil where less was captured.
func (w *walk) datagram(p Protocol, proto uint8, size int) []byte {
	if w.stop-w.at < size || w.count == maxLayers {
		w.cutPorts(p, proto, size)
		return nil
	}
	h := w.data[w.at:w.stop]
	w.add(p, size)
	if p == UDP {
		w.udpLength(int(be.Uint16(h[4:])), size)
	}
	if w.tracks() {
		p := w.track(proto, 0, be.Uint16(h), be.Uint16(h[2:]), w.at, w.end-w.at, 0)
		p.Marks |= flow.HasTransport
		p.Header = uint8(size)
	}
	return h
}

// udpLength takes the length that the UDP header behind us announces. 0 is a
// jumbogram's (RFC 2675), or a datagram's that the network card has yet to cut up: then,
// and where it is absurd, the IP packet's length counts.
func (w *walk) udpLength(n, size int) {
	field := w.at - size + 4
	switch {
	case n == 0:
	case n < size:
		w.failAt(TotalLength, field)
	default:
		w.within(n-size, field)
	}
}

// cutPorts adds the layer of a transport header of which less than its fixed
// part is there, and its piece, with ports where they are.
func (w *walk) cutPorts(p Protocol, proto uint8, size int) {
	h := w.data[w.at:w.stop]
	w.layer(p, size)
	if !w.tracks() {
		return
	}
	var src, dst uint16
	if len(h) >= 4 {
		src, dst = be.Uint16(h), be.Uint16(h[2:])
	}
	w.track(proto, 0, src, dst, w.at, 0, 0)
}

// igmp decodes the header that all versions of IGMP have, RFC 9776.
func (w *walk) igmp() {
	w.opaque(protoIGMP)
	w.layer(IGMP, 8)
}
