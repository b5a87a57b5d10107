package fields

import "github.com/pcappipe/pcappipe/record"

// Places in icmpv6Layer. Neighbour discovery follows in nd.go, multicast
// listener discovery in mld.go.
const (
	icmp6Type = iota
	icmp6Code
	icmp6Checksum
	icmp6Reserved
	icmp6Length
	icmp6MTU
	icmp6Pointer
	icmp6Ident
	icmp6Seq
	icmp6EchoSeq
	icmp6EchoReqReserved
	icmp6EchoLocal
	icmp6EchoState
	icmp6EchoRspReserved
	icmp6EchoActive
	icmp6EchoIPv4
	icmp6EchoIPv6
	raHopLimit
	raFlag
	raManaged
	raOther
	raHome
	raPreference
	raProxy
	raReserved
	raLifetime
	raReachable
	raRetrans
	nsTarget
	naFlag
	naRouter
	naSolicited
	naOverride
	naReserved
	naTarget
	rdTarget
	rdDestination
	ndType
	ndLength
	ndLink
	ndSrcLink
	ndTargetLink
	ndPrefixLen
	ndPrefixFlag
	ndPrefixL
	ndPrefixA
	ndPrefixR
	ndPrefixReserved
	ndValid
	ndPreferred
	ndPrefix
	ndMTU
	ndInterval
	ndHomePreference
	ndHomeLifetime
	ndNonce
	ndRouteFlag
	ndRoutePreference
	ndRouteReserved
	ndRouteLifetime
	ndRDNSSLifetime
	ndRDNSS
	ndDNSSLLifetime
	ndFlags
	ndCaptive
	ndPref64Lifetime
	ndPref64PLC
	mldDelay
	mldCode
	mldAddress
	mldFlag
	mldS
	mldQRV
	mldFlagReserved
	mldQQI
	mldSources
	mldSource
	mldRecords
	mldRecordType
	mldAuxLen
	mldRecordSources
	mldRecordAddress
	mldRecordSource
	mldAux
)

var icmpv6Layer = record.Layer{Key: "icmpv6", Fields: []record.Field{
	icmp6Type:            one("icmpv6.type", record.Uint, "RFC 4443, 2.1", "type"),
	icmp6Code:            one("icmpv6.code", record.Uint, "RFC 4443, 2.1", "code"),
	icmp6Checksum:        one("icmpv6.checksum", record.Uint, "RFC 4443, 2.3", "checksum"),
	icmp6Reserved:        many("icmpv6.reserved", record.Bytes, "RFC 4443, 3", "reserved"),
	icmp6Length:          in("8 bytes", one("icmpv6.length", record.Uint, "RFC 4884, 4", "length of the quoted datagram")),
	icmp6MTU:             in("bytes", one("icmpv6.mtu", record.Uint, "RFC 4443, 3.2", "MTU of the next hop")),
	icmp6Pointer:         one("icmpv6.pointer", record.Uint, "RFC 4443, 3.4", "which byte of the packet is at fault"),
	icmp6Ident:           one("icmpv6.echo.identifier", record.Uint, "RFC 4443, 4.1", "echo identifier"),
	icmp6Seq:             one("icmpv6.echo.sequence_number", record.Uint, "RFC 4443, 4.1", "echo sequence number"),
	icmp6EchoSeq:         one("icmpv6.ext.echo.seq", record.Uint, "RFC 8335, 2", "extended echo: sequence number"),
	icmp6EchoReqReserved: one("icmpv6.ext.echo.req.res", record.Uint, "RFC 8335, 2", "extended echo request: reserved"),
	icmp6EchoLocal:       one("icmpv6.ext.echo.req.local", record.Bool, "RFC 8335, 2", "extended echo request: the probed interface is the proxy's"),
	icmp6EchoState:       one("icmpv6.ext.echo.rsp.state", record.Uint, "RFC 8335, 3", "extended echo reply: state"),
	icmp6EchoRspReserved: one("icmpv6.ext.echo.rsp.res", record.Uint, "RFC 8335, 3", "extended echo reply: reserved"),
	icmp6EchoActive:      one("icmpv6.ext.echo.rsp.active", record.Bool, "RFC 8335, 3", "extended echo reply: the interface is active"),
	icmp6EchoIPv4:        one("icmpv6.ext.echo.rsp.ipv4", record.Bool, "RFC 8335, 3", "extended echo reply: IPv4 runs on it"),
	icmp6EchoIPv6:        one("icmpv6.ext.echo.rsp.ipv6", record.Bool, "RFC 8335, 3", "extended echo reply: IPv6 runs on it"),

	raHopLimit:    one("icmpv6.nd.ra.cur_hop_limit", record.Uint, "RFC 4861, 4.2", "router advertisement: hop limit to use"),
	raFlag:        one("icmpv6.nd.ra.flag", record.Uint, "RFC 4861, 4.2", "router advertisement: flags"),
	raManaged:     one("icmpv6.nd.ra.flag.m", record.Bool, "RFC 4861, 4.2", "router advertisement: addresses by DHCPv6"),
	raOther:       one("icmpv6.nd.ra.flag.o", record.Bool, "RFC 4861, 4.2", "router advertisement: other configuration by DHCPv6"),
	raHome:        one("icmpv6.nd.ra.flag.h", record.Bool, "RFC 6275, 7.1", "router advertisement: home agent"),
	raPreference:  one("icmpv6.nd.ra.flag.prf", record.Uint, "RFC 4191, 2.2", "router advertisement: preference"),
	raProxy:       one("icmpv6.nd.ra.flag.p", record.Bool, "RFC 4389, 4.1.3.3", "router advertisement: proxied"),
	raReserved:    one("icmpv6.nd.ra.flag.rsv", record.Uint, "RFC 4861, 4.2", "router advertisement: reserved"),
	raLifetime:    in("seconds", one("icmpv6.nd.ra.router_lifetime", record.Uint, "RFC 4861, 4.2", "router advertisement: lifetime as default router")),
	raReachable:   in("milliseconds", one("icmpv6.nd.ra.reachable_time", record.Uint, "RFC 4861, 4.2", "router advertisement: reachable time")),
	raRetrans:     in("milliseconds", one("icmpv6.nd.ra.retrans_timer", record.Uint, "RFC 4861, 4.2", "router advertisement: retransmission timer")),
	nsTarget:      one("icmpv6.nd.ns.target_address", record.Address, "RFC 4861, 4.3", "neighbour solicitation: target"),
	naFlag:        one("icmpv6.nd.na.flag", record.Uint, "RFC 4861, 4.4", "neighbour advertisement: flags, 32 bits"),
	naRouter:      one("icmpv6.nd.na.flag.r", record.Bool, "RFC 4861, 4.4", "neighbour advertisement: sender is a router"),
	naSolicited:   one("icmpv6.nd.na.flag.s", record.Bool, "RFC 4861, 4.4", "neighbour advertisement: solicited"),
	naOverride:    one("icmpv6.nd.na.flag.o", record.Bool, "RFC 4861, 4.4", "neighbour advertisement: overrides a cache entry"),
	naReserved:    one("icmpv6.nd.na.flag.rsv", record.Uint, "RFC 4861, 4.4", "neighbour advertisement: reserved"),
	naTarget:      one("icmpv6.nd.na.target_address", record.Address, "RFC 4861, 4.4", "neighbour advertisement: target"),
	rdTarget:      one("icmpv6.nd.rd.target_address", record.Address, "RFC 4861, 4.5", "redirect: better first hop"),
	rdDestination: one("icmpv6.rd.na.destination_address", record.Address, "RFC 4861, 4.5", "redirect: destination"),

	ndType:            many("icmpv6.opt.type", record.Uint, "RFC 4861, 4.6", "option type"),
	ndLength:          in("8 bytes", many("icmpv6.opt.length", record.Uint, "RFC 4861, 4.6", "option length")),
	ndLink:            many("icmpv6.opt.linkaddr", record.MAC, "RFC 4861, 4.6.1", "link-layer address"),
	ndSrcLink:         many("icmpv6.opt.src_linkaddr", record.MAC, "RFC 4861, 4.6.1", "link-layer address of the source"),
	ndTargetLink:      many("icmpv6.opt.target_linkaddr", record.MAC, "RFC 4861, 4.6.1", "link-layer address of the target"),
	ndPrefixLen:       in("bits", many("icmpv6.opt.prefix.length", record.Uint, "RFC 4861, 4.6.2", "length of a prefix")),
	ndPrefixFlag:      many("icmpv6.opt.prefix.flag", record.Uint, "RFC 4861, 4.6.2", "prefix: flags"),
	ndPrefixL:         many("icmpv6.opt.prefix.flag.l", record.Bool, "RFC 4861, 4.6.2", "prefix: on-link"),
	ndPrefixA:         many("icmpv6.opt.prefix.flag.a", record.Bool, "RFC 4861, 4.6.2", "prefix: for autonomous configuration"),
	ndPrefixR:         many("icmpv6.opt.prefix.flag.r", record.Bool, "RFC 6275, 7.2", "prefix: router's address"),
	ndPrefixReserved:  many("icmpv6.opt.prefix.flag.reserved", record.Uint, "RFC 4861, 4.6.2", "prefix: reserved"),
	ndValid:           in("seconds", many("icmpv6.opt.prefix.valid_lifetime", record.Uint, "RFC 4861, 4.6.2", "prefix: valid lifetime")),
	ndPreferred:       in("seconds", many("icmpv6.opt.prefix.preferred_lifetime", record.Uint, "RFC 4861, 4.6.2", "prefix: preferred lifetime")),
	ndPrefix:          many("icmpv6.opt.prefix", record.Address, "RFC 4861, 4.6.2", "prefix"),
	ndMTU:             in("bytes", many("icmpv6.opt.mtu", record.Uint, "RFC 4861, 4.6.4", "MTU of the link")),
	ndInterval:        in("milliseconds", many("icmpv6.opt.advertisement_interval", record.Uint, "RFC 6275, 7.3", "interval of advertisements")),
	ndHomePreference:  many("icmpv6.opt.home_agent_preference", record.Uint, "RFC 6275, 7.4", "home agent's preference"),
	ndHomeLifetime:    in("seconds", many("icmpv6.opt.home_agent_lifetime", record.Uint, "RFC 6275, 7.4", "home agent's lifetime")),
	ndNonce:           many("icmpv6.opt.nonce", record.Bytes, "RFC 3971, 5.3.2", "nonce"),
	ndRouteFlag:       many("icmpv6.opt.route_info.flag", record.Uint, "RFC 4191, 2.3", "route: flags"),
	ndRoutePreference: many("icmpv6.opt.route_info.flag.route_preference", record.Uint, "RFC 4191, 2.3", "route: preference"),
	ndRouteReserved:   many("icmpv6.opt.route_info.flag.reserved", record.Uint, "RFC 4191, 2.3", "route: reserved"),
	ndRouteLifetime:   in("seconds", many("icmpv6.opt.route_lifetime", record.Uint, "RFC 4191, 2.3", "route: lifetime")),
	ndRDNSSLifetime:   in("seconds", many("icmpv6.opt.rdnss.lifetime", record.Uint, "RFC 8106, 5.1", "DNS servers: lifetime")),
	ndRDNSS:           many("icmpv6.opt.rdnss", record.Address, "RFC 8106, 5.1", "DNS server"),
	ndDNSSLLifetime:   in("seconds", many("icmpv6.opt.dnssl.lifetime", record.Uint, "RFC 8106, 5.2", "DNS search list: lifetime")),
	ndFlags:           many("icmpv6.opt.efo", record.Uint, "RFC 5175, 4", "flags expansion"),
	ndCaptive:         many("icmpv6.opt.captive_portal", record.Text, "RFC 8910, 2.3", "captive portal"),
	ndPref64Lifetime:  in("8 seconds", many("icmpv6.opt.pref64.scaled_lifetime", record.Uint, "RFC 8781, 4", "NAT64 prefix: lifetime")),
	ndPref64PLC:       many("icmpv6.opt.pref64.plc", record.Uint, "RFC 8781, 4", "NAT64 prefix: length code"),

	mldDelay:         in("milliseconds", one("icmpv6.mld.maximum_response_delay", record.Uint, "RFC 2710, 3.4", "maximum response delay")),
	mldCode:          in("milliseconds", one("icmpv6.mld.maximum_response_code", record.Uint, "RFC 3810, 5.1.3", "maximum response delay of version 2, decoded where it is above 32767")),
	mldAddress:       one("icmpv6.mld.multicast_address", record.Address, "RFC 2710, 3.6", "multicast address"),
	mldFlag:          one("icmpv6.mld.flag", record.Uint, "RFC 3810, 5.1", "query: flags"),
	mldS:             one("icmpv6.mld.flag.s", record.Bool, "RFC 3810, 5.1.7", "query: suppress router-side processing"),
	mldQRV:           one("icmpv6.mld.flag.qrv", record.Uint, "RFC 3810, 5.1.8", "query: querier's robustness variable"),
	mldFlagReserved:  one("icmpv6.mld.flag.reserved", record.Uint, "RFC 3810, 5.1", "query: reserved"),
	mldQQI:           one("icmpv6.mld.qqi", record.Uint, "RFC 3810, 5.1.9", "query: querier's query interval code"),
	mldSources:       one("icmpv6.mld.nb_sources", record.Uint, "RFC 3810, 5.1.10", "query: number of sources"),
	mldSource:        many("icmpv6.mld.source_address", record.Address, "RFC 3810, 5.1.11", "query: source"),
	mldRecords:       one("icmpv6.mldr.nb_mcast_records", record.Uint, "RFC 3810, 5.2.3", "report: number of records"),
	mldRecordType:    many("icmpv6.mldr.mar.record_type", record.Uint, "RFC 3810, 5.2.5", "report: record type"),
	mldAuxLen:        in("4 bytes", many("icmpv6.mldr.mar.aux_data_len", record.Uint, "RFC 3810, 5.2.6", "report: length of auxiliary data")),
	mldRecordSources: many("icmpv6.mldr.mar.nb_sources", record.Uint, "RFC 3810, 5.2.7", "report: number of sources"),
	mldRecordAddress: many("icmpv6.mldr.mar.multicast_address", record.Address, "RFC 3810, 5.2.8", "report: multicast address"),
	mldRecordSource:  many("icmpv6.mldr.mar.source_address", record.Address, "RFC 3810, 5.2.9", "report: source"),
	mldAux:           many("icmpv6.mldr.mar.auxiliary_data", record.Bytes, "RFC 3810, 5.2.10", "report: auxiliary data"),
}}

// ICMPv6 types (IANA, ICMPv6 parameters).
const (
	icmp6Unreachable  = 1
	icmp6TooBig       = 2
	icmp6TimeExceeded = 3
	icmp6Parameter    = 4
	icmp6EchoRequest  = 128
	icmp6EchoReply    = 129
	icmp6Query        = 130
	icmp6Report       = 131
	icmp6Done         = 132
	icmp6RouterSol    = 133
	icmp6RouterAdv    = 134
	icmp6NeighborSol  = 135
	icmp6NeighborAdv  = 136
	icmp6RedirectMsg  = 137
	icmp6InverseSol   = 141
	icmp6InverseAdv   = 142
	icmp6Report2      = 143
	icmp6ExtEcho      = 160
	icmp6ExtReply     = 161
)

func (w *walk) icmpv6(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 1 {
		return
	}
	kind := b[0]
	r.Uint(icmp6Type, uint64(kind))
	if len(b) < 2 {
		return
	}
	r.Uint(icmp6Code, uint64(b[1]))
	if len(b) < 4 {
		return
	}
	r.Uint(icmp6Checksum, be16(b[2:]))
	if len(b) < 8 {
		return
	}
	switch kind {
	case icmp6Unreachable, icmp6TimeExceeded:
		if b[4] != 0 {
			r.Uint(icmp6Length, uint64(b[4]))
			r.Bytes(icmp6Reserved, at+5, 3)
		} else {
			r.Bytes(icmp6Reserved, at+4, 4)
		}
	case icmp6TooBig:
		r.Uint(icmp6MTU, be32(b[4:]))
	case icmp6Parameter:
		r.Uint(icmp6Pointer, be32(b[4:]))
	case icmp6EchoRequest, icmp6EchoReply:
		r.Uint(icmp6Ident, be16(b[4:]))
		r.Uint(icmp6Seq, be16(b[6:]))
	case icmp6ExtEcho, icmp6ExtReply:
		w.icmp6ExtendedEcho(b)
	case icmp6Query, icmp6Report, icmp6Done:
		w.mld(at, b)
	case icmp6Report2:
		w.mldReport(at, b)
	case icmp6RouterSol, icmp6RouterAdv, icmp6NeighborSol, icmp6NeighborAdv, icmp6RedirectMsg,
		icmp6InverseSol, icmp6InverseAdv:
		w.discovery(at, b)
	}
}

// icmp6ExtendedEcho reads an extended echo request or reply (RFC 8335).
func (w *walk) icmp6ExtendedEcho(b []byte) {
	r, v := w.row, uint64(b[7])
	r.Uint(icmp6Ident, be16(b[4:]))
	r.Uint(icmp6EchoSeq, uint64(b[6]))
	if b[0] == icmp6ExtEcho {
		r.Uint(icmp6EchoReqReserved, v>>1)
		r.Uint(icmp6EchoLocal, v&1)
		return
	}
	r.Uint(icmp6EchoState, v>>5)
	r.Uint(icmp6EchoRspReserved, v>>3&3)
	r.Uint(icmp6EchoActive, bit(v, 2))
	r.Uint(icmp6EchoIPv4, bit(v, 1))
	r.Uint(icmp6EchoIPv6, bit(v, 0))
}
