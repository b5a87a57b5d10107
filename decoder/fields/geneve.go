package fields

import "github.com/pcappipe/pcappipe/record"

// Places in geneveLayer.
const (
	geneveVersion = iota
	geneveLength
	geneveFlags
	geneveOAM
	geneveCritical
	geneveFlagsReserved
	geneveProto
	geneveVNI
	geneveReserved
	geneveOptions
	geneveOption
	geneveClass
	geneveType
	geneveTypeCritical
	geneveOptFlags
	geneveOptFlagsReserved
	geneveData
)

var geneveLayer = record.Layer{Key: "geneve", Fields: []record.Field{
	geneveVersion:          one("geneve.version", record.Uint, "RFC 8926, 3.4", "version"),
	geneveLength:           in("bytes", many("geneve.option.length", record.Uint, "RFC 8926, 3.4", "length of all options, then of each, its head included")),
	geneveFlags:            one("geneve.flags", record.Uint, "RFC 8926, 3.4", "flags"),
	geneveOAM:              one("geneve.flags.oam", record.Bool, "RFC 8926, 3.4", "control packet"),
	geneveCritical:         one("geneve.flags.critical", record.Bool, "RFC 8926, 3.4", "critical options are present"),
	geneveFlagsReserved:    one("geneve.flags.reserved", record.Bool, "RFC 8926, 3.4", "any reserved flag"),
	geneveProto:            one("geneve.proto_type", record.Uint, "RFC 8926, 3.4", "protocol, an EtherType"),
	geneveVNI:              one("geneve.vni", record.Uint, "RFC 8926, 3.4", "network identifier"),
	geneveReserved:         one("geneve.reserved", record.Uint, "RFC 8926, 3.4", "reserved"),
	geneveOptions:          one("geneve.options", record.Bytes, "RFC 8926, 3.5", "all options, as they stand in the header"),
	geneveOption:           many("geneve.option", record.Bytes, "RFC 8926, 3.5", "option"),
	geneveClass:            many("geneve.option.class", record.Uint, "RFC 8926, 3.5", "option class"),
	geneveType:             many("geneve.option.type", record.Uint, "RFC 8926, 3.5", "option type"),
	geneveTypeCritical:     many("geneve.option.type.critical", record.Bool, "RFC 8926, 3.5", "option is critical"),
	geneveOptFlags:         many("geneve.option.flags", record.Uint, "RFC 8926, 3.5", "option's reserved flags"),
	geneveOptFlagsReserved: many("geneve.option.flags.reserved", record.Bool, "RFC 8926, 3.5", "any reserved flag of the option"),
	geneveData:             many("geneve.option.unknown.data", record.Bytes, "RFC 8926, 3.5", "option's data"),
}}

const (
	geneveHeader      = 8
	geneveClassGoogle = 0x0132 // its options are known to Wireshark, and not read further here
)

func (w *walk) geneve(at int) {
	r, b := w.row, w.from(at)
	if len(b) < geneveHeader {
		return
	}
	n := 4 * int(b[0]&0x3f)
	flags := uint64(b[1])
	r.Uint(geneveVersion, uint64(b[0]>>6))
	r.Uint(geneveLength, uint64(n))
	r.Uint(geneveFlags, flags)
	r.Uint(geneveOAM, bit(flags, 7))
	r.Uint(geneveCritical, bit(flags, 6))
	r.Bool(geneveFlagsReserved, flags&0x3f != 0)
	r.Uint(geneveProto, be16(b[2:]))
	r.Uint(geneveVNI, be24(b[4:]))
	r.Uint(geneveReserved, uint64(b[7]))
	if b = upTo(b[geneveHeader:], n); len(b) > 0 {
		w.geneveOptions(at+geneveHeader, b)
	}
}

// geneveOptions reads the options, b, that begin at this offset.
func (w *walk) geneveOptions(at int, b []byte) {
	r := w.row
	r.Bytes(geneveOptions, at, len(b))
	for len(b) >= 4 {
		n := 4 + 4*int(b[3]&31)
		if n > len(b) {
			return
		}
		r.Bytes(geneveOption, at, n)
		r.Uint(geneveClass, be16(b))
		r.Uint(geneveType, uint64(b[2]))
		r.Uint(geneveTypeCritical, uint64(b[2]>>7))
		r.Uint(geneveOptFlags, uint64(b[3]>>5))
		r.Bool(geneveOptFlagsReserved, b[3]>>5 != 0)
		r.Uint(geneveLength, uint64(n))
		if n > 4 && be16(b) != geneveClassGoogle {
			r.Bytes(geneveData, at+4, n-4)
		}
		b, at = b[n:], at+n
	}
}
