package fields

import "github.com/pcappipe/pcappipe/record"

// Places in vxlanLayer.
const (
	vxlanFlags = iota
	vxlanG
	vxlanI
	vxlanD
	vxlanA
	vxlanFlagsReserved
	vxlanVersion
	vxlanIBit
	vxlanPBit
	vxlanOBit
	vxlanGBP
	vxlanReserved16
	vxlanNext
	vxlanVNI
	vxlanReserved8
)

var vxlanLayer = record.Layer{Key: "vxlan", Fields: []record.Field{
	vxlanFlags:         one("vxlan.flags", record.Uint, "RFC 7348, 5", "flags, as they stand in the header: 16 bits, GPE's 8"),
	vxlanG:             one("vxlan.flag_g", record.Bool, "draft-smith-vxlan-group-policy, 2.1", "group policy is present"),
	vxlanI:             one("vxlan.flag_i", record.Bool, "RFC 7348, 5", "network identifier is valid"),
	vxlanD:             one("vxlan.flag_d", record.Bool, "draft-smith-vxlan-group-policy, 2.1", "don't learn"),
	vxlanA:             one("vxlan.flag_a", record.Bool, "draft-smith-vxlan-group-policy, 2.1", "policy applied"),
	vxlanFlagsReserved: one("vxlan.flags_reserved", record.Uint, "RFC 7348, 5", "reserved flags"),
	vxlanVersion:       one("vxlan.ver", record.Uint, "draft-ietf-nvo3-vxlan-gpe, 3.1", "GPE: version"),
	vxlanIBit:          one("vxlan.i_bit", record.Uint, "draft-ietf-nvo3-vxlan-gpe, 3.1", "GPE: network identifier is valid"),
	vxlanPBit:          one("vxlan.p_bit", record.Uint, "draft-ietf-nvo3-vxlan-gpe, 3.1", "GPE: next protocol is present"),
	vxlanOBit:          one("vxlan.o_bit", record.Uint, "draft-ietf-nvo3-vxlan-gpe, 3.1", "GPE: operations and maintenance"),
	vxlanGBP:           one("vxlan.gbp", record.Uint, "draft-smith-vxlan-group-policy, 2.1", "group policy"),
	vxlanReserved16:    one("vxlan.reserved_16", record.Uint, "draft-ietf-nvo3-vxlan-gpe, 3.1", "GPE: reserved"),
	vxlanNext:          one("vxlan.next_proto", record.Uint, "draft-ietf-nvo3-vxlan-gpe, 3.1", "GPE: next protocol"),
	vxlanVNI:           one("vxlan.vni", record.Uint, "RFC 7348, 5", "network identifier"),
	vxlanReserved8:     one("vxlan.reserved8", record.Uint, "RFC 7348, 5", "reserved"),
}}

func (w *walk) vxlan(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	v := be16(b)
	r.Uint(vxlanFlags, v)
	r.Uint(vxlanG, bit(v, 15))
	r.Uint(vxlanI, bit(v, 11))
	r.Uint(vxlanD, bit(v, 6))
	r.Uint(vxlanA, bit(v, 3))
	r.Uint(vxlanFlagsReserved, v&0x77b7)
	r.Uint(vxlanGBP, be16(b[2:]))
	r.Uint(vxlanVNI, be24(b[4:]))
	r.Uint(vxlanReserved8, uint64(b[7]))
}

// vxlanGPE reads the header of the generic protocol extension.
func (w *walk) vxlanGPE(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	v := uint64(b[0])
	r.Uint(vxlanFlags, v)
	r.Uint(vxlanVersion, v>>4&3)
	r.Uint(vxlanIBit, bit(v, 3))
	r.Uint(vxlanPBit, bit(v, 2))
	r.Uint(vxlanOBit, bit(v, 0))
	r.Uint(vxlanReserved16, be16(b[1:]))
	r.Uint(vxlanNext, uint64(b[3]))
	r.Uint(vxlanVNI, be24(b[4:]))
	r.Uint(vxlanReserved8, uint64(b[7]))
}
