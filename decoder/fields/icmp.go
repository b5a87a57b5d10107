package fields

import "github.com/pcappipe/pcappipe/record"

// Places in icmpLayer. Extensions follow in icmpext.go.
const (
	icmpType = iota
	icmpCode
	icmpChecksum
	icmpUnused
	icmpReserved
	icmpIdent
	icmpIdentLE
	icmpSeq
	icmpSeqLE
	icmpLength
	icmpMTU
	icmpPointer
	icmpGateway
	icmpNumAddrs
	icmpEntrySize
	icmpLifetime
	icmpRouter
	icmpPreference
	icmpOriginate
	icmpReceive
	icmpTransmit
	icmpMask
	icmpEchoSeq
	icmpEchoReqReserved
	icmpEchoLocal
	icmpEchoState
	icmpEchoRspReserved
	icmpEchoActive
	icmpEchoIPv4
	icmpEchoIPv6
	icmpExtVersion
	icmpExtReserved
	icmpExtChecksum
	icmpExtLength
	icmpExtClass
	icmpExtCType
	icmpExtData
	icmpMPLSLabel
	icmpMPLSExp
	icmpMPLSBottom
	icmpMPLSTTL
	icmpIfRole
	icmpIfReserved
	icmpIfHasIndex
	icmpIfHasAddr
	icmpIfHasName
	icmpIfHasMTU
	icmpIfIndex
	icmpIfAFI
	icmpIfIPv4
	icmpIfIPv6
	icmpIfNameLen
	icmpIfName
	icmpIfMTU
	icmpIdentName
	icmpIdentIndex
	icmpIdentAFI
	icmpIdentAddrLen
	icmpIdentReserved
	icmpIdentIPv4
	icmpIdentIPv6
	icmpIdentAddress
)

var icmpLayer = record.Layer{Key: "icmp", Fields: []record.Field{
	icmpType:       one("icmp.type", record.Uint, "RFC 792", "type"),
	icmpCode:       one("icmp.code", record.Uint, "RFC 792", "code"),
	icmpChecksum:   one("icmp.checksum", record.Uint, "RFC 792", "checksum"),
	icmpUnused:     many("icmp.unused", record.Bytes, "RFC 792", "not used"),
	icmpReserved:   many("icmp.reserved", record.Bytes, "RFC 5837, 4.2", "interface's address: reserved"),
	icmpIdent:      one("icmp.ident", record.Uint, "RFC 792", "identifier"),
	icmpIdentLE:    one("icmp.ident_le", record.Uint, "RFC 792", "identifier, read as little-endian (what Windows sends)"),
	icmpSeq:        one("icmp.seq", record.Uint, "RFC 792", "sequence number"),
	icmpSeqLE:      one("icmp.seq_le", record.Uint, "RFC 792", "sequence number, read as little-endian (what Windows sends)"),
	icmpLength:     in("4 bytes", one("icmp.length", record.Uint, "RFC 4884, 4", "length of the quoted datagram")),
	icmpMTU:        in("bytes", one("icmp.mtu", record.Uint, "RFC 1191, 4", "MTU of the next hop")),
	icmpPointer:    one("icmp.pointer", record.Uint, "RFC 792", "which byte of the header is at fault"),
	icmpGateway:    one("icmp.redir_gw", record.Address, "RFC 792", "gateway to send to"),
	icmpNumAddrs:   one("icmp.num_addrs", record.Uint, "RFC 1256, 3", "router advertisement: number of addresses"),
	icmpEntrySize:  in("4 bytes", one("icmp.addr_entry_size", record.Uint, "RFC 1256, 3", "router advertisement: size of an entry")),
	icmpLifetime:   in("seconds", one("icmp.lifetime", record.Uint, "RFC 1256, 3", "router advertisement: lifetime")),
	icmpRouter:     many("icmp.router_address", record.Address, "RFC 1256, 3", "router's address"),
	icmpPreference: many("icmp.pref_level", record.Int, "RFC 1256, 3", "router's preference"),
	icmpOriginate:  in("milliseconds", one("icmp.originate_timestamp", record.Uint, "RFC 792", "when the sender last touched it, since midnight UT")),
	icmpReceive:    in("milliseconds", one("icmp.receive_timestamp", record.Uint, "RFC 792", "when the echoer first touched it, since midnight UT")),
	icmpTransmit:   in("milliseconds", one("icmp.transmit_timestamp", record.Uint, "RFC 792", "when the echoer last touched it, since midnight UT")),
	icmpMask:       one("icmp.address_mask", record.Address, "RFC 950, I", "address mask"),

	icmpEchoSeq:         one("icmp.ext.echo.seq", record.Uint, "RFC 8335, 2", "extended echo: sequence number"),
	icmpEchoReqReserved: one("icmp.ext.echo.req.res", record.Uint, "RFC 8335, 2", "extended echo request: reserved"),
	icmpEchoLocal:       one("icmp.ext.echo.req.local", record.Bool, "RFC 8335, 2", "extended echo request: the probed interface is the proxy's"),
	icmpEchoState:       one("icmp.ext.echo.rsp.state", record.Uint, "RFC 8335, 3", "extended echo reply: state"),
	icmpEchoRspReserved: one("icmp.ext.echo.rsp.res", record.Uint, "RFC 8335, 3", "extended echo reply: reserved"),
	icmpEchoActive:      one("icmp.ext.echo.rsp.active", record.Bool, "RFC 8335, 3", "extended echo reply: the interface is active"),
	icmpEchoIPv4:        one("icmp.ext.echo.rsp.ipv4", record.Bool, "RFC 8335, 3", "extended echo reply: IPv4 runs on it"),
	icmpEchoIPv6:        one("icmp.ext.echo.rsp.ipv6", record.Bool, "RFC 8335, 3", "extended echo reply: IPv6 runs on it"),

	icmpExtVersion:  one("icmp.ext.version", record.Uint, "RFC 4884, 7", "extension structure: version"),
	icmpExtReserved: one("icmp.ext.res", record.Uint, "RFC 4884, 7", "extension structure: reserved"),
	icmpExtChecksum: one("icmp.ext.checksum", record.Uint, "RFC 4884, 7", "extension structure: checksum"),
	icmpExtLength:   in("bytes", many("icmp.ext.length", record.Uint, "RFC 4884, 7", "extension object: length")),
	icmpExtClass:    many("icmp.ext.class", record.Uint, "RFC 4884, 7", "extension object: class"),
	icmpExtCType:    many("icmp.ext.ctype", record.Uint, "RFC 4884, 7", "extension object: type in its class"),
	icmpExtData:     many("icmp.ext.data", record.Bytes, "RFC 4884, 7", "extension object: data of another class"),
	icmpMPLSLabel:   many("icmp.mpls.label", record.Uint, "RFC 4950, 3", "MPLS label"),
	icmpMPLSExp:     many("icmp.mpls.exp", record.Uint, "RFC 4950, 3", "MPLS experimental bits"),
	icmpMPLSBottom:  many("icmp.mpls.s", record.Bool, "RFC 4950, 3", "MPLS bottom of stack"),
	icmpMPLSTTL:     many("icmp.mpls.ttl", record.Uint, "RFC 4950, 3", "MPLS time to live"),

	icmpIfRole:     many("icmp.int_info.role", record.Uint, "RFC 5837, 4.1", "interface information: role"),
	icmpIfReserved: many("icmp.int_info.reserved", record.Uint, "RFC 5837, 4.1", "interface information: reserved"),
	icmpIfHasIndex: many("icmp.int_info.ifindex", record.Bool, "RFC 5837, 4.1", "interface information: has an index"),
	icmpIfHasAddr:  many("icmp.int_info.ipaddr", record.Bool, "RFC 5837, 4.1", "interface information: has an address"),
	icmpIfHasName:  many("icmp.int_info.name_present", record.Bool, "RFC 5837, 4.1", "interface information: has a name"),
	icmpIfHasMTU:   many("icmp.int_info.mtu_present", record.Bool, "RFC 5837, 4.1", "interface information: has an MTU"),
	icmpIfIndex:    many("icmp.int_info.index", record.Uint, "RFC 5837, 4.1", "interface index"),
	icmpIfAFI:      many("icmp.int_info.afi", record.Uint, "RFC 5837, 4.2", "interface's address family"),
	icmpIfIPv4:     many("icmp.int_info.ipv4", record.Address, "RFC 5837, 4.2", "interface's IPv4 address"),
	icmpIfIPv6:     many("icmp.int_info.ipv6", record.Address, "RFC 5837, 4.2", "interface's IPv6 address"),
	icmpIfNameLen:  in("bytes", many("icmp.int_info.name_length", record.Uint, "RFC 5837, 4.3", "length of the name, itself included")),
	icmpIfName:     many("icmp.int_info.name", record.Text, "RFC 5837, 4.3", "interface name"),
	icmpIfMTU:      in("bytes", many("icmp.int_info.mtu", record.Uint, "RFC 5837, 4.1", "interface's MTU")),

	icmpIdentName:     many("icmp.int_ident.name", record.Text, "RFC 8335, 2.1", "probed interface: name"),
	icmpIdentIndex:    many("icmp.int_ident.index", record.Uint, "RFC 8335, 2.1", "probed interface: index"),
	icmpIdentAFI:      many("icmp.int_ident.afi", record.Uint, "RFC 8335, 2.1", "probed interface: address family"),
	icmpIdentAddrLen:  in("bytes", many("icmp.int_ident.addr_length", record.Uint, "RFC 8335, 2.1", "probed interface: length of the address")),
	icmpIdentReserved: many("icmp.int_ident.reserved", record.Bytes, "RFC 8335, 2.1", "probed interface: reserved"),
	icmpIdentIPv4:     many("icmp.int_ident.ipv4", record.Address, "RFC 8335, 2.1", "probed interface: IPv4 address"),
	icmpIdentIPv6:     many("icmp.int_ident.ipv6", record.Address, "RFC 8335, 2.1", "probed interface: IPv6 address"),
	icmpIdentAddress:  many("icmp.int_ident.address", record.Bytes, "RFC 8335, 2.1", "probed interface: another address"),
}}

// ICMP types (IANA, ICMP parameters).
const (
	icmpEchoReply    = 0
	icmpUnreachable  = 3
	icmpRedirect     = 5
	icmpEcho         = 8
	icmpAdvertise    = 9
	icmpTimeExceeded = 11
	icmpParameter    = 12
	icmpTimestamp    = 13
	icmpTimeReply    = 14
	icmpInfo         = 15
	icmpInfoReply    = 16
	icmpMaskRequest  = 17
	icmpMaskReply    = 18
	icmpExtEcho      = 42
	icmpExtReply     = 43
)

func (w *walk) icmp(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 1 {
		return
	}
	kind := b[0]
	r.Uint(icmpType, uint64(kind))
	if len(b) < 2 {
		return
	}
	r.Uint(icmpCode, uint64(b[1]))
	if len(b) < 4 {
		return
	}
	r.Uint(icmpChecksum, be16(b[2:]))
	if len(b) < 8 {
		if queries(kind) && len(b) >= 6 {
			r.Uint(icmpIdent, be16(b[4:]))
			r.Uint(icmpIdentLE, le16(b[4:]))
		}
		return
	}
	switch kind {
	case icmpEcho, icmpEchoReply, icmpInfo, icmpInfoReply:
		w.icmpIdentify(b)
	case icmpTimestamp, icmpTimeReply:
		w.icmpIdentify(b)
		w.icmpTimes(b)
	case icmpMaskRequest, icmpMaskReply:
		w.icmpIdentify(b)
		if len(b) >= 12 {
			r.Bytes(icmpMask, at+8, 4)
		}
	case icmpUnreachable, icmpTimeExceeded, icmpParameter:
		w.icmpError(at, b)
	case icmpRedirect:
		r.Bytes(icmpGateway, at+4, 4)
	case icmpAdvertise:
		w.icmpRouters(at, b)
	case icmpExtEcho, icmpExtReply:
		w.icmpExtendedEcho(at, b)
	}
}

// queries says whether a message has an identifier and a sequence number.
func queries(kind byte) bool {
	switch kind {
	case icmpEcho, icmpEchoReply, icmpInfo, icmpInfoReply, icmpTimestamp, icmpTimeReply, icmpMaskRequest, icmpMaskReply:
		return true
	}
	return false
}

// icmpIdentify writes the identifier and sequence number that queries have.
func (w *walk) icmpIdentify(b []byte) {
	r := w.row
	r.Uint(icmpIdent, be16(b[4:]))
	r.Uint(icmpIdentLE, le16(b[4:]))
	r.Uint(icmpSeq, be16(b[6:]))
	r.Uint(icmpSeqLE, le16(b[6:]))
}

func (w *walk) icmpTimes(b []byte) {
	for i, field := range [...]int{icmpOriginate, icmpReceive, icmpTransmit} {
		if at := 8 + 4*i; at+4 <= len(b) {
			w.row.Uint(field, be32(b[at:]))
		}
	}
}

// icmpRouters reads a router advertisement.
func (w *walk) icmpRouters(at int, b []byte) {
	r, count, size := w.row, int(b[4]), 4*int(b[5])
	r.Uint(icmpNumAddrs, uint64(b[4]))
	r.Uint(icmpEntrySize, uint64(b[5]))
	r.Uint(icmpLifetime, be16(b[6:]))
	if size < 8 {
		return
	}
	for off := 8; count > 0 && off+8 <= len(b); off += size {
		r.Bytes(icmpRouter, at+off, 4)
		r.Uint(icmpPreference, uint64(int64(int32(be32(b[off+4:])))))
		count--
	}
}
