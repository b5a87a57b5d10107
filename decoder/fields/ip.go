package fields

import "github.com/pcappipe/pcappipe/record"

// Places in ipLayer. Its options follow in ipoption.go.
const (
	ipVersion = iota
	ipHdrLen
	ipDSField
	ipDSCP
	ipECN
	ipLen
	ipID
	ipFlags
	ipRB
	ipDF
	ipMF
	ipFragOffset
	ipTTL
	ipProto
	ipChecksum
	ipSrc
	ipDst
	ipOptType
	ipOptCopy
	ipOptClass
	ipOptNumber
	ipOptLen
	ipOptPtr
	ipOptAlert
	ipOptSID
	ipOptMTU
	ipOptAddr
	ipOptIDNumber
	ipOptOHC
	ipOptRHC
	ipOptOriginator
	ipRecordedRoute
	ipCurrentRoute
	ipSourceRoute
	ipEmptyRoute
	ipOptOverflow
	ipOptFlag
	ipOptTime
	ipOptTimeAddr
	ipOptQSFunc
	ipOptQSRate
	ipOptQSTTL
	ipOptQSUnused
	ipOptQSNonce
	ipOptQSReserved
	ipOptClassification
	ipOptAuthority
	ipCIPSODOI
	ipCIPSOTag
	ipCIPSOLevel
)

var ipLayer = record.Layer{Key: "ip", Fields: []record.Field{
	ipVersion:    one("ip.version", record.Uint, "RFC 791, 3.1", "version: 4"),
	ipHdrLen:     in("bytes", one("ip.hdr_len", record.Uint, "RFC 791, 3.1", "header length, options included")),
	ipDSField:    one("ip.dsfield", record.Uint, "RFC 2474, 3", "differentiated services field"),
	ipDSCP:       one("ip.dsfield.dscp", record.Uint, "RFC 2474, 3", "differentiated services codepoint"),
	ipECN:        one("ip.dsfield.ecn", record.Uint, "RFC 3168, 5", "explicit congestion notification"),
	ipLen:        in("bytes", one("ip.len", record.Uint, "RFC 791, 3.1", "total length, header included")),
	ipID:         one("ip.id", record.Uint, "RFC 791, 3.1", "identification"),
	ipFlags:      one("ip.flags", record.Uint, "RFC 791, 3.1", "flags, three bits"),
	ipRB:         one("ip.flags.rb", record.Bool, "RFC 791, 3.1", "reserved bit"),
	ipDF:         one("ip.flags.df", record.Bool, "RFC 791, 3.1", "don't fragment"),
	ipMF:         one("ip.flags.mf", record.Bool, "RFC 791, 3.1", "more fragments"),
	ipFragOffset: in("8 bytes", one("ip.frag_offset", record.Uint, "RFC 791, 3.1", "fragment offset")),
	ipTTL:        one("ip.ttl", record.Uint, "RFC 791, 3.1", "time to live"),
	ipProto:      one("ip.proto", record.Uint, "RFC 791, 3.1", "protocol"),
	ipChecksum:   one("ip.checksum", record.Uint, "RFC 791, 3.1", "header checksum"),
	ipSrc:        one("ip.src", record.Address, "RFC 791, 3.1", "source address"),
	ipDst:        one("ip.dst", record.Address, "RFC 791, 3.1", "destination address"),

	ipOptType:           many("ip.opt.type", record.Uint, "RFC 791, 3.1", "option type"),
	ipOptCopy:           many("ip.opt.type.copy", record.Bool, "RFC 791, 3.1", "option is copied into all fragments"),
	ipOptClass:          many("ip.opt.type.class", record.Uint, "RFC 791, 3.1", "option class"),
	ipOptNumber:         many("ip.opt.type.number", record.Uint, "RFC 791, 3.1", "option number"),
	ipOptLen:            in("bytes", many("ip.opt.len", record.Uint, "RFC 791, 3.1", "option length")),
	ipOptPtr:            many("ip.opt.ptr", record.Uint, "RFC 791, 3.1", "pointer of a route or timestamp option, from 1"),
	ipOptAlert:          many("ip.opt.ra", record.Uint, "RFC 2113, 2.1", "router alert"),
	ipOptSID:            many("ip.opt.sid", record.Uint, "RFC 791, 3.1", "SATNET stream identifier"),
	ipOptMTU:            in("bytes", many("ip.opt.mtu", record.Uint, "RFC 1063, 4", "MTU of a probe or reply")),
	ipOptAddr:           many("ip.opt.addr", record.Address, "RFC 6621", "address of a selective directed broadcast"),
	ipOptIDNumber:       many("ip.opt.id_number", record.Uint, "RFC 1393, 2.2", "traceroute: identification"),
	ipOptOHC:            many("ip.opt.ohc", record.Uint, "RFC 1393, 2.2", "traceroute: outbound hop count"),
	ipOptRHC:            many("ip.opt.rhc", record.Uint, "RFC 1393, 2.2", "traceroute: return hop count"),
	ipOptOriginator:     many("ip.opt.originator", record.Address, "RFC 1393, 2.2", "traceroute: originator"),
	ipRecordedRoute:     many("ip.rec_rt", record.Address, "RFC 791, 3.1", "recorded route"),
	ipCurrentRoute:      many("ip.cur_rt", record.Address, "RFC 791, 3.1", "where the next address is recorded"),
	ipSourceRoute:       many("ip.src_rt", record.Address, "RFC 791, 3.1", "source route"),
	ipEmptyRoute:        many("ip.empty_rt", record.Address, "RFC 791, 3.1", "place for a route not yet recorded"),
	ipOptOverflow:       many("ip.opt.overflow", record.Uint, "RFC 791, 3.1", "modules that could not register a timestamp"),
	ipOptFlag:           many("ip.opt.flag", record.Uint, "RFC 791, 3.1", "form of the timestamp option"),
	ipOptTime:           in("milliseconds", many("ip.opt.time_stamp", record.Uint, "RFC 791, 3.1", "timestamp, since midnight UT")),
	ipOptTimeAddr:       many("ip.opt.time_stamp_addr", record.Address, "RFC 791, 3.1", "who registered the timestamp"),
	ipOptQSFunc:         many("ip.opt.qs_func", record.Uint, "RFC 4782, 3.1", "quick-start function"),
	ipOptQSRate:         many("ip.opt.qs_rate", record.Uint, "RFC 4782, 3.1", "quick-start rate"),
	ipOptQSTTL:          many("ip.opt.qs_ttl", record.Uint, "RFC 4782, 3.1", "quick-start TTL"),
	ipOptQSUnused:       many("ip.opt.qs_unused", record.Uint, "RFC 4782, 3.1", "quick-start: not used"),
	ipOptQSNonce:        many("ip.opt.qs_nonce", record.Uint, "RFC 4782, 3.1", "quick-start nonce"),
	ipOptQSReserved:     many("ip.opt.qs_reserved", record.Uint, "RFC 4782, 3.1", "quick-start: reserved"),
	ipOptClassification: many("ip.opt.sec_cl", record.Uint, "RFC 1108, 2.3", "classification level"),
	ipOptAuthority:      many("ip.opt.sec_prot_auth_flags", record.Uint, "RFC 1108, 2.4", "protection authority flags"),
	ipCIPSODOI:          many("ip.cipso.doi", record.Uint, "CIPSO 2.2, 3.3", "domain of interpretation"),
	ipCIPSOTag:          many("ip.cipso.tag_type", record.Uint, "CIPSO 2.2, 3.4", "tag type"),
	ipCIPSOLevel:        many("ip.cipso.sensitivity_level", record.Uint, "CIPSO 2.2, 3.4", "sensitivity level"),
}}

const ipHeader = 20

// ip reads an IPv4 header. The layers inside end where its total length says;
// a length of 0 is what a sender's offloading leaves and says nothing.
func (w *walk) ip(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 1 {
		return
	}
	n := int(b[0]&15) * 4
	r.Uint(ipVersion, uint64(b[0]>>4))
	r.Uint(ipHdrLen, uint64(n))
	if len(b) < 2 {
		return
	}
	r.Uint(ipDSField, uint64(b[1]))
	r.Uint(ipDSCP, uint64(b[1]>>2))
	r.Uint(ipECN, uint64(b[1]&3))
	if len(b) < 4 {
		return
	}
	total := int(be16(b[2:]))
	r.Uint(ipLen, uint64(total))
	if len(b) < 8 {
		return
	}
	r.Uint(ipID, be16(b[4:]))
	fragment := be16(b[6:])
	r.Uint(ipFlags, fragment>>13)
	r.Uint(ipRB, fragment>>15)
	r.Uint(ipDF, bit(fragment, 14))
	r.Uint(ipMF, bit(fragment, 13))
	r.Uint(ipFragOffset, fragment&0x1fff)
	if len(b) < 12 {
		return
	}
	r.Uint(ipTTL, uint64(b[8]))
	r.Uint(ipProto, uint64(b[9]))
	r.Uint(ipChecksum, be16(b[10:]))
	if len(b) < 16 {
		return
	}
	r.Bytes(ipSrc, at+12, 4)
	if len(b) < ipHeader {
		return
	}
	r.Bytes(ipDst, at+16, 4)
	if total >= ipHeader {
		w.endAt(at + total)
	}
	if n > ipHeader {
		w.ipOptions(at+ipHeader, at+n)
	}
}
