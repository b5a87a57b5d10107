package fields

// TCP option kinds (IANA, TCP parameters).
const (
	tcpoptEnd          = 0
	tcpoptNop          = 1
	tcpoptMSS          = 2
	tcpoptWindowScale  = 3
	tcpoptSACKAllowed  = 4
	tcpoptSACK         = 5
	tcpoptEcho         = 6
	tcpoptEchoReply    = 7
	tcpoptTimestamps   = 8
	tcpoptCC           = 11
	tcpoptCCNew        = 12
	tcpoptCCEcho       = 13
	tcpoptMD5          = 19
	tcpoptSCPS         = 20
	tcpoptSNACK        = 21
	tcpoptBoundary     = 22
	tcpoptCorruption   = 23
	tcpoptQuickStart   = 27
	tcpoptUserTimeout  = 28
	tcpoptAO           = 29
	tcpoptMPTCP        = 30
	tcpoptFastOpen     = 34
	tcpoptProbe        = 76
	tcpoptTransparency = 78
	tcpoptAccECN0      = 172
	tcpoptAccECN1      = 174
	tcpoptExperiment1  = 253
	tcpoptExperiment2  = 254
)

// exidFastOpen is fast open's experiment identifier (RFC 7413, 4.1.1).
const exidFastOpen = 0xf989

// What RFC 7323, appendix A, recommends: two bytes of nothing, and timestamps.
const (
	tcpTimestampsBegin = tcpoptNop<<24 | tcpoptNop<<16 | tcpoptTimestamps<<8 | 10
	tcpTimestampsLen   = 12
)

// tcpOptions reads the options from at to end. The end of the list is repeated
// to fill what is left; behind anything else there, and behind a length that
// cannot be, there are none.
func (w *walk) tcpOptions(at, end int) {
	r := w.row
	if at >= end {
		return
	}
	if end-at == tcpTimestampsLen && be32(w.data[at:]) == tcpTimestampsBegin {
		r.Header(tcpOnlyTimestamps, at)
		return
	}
	r.Bytes(tcpOptions, at, end-at)
	for ended := false; at < end; {
		b := w.data[at:end]
		kind := b[0]
		if kind != tcpoptEnd && ended {
			return
		}
		r.Uint(tcpOptKind, uint64(kind))
		if kind == tcpoptEnd || kind == tcpoptNop {
			ended = kind == tcpoptEnd
			at++
			continue
		}
		if len(b) < 2 {
			return
		}
		n := int(b[1])
		r.Uint(tcpOptLen, uint64(n))
		if n < 2 || n > len(b) {
			return
		}
		if kind == tcpoptTimestamps && n == 10 {
			r.Uint(tcpOptTSVal, be32(b[2:]))
			r.Uint(tcpOptTSEcr, be32(b[6:]))
		} else {
			w.tcpOption(kind, at, b[:n])
		}
		at += n
	}
}

// tcpOption reads the body of one option, b, that begins at this offset. An
// option whose length is not what its kind has, has no values.
func (w *walk) tcpOption(kind byte, at int, b []byte) {
	r, n := w.row, len(b)
	switch {
	case kind == tcpoptMSS && n == 4:
		r.Uint(tcpOptMSS, be16(b[2:]))
	case kind == tcpoptWindowScale && n == 3:
		r.Uint(tcpOptShift, uint64(b[2]))
	case kind == tcpoptSACK:
		for off := 2; off+8 <= n; off += 8 {
			r.Uint(tcpOptLeft, be32(b[off:]))
			r.Uint(tcpOptRight, be32(b[off+4:]))
		}
	case (kind == tcpoptEcho || kind == tcpoptEchoReply) && n == 6:
		r.Uint(tcpOptEcho, be32(b[2:]))
	case kind >= tcpoptCC && kind <= tcpoptCCEcho && n == 6:
		r.Uint(tcpOptCC, be32(b[2:]))
	case kind == tcpoptMD5 && n == 18:
		r.Bytes(tcpOptDigest, at+2, 16)
	case kind == tcpoptQuickStart && n == 8:
		r.Uint(tcpOptQSRate, uint64(b[2]&15))
		r.Uint(tcpOptQSDiff, uint64(b[3]))
	case kind == tcpoptUserTimeout && n == 4:
		r.Uint(tcpOptGranularity, uint64(b[2]>>7))
		r.Uint(tcpOptTimeout, be16(b[2:])&0x7fff)
	case kind == tcpoptAO && n >= 4:
		r.Uint(tcpOptKeyID, uint64(b[2]))
		r.Uint(tcpOptNextKeyID, uint64(b[3]))
		r.Bytes(tcpOptMAC, at+4, n-4)
	case kind == tcpoptMPTCP && n >= 3:
		w.mptcp(at, b)
	case kind == tcpoptFastOpen:
		if n > 2 {
			r.Bytes(tcpOptCookie, at+2, n-2)
		}
	case (kind == tcpoptExperiment1 || kind == tcpoptExperiment2) && n >= 4:
		w.tcpExperiment(at, b)
	case !tcpKnown(kind) && n > 2:
		r.Bytes(tcpOptUnknown, at+2, n-2)
	}
}

// tcpExperiment reads an experiment's option by its identifier (RFC 6994).
func (w *walk) tcpExperiment(at int, b []byte) {
	r, n := w.row, len(b)
	id := be16(b[2:])
	r.Uint(tcpOptExID, id)
	if n == 4 {
		return
	}
	if id == exidFastOpen {
		r.Bytes(tcpOptCookie, at+4, n-4)
	} else {
		r.Bytes(tcpOptExpData, at+4, n-4)
	}
}

// tcpKnown says whether a kind has a meaning of its own. What is left of the
// known ones is written as kind and length only.
func tcpKnown(kind byte) bool {
	switch kind {
	case tcpoptMSS, tcpoptWindowScale, tcpoptSACKAllowed, tcpoptSACK, tcpoptEcho, tcpoptEchoReply,
		tcpoptTimestamps, tcpoptCC, tcpoptCCNew, tcpoptCCEcho, tcpoptMD5, tcpoptSCPS, tcpoptSNACK,
		tcpoptBoundary, tcpoptCorruption, tcpoptQuickStart, tcpoptUserTimeout, tcpoptAO, tcpoptMPTCP,
		tcpoptFastOpen, tcpoptProbe, tcpoptTransparency, tcpoptAccECN0, tcpoptAccECN1,
		tcpoptExperiment1, tcpoptExperiment2:
		return true
	}
	return false
}
