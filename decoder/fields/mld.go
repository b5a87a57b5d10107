package fields

// mld reads a multicast listener query, report or done (RFC 2710). A query of
// more than 24 bytes is of version 2 (RFC 3810).
func (w *walk) mld(at int, b []byte) {
	r := w.row
	second := b[0] == icmp6Query && w.announced-at > 24
	if second {
		r.Uint(mldCode, mldTime(be16(b[4:])))
	} else {
		r.Uint(mldDelay, be16(b[4:]))
	}
	r.Bytes(icmp6Reserved, at+6, 2)
	w.ipv6Addresses(mldAddress, at, 8, min(len(b), 24))
	if !second || len(b) < 28 {
		return
	}
	v := uint64(b[24])
	r.Uint(mldFlag, v)
	r.Uint(mldS, bit(v, 3))
	r.Uint(mldQRV, v&7)
	r.Uint(mldFlagReserved, v>>4)
	r.Uint(mldQQI, uint64(b[25]))
	n := int(be16(b[26:]))
	r.Uint(mldSources, uint64(n))
	w.ipv6Addresses(mldSource, at, 28, min(len(b), 28+16*n))
}

// mldTime returns the milliseconds that a maximum response code stands for:
// from 2^15 on it is a floating-point number (RFC 3810, 5.1.3).
func mldTime(code uint64) uint64 {
	if code < 1<<15 {
		return code
	}
	return (code&0xfff | 0x1000) << (code>>12&7 + 3)
}

// mldReport reads a version 2 report (RFC 3810).
func (w *walk) mldReport(at int, b []byte) {
	r, records := w.row, int(be16(b[6:]))
	r.Bytes(icmp6Reserved, at+4, 2)
	r.Uint(mldRecords, uint64(records))
	off := 8
	for ; records > 0 && off+20 <= len(b); records-- {
		sources, aux := int(be16(b[off+2:])), 4*int(b[off+1])
		r.Uint(mldRecordType, uint64(b[off]))
		r.Uint(mldAuxLen, uint64(b[off+1]))
		r.Uint(mldRecordSources, uint64(sources))
		r.Bytes(mldRecordAddress, at+off+4, 16)
		off += 20
		w.ipv6Addresses(mldRecordSource, at, off, min(len(b), off+16*sources))
		off += 16 * sources
		if aux > 0 && off+aux <= len(b) {
			r.Bytes(mldAux, at+off, aux)
		}
		off += aux
	}
}
