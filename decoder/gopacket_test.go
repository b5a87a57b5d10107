package decoder

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// values returns all addresses and ports of a packet, outer before inner: ip.src, ip.dst,
// ipv6.src, ipv6.dst, and source and destination ports of TCP, UDP (also Lite) and SCTP.
func values(layers []Layer, data []byte) [10]string {
	var v [10]string
	add := func(k int, s string) {
		if v[k] != "" {
			v[k] += ","
		}
		v[k] += s
	}
	addr := func(k int, b []byte) {
		if a, ok := netip.AddrFromSlice(b); ok {
			add(k, a.String())
		}
	}
	ports := func(k int, b []byte) {
		for i := 0; i < 2 && len(b) >= 2*i+2; i++ {
			add(k+i, strconv.Itoa(int(be.Uint16(b[2*i:]))))
		}
	}
	for _, l := range layers {
		b := data[l.Start : l.Start+uint32(l.Len)]
		switch l.Protocol {
		case IP:
			if len(b) >= 16 {
				addr(0, b[12:16])
			}
			if len(b) >= 20 {
				addr(1, b[16:20])
			}
		case IPv6:
			if len(b) >= 24 {
				addr(2, b[8:24])
			}
			if len(b) >= 40 {
				addr(3, b[24:40])
			}
		case TCP:
			ports(4, b)
		case UDP, UDPLite:
			ports(6, b)
		case SCTP:
			ports(8, b)
		}
	}
	return v
}

// theirs is values as gopacket sees the frame, as far as it comes.
func theirs(data []byte) (v [10]string) {
	add := func(k int, src, dst string) {
		for i, s := range []string{src, dst} {
			if v[k+i] != "" {
				s = v[k+i] + "," + s
			}
			v[k+i] = s
		}
	}
	port := func(p uint16) string { return strconv.Itoa(int(p)) }
	packet := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.NoCopy)
	for _, l := range packet.Layers() {
		switch l := l.(type) {
		case *layers.IPv4:
			add(0, l.SrcIP.String(), l.DstIP.String())
		case *layers.IPv6:
			add(2, l.SrcIP.String(), l.DstIP.String())
		case *layers.TCP:
			add(4, port(uint16(l.SrcPort)), port(uint16(l.DstPort)))
		case *layers.UDP:
			add(6, port(uint16(l.SrcPort)), port(uint16(l.DstPort)))
		case *layers.UDPLite:
			add(6, port(uint16(l.SrcPort)), port(uint16(l.DstPort)))
		case *layers.SCTP:
			add(8, port(uint16(l.SrcPort)), port(uint16(l.DstPort)))
		}
	}
	return v
}

// gopacket decodes fewer tunnels, and what it decodes is the same.
func TestGopacketAgreesAsFarAsItGoes(t *testing.T) {
	d := New(Config{Layers: true})
	compared := 0
	for _, row := range rows {
		if row.link != 1 || row.cut != 0 {
			continue
		}
		r := decode(d, row.link, row.frame, len(row.frame))
		if r.Packets[0].Status == Faulty {
			continue
		}
		ours := values(r.Of(&r.Packets[0]), row.frame)
		for k, s := range theirs(row.frame) {
			if s != "" {
				compared++
			}
			if !strings.HasPrefix(ours[k], s) {
				t.Errorf("%s: value %d is %q, gopacket says %q", row.name, k, ours[k], s)
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d lists of values were compared", compared)
	}
}

// What gopacket writes, the decoder reads.
func TestFramesThatGopacketWrites(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	d := New(Config{Layers: true, Flows: true})
	for range 2000 {
		data := serialized(t, random)
		r := decode(d, 1, data, len(data))
		p := &r.Packets[0]
		if p.Status != Decoded {
			t.Fatalf("%x: %s", data, text(&r, 0))
		}
		if ours, their := values(r.Of(p), data), theirs(data); ours != their {
			t.Fatalf("%x: %s\n%q\n%q", data, text(&r, 0), ours, their)
		}
	}
}

// serialized returns a random frame: tags, IPv4 or IPv6, perhaps GRE and IP
// again, a transport and a payload.
func serialized(t *testing.T, random *rand.Rand) []byte {
	t.Helper()
	mac := net.HardwareAddr{2, 0, 0, 0, 0, 1}
	eth := &layers.Ethernet{SrcMAC: mac, DstMAC: mac}
	stack := []gopacket.SerializableLayer{eth}
	next := &eth.EthernetType
	for range random.IntN(3) {
		tag := &layers.Dot1Q{VLANIdentifier: uint16(random.IntN(4096))}
		*next = layers.EthernetTypeDot1Q
		next = &tag.Type
		stack = append(stack, tag)
	}
	for tunnels := random.IntN(2); ; tunnels-- {
		ip, proto := randomIP(random, next)
		stack = append(stack, ip)
		if tunnels == 0 {
			stack = append(stack, randomTransport(random, proto), gopacket.Payload(make([]byte, random.IntN(99))))
			break
		}
		*proto = layers.IPProtocolGRE
		gre := &layers.GRE{KeyPresent: random.IntN(2) == 0, SeqPresent: random.IntN(2) == 0, Key: random.Uint32()}
		next = &gre.Protocol
		stack = append(stack, gre)
	}
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, stack...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// randomIP returns an IP header, tells the header before what it is, and returns where
// the protocol behind it is to be told.
func randomIP(random *rand.Rand, before *layers.EthernetType) (gopacket.SerializableLayer, *layers.IPProtocol) {
	src, dst := make(net.IP, 16), make(net.IP, 16)
	for i := range src {
		src[i], dst[i] = byte(random.Uint32()), byte(random.Uint32())
	}
	if random.IntN(2) == 0 {
		*before = layers.EthernetTypeIPv4
		ip := &layers.IPv4{Version: 4, TTL: 64, SrcIP: src[:4], DstIP: dst[:4]}
		return ip, &ip.Protocol
	}
	*before = layers.EthernetTypeIPv6
	ip := &layers.IPv6{Version: 6, HopLimit: 64, SrcIP: src, DstIP: dst}
	return ip, &ip.NextHeader
}

func randomTransport(random *rand.Rand, proto *layers.IPProtocol) gopacket.SerializableLayer {
	// Below 1,024, so that no port is a tunnel's.
	src, dst := uint16(random.IntN(1024)), uint16(random.IntN(1024))
	switch random.IntN(3) {
	case 0:
		*proto = layers.IPProtocolTCP
		return &layers.TCP{SrcPort: layers.TCPPort(src), DstPort: layers.TCPPort(dst), SYN: true,
			Options: []layers.TCPOption{{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{5, 0xb4}}}}
	case 1:
		*proto = layers.IPProtocolUDP
		return &layers.UDP{SrcPort: layers.UDPPort(src), DstPort: layers.UDPPort(dst)}
	}
	*proto = layers.IPProtocolICMPv4
	return &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0)}
}
