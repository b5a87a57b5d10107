package fields

import "github.com/pcappipe/pcappipe/record"

// Places in nshLayer.
const (
	nshVersion = iota
	nshO
	nshC
	nshTTL
	nshLength
	nshType
	nshNext
	nshSPI
	nshSI
	nshContext
	nshClass
	nshMetaType
	nshUnassigned
	nshMetaLen
	nshMeta
)

var nshLayer = record.Layer{Key: "nsh", Fields: []record.Field{
	nshVersion:    one("nsh.version", record.Uint, "RFC 8300, 2.2", "version"),
	nshO:          one("nsh.Obit", record.Uint, "RFC 8300, 2.2", "operations and maintenance"),
	nshC:          one("nsh.CBit", record.Uint, "RFC 8300, 2.2", "unassigned, once critical metadata"),
	nshTTL:        one("nsh.ttl", record.Uint, "RFC 8300, 2.2", "time to live"),
	nshLength:     in("4 bytes", one("nsh.length", record.Uint, "RFC 8300, 2.2", "length")),
	nshType:       one("nsh.mdtype", record.Uint, "RFC 8300, 2.2", "metadata type"),
	nshNext:       one("nsh.nextproto", record.Uint, "RFC 8300, 2.2", "next protocol"),
	nshSPI:        one("nsh.spi", record.Uint, "RFC 8300, 2.3", "service path"),
	nshSI:         one("nsh.si", record.Uint, "RFC 8300, 2.3", "service index"),
	nshContext:    many("nsh.contextheader", record.Bytes, "RFC 8300, 2.4", "metadata of type 1"),
	nshClass:      many("nsh.metadataclass", record.Uint, "RFC 8300, 2.5.1", "metadata of type 2: class"),
	nshMetaType:   many("nsh.metadatatype", record.Uint, "RFC 8300, 2.5.1", "metadata of type 2: type"),
	nshUnassigned: many("nsh.metadataunassignedbit", record.Uint, "RFC 8300, 2.5.1", "metadata of type 2: unassigned bit"),
	nshMetaLen:    in("bytes", many("nsh.metadatalen", record.Uint, "RFC 8300, 2.5.1", "metadata of type 2: length")),
	nshMeta:       many("nsh.metadata", record.Bytes, "RFC 8300, 2.5.1", "metadata of type 2"),
}}

func (w *walk) nsh(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	v := be16(b)
	r.Uint(nshVersion, v>>14)
	r.Uint(nshO, bit(v, 13))
	r.Uint(nshC, bit(v, 12))
	r.Uint(nshTTL, v>>6&63)
	r.Uint(nshLength, v&63)
	r.Uint(nshType, uint64(b[2]))
	r.Uint(nshNext, uint64(b[3]))
	r.Uint(nshSPI, be24(b[4:]))
	r.Uint(nshSI, uint64(b[7]))
	b = upTo(b, 4*int(v&63))
	if len(b) <= 8 {
		return
	}
	switch b[2] {
	case 1:
		for off := 8; off+4 <= min(len(b), 24); off += 4 {
			r.Bytes(nshContext, at+off, 4)
		}
	case 2:
		w.nshMetadata(at+8, b[8:])
	}
}

// nshMetadata reads the variable metadata, b, that begins at this offset, each
// filled up to 4 bytes.
func (w *walk) nshMetadata(at int, b []byte) {
	r := w.row
	for len(b) >= 4 {
		n := int(b[3] & 0x7f)
		r.Uint(nshClass, be16(b))
		r.Uint(nshMetaType, uint64(b[2]))
		r.Uint(nshUnassigned, uint64(b[3]>>7))
		r.Uint(nshMetaLen, uint64(n))
		if 4+n > len(b) {
			return
		}
		if n > 0 {
			r.Bytes(nshMeta, at+4, n)
		}
		n = min(4+(n+3)&^3, len(b))
		b, at = b[n:], at+n
	}
}
