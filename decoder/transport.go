package decoder

import "github.com/pcappipe/pcappipe/flow"

const minTCP = 20

// tcp decodes a TCP header, RFC 9293.
func (w *walk) tcp() {
	if w.stop-w.at < minTCP || w.count == maxLayers {
		w.cutPorts(TCP, protoTCP, minTCP)
		return
	}
	h := w.data[w.at:w.stop]
	n := int(h[12]>>4) * 4
	p := flow.Piece{Offset: uint32(w.at + n), Length: uint32(max(0, w.end-w.at-n))}
	if n < minTCP || w.at+n > w.end {
		p.Offset, p.Length = uint32(w.stop), 0
	} else {
		p.Marks = flow.HasTransport
		p.Seq, p.Ack = be.Uint32(h[4:]), be.Uint32(h[8:])
		p.Flags, p.Window = be.Uint16(h[12:])&0x0fff, be.Uint16(h[14:])
	}
	if w.tracks() {
		w.track(protoTCP, 0, be.Uint16(h), be.Uint16(h[2:]), &p)
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

// udp decodes a UDP header, RFC 768, and what is carried over UDP.
func (w *walk) udp() {
	if h := w.datagram(UDP, protoUDP, 8); h != nil {
		w.overUDP(be.Uint16(h), be.Uint16(h[2:]))
	}
}

// udplite decodes a UDP-Lite header, RFC 3828: where UDP has a length, it has
// the checksum's coverage. The length is the IP packet's.
func (w *walk) udplite() { w.datagram(UDPLite, protoUDPLite, 8) }

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
		piece := flow.Piece{Offset: uint32(w.at), Length: uint32(w.end - w.at), Marks: flow.HasTransport}
		w.track(proto, 0, be.Uint16(h), be.Uint16(h[2:]), &piece)
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
	piece := flow.Piece{Offset: uint32(w.at)}
	var src, dst uint16
	if len(h) >= 4 {
		src, dst = be.Uint16(h), be.Uint16(h[2:])
	}
	w.track(proto, 0, src, dst, &piece)
}

// igmp decodes the header that all versions of IGMP have, RFC 9776.
func (w *walk) igmp() {
	w.opaque(protoIGMP)
	w.layer(IGMP, 8)
}
