package fields

import (
	"slices"

	"github.com/pcappipe/pcappipe/record"
)

// Places in greLayer.
const (
	greFlags = iota
	greHasChecksum
	greHasRouting
	greHasKey
	greHasSequence
	greStrict
	greRecursion
	greHasAck
	greReserved
	greVersion
	greProto
	greChecksum
	greOffset
	greKey
	greKeyLength
	greCallID
	greSequence
	greAck
)

var greLayer = record.Layer{Key: "gre", Fields: []record.Field{
	greFlags:       one("gre.flags_and_version", record.Uint, "RFC 2784, 2.1", "flags and version, as they stand in the header"),
	greHasChecksum: one("gre.flags.checksum", record.Bool, "RFC 2784, 2.2", "checksum is present"),
	greHasRouting:  one("gre.flags.routing", record.Bool, "RFC 1701", "routing is present"),
	greHasKey:      one("gre.flags.key", record.Bool, "RFC 2890, 2", "key is present"),
	greHasSequence: one("gre.flags.sequence_number", record.Bool, "RFC 2890, 2", "sequence number is present"),
	greStrict:      one("gre.flags.strict_source_route", record.Bool, "RFC 1701", "strict source route"),
	greRecursion:   one("gre.flags.recursion_control", record.Uint, "RFC 1701", "recursion control"),
	greHasAck:      one("gre.flags.ack", record.Bool, "RFC 2637, 4.1", "acknowledgment is present (version 1)"),
	greReserved:    one("gre.flags.reserved", record.Uint, "RFC 2784, 2.3", "reserved"),
	greVersion:     one("gre.flags.version", record.Uint, "RFC 2784, 2.3.1", "version"),
	greProto:       one("gre.proto", record.Uint, "RFC 2784, 2.4", "protocol, an EtherType"),
	greChecksum:    one("gre.checksum", record.Uint, "RFC 2784, 2.5", "checksum"),
	greOffset:      one("gre.offset", record.Uint, "RFC 1701", "offset of the active route"),
	greKey:         one("gre.key", record.Uint, "RFC 2890, 2.1", "key"),
	greKeyLength:   in("bytes", one("gre.key.payload_length", record.Uint, "RFC 2637, 4.1", "payload length (version 1)")),
	greCallID:      one("gre.key.call_id", record.Uint, "RFC 2637, 4.1", "call (version 1)"),
	greSequence:    one("gre.sequence_number", record.Uint, "RFC 2890, 2.2", "sequence number"),
	greAck:         one("gre.ack_number", record.Uint, "RFC 2637, 4.1", "acknowledgment number (version 1)"),
}, Headers: []record.Header{
	greGeneric: {Size: 4, Words: greWords(
		record.Part{Field: greReserved, Mask: 0x00f8})},
	grePointToPoint: {Size: 4, Words: greWords(
		record.Part{Field: greHasAck, Mask: 0x0080}, record.Part{Field: greReserved, Mask: 0x0078})},
}}

// Places in greLayer.Headers.
const (
	greGeneric      = iota
	grePointToPoint // version 1
)

// greWords are what all versions begin with, but for some of the bits.
func greWords(own ...record.Part) []record.Word {
	flags := slices.Concat([]record.Part{
		{Field: greFlags}, {Field: greHasChecksum, Mask: 0x8000}, {Field: greHasRouting, Mask: 0x4000}, {Field: greHasKey, Mask: 0x2000},
		{Field: greHasSequence, Mask: 0x1000}, {Field: greStrict, Mask: 0x0800}, {Field: greRecursion, Mask: 0x0700},
	}, own, []record.Part{{Field: greVersion, Mask: 0x0007}})
	return []record.Word{{At: 0, Len: 2, Parts: flags}, {At: 2, Len: 2, Steady: true, Parts: whole(greProto)}}
}

// gre reads a header of version 0 or 1; its flags say which fields it has.
func (w *walk) gre(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	v := be16(b)
	version := v & 7
	if version == 1 {
		r.Header(grePointToPoint, at)
	} else {
		r.Header(greGeneric, at)
	}
	b = b[4:]
	if v&0xc000 != 0 {
		if len(b) < 4 {
			return
		}
		r.Uint(greChecksum, be16(b))
		r.Uint(greOffset, be16(b[2:]))
		b = b[4:]
	}
	if bit(v, 13) == 1 {
		if len(b) < 4 {
			return
		}
		if version == 1 {
			r.Uint(greKeyLength, be16(b))
			r.Uint(greCallID, be16(b[2:]))
		} else {
			r.Uint(greKey, be32(b))
		}
		b = b[4:]
	}
	if bit(v, 12) == 1 {
		if len(b) < 4 {
			return
		}
		r.Uint(greSequence, be32(b))
		b = b[4:]
	}
	if version == 1 && bit(v, 7) == 1 && len(b) >= 4 {
		r.Uint(greAck, be32(b))
	}
}

// Places in etheripLayer.
const (
	etheripVersion = iota
	etheripReserved
)

var etheripLayer = record.Layer{Key: "etherip", Fields: []record.Field{
	etheripVersion:  one("etherip.ver", record.Uint, "RFC 3378, 3", "version"),
	etheripReserved: one("etherip.reserved", record.Uint, "RFC 3378, 3", "reserved"),
}}

func (w *walk) etherip(at int) {
	if b := w.from(at); len(b) >= 2 {
		w.row.Uint(etheripVersion, be16(b)>>12)
		w.row.Uint(etheripReserved, be16(b)&0xfff)
	}
}
