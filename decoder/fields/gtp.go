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
)

var gtpLayer = record.Layer{Key: "gtp", Fields: []record.Field{
	gtpFlags:     one("gtp.flags", record.Uint, "3GPP TS 29.281, 5.1", "flags, as they stand in the header"),
	gtpVersion:   one("gtp.flags.version", record.Uint, "3GPP TS 29.281, 5.1", "version"),
	gtpProtocol:  one("gtp.flags.payload", record.Uint, "3GPP TS 29.281, 5.1", "protocol type: 1 is GTP, 0 is GTP'"),
	gtpReserved:  one("gtp.flags.reserved", record.Uint, "3GPP TS 29.281, 5.1", "reserved"),
	gtpE:         one("gtp.flags.e", record.Bool, "3GPP TS 29.281, 5.1", "an extension header is present"),
	gtpS:         one("gtp.flags.s", record.Bool, "3GPP TS 29.281, 5.1", "sequence number is present"),
	gtpPN:        one("gtp.flags.pn", record.Bool, "3GPP TS 29.281, 5.1", "N-PDU number is present"),
	gtpMessage:   one("gtp.message", record.Uint, "3GPP TS 29.281, 7.1", "message type"),
	gtpLength:    in("bytes", one("gtp.length", record.Uint, "3GPP TS 29.281, 5.1", "length, the first 8 bytes not counted")),
	gtpTEID:      one("gtp.teid", record.Uint, "3GPP TS 29.281, 5.1", "tunnel endpoint"),
	gtpSequence:  one("gtp.seq_number", record.Uint, "3GPP TS 29.281, 5.1", "sequence number"),
	gtpNPDU:      one("gtp.npdu_number", record.Uint, "3GPP TS 29.281, 5.1", "N-PDU number"),
	gtpNextExt:   many("gtp.ext_hdr.next", record.Uint, "3GPP TS 29.281, 5.2", "next extension header, 0 for none"),
	gtpExtLength: in("4 bytes", many("gtp.ext_hdr.length", record.Uint, "3GPP TS 29.281, 5.2", "length of an extension header")),
}}

// gtp reads a version 1 header and the heads of its extension headers.
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
		off += n
		next = b[off-1]
		r.Uint(gtpNextExt, uint64(next))
	}
}
