package fields

import "github.com/pcappipe/pcappipe/record"

// Places in tcpLayer. Its options follow in tcpoption.go and mptcp.go.
const (
	tcpSrcPort = iota
	tcpDstPort
	tcpSeq
	tcpAck
	tcpHdrLen
	tcpFlags
	tcpRes
	tcpAE
	tcpCWR
	tcpECE
	tcpURG
	tcpACK
	tcpPSH
	tcpRST
	tcpSYN
	tcpFIN
	tcpWindow
	tcpChecksum
	tcpUrgent
	tcpOptions
	tcpOptKind
	tcpOptLen
	tcpOptMSS
	tcpOptShift
	tcpOptLeft
	tcpOptRight
	tcpOptEcho
	tcpOptTSVal
	tcpOptTSEcr
	tcpOptCC
	tcpOptDigest
	tcpOptQSRate
	tcpOptQSDiff
	tcpOptGranularity
	tcpOptTimeout
	tcpOptKeyID
	tcpOptNextKeyID
	tcpOptMAC
	tcpOptCookie
	tcpOptExID
	tcpOptExpData
	tcpOptUnknown
	mptcpSubtype
	mptcpVersion
	mptcpReserved
	mptcpFlags
	mptcpBackup
	mptcpChecksumReq
	mptcpExtensibility
	mptcpNoMoreSubflows
	mptcpSHA1
	mptcpSHA256
	mptcpDataFIN
	mptcpSeq8
	mptcpSeqPresent
	mptcpAck8
	mptcpAckPresent
	mptcpReservedFlag
	mptcpFlagU
	mptcpFlagV
	mptcpFlagW
	mptcpFlagT
	mptcpReason
	mptcpAddrID
	mptcpSendKey
	mptcpRecvKey
	mptcpRecvToken
	mptcpSendRand
	mptcpTruncated
	mptcpHMAC
	mptcpAddTruncated
	mptcpDataAck
	mptcpDataSeq
	mptcpSubflowSeq
	mptcpDataLen
	mptcpChecksum
	mptcpIPVersion
	mptcpEcho
	mptcpIPv4
	mptcpIPv6
	mptcpPort
	tcpPayload
)

var tcpLayer = record.Layer{Key: "tcp", Fields: []record.Field{
	tcpSrcPort:  one("tcp.srcport", record.Uint, "RFC 9293, 3.1", "source port"),
	tcpDstPort:  one("tcp.dstport", record.Uint, "RFC 9293, 3.1", "destination port"),
	tcpSeq:      one("tcp.seq_raw", record.Uint, "RFC 9293, 3.1", "sequence number, as it stands in the header"),
	tcpAck:      one("tcp.ack_raw", record.Uint, "RFC 9293, 3.1", "acknowledgment number, as it stands in the header"),
	tcpHdrLen:   in("bytes", one("tcp.hdr_len", record.Uint, "RFC 9293, 3.1", "header length, options included")),
	tcpFlags:    one("tcp.flags", record.Uint, "RFC 9293, 3.1", "flags, twelve bits"),
	tcpRes:      one("tcp.flags.res", record.Bool, "RFC 9293, 3.1", "any of the three reserved bits"),
	tcpAE:       one("tcp.flags.ae", record.Bool, "draft-ietf-tcpm-accurate-ecn", "accurate ECN, once the nonce sum"),
	tcpCWR:      one("tcp.flags.cwr", record.Bool, "RFC 3168, 6.1", "congestion window reduced"),
	tcpECE:      one("tcp.flags.ece", record.Bool, "RFC 3168, 6.1", "ECN-echo"),
	tcpURG:      one("tcp.flags.urg", record.Bool, "RFC 9293, 3.1", "urgent pointer is significant"),
	tcpACK:      one("tcp.flags.ack", record.Bool, "RFC 9293, 3.1", "acknowledgment is significant"),
	tcpPSH:      one("tcp.flags.push", record.Bool, "RFC 9293, 3.1", "push"),
	tcpRST:      one("tcp.flags.reset", record.Bool, "RFC 9293, 3.1", "reset"),
	tcpSYN:      one("tcp.flags.syn", record.Bool, "RFC 9293, 3.1", "synchronize sequence numbers"),
	tcpFIN:      one("tcp.flags.fin", record.Bool, "RFC 9293, 3.1", "no more data from sender"),
	tcpWindow:   one("tcp.window_size_value", record.Uint, "RFC 9293, 3.1", "window, as it stands in the header"),
	tcpChecksum: one("tcp.checksum", record.Uint, "RFC 9293, 3.1", "checksum"),
	tcpUrgent:   one("tcp.urgent_pointer", record.Uint, "RFC 9293, 3.1", "urgent pointer"),

	tcpOptions:        one("tcp.options", record.Bytes, "RFC 9293, 3.1", "all options, as they stand in the header"),
	tcpOptKind:        many("tcp.option_kind", record.Uint, "RFC 9293, 3.1", "option kind"),
	tcpOptLen:         in("bytes", many("tcp.option_len", record.Uint, "RFC 9293, 3.1", "option length; absent for the two kinds of one byte")),
	tcpOptMSS:         in("bytes", many("tcp.options.mss_val", record.Uint, "RFC 9293, 3.2", "maximum segment size")),
	tcpOptShift:       in("bits", many("tcp.options.wscale.shift", record.Uint, "RFC 7323, 2.2", "window scale shift count")),
	tcpOptLeft:        many("tcp.options.sack_le", record.Uint, "RFC 2018, 3", "left edges of the blocks, as they stand in the header"),
	tcpOptRight:       many("tcp.options.sack_re", record.Uint, "RFC 2018, 3", "right edges of the blocks, as they stand in the header"),
	tcpOptEcho:        many("tcp.options.echo_value", record.Uint, "RFC 1072, 3", "echo, or echo reply"),
	tcpOptTSVal:       many("tcp.options.timestamp.tsval", record.Uint, "RFC 7323, 3.2", "timestamp value"),
	tcpOptTSEcr:       many("tcp.options.timestamp.tsecr", record.Uint, "RFC 7323, 3.2", "timestamp echo reply"),
	tcpOptCC:          many("tcp.options.cc_value", record.Uint, "RFC 1644, 3.1", "connection count"),
	tcpOptDigest:      many("tcp.options.md5.digest", record.Bytes, "RFC 2385, 3", "MD5 signature"),
	tcpOptQSRate:      many("tcp.options.qs.rate", record.Uint, "RFC 4782, 4.1", "quick-start rate"),
	tcpOptQSDiff:      many("tcp.options.qs.ttl_diff", record.Uint, "RFC 4782, 4.1", "quick-start TTL difference"),
	tcpOptGranularity: many("tcp.options.user_to_granularity", record.Bool, "RFC 5482, 3", "user timeout counts minutes, else seconds"),
	tcpOptTimeout:     many("tcp.options.user_to_val", record.Uint, "RFC 5482, 3", "user timeout"),
	tcpOptKeyID:       many("tcp.options.ao.keyid", record.Uint, "RFC 5925, 2.2", "authentication: key"),
	tcpOptNextKeyID:   many("tcp.options.ao.rnextkeyid", record.Uint, "RFC 5925, 2.2", "authentication: key to receive next"),
	tcpOptMAC:         many("tcp.options.ao.mac", record.Bytes, "RFC 5925, 2.2", "authentication: code"),
	tcpOptCookie:      many("tcp.options.tfo.cookie", record.Bytes, "RFC 7413, 4.1.1", "fast open cookie"),
	tcpOptExID:        many("tcp.options.experimental.exid", record.Uint, "RFC 6994, 3", "experiment identifier"),
	tcpOptExpData:     many("tcp.options.experimental.data", record.Bytes, "RFC 6994, 3", "experiment's data"),
	tcpOptUnknown:     many("tcp.options.unknown.payload", record.Bytes, "RFC 9293, 3.1", "body of an option of another kind"),

	mptcpSubtype:        many("tcp.options.mptcp.subtype", record.Uint, "RFC 8684, 8", "Multipath TCP subtype"),
	mptcpVersion:        many("tcp.options.mptcp.version", record.Uint, "RFC 8684, 3.1", "Multipath TCP version"),
	mptcpReserved:       many("tcp.options.mptcp.reserved", record.Uint, "RFC 8684, 3", "reserved"),
	mptcpFlags:          many("tcp.options.mptcp.flags", record.Uint, "RFC 8684, 3", "flags of the subtype"),
	mptcpBackup:         many("tcp.options.mptcp.backup.flag", record.Uint, "RFC 8684, 3.2", "backup path"),
	mptcpChecksumReq:    many("tcp.options.mptcp.checksumreq.flags", record.Uint, "RFC 8684, 3.1", "checksum required"),
	mptcpExtensibility:  many("tcp.options.mptcp.extensibility.flag", record.Uint, "RFC 8684, 3.1", "extensibility"),
	mptcpNoMoreSubflows: many("tcp.options.mptcp.nomoresubflows.flag", record.Uint, "RFC 8684, 3.1", "no subflows to this address and port"),
	mptcpSHA1:           many("tcp.options.mptcp.sha1.flag", record.Uint, "RFC 6824, 3.1", "HMAC-SHA1 (version 0)"),
	mptcpSHA256:         many("tcp.options.mptcp.sha256.flag", record.Uint, "RFC 8684, 3.1", "HMAC-SHA256 (version 1)"),
	mptcpDataFIN:        many("tcp.options.mptcp.datafin.flag", record.Uint, "RFC 8684, 3.3", "DATA_FIN"),
	mptcpSeq8:           many("tcp.options.mptcp.dseqn8.flag", record.Uint, "RFC 8684, 3.3", "data sequence number has 8 bytes"),
	mptcpSeqPresent:     many("tcp.options.mptcp.dseqnpresent.flag", record.Uint, "RFC 8684, 3.3", "a mapping is present"),
	mptcpAck8:           many("tcp.options.mptcp.dataack8.flag", record.Uint, "RFC 8684, 3.3", "data ACK has 8 bytes"),
	mptcpAckPresent:     many("tcp.options.mptcp.dataackpresent.flag", record.Uint, "RFC 8684, 3.3", "a data ACK is present"),
	mptcpReservedFlag:   many("tcp.options.mptcp.reserved.flag", record.Uint, "RFC 8684, 3.1", "reserved"),
	mptcpFlagU:          many("tcp.options.mptcp.flag_U.flag", record.Bool, "RFC 8684, 3.6", "reserved"),
	mptcpFlagV:          many("tcp.options.mptcp.flag_V.flag", record.Bool, "RFC 8684, 3.6", "reserved"),
	mptcpFlagW:          many("tcp.options.mptcp.flag_W.flag", record.Bool, "RFC 8684, 3.6", "reserved"),
	mptcpFlagT:          many("tcp.options.mptcp.flag_T.flag", record.Bool, "RFC 8684, 3.6", "the condition is transient"),
	mptcpReason:         many("tcp.options.mptcp.rst_reason", record.Uint, "RFC 8684, 3.6", "why the subflow is reset"),
	mptcpAddrID:         many("tcp.options.mptcp.addrid", record.Uint, "RFC 8684, 3.4", "address ID"),
	mptcpSendKey:        many("tcp.options.mptcp.sendkey", record.Uint, "RFC 8684, 3.1", "sender's key"),
	mptcpRecvKey:        many("tcp.options.mptcp.recvkey", record.Uint, "RFC 8684, 3.1", "receiver's key"),
	mptcpRecvToken:      many("tcp.options.mptcp.recvtok", record.Uint, "RFC 8684, 3.2", "receiver's token"),
	mptcpSendRand:       many("tcp.options.mptcp.sendrand", record.Uint, "RFC 8684, 3.2", "sender's random number"),
	mptcpTruncated:      many("tcp.options.mptcp.sendtrunchmac", record.Uint, "RFC 8684, 3.2", "sender's truncated HMAC"),
	mptcpHMAC:           many("tcp.options.mptcp.sendhmac", record.Bytes, "RFC 8684, 3.2", "sender's HMAC"),
	mptcpAddTruncated:   many("tcp.options.mptcp.addaddrtrunchmac", record.Uint, "RFC 8684, 3.4.1", "truncated HMAC of an address"),
	mptcpDataAck:        many("tcp.options.mptcp.rawdataack", record.Uint, "RFC 8684, 3.3", "data ACK"),
	mptcpDataSeq:        many("tcp.options.mptcp.rawdataseqno", record.Uint, "RFC 8684, 3.3", "data sequence number"),
	mptcpSubflowSeq:     many("tcp.options.mptcp.subflowseqno", record.Uint, "RFC 8684, 3.3", "subflow sequence number, relative"),
	mptcpDataLen:        in("bytes", many("tcp.options.mptcp.datalvllen", record.Uint, "RFC 8684, 3.3", "data-level length")),
	mptcpChecksum:       many("tcp.options.mptcp.checksum", record.Uint, "RFC 8684, 3.3", "checksum"),
	mptcpIPVersion:      many("tcp.options.mptcp.ipver", record.Uint, "RFC 6824, 3.4.1", "version 0: IP version of an advertised address"),
	mptcpEcho:           many("tcp.options.mptcp.echo", record.Uint, "RFC 8684, 3.4.1", "echo of an advertisement"),
	mptcpIPv4:           many("tcp.options.mptcp.ipv4", record.Address, "RFC 8684, 3.4.1", "advertised IPv4 address"),
	mptcpIPv6:           many("tcp.options.mptcp.ipv6", record.Address, "RFC 8684, 3.4.1", "advertised IPv6 address"),
	mptcpPort:           many("tcp.options.mptcp.port", record.Uint, "RFC 8684, 3.4.1", "advertised port"),

	tcpPayload: one("tcp.payload", record.Bytes, "RFC 9293, 3.1", "data, as far as captured; with --payload"),
}, Headers: []record.Header{
	tcpFixed: {Size: tcpHeader, Words: []record.Word{
		{At: 0, Len: 2, Parts: whole(tcpSrcPort)},
		{At: 2, Len: 2, Parts: whole(tcpDstPort)},
		{At: 4, Len: 4, Parts: whole(tcpSeq)},
		{At: 8, Len: 4, Parts: whole(tcpAck)},
		{At: 12, Len: 1, Parts: []record.Part{{Field: tcpHdrLen, Mask: 0xf0, Unit: 4}}},
		{At: 12, Len: 2, Parts: []record.Part{
			{Field: tcpFlags, Mask: 0xfff}, {Field: tcpRes, Mask: 0xe00}, {Field: tcpAE, Mask: 0x100}, {Field: tcpCWR, Mask: 0x80}, {Field: tcpECE, Mask: 0x40},
			{Field: tcpURG, Mask: 0x20}, {Field: tcpACK, Mask: 0x10}, {Field: tcpPSH, Mask: 0x08}, {Field: tcpRST, Mask: 0x04}, {Field: tcpSYN, Mask: 0x02}, {Field: tcpFIN, Mask: 0x01},
		}},
		{At: 14, Len: 2, Parts: whole(tcpWindow)},
		{At: 16, Len: 2, Parts: whole(tcpChecksum)},
		{At: 18, Len: 2, Parts: whole(tcpUrgent)},
	}},
	tcpOnlyTimestamps: {Size: tcpTimestampsLen, Words: []record.Word{
		{At: 0, Len: tcpTimestampsLen, Parts: whole(tcpOptions)},
		{At: 0, Len: 1, Parts: whole(tcpOptKind)},
		{At: 1, Len: 1, Parts: whole(tcpOptKind)},
		{At: 2, Len: 1, Parts: whole(tcpOptKind)},
		{At: 3, Len: 1, Parts: whole(tcpOptLen)},
		{At: 4, Len: 4, Parts: whole(tcpOptTSVal)},
		{At: 8, Len: 4, Parts: whole(tcpOptTSEcr)},
	}},
}}

// Places in tcpLayer.Headers.
const (
	tcpFixed          = iota
	tcpOnlyTimestamps // options, as most segments of an established connection have them
)

const tcpHeader = 20

func (w *walk) tcp(at int) {
	if !w.header(&tcpLayer, tcpFixed, at) {
		return
	}
	n := int(w.data[at+12]>>4) * 4
	if n > tcpHeader && !w.context.Without.TCPOptions {
		w.tcpOptions(at+tcpHeader, min(at+n, w.end))
	}
	if n >= tcpHeader {
		w.payload(tcpPayload, at+n)
	}
}
