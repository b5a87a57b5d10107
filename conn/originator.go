package conn

import (
	"bytes"

	"github.com/pcappipe/pcappipe/flow"
)

// beginsReversed says whether the first piece of a flow is rather an answer.
// A SYN without ACK never is. Of other first segments and of UDP the ports tell:
// the end whose port is a likely server's is the responder. A SYN with ACK of
// which the ports tell nothing may be a scan, so it takes the next segment to
// know (reverseSYNACK).
func (c *Conn) beginsReversed(key *flow.Key, p *flow.Piece) bool {
	if p.Marks&flow.HasTransport == 0 {
		return false
	}
	src, dst, to := key.PortA, key.PortB, &key.B
	if p.Dir&1 == flow.FromB {
		src, dst, to = dst, src, &key.A
	}
	if key.Kind&flow.IPv4 != 0 && bytes.Equal(to[:4], broadcast) {
		return false // nobody has that address, so it is not who began
	}
	switch c.kind {
	case tcp:
		return segmentReversed(src, dst, p.Flags)
	case udp:
		return likelyUDP(src) && !likelyUDP(dst)
	}
	return false
}

var broadcast = []byte{255, 255, 255, 255}

func segmentReversed(src, dst, flags uint16) bool {
	if flags&(flow.SYN|flow.ACK) == flow.SYN || !likelyTCP(src) {
		return false
	}
	if likelyTCP(dst) {
		return flags&flow.SYN == 0 && src < dst // the lower port is rather the server's
	}
	return true
}

// likelyTCP says whether a TCP port is likely a server's. These are the ports
// that Zeek's protocols register.
func likelyTCP(port uint16) bool {
	switch port {
	case 21, 2811, // FTP, GridFTP
		22, 25, 587, 53, 79, // SSH, SMTP, DNS, finger
		80, 81, 631, 1080, 3128, 8000, 8080, 8888, // HTTP and proxies, SOCKS
		88, 110, 135, 139, 143, 445, // Kerberos, POP3, DCE RPC, SMB, IMAP
		389, 3268, 502, 514, // LDAP, Modbus, syslog
		443, 563, 585, 614, 636, 989, 990, 992, 993, 995, 5223, // TLS
		1434, 3306, 5432, 6379, // MySQL, PostgreSQL, Redis
		1883, 3389, 5222, 5269, // MQTT, RDP, XMPP
		6666, 6667, 6668, 6669, 20000: // IRC, DNP3
		return true
	}
	return false
}

// likelyUDP is likelyTCP for UDP.
func likelyUDP(port uint16) bool {
	switch port {
	case 53, 137, 5353, 5355, // DNS, NetBIOS names, mDNS, LLMNR
		67, 88, 123, 161, 162, 389, 514, // DHCP, Kerberos, NTP, SNMP, LDAP, syslog
		443, 784, 853, // QUIC, DTLS, DNS over QUIC
		1812, 3389, 5060, 20000, // RADIUS, RDP, SIP, DNP3
		2123, 2152, 3544, 4789, 5072, 6081: // GTP, Teredo, VXLAN, AYIYA, Geneve
		return true
	}
	return false
}
