package filter

import "github.com/pcappipe/pcappipe/frame"

// LINKTYPE_ values of tcpdump.org that the code names.
const (
	linkNull        frame.LinkType = 0
	linkEthernet    frame.LinkType = 1
	linkTokenRing   frame.LinkType = 6
	linkSLIP        frame.LinkType = 8
	linkPPP         frame.LinkType = 9
	linkFDDI        frame.LinkType = 10
	linkATM1483     frame.LinkType = 100
	linkCiscoHDLC   frame.LinkType = 104
	linkWLAN        frame.LinkType = 105
	linkSLL         frame.LinkType = 113
	linkPFLog       frame.LinkType = 117
	linkPrism       frame.LinkType = 119
	linkFibreIP     frame.LinkType = 122
	linkSunATM      frame.LinkType = 123
	linkRadiotap    frame.LinkType = 127
	linkARCnetLinux frame.LinkType = 129
	linkAVS         frame.LinkType = 163
	linkPPPD        frame.LinkType = 166
	linkPPI         frame.LinkType = 192
	linkIPNet       frame.LinkType = 226
	linkNFLog       frame.LinkType = 239
	linkAnalyzer    frame.LinkType = 240
	linkSLL2        frame.LinkType = 276
	lastLink                       = 300 // no type beyond has a layout
)

// A family is how a link layer says what it carries.
type family uint8

const (
	famNone       family = iota // it does not, or not so that libpcap reads it
	famEthernet                 // EtherType, or a length and 802.2 LLC
	famType                     // EtherType
	famHDLC                     // EtherType, and 0xfefe for OSI
	famPPP                      // PPP protocol
	famSerialPPP                // the same, and the compressed headers of BSD/OS
	famLLC                      // 802.2 LLC
	famWLAN                     // 802.2 LLC in data frames
	famATM                      // 802.2 LLC where the first byte says so
	famSLL                      // EtherType or one of Linux's own
	famVersion                  // the version of IP
	famIPv4                     // IPv4 always
	famIPv6                     // IPv6 always
	famNull                     // address family in four bytes
	famLoop                     // the same, big-endian
	famPFLog                    // address family in one byte
	famNFLog                    // address family in one byte, Linux's
	famIPNet                    // address family in one byte, Solaris's
	famARCnet                   // ARCnet protocol
	famAppleTalk                // AppleTalk always
	famFrameRelay               // NLPID
	famMagic                    // a magic number; what it carries is not told
)

// A layout says where a link type's parts stand: its header, the field that
// says what it carries, and what it carries; from there the network layer, with
// LLC and SNAP headers before it or LLC alone.
type layout struct {
	family           family
	header           uint32
	typ, payload     uint32
	net, rawNet      uint32
	headerReg, plReg uint8
	magic, magicMask uint32 // of famMagic, in the first four bytes
}

// nowhere is where libpcap says that a part is where it knows none. It is added
// to as any number, so what reads there mostly reads past the frame.
const nowhere = ^uint32(0)

// layouts has every link type that libpcap can look into, and NFLOG.
var layouts = map[frame.LinkType]layout{
	linkEthernet:    {family: famEthernet, typ: 12, payload: 14, rawNet: 3},
	linkAnalyzer:    {family: famEthernet, header: 4, typ: 16, payload: 18, rawNet: 3},
	241:             {family: famEthernet, header: 12, typ: 24, payload: 26, rawNet: 3}, // netANALYZER transparent
	linkNull:        {family: famNull, payload: 4},
	108:             {family: famLoop, payload: 4},
	109:             {family: famNull, payload: 12}, // BSD ENC
	12:              {family: famVersion},           // raw IP on most systems
	14:              {family: famVersion},           // raw IP on OpenBSD
	101:             {family: famVersion},           // raw IP
	228:             {family: famIPv4},
	229:             {family: famIPv6},
	linkSLIP:        {family: famVersion, payload: 16},
	102:             {family: famVersion, payload: 24}, // BSD/OS SLIP
	linkSLL:         {family: famSLL, typ: 14, payload: 16},
	linkSLL2:        {family: famType, payload: 20},
	linkPPP:         {family: famPPP, typ: 2, payload: 4},
	50:              {family: famPPP, typ: 2, payload: 4}, // PPP in HDLC-like framing
	51:              {family: famPPP, typ: 6, payload: 8}, // PPPoE session
	103:             {family: famSerialPPP, typ: 5, payload: 24},
	linkPPPD:        {family: famPPP, typ: 2, payload: 4},
	linkCiscoHDLC:   {family: famHDLC, typ: 2, payload: 4},
	linkFDDI:        {family: famLLC, typ: 13, payload: 13, net: 8, rawNet: 3},
	linkTokenRing:   {family: famLLC, typ: 14, payload: 14, net: 8, rawNet: 3},
	linkATM1483:     {family: famLLC, net: 8, rawNet: 3},
	11:              {family: famLLC, net: 8, rawNet: 3}, // ATM RFC 1483 under its DLT number
	106:             {family: famLLC, net: 8, rawNet: 3}, // Linux classical IP over ATM
	linkFibreIP:     {family: famLLC, typ: 16, payload: 16, net: 8, rawNet: 3},
	linkSunATM:      {family: famATM, typ: 4, payload: 4, net: 8, rawNet: 3},
	linkWLAN:        {family: famWLAN, typ: 24, plReg: regPayload, net: 8, rawNet: 3},
	linkPrism:       {family: famWLAN, typ: 24, headerReg: regHeader, plReg: regPayload, net: 8, rawNet: 3},
	linkRadiotap:    {family: famWLAN, typ: 24, headerReg: regHeader, plReg: regPayload, net: 8, rawNet: 3},
	linkAVS:         {family: famWLAN, typ: 24, headerReg: regHeader, plReg: regPayload, net: 8, rawNet: 3},
	linkPPI:         {family: famWLAN, typ: 24, headerReg: regHeader, plReg: regPayload, net: 8, rawNet: 3},
	linkPFLog:       {family: famPFLog, plReg: regPayload},
	linkNFLog:       {family: famNFLog, plReg: regPayload},
	linkIPNet:       {family: famIPNet, typ: 1, payload: 24},
	7:               {family: famARCnet, typ: 2, payload: 6},
	linkARCnetLinux: {family: famARCnet, typ: 4, payload: 8},
	114:             {family: famAppleTalk},
	107:             {family: famFrameRelay},
	138:             {family: famType, typ: 16, payload: 18}, // Apple IP over IEEE 1394
	99:              {family: famType, typ: 6, payload: 44},  // Symantec firewall
}

const juniperMagic = 0x4d474300

// Juniper's link types and BACnet's: libpcap knows the magic number that they
// begin with.
func init() {
	juniper := func(typ, payload, net, rawNet uint32, links ...frame.LinkType) {
		for _, link := range links {
			layouts[link] = layout{family: famMagic, typ: typ, payload: payload, net: net, rawNet: rawNet,
				magic: juniperMagic, magicMask: 0xffffff00}
		}
	}
	juniper(4, 4, 0, nowhere, 130, 131, 134, 179, 180, 181) // MLPPP, MLFR, MFR, PPP, frame relay, HDLC
	juniper(4, 4, 0, 10, 137)                               // ATM1
	juniper(8, 8, 0, 10, 135)                               // ATM2
	juniper(16, 14, 18, 21, 167, 178)                       // PPPoE, Ethernet
	juniper(4, 6, 0, nowhere, 168)                          // PPPoE over ATM
	juniper(6, 12, 0, nowhere, 133)                         // GGSN
	juniper(12, 12, 0, nowhere, 164)                        // monitor
	// ES, services, virtual port, secure tunnel, ISM, VS, SRX, Fibre Channel, ATM CE MIC
	juniper(8, nowhere, nowhere, nowhere, 132, 136, 183, 200, 194, 232, 233, 234, 238)
	layouts[165] = layout{family: famMagic, payload: nowhere, net: nowhere, rawNet: nowhere,
		magic: 0x55ff0000, magicMask: 0xffff0000} // BACnet MS/TP
}

func newLayers(link frame.LinkType) *layers {
	at, ok := layouts[link]
	if !ok {
		link = lastLink
	}
	l := &layers{outermost: link, link: link, around: link, net: at.net, rawNet: at.rawNet, free: regFree}
	l.header = offset{k: at.header, reg: at.headerReg}
	l.outer = l.header
	l.typ = offset{k: at.typ, reg: at.headerReg}
	l.payload = offset{k: at.payload, reg: at.plReg}
	return l
}

func (l *layers) family() family { return layouts[l.link].family }
