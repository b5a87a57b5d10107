package main

import (
	"strconv"

	"github.com/pcappipe/pcappipe/frame"
)

// linkTypes are the names of common link types (tcpdump.org, LINKTYPE_ values).
var linkTypes = map[frame.LinkType]string{
	0:   "BSD loopback",
	1:   "Ethernet",
	3:   "AX.25",
	6:   "Token Ring",
	7:   "ARCNET",
	8:   "SLIP",
	9:   "PPP",
	10:  "FDDI",
	50:  "PPP with HDLC framing",
	51:  "PPPoE",
	101: "raw IP",
	104: "Cisco HDLC",
	105: "802.11",
	107: "Frame Relay",
	108: "OpenBSD loopback",
	113: "Linux cooked",
	119: "802.11 with Prism header",
	122: "IP over Fibre Channel",
	127: "802.11 with radiotap",
	139: "SS7 MTP2",
	140: "SS7 MTP3",
	141: "SS7 SCCP",
	143: "DOCSIS",
	147: "user 0",
	163: "802.11 with AVS header",
	187: "Bluetooth HCI",
	189: "Linux USB",
	192: "PPI",
	195: "802.15.4",
	201: "Bluetooth HCI with direction",
	220: "Linux USB with padding",
	227: "CAN",
	228: "raw IPv4",
	229: "raw IPv6",
	230: "802.15.4 without FCS",
	231: "D-Bus",
	239: "NFLOG",
	242: "InfiniBand",
	249: "USBPcap",
	251: "Bluetooth LE",
	253: "Netlink",
	264: "ISO 14443",
	271: "vSockets",
	272: "Nordic Bluetooth LE",
	276: "Linux cooked v2",
}

// linkName returns the name of a link type, or its number.
func linkName(l frame.LinkType) string {
	if name, ok := linkTypes[l]; ok {
		return name
	}
	return "link type " + strconv.Itoa(int(l))
}
