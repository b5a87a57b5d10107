package fields

import "github.com/pcappipe/pcappipe/record"

// Places in erspanLayer.
const (
	erspanVersion = iota
	erspanVLAN
	erspanCOS
	erspanEncap
	erspanBSO
	erspanTruncated
	erspanSpanID
	erspanReserved
	erspanIndex
	erspanTimestamp
	erspanSGT
	erspanP
	erspanFT
	erspanHW
	erspanDirection
	erspanGRA
	erspanO
)

var erspanLayer = record.Layer{Key: "erspan", Fields: []record.Field{
	erspanVersion:   one("erspan.version", record.Uint, "draft-foschiano-erspan, 4.1", "version: 1 is type II, 2 is type III"),
	erspanVLAN:      one("erspan.vlan", record.Uint, "draft-foschiano-erspan, 4.1", "original VLAN"),
	erspanCOS:       one("erspan.cos", record.Uint, "draft-foschiano-erspan, 4.1", "original class of service"),
	erspanEncap:     one("erspan.encap", record.Uint, "draft-foschiano-erspan, 4.1", "type II: how the VLAN was tagged"),
	erspanBSO:       one("erspan.bso", record.Uint, "draft-foschiano-erspan, 4.2", "type III: bad, short or oversized"),
	erspanTruncated: one("erspan.truncated", record.Uint, "draft-foschiano-erspan, 4.1", "the copy is cut"),
	erspanSpanID:    one("erspan.spanid", record.Uint, "draft-foschiano-erspan, 4.1", "session"),
	erspanReserved:  one("erspan.reserved", record.Uint, "draft-foschiano-erspan, 4.1", "type II: reserved"),
	erspanIndex:     one("erspan.index", record.Uint, "draft-foschiano-erspan, 4.1", "type II: port and direction"),
	erspanTimestamp: one("erspan.timestamp", record.Uint, "draft-foschiano-erspan, 4.2", "type III: timestamp"),
	erspanSGT:       one("erspan.sgt", record.Uint, "draft-foschiano-erspan, 4.2", "type III: security group tag"),
	erspanP:         one("erspan.p", record.Uint, "draft-foschiano-erspan, 4.2", "type III: holds an Ethernet frame"),
	erspanFT:        one("erspan.ft", record.Uint, "draft-foschiano-erspan, 4.2", "type III: frame type"),
	erspanHW:        one("erspan.hw", record.Uint, "draft-foschiano-erspan, 4.2", "type III: hardware"),
	erspanDirection: one("erspan.direction", record.Bool, "draft-foschiano-erspan, 4.2", "type III: egress, else ingress"),
	erspanGRA:       one("erspan.gra", record.Uint, "draft-foschiano-erspan, 4.2", "type III: granularity of the timestamp"),
	erspanO:         one("erspan.o", record.Uint, "draft-foschiano-erspan, 4.2", "type III: a subheader follows"),
}}

// erspan reads a header of type II or III, n bytes of it; type I has none.
func (w *walk) erspan(at, n int) {
	r, b := w.row, upTo(w.from(at), n)
	if len(b) < 4 {
		return
	}
	first, second := be16(b), be16(b[2:])
	version := first >> 12
	r.Uint(erspanVersion, version)
	r.Uint(erspanVLAN, first&0xfff)
	r.Uint(erspanCOS, second>>13)
	if version == 2 {
		r.Uint(erspanBSO, second>>11&3)
	} else {
		r.Uint(erspanEncap, second>>11&3)
	}
	r.Uint(erspanTruncated, bit(second, 10))
	r.Uint(erspanSpanID, second&0x3ff)
	if len(b) < 8 {
		return
	}
	if version != 2 {
		r.Uint(erspanReserved, be32(b[4:])>>20)
		r.Uint(erspanIndex, be32(b[4:])&0xfffff)
		return
	}
	r.Uint(erspanTimestamp, be32(b[4:]))
	if len(b) < 12 {
		return
	}
	v := be16(b[10:])
	r.Uint(erspanSGT, be16(b[8:]))
	r.Uint(erspanP, bit(v, 15))
	r.Uint(erspanFT, v>>10&31)
	r.Uint(erspanHW, v>>4&63)
	r.Uint(erspanDirection, bit(v, 3))
	r.Uint(erspanGRA, v>>1&3)
	r.Uint(erspanO, v&1)
}
