package fields

// Classes of extension objects (IANA, ICMP parameters).
const (
	classMPLS      = 1
	classInterface = 2
	classIdentify  = 3
)

// icmpError reads what stands between the checksum and the quoted datagram of
// an error message, and the extensions behind it.
func (w *walk) icmpError(at int, b []byte) {
	r, kind, code := w.row, b[0], b[1]
	quoted := int(b[5])
	unused := 4 // of the four bytes, from here
	switch {
	case kind == icmpParameter && code == 0:
		r.Uint(icmpPointer, uint64(b[4]))
		unused = 5
	case quoted > 0:
		r.Bytes(icmpUnused, at+4, 1)
	}
	if quoted > 0 {
		r.Uint(icmpLength, uint64(quoted))
		unused = 6
	}
	end, needed := 8, kind == icmpUnreachable && code == 4
	if needed {
		end = 6
	}
	if unused < end {
		r.Bytes(icmpUnused, at+unused, end-unused)
	}
	if needed {
		r.Uint(icmpMTU, be16(b[6:]))
	}
	if quoted > 0 {
		w.icmpExtensions(at + 8 + 4*quoted)
	} else if len(b) > 8+128 {
		w.icmpExtensions(at + 8 + 128)
	}
}

// icmpExtensions reads an extension structure (RFC 4884).
func (w *walk) icmpExtensions(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 || b[0]>>4 != 2 {
		return
	}
	r.Uint(icmpExtVersion, uint64(b[0]>>4))
	r.Uint(icmpExtReserved, be16(b)&0xfff)
	r.Uint(icmpExtChecksum, be16(b[2:]))
	for at += 4; ; {
		b := w.from(at)
		if len(b) < 4 {
			return
		}
		n := int(be16(b))
		r.Uint(icmpExtLength, uint64(n))
		r.Uint(icmpExtClass, uint64(b[2]))
		r.Uint(icmpExtCType, uint64(b[3]))
		if n > len(b) && len(b) > 4 && b[2] > classIdentify {
			r.Bytes(icmpExtData, at+4, len(b)-4)
		}
		if n < 4 || n > len(b) {
			return
		}
		w.icmpObject(at, b[:n])
		at += n
	}
}

// icmpObject reads the body of one extension object.
func (w *walk) icmpObject(at int, b []byte) {
	switch kind := b[3]; {
	case b[2] == classMPLS && kind == 1:
		w.icmpLabels(b[4:])
	case b[2] == classInterface:
		w.icmpInterface(at, b)
	case b[2] == classIdentify && kind >= 1 && kind <= 3:
		w.icmpProbed(at, b)
	case len(b) > 4:
		w.row.Bytes(icmpExtData, at+4, len(b)-4)
	}
}

func (w *walk) icmpLabels(b []byte) {
	r := w.row
	for ; len(b) >= 4; b = b[4:] {
		v := be32(b)
		r.Uint(icmpMPLSLabel, v>>12)
		r.Uint(icmpMPLSExp, v>>9&7)
		r.Uint(icmpMPLSBottom, bit(v, 8))
		r.Uint(icmpMPLSTTL, v&0xff)
	}
}

// icmpInterface reads what an error says of an interface (RFC 5837): its type
// tells which of index, address, name and MTU follow, in this order.
func (w *walk) icmpInterface(at int, b []byte) {
	r, v := w.row, uint64(b[3])
	r.Uint(icmpIfRole, v>>6)
	r.Uint(icmpIfReserved, v>>4&3)
	r.Uint(icmpIfHasIndex, bit(v, 3))
	r.Uint(icmpIfHasAddr, bit(v, 2))
	r.Uint(icmpIfHasName, bit(v, 1))
	r.Uint(icmpIfHasMTU, bit(v, 0))
	off := 4
	if bit(v, 3) == 1 && off+4 <= len(b) {
		r.Uint(icmpIfIndex, be32(b[off:]))
		off += 4
	}
	if bit(v, 2) == 1 && off+4 <= len(b) {
		family := be16(b[off:])
		r.Uint(icmpIfAFI, family)
		r.Bytes(icmpReserved, at+off+2, 2)
		off += 4
		switch {
		case family == 1 && off+4 <= len(b):
			r.Bytes(icmpIfIPv4, at+off, 4)
			off += 4
		case family == 2 && off+16 <= len(b):
			r.Bytes(icmpIfIPv6, at+off, 16)
			off += 16
		default:
			return
		}
	}
	if bit(v, 1) == 1 && off < len(b) {
		n := int(b[off])
		r.Uint(icmpIfNameLen, uint64(n))
		if n > 1 && off+n <= len(b) {
			r.Bytes(icmpIfName, at+off+1, len(trimZeros(b[off+1:off+n])))
		}
		off += n
	}
	if bit(v, 0) == 1 && off+4 <= len(b) {
		r.Uint(icmpIfMTU, be32(b[off:]))
	}
}

// icmpProbed reads which interface an extended echo asks for (RFC 8335).
func (w *walk) icmpProbed(at int, b []byte) {
	r, n := w.row, len(b)
	switch b[3] {
	case 1:
		if n > 4 {
			r.Bytes(icmpIdentName, at+4, len(trimZeros(b[4:])))
		}
	case 2:
		if n >= 8 {
			r.Uint(icmpIdentIndex, be32(b[4:]))
		}
	case 3:
		if n < 8 {
			return
		}
		family, length := be16(b[4:]), int(b[6])
		r.Uint(icmpIdentAFI, family)
		r.Uint(icmpIdentAddrLen, uint64(length))
		r.Bytes(icmpIdentReserved, at+7, 1)
		switch {
		case family == 1 && n >= 12:
			r.Bytes(icmpIdentIPv4, at+8, 4)
		case family == 2 && n >= 24:
			r.Bytes(icmpIdentIPv6, at+8, 16)
		case length > 0 && 8+length <= n:
			r.Bytes(icmpIdentAddress, at+8, n-8) // with its padding
		}
	}
}

// icmpExtendedEcho reads an extended echo request or reply (RFC 8335).
func (w *walk) icmpExtendedEcho(at int, b []byte) {
	r, v := w.row, uint64(b[7])
	r.Uint(icmpIdent, be16(b[4:]))
	r.Uint(icmpIdentLE, le16(b[4:]))
	r.Uint(icmpEchoSeq, uint64(b[6]))
	if b[0] == icmpExtEcho {
		r.Uint(icmpEchoReqReserved, v>>1)
		r.Uint(icmpEchoLocal, v&1)
		w.icmpExtensions(at + 8)
		return
	}
	r.Uint(icmpEchoState, v>>5)
	r.Uint(icmpEchoRspReserved, v>>3&3)
	r.Uint(icmpEchoActive, bit(v, 2))
	r.Uint(icmpEchoIPv4, bit(v, 1))
	r.Uint(icmpEchoIPv6, bit(v, 0))
}

// trimZeros returns b without the zero bytes that fill it up.
func trimZeros(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
}
