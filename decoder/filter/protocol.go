package filter

// IP protocol numbers that the code names.
const (
	protoICMP   = 1
	protoTCP    = 6
	protoUDP    = 17
	protoFrag   = 44
	protoAH     = 51
	protoICMPv6 = 58
	protoSCTP   = 132
)

// Network-layer protocol identifiers of OSI.
const (
	isoCLNP = 0x81
	isoESIS = 0x82
	isoISIS = 0x83
)

// isProtocol holds where the protocol is the one of a word alone, such as "tcp".
// It is nil for words that are not protocols.
func isProtocol(word string) expression {
	if number, ok := etherWords[word]; ok {
		return carries(number)
	}
	if number, ok := ipWords[word]; ok {
		return ipProtocol("", number)
	}
	if number, ok := ip4Words[word]; ok {
		return ipProtocol("ip", number)
	}
	if number, ok := isoWords[word]; ok {
		return func(l *layers) *block { return l.iso(number) }
	}
	if pdus, ok := isisPDUs[word]; ok {
		return func(l *layers) *block {
			b := falseBlock
			for _, pdu := range pdus {
				b = or(b, l.isis(pdu))
			}
			return b
		}
	}
	if word == "icmp6" {
		return ipProtocol("ip6", protoICMPv6)
	}
	return nil
}

var (
	etherWords = map[string]uint32{
		"ip": typeIP, "ip6": typeIPv6, "arp": typeARP, "rarp": typeRARP, "atalk": typeAtalk,
		"aarp": typeAARP, "decnet": typeDECnet, "sca": typeSCA, "lat": typeLAT, "mopdl": typeMOPDL,
		"moprc": typeMOPRC, "iso": sapISO, "stp": sapSTP, "ipx": sapIPX, "netbeui": sapNetBEUI,
	}
	ipWords  = map[string]uint32{"sctp": protoSCTP, "tcp": protoTCP, "udp": protoUDP, "pim": 103, "ah": protoAH, "esp": 50}
	ip4Words = map[string]uint32{"icmp": protoICMP, "igmp": 2, "igrp": 9, "vrrp": 112, "carp": 112}
	isoWords = map[string]uint32{"clnp": isoCLNP, "esis": isoESIS, "isis": isoISIS}
)

// isisPDUs are the IS-IS PDU types of each word.
var isisPDUs = map[string][]uint32{
	"l1":   {26, 24, 18, 15, 17},
	"l2":   {27, 25, 20, 16, 17},
	"iih":  {17, 15, 16},
	"lsp":  {18, 20},
	"snp":  {27, 26, 24, 25},
	"csnp": {24, 25},
	"psnp": {26, 27},
}

func carries(protocol uint32) expression {
	return func(l *layers) *block { return l.carries(protocol) }
}

// protocolNumber is "proto N" after a qualifier; nil where the qualifier has no
// protocols in it.
func protocolNumber(qualifier string, number uint32) expression {
	switch qualifier {
	case "", "ip", "ip6":
		return ipProtocol(qualifier, number)
	case "link":
		return carries(number)
	case "iso":
		return func(l *layers) *block { return l.iso(number) }
	case "isis":
		return func(l *layers) *block { return l.isis(number) }
	}
	return nil
}

// ipProtocol holds where the IP header names a protocol. version is ip, ip6 or
// empty for both.
func ipProtocol(version string, number uint32) expression {
	return func(l *layers) *block {
		b := falseBlock
		if version != "ip6" {
			b = and(l.carries(typeIP), l.equal(inNet, 9, 1, number))
		}
		if version != "ip" {
			b = or(b, and(l.carries(typeIPv6), l.nextHeader(number)))
		}
		return b
	}
}

// nextHeader looks at the fixed header of IPv6 and into a fragment header that
// follows it, no further.
func (l *layers) nextHeader(number uint32) *block {
	return or(l.equal(inNet, 6, 1, number),
		and(l.equal(inNet, 6, 1, protoFrag), l.equal(inNet, 40, 1, number)))
}

func (l *layers) iso(number uint32) *block {
	switch l.family() {
	case famFrameRelay:
		return l.equal(inHeader, 2, 2, 0x0300|number)
	case famHDLC:
		return and(l.carries(sapISO<<8|sapISO), l.equal(inRawNet, 1, 1, number))
	}
	return and(l.carries(sapISO), l.equal(inRawNet, 0, 1, number))
}

func (l *layers) isis(pdu uint32) *block {
	return and(l.iso(isoISIS), l.equal(inRawNet, 4, 1, pdu))
}

// protocolChain is "protochain N": the headers behind the first are looked at
// too. Where headers stand at no fixed place it is false, as libpcap refuses it.
func protocolChain(version string, number uint32) expression {
	return func(l *layers) *block {
		at, _ := l.locate(inNet, 0)
		if at.reg != 0 || number > 255 {
			return falseBlock
		}
		in := instr{hdr: at.k, next: uint8(number)}
		b := falseBlock
		if version != "ip6" {
			in.op = opChain4
			b = and(l.carries(typeIP), test(in))
		}
		if version != "ip" {
			in.op = opChain6
			b = or(b, and(l.carries(typeIPv6), test(in)))
		}
		return b
	}
}

// chain follows the headers of a packet until one is next (1), or there are no
// more (0), or they leave the frame (false). Every step goes forward, so it ends.
func chain(data []byte, header uint32, next uint8, six bool) (uint32, bool) {
	at, field := uint64(header), uint64(header)+9
	if six {
		field = at + 6
	}
	now, ok := load(data, field, 1)
	first, ok2 := load(data, at, 1)
	if !ok || !ok2 {
		return 0, false
	}
	if six {
		at += 40
	} else {
		at += uint64(first & 15 * 4)
	}
	for now != uint32(next) {
		unit, add := uint64(8), uint64(1)
		switch {
		case now == protoAH:
			unit, add = 4, 2
		case six && (now == 0 || now == 43 || now == protoFrag || now == 60):
		default:
			return 0, true
		}
		both, ok := load(data, at, 2)
		if !ok {
			return 0, false
		}
		now = both >> 8
		at += (uint64(both&0xff) + add) * unit
	}
	return 1, true
}
