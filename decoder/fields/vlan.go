package fields

import "github.com/pcappipe/pcappipe/record"

// Places in vlanLayer.
const (
	vlanPriority = iota
	vlanDEI
	vlanID
	vlanEtype
	vlanLen
)

var vlanLayer = record.Layer{Key: "vlan", Repeats: true, Fields: []record.Field{
	vlanPriority: one("vlan.priority", record.Uint, "IEEE 802.1Q, 9.6", "priority code point"),
	vlanDEI:      one("vlan.dei", record.Bool, "IEEE 802.1Q, 9.6", "drop eligible"),
	vlanID:       one("vlan.id", record.Uint, "IEEE 802.1Q, 9.6", "VLAN identifier"),
	vlanEtype:    one("vlan.etype", record.Uint, "IEEE 802.1Q, 9.6", "EtherType of what follows, from 1536"),
	vlanLen:      in("bytes", one("vlan.len", record.Uint, "IEEE 802.1Q, 9.6", "length of the LLC data that follows")),
}}

func (w *walk) vlan(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 2 {
		return
	}
	tag := be16(b)
	r.Uint(vlanPriority, tag>>13)
	r.Uint(vlanDEI, bit(tag, 12))
	r.Uint(vlanID, tag&0xfff)
	if len(b) < 4 {
		return
	}
	if t := be16(b[2:]); t <= 1500 {
		r.Uint(vlanLen, t)
	} else {
		r.Uint(vlanEtype, t)
	}
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

func (w *walk) serviceTag(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 2 {
		return
	}
	tag := be16(b)
	r.Uint(serviceTagPriority, tag>>13)
	r.Uint(serviceTagDEI, bit(tag, 12))
	r.Uint(serviceTagID, tag&0xfff)
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
)

var backboneLayer = record.Layer{Key: "ieee8021ah", Fields: []record.Field{
	backbonePriority: one("ieee8021ah.priority", record.Uint, "IEEE 802.1Q, 9.7", "priority code point"),
	backboneDrop:     one("ieee8021ah.drop", record.Uint, "IEEE 802.1Q, 9.7", "drop eligible"),
	backboneNCA:      one("ieee8021ah.nca", record.Uint, "IEEE 802.1Q, 9.7", "no customer addresses"),
	backboneRes1:     one("ieee8021ah.res1", record.Uint, "IEEE 802.1Q, 9.7", "reserved"),
	backboneRes2:     one("ieee8021ah.res2", record.Uint, "IEEE 802.1Q, 9.7", "reserved"),
	backboneISID:     one("ieee8021ah.isid", record.Uint, "IEEE 802.1Q, 9.7", "backbone service instance identifier"),
	backboneDst:      one("ieee8021ah.cdst", record.MAC, "IEEE 802.1Q, 9.7", "customer destination address"),
	backboneSrc:      one("ieee8021ah.csrc", record.MAC, "IEEE 802.1Q, 9.7", "customer source address"),
	backboneEtype:    one("ieee8021ah.etype", record.Uint, "IEEE 802.1Q, 9.7", "EtherType of what follows"),
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
