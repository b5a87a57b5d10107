package fields

import "github.com/pcappipe/pcappipe/record"

// Places in vlanLayer.
const (
	vlanPriority = iota
	vlanDEI
	vlanID
	vlanEtype
	vlanLen
	vlanTrailer
)

var vlanLayer = record.Layer{Key: "vlan", Repeats: true, Fields: []record.Field{
	vlanPriority: one("vlan.priority", record.Uint, "IEEE 802.1Q, 9.6", "priority code point"),
	vlanDEI:      one("vlan.dei", record.Bool, "IEEE 802.1Q, 9.6", "drop eligible"),
	vlanID:       one("vlan.id", record.Uint, "IEEE 802.1Q, 9.6", "VLAN identifier"),
	vlanEtype:    one("vlan.etype", record.Uint, "IEEE 802.1Q, 9.6", "EtherType of what follows, from 1536"),
	vlanLen:      in("bytes", one("vlan.len", record.Uint, "IEEE 802.1Q, 9.6", "length of the LLC data that follows")),
	vlanTrailer:  one("vlan.trailer", record.Bytes, "IEEE 802.3, 3.2.8", "what follows the payload and the padding"),
}, Headers: []record.Header{
	vlanTag:   {Size: 2, Words: vlanWords[:1]},
	vlanTyped: {Size: 4, Words: vlanWords},
}}

// Places in vlanLayer.Headers.
const (
	vlanTag = iota
	vlanTyped
)

var vlanWords = []record.Word{
	{At: 0, Len: 2, Parts: []record.Part{{Field: vlanPriority, Mask: 0xe000}, {Field: vlanDEI, Mask: 0x1000}, {Field: vlanID, Mask: 0x0fff}}},
	{At: 2, Len: 2, Steady: true, Parts: whole(vlanEtype)},
}

func (w *walk) vlan(at int) {
	b := w.from(at)
	if len(b) < 4 {
		w.header(&vlanLayer, vlanTag, at)
		return
	}
	if t := be16(b[2:]); t <= maxLength {
		w.row.Header(vlanTag, at)
		w.row.Uint(vlanLen, t)
	} else {
		w.row.Header(vlanTyped, at)
	}
	w.tagTrailer(vlanTrailer)
}

// Places in serviceTagLayer.
const (
	serviceTagPriority = iota
	serviceTagDEI
	serviceTagID
)

var serviceTagLayer = record.Layer{Key: "ieee8021ad", Repeats: true, Fields: []record.Field{
	serviceTagPriority: one("ieee8021ad.priority", record.Uint, "IEEE 802.1Q, 9.6", "priority code point"),
	serviceTagDEI:      one("ieee8021ad.dei", record.Uint, "IEEE 802.1Q, 9.6", "drop eligible"),
	serviceTagID:       one("ieee8021ad.id", record.Uint, "IEEE 802.1Q, 9.6", "service VLAN identifier"),
}}

// serviceTag reads a service tag. Wireshark names its EtherType and trailer as
// the backbone tag's.
func (w *walk) serviceTag(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 2 {
		return
	}
	tag := be16(b)
	r.Uint(serviceTagPriority, tag>>13)
	r.Uint(serviceTagDEI, bit(tag, 12))
	r.Uint(serviceTagID, tag&0xfff)
	if len(b) >= 4 {
		r.Close()
		r.Open(&backboneLayer)
		r.Uint(backboneEtype, be16(b[2:]))
		w.tagTrailer(backboneTrailer)
	}
}

// Places in backboneLayer.
const (
	backbonePriority = iota
	backboneDrop
	backboneNCA
	backboneRes1
	backboneRes2
	backboneISID
	backboneDst
	backboneSrc
	backboneEtype
	backboneTrailer
)

var backboneLayer = record.Layer{Key: "ieee8021ah", Repeats: true, Fields: []record.Field{
	backbonePriority: one("ieee8021ah.priority", record.Uint, "IEEE 802.1Q, 9.7", "priority code point"),
	backboneDrop:     one("ieee8021ah.drop", record.Uint, "IEEE 802.1Q, 9.7", "drop eligible"),
	backboneNCA:      one("ieee8021ah.nca", record.Uint, "IEEE 802.1Q, 9.7", "no customer addresses"),
	backboneRes1:     one("ieee8021ah.res1", record.Uint, "IEEE 802.1Q, 9.7", "reserved"),
	backboneRes2:     one("ieee8021ah.res2", record.Uint, "IEEE 802.1Q, 9.7", "reserved"),
	backboneISID:     one("ieee8021ah.isid", record.Uint, "IEEE 802.1Q, 9.7", "backbone service instance identifier"),
	backboneDst:      one("ieee8021ah.cdst", record.MAC, "IEEE 802.1Q, 9.7", "customer destination address"),
	backboneSrc:      one("ieee8021ah.csrc", record.MAC, "IEEE 802.1Q, 9.7", "customer source address"),
	backboneEtype:    one("ieee8021ah.etype", record.Uint, "IEEE 802.1Q, 9.7", "EtherType of what follows, of a service tag too"),
	backboneTrailer:  one("ieee8021ah.trailer", record.Bytes, "IEEE 802.3, 3.2.8", "what follows the payload and the padding, of a service tag too"),
}}

// backbone reads the tag that MAC in MAC frames have (IEEE 802.1ah).
func (w *walk) backbone(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	tag := be32(b)
	r.Uint(backbonePriority, tag>>29)
	r.Uint(backboneDrop, bit(tag, 28))
	r.Uint(backboneNCA, bit(tag, 27))
	r.Uint(backboneRes1, bit(tag, 26))
	r.Uint(backboneRes2, tag>>24&3)
	r.Uint(backboneISID, tag&0xffffff)
	if len(b) < 18 {
		return
	}
	r.Bytes(backboneDst, at+4, 6)
	r.Bytes(backboneSrc, at+10, 6)
	r.Uint(backboneEtype, be16(b[16:]))
}

// Places in vntagLayer.
const (
	vntagDir = iota
	vntagPtr
	vntagDst
	vntagLooped
	vntagR
	vntagVersion
	vntagSrc
	vntagEtype
	vntagLen
	vntagTrailer
)

var vntagLayer = record.Layer{Key: "vntag", Repeats: true, Fields: []record.Field{
	vntagDir:     one("vntag.dir", record.Bool, "VN-Tag 1.01", "to the interface, else from it"),
	vntagPtr:     one("vntag.ptr", record.Bool, "VN-Tag 1.01", "destination is a list of interfaces"),
	vntagDst:     one("vntag.dst", record.Uint, "VN-Tag 1.01", "destination interface, or list"),
	vntagLooped:  one("vntag.looped", record.Bool, "VN-Tag 1.01", "comes back to where its sender is"),
	vntagR:       one("vntag.r", record.Uint, "VN-Tag 1.01", "reserved"),
	vntagVersion: one("vntag.version", record.Uint, "VN-Tag 1.01", "version"),
	vntagSrc:     one("vntag.src", record.Uint, "VN-Tag 1.01", "source interface"),
	vntagEtype:   one("vntag.etype", record.Uint, "VN-Tag 1.01", "EtherType of what follows, from 1536"),
	vntagLen:     in("bytes", one("vntag.len", record.Uint, "VN-Tag 1.01", "length of the LLC data that follows")),
	vntagTrailer: one("vntag.trailer", record.Bytes, "IEEE 802.3, 3.2.8", "what follows the payload and the padding"),
}}

func (w *walk) vntag(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	tag := be32(b)
	r.Uint(vntagDir, tag>>31)
	r.Uint(vntagPtr, bit(tag, 30))
	r.Uint(vntagDst, tag>>16&0x3fff)
	r.Uint(vntagLooped, bit(tag, 15))
	r.Uint(vntagR, bit(tag, 14))
	r.Uint(vntagVersion, tag>>12&3)
	r.Uint(vntagSrc, tag&0xfff)
	if len(b) < 6 {
		return
	}
	if t := be16(b[4:]); t <= maxLength {
		r.Uint(vntagLen, t)
	} else {
		r.Uint(vntagEtype, t)
	}
	w.tagTrailer(vntagTrailer)
}
