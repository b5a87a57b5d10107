package fields

import "github.com/pcappipe/pcappipe/record"

// Places in sctpLayer.
const (
	sctpSrcPort = iota
	sctpDstPort
	sctpTag
	sctpChecksum
	sctpChunkType
	sctpChunkBit1
	sctpChunkBit2
	sctpChunkFlags
	sctpChunkLength
	sctpDataI
	sctpDataU
	sctpDataB
	sctpDataE
	sctpTSN
	sctpStream
	sctpStreamSeq
	sctpPayloadProto
)

var sctpLayer = record.Layer{Key: "sctp", Fields: []record.Field{
	sctpSrcPort:      one("sctp.srcport", record.Uint, "RFC 9260, 3.1", "source port"),
	sctpDstPort:      one("sctp.dstport", record.Uint, "RFC 9260, 3.1", "destination port"),
	sctpTag:          one("sctp.verification_tag", record.Uint, "RFC 9260, 3.1", "verification tag"),
	sctpChecksum:     one("sctp.checksum", record.Uint, "RFC 9260, 3.1", "checksum"),
	sctpChunkType:    many("sctp.chunk_type", record.Uint, "RFC 9260, 3.2", "chunk type"),
	sctpChunkBit1:    many("sctp.chunk_bit_1", record.Bool, "RFC 9260, 3.2", "skip an unknown chunk, else stop"),
	sctpChunkBit2:    many("sctp.chunk_bit_2", record.Bool, "RFC 9260, 3.2", "report an unknown chunk"),
	sctpChunkFlags:   many("sctp.chunk_flags", record.Uint, "RFC 9260, 3.2", "chunk flags"),
	sctpChunkLength:  in("bytes", many("sctp.chunk_length", record.Uint, "RFC 9260, 3.2", "chunk length, its head included, padding not")),
	sctpDataI:        many("sctp.data_i_bit", record.Bool, "RFC 7053, 3", "data: acknowledge at once"),
	sctpDataU:        many("sctp.data_u_bit", record.Bool, "RFC 9260, 3.3.1", "data: unordered"),
	sctpDataB:        many("sctp.data_b_bit", record.Bool, "RFC 9260, 3.3.1", "data: first fragment"),
	sctpDataE:        many("sctp.data_e_bit", record.Bool, "RFC 9260, 3.3.1", "data: last fragment"),
	sctpTSN:          many("sctp.data_tsn_raw", record.Uint, "RFC 9260, 3.3.1", "data: transmission sequence number"),
	sctpStream:       many("sctp.data_sid", record.Uint, "RFC 9260, 3.3.1", "data: stream"),
	sctpStreamSeq:    many("sctp.data_ssn", record.Uint, "RFC 9260, 3.3.1", "data: stream sequence number"),
	sctpPayloadProto: many("sctp.data_payload_proto_id", record.Uint, "RFC 9260, 3.3.1", "data: payload protocol"),
}}

const (
	sctpHeader    = 12
	sctpChunkData = 0
)

// sctp reads the common header, the heads of the chunks, and the heads of data.
func (w *walk) sctp(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	r.Uint(sctpSrcPort, be16(b))
	r.Uint(sctpDstPort, be16(b[2:]))
	if len(b) < sctpHeader {
		return
	}
	r.Uint(sctpTag, be32(b[4:]))
	r.Uint(sctpChecksum, be32(b[8:]))
	for at += sctpHeader; ; {
		b := w.from(at)
		if len(b) < 4 {
			return
		}
		n := int(be16(b[2:]))
		r.Uint(sctpChunkType, uint64(b[0]))
		r.Uint(sctpChunkBit1, uint64(b[0]>>7))
		r.Uint(sctpChunkBit2, uint64(b[0]>>6&1))
		r.Uint(sctpChunkFlags, uint64(b[1]))
		r.Uint(sctpChunkLength, uint64(n))
		if n < 4 {
			return
		}
		if b[0] == sctpChunkData && n >= 16 && len(b) >= 16 {
			w.sctpData(b)
		}
		at += (n + 3) &^ 3
	}
}

func (w *walk) sctpData(b []byte) {
	r, v := w.row, uint64(b[1])
	r.Uint(sctpDataI, bit(v, 3))
	r.Uint(sctpDataU, bit(v, 2))
	r.Uint(sctpDataB, bit(v, 1))
	r.Uint(sctpDataE, bit(v, 0))
	r.Uint(sctpTSN, be32(b[4:]))
	r.Uint(sctpStream, be16(b[8:]))
	r.Uint(sctpStreamSeq, be16(b[10:]))
	r.Uint(sctpPayloadProto, be32(b[12:]))
}
