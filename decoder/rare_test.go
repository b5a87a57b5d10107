package decoder

// capwapHeader is a CAPWAP header of 8 bytes for one of IEEE 802.11's radios.
func capwapHeader(flags byte) []byte { return []byte{0, 2 << 3, 1 << 1, flags, 0, 0, 0, 0} }

// sealed is a security tag with its channel, of flags and length.
func sealed(flags, length byte) []byte {
	return join([]byte{flags, length}, u32(7), make([]byte, 8))
}

const (
	bare     = bare4 + " proto 89 ip 20 len 0 bare"
	plainUDP = "10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"
)

// rareRows are of the protocols that few captures have.
var rareRows = []row{
	// Link types.
	{"Frame Relay", 107, join(hex("184103cc"), ip4(89, nil)), 0, "fr:ip | " + bare},
	{"Frame Relay, a longer address and padding", 107, join(hex("18400021"), hex("0300cc"), ip4(89, nil)), 0, "fr:ip | " + bare},
	{"Frame Relay with IPv6", 107, join(hex("1841038e"), ip6(protoNoNext, nil)), 0, "fr:ipv6 | fd00::1:0 > fd00::2:0 proto 59 ip 40 len 0 bare"},
	{"Frame Relay with SNAP", 107, join(hex("18410380000000"), u16(0x0800), ip4(89, nil)), 0, "fr:ip | " + bare},
	{"Frame Relay with a bridged frame", 107, join(hex("184103800080c20007"), inner()), 0, "fr:eth:ip:udp | " + plainUDP},
	{"Frame Relay with PPP", 107, join(hex("184103cf"), u16(0x21), ip4(89, nil)), 0, "fr:ppp:ip | " + bare},
	{"Frame Relay as Cisco has it", 107, join(hex("18410800"), ip4(89, nil)), 0, "fr:ip | " + bare},
	{"Frame Relay's signalling", 107, hex("000100000000"), 0, "fr"},
	{"Frame Relay whose address does not end", 107, hex("00000000"), 0, "fr | layer 0 fr at 4: ends inside the header"},
	{"FDDI", 10, join(hex("50"), make([]byte, 12), hex("aaaa030000000800"), ip4(89, nil)), 0, "fddi:llc:ip | " + bare},
	{"FDDI's station management", 10, join(hex("41"), make([]byte, 12), hex("aaaa03")), 0, "fddi"},
	{"PKTAP", 258, join(hex("6c000000"), hex("01000000"), hex("01000000"), make([]byte, 96), inner()), 0, "pktap:eth:ip:udp | " + plainUDP},
	{"PKTAP without a packet", 258, join(hex("6c000000"), hex("00000000"), hex("01000000"), make([]byte, 96)), 0, "pktap"},
	{"PKTAP with a length below its fixed part", 258, make([]byte, 12), 0, "pktap | layer 0 pktap at 0: header length below the fixed part"},

	{"PPP behind a direction", 204, join(hex("01ff030021"), ip4(89, nil)), 0, "ppp:ip | " + bare},
	{"HDLC behind a direction", 205, join(hex("010f000800"), ip4(89, nil)), 0, "chdlc:ip | " + bare},
	{"Frame Relay behind a direction", 206, join(hex("01184103cc"), ip4(89, nil)), 0, "fr:ip | " + bare},
	{"per-packet information", 192, join(hex("0001080001000000"), ethernetFrame(0x0800, ip4(89, nil))), 0, "ppi:eth:ip | " + bare},
	{"per-packet information with a length below its fixed part", 192, make([]byte, 8), 0, "ppi | layer 0 ppi at 2: header length below the fixed part"},
	{"per-packet information before HDLC with a direction", 192, join(hex("00010800cd000000"), hex("010f000800"), ip4(89, nil)), 0, "ppi:chdlc:ip | " + bare},
	{"Prism", 119, join(hex("4400000090000000"), make([]byte, 136), hex("0801"), make([]byte, 22), hex("aaaa030000000800"), ip4(89, nil)), 0, "prism:wlan:llc:ip | " + bare},
	{"AVS in Prism's place", 119, join(hex("8021100100000040"), make([]byte, 56), hex("0801"), make([]byte, 22), hex("aaaa030000000800"), ip4(89, nil)), 0, "wlancap:wlan:llc:ip | " + bare},
	{"AVS with a length beyond the frame", 163, join(hex("8021100100010040"), make([]byte, 56)), 0, "wlancap | layer 0 wlancap at 64: ends inside the header"},
	{"packet filter's log", 117, join(hex("3d020000"), make([]byte, 60), ip4(89, nil)), 0, "pflog:ip | " + bare},
	{"OpenBSD's IPsec, either byte order", 109, join(hex("18000000"), make([]byte, 8), ip6(protoNoNext, nil)), 0, "enc:ipv6 | fd00::1:0 > fd00::2:0 proto 59 ip 40 len 0 bare"},
	{"token ring with a route", 6, join(hex("1040"), make([]byte, 6), hex("80"), make([]byte, 5), hex("063000110020"), hex("aaaa030000000800"), ip4(89, nil)), 0, "tr:llc:ip | " + bare},
	{"token ring's own", 6, make([]byte, 14), 0, "tr"},
	{"labels alone", 219, join(u32(0x00010140), ip4(89, nil)), 0, "mpls:ip | " + bare},

	// Between Ethernet and what it carries.
	{"inter-switch link", 1, join(hex("01000c000000020000000001"), u16(12+47), hex("aaaa0300000c"), u16(10<<1), u32(0), inner(), u32(0)), 0, "isl:eth:ip:udp | " + plainUDP},
	{"authenticated", 1, ethernetFrame(0x88e5, join(sealed(0x20, 0), u16(0x0800), innerIP(), make([]byte, 16))), 0, "eth:macsec:ip:udp | " + plainUDP},
	{"authenticated, and padded", 1, ethernetFrame(0x88e5, join(sealed(0x20, 35), u16(0x0800), innerIP(), make([]byte, 16), make([]byte, 9))), 0, "eth:macsec:ip:udp | " + plainUDP},
	{"encrypted", 1, ethernetFrame(0x88e5, join(sealed(0x2c, 0), make([]byte, 50))), 0, "eth:macsec"},
	{"cut inside the security tag", 1, ethernetFrame(0x88e5, join(sealed(0x20, 0), u16(0x0800), innerIP())), 24, "eth:macsec | layer 1 macsec at 24: cut by the snap length"},
	{"a switch's time stamp", 1, ethernetFrame(0xd28b, join(u16(1), u16(0x10), make([]byte, 8), u16(0x0800), innerIP())), 0, "eth:avsp:ip:udp | " + plainUDP},
	{"a switch's short time stamp", 1, ethernetFrame(0xd28b, join(u16(1), u16(0x120), make([]byte, 6), u16(0x0800), innerIP())), 0, "eth:avsp:ip:udp | " + plainUDP},
	{"a time stamp of no known kind", 1, ethernetFrame(0xd28b, join(u16(1), u16(0x11), make([]byte, 8))), 0, "eth:avsp"},

	// What carries packets.
	{"PIM hello", 1, overIP4(protoPIM, u32(0x20000000)), 0, "eth:ip:pim | " + bare4 + " proto 103 ip 24 len 4 bare"},
	{"PIM register", 1, overIP4(protoPIM, u32(0x21000000), u32(0), innerIP()), 0, "eth:ip:pim:ip:udp | " + bare4 + " proto 103 ip 61 len 41 bare | " + udpIn + "13 id 0"},
	{"PIM register without a packet", 1, overIP4(protoPIM, u32(0x21000000), u32(0x40000000), ip4(protoPIM, nil)), 0, "eth:ip:pim:ip | " + bare4 + " proto 103 ip 48 len 28 bare"},
	{"redirect with the packet's header", 1, overIP6(protoICMPv6, icmpMessage(137, 0, join(make([]byte, 32), hex("0201020000000002"), hex("0406000000000000"), ip6(protoUDP, udpDatagram(1, 2, nil))[:40]))), 0,
		"eth:ipv6:icmpv6:ipv6 | fd00::1:137 > fd00::2:0 proto 58 ip 136 len 88 oneway"},
	{"redirect with an option of no length", 1, overIP6(protoICMPv6, icmpMessage(137, 0, make([]byte, 40))), 0, "eth:ipv6:icmpv6 | fd00::1:137 > fd00::2:0 proto 58 ip 88 len 40 oneway"},
	{"AYIYA", 1, overUDP4(5072, hex("41521129"), u32(0), make([]byte, 36), ip6(protoNoNext, nil)), 0,
		"eth:ip:udp:ayiya:ipv6 | 10.0.0.1:50000 > 10.0.0.2:5072 proto 17 ip 112 len 84 | fd00::1:0 > fd00::2:0 proto 59 ip 40 len 0 bare level 1 scope tunnel 10 id 0"},
	{"AYIYA that forwards nothing", 1, overUDP4(5072, hex("41521029"), u32(0), make([]byte, 36)), 0, "eth:ip:udp:ayiya | 10.0.0.1:50000 > 10.0.0.2:5072 proto 17 ip 72 len 44"},
	{"CAPWAP with an Ethernet frame", 1, overUDP4(5247, capwapHeader(0), inner()), 0,
		"eth:ip:udp:capwap.data:eth:ip:udp | 10.0.0.1:50000 > 10.0.0.2:5247 proto 17 ip 83 len 55 | " + udpIn + "11 id 0"},
	{"CAPWAP with a frame of 802.11", 1, overUDP4(5247, with(capwapHeader(0), 2, 3), hex("0801"), make([]byte, 22), hex("aaaa030000000800"), innerIP()), 0,
		"eth:ip:udp:capwap.data:wlan:llc:ip:udp | 10.0.0.1:50000 > 10.0.0.2:5247 proto 17 ip 101 len 73 | " + udpIn + "11 id 0"},
	{"CAPWAP with frame control the other way round", 1, overUDP4(5247, with(capwapHeader(0), 2, 3), hex("0108"), make([]byte, 22), hex("aaaa030000000800"), innerIP()), 0,
		"eth:ip:udp:capwap.data:wlan:llc:ip:udp | 10.0.0.1:50000 > 10.0.0.2:5247 proto 17 ip 101 len 73 | " + udpIn + "11 id 0"},
	{"CAPWAP's keep-alive", 1, overUDP4(5247, capwapHeader(8), make([]byte, 20)), 0, "eth:ip:udp:capwap.data | 10.0.0.1:50000 > 10.0.0.2:5247 proto 17 ip 56 len 28"},
	{"a later fragment in CAPWAP", 1, overUDP4(5247, with(capwapHeader(0x80), 7, 8), make([]byte, 20)), 0, "eth:ip:udp:capwap.data | 10.0.0.1:50000 > 10.0.0.2:5247 proto 17 ip 56 len 28"},
	{"the first fragment of two frames in one in CAPWAP", 1, overUDP4(5247, with(capwapHeader(0x80), 2, 3), hex("8801"), make([]byte, 22), hex("8000"),
		make([]byte, 12), u16(28), hex("aaaa030000000800"), ip4(89, nil), make([]byte, 2),
		make([]byte, 12), u16(28), hex("aaaa030000000800"), ip4(88, nil)), 0,
		"eth:ip:udp:capwap.data:wlan:wlan_aggregate:llc:ip:wlan_aggregate:llc:ip | 10.0.0.1:50000 > 10.0.0.2:5247 proto 17 ip 148 len 120"},
	{"two frames in one, quoted", 1, overIP4(protoICMP, icmpMessage(3, 1, ip4(protoGRE, join(u32(0x8200), hex("8801"), make([]byte, 22), hex("8000"),
		make([]byte, 12), u16(28), hex("aaaa030000000800"), ip4(89, nil), make([]byte, 2),
		make([]byte, 12), u16(28), hex("aaaa030000000800"), ip4(88, nil))))), 0,
		"eth:ip:icmp:ip:gre:wlan:wlan_aggregate:llc:ip:wlan_aggregate:llc:ip | 10.0.0.1:3 > 10.0.0.2:1 proto 1 ip 164 len 136 oneway"},
	{"CAPWAP under DTLS", 1, overUDP4(5246, u32(0x01000000), make([]byte, 20)), 0, "eth:ip:udp:capwap | 10.0.0.1:50000 > 10.0.0.2:5246 proto 17 ip 52 len 24"},
	{"LISP", 1, overUDP4(4341, u32(0x08000000), u32(66<<8), innerIP()), 0,
		"eth:ip:udp:lisp-data:ip:udp | 10.0.0.1:50000 > 10.0.0.2:4341 proto 17 ip 69 len 41 | " + udpIn + "12 id 66"},
	{"LISP's control plane", 1, overUDP4(4342, u32(0x10000001)), 0, "eth:ip:udp:lisp | 10.0.0.1:50000 > 10.0.0.2:4342 proto 17 ip 32 len 4"},
	{"a message of LISP's with its header", 1, overUDP4(4342, u32(0x80000000), innerIP()), 0,
		"eth:ip:udp:lisp:ip:udp | 10.0.0.1:50000 > 10.0.0.2:4342 proto 17 ip 65 len 37 | " + udpIn + "12 id 0"},
	{"GTP's control plane", 1, overUDP4(2123, hex("3210"), u16(4), u32(0), u32(0)), 0, "eth:ip:udp:gtp | 10.0.0.1:50000 > 10.0.0.2:2123 proto 17 ip 40 len 12"},
	{"GTP's control plane, version 2", 1, overUDP4(2123, hex("4820"), u16(8), u32(0), u32(0)), 0, "eth:ip:udp:gtpv2 | 10.0.0.1:50000 > 10.0.0.2:2123 proto 17 ip 40 len 12"},
}
