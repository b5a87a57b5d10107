package fields

// IPv4 options (IANA, IP parameters), copy bit and class included.
const (
	ipoptEnd        = 0
	ipoptNop        = 1
	ipoptRecord     = 7
	ipoptMTUProbe   = 11
	ipoptMTUReply   = 12
	ipoptQuickStart = 25
	ipoptTimestamp  = 68
	ipoptTraceroute = 82
	ipoptSecurity   = 130
	ipoptLoose      = 131
	ipoptExtended   = 133
	ipoptCIPSO      = 134
	ipoptStream     = 136
	ipoptStrict     = 137
	ipoptAlert      = 148
	ipoptBroadcast  = 149
)

// ipOptions reads the options from at to end. What stands behind the end of
// the list, or behind a length that cannot be, is no option.
func (w *walk) ipOptions(at, end int) {
	r := w.row
	for end = min(end, w.end); at < end; {
		b := w.data[at:end]
		kind := uint64(b[0])
		r.Uint(ipOptType, kind)
		r.Uint(ipOptCopy, kind>>7)
		r.Uint(ipOptClass, kind>>5&3)
		r.Uint(ipOptNumber, kind&31)
		if kind == ipoptEnd {
			return
		}
		if kind == ipoptNop {
			at++
			continue
		}
		if len(b) < 2 {
			return
		}
		n := int(b[1])
		r.Uint(ipOptLen, uint64(n))
		if n < 2 || n > len(b) {
			return
		}
		w.ipOption(kind, at, b[:n])
		at += n
	}
}

// ipOption reads the body of one option, b, that begins at this offset.
func (w *walk) ipOption(kind uint64, at int, b []byte) {
	r, n := w.row, len(b)
	switch {
	case (kind == ipoptRecord || kind == ipoptLoose || kind == ipoptStrict) && n >= 3:
		w.ipRoute(kind, at, b)
	case kind == ipoptTimestamp && n >= 4:
		w.ipTimestamps(at, b)
	case kind == ipoptAlert && n == 4:
		r.Uint(ipOptAlert, be16(b[2:]))
	case kind == ipoptStream && n == 4:
		r.Uint(ipOptSID, be16(b[2:]))
	case (kind == ipoptMTUProbe || kind == ipoptMTUReply) && n == 4:
		r.Uint(ipOptMTU, be16(b[2:]))
	case kind == ipoptTraceroute && n == 12:
		r.Uint(ipOptIDNumber, be16(b[2:]))
		r.Uint(ipOptOHC, be16(b[4:]))
		r.Uint(ipOptRHC, be16(b[6:]))
		r.Bytes(ipOptOriginator, at+8, 4)
	case kind == ipoptBroadcast:
		for off := 2; off+4 <= n; off += 4 {
			r.Bytes(ipOptAddr, at+off, 4)
		}
	case kind == ipoptQuickStart && n == 8:
		w.ipQuickStart(b)
	case kind == ipoptSecurity && n >= 3 && n != 11:
		r.Uint(ipOptClassification, uint64(b[2]))
		for _, c := range b[3:] {
			r.Uint(ipOptAuthority, uint64(c))
			if c&1 == 0 {
				break
			}
		}
	case kind == ipoptCIPSO && n >= 6:
		w.ipCIPSO(at, b)
	}
}

// ipFinal returns where the last address of a source route stands that has
// not come to its end, or 0. The options are those from at to end.
func (w *walk) ipFinal(at, end int) int {
	for end = min(end, w.end); at+3 <= end; {
		kind, n := w.data[at], int(w.data[at+1])
		if kind == ipoptNop {
			at++
			continue
		}
		if kind == ipoptEnd || n < 2 || at+n > end {
			return 0
		}
		if (kind == ipoptLoose || kind == ipoptStrict) && n >= 7 {
			if pointer := int(w.data[at+2]); pointer+3 > n || n%4 != 3 {
				return 0
			}
			return at + 3 + (n-3)/4*4 - 4
		}
		at += n
	}
	return 0
}

// ipRoute reads a recorded route or a source route: what lies before the
// pointer was recorded, what lies behind it is still to come. The last address
// of a source route is the packet's destination.
func (w *walk) ipRoute(kind uint64, at int, b []byte) {
	r, pointer := w.row, int(b[2])
	r.Uint(ipOptPtr, uint64(pointer))
	for off := 3; off+4 <= len(b); off += 4 {
		place := off + 1 // pointers count from 1
		switch {
		case place < pointer:
			r.Bytes(ipRecordedRoute, at+off, 4)
		case kind == ipoptRecord:
			r.Bytes(ipEmptyRoute, at+off, 4)
		case off+8 <= len(b):
			r.Bytes(ipSourceRoute, at+off, 4)
		}
	}
}

// ipTimestamps reads the timestamp option; in two of its three forms an
// address stands before each timestamp.
func (w *walk) ipTimestamps(at int, b []byte) {
	r := w.row
	r.Uint(ipOptPtr, uint64(b[2]))
	r.Uint(ipOptOverflow, uint64(b[3]>>4))
	flag := b[3] & 15
	r.Uint(ipOptFlag, uint64(flag))
	off := 4
	if flag == 0 {
		for ; off+4 <= len(b); off += 4 {
			r.Uint(ipOptTime, be32(b[off:]))
		}
		return
	}
	for ; off+8 <= len(b); off += 8 {
		r.Bytes(ipOptTimeAddr, at+off, 4)
		r.Uint(ipOptTime, be32(b[off+4:]))
	}
}

func (w *walk) ipQuickStart(b []byte) {
	r := w.row
	function := b[2] >> 4
	r.Uint(ipOptQSFunc, uint64(function))
	switch function {
	case 0: // rate request
		r.Uint(ipOptQSRate, uint64(b[2]&15))
		r.Uint(ipOptQSTTL, uint64(b[3]))
	case 8: // report of approved rate
		r.Uint(ipOptQSRate, uint64(b[2]&15))
		r.Uint(ipOptQSUnused, uint64(b[3]))
	default:
		return
	}
	r.Uint(ipOptQSNonce, be32(b[4:])>>2)
	r.Uint(ipOptQSReserved, be32(b[4:])&3)
}
