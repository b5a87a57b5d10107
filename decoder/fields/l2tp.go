package fields

import (
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/record"
)

// Places in l2tpLayer.
const (
	l2tpFlags = iota
	l2tpType
	l2tpHasLength
	l2tpHasSeq
	l2tpHasOffset
	l2tpPriority
	l2tpVersion
	l2tpLength
	l2tpTunnel
	l2tpSession
	l2tpSID
	l2tpCCID
	l2tpNs
	l2tpNr
	l2tpOffset
)

var l2tpLayer = record.Layer{Key: "l2tp", Fields: []record.Field{
	l2tpFlags:     one("l2tp.flags", record.Uint, "RFC 2661, 3.1", "flags and version, as they stand in the header"),
	l2tpType:      one("l2tp.type", record.Uint, "RFC 2661, 3.1", "control message, else data"),
	l2tpHasLength: one("l2tp.length_bit", record.Bool, "RFC 2661, 3.1", "length is present"),
	l2tpHasSeq:    one("l2tp.seq_bit", record.Bool, "RFC 2661, 3.1", "sequence numbers are present"),
	l2tpHasOffset: one("l2tp.offset_bit", record.Bool, "RFC 2661, 3.1", "offset is present (version 2)"),
	l2tpPriority:  one("l2tp.priority", record.Bool, "RFC 2661, 3.1", "priority (version 2)"),
	l2tpVersion:   one("l2tp.version", record.Uint, "RFC 2661, 3.1", "version"),
	l2tpLength:    in("bytes", one("l2tp.length", record.Uint, "RFC 2661, 3.1", "length, header included")),
	l2tpTunnel:    one("l2tp.tunnel", record.Uint, "RFC 2661, 3.1", "tunnel (version 2)"),
	l2tpSession:   one("l2tp.session", record.Uint, "RFC 2661, 3.1", "session (version 2)"),
	l2tpSID:       one("l2tp.sid", record.Uint, "RFC 3931, 4.1", "session (version 3)"),
	l2tpCCID:      one("l2tp.ccid", record.Uint, "RFC 3931, 3.2.1", "control connection (version 3)"),
	l2tpNs:        one("l2tp.Ns", record.Uint, "RFC 2661, 3.1", "sequence number"),
	l2tpNr:        one("l2tp.Nr", record.Uint, "RFC 2661, 3.1", "sequence number expected next"),
	l2tpOffset:    in("bytes", one("l2tp.offset", record.Uint, "RFC 2661, 3.1", "padding before the payload (version 2)")),
}}

// l2tp reads a header of version 2 or 3. Over IP a session stands before it,
// and 0 there announces a control message.
func (w *walk) l2tp(at int) {
	r, b := w.row, w.from(at)
	overUDP := w.next >= 2 && w.layers[w.next-2].Protocol == decoder.UDP
	if !overUDP {
		if len(b) < 4 {
			return
		}
		r.Uint(l2tpSID, be32(b))
		if be32(b) != 0 {
			return
		}
		at += 4
		b = b[4:]
	}
	if len(b) < 2 {
		return
	}
	flags := be16(b)
	r.Uint(l2tpFlags, flags)
	r.Uint(l2tpType, bit(flags, 15))
	r.Uint(l2tpHasLength, bit(flags, 14))
	r.Uint(l2tpHasSeq, bit(flags, 11))
	if flags&15 == 2 {
		r.Uint(l2tpHasOffset, bit(flags, 9))
		r.Uint(l2tpPriority, bit(flags, 8))
	}
	r.Uint(l2tpVersion, flags&15)
	switch control := bit(flags, 15) == 1; {
	case flags&15 == 2:
		w.l2tp2(at, flags)
	case control && len(b) >= 12:
		r.Uint(l2tpLength, be16(b[2:]))
		r.Uint(l2tpCCID, be32(b[4:]))
		r.Uint(l2tpNs, be16(b[8:]))
		r.Uint(l2tpNr, be16(b[10:]))
	case !control && overUDP && len(b) >= 8:
		r.Uint(l2tpSID, be32(b[4:]))
	}
}

// l2tp2 reads the fields of version 2 behind its flags, which say which there are.
func (w *walk) l2tp2(at int, flags uint64) {
	r, b := w.row, w.from(at)[2:]
	if bit(flags, 14) == 1 {
		if len(b) < 2 {
			return
		}
		n := int(be16(b))
		r.Uint(l2tpLength, uint64(n))
		if n >= 6 {
			w.endAt(at + n)
		}
		b = b[2:]
	}
	if len(b) < 4 {
		return
	}
	r.Uint(l2tpTunnel, be16(b))
	r.Uint(l2tpSession, be16(b[2:]))
	b = b[4:]
	if bit(flags, 11) == 1 {
		if len(b) < 4 {
			return
		}
		r.Uint(l2tpNs, be16(b))
		r.Uint(l2tpNr, be16(b[2:]))
		b = b[4:]
	}
	if bit(flags, 9) == 1 && len(b) >= 2 {
		r.Uint(l2tpOffset, be16(b))
	}
}
