package fields

// IPv6 options (IANA, IPv6 parameters), action and change bit included.
const (
	opt6typePad1       = 0x00
	opt6typePadN       = 0x01
	opt6typeTEL        = 0x04
	opt6typeAlert      = 0x05
	opt6typeCalipso    = 0x07
	opt6typePDM        = 0x0f
	opt6typeRPL        = 0x23
	opt6typeQuickStart = 0x26
	opt6typePMTU       = 0x30
	opt6typeRPLOld     = 0x63
	opt6typeMPL        = 0x6d
	opt6typeILNP       = 0x8b
	opt6typeLine       = 0x8c
	opt6typeJumbo      = 0xc2
	opt6typeHome       = 0xc9
)

// ipv6OptionHeader reads a header that holds options: hop-by-hop or destination.
func (w *walk) ipv6OptionHeader(next, length, at int) {
	r, b := w.row, w.from(at)
	if len(b) < 2 {
		return
	}
	r.Uint(next, uint64(b[0]))
	r.Uint(length, uint64(b[1]))
	end := min(at+8+8*int(b[1]), w.end)
	for at += 2; at < end; {
		b := w.data[at:end]
		kind := uint64(b[0])
		r.Uint(opt6Type, kind)
		if kind == opt6typePad1 {
			at++
			continue
		}
		r.Uint(opt6Action, kind>>6)
		r.Uint(opt6Change, bit(kind, 5))
		r.Uint(opt6Rest, kind&31)
		if len(b) < 2 {
			return
		}
		n := 2 + int(b[1])
		r.Uint(opt6Length, uint64(b[1]))
		if n > len(b) {
			return
		}
		w.ipv6Option(byte(kind), at+2, b[2:n])
		at += n
	}
}

// ipv6Option reads the data of one option, b, that begins at this offset.
func (w *walk) ipv6Option(kind byte, at int, b []byte) {
	r, n := w.row, len(b)
	switch {
	case kind == opt6typePadN:
		r.Bytes(opt6PadN, at, n)
	case kind == opt6typeAlert:
		if n >= 2 {
			r.Uint(opt6Alert, be16(b))
		}
	case kind == opt6typeTEL:
		if n >= 1 {
			r.Uint(opt6TEL, uint64(b[0]))
		}
	case kind == opt6typeJumbo:
		if n >= 4 {
			r.Uint(opt6Jumbo, be32(b))
		}
	case kind == opt6typeHome:
		if n >= 16 {
			r.Bytes(opt6Home, at, 16)
		}
	case kind == opt6typePMTU:
		if n >= 4 {
			r.Uint(opt6PMTUMin, be16(b))
			r.Uint(opt6PMTUReturn, be16(b[2:])&^1)
			r.Uint(opt6PMTUFlag, be16(b[2:])&1)
		}
	case kind == opt6typeCalipso:
		w.ipv6Calipso(at, b)
	case kind == opt6typePDM:
		w.ipv6PDM(b)
	case kind == opt6typeQuickStart:
		w.ipv6QuickStart(b)
	case kind == opt6typeRPL || kind == opt6typeRPLOld:
		w.ipv6RPLOption(b)
	case kind == opt6typeMPL:
		w.ipv6MPL(at, b)
	case kind == opt6typeILNP:
		r.Bytes(opt6Nonce, at, n)
	case kind == opt6typeLine:
		if n >= 1 {
			r.Uint(opt6LineLen, uint64(b[0]))
			r.Bytes(opt6Line, at+1, min(int(b[0]), n-1))
		}
	case kind&0x1f == 0x1e: // RFC 4727: the last but one of each kind
		r.Bytes(opt6Experimental, at, n)
	default:
		r.Bytes(opt6Unknown, at, n)
	}
}

func (w *walk) ipv6Calipso(at int, b []byte) {
	if len(b) < 8 {
		return
	}
	r := w.row
	r.Uint(opt6CalipsoDOI, be32(b))
	r.Uint(opt6CalipsoLen, uint64(b[4]))
	r.Uint(opt6CalipsoLevel, uint64(b[5]))
	r.Uint(opt6CalipsoSum, be16(b[6:]))
	if n := 4 * int(b[4]); n > 0 && 8+n <= len(b) {
		r.Bytes(opt6CalipsoBitmap, at+8, n)
	}
}

// ipv6PDM reads performance and diagnostic metrics (RFC 8250).
func (w *walk) ipv6PDM(b []byte) {
	if len(b) < 10 {
		return
	}
	r := w.row
	r.Uint(opt6ScaleReceived, uint64(b[0]))
	r.Uint(opt6ScaleSent, uint64(b[1]))
	r.Uint(opt6PSNThis, be16(b[2:]))
	r.Uint(opt6PSNLast, be16(b[4:]))
	r.Uint(opt6DeltaReceived, be16(b[6:]))
	r.Uint(opt6DeltaSent, be16(b[8:]))
}

func (w *walk) ipv6QuickStart(b []byte) {
	if len(b) < 6 {
		return
	}
	r := w.row
	function := b[0] >> 4
	r.Uint(opt6QSFunc, uint64(function))
	switch function {
	case 0: // rate request
		r.Uint(opt6QSRate, uint64(b[0]&15))
		r.Uint(opt6QSTTL, uint64(b[1]))
	case 8: // report of approved rate
		r.Uint(opt6QSRate, uint64(b[0]&15))
		r.Uint(opt6QSUnused, uint64(b[1]))
	default:
		return
	}
	r.Uint(opt6QSNonce, be32(b[2:])>>2)
	r.Uint(opt6QSReserved, be32(b[2:])&3)
}

func (w *walk) ipv6RPLOption(b []byte) {
	if len(b) < 4 {
		return
	}
	r, v := w.row, uint64(b[0])
	r.Uint(opt6RPLFlag, v)
	r.Uint(opt6RPLDown, bit(v, 7))
	r.Uint(opt6RPLRank, bit(v, 6))
	r.Uint(opt6RPLForward, bit(v, 5))
	r.Uint(opt6RPLReserved, v&31)
	r.Uint(opt6RPLInstance, uint64(b[1]))
	r.Uint(opt6RPLSender, be16(b[2:]))
}

func (w *walk) ipv6MPL(at int, b []byte) {
	if len(b) < 2 {
		return
	}
	r, v := w.row, uint64(b[0])
	r.Uint(opt6MPLFlag, v)
	r.Uint(opt6MPLSeed, v>>6)
	r.Uint(opt6MPLLargest, bit(v, 5))
	r.Uint(opt6MPLVersion, bit(v, 4))
	r.Uint(opt6MPLReserved, v&15)
	r.Uint(opt6MPLSequence, uint64(b[1]))
	if n := [4]int{0, 2, 8, 16}[v>>6]; n > 0 && 2+n <= len(b) {
		r.Bytes(opt6MPLSeedID, at+2, n)
	}
}
