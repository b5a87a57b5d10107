package decoder

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/frame"
)

// text is what a test compares: the stack, the pieces of flows, the fault.
func text(r *Result, i int) string {
	p := &r.Packets[i]
	var b strings.Builder
	switch p.Status {
	case Unknown:
		return "unknown"
	case Filtered:
		return "filtered"
	}
	b.WriteString(r.Stacks[p.Stack].Path)
	for k := range r.Groups.Pieces {
		if piece := &r.Groups.Pieces[k]; piece.Frame == uint32(i) {
			b.WriteString(" | " + pieceText(r, piece))
		}
	}
	if p.Fault != (Fault{}) {
		fmt.Fprintf(&b, " | layer %d %s at %d: %s", p.Fault.Layer, p.Fault.Proto, p.Fault.Offset, p.Fault.Reason)
	}
	return b.String()
}

func pieceText(r *Result, p *flow.Piece) string {
	k := &r.Groups.List[p.Group].Key
	a, c := k.Addresses()
	src, dst := fmt.Sprintf("%v:%d", a, k.PortA), fmt.Sprintf("%v:%d", c, k.PortB)
	if p.Dir == flow.FromB {
		src, dst = dst, src
	}
	var s strings.Builder
	s.WriteString(fmt.Sprintf("%s > %s proto %d ip %d len %d", src, dst, k.Proto, p.IPLen, p.Length))
	if p.Flags != 0 {
		s.WriteString(fmt.Sprintf(" flags %#x seq %d ack %d win %d", p.Flags, p.Seq, p.Ack, p.Window))
	}
	for _, m := range []struct {
		is   bool
		name string
	}{
		{k.Kind&flow.OneWay != 0, "oneway"}, {k.Kind&flow.Fragment != 0, "fragment"},
		{p.Marks&flow.HasTransport == 0, "bare"}, {p.Marks&flow.Cut != 0, "cut"},
	} {
		if m.is {
			s.WriteString(" " + m.name)
		}
	}
	if p.Level != 0 {
		s.WriteString(fmt.Sprintf(" level %d", p.Level))
	}
	if k.Scope != 0 {
		s.WriteString(" scope " + scopeText(r.Scopes.List[k.Scope-1]))
	}
	return s.String()
}

func scopeText(s flow.Scope) string {
	var parts []string
	for len(s) > 0 {
		if s[0] == 'v' {
			parts = append(parts, fmt.Sprintf("vlan %d", be.Uint16(s[1:])))
			s = s[3:]
			continue
		}
		parts = append(parts, fmt.Sprintf("tunnel %d id %d", s[1], be.Uint32(s[35:])))
		s = s[39:]
	}
	return strings.Join(parts, ", ")
}

const (
	ports4 = "10.0.0.1:40000 > 10.0.0.2:80"
	bare4  = "10.0.0.1:0 > 10.0.0.2:0"
	tcp4OK = "eth:ip:tcp | " + ports4 + " proto 6 ip 45 len 5 flags 0x18 seq 1000 ack 2000 win 65535"
	udpIn  = "10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5 level 1 scope tunnel "
)

var tcp4 = overIP4(protoTCP, tcpSegment(40000, 80, 0x18, 5))

// A row says what the decoder finds in a frame.
type row struct {
	name  string
	link  frame.LinkType
	frame []byte
	cut   int // captured bytes; 0 is all
	want  string
}

// One decoder decodes all rows, so that leftovers show.
var rows = slices.Concat(commonRows, rareRows)

var commonRows = []row{
	{"TCP over IPv4", 1, tcp4, 0, tcp4OK},
	{"padding is not payload", 1, join(tcp4, make([]byte, 9)), 0, tcp4OK},
	{"UDP over IPv4", 1, overUDP4(53, []byte("query")), 0, "eth:ip:udp | 10.0.0.1:50000 > 10.0.0.2:53 proto 17 ip 33 len 5"},
	{"TCP over IPv6", 1, overIP6(protoTCP, tcpSegment(40000, 80, 0x02, 0)), 0,
		"eth:ipv6:tcp | fd00::1:40000 > fd00::2:80 proto 6 ip 60 len 0 flags 0x2 seq 1000 ack 2000 win 65535"},
	{"UDP-Lite", 1, overIP4(protoUDPLite, u16(1), u16(2), u16(8), u16(0), []byte("abc")), 0, "eth:ip:udplite | 10.0.0.1:1 > 10.0.0.2:2 proto 136 ip 31 len 3"},
	{"SCTP", 1, overIP4(protoSCTP, u16(7), u16(9), make([]byte, 8), []byte("abcd")), 0, "eth:ip:sctp | 10.0.0.1:7 > 10.0.0.2:9 proto 132 ip 36 len 4"},
	{"IGMP", 1, overIP4(protoIGMP, make([]byte, 8)), 0, "eth:ip:igmp | " + bare4 + " proto 2 ip 28 len 8 bare"},
	{"a protocol that is not known", 1, overIP4(89, make([]byte, 8)), 0, "eth:ip | " + bare4 + " proto 89 ip 28 len 8 bare"},

	// Lengths.
	{"total length 0 runs to the end of the frame", 1, with(with(tcp4, 17, 0), 16, 0), 0, tcp4OK},
	{"total length below the header", 1, with(tcp4, 17, 19), 0, "eth:ip | layer 1 ip at 16: total length below header"},
	{"total length beyond the frame", 1, with(tcp4, 17, 46), 0,
		"eth:ip:tcp | " + ports4 + " proto 6 ip 46 len 5 flags 0x18 seq 1000 ack 2000 win 65535 | layer 1 ip at 16: length beyond the end"},
	{"IPv4 header length below 20", 1, with(tcp4, 14, 0x44), 0, "eth:ip | layer 1 ip at 14: header length below the fixed part"},
	{"not IPv4", 1, with(tcp4, 14, 0x75), 0, "eth:ip | layer 1 ip at 14: wrong version"},
	{"the total length ends inside the TCP header", 1, with(tcp4, 17, 30), 0,
		"eth:ip:tcp | " + ports4 + " proto 6 ip 30 len 0 bare | layer 2 tcp at 44: ends inside the header"},
	{"TCP header length below 20", 1, with(tcp4, 46, 0x40), 0,
		"eth:ip:tcp | " + ports4 + " proto 6 ip 45 len 0 bare | layer 2 tcp at 46: header length below the fixed part"},
	{"TCP header length beyond the packet", 1, with(tcp4, 46, 0xf0), 0,
		"eth:ip:tcp | " + ports4 + " proto 6 ip 45 len 0 bare | layer 2 tcp at 59: ends inside the header"},
	{"UDP length 0", 1, with(overUDP4(53, []byte("query")), 39, 0), 0, "eth:ip:udp | 10.0.0.1:50000 > 10.0.0.2:53 proto 17 ip 33 len 5"},
	{"UDP length below 8", 1, with(overUDP4(53, []byte("query")), 39, 7), 0,
		"eth:ip:udp | 10.0.0.1:50000 > 10.0.0.2:53 proto 17 ip 33 len 5 | layer 2 udp at 38: total length below header"},
	{"UDP length beyond the packet", 1, with(overUDP4(53, []byte("query")), 39, 99), 0,
		"eth:ip:udp | 10.0.0.1:50000 > 10.0.0.2:53 proto 17 ip 33 len 5 | layer 2 udp at 38: length beyond the end"},
	{"UDP shorter than its packet", 1, with(overUDP4(53, []byte("query")), 39, 10), 0, "eth:ip:udp | 10.0.0.1:50000 > 10.0.0.2:53 proto 17 ip 33 len 2"},
	{"IPv6 without a length is a segment of the network card's", 1, with(overIP6(protoTCP, tcpSegment(40000, 80, 0x02, 0)), 19, 0), 0,
		"eth:ipv6:tcp | fd00::1:40000 > fd00::2:80 proto 6 ip 60 len 0 flags 0x2 seq 1000 ack 2000 win 65535"},

	// Cut by the snap length.
	{"cut in the payload is no fault", 1, tcp4, 56, tcp4OK + " cut"},
	{"cut inside the TCP header, behind the ports", 1, tcp4, 40, "eth:ip:tcp | " + ports4 + " proto 6 ip 45 len 0 bare | layer 2 tcp at 40: cut by the snap length"},
	{"cut inside the ports", 1, tcp4, 37, "eth:ip:tcp | " + bare4 + " proto 6 ip 45 len 0 bare | layer 2 tcp at 37: cut by the snap length"},
	{"cut before the TCP header", 1, tcp4, 34, "eth:ip:tcp | " + bare4 + " proto 6 ip 45 len 0 bare | layer 2 tcp at 34: cut by the snap length"},
	{"cut inside the IP header", 1, tcp4, 30, "eth:ip | layer 1 ip at 30: cut by the snap length"},
	{"cut inside the Ethernet header", 1, tcp4, 13, "eth | layer 0 eth at 13: cut by the snap length"},
	{"empty", 1, nil, 0, "eth | layer 0 eth at 0: ends inside the header"},
	{"cut inside TCP's options", 1, overIP4(protoTCP, with(tcpSegment(40000, 80, 0x02, 12), 12, 0x80)), 60,
		"eth:ip:tcp | " + ports4 + " proto 6 ip 52 len 0 flags 0x2 seq 1000 ack 2000 win 65535 | layer 2 tcp at 60: cut by the snap length"},

	// VLANs.
	{"VLAN", 1, ethernetFrame(0x8100, vlanTag(5, 0x0800, innerIP())), 0, "eth:vlan:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5 scope vlan 5"},
	{"QinQ", 1, ethernetFrame(0x88a8, vlanTag(0x6005, 0x8100, vlanTag(6, 0x0800, innerIP()))), 0,
		"eth:ieee8021ad:vlan:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5 scope vlan 5, vlan 6"},
	{"a priority is no VLAN", 1, ethernetFrame(0x8100, vlanTag(0xe000, 0x0800, innerIP())), 0, "eth:vlan:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"},
	{"cut inside the tag", 1, ethernetFrame(0x8100, vlanTag(5, 0x0800, nil)), 16, "eth:vlan | layer 1 vlan at 16: cut by the snap length"},

	// What else stands between link and IP.
	{"ARP", 1, ethernetFrame(0x0806, hex("0001080006040001020000000001c0a80001000000000000c0a80002")), 0, "eth:arp"},
	{"802.3 with LLC", 1, ethernetFrame(3, []byte{0x42, 0x42, 3, 9, 9}), 0, "eth:llc"},
	{"SNAP", 1, ethernetFrame(8+33, join([]byte{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, innerIP())), 0, "eth:llc:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"},
	{"PPPoE session", 1, ethernetFrame(0x8864, join([]byte{0x11, 0, 0, 1}, u16(35), u16(0x21), innerIP(), make([]byte, 5))), 0,
		"eth:pppoes:ppp:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"},
	{"PPPoE discovery", 1, ethernetFrame(0x8863, join([]byte{0x11, 9, 0, 0}, u16(4), u32(0x01010000))), 0, "eth:pppoed"},
	{"MPLS with two labels", 1, ethernetFrame(0x8847, join(u32(0x00010040), u32(0x00020140), innerIP())), 0,
		"eth:mpls:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"},
	{"pseudowire with a control word", 1, ethernetFrame(0x8847, join(u32(0x00020140), u32(0), inner())), 0,
		"eth:mpls:pwethcw:eth:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"},
	{"pseudowire without", 1, ethernetFrame(0x8847, join(u32(0x00020140), inner())), 0,
		"eth:mpls:eth:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"},
	{"associated channel", 1, ethernetFrame(0x8847, join(u32(0x00020140), u32(0x10000021))), 0, "eth:mpls:pwach"},
	{"MAC in MAC", 1, ethernetFrame(0x88e7, join(u32(99), inner())), 0, "eth:ieee8021ah:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"},
	{"virtual network tag", 1, ethernetFrame(0x8926, join(u32(7), u16(0x0800), innerIP())), 0, "eth:vntag:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"},
	{"NSH over Ethernet", 1, ethernetFrame(0x894f, join(hex("0fc20201"), u32(0x0100ff), innerIP())), 0,
		"eth:nsh:ip:udp | 10.0.0.1:1111 > 10.0.0.2:2222 proto 17 ip 33 len 5"},
	{"NSH with a length below its base", 1, ethernetFrame(0x894f, join(hex("0fc10201"), u32(0x0100ff), innerIP())), 0,
		"eth:nsh | layer 1 nsh at 15: header length below the fixed part"},

	// Fragments.
	{"first fragment", 1, ethernetFrame(0x0800, ip4Part(protoUDP, 0x2000, udpDatagram(1, 2, make([]byte, 8)))), 0,
		"eth:ip:udp | " + bare4 + " proto 17 ip 36 len 16 fragment bare"},
	{"first fragment that ends inside the header", 1, ethernetFrame(0x0800, ip4Part(protoTCP, 0x2000, make([]byte, 8))), 0,
		"eth:ip:tcp | " + bare4 + " proto 6 ip 28 len 8 fragment bare"},
	{"later fragment", 1, ethernetFrame(0x0800, ip4Part(protoUDP, 3, make([]byte, 16))), 0, "eth:ip | " + bare4 + " proto 17 ip 36 len 16 fragment bare"},
	{"a tunnel's first fragment gives one piece", 1, ethernetFrame(0x0800, ip4Part(protoIP, 0x2000, innerIP())), 0,
		"eth:ip:ip:udp | " + bare4 + " proto 4 ip 53 len 33 fragment bare"},
	{"IPv6 first fragment", 1, overIP6(protoFragment, []byte{protoUDP, 0, 0, 1}, u32(7), udpDatagram(1, 2, make([]byte, 8))), 0,
		"eth:ipv6:ipv6.fraghdr:udp | fd00::1:0 > fd00::2:0 proto 17 ip 64 len 16 fragment bare"},
	{"IPv6 later fragment", 1, overIP6(protoFragment, []byte{protoUDP, 0, 1, 0}, u32(7), make([]byte, 8)), 0,
		"eth:ipv6:ipv6.fraghdr | fd00::1:0 > fd00::2:0 proto 17 ip 56 len 8 fragment bare"},
	{"IPv6 atomic fragment", 1, overIP6(protoFragment, []byte{protoUDP, 0, 0, 0}, u32(7), udpDatagram(1, 2, nil)), 0,
		"eth:ipv6:ipv6.fraghdr:udp | fd00::1:1 > fd00::2:2 proto 17 ip 56 len 0"},

	// IPv6's chain of headers.
	{"every extension header", 1, overIP6(protoHopByHop, []byte{protoRouting, 0, 1, 4, 0, 0, 0, 0}, []byte{protoDestOpts, 0, 0, 0, 0, 0, 0, 0},
		[]byte{protoAH, 1}, make([]byte, 14), []byte{protoUDP, 1}, make([]byte, 10), udpDatagram(1, 2, nil)), 0,
		"eth:ipv6:ipv6.hopopts:ipv6.routing:ipv6.dstopts:ah:udp | fd00::1:1 > fd00::2:2 proto 17 ip 92 len 0"},
	{"no next header", 1, overIP6(protoNoNext), 0, "eth:ipv6 | fd00::1:0 > fd00::2:0 proto 59 ip 40 len 0 bare"},
	{"ESP", 1, overIP6(protoESP, make([]byte, 20)), 0, "eth:ipv6:esp | fd00::1:0 > fd00::2:0 proto 50 ip 60 len 20 bare"},
	{"mobility", 1, overIP6(protoMobility, []byte{protoNoNext, 0, 0, 0, 0, 0, 0, 0}), 0, "eth:ipv6:mipv6 | fd00::1:0 > fd00::2:0 proto 59 ip 48 len 0 bare"},
	{"an extension header beyond the packet", 1, overIP6(protoHopByHop, []byte{protoUDP, 1, 1, 4, 0, 0, 0, 0}), 0,
		"eth:ipv6:ipv6.hopopts | fd00::1:0 > fd00::2:0 proto 0 ip 48 len 0 bare | layer 2 ipv6.hopopts at 62: ends inside the header"},
	{"AH with a length below its fixed part", 1, overIP6(protoAH, []byte{protoUDP, 0}, make([]byte, 10)), 0,
		"eth:ipv6:ah | fd00::1:0 > fd00::2:0 proto 51 ip 52 len 10 bare | layer 2 ah at 55: header length below the fixed part"},
	{"jumbogram that is no jumbo", 1, with(overIP6(protoHopByHop, []byte{protoUDP, 0, 0xc2, 4}, u32(16), udpDatagram(1, 2, nil)), 19, 0), 0,
		"eth:ipv6:ipv6.hopopts:udp | fd00::1:1 > fd00::2:2 proto 17 ip 56 len 0 | layer 1 ipv6 at 58: jumbogram length is wrong"},
	{"jumbogram, cut", 1, with(overIP6(protoHopByHop, []byte{protoTCP, 0, 0xc2, 4}, u32(100000), tcpSegment(1, 2, 2, 0)), 19, 0), 0,
		"eth:ipv6:ipv6.hopopts:tcp | fd00::1:1 > fd00::2:2 proto 6 ip 100040 len 0 flags 0x2 seq 1000 ack 2000 win 65535 | layer 1 ipv6 at 58: length beyond the end"},

	// ICMP.
	{"echo", 1, overIP4(protoICMP, icmpMessage(8, 0, make([]byte, 4))), 0, "eth:ip:icmp | 10.0.0.1:8 > 10.0.0.2:0 proto 1 ip 32 len 4"},
	{"a message without a counterpart", 1, overIP4(protoICMP, icmpMessage(99, 7, nil)), 0, "eth:ip:icmp | 10.0.0.1:99 > 10.0.0.2:7 proto 1 ip 28 len 0 oneway"},
	{"what an error quotes counts in no flow", 1, overIP4(protoICMP, icmpMessage(3, 1, innerIP())), 0,
		"eth:ip:icmp:ip:udp | 10.0.0.1:3 > 10.0.0.2:1 proto 1 ip 61 len 33 oneway"},
	{"a quote may end anywhere", 1, overIP4(protoICMP, icmpMessage(11, 0, ip4(protoTCP, tcpSegment(1, 2, 2, 9))[:28])), 0,
		"eth:ip:icmp:ip:tcp | 10.0.0.1:11 > 10.0.0.2:0 proto 1 ip 56 len 28 oneway"},
	{"neighbor solicitation", 1, overIP6(protoICMPv6, icmpMessage(135, 0, make([]byte, 16))), 0, "eth:ipv6:icmpv6 | fd00::1:135 > fd00::2:136 proto 58 ip 64 len 16"},
	{"packet too big", 1, overIP6(protoICMPv6, icmpMessage(2, 0, ip6(protoUDP, udpDatagram(1, 2, nil)))), 0,
		"eth:ipv6:icmpv6:ipv6:udp | fd00::1:2 > fd00::2:0 proto 58 ip 96 len 48 oneway"},
	{"ICMP of four bytes", 1, overIP4(protoICMP, []byte{8, 0, 0, 0}), 0, "eth:ip:icmp | 10.0.0.1:8 > 10.0.0.2:0 proto 1 ip 24 len 0 bare | layer 2 icmp at 38: ends inside the header"},

	// Tunnels.
	{"4in4", 1, overIP4(protoIP, innerIP()), 0, "eth:ip:ip:udp | " + bare4 + " proto 4 ip 53 len 33 bare | " + udpIn + "1 id 0"},
	{"6in4", 1, overIP4(protoIPv6, ip6(protoUDP, udpDatagram(1, 2, nil))), 0,
		"eth:ip:ipv6:udp | " + bare4 + " proto 41 ip 68 len 48 bare | fd00::1:1 > fd00::2:2 proto 17 ip 48 len 0 level 1 scope tunnel 1 id 0"},
	{"4in6", 1, overIP6(protoIP, innerIP()), 0, "eth:ipv6:ip:udp | fd00::1:0 > fd00::2:0 proto 4 ip 73 len 33 bare | " + udpIn + "1 id 0"},
	{"GRE with key and sequence number", 1, overIP4(protoGRE, u16(0x3000), u16(0x0800), u32(77), u32(1), innerIP()), 0,
		"eth:ip:gre:ip:udp | " + bare4 + " proto 47 ip 65 len 45 bare | " + udpIn + "2 id 0"},
	{"NVGRE", 1, overIP4(protoGRE, u16(0x2000), u16(0x6558), u32(0x00123401), inner()), 0,
		"eth:ip:gre:eth:ip:udp | " + bare4 + " proto 47 ip 75 len 55 bare | " + udpIn + "2 id 4660"},
	{"PPTP", 1, overIP4(protoGRE, u16(0x3001), u16(0x880b), u16(35), u16(9), u32(1), u16(0x21), innerIP()), 0,
		"eth:ip:gre:ppp:ip:udp | " + bare4 + " proto 47 ip 67 len 47 bare | " + udpIn + "2 id 0"},
	{"PPTP acknowledgement", 1, overIP4(protoGRE, u16(0x2081), u16(0x880b), u16(0), u16(9), u32(1)), 0, "eth:ip:gre | " + bare4 + " proto 47 ip 32 len 12 bare"},
	{"GRE cut inside its optional fields", 1, overIP4(protoGRE, u16(0x3000), u16(0x0800), u32(77), u32(1)), 42,
		"eth:ip:gre | " + bare4 + " proto 47 ip 32 len 12 bare cut | layer 2 gre at 42: cut by the snap length"},
	{"ERSPAN I", 1, overIP4(protoGRE, u16(0), u16(0x88be), inner()), 0, "eth:ip:gre:erspan:eth:ip:udp | " + bare4 + " proto 47 ip 71 len 51 bare | " + udpIn + "3 id 0"},
	{"ERSPAN II", 1, overIP4(protoGRE, u16(0x1000), u16(0x88be), u32(1), u32(0x10000007), u32(0), inner()), 0,
		"eth:ip:gre:erspan:eth:ip:udp | " + bare4 + " proto 47 ip 83 len 63 bare | " + udpIn + "3 id 7"},
	{"ERSPAN III with a subheader", 1, overIP4(protoGRE, u16(0x1000), u16(0x22eb), u32(1), u32(0x20000007), u32(0), u32(1), make([]byte, 8), inner()), 0,
		"eth:ip:gre:erspan:eth:ip:udp | " + bare4 + " proto 47 ip 95 len 75 bare | " + udpIn + "3 id 7"},
	{"VXLAN", 1, overUDP4(4789, u32(0x08000000), u32(66<<8), inner()), 0,
		"eth:ip:udp:vxlan:eth:ip:udp | 10.0.0.1:50000 > 10.0.0.2:4789 proto 17 ip 83 len 55 | " + udpIn + "4 id 66"},
	{"VXLAN-GPE with NSH", 1, overUDP4(4790, u32(0x0c000004), u32(66<<8), hex("0fc20203"), u32(1), inner()), 0,
		"eth:ip:udp:vxlan_gpe:nsh:eth:ip:udp | 10.0.0.1:50000 > 10.0.0.2:4790 proto 17 ip 91 len 63 | " + udpIn + "4 id 66"},
	{"Geneve with an option", 1, overUDP4(6081, hex("01006558"), u32(5<<8), u32(0), inner()), 0,
		"eth:ip:udp:geneve:eth:ip:udp | 10.0.0.1:50000 > 10.0.0.2:6081 proto 17 ip 87 len 59 | " + udpIn + "5 id 5"},
	{"GTP-U with an extension header", 1, overUDP4(2152, hex("34ff"), u16(33+8), u32(1), hex("00000085"), hex("01100900"), innerIP()), 0,
		"eth:ip:udp:gtp:ip:udp | 10.0.0.1:50000 > 10.0.0.2:2152 proto 17 ip 77 len 49 | " + udpIn + "6 id 0"},
	{"GTP-U echo", 1, overUDP4(2152, hex("3201"), u16(4), u32(0), u32(0)), 0, "eth:ip:udp:gtp | 10.0.0.1:50000 > 10.0.0.2:2152 proto 17 ip 40 len 12"},
	{"L2TPv2", 1, overUDP4(1701, u16(0x4002), u16(45), u16(1), u16(2), hex("ff030021"), innerIP()), 0,
		"eth:ip:udp:l2tp:ppp:ip:udp | 10.0.0.1:50000 > 10.0.0.2:1701 proto 17 ip 73 len 45 | " + udpIn + "7 id 0"},
	{"L2TPv3 over IP", 1, overIP4(protoL2TP, u32(5), make([]byte, 8)), 0, "eth:ip:l2tp | " + bare4 + " proto 115 ip 32 len 12 bare"},
	{"Teredo with authentication and origin", 1, overUDP4(3544, hex("00010000"), make([]byte, 9), hex("0000"), make([]byte, 6), ip6(protoNoNext, nil)), 0,
		"eth:ip:udp:teredo:ipv6 | 10.0.0.1:50000 > 10.0.0.2:3544 proto 17 ip 89 len 61 | fd00::1:0 > fd00::2:0 proto 59 ip 40 len 0 bare level 1 scope tunnel 8 id 0"},
	{"MPLS over UDP", 1, overUDP4(6635, u32(0x00020140), innerIP()), 0, "eth:ip:udp:mpls:ip:udp | 10.0.0.1:50000 > 10.0.0.2:6635 proto 17 ip 65 len 37 | " + udpIn + "9 id 0"},
	{"a service's answer to a port that is a tunnel's", 1, ethernetFrame(0x0800, ip4(protoUDP, udpDatagram(53, 4789, make([]byte, 64)))), 0,
		"eth:ip:udp | 10.0.0.1:53 > 10.0.0.2:4789 proto 17 ip 92 len 64"},

	// Link types.
	{"raw IPv6", 101, ip6(protoNoNext, nil), 0, "raw:ipv6 | fd00::1:0 > fd00::2:0 proto 59 ip 40 len 0 bare"},
	{"BSD loopback, either byte order", 0, join([]byte{24, 0, 0, 0}, ip6(protoNoNext, nil)), 0, "null:ipv6 | fd00::1:0 > fd00::2:0 proto 59 ip 40 len 0 bare"},
	{"OpenBSD loopback", 108, join(u32(2), ip4(89, nil)), 0, "null:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"Linux cooked", 113, join(make([]byte, 14), u16(0x0800), ip4(89, nil)), 0, "sll:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"Linux cooked 2", 276, join(u16(0x0800), make([]byte, 18), ip4(89, nil)), 0, "sll:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"PPP", 9, join(hex("ff030021"), ip4(89, nil)), 0, "ppp:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"PPP with a direction", 166, join(hex("01030021"), ip4(89, nil)), 0, "ppp:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"PPP with a compressed protocol", 9, join(hex("21"), ip4(89, nil)), 0, "ppp:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"Cisco HDLC", 104, join(hex("0f000800"), ip4(89, nil)), 0, "chdlc:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"netfilter log", 239, join(hex("02000000"), hex("0800010041410000"), hex("18000900"), ip4(89, nil)), 0, "nflog:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"802.11 data", 105, join(hex("0801"), make([]byte, 22), hex("aaaa030000000800"), ip4(89, nil)), 0, "wlan:llc:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"802.11 protected", 105, join(hex("0841"), make([]byte, 40)), 0, "wlan"},
	{"radiotap with a check sequence", 127, join(hex("00000900"), hex("02000000"), hex("10"), hex("8801"), make([]byte, 24), hex("aaaa030000000800"), ip4(89, nil), u32(0)), 0,
		"radiotap:wlan:llc:ip | " + bare4 + " proto 89 ip 20 len 0 bare"},
	{"two frames in one", 105, join(hex("8801"), make([]byte, 22), hex("8000"),
		make([]byte, 12), u16(28), hex("aaaa030000000800"), ip4(89, nil), make([]byte, 2),
		make([]byte, 12), u16(28), hex("aaaa030000000800"), ip4(88, nil)), 0,
		"wlan:wlan_aggregate:llc:ip:wlan_aggregate:llc:ip | " + bare4 + " proto 89 ip 20 len 0 bare | " + bare4 + " proto 88 ip 20 len 0 bare"},
	{"a link type that is not known", 147, tcp4, 0, "unknown"},
}

func TestDecode(t *testing.T) {
	d := New(Config{Layers: true, Flows: true})
	var r Result
	for _, row := range rows {
		f := frameOf(row.link, row.frame)
		data := row.frame
		if row.cut != 0 {
			data = data[:row.cut]
			f.Len = uint32(row.cut)
		}
		d.Reset(&r)
		d.Decode(&f, data, 0, &r)
		if got := text(&r, 0); got != row.want {
			t.Errorf("%s:\n got %s\nwant %s", row.name, got, row.want)
		}
	}
}
