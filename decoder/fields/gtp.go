package fields

import "github.com/pcappipe/pcappipe/record"

// Places in gtpLayer.
const (
	gtpFlags = iota
	gtpVersion
	gtpProtocol
	gtpReserved
	gtpE
	gtpS
	gtpPN
	gtpMessage
	gtpLength
	gtpTEID
	gtpSequence
	gtpNPDU
	gtpNextExt
	gtpExtLength
	gtpExtPort
	gtpExtRAN
	gtpExtLongNumber
	gtpExtXwRAN
	gtpExtKind
	gtpExtPPP
	gtpExtRQI
	gtpExtQFI
	gtpExtPPI
	gtpExtNumber
)

var gtpLayer = record.Layer{Key: "gtp", Fields: []record.Field{
	gtpFlags:         one("gtp.flags", record.Uint, "3GPP TS 29.281, 5.1", "flags, as they stand in the header"),
	gtpVersion:       one("gtp.flags.version", record.Uint, "3GPP TS 29.281, 5.1", "version"),
	gtpProtocol:      one("gtp.flags.payload", record.Uint, "3GPP TS 29.281, 5.1", "protocol type: 1 is GTP, 0 is GTP'"),
	gtpReserved:      one("gtp.flags.reserved", record.Uint, "3GPP TS 29.281, 5.1", "reserved"),
	gtpE:             one("gtp.flags.e", record.Bool, "3GPP TS 29.281, 5.1", "an extension header is present"),
	gtpS:             one("gtp.flags.s", record.Bool, "3GPP TS 29.281, 5.1", "sequence number is present"),
	gtpPN:            one("gtp.flags.pn", record.Bool, "3GPP TS 29.281, 5.1", "N-PDU number is present"),
	gtpMessage:       one("gtp.message", record.Uint, "3GPP TS 29.281, 7.1", "message type"),
	gtpLength:        in("bytes", one("gtp.length", record.Uint, "3GPP TS 29.281, 5.1", "length, the first 8 bytes not counted")),
	gtpTEID:          one("gtp.teid", record.Uint, "3GPP TS 29.281, 5.1", "tunnel endpoint"),
	gtpSequence:      one("gtp.seq_number", record.Uint, "3GPP TS 29.281, 5.1", "sequence number"),
	gtpNPDU:          one("gtp.npdu_number", record.Uint, "3GPP TS 29.281, 5.1", "N-PDU number"),
	gtpNextExt:       many("gtp.ext_hdr.next", record.Uint, "3GPP TS 29.281, 5.2", "next extension header, 0 for none"),
	gtpExtLength:     in("4 bytes", many("gtp.ext_hdr.length", record.Uint, "3GPP TS 29.281, 5.2", "length of an extension header")),
	gtpExtPort:       many("gtp.ext_hdr.udp_port", record.Uint, "3GPP TS 29.281, 5.2.2.1", "extension header: port that an error came to"),
	gtpExtRAN:        many("gtp.ext_hdr.ran_cont", record.Bytes, "3GPP TS 29.281, 5.2.2.4", "extension header: radio access network's container"),
	gtpExtLongNumber: many("gtp.ext_hdr.long_pdcp_sn", record.Uint, "3GPP TS 29.281, 5.2.2.2A", "extension header: long PDCP number"),
	gtpExtXwRAN:      many("gtp.ext_hdr.xw_ran_cont", record.Bytes, "3GPP TS 29.281, 5.2.2.5", "extension header: radio access network's container, over Xw"),
	gtpExtKind:       many("gtp.ext_hdr.pdu_ses_con.pdu_type", record.Uint, "3GPP TS 38.415, 5.5.3", "session container: 0 is down, 1 up"),
	gtpExtPPP:        many("gtp.ext_hdr.pdu_ses_cont.ppp", record.Bool, "3GPP TS 38.415, 5.5.3", "session container, down: paging policy is present"),
	gtpExtRQI:        many("gtp.ext_hdr.pdu_ses_cont.rqi", record.Bool, "3GPP TS 38.415, 5.5.3", "session container, down: the user reflects the flow"),
	gtpExtQFI:        many("gtp.ext_hdr.pdu_ses_con.qos_flow_id", record.Uint, "3GPP TS 38.415, 5.5.3", "session container: QoS flow"),
	gtpExtPPI:        many("gtp.ext_hdr.pdu_ses_cont.ppi", record.Uint, "3GPP TS 38.415, 5.5.3", "session container, down: paging policy"),
	gtpExtNumber:     many("gtp.ext_hdr.pdcp_sn", record.Uint, "3GPP TS 29.281, 5.2.2.2", "extension header: PDCP number"),
}}

// gtp reads a version 1 header and its extension headers.
func (w *walk) gtp(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	v := uint64(b[0])
	r.Uint(gtpFlags, v)
	r.Uint(gtpVersion, v>>5)
	r.Uint(gtpProtocol, bit(v, 4))
	r.Uint(gtpReserved, bit(v, 3))
	r.Uint(gtpE, bit(v, 2))
	r.Uint(gtpS, bit(v, 1))
	r.Uint(gtpPN, bit(v, 0))
	r.Uint(gtpMessage, uint64(b[1]))
	r.Uint(gtpLength, be16(b[2:]))
	r.Uint(gtpTEID, be32(b[4:]))
	w.endAt(at + 8 + int(be16(b[2:])))
	if b = w.from(at); v&7 == 0 || len(b) < 12 {
		return
	}
	if bit(v, 1) == 1 {
		r.Uint(gtpSequence, be16(b[8:]))
	}
	if bit(v, 0) == 1 {
		r.Uint(gtpNPDU, uint64(b[10]))
	}
	if bit(v, 2) == 0 {
		return
	}
	r.Uint(gtpNextExt, uint64(b[11]))
	for next, off := b[11], 12; next != 0 && off < len(b); {
		n := 4 * int(b[off])
		r.Uint(gtpExtLength, uint64(b[off]))
		if n == 0 || off+n > len(b) {
			return
		}
		w.gtpExtension(next, at+off, b[off:off+n-1])
		off += n
		next = b[off-1]
		r.Uint(gtpNextExt, uint64(next))
	}
}

// gtpExtension reads an extension header without the type of the next.
func (w *walk) gtpExtension(kind byte, at int, b []byte) {
	const port, ran, longNumber, xwRAN, session, number = 0x40, 0x81, 0x82, 0x83, 0x85, 0xc0
	r := w.row
	if len(b) < 3 {
		return
	}
	switch kind {
	case port:
		r.Uint(gtpExtPort, be16(b[1:]))
	case ran:
		w.rest(gtpExtRAN, at, 1, b)
	case xwRAN:
		w.rest(gtpExtXwRAN, at, 1, b)
	case longNumber:
		if len(b) >= 4 {
			r.Uint(gtpExtLongNumber, be24(b[1:]))
		}
	case number:
		r.Uint(gtpExtNumber, be16(b[1:]))
	case session:
		w.gtpSession(b)
	}
}

// gtpSession reads a session's container (3GPP TS 38.415), which 5G has in every packet.
func (w *walk) gtpSession(b []byte) {
	const down = 0
	r, v := w.row, uint64(b[2])
	r.Uint(gtpExtKind, uint64(b[1]>>4))
	if b[1]>>4 != down {
		r.Uint(gtpExtQFI, v&63)
		return
	}
	r.Uint(gtpExtPPP, bit(v, 7))
	r.Uint(gtpExtRQI, bit(v, 6))
	r.Uint(gtpExtQFI, v&63)
	if bit(v, 7) == 1 && len(b) >= 4 {
		r.Uint(gtpExtPPI, uint64(b[3]>>5))
	}
}

// Places in gtp2Layer.
const (
	gtp2Flags = iota
	gtp2Version
	gtp2P
	gtp2T
	gtp2MP
	gtp2Message
	gtp2Length
	gtp2TEID
	gtp2Sequence
	gtp2Spare
)

var gtp2Layer = record.Layer{Key: "gtpv2", Fields: []record.Field{
	gtp2Flags:    one("gtpv2.flags", record.Uint, "3GPP TS 29.274, 5.1", "flags, as they stand in the header"),
	gtp2Version:  one("gtpv2.version", record.Uint, "3GPP TS 29.274, 5.1", "version"),
	gtp2P:        one("gtpv2.p", record.Uint, "3GPP TS 29.274, 5.1", "another message follows"),
	gtp2T:        one("gtpv2.t", record.Uint, "3GPP TS 29.274, 5.1", "tunnel endpoint is present"),
	gtp2MP:       one("gtpv2.mp", record.Uint, "3GPP TS 29.274, 5.1", "priority is present"),
	gtp2Message:  one("gtpv2.message_type", record.Uint, "3GPP TS 29.274, 6.1", "message type"),
	gtp2Length:   in("bytes", one("gtpv2.msg_length", record.Uint, "3GPP TS 29.274, 5.5", "length, the first 4 bytes not counted")),
	gtp2TEID:     one("gtpv2.teid", record.Uint, "3GPP TS 29.274, 5.5", "tunnel endpoint"),
	gtp2Sequence: one("gtpv2.seq", record.Uint, "3GPP TS 29.274, 5.5", "sequence number"),
	gtp2Spare:    one("gtpv2.spare", record.Uint, "3GPP TS 29.274, 5.5", "spare, or where it is said to be present the priority"),
}}

// gtp2 reads the header of version 2.
func (w *walk) gtp2(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	v := uint64(b[0])
	r.Uint(gtp2Flags, v)
	r.Uint(gtp2Version, v>>5)
	r.Uint(gtp2P, bit(v, 4))
	r.Uint(gtp2T, bit(v, 3))
	r.Uint(gtp2MP, bit(v, 2))
	r.Uint(gtp2Message, uint64(b[1]))
	r.Uint(gtp2Length, be16(b[2:]))
	b = b[4:]
	if bit(v, 3) == 1 {
		if len(b) < 8 {
			return
		}
		r.Uint(gtp2TEID, be32(b))
		b = b[4:]
	}
	r.Uint(gtp2Sequence, be24(b))
	r.Uint(gtp2Spare, uint64(b[3]))
}
