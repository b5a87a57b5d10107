package output

import "github.com/pcappipe/pcappipe/record"

// frame adds a frame in a line: its number and interface, its flow, what its packet is and
// between whom, what TCP says, and what is wrong with it.
//
//	#20 | @6 | flow:3 | TCP | 10.77.0.1:8080 > 10.77.0.2:47354 | [PSH|ACK] | len/seq/ack:143/80123690/2489359471 | exchange:3.1
func (e *cloudLogging) frame(dst []byte) []byte {
	dst = appendUint(append(dst, '#'), e.number(termNumber))
	if e.has(termInterface) {
		dst = appendUint(append(dst, " | @"...), e.number(termInterface))
	}
	if e.has(termFlow) {
		dst = appendUint(append(dst, " | flow:"...), e.number(termFlow))
	}
	if e.transport != noTransport {
		dst = append(append(dst, " | "...), e.transport.String()...)
	}
	switch {
	case e.has(termSource, termDestination):
		dst = e.ends(append(dst, " | "...))
	case e.transport == noTransport && e.has(termProtocols):
		dst = e.text(append(dst, " | "...), termProtocols)
	}
	switch e.transport {
	case tcp:
		dst = e.segment(dst)
	case icmpv4, icmpv6:
		dst = e.control(dst)
	}
	dst = e.memberships(dst)
	if e.has(termFaultReason) {
		dst = e.text(append(dst, " | FAULT "...), termFault)
		dst = e.text(append(dst, ": "...), termFaultReason)
	}
	return dst
}

// ends adds who sends to whom, with ports where there are any.
func (e *cloudLogging) ends(dst []byte) []byte {
	dst = appendAddress(dst, e.bytes(termSource))
	if e.has(termSourcePort) {
		dst = appendUint(append(dst, ':'), e.number(termSourcePort))
	}
	dst = appendAddress(append(dst, " > "...), e.bytes(termDestination))
	if e.has(termDestinationPort) {
		dst = appendUint(append(dst, ':'), e.number(termDestinationPort))
	}
	return dst
}

// tcpFlags are the letters of tcp.flags, in the order in which a message has them.
var tcpFlags = []struct {
	bit  uint64
	name string
}{{1 << 1, "SYN"}, {1 << 0, "FIN"}, {1 << 2, "RST"}, {1 << 3, "PSH"}, {1 << 4, "ACK"}, {1 << 5, "URG"}, {1 << 6, "ECE"}, {1 << 7, "CWR"}, {1 << 8, "AE"}}

// segment adds what a whole TCP header says.
func (e *cloudLogging) segment(dst []byte) []byte {
	if !e.has(termFlags, termSequence, termAck, termTCPHeader) {
		return dst
	}
	dst = append(dst, " | ["...)
	between := ""
	for _, f := range tcpFlags {
		if e.number(termFlags)&f.bit != 0 {
			dst = append(append(dst, between...), f.name...)
			between = "|"
		}
	}
	dst = append(dst, "] | "...)
	if n, known := e.payload(); known {
		dst = appendUint(append(dst, "len/seq/ack:"...), n)
	} else {
		dst = append(dst, "seq/ack:"...)
	}
	if dst[len(dst)-1] != ':' {
		dst = append(dst, '/')
	}
	return appendUint(append(appendUint(dst, e.number(termSequence)), '/'), e.number(termAck))
}

// payload returns how many bytes follow the TCP header by what IP announces: from where
// one begins in the frame to where the other ends, or, where that is not known, by the lengths of
// headers, which IPv4's says.
func (e *cloudLogging) payload() (n uint64, known bool) {
	const sourceIn4, sourceIn6, header6 = 12, 8, 40
	end, headers := int64(-1), int64(e.number(termTCPHeader))
	source := &e.values[termSource]
	placed := e.header >= 0 && e.has(termSource) && source.Op == record.InData
	switch {
	case placed && e.number(termTotal) > 0:
		end = int64(source.Num) - sourceIn4 + int64(e.number(termTotal)) - int64(e.header)
	case placed && e.number(termPayload) > 0:
		end = int64(source.Num) - sourceIn6 + header6 + int64(e.number(termPayload)) - int64(e.header)
	case placed && e.has(termFrameLength): // a sender's offloading left no length
		end = int64(e.number(termFrameLength)) - int64(e.header)
	case e.has(termTotal, termHeader):
		end = int64(e.number(termTotal)) - int64(e.number(termHeader))
	}
	if end < headers {
		return 0, false
	}
	return uint64(end - headers), true
}

// memberships adds the exchanges that the frame takes part in.
func (e *cloudLogging) memberships(dst []byte) []byte {
	if !e.has(termExchange) {
		return dst
	}
	dst = append(dst, " | exchange:"...)
	v := e.row.Values[e.exchanges:]
	for i := range v[:run(v)] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst, _ = appendText(dst, e.row.Of(&v[i]))
	}
	return dst
}
