package fields

import "github.com/pcappipe/pcappipe/record"

// Places in igmpLayer.
const (
	igmpType = iota
	igmpMaxResp
	igmpExp
	igmpMant
	igmpReserved
	igmpChecksum
	igmpMAddr
	igmpS
	igmpQRV
	igmpQQIC
	igmpSources
	igmpSource
	igmpRecords
	igmpRecordType
	igmpAuxLen
	igmpAux
)

var igmpLayer = record.Layer{Key: "igmp", Fields: []record.Field{
	igmpType:       one("igmp.type", record.Uint, "RFC 3376, 4", "type"),
	igmpMaxResp:    in("0.1 seconds", one("igmp.max_resp", record.Uint, "RFC 3376, 4.1.1", "maximum response time, decoded where it is above 127 in version 3")),
	igmpExp:        one("igmp.max_resp.exp", record.Uint, "RFC 3376, 4.1.1", "maximum response code: exponent"),
	igmpMant:       one("igmp.max_resp.mant", record.Uint, "RFC 3376, 4.1.1", "maximum response code: mantissa"),
	igmpReserved:   many("igmp.reserved", record.Bytes, "RFC 3376, 4.2", "reserved"),
	igmpChecksum:   one("igmp.checksum", record.Uint, "RFC 3376, 4.1.2", "checksum"),
	igmpMAddr:      many("igmp.maddr", record.Address, "RFC 3376, 4.1.3", "multicast address"),
	igmpS:          one("igmp.s", record.Bool, "RFC 3376, 4.1.5", "suppress router-side processing"),
	igmpQRV:        one("igmp.qrv", record.Uint, "RFC 3376, 4.1.6", "querier's robustness variable"),
	igmpQQIC:       one("igmp.qqic", record.Uint, "RFC 3376, 4.1.7", "querier's query interval code"),
	igmpSources:    many("igmp.num_src", record.Uint, "RFC 3376, 4.1.8", "number of sources"),
	igmpSource:     many("igmp.saddr", record.Address, "RFC 3376, 4.1.9", "source"),
	igmpRecords:    one("igmp.num_grp_recs", record.Uint, "RFC 3376, 4.2.3", "number of group records"),
	igmpRecordType: many("igmp.record_type", record.Uint, "RFC 3376, 4.2.5", "record type"),
	igmpAuxLen:     in("4 bytes", many("igmp.aux_data_len", record.Uint, "RFC 3376, 4.2.6", "length of auxiliary data")),
	igmpAux:        many("igmp.aux_data", record.Bytes, "RFC 3376, 4.2.10", "auxiliary data"),
}}

// IGMP types (IANA, IGMP type numbers).
const (
	igmpQuery   = 0x11
	igmpReport1 = 0x12
	igmpReport2 = 0x16
	igmpLeave   = 0x17
	igmpReport3 = 0x22
)

// igmp reads a message of versions 1 to 3. A query is of version 3 where it is
// at least 12 bytes long, and of version 1 where its maximum response time is 0.
func (w *walk) igmp(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 1 {
		return
	}
	kind := b[0]
	r.Uint(igmpType, uint64(kind))
	if len(b) < 4 {
		return
	}
	switch kind {
	case igmpQuery, igmpReport2, igmpLeave:
		w.igmpQuery(at, b)
	case igmpReport1:
		r.Bytes(igmpReserved, at+1, 1)
		r.Uint(igmpChecksum, be16(b[2:]))
		w.igmpGroup(at, b)
	case igmpReport3:
		w.igmpReport(at, b)
	default:
		r.Uint(igmpChecksum, be16(b[2:]))
	}
}

func (w *walk) igmpGroup(at int, b []byte) {
	if len(b) >= 8 {
		w.row.Bytes(igmpMAddr, at+4, 4)
	}
}

// igmpQuery reads a query, and the reports and leaves of its shape.
func (w *walk) igmpQuery(at int, b []byte) {
	r, code := w.row, uint64(b[1])
	third := b[0] == igmpQuery && w.announced-at >= 12
	switch {
	case third && code >= 128:
		exp, mant := code>>4&7, code&15
		r.Uint(igmpMaxResp, (mant|16)<<(exp+3))
		r.Uint(igmpExp, exp)
		r.Uint(igmpMant, mant)
	case b[0] == igmpQuery && !third && code == 0:
		r.Bytes(igmpReserved, at+1, 1)
	default:
		r.Uint(igmpMaxResp, code)
	}
	r.Uint(igmpChecksum, be16(b[2:]))
	w.igmpGroup(at, b)
	if !third || len(b) < 12 {
		return
	}
	v := uint64(b[8])
	r.Uint(igmpS, bit(v, 3))
	r.Uint(igmpQRV, v&7)
	r.Uint(igmpQQIC, uint64(b[9]))
	n := int(be16(b[10:]))
	r.Uint(igmpSources, uint64(n))
	w.igmpSources(at, 12, min(len(b), 12+4*n))
}

// igmpSources writes the whole addresses between two offsets from at.
func (w *walk) igmpSources(at, off, end int) {
	for ; off+4 <= end; off += 4 {
		w.row.Bytes(igmpSource, at+off, 4)
	}
}

// igmpReport reads a report of version 3.
func (w *walk) igmpReport(at int, b []byte) {
	r := w.row
	r.Bytes(igmpReserved, at+1, 1)
	r.Uint(igmpChecksum, be16(b[2:]))
	if len(b) < 8 {
		return
	}
	records := int(be16(b[6:]))
	r.Bytes(igmpReserved, at+4, 2)
	r.Uint(igmpRecords, uint64(records))
	off := 8
	for ; records > 0 && off+8 <= len(b); records-- {
		sources, aux := int(be16(b[off+2:])), 4*int(b[off+1])
		r.Uint(igmpRecordType, uint64(b[off]))
		r.Uint(igmpAuxLen, uint64(b[off+1]))
		r.Uint(igmpSources, uint64(sources))
		r.Bytes(igmpMAddr, at+off+4, 4)
		off += 8
		w.igmpSources(at, off, min(len(b), off+4*sources))
		off += 4 * sources
		if aux > 0 && off+aux <= len(b) {
			r.Bytes(igmpAux, at+off, aux)
		}
		off += aux
	}
}
