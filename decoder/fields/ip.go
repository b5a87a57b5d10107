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
	ipCIPSOCategories
	ipCIPSOData
)

var ipLayer = record.Layer{Key: "ip", Fields: []record.Field{
	ipVersion:    one("ip.version", record.Uint, "RFC 791, 3.1", "version: 4"),
	ipHdrLen:     in("bytes", one("ip.hdr_len", record.Uint, "RFC 791, 3.1", "header length, options included")),
	ipDSField:    one("ip.dsfield", record.Uint, "RFC 2474, 3", "differentiated services field"),
	ipDSCP:       one("ip.dsfield.dscp", record.Uint, "RFC 2474, 3", "differentiated services codepoint"),
	ipECN:        one("ip.dsfield.ecn", record.Uint, "RFC 3168, 5", "explicit congestion notification"),
	ipLen:        in("bytes", one("ip.len", record.Uint, "RFC 791, 3.1", "total length, header included; 0 counts as all that follows, as offloading leaves it")),
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
	ipDst:        one("ip.dst", record.Address, "RFC 791, 3.1", "destination address, a source route's last where there is one"),

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
	ipCurrentRoute:      many("ip.cur_rt", record.Address, "RFC 791, 3.1", "where a source route goes to next: the destination that stands in the header"),
	ipSourceRoute:       many("ip.src_rt", record.Address, "RFC 791, 3.1", "addresses of a source route still to come, but the last"),
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
	ipCIPSOCategories:   many("ip.cipso.categories", record.Text, "CIPSO 2.2, 3.4", "categories, with commas between them"),
	ipCIPSOData:         many("ip.cipso.tag_data", record.Bytes, "CIPSO 2.2, 3.4", "a tag of no fixed form"),
}, Headers: []record.Header{{Size: ipHeader, Words: []record.Word{
	{At: 0, Len: 1, Parts: []record.Part{{Field: ipVersion, Mask: 0xf0}, {Field: ipHdrLen, Mask: 0x0f, Unit: 4}}},
	{At: 1, Len: 1, Parts: []record.Part{{Field: ipDSField}, {Field: ipDSCP, Mask: 0xfc}, {Field: ipECN, Mask: 0x03}}},
	{At: 2, Len: 2, Parts: whole(ipLen)},
	{At: 4, Len: 2, Parts: whole(ipID)},
	{At: 6, Len: 2, Parts: []record.Part{{Field: ipFlags, Mask: 0xe000}, {Field: ipRB, Mask: 0x8000}, {Field: ipDF, Mask: 0x4000}, {Field: ipMF, Mask: 0x2000}, {Field: ipFragOffset, Mask: 0x1fff}}},
	{At: 8, Len: 1, Parts: whole(ipTTL)},
	{At: 9, Len: 1, Parts: whole(ipProto)},
	{At: 10, Len: 2, Parts: whole(ipChecksum)},
	{At: 12, Len: 4, Parts: whole(ipSrc)},
	{At: 16, Len: 4, Parts: whole(ipDst)},
}}}}

const ipHeader = 20

// ip reads an IPv4 header. The layers inside end where its total length says;
// a length of 0 is what a sender's offloading leaves, and stands for all that
// is there. Where a source route has not come to its end, its last address is
// the destination, and the header's the one to go to next.
func (w *walk) ip(at int) {
	b := w.from(at)
	if len(b) < ipHeader {
		w.ipSpelled(at, len(b))
		return
	}
	total, end := int(be16(b[2:])), int(b[0]&15)*4
	if total != 0 && end <= ipHeader {
		w.row.Header(0, at)
		if total >= ipHeader {
			w.endAt(at + total)
		}
		return
	}
	v := w.ipSpelled(at, ipHeader)
	if total >= ipHeader {
		w.endAt(at + total)
	}
	if end <= ipHeader {
		return
	}
	if final := w.ipFinal(at+ipHeader, at+end); final > 0 {
		v[ipDst].Num = uint64(final)
		w.row.Bytes(ipCurrentRoute, at+16, 4)
	}
	w.ipOptions(at+ipHeader, at+end)
}

// ipSpelled writes the fields of the first n bytes of a header one by one, for
// some of them are not what stands in their places.
func (w *walk) ipSpelled(at, n int) []record.Value {
	first := len(w.row.Values)
	w.row.Spell(&ipLayer, 0, at, n)
	v := w.row.Values[first:]
	if len(v) > ipLen && v[ipLen].Num == 0 {
		v[ipLen].Num = uint64(w.announced - at)
	}
	return v
}
