package decoder

import "github.com/pcappipe/pcappipe/flow"

// sizeICMP is the header of every ICMP message: type, code, checksum and four
// bytes whose meaning is the type's.
const sizeICMP = 8

// counterpart returns the type of the ICMP message that answers one of type t,
// or is answered by it (RFC 792, RFC 950, RFC 1256).
func counterpart(t uint8) (other uint8, has bool) {
	const (
		echoReply, echo          = 0, 8
		advertisement, solicit   = 9, 10
		timestamp, timestampRep  = 13, 14
		information, informatRep = 15, 16
		mask, maskReply          = 17, 18
	)
	switch t {
	case echoReply, echo:
		return echo - t, true
	case advertisement, solicit:
		return advertisement + solicit - t, true
	case timestamp, timestampRep:
		return timestamp + timestampRep - t, true
	case information, informatRep:
		return information + informatRep - t, true
	case mask, maskReply:
		return mask + maskReply - t, true
	}
	return 0, false
}

// counterpart6 is counterpart for ICMPv6 (RFC 4443, RFC 4861, RFC 2710, RFC 4620, RFC 6275).
func counterpart6(t uint8) (other uint8, has bool) {
	const (
		echo, echoReply                 = 128, 129
		listenerQuery, listenerReport   = 130, 131
		routerSolicit, routerAdvert     = 133, 134
		neighborSolicit, neighborAdvert = 135, 136
		nodeQuery, nodeResponse         = 139, 140
		homeAgent, homeAgentReply       = 144, 145
	)
	switch t {
	case echo, echoReply:
		return echo + (echoReply - t), true
	case listenerQuery, listenerReport:
		return listenerQuery + (listenerReport - t), true
	case routerSolicit, routerAdvert:
		return routerSolicit + (routerAdvert - t), true
	case neighborSolicit, neighborAdvert:
		return neighborSolicit + (neighborAdvert - t), true
	case nodeQuery, nodeResponse:
		return nodeQuery + (nodeResponse - t), true
	case homeAgent, homeAgentReply:
		return homeAgent + (homeAgentReply - t), true
	}
	return 0, false
}

// icmp decodes an ICMP message, RFC 792, and what an error quotes.
func (w *walk) icmp() {
	h := w.message(ICMP, protoICMP, counterpart)
	if h == nil {
		return
	}
	const unreachable, sourceQuench, redirect, timeExceeded, parameterProblem = 3, 4, 5, 11, 12
	switch h[0] {
	case unreachable, sourceQuench, redirect, timeExceeded, parameterProblem:
		if w.quoted() {
			w.ipv4()
		}
	}
}

// icmpv6 decodes an ICMPv6 message, RFC 4443, and what an error quotes.
func (w *walk) icmpv6() {
	h := w.message(ICMPv6, protoICMPv6, counterpart6)
	if h == nil {
		return
	}
	const unreachable, parameterProblem, redirect6 = 1, 4, 137
	switch {
	case h[0] >= unreachable && h[0] <= parameterProblem && w.quoted():
		w.ipv6()
	case h[0] == redirect6:
		w.redirected()
	}
}

// redirected decodes the packet that made a router send a redirect, which
// stands in an option behind the two addresses (RFC 4861, 4.5, 4.6.3). An
// option says its length in units of 8 bytes.
func (w *walk) redirected() {
	const addresses, unit, header = 32, 8, 4
	for at := w.at + addresses; at+unit <= w.stop; {
		n := int(w.data[at+1]) * unit
		if n == 0 {
			return
		}
		if w.data[at] != header {
			at += n
			continue
		}
		w.at = at + unit
		if w.quoted() {
			w.within(n-unit, at+1)
			w.ipv6()
		}
		return
	}
}

// quoted begins what an ICMP error quotes. It has happened before, and counts in no flow.
func (w *walk) quoted() bool {
	if w.at >= w.stop || !w.enter() {
		return false
	}
	w.part = true
	return true
}

// message decodes the header of an ICMP message and returns it. The ports of
// its flow are its type and its counterpart's; without one, its type and code.
func (w *walk) message(p Protocol, proto uint8, counterpart func(uint8) (uint8, bool)) []byte {
	h := w.data[w.at:w.stop]
	whole := w.count < maxLayers && len(h) >= sizeICMP
	w.layer(p, sizeICMP)
	if w.tracks() {
		var src, dst uint16
		kind := flow.Kind(0)
		length, marks, header := 0, flow.Mark(0), uint8(0)
		if whole {
			length, marks, header = w.end-w.at, flow.HasTransport, sizeICMP
		}
		if len(h) >= 2 {
			src, dst = uint16(h[0]), uint16(h[1])
			if other, has := counterpart(h[0]); has {
				dst = uint16(other)
			} else {
				kind = flow.OneWay
			}
		}
		p := w.track(proto, kind, src, dst, w.at, length, 0)
		p.Marks |= marks
		p.Header = header
	}
	if !whole {
		return nil
	}
	return h
}
