package output

// Names of ICMP's types: RFC 792, 950, 1256 and 8335; RFC 4443, 2710, 3810, 4861 and 8335.
var (
	icmpv4Types = map[uint64]string{0: "EchoReply", 3: "DestinationUnreachable", 4: "SourceQuench", 5: "Redirect", 8: "EchoRequest",
		9: "RouterAdvertisement", 10: "RouterSolicitation", 11: "TimeExceeded", 12: "ParameterProblem", 13: "TimestampRequest",
		14: "TimestampReply", 17: "AddressMaskRequest", 18: "AddressMaskReply", 42: "ExtendedEchoRequest", 43: "ExtendedEchoReply"}
	icmpv6Types = map[uint64]string{1: "DestinationUnreachable", 2: "PacketTooBig", 3: "TimeExceeded", 4: "ParameterProblem",
		128: "EchoRequest", 129: "EchoReply", 130: "MulticastListenerQuery", 131: "MulticastListenerReport", 132: "MulticastListenerDone",
		133: "RouterSolicitation", 134: "RouterAdvertisement", 135: "NeighborSolicitation", 136: "NeighborAdvertisement", 137: "Redirect",
		143: "MulticastListenerReportV2", 160: "ExtendedEchoRequest", 161: "ExtendedEchoReply"}
)

// control adds what an ICMP header says: the type by its name, and the code where it tells more.
func (e *cloudLogging) control(dst []byte) []byte {
	if !e.has(termType) {
		return dst
	}
	names := icmpv4Types
	if e.transport == icmpv6 {
		names = icmpv6Types
	}
	kind, code := e.number(termType), e.number(termCode)
	dst = append(dst, " | "...)
	if name, known := names[kind]; known {
		dst = append(dst, name...)
	} else {
		dst = appendUint(append(dst, "Type"...), kind)
	}
	if code == 0 {
		return dst
	}
	return append(appendUint(append(dst, '('), code), ')')
}
