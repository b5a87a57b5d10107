package fields

import "github.com/pcappipe/pcappipe/record"

// Places in ipv6Layer. The extension headers that Wireshark names after IPv6
// stand in its layer.
const (
	ipv6Version = iota
	ipv6TClass
	ipv6DSCP
	ipv6ECN
	ipv6Flow
	ipv6PLen
	ipv6Next
	ipv6HLim
	ipv6Src
	ipv6Dst
	hopNext
	hopLen
	destNext
	destLen
	routingNext
	routingLen
	routingType
	routingLeft
	routingUnknown
	routingSrcReserved
	routingSrcAddr
	routingMobileReserved
	routingHome
	routingCmprI
	routingCmprE
	routingPad
	routingRPLReserved
	routingRPLAddress
	segmentLast
	segmentFlags
	segmentTag
	segmentAddr
	fragNext
	fragReserved
	fragOffset
	fragReservedBits
	fragMore
	fragIdent
	opt6Type
	opt6Action
	opt6Change
	opt6Rest
	opt6Length
	opt6PadN
	opt6Alert
	opt6TEL
	opt6Jumbo
	opt6Home
	opt6PMTUMin
	opt6PMTUReturn
	opt6PMTUFlag
	opt6CalipsoDOI
	opt6CalipsoLen
	opt6CalipsoLevel
	opt6CalipsoSum
	opt6CalipsoBitmap
	opt6ScaleReceived
	opt6ScaleSent
	opt6PSNThis
	opt6PSNLast
	opt6DeltaReceived
	opt6DeltaSent
	opt6QSFunc
	opt6QSRate
	opt6QSTTL
	opt6QSUnused
	opt6QSNonce
	opt6QSReserved
	opt6RPLFlag
	opt6RPLDown
	opt6RPLRank
	opt6RPLForward
	opt6RPLReserved
	opt6RPLInstance
	opt6RPLSender
	opt6MPLFlag
	opt6MPLSeed
	opt6MPLLargest
	opt6MPLVersion
	opt6MPLReserved
	opt6MPLSequence
	opt6MPLSeedID
	opt6Nonce
	opt6LineLen
	opt6Line
	opt6Experimental
	opt6Unknown
)

var ipv6Layer = record.Layer{Key: "ipv6", Fields: []record.Field{
	ipv6Version: one("ipv6.version", record.Uint, "RFC 8200, 3", "version: 6"),
	ipv6TClass:  one("ipv6.tclass", record.Uint, "RFC 8200, 7", "traffic class"),
	ipv6DSCP:    one("ipv6.tclass.dscp", record.Uint, "RFC 2474, 3", "differentiated services codepoint"),
	ipv6ECN:     one("ipv6.tclass.ecn", record.Uint, "RFC 3168, 5", "explicit congestion notification"),
	ipv6Flow:    one("ipv6.flow", record.Uint, "RFC 8200, 6", "flow label"),
	ipv6PLen:    in("bytes", one("ipv6.plen", record.Uint, "RFC 8200, 3", "payload length, extension headers included")),
	ipv6Next:    one("ipv6.nxt", record.Uint, "RFC 8200, 3", "next header"),
	ipv6HLim:    one("ipv6.hlim", record.Uint, "RFC 8200, 3", "hop limit"),
	ipv6Src:     one("ipv6.src", record.Address, "RFC 8200, 3", "source address"),
	ipv6Dst:     one("ipv6.dst", record.Address, "RFC 8200, 3", "destination address"),

	hopNext:  many("ipv6.hopopts.nxt", record.Uint, "RFC 8200, 4.3", "hop-by-hop options: next header"),
	hopLen:   in("8 bytes", many("ipv6.hopopts.len", record.Uint, "RFC 8200, 4.3", "hop-by-hop options: length, the first 8 bytes not counted")),
	destNext: many("ipv6.dstopts.nxt", record.Uint, "RFC 8200, 4.6", "destination options: next header"),
	destLen:  in("8 bytes", many("ipv6.dstopts.len", record.Uint, "RFC 8200, 4.6", "destination options: length, the first 8 bytes not counted")),

	routingNext:           many("ipv6.routing.nxt", record.Uint, "RFC 8200, 4.4", "routing: next header"),
	routingLen:            in("8 bytes", many("ipv6.routing.len", record.Uint, "RFC 8200, 4.4", "routing: length, the first 8 bytes not counted")),
	routingType:           many("ipv6.routing.type", record.Uint, "RFC 8200, 4.4", "routing type"),
	routingLeft:           many("ipv6.routing.segleft", record.Uint, "RFC 8200, 4.4", "segments left"),
	routingUnknown:        many("ipv6.routing.unknown_data", record.Bytes, "RFC 8200, 4.4", "data of another routing type"),
	routingSrcReserved:    many("ipv6.routing.src.reserved", record.Bytes, "RFC 2460, 4.4", "type 0: reserved"),
	routingSrcAddr:        many("ipv6.routing.src.addr", record.Address, "RFC 2460, 4.4", "type 0: address"),
	routingMobileReserved: many("ipv6.routing.mipv6.reserved", record.Bytes, "RFC 6275, 6.4", "type 2: reserved"),
	routingHome:           many("ipv6.routing.mipv6.home_address", record.Address, "RFC 6275, 6.4", "type 2: home address"),
	routingCmprI:          in("bytes", many("ipv6.routing.rpl.cmprI", record.Uint, "RFC 6554, 3", "type 3: prefix left out of all addresses but the last")),
	routingCmprE:          in("bytes", many("ipv6.routing.rpl.cmprE", record.Uint, "RFC 6554, 3", "type 3: prefix left out of the last address")),
	routingPad:            in("bytes", many("ipv6.routing.rpl.pad", record.Uint, "RFC 6554, 3", "type 3: padding")),
	routingRPLReserved:    many("ipv6.routing.rpl.reserved", record.Uint, "RFC 6554, 3", "type 3: reserved"),
	routingRPLAddress:     many("ipv6.routing.rpl.address", record.Bytes, "RFC 6554, 3", "type 3: address without its prefix"),
	segmentLast:           many("ipv6.routing.srh.last_entry", record.Uint, "RFC 8754, 2", "type 4: index of the last segment"),
	segmentFlags:          many("ipv6.routing.srh.flags", record.Uint, "RFC 8754, 2", "type 4: flags"),
	segmentTag:            many("ipv6.routing.srh.tag", record.Bytes, "RFC 8754, 2", "type 4: tag"),
	segmentAddr:           many("ipv6.routing.srh.addr", record.Address, "RFC 8754, 2", "type 4: segment"),

	fragNext:         many("ipv6.fraghdr.nxt", record.Uint, "RFC 8200, 4.5", "fragment: next header"),
	fragReserved:     many("ipv6.fraghdr.reserved_octet", record.Uint, "RFC 8200, 4.5", "fragment: reserved"),
	fragOffset:       in("8 bytes", many("ipv6.fraghdr.offset", record.Uint, "RFC 8200, 4.5", "fragment: offset")),
	fragReservedBits: many("ipv6.fraghdr.reserved_bits", record.Uint, "RFC 8200, 4.5", "fragment: reserved"),
	fragMore:         many("ipv6.fraghdr.more", record.Bool, "RFC 8200, 4.5", "fragment: more follow"),
	fragIdent:        many("ipv6.fraghdr.ident", record.Uint, "RFC 8200, 4.5", "fragment: identification"),

	opt6Type:          many("ipv6.opt.type", record.Uint, "RFC 8200, 4.2", "option type"),
	opt6Action:        many("ipv6.opt.type.action", record.Uint, "RFC 8200, 4.2", "what to do where the option is not known"),
	opt6Change:        many("ipv6.opt.type.change", record.Bool, "RFC 8200, 4.2", "option may change en route"),
	opt6Rest:          many("ipv6.opt.type.rest", record.Uint, "RFC 8200, 4.2", "low five bits of the option type"),
	opt6Length:        in("bytes", many("ipv6.opt.length", record.Uint, "RFC 8200, 4.2", "length of the option's data")),
	opt6PadN:          many("ipv6.opt.padn", record.Bytes, "RFC 8200, 4.2", "padding"),
	opt6Alert:         many("ipv6.opt.router_alert", record.Uint, "RFC 2711, 2.1", "router alert"),
	opt6TEL:           many("ipv6.opt.tel", record.Uint, "RFC 2473, 4.1.1", "tunnel encapsulation limit"),
	opt6Jumbo:         in("bytes", many("ipv6.opt.jumbo", record.Uint, "RFC 2675, 2", "jumbo payload length")),
	opt6Home:          many("ipv6.opt.mipv6.home_address", record.Address, "RFC 6275, 6.3", "home address"),
	opt6PMTUMin:       in("bytes", many("ipv6.opt.pmtu.min", record.Uint, "RFC 9268, 5", "minimum path MTU so far")),
	opt6PMTUReturn:    in("bytes", many("ipv6.opt.pmtu.rtn", record.Uint, "RFC 9268, 5", "minimum path MTU returned")),
	opt6PMTUFlag:      many("ipv6.opt.pmtu.r_flag", record.Bool, "RFC 9268, 5", "asks for the minimum path MTU to be returned"),
	opt6CalipsoDOI:    many("ipv6.opt.calipso.doi", record.Uint, "RFC 5570, 5.1", "CALIPSO domain of interpretation"),
	opt6CalipsoLen:    in("4 bytes", many("ipv6.opt.calipso.cmpt.length", record.Uint, "RFC 5570, 5.1", "CALIPSO compartment length")),
	opt6CalipsoLevel:  many("ipv6.opt.calipso.sens_level", record.Uint, "RFC 5570, 5.1", "CALIPSO sensitivity level"),
	opt6CalipsoSum:    many("ipv6.opt.calipso.checksum", record.Uint, "RFC 5570, 5.1", "CALIPSO checksum"),
	opt6CalipsoBitmap: many("ipv6.opt.calipso.cmpt_bitmap", record.Bytes, "RFC 5570, 5.1", "CALIPSO compartment bitmap"),
	opt6ScaleReceived: many("ipv6.opt.pdm.scale_dtlr", record.Uint, "RFC 8250, 3.2", "scale of the time since the last packet received"),
	opt6ScaleSent:     many("ipv6.opt.pdm.scale_dtls", record.Uint, "RFC 8250, 3.2", "scale of the time since the last packet sent"),
	opt6PSNThis:       many("ipv6.opt.pdm.psn_this_pkt", record.Uint, "RFC 8250, 3.2", "sequence number of this packet"),
	opt6PSNLast:       many("ipv6.opt.pdm.psn_last_recv", record.Uint, "RFC 8250, 3.2", "sequence number of the last packet received"),
	opt6DeltaReceived: many("ipv6.opt.pdm.delta_last_recv", record.Uint, "RFC 8250, 3.2", "time since the last packet received, scaled"),
	opt6DeltaSent:     many("ipv6.opt.pdm.delta_last_sent", record.Uint, "RFC 8250, 3.2", "time since the last packet sent, scaled"),
	opt6QSFunc:        many("ipv6.opt.qs_func", record.Uint, "RFC 4782, 3.2", "quick-start function"),
	opt6QSRate:        many("ipv6.opt.qs_rate", record.Uint, "RFC 4782, 3.2", "quick-start rate"),
	opt6QSTTL:         many("ipv6.opt.qs_ttl", record.Uint, "RFC 4782, 3.2", "quick-start TTL"),
	opt6QSUnused:      many("ipv6.opt.qs_unused", record.Uint, "RFC 4782, 3.2", "quick-start: not used"),
	opt6QSNonce:       many("ipv6.opt.qs_nonce", record.Uint, "RFC 4782, 3.2", "quick-start nonce"),
	opt6QSReserved:    many("ipv6.opt.qs_reserved", record.Uint, "RFC 4782, 3.2", "quick-start: reserved"),
	opt6RPLFlag:       many("ipv6.opt.rpl.flag", record.Uint, "RFC 6553, 3", "RPL flags"),
	opt6RPLDown:       many("ipv6.opt.rpl.flag.o", record.Bool, "RFC 6553, 3", "RPL: expected to go down"),
	opt6RPLRank:       many("ipv6.opt.rpl.flag.r", record.Bool, "RFC 6553, 3", "RPL: rank error"),
	opt6RPLForward:    many("ipv6.opt.rpl.flag.f", record.Bool, "RFC 6553, 3", "RPL: forwarding error"),
	opt6RPLReserved:   many("ipv6.opt.rpl.flag.rsv", record.Uint, "RFC 6553, 3", "RPL: reserved"),
	opt6RPLInstance:   many("ipv6.opt.rpl.instance_id", record.Uint, "RFC 6553, 3", "RPL instance"),
	opt6RPLSender:     many("ipv6.opt.rpl.sender_rank", record.Uint, "RFC 6553, 3", "RPL: sender's rank"),
	opt6MPLFlag:       many("ipv6.opt.mpl.flag", record.Uint, "RFC 7731, 6.1", "MPL flags"),
	opt6MPLSeed:       many("ipv6.opt.mpl.flag.s", record.Uint, "RFC 7731, 6.1", "MPL: form of the seed ID"),
	opt6MPLLargest:    many("ipv6.opt.mpl.flag.m", record.Bool, "RFC 7731, 6.1", "MPL: largest sequence known"),
	opt6MPLVersion:    many("ipv6.opt.mpl.flag.v", record.Bool, "RFC 7731, 6.1", "MPL version"),
	opt6MPLReserved:   many("ipv6.opt.mpl.flag.rsv", record.Uint, "RFC 7731, 6.1", "MPL: reserved"),
	opt6MPLSequence:   many("ipv6.opt.mpl.sequence", record.Uint, "RFC 7731, 6.1", "MPL sequence number"),
	opt6MPLSeedID:     many("ipv6.opt.mpl.seed_id", record.Bytes, "RFC 7731, 6.1", "MPL seed ID"),
	opt6Nonce:         many("ipv6.opt.ilnp_nonce", record.Bytes, "RFC 6744, 2", "ILNP nonce"),
	opt6LineLen:       in("bytes", many("ipv6.opt.lio.length", record.Uint, "RFC 6788, 5", "length of the line ID")),
	opt6Line:          many("ipv6.opt.lio.line_id", record.Text, "RFC 6788, 5", "line ID"),
	opt6Experimental:  many("ipv6.opt.experimental", record.Bytes, "RFC 4727, 3.3", "data of an experimental option"),
	opt6Unknown:       many("ipv6.opt.unknown", record.Bytes, "RFC 8200, 4.2", "data of another option"),
}, Headers: []record.Header{{Size: ipv6Header, Words: []record.Word{
	{At: 0, Len: 1, Parts: []record.Part{{Field: ipv6Version, Mask: 0xf0}}},
	{At: 0, Len: 2, Parts: []record.Part{{Field: ipv6TClass, Mask: 0x0ff0}, {Field: ipv6DSCP, Mask: 0x0fc0}, {Field: ipv6ECN, Mask: 0x0030}}},
	{At: 1, Len: 3, Parts: []record.Part{{Field: ipv6Flow, Mask: 0xfffff}}},
	{At: 4, Len: 2, Parts: whole(ipv6PLen)},
	{At: 6, Len: 1, Parts: whole(ipv6Next)},
	{At: 7, Len: 1, Parts: whole(ipv6HLim)},
	{At: 8, Len: 16, Parts: whole(ipv6Src)},
	{At: 24, Len: 16, Parts: whole(ipv6Dst)},
}}}}

const ipv6Header = 40

// ipv6 reads an IPv6 header and the extension headers that are named after it,
// wherever in its chain they stand. The layers inside end where its payload
// length says; 0 is a jumbogram, or what a sender's offloading leaves.
func (w *walk) ipv6(at int) {
	if !w.header(&ipv6Layer, 0, at) {
		return
	}
	if n := int(be16(w.data[at+4:])); n > 0 {
		w.endAt(at + ipv6Header + n)
	}
	if w.next < len(w.layers) {
		w.ipv6Chain()
	}
}
