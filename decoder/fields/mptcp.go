package fields

// Multipath TCP subtypes (RFC 8684, 8).
const (
	mptcpCapable  = 0
	mptcpJoin     = 1
	mptcpDSS      = 2
	mptcpAddAddr  = 3
	mptcpRemove   = 4
	mptcpPriority = 5
	mptcpFail     = 6
	mptcpClose    = 7
	mptcpReset    = 8
)

// mptcp reads a Multipath TCP option, b, that begins at this offset.
func (w *walk) mptcp(at int, b []byte) {
	r := w.row
	subtype := b[2] >> 4
	r.Uint(mptcpSubtype, uint64(subtype))
	switch subtype {
	case mptcpCapable:
		w.mptcpCapable(b)
	case mptcpJoin:
		w.mptcpJoin(at, b)
	case mptcpDSS:
		w.mptcpSignal(b)
	case mptcpAddAddr:
		w.mptcpAddress(at, b)
	case mptcpRemove:
		for _, id := range b[3:] {
			r.Uint(mptcpAddrID, uint64(id))
		}
	case mptcpPriority:
		r.Uint(mptcpFlags, uint64(b[2]))
		r.Uint(mptcpBackup, uint64(b[2]&1))
		if len(b) == 4 {
			r.Uint(mptcpAddrID, uint64(b[3]))
		}
	case mptcpFail:
		if len(b) == 12 {
			r.Uint(mptcpReserved, be16(b[2:])&0xfff)
			r.Uint(mptcpDataSeq, be64(b[4:]))
		}
	case mptcpClose:
		if len(b) == 12 {
			r.Uint(mptcpReserved, be16(b[2:])&0xfff)
			r.Uint(mptcpRecvKey, be64(b[4:]))
		}
	case mptcpReset:
		if len(b) == 4 {
			v := uint64(b[2])
			r.Uint(mptcpFlags, v)
			r.Uint(mptcpFlagU, bit(v, 3))
			r.Uint(mptcpFlagV, bit(v, 2))
			r.Uint(mptcpFlagW, bit(v, 1))
			r.Uint(mptcpFlagT, bit(v, 0))
			r.Uint(mptcpReason, uint64(b[3]))
		}
	}
}

func (w *walk) mptcpCapable(b []byte) {
	r, version := w.row, b[2]&15
	r.Uint(mptcpVersion, uint64(version))
	if len(b) < 4 {
		return
	}
	v := uint64(b[3])
	r.Uint(mptcpFlags, v)
	r.Uint(mptcpChecksumReq, bit(v, 7))
	r.Uint(mptcpExtensibility, bit(v, 6))
	if version == 1 {
		r.Uint(mptcpNoMoreSubflows, bit(v, 5))
		r.Uint(mptcpReservedFlag, v>>1&0xf)
		r.Uint(mptcpSHA256, bit(v, 0))
	} else {
		r.Uint(mptcpReservedFlag, v>>1&0x1f)
		r.Uint(mptcpSHA1, bit(v, 0))
	}
	if len(b) >= 12 {
		r.Uint(mptcpSendKey, be64(b[4:]))
	}
	if len(b) >= 20 {
		r.Uint(mptcpRecvKey, be64(b[12:]))
	}
	if len(b) >= 22 {
		r.Uint(mptcpDataLen, be16(b[20:]))
	}
	if len(b) >= 24 {
		r.Uint(mptcpChecksum, be16(b[22:]))
	}
}

// mptcpJoin reads the three forms that joining has: of the SYN, the SYN-ACK and the ACK.
func (w *walk) mptcpJoin(at int, b []byte) {
	r := w.row
	switch len(b) {
	case 12:
		w.mptcpJoinFlags(b)
		r.Uint(mptcpRecvToken, be32(b[4:]))
		r.Uint(mptcpSendRand, be32(b[8:]))
	case 16:
		w.mptcpJoinFlags(b)
		r.Uint(mptcpTruncated, be64(b[4:]))
		r.Uint(mptcpSendRand, be32(b[12:]))
	case 24:
		r.Uint(mptcpReserved, be16(b[2:])&0xfff)
		r.Bytes(mptcpHMAC, at+4, 20)
	}
}

func (w *walk) mptcpJoinFlags(b []byte) {
	w.row.Uint(mptcpFlags, uint64(b[2])) // with the subtype
	w.row.Uint(mptcpBackup, uint64(b[2]&1))
	w.row.Uint(mptcpAddrID, uint64(b[3]))
}

// mptcpSignal reads a data sequence signal: a data ACK, a mapping, or both.
func (w *walk) mptcpSignal(b []byte) {
	r := w.row
	if len(b) < 4 {
		return
	}
	v := uint64(b[3])
	r.Uint(mptcpFlags, v)
	r.Uint(mptcpDataFIN, bit(v, 4))
	r.Uint(mptcpSeq8, bit(v, 3))
	r.Uint(mptcpSeqPresent, bit(v, 2))
	r.Uint(mptcpAck8, bit(v, 1))
	r.Uint(mptcpAckPresent, bit(v, 0))
	b = b[4:]
	if bit(v, 0) == 1 {
		b = w.mptcpNumber(mptcpDataAck, b, bit(v, 1) == 1)
	}
	if bit(v, 2) == 0 {
		return
	}
	b = w.mptcpNumber(mptcpDataSeq, b, bit(v, 3) == 1)
	if len(b) < 6 {
		return
	}
	r.Uint(mptcpSubflowSeq, be32(b))
	r.Uint(mptcpDataLen, be16(b[4:]))
	if len(b) >= 8 {
		r.Uint(mptcpChecksum, be16(b[6:]))
	}
}

// mptcpNumber writes a number of eight or four bytes, if it is there, and
// returns what follows it.
func (w *walk) mptcpNumber(field int, b []byte, eight bool) []byte {
	switch {
	case eight && len(b) >= 8:
		w.row.Uint(field, be64(b))
		return b[8:]
	case !eight && len(b) >= 4:
		w.row.Uint(field, be32(b))
		return b[4:]
	}
	return nil
}

// mptcpAddress reads an advertised address. Its length says which version of
// IP it is of, and whether a port and a truncated HMAC (version 1) follow.
func (w *walk) mptcpAddress(at int, b []byte) {
	r, n := w.row, len(b)
	if n < 8 {
		return
	}
	if family := b[2] & 15; family >= 4 { // of version 0, which had the IP version here
		r.Uint(mptcpIPVersion, uint64(family))
	} else {
		r.Uint(mptcpEcho, uint64(b[2]&1))
	}
	r.Uint(mptcpAddrID, uint64(b[3]))
	off := 8
	if n == 20 || n == 22 || n == 28 || n == 30 {
		off = 20
		r.Bytes(mptcpIPv6, at+4, 16)
	} else {
		r.Bytes(mptcpIPv4, at+4, 4)
	}
	if rest := n - off; rest == 2 || rest == 10 {
		r.Uint(mptcpPort, be16(b[off:]))
		off += 2
	}
	if n-off == 8 {
		r.Uint(mptcpAddTruncated, be64(b[off:]))
	}
}
