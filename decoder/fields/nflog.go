package fields

import (
	"encoding/binary"

	"github.com/pcappipe/pcappipe/record"
)

// Places in nflogLayer.
const (
	nflogFamily = iota
	nflogVersion
	nflogResID
	nflogTLVLength
	nflogTLVType
	nflogProtocol
	nflogHook
	nflogIn
	nflogOut
	nflogPhysIn
	nflogPhysOut
	nflogUID
	nflogGID
	nflogPrefix
)

var nflogLayer = record.Layer{Key: "nflog", Fields: []record.Field{
	nflogFamily:    one("nflog.family", record.Uint, "LINKTYPE_NFLOG", "address family"),
	nflogVersion:   one("nflog.version", record.Uint, "LINKTYPE_NFLOG", "version"),
	nflogResID:     one("nflog.res_id", record.Uint, "LINKTYPE_NFLOG", "resource"),
	nflogTLVLength: in("bytes", many("nflog.tlv_length", record.Uint, "LINKTYPE_NFLOG", "length of an attribute, its head included")),
	nflogTLVType:   many("nflog.tlv_type", record.Uint, "LINKTYPE_NFLOG", "type of an attribute"),
	nflogProtocol:  many("nflog.protocol", record.Uint, "LINKTYPE_NFLOG", "EtherType of the packet"),
	nflogHook:      many("nflog.hook", record.Uint, "LINKTYPE_NFLOG", "netfilter hook"),
	nflogIn:        many("nflog.ifindex_indev", record.Uint, "LINKTYPE_NFLOG", "device that it came in by"),
	nflogOut:       many("nflog.ifindex_outdev", record.Uint, "LINKTYPE_NFLOG", "device that it goes out by"),
	nflogPhysIn:    many("nflog.ifindex_physindev", record.Uint, "LINKTYPE_NFLOG", "bridge port that it came in by"),
	nflogPhysOut:   many("nflog.ifindex_physoutdev", record.Uint, "LINKTYPE_NFLOG", "bridge port that it goes out by"),
	nflogUID:       many("nflog.uid", record.Int, "LINKTYPE_NFLOG", "user of the socket"),
	nflogGID:       many("nflog.gid", record.Int, "LINKTYPE_NFLOG", "group of the socket"),
	nflogPrefix:    many("nflog.prefix", record.Text, "LINKTYPE_NFLOG", "text of the rule"),
}}

// nflog reads a netfilter log's header and attributes. Their lengths and types
// stand in the byte order of the machine that captured; types are small.
func (w *walk) nflog(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	r.Uint(nflogFamily, uint64(b[0]))
	r.Uint(nflogVersion, uint64(b[1]))
	r.Uint(nflogResID, be16(b[2:]))
	for at += 4; ; {
		b := w.from(at)
		if len(b) < 4 {
			return
		}
		n, kind := int(binary.LittleEndian.Uint16(b)), le16(b[2:])
		if b[3]&0x3f != 0 {
			n, kind = int(binary.BigEndian.Uint16(b)), be16(b[2:])
		}
		if n < 4 || n > len(b) {
			return
		}
		r.Uint(nflogTLVLength, uint64(n))
		r.Uint(nflogTLVType, kind&0x7fff)
		w.nflogAttribute(kind&0x3fff, at+4, b[4:n])
		at += (n + 3) &^ 3
	}
}

func (w *walk) nflogAttribute(kind uint64, at int, b []byte) {
	r := w.row
	if kind == 10 && len(b) > 0 {
		r.Bytes(nflogPrefix, at, len(trimZeros(b)))
		return
	}
	if len(b) < 4 {
		return
	}
	switch kind {
	case 1:
		r.Uint(nflogProtocol, be16(b))
		r.Uint(nflogHook, uint64(b[2]))
	case 4:
		r.Uint(nflogIn, be32(b))
	case 5:
		r.Uint(nflogOut, be32(b))
	case 6:
		r.Uint(nflogPhysIn, be32(b))
	case 7:
		r.Uint(nflogPhysOut, be32(b))
	case 11:
		r.Uint(nflogUID, uint64(int64(int32(be32(b)))))
	case 14:
		r.Uint(nflogGID, uint64(int64(int32(be32(b)))))
	}
}
