package fields

import (
	"fmt"
	"strings"
)

// Frames built from the inside out, as hex.

// size returns how many bytes a string of hex is.
func size(hex string) int { return len(strings.NewReplacer(" ", "", "|", "").Replace(hex)) / 2 }

// over4 is an Ethernet frame with an IPv4 packet.
func over4(proto int, payload string) string { return options4(proto, "", payload) }

// options4 is over4 with options, of a length that four divides.
func options4(proto int, options, payload string) string {
	n := size(options)
	return fmt.Sprintf("%s %02x00%04x 00010000 40%02x0000 0a000001 0a000002 %s %s", ethIP, 0x40|(20+n)/4, 20+n+size(payload), proto, options, payload)
}

// over6 is an Ethernet frame with an IPv6 packet.
func over6(next int, payload string) string {
	return fmt.Sprintf("%s 60000000 %04x %02x 40 %s %s", ethIPv6, size(payload), next, addr6, payload)
}

// hopByHop is an IPv6 packet with one option, of n bytes in all.
func hopByHop(option string) string { return over6(0, extension(option)) }

// extension is a header of options before no next header, filled up.
func extension(option string) string {
	gap := (16 - 2 - size(option)%8) % 8
	if gap == 1 {
		gap = 9
	}
	fill := ""
	if gap > 0 {
		fill = fmt.Sprintf("01%02x %s", gap-2, strings.Repeat("00", gap-2))
	}
	return fmt.Sprintf("3b%02x %s %s", (2+size(option)+gap)/8-1, option, fill)
}

// overUDP is an Ethernet frame with a datagram to a port.
func overUDP(port int, payload string) string { return over4(17, datagram(40000, port, payload)) }

func datagram(source, destination int, payload string) string {
	return fmt.Sprintf("%04x%04x %04x 0000 %s", source, destination, 8+size(payload), payload)
}

// segment is an Ethernet frame with a SYN that has options, of a length that four divides.
func segment(options string) string { return flagged(0x02, options) }

func flagged(flags int, options string) string {
	return over4(6, fmt.Sprintf("3039 0050 00000001 00000002 %02x%02x 0100 0000 0000 %s", (20+size(options))/4<<4, flags, options))
}

// inside is what tunnels carry.
const inside = "4500001c 00010000 40110000 0a000003 0a000004 3039 0035 0008 0000"

// stations are an IEEE 802.11 frame's addresses and its sequence.
const stations = "020000000002 020000000001 020000000003 1000"

// station80211 is an IEEE 802.11 frame.
const station80211 = "0801 2c00 020000000002 020000000001 020000000003 1000 aaaa03 000000 0800" + inside

// optionFrames have every option and every kind of message.
var optionFrames = []sample{
	{"ip stream identifier", 1, options4(17, "8804abcd", datagram(1, 2, ""))},
	{"ip mtu probe", 1, options4(17, "0b0405dc", datagram(1, 2, ""))},
	{"ip mtu reply", 1, options4(17, "0c0405dc", datagram(1, 2, ""))},
	{"ip broadcast to several", 1, options4(17, "950a 0a000008 0a000009 0000", datagram(1, 2, ""))},
	{"ip traceroute", 1, options4(17, "520c 1234 0003 0004 0a000009", datagram(1, 2, ""))},
	{"ip strict source route half done", 1, options4(17, "890f08 0a000007 0a000008 0a000009 00", datagram(1, 2, ""))},
	{"ip quick-start request", 1, options4(17, "190807 40 12345679", datagram(1, 2, ""))},
	{"ip quick-start report", 1, options4(17, "190887 40 12345679", datagram(1, 2, ""))},
	{"ip security", 1, options4(17, "8204 ab 80", datagram(1, 2, ""))},
	{"ip commercial security", 1, options4(17, "8616 00000001 0106 0003 40c0 020a 0005 0001 0002 0003 0000", datagram(1, 2, ""))},
	{"ip commercial security, ranges", 1, options4(17, "8612 00000001 050c 0003 0010 0005 0022 0020 0000", datagram(1, 2, ""))},
	{"ip commercial security, last range open", 1, options4(17, "8610 00000001 050a 0003 0010 0005 0003", datagram(1, 2, ""))},
	{"ip commercial security, of no fixed form", 1, options4(17, "8612 00000001 0706 01020304 0606 01020304 0000", datagram(1, 2, ""))},
	{"hop-by-hop tunnel limit", 1, hopByHop("040104")},
	{"hop-by-hop path mtu", 1, hopByHop("3004 05dc 04d3")},
	{"hop-by-hop calipso", 1, hopByHop("070c 00000001 01 05 abcd 80400000")},
	{"destination metrics", 1, over6(60, extension("0f0a 01 02 0003 0004 0005 0006"))},
	{"hop-by-hop quick-start request", 1, hopByHop("2606 07 40 12345679")},
	{"hop-by-hop quick-start report", 1, hopByHop("2606 87 40 12345679")},
	{"hop-by-hop rpl", 1, hopByHop("2304 c5 01 0203")},
	{"hop-by-hop rpl, first number", 1, hopByHop("6304 e5 01 0203")},
	{"hop-by-hop mpl", 1, hopByHop("6d04 75 01 0203")},
	{"hop-by-hop mpl, longer seed", 1, hopByHop("6d0a b5 01 0102030405060708")},
	{"destination nonce", 1, over6(60, extension("8b04 01020304"))},
	{"destination line", 1, over6(60, extension("8c04 03 414243"))},
	{"destination home address", 1, over6(60, extension("c910 20010db8000000000000000000000009"))},
	{"destination experimental", 1, over6(60, extension("1e02 0102"))},
	{"destination unknown", 1, over6(60, extension("1302 0102"))},
	{"routing of no known type", 1, over6(43, "3b01 c801 00000000 0102030405060708")},
	{"routing of rpl", 1, over6(43, "3b01 0302 ff600000 01 02 000000000000")},
	{"routing of segments", 1, over6(43, "3b02 0401 0000 0007 20010db8000000000000000000000009")},
	{"host identity", 1, over6(139, "3b04 0111 1234 0001 0102030405060708090a0b0c0d0e0f10 1112131415161718191a1b1c1d1e1f20")},
	{"shim6 payload", 1, over6(140, "3b00 8102 03040506")},
	{"icmp error with the quote's length", 1, over4(1, "0300 0000 00 20 0000 "+"4500005c 00010000 40110000 0a000002 0a000001 0035 3039 0048 0000"+strings.Repeat("00", 100)+"2000 0000 0008 0101 00010140")},
	{"icmp error of an interface", 1, over4(1, "0b00 0000 00 20 0000 "+"4500005c 00010000 40110000 0a000002 0a000001 0035 3039 0048 0000"+strings.Repeat("00", 100)+
		"2000 0000 002c 020f 00000005 0002 0000 20010db8000000000000000000000009 08 65746830000000 000005dc 0008 0701 61626364")},
	{"icmp parameter problem", 1, over4(1, "0c00 0000 14 00 0000"+quoted)},
	{"icmp parameter problem with the quote's length", 1, over4(1, "0c00 0000 14 20 0000 "+"4500005c 00010000 40110000 0a000002 0a000001 0035 3039 0048 0000"+strings.Repeat("00", 100)+"2000 0000 0008 0101 00010140")},
	{"icmp fragmentation needed with the quote's length", 1, over4(1, "0304 0000 00 20 05dc "+"4500005c 00010000 40110000 0a000002 0a000001 0035 3039 0048 0000"+strings.Repeat("00", 100)+"2000 0000 0008 0101 00010140")},
	{"icmp redirect", 1, over4(1, "0501 0000 0a000009"+quoted)},
	{"icmp router advertisement", 1, over4(1, "0900 0000 0202 0708 0a000009 00000000 0a000008 80000000")},
	{"icmp timestamp", 1, over4(1, "0d00 0000 0001 0002 00000003 00000000 00000000")},
	{"icmp mask", 1, over4(1, "1200 0000 0001 0002 ffffff00")},
	{"icmp extended echo by name", 1, over4(1, "2a00 0000 0001 02 01 2000 0000 000c 0301 6574683000000000")},
	{"icmp extended echo by index", 1, over4(1, "2a00 0000 0001 02 01 2000 0000 0008 0302 00000005")},
	{"icmp extended echo by address", 1, over4(1, "2a00 0000 0001 02 00 2000 0000 0018 0303 0002 10 00 20010db8000000000000000000000009")},
	{"icmp extended echo by another address", 1, over4(1, "2a00 0000 0001 02 00 2000 0000 0010 0303 4005 06 00 0200000000010000")},
	{"icmp extended echo reply", 1, over4(1, "2b00 0000 0001 02 47")},
	{"icmpv6 error with the quote's length", 1, over6(58, "0100 0000 06 000000 60000000 0008 11 40"+addr6+"3039 0035 0008 0000"+"2000 0000 0008 0101 00010140")},
	{"icmpv6 packet too big", 1, over6(58, "0200 0000 000005dc 60000000 0008 11 40"+addr6+"3039 0035 0008 0000")},
	{"icmpv6 parameter problem", 1, over6(58, "0401 0000 00000006 60000000 0008 11 40"+addr6+"3039 0035 0008 0000")},
	{"icmpv6 extended echo", 1, over6(58, "a000 0000 0001 02 01")},
	{"icmpv6 extended echo reply", 1, over6(58, "a100 0000 0001 02 47")},
	{"router advertisement with every option", 1, over6(58, "8600 0000 40d00708 00000001 00000002 0501 0000 000005dc 0701 0000 00000064 0801 0000 0005 0708 "+
		"1803 40 18 00000e10 20010db8000000000000000000000000 1903 0000 00000e10 20010db8000000000000000000000053 "+
		"1a01 8000 00000000 2503 687474703a2f2f612e62000000000000000000000000 2602 0e12 0064ff9b0000000000000000")},
	{"router advertisement with search list", 1, over6(58, "8600 0000 40c00708 00000000 00000000 1f02 0000 00000e10 0161 0162 00000000")},
	{"neighbour solicitation with nonce", 1, over6(58, "8700 0000 00000000 20010db8000000000000000000000002 0101020000000001 0e01 010203040506")},
	{"redirect with the packet", 1, over6(58, "8900 0000 00000000 20010db8000000000000000000000003 20010db8000000000000000000000002 0201020000000003 0407 0000 00000000 60000000 0008 11 40"+addr6+"3039 0035 0008 0000")},
	{"multicast listener query of version 2", 1, over6(58, "8200 0000 8123 0000 ff020000000000000000000000000016 0a 7d 0001 20010db8000000000000000000000009")},
	{"multicast listener query of version 1", 1, over6(58, "8200 0000 2710 0000 ff020000000000000000000000000016")},
	{"multicast listener report with sources", 1, over6(58, "8f00 0000 0000 0001 0101 0001 ff020000000000000000000000000016 20010db8000000000000000000000009 01020304")},
	{"igmp report with auxiliary data", 1, over4(2, "2200 0000 0000 0001 0101 0001 e1000001 0a000005 01020304")},
	{"igmp query of version 3", 1, over4(2, "1192 0000 e1000001 0a7d 0001 0a000005")},
	{"tcp echo", 1, segment("0606 01020304 0706 05060708")},
	{"tcp connection count", 1, segment("0b06 01020304 0101 0c06 05060708 0d06 01020304")},
	{"tcp authentication", 1, segment("1d10 01 02 0102030405060708090a0b0c")},
	{"tcp md5", 1, segment("1312 0102030405060708090a0b0c0d0e0f10 0000")},
	{"tcp experimental", 1, segment("fd08 1234 01020304")},
	{"tcp fast open, experimental", 1, segment("fe08 f989 01020304")},
	{"tcp of no known kind", 1, segment("c804 0102")},
	{"tcp user timeout", 1, segment("1c04 8123")},
	{"tcp multipath capable", 1, segment("1e0c 0181 0102030405060708")},
	{"tcp multipath capable, version 1", 1, segment("1e04 1181")},
	{"tcp multipath capable, third", 1, flagged(0x10, "1e14 0081 0102030405060708 1112131415161718")},
	{"tcp multipath join", 1, segment("1e0c 1101 01020304 05060708")},
	{"tcp multipath join, second", 1, flagged(0x12, "1e10 1001 0102030405060708 11121314")},
	{"tcp multipath join, third", 1, flagged(0x10, "1e18 1000 0102030405060708090a0b0c0d0e0f1011121314")},
	{"tcp multipath data sequence", 1, flagged(0x10, "1e14 2005 01020304 11121314 00000001 000a abcd")},
	{"tcp multipath data sequence, 8 bytes", 1, flagged(0x10, "1e1c 201f 0102030405060708 1112131415161718 00000001 000a abcd")},
	{"tcp multipath address", 1, flagged(0x10, "1e0a 3401 0a000009 1f90 0000")},
	{"tcp multipath echo of an address", 1, flagged(0x10, "1e08 3101 0a000009")},
	{"tcp multipath address of version 6", 1, flagged(0x10, "1e14 3602 20010db8000000000000000000000009")},
	{"tcp multipath removed address", 1, flagged(0x10, "1e04 4001")},
	{"tcp multipath priority", 1, flagged(0x10, "1e03 51 00")},
	{"tcp multipath fail", 1, flagged(0x10, "1e0c 6000 0102030405060708")},
	{"tcp multipath fast close", 1, flagged(0x10, "1e0c 7000 0102030405060708")},
	{"tcp multipath reset", 1, flagged(0x14, "1e04 8002")},
}

// sctp is an Ethernet frame with chunks.
func sctp(chunks ...string) string {
	return over4(132, "3039 0050 00000007 00000000 "+strings.Join(chunks, " "))
}

// chunk is one chunk, with the padding behind it.
func chunk(kind, flags int, body ...string) string {
	return tlv(kind<<8|flags, body...)
}

// tlv is a parameter or an error cause.
func tlv(kind int, body ...string) string {
	s := strings.Join(body, " ")
	n := size(s)
	return fmt.Sprintf("%04x %04x %s %s", kind, 4+n, s, strings.Repeat("00", -n&3))
}

// sctpFrames have every chunk, parameter and error cause.
var sctpFrames = []sample{
	{"sctp init", 1, sctp(chunk(1, 0, "00000001 00010000 000a 000b 00000064", tlv(5, "0a000001"), tlv(6, "20010db8000000000000000000000001"),
		tlv(9, "00000001"), tlv(11, "61622e00"), tlv(12, "0005 0006"), tlv(0x8000), tlv(0xc000), tlv(0x8002, "01020304"),
		tlv(0x8003, "0080"), tlv(0x8004, "0001 0003"), tlv(0x8008, "c082"), tlv(0xc006, "00000007")))},
	{"sctp init with odd lengths", 1, sctp(chunk(1, 0, "00000001 00010000 000a 000b 00000064", tlv(0x8002, "0102030405"), tlv(0x8005, "01020304"), tlv(0xc0de, "01020304")))},
	{"sctp init acknowledgement", 1, sctp(chunk(2, 0, "00000001 00010000 000a 000b 00000064", tlv(7, "01020304"), tlv(8, tlv(0x9, "01020304"))))},
	{"sctp selective acknowledgement", 1, sctp(chunk(3, 1, "00000064 00010000 0002 0002 0002 0003 0005 0006 00000062 00000063"))},
	{"sctp heartbeat", 1, sctp(chunk(4, 0, tlv(1, "01020304")))},
	{"sctp heartbeat acknowledgement", 1, sctp(chunk(5, 0, tlv(1, "01020304")))},
	{"sctp abort", 1, sctp(chunk(6, 1, tlv(12, "616263"), tlv(13, "01020304")))},
	{"sctp shutdown", 1, sctp(chunk(7, 0, "00000064"))},
	{"sctp shutdown acknowledgement", 1, sctp(chunk(8, 0))},
	{"sctp error", 1, sctp(chunk(9, 0, tlv(1, "0005 0000"), tlv(2, "00000001 0007 0000"), tlv(3, "00000009"), tlv(4), tlv(5, tlv(5, "0a000001")),
		tlv(6, "c8000004"), tlv(7), tlv(8, tlv(0x8003)), tlv(9, "00000064"), tlv(10), tlv(11, tlv(5, "0a000001"))))},
	{"sctp errors of reconfiguration", 1, sctp(chunk(9, 0, tlv(0xa0, tlv(5, "0a000001")), tlv(0xa1, tlv(0xc001, "00000002", tlv(5, "0a000009"))), tlv(0xa2, tlv(0xc001, "00000002", tlv(5, "0a000009"))),
		tlv(0xa3, "01020304"), tlv(0xa4, tlv(0xc001, "00000002", tlv(5, "0a000009"))), tlv(0x105, "0001 0000"), tlv(0x200, "01020304")))},
	{"sctp cookie", 1, sctp(chunk(10, 0, "01020304"))},
	{"sctp cookie acknowledgement", 1, sctp(chunk(11, 0))},
	{"sctp congestion echo", 1, sctp(chunk(12, 0, "00000064"))},
	{"sctp congestion reduced", 1, sctp(chunk(13, 0, "00000064"))},
	{"sctp shutdown complete", 1, sctp(chunk(14, 1))},
	{"sctp authentication", 1, sctp(chunk(15, 0, "0007 0001 0102030405060708090a0b0c0d0e0f1011121314"))},
	{"sctp acknowledgement without reneging", 1, sctp(chunk(16, 0, "00000064 00010000 0001 0001 0001 0000 0002 0003 0005 0006 00000063"))},
	{"sctp interleaved data", 1, sctp(chunk(64, 15, "00000064 0005 0000 00000006 00000007 01020304"))},
	{"sctp interleaved data, a later fragment", 1, sctp(chunk(64, 0, "00000065 0005 0000 00000006 00000007 01020304"))},
	{"sctp packet drop", 1, sctp(chunk(129, 7, "00010000 00000064 0005 0000 01020304"))},
	{"sctp reconfiguration", 1, sctp(chunk(130, 0, tlv(13, "00000001 00000002 00000003 0005 0006"), tlv(14, "00000001 0005 0006"), tlv(15, "00000001"), tlv(16, "00000001 00000001 00000002 00000003")))},
	{"sctp reconfiguration of streams", 1, sctp(chunk(130, 0, tlv(17, "00000001 0005 0000"), tlv(18, "00000001 0005 0000"), tlv(16, "00000001 00000002")))},
	{"sctp padding", 1, sctp(chunk(132, 0, "01020304"))},
	{"sctp forward tsn", 1, sctp(chunk(192, 0, "00000066 0005 0006"))},
	{"sctp address configuration", 1, sctp(chunk(193, 0, "00000001", tlv(5, "0a000001"), tlv(0xc001, "00000002", tlv(5, "0a000009")), tlv(0xc002, "00000003", tlv(5, "0a000009")), tlv(0xc004, "00000004", tlv(5, "0a000009"))))},
	{"sctp address configuration acknowledgement", 1, sctp(chunk(128, 0, "00000001", tlv(0xc005, "00000002"), tlv(0xc003, "00000003", tlv(0xa0, tlv(5, "0a000001")))))},
	{"sctp interleaved forward tsn", 1, sctp(chunk(194, 0, "00000067 0005 0001 00000006"))},
	{"sctp chunk of no known type", 1, sctp(chunk(200, 0, "01020304"))},
	{"sctp data with padding", 1, sctp(chunk(0, 11, "00000068 0002 0003 00000000 616263"))},
	{"sctp data in a bundle", 1, sctp(chunk(3, 0, "00000064 00010000 0000 0000"), chunk(0, 3, "00000069 0002 0004 00000000 61626364"))},
}

// rareFrames are of protocols that few captures have.
var rareFrames = []sample{
	{"udp-lite with coverage", 1, over4(136, "3039 0035 0008 1234 61626364")},
	{"netfilter log with devices and a prefix", 239, "02000000 0800040000000001 0800050000000002 0800060000000003 0800070000000004 08000a0061626300 20000900" + inside},
	{"cooked, from an address of version 4", 113, "0000 0308 0004 0a000001 00000000 0800" + inside},
	{"a length that is none", 1, "020000000002 020000000001 05de 0102"},
	{"backbone tag", 1, "020000000002 020000000001 88e7 b8012345 020000000004 020000000003 0800" + inside},
	{"virtual interfaces' tag before a length", 1, "020000000002 020000000001 8926 c0050007 0003 424203 00000000"},
	{"llc supervisory", 1, "020000000002 020000000001 0004 4243 0103"},
	{"llc supervisory, a command", 1, "020000000002 020000000001 0004 4242 0503"},
	{"llc information", 1, "020000000002 020000000001 0004 4243 0204"},
	{"llc unnumbered response", 1, "020000000002 020000000001 0003 4243 73"},
	{"llc unnumbered command", 1, "020000000002 020000000001 0003 4242 7f"},
	{"pppoe discovery with every tag", 1, "020000000002 020000000001 8863 1107 0001 0045 0101 0003 616263 0105 0006 000000000001 0106 0002 0007 0110 0003 616263 0201 0003 616263 0202 0003 616263 0203 0003 616263 0102 0002 4143 0103 0002 0102 0104 0002 0304"},
	{"pppoe discovery with credits", 1, "020000000002 020000000001 8863 110a 0001 0006 0108 0002 0009"},
	{"ppp with a direction", 166, "01030021" + inside},
	{"associated channel", 1, "020000000002 020000000001 8847 00010140 10000021" + inside},
	{"ethernet over ip", 1, over4(97, "3000"+ethIP+inside)},
	{"l2tp control", 1, overUDP(1701, "c802 0014 0001 0002 0003 0004 8008 0000 0000 0001")},
	{"l2tp with sequence and offset", 1, overUDP(1701, "4a02 002e 0001 0002 0003 0004 0000 ff030021"+inside)},
	{"l2tp version 3 control", 1, overUDP(1701, "c803 0014 00000005 0003 0004 8008 0000 0000 0001")},
	{"teredo with authentication", 1, overUDP(3544, "0001 0203 6162 636465 0102030405060708 00 6000000000003b40"+addr6)},
	{"ppp behind a direction", 204, "01 ff03 0021" + inside},
	{"hdlc behind a direction", 205, "01 0f000800" + inside},
	{"frame relay behind a direction", 206, "01 1841 03cc" + inside},
	{"per-packet information", 192, "00 01 0800 69000000" + station80211},
	{"prism", 119, "44000000 90000000 776c616e3000" + strings.Repeat("00", 130) + station80211},
	{"avs", 163, "80211001 00000040 0000000000000001 0000000000000002 00000004 00000006 0000000a 00000001 00000000 00000002 ffffffc4 ffffffa1 00000000 00000001" + station80211},
	{"avs in prism's place", 119, "80211001 00000040 0000000000000001 0000000000000002 00000004 00000006 0000000a 00000001 00000000 00000002 ffffffc4 ffffffa1 00000000 00000001" + station80211},
	{"packet filter's log", 117, "3d 02 01 00 656d3000" + strings.Repeat("00", 12) + "616263" + strings.Repeat("00", 13) + "00000007 ffffffff e8030000 a0860100 01000000 11000000 01 000000" + inside},
	{"ipsec of openbsd", 109, "02000000 00001234 000c0000" + inside},
	{"token ring", 6, "10 40 000000000002 000000000001 aaaa03 000000 0800" + inside},
	{"token ring with a route", 6, "18 40 000000000002 800000000001 0630 0011 0020 aaaa03 000000 0800" + inside},
	{"labels alone", 219, "00010140" + inside},
	{"radiotap with every value", 127, "0000 4000 ffff1f00 0100000000000000 10 02 8509 c000 0102 c4 a1 0300 0400 0500 06 07 08 09 0200 0100 01 02 0000 40010100 a415 6c 00 ff 5f 07 00 01000000 4f00 00 00" + station80211 + "00000000"},
	{"radiotap with another antenna", 127, "0000 1600 220000a0 20080020 20080000 00 c4 c3 00 c2 01" + station80211},
	{"802.11 data", 105, station80211},
	{"802.11 data with quality from a station", 105, "8801 2c00" + stations + "1502 aaaa03 000000 0800" + inside},
	{"802.11 data with quality and a time", 105, "8801 2c00" + stations + "0602 aaaa03 000000 0800" + inside},
	{"802.11 data with quality from an access point", 105, "8802 2c00" + stations + "2502 aaaa03 000000 0800" + inside},
	{"802.11 beacon", 105, "8000 0000" + stations + "0102030405060708 6400 1104 0003616263 010482848b96 030106"},
	{"802.11 probe request", 105, "4000 0000" + stations + "0000 010482848b96"},
	{"802.11 association request", 105, "0000 0000" + stations + "1104 0a00 0003616263"},
	{"802.11 association response", 105, "1000 0000" + stations + "1104 0000 01c0 010482848b96"},
	{"802.11 reassociation request", 105, "2000 0000" + stations + "1104 0a00 020000000009 0003616263"},
	{"802.11 authentication", 105, "b000 0000" + stations + "0000 0100 0000"},
	{"802.11 deauthentication", 105, "c000 0000" + stations + "0700"},
	{"802.11 acknowledgement", 105, "d400 0000 020000000002"},
	{"802.11 request to send", 105, "b400 2c00 020000000002 020000000001"},
	{"frame relay", 107, "184f 03cc" + inside},
	{"frame relay with a longer address and padding", 107, "1a40 0021 0300cc" + inside},
	{"frame relay with control in the address", 107, "1840 03 03cc" + inside},
	{"frame relay with snap", 107, "1841 0300 80 000000 0800" + inside},
	{"frame relay with a bridged frame", 107, "1841 0300 80 0080c2 0007" + ethIP + inside},
	{"frame relay as cisco has it", 107, "1841 0800" + inside},
	{"fddi", 10, "53 020000000002 020000000001 aaaa03 000000 0800" + inside},
	{"fddi station management", 10, "41 020000000002 020000000001 0102"},
	{"fddi mac", 10, "c2 020000000002 020000000001 0102"},
	{"pktap", 258, "6c000000 01000000 01000000 656e3000" + strings.Repeat("00", 20) + "02000000 02000000 0e000000 00000000 00020000 637572 6c" + strings.Repeat("00", 16) +
		"01000000 0600 0100 ffffffff 6c73" + strings.Repeat("00", 18) + ethIP + inside},
	{"inter-switch link", 1, "01000c000007 020000000001 003b aaaa03 00000c 0015 0003 0001 " + ethIP + inside + "00000000"},
	{"inter-switch link, a ring", 1, "01000c00001a 020000000001 0010 aaaa03 00000c 0014 0003 0000 01020304"},
	{"a switch's time stamp", 1, "020000000002 020000000001 d28b 0001 0010 5ceeed57 384f59c8 0800" + inside},
	{"a switch's short time stamp", 1, "020000000002 020000000001 d28b 0001 0120 ed57 384f59c8 0800" + inside},
	{"authenticated", 1, "020000000002 020000000001 88e5 2200 00000007 020000000001 0001 0800" + inside + "0102030405060708090a0b0c0d0e0f10"},
	{"authenticated, and padded", 1, "020000000002 020000000001 88e5 001e 00000007 0800" + inside + "0102030405060708090a0b0c0d0e0f10" + "0000"},
	{"encrypted", 1, "020000000002 020000000001 88e5 2f00 00000007 020000000001 0001 0102030405060708 0102030405060708090a0b0c0d0e0f10"},
	{"pim hello", 1, over4(103, "2000 0000 0001 0002 0069")},
	{"pim register", 1, over4(103, "2100 0000 80000000"+inside)},
	{"ayiya", 1, overUDP(5072, "4152 1129 4af64bfd 20010db8000000000000000000000001 0102030405060708090a0b0c0d0e0f1011121314 6000000000003b40"+addr6)},
	{"capwap to the controller", 1, overUDP(5247, "00 300330 0000 0000 06 020000000009 00 04 d0 1e 006c 000000 0801 0000 020000000002 020000000001 020000000003 0000 aaaa03 000000 0800"+inside)},
	{"capwap with a longer address", 1, overUDP(5247, "00 280310 0000 0000 08 0102030405060708 000000")},
	{"capwap with an address of another length", 1, overUDP(5247, "00 200310 0000 0000 04 01020304 000000")},
	{"capwap from the controller", 1, over4(17, datagram(5247, 40000, "00 204220 0000 0000 04 0003 0000 000000"+ethIP+inside))},
	{"capwap under dtls", 1, overUDP(5246, "01 000000 17fefd 0001 000000000001 0004 01020304")},
	{"lisp", 1, overUDP(4341, "e8 010203 000042 05"+inside)},
	{"lisp with versions", 1, overUDP(4341, "50 001002 00000005"+inside)},
	{"lisp encapsulated message", 1, overUDP(4342, "88000000"+"4500001c 00010000 40110000 0a000003 0a000004 3039 0035 0008 0000")},
	{"gtp with extensions", 1, overUDP(2152, "37ff 0028 00000001 0002 03 85 01 1009 40 01 0868 00"+inside)},
	{"gtp with a session's container", 1, overUDP(2152, "34ff 0024 00000001 0000 00 85 01 0049 00"+inside)},
	{"gtp with a paging policy", 1, overUDP(2152, "34ff 0028 00000001 0000 00 85 02 00c9 600000 0000"+inside)},
	{"gtp with numbers of packet data", 1, overUDP(2152, "34ff 002c 00000001 0000 00 c0 01 0102 82 02 010203 000000 00"+inside)},
	{"gtp with containers", 1, overUDP(2152, "34ff 0028 00000001 0000 00 81 01 0102 83 01 0506 00"+inside)},
	{"gtp with a service class", 1, overUDP(2152, "34ff 0024 00000001 0000 00 20 01 0500 00"+inside)},
	{"gtp control, version 2", 1, overUDP(2123, "4820 0008 00000001 000002 00")},
	{"gtp control, version 2 without tunnel", 1, overUDP(2123, "4001 0004 000002 00")},
}
