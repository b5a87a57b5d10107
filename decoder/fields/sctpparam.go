package fields

// SCTP parameter types (IANA, SCTP parameters).
const (
	paramHeartbeat    = 1
	paramIPv4         = 5
	paramIPv6         = 6
	paramCookie       = 7
	paramUnrecognized = 8
	paramPreservative = 9
	paramHost         = 11
	paramFamilies     = 12
	paramResetOut     = 13
	paramResetIn      = 14
	paramResetAll     = 15
	paramResponse     = 16
	paramAddOut       = 17
	paramAddIn        = 18
	paramECN          = 0x8000
	paramRandom       = 0x8002
	paramChunks       = 0x8003
	paramHMACs        = 0x8004
	paramExtensions   = 0x8008
	paramForward      = 0xc000
	paramAddIP        = 0xc001
	paramDeleteIP     = 0xc002
	paramErrorCause   = 0xc003
	paramPrimary      = 0xc004
	paramSuccess      = 0xc005
	paramAdaptation   = 0xc006
)

// SCTP error causes (IANA, SCTP parameters).
const (
	causeStream       = 1
	causeMissing      = 2
	causeStale        = 3
	causeResource     = 4
	causeAddress      = 5
	causeChunk        = 6
	causeInit         = 7
	causeParameters   = 8
	causeNoData       = 9
	causeShuttingDown = 10
	causeRestart      = 11
	causeDeleteLast   = 0xa0
	causeRefused      = 0xa1
	causeDeleteSource = 0xa2
	causeUnauthorized = 0xa4
	causeUnknownHMAC  = 0x105
)

// sctpParams reads the parameters from off on of what is in b and begins at at.
// Parameters can hold parameters and error causes; each is shorter than what is around it.
func (w *walk) sctpParams(at, off int, b []byte) {
	r := w.row
	for off+4 <= len(b) {
		kind, n := be16(b[off:]), int(be16(b[off+2:]))
		r.Uint(sctpParamType, kind)
		r.Uint(sctpParamBit1, bit(kind, 15))
		r.Uint(sctpParamBit2, bit(kind, 14))
		r.Uint(sctpParamLength, uint64(n))
		if n < 4 || off+n > len(b) {
			return
		}
		w.sctpParam(kind, at+off, b[off:off+n])
		off = w.fill(sctpParamPadding, at, off+n, b)
	}
}

// fill writes what fills b, which begins at at, from off up to four bytes,
// and returns where that ends.
func (w *walk) fill(field, at, off int, b []byte) int {
	end := (off + 3) &^ 3
	if end > off && end <= len(b) {
		w.row.Bytes(field, at+off, end-off)
	}
	return end
}

// sctpParam reads the value of a parameter, b, that begins at at.
func (w *walk) sctpParam(kind uint64, at int, b []byte) {
	r, n := w.row, len(b)
	switch kind {
	case paramHeartbeat:
		w.rest(sctpParamInfo, at, 4, b)
	case paramIPv4:
		if n >= 8 {
			r.Bytes(sctpParamIPv4, at+4, 4)
		}
	case paramIPv6:
		if n >= 20 {
			r.Bytes(sctpParamIPv6, at+4, 16)
		}
	case paramCookie:
		w.rest(sctpParamCookie, at, 4, b)
	case paramUnrecognized:
		w.sctpParams(at, 4, b)
	case paramPreservative:
		w.number32(sctpParamLife, b, 4)
	case paramHost:
		w.cString(sctpParamHost, at+4, b[4:])
	case paramFamilies:
		w.numbers16(sctpParamFamily, b, 4)
	case paramResetOut, paramResetIn, paramResetAll, paramResponse, paramAddOut, paramAddIn:
		w.sctpReconfig(kind, b)
	case paramRandom:
		w.rest(sctpRandom, at, 4, b)
	case paramChunks:
		w.numbers8(sctpAuthChunk, b, 4)
	case paramHMACs:
		w.numbers16(sctpHMACID, b, 4)
	case paramExtensions:
		w.numbers8(sctpExtension, b, 4)
	case paramAddIP, paramDeleteIP, paramPrimary:
		w.number32(sctpCorrelation, b, 4)
		w.sctpParams(at, 8, b)
	case paramErrorCause:
		w.number32(sctpCorrelation, b, 4)
		w.sctpCauses(at, 8, b)
	case paramSuccess:
		w.number32(sctpCorrelation, b, 4)
	case paramAdaptation:
		w.number32(sctpAdaptation, b, 4)
	case paramECN, paramForward:
	default:
		w.rest(sctpParamValue, at, 4, b)
	}
}

// numbers16 writes every two bytes of b from off on, numbers8 every one.
func (w *walk) numbers16(field int, b []byte, off int) {
	for ; off+2 <= len(b); off += 2 {
		w.row.Uint(field, be16(b[off:]))
	}
}

func (w *walk) numbers8(field int, b []byte, off int) {
	for _, v := range b[off:] {
		w.row.Uint(field, uint64(v))
	}
}

// sctpReconfig reads a parameter of a stream reconfiguration (RFC 6525).
func (w *walk) sctpReconfig(kind uint64, b []byte) {
	r := w.row
	if kind == paramResponse {
		w.number32(sctpConfResponse, b, 4)
		w.number32(sctpConfResult, b, 8)
		w.number32(sctpConfNext, b, 12)
		w.number32(sctpConfReceiver, b, 16)
		return
	}
	w.number32(sctpConfRequest, b, 4)
	switch {
	case kind == paramResetOut:
		w.number32(sctpConfResponse, b, 8)
		w.number32(sctpConfLast, b, 12)
		w.numbers16(sctpConfStream, b, 16)
	case kind == paramResetIn:
		w.numbers16(sctpConfStream, b, 8)
	case kind == paramAddOut && len(b) >= 12:
		r.Uint(sctpAddOut, be16(b[8:]))
		r.Uint(sctpAddOutReserved, be16(b[10:]))
	case kind == paramAddIn && len(b) >= 12:
		r.Uint(sctpAddIn, be16(b[8:]))
		r.Uint(sctpAddInReserved, be16(b[10:]))
	}
}

// sctpCauses reads the error causes from off on of what is in b and begins at at.
func (w *walk) sctpCauses(at, off int, b []byte) {
	r := w.row
	for off+4 <= len(b) {
		code, n := be16(b[off:]), int(be16(b[off+2:]))
		r.Uint(sctpCause, code)
		r.Uint(sctpCauseLength, uint64(n))
		if n < 4 || off+n > len(b) {
			return
		}
		w.sctpErrorCause(code, at+off, b[off:off+n])
		off = w.fill(sctpCausePadding, at, off+n, b)
	}
}

// sctpErrorCause reads what an error cause says.
func (w *walk) sctpErrorCause(code uint64, at int, b []byte) {
	r, n := w.row, len(b)
	switch code {
	case causeStream:
		if n >= 8 {
			r.Uint(sctpCauseStream, be16(b[4:]))
			r.Uint(sctpCauseReserved, be16(b[6:]))
		}
	case causeMissing:
		w.number32(sctpCauseMissing, b, 4)
		if n >= 8 {
			w.numbers16(sctpCauseParam, b[:8+2*int(min(be32(b[4:]), uint64(n-8)/2))], 8)
		}
	case causeStale:
		w.number32(sctpCauseStale, b, 4)
	case causeAddress, causeParameters, causeRestart, causeDeleteLast, causeRefused, causeDeleteSource, causeUnauthorized:
		w.sctpParams(at, 4, b)
	case causeChunk:
		if n >= 8 {
			w.sctpChunkHead(b[4:])
		}
	case causeNoData:
		w.number32(sctpCauseTSN, b, 4)
	case causeUnknownHMAC:
		if n >= 6 {
			r.Uint(sctpHMACID, be16(b[4:]))
		}
	case causeResource, causeInit, causeShuttingDown:
	default:
		w.rest(sctpCauseInfo, at, 4, b)
	}
}
