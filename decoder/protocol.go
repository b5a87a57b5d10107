package decoder

// A Protocol is one kind of layer.
type Protocol uint8

// What the decoder knows. The zero Protocol is none.
const (
	_ Protocol = iota

	// Link layer and what stands between it and IP.
	Eth
	VLAN       // IEEE 802.1Q
	IEEE8021ad // IEEE 802.1Q service tag (QinQ)
	IEEE8021ah // IEEE 802.1Q backbone service instance tag, with the inner addresses and type
	VNTag      // virtual interfaces, what became IEEE 802.1BR
	LLC        // IEEE 802.2, with or without SNAP
	MPLS       // one label stack entry, RFC 3032
	PW         // Ethernet pseudowire control word, RFC 4448
	PWACH      // pseudowire associated channel header, RFC 4385
	PPPoED     // PPPoE discovery, RFC 2516
	PPPoES     // PPPoE session
	PPP        // RFC 1661: protocol field, with address and control where they stand
	CHDLC      // Cisco HDLC
	NSH        // RFC 8300
	Null       // BSD loopback, host byte order
	Loop       // OpenBSD loopback, network byte order
	Raw        // no link layer: IP begins the frame. Its layer has no bytes
	SLL        // Linux cooked capture, versions 1 and 2
	Radiotap
	WLAN          // IEEE 802.11
	WLANAggregate // A-MSDU
	NFLOG
	PKTAP // what Apple's systems say of a frame
	PPI   // per-packet information
	Prism
	WLANCap   // AVS
	PFLog     // OpenBSD's packet filter
	Enc       // OpenBSD's IPsec
	TokenRing // IEEE 802.5
	FR        // Frame Relay, Q.922 and RFC 2427
	FDDI      // ISO 9314-2
	ISL       // Cisco's inter-switch link
	AVSP      // Arista's timestamp in a frame
	MACsec    // IEEE 802.1AE
	ARP       // also reverse and inverse ARP

	// Internet layer.
	IP
	IPv6
	HopByHop
	Routing
	FragmentHeader
	DestOpts
	AH
	ESP
	Mobility // RFC 6275
	HIP      // RFC 7401
	Shim6    // RFC 5533

	// Transport.
	ICMP
	ICMPv6
	IGMP
	TCP
	UDP
	UDPLite
	SCTP
	PIM // RFC 7761

	// Tunnels.
	GRE
	EtherIP // RFC 3378
	ERSPAN
	VXLAN
	VXLANGPE
	Geneve
	GTP   // version 1
	GTPv2 // the control plane, 3GPP TS 29.274
	L2TP
	Teredo        // authentication and origin indications, RFC 4380
	AYIYA         // draft-massar-v6ops-ayiya
	CAPWAP        // RFC 5415, the data channel
	CAPWAPControl // and the control channel
	LISP          // RFC 9301, the control plane
	LISPData      // RFC 9300

	Protocols // how many numbers are taken
)

// names are tshark's, as frame.protocols has them.
var names = [Protocols]string{
	Eth: "eth", VLAN: "vlan", IEEE8021ad: "ieee8021ad", IEEE8021ah: "ieee8021ah", VNTag: "vntag", LLC: "llc",
	MPLS: "mpls", PW: "pwethcw", PWACH: "pwach", PPPoED: "pppoed", PPPoES: "pppoes", PPP: "ppp",
	CHDLC: "chdlc", NSH: "nsh", Null: "null", Loop: "null", Raw: "raw", SLL: "sll",
	Radiotap: "radiotap", WLAN: "wlan", WLANAggregate: "wlan_aggregate", NFLOG: "nflog",
	PKTAP: "pktap", PPI: "ppi", Prism: "prism", WLANCap: "wlancap", PFLog: "pflog", Enc: "enc", TokenRing: "tr", FR: "fr", FDDI: "fddi", ISL: "isl", AVSP: "avsp", MACsec: "macsec", ARP: "arp",
	IP: "ip", IPv6: "ipv6", HopByHop: "ipv6.hopopts", Routing: "ipv6.routing",
	FragmentHeader: "ipv6.fraghdr", DestOpts: "ipv6.dstopts", AH: "ah", ESP: "esp",
	Mobility: "mipv6", HIP: "hip", Shim6: "shim6",
	ICMP: "icmp", ICMPv6: "icmpv6", IGMP: "igmp", TCP: "tcp", UDP: "udp", UDPLite: "udplite", SCTP: "sctp", PIM: "pim",
	GRE: "gre", EtherIP: "etherip", ERSPAN: "erspan", VXLAN: "vxlan", VXLANGPE: "vxlan_gpe",
	Geneve: "geneve", GTP: "gtp", GTPv2: "gtpv2", L2TP: "l2tp", Teredo: "teredo", AYIYA: "ayiya",
	CAPWAP: "capwap.data", CAPWAPControl: "capwap", LISP: "lisp", LISPData: "lisp-data",
}

// String returns tshark's name of p.
func (p Protocol) String() string {
	if p < Protocols {
		return names[p]
	}
	return ""
}
