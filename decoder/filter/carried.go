package filter

// EtherTypes (IEEE 802 Numbers) and, up to 1500, 802.2 service access points.
const (
	typeIP       = 0x0800
	typeARP      = 0x0806
	typeMOPDL    = 0x6001
	typeMOPRC    = 0x6002
	typeDECnet   = 0x6003
	typeLAT      = 0x6004
	typeSCA      = 0x6007
	typeBridging = 0x6558 // Ethernet inside, of Geneve
	typeRARP     = 0x8035
	typeAtalk    = 0x809b
	typeAARP     = 0x80f3
	typeVLAN     = 0x8100
	typeIPX      = 0x8137
	typeIPv6     = 0x86dd
	typeMPLS     = 0x8847
	typePPPoED   = 0x8863
	typePPPoES   = 0x8864
	typeQinQ     = 0x88a8
	typeLoopback = 0x9000
	typeOldQinQ  = 0x9100

	sapIP      = 0x06
	sapSTP     = 0x42
	sapSNAP    = 0xaa
	sapIPX     = 0xe0
	sapNetBEUI = 0xf0
	sapISO     = 0xfe

	longestLength = 1500 // an Ethernet type field up to here is a length
)

// carries holds where the current link layer carries protocol, an EtherType or
// a service access point.
func (l *layers) carries(protocol uint32) *block {
	if l.labels > 0 {
		return l.labelCarries(protocol)
	}
	switch l.family() {
	case famEthernet:
		if l.inGeneve {
			return l.ethernetCarries(protocol)
		}
		return and(l.realHeader(), l.ethernetCarries(protocol))
	case famHDLC:
		if protocol == sapISO {
			protocol = sapISO<<8 | sapISO
		}
		return l.equal(inType, 0, 2, protocol)
	case famPPP, famSerialPPP:
		return l.pppCarries(protocol)
	case famWLAN:
		return and(l.wlanData(), l.llcCarries(protocol))
	case famLLC:
		return l.llcCarries(protocol)
	case famATM:
		return and(l.masked(inHeader, 0, 1, atmLLC, 0x0f), l.llcCarries(protocol))
	case famSLL:
		return l.sllCarries(protocol)
	case famType:
		return l.equal(inType, 0, 2, protocol)
	case famARCnet:
		return l.arcnetCarries(protocol)
	case famFrameRelay:
		return l.frameRelayCarries(protocol)
	case famAppleTalk:
		return constant(protocol == typeAtalk)
	case famMagic:
		at := layouts[l.link]
		return l.masked(inHeader, 0, 4, at.magic, at.magicMask)
	}
	return l.ipCarries(protocol)
}

func constant(b bool) *block {
	if b {
		return trueBlock
	}
	return falseBlock
}

// labelCarries tells IPv4 from IPv6 behind the last MPLS label.
func (l *layers) labelCarries(protocol uint32) *block {
	version := uint32(0x40)
	if protocol == typeIPv6 {
		version = 0x60
	} else if protocol != typeIP {
		return l.fail("only ip and ip6 can be told behind mpls")
	}
	return and(l.bits(inLabel, 2, 1, 0x01), l.masked(inNet, 0, 1, version, 0xf0))
}

// ipCarries is for link types that carry IP alone, and those that tell nothing.
func (l *layers) ipCarries(protocol uint32) *block {
	if protocol != typeIP && protocol != typeIPv6 {
		return falseBlock
	}
	six := protocol == typeIPv6
	choose := func(four, other uint32) uint32 {
		if six {
			return other
		}
		return four
	}
	switch l.family() {
	case famVersion:
		return l.masked(inHeader, 0, 1, choose(0x40, 0x60), 0xf0)
	case famIPv4:
		return constant(!six)
	case famIPv6:
		return constant(six)
	case famNull, famLoop:
		return l.loopbackCarries(six)
	case famPFLog:
		return l.familyIs(1, six)
	case famNFLog:
		return l.equal(inHeader, 0, 1, choose(2, 10))
	case famIPNet:
		return l.equal(inType, 0, 1, choose(2, 26))
	}
	l.refused = true
	return falseBlock
}

// familyIs looks at an address family of one byte, in BSD's numbers and, as
// libpcap on Linux does, in Linux's.
func (l *layers) familyIs(off uint32, six bool) *block {
	if !six {
		return l.equal(inHeader, off, 1, 2)
	}
	return or(l.equal(inHeader, off, 1, 10), l.equal(inHeader, off, 1, 24),
		l.equal(inHeader, off, 1, 28), l.equal(inHeader, off, 1, 30))
}

// loopbackCarries knows that systems number AF_INET6 differently, and that a
// file does not say which byte order its frames were made in.
func (l *layers) loopbackCarries(six bool) *block {
	families := []uint32{2}
	if six {
		families = []uint32{24, 28, 30} // OpenBSD and NetBSD, FreeBSD, macOS
	}
	b := falseBlock
	for _, f := range families {
		b = or(b, l.equal(inHeader, 0, 4, f))
		if l.family() == famNull {
			b = or(b, l.equal(inHeader, 0, 4, f<<24))
		}
	}
	return b
}

func (l *layers) ethernetCarries(protocol uint32) *block {
	hasLength := l.atMost(inType, 0, 2, longestLength)
	isType := l.equal(inType, 0, 2, protocol)
	switch protocol {
	case sapISO, sapIP, sapNetBEUI:
		return and(hasLength, l.equal(inLLC, 0, 2, protocol<<8|protocol))
	case sapIPX:
		inside := or(l.snap(0, typeIPX), l.equal(inLLC, 0, 1, sapIPX), l.equal(inLLC, 0, 2, 0xffff))
		return or(l.equal(inType, 0, 2, typeIPX), and(hasLength, inside))
	case typeAtalk:
		return or(isType, and(hasLength, l.snap(0x080007, typeAtalk)))
	case typeAARP:
		return or(isType, and(hasLength, l.snap(0, typeAARP)))
	}
	if protocol <= longestLength {
		return and(hasLength, l.equal(inType, 2, 1, protocol))
	}
	return isType
}

// What the protocol field of a Linux cooked header can be besides an EtherType.
const (
	sllRawIPX = 1
	sllLLC    = 4
)

func (l *layers) sllCarries(protocol uint32) *block {
	hasLLC := l.equal(inType, 0, 2, sllLLC)
	isType := l.equal(inType, 0, 2, protocol)
	switch protocol {
	case sapISO, sapIP, sapNetBEUI:
		return and(hasLLC, l.equal(inLLC, 0, 2, protocol<<8|protocol))
	case sapIPX:
		inside := or(l.equal(inLLC, 0, 1, sapIPX), l.snap(0, typeIPX))
		return or(l.equal(inType, 0, 2, typeIPX), l.equal(inType, 0, 2, sllRawIPX), and(hasLLC, inside))
	case typeAtalk:
		return or(isType, and(hasLLC, l.snap(0x080007, typeAtalk)))
	case typeAARP:
		return or(isType, and(hasLLC, l.snap(0, typeAARP)))
	}
	if protocol <= longestLength {
		return and(hasLLC, l.equal(inHeader, l.payload.k, 1, protocol))
	}
	return isType
}

// llcCarries looks at the access points, or at the type of a SNAP header without
// asking whether there is one.
func (l *layers) llcCarries(protocol uint32) *block {
	switch protocol {
	case sapIP, sapISO, sapNetBEUI:
		return l.equal(inLLC, 0, 2, protocol<<8|protocol)
	case typeAtalk:
		return l.snap(0x080007, typeAtalk)
	}
	if protocol <= longestLength {
		return l.equal(inLLC, 0, 1, protocol)
	}
	return l.equal(inLLC, 6, 2, protocol)
}

// snap holds where a SNAP header names an organization and a type.
func (l *layers) snap(organization, protocol uint32) *block {
	return l.same(inLLC, 0, []byte{
		sapSNAP, sapSNAP, 3,
		byte(organization >> 16), byte(organization >> 8), byte(organization),
		byte(protocol >> 8), byte(protocol),
	})
}

// pppProtocols are the PPP numbers of what Ethernet has another for.
var pppProtocols = map[uint32]uint32{
	typeIP: 0x21, typeIPv6: 0x57, typeDECnet: 0x27, typeAtalk: 0x29, 0x0600: 0x25,
	sapISO: 0x23, sapSTP: 0x31, sapIPX: 0x2b,
}

func (l *layers) pppCarries(protocol uint32) *block {
	if l.family() == famSerialPPP && protocol == typeIP {
		return or(l.equal(inType, 0, 2, 0x2f), l.equal(inType, 0, 2, 0x21), l.equal(inType, 0, 2, 0x2d))
	}
	if number, ok := pppProtocols[protocol]; ok {
		protocol = number
	}
	return l.equal(inType, 0, 2, protocol)
}

// arcnetProtocols has for each EtherType the ARCnet numbers of now and before.
var arcnetProtocols = map[uint32][]uint32{
	typeIP: {212, 240}, typeARP: {213, 241}, typeRARP: {214}, typeAtalk: {221}, typeIPv6: {196},
}

func (l *layers) arcnetCarries(protocol uint32) *block {
	b := falseBlock
	for _, number := range arcnetProtocols[protocol] {
		b = or(b, l.equal(inType, 0, 1, number))
	}
	return b
}

func (l *layers) frameRelayCarries(protocol uint32) *block {
	nlpid := func(id uint32) *block { return l.equal(inHeader, 2, 2, 0x0300|id) }
	switch protocol {
	case typeIP:
		return nlpid(0xcc)
	case typeIPv6:
		return nlpid(0x8e)
	case sapISO:
		return or(nlpid(isoCLNP), nlpid(isoESIS), nlpid(isoISIS))
	}
	return falseBlock
}

// realHeader holds where the current link layer's header is there at all: a LANE
// frame can be a control frame, and Geneve can carry IP alone.
func (l *layers) realHeader() *block {
	switch {
	case l.inGeneve:
		return test(instr{op: opDiffer, reg: l.header.reg})
	case l.around == linkSunATM:
		return not(l.equal(inOuter, 4, 2, 0xff00))
	}
	return trueBlock
}
