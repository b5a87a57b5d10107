package filter

import "strconv"

// Services and their ports, by the names of the IANA registry and the older ones
// still in use: those that TCP and UDP share, those of TCP, those of UDP.
var (
	sharedServices = map[string]uint32{
		"echo": 7, "discard": 9, "daytime": 13, "chargen": 19, "time": 37, "tacacs": 49, "domain": 53,
		"kerberos": 88, "sunrpc": 111, "portmapper": 111, "snmp": 161, "snmp-trap": 162, "snmptrap": 162,
		"ldap": 389, "https": 443, "kpasswd": 464, "rtsp": 554, "ldp": 646, "syslog": 514, "ldaps": 636,
		"tinc": 655, "domain-s": 853, "openvpn": 1194, "radius": 1812, "radius-acct": 1813, "radacct": 1813,
		"nfs": 2049, "isns": 3205, "sip": 5060, "sip-tls": 5061, "gnutella-svc": 6346, "gnutella-rtr": 6347,
		"kerberos4": 750, "kdc": 750, "kerberos-master": 751,
	}
	tcpServices = map[string]uint32{
		"tcpmux": 1, "systat": 11, "netstat": 15, "qotd": 17, "ftp-data": 20, "ftp": 21, "ssh": 22,
		"telnet": 23, "smtp": 25, "mail": 25, "whois": 43, "nicname": 43, "gopher": 70, "finger": 79,
		"http": 80, "www": 80, "iso-tsap": 102, "tsap": 102, "dicom": 104, "pop3": 110, "auth": 113,
		"ident": 113, "nntp": 119, "epmap": 135, "netbios-ssn": 139, "imap2": 143, "imap": 143, "bgp": 179,
		"smux": 199, "microsoft-ds": 445, "submissions": 465, "ssmtp": 465, "smtps": 465, "urd": 465,
		"ipp": 631, "exec": 512, "login": 513, "shell": 514, "cmd": 514, "printer": 515, "uucp": 540,
		"klogin": 543, "kshell": 544, "afpovertcp": 548, "nntps": 563, "submission": 587, "kerberos-adm": 749,
		"rsync": 873, "ftps-data": 989, "ftps": 990, "telnets": 992, "imaps": 993, "pop3s": 995, "socks": 1080,
		"ms-sql-s": 1433, "cvspserver": 2401, "dict": 2628, "gpsd": 2947, "iscsi-target": 3260, "mysql": 3306,
		"ms-wbt-server": 3389, "distcc": 3632, "svn": 3690, "subversion": 3690, "sieve": 4190, "epmd": 4369,
		"xmpp-client": 5222, "jabber-client": 5222, "xmpp-server": 5269, "jabber-server": 5269,
		"postgresql": 5432, "postgres": 5432, "amqps": 5671, "amqp": 5672, "x11": 6000, "x11-0": 6000,
		"redis": 6379, "ircs-u": 6697, "http-alt": 8080, "webcache": 8080, "zabbix-agent": 10050,
		"zabbix-trapper": 10051, "spamd": 783, "syslog-tls": 6514, "ircd": 6667, "git": 9418,
	}
	udpServices = map[string]uint32{
		"bootps": 67, "bootpc": 68, "tftp": 69, "ntp": 123, "netbios-ns": 137, "netbios-dgm": 138,
		"xdmcp": 177, "ipx": 213, "ptp-event": 319, "ptp-general": 320, "isakmp": 500, "asf-rmcp": 623,
		"biff": 512, "comsat": 512, "who": 513, "whod": 513, "talk": 517, "ntalk": 518, "route": 520,
		"router": 520, "routed": 520, "dhcpv6-client": 546, "dhcpv6-server": 547, "ms-sql-m": 1434,
		"l2f": 1701, "l2tp": 1701, "icpv2": 3130, "icp": 3130, "ipsec-nat-t": 4500, "iax": 4569, "mdns": 5353,
		"babel": 6696, "moira_ureg": 779,
	}
)

// service returns the port of a service or of a number in digits, and the one
// protocol it is of, or 0.
func service(s string) (port, protocol uint32, ok bool) {
	if v, err := strconv.ParseUint(s, 10, 16); err == nil {
		return uint32(v), 0, true
	}
	if port, ok = sharedServices[s]; ok {
		return port, 0, true
	}
	if port, ok = tcpServices[s]; ok {
		return port, protoTCP, true
	}
	port, ok = udpServices[s]
	return port, protoUDP, ok
}

// ipProtocols are the names of IP protocol numbers, in the spellings that
// systems know.
var ipProtocols = map[string]uint32{
	"ip": 0, "IP": 0, "hopopt": 0, "HOPOPT": 0, "icmp": 1, "ICMP": 1, "igmp": 2, "IGMP": 2, "ggp": 3,
	"GGP": 3, "ipencap": 4, "IP-ENCAP": 4, "st": 5, "ST": 5, "tcp": 6, "TCP": 6, "egp": 8, "EGP": 8,
	"igp": 9, "IGP": 9, "pup": 12, "PUP": 12, "udp": 17, "UDP": 17, "hmp": 20, "HMP": 20, "xns-idp": 22,
	"XNS-IDP": 22, "rdp": 27, "RDP": 27, "iso-tp4": 29, "ISO-TP4": 29, "dccp": 33, "DCCP": 33, "xtp": 36,
	"XTP": 36, "ddp": 37, "DDP": 37, "idpr-cmtp": 38, "IDPR-CMTP": 38, "ipv6": 41, "IPv6": 41,
	"ipv6-route": 43, "IPv6-Route": 43, "ipv6-frag": 44, "IPv6-Frag": 44, "idrp": 45, "IDRP": 45,
	"rsvp": 46, "RSVP": 46, "gre": 47, "GRE": 47, "esp": 50, "IPSEC-ESP": 50, "ah": 51, "IPSEC-AH": 51,
	"skip": 57, "SKIP": 57, "ipv6-icmp": 58, "IPv6-ICMP": 58, "ipv6-nonxt": 59, "IPv6-NoNxt": 59,
	"ipv6-opts": 60, "IPv6-Opts": 60, "rspf": 73, "RSPF": 73, "CPHB": 73, "vmtp": 81, "VMTP": 81,
	"eigrp": 88, "EIGRP": 88, "ospf": 89, "OSPFIGP": 89, "ax.25": 93, "AX.25": 93, "ipip": 94, "IPIP": 94,
	"etherip": 97, "ETHERIP": 97, "encap": 98, "ENCAP": 98, "pim": 103, "PIM": 103, "ipcomp": 108,
	"IPCOMP": 108, "vrrp": 112, "VRRP": 112, "l2tp": 115, "L2TP": 115, "isis": 124, "ISIS": 124,
	"sctp": 132, "SCTP": 132, "fc": 133, "FC": 133, "mobility-header": 135, "Mobility-Header": 135,
	"udplite": 136, "UDPLite": 136, "mpls-in-ip": 137, "MPLS-in-IP": 137, "manet": 138, "hip": 139,
	"HIP": 139, "shim6": 140, "Shim6": 140, "wesp": 141, "WESP": 141, "rohc": 142, "ROHC": 142,
	"ethernet": 143, "Ethernet": 143, "mptcp": 262, "MPTCP": 262,
}
