package fields

import "github.com/pcappipe/pcappipe/record"

// Places in pimLayer.
const (
	pimVersion = iota
	pimType
	pimChecksum
	pimFlags
	pimBorder
	pimNull
	pimIPVersion
)

var pimLayer = record.Layer{Key: "pim", Fields: []record.Field{
	pimVersion:   one("pim.version", record.Uint, "RFC 7761, 4.9", "version"),
	pimType:      one("pim.type", record.Uint, "RFC 7761, 4.9", "type of the message"),
	pimChecksum:  one("pim.cksum", record.Uint, "RFC 7761, 4.9", "checksum"),
	pimFlags:     one("pim.register_flag", record.Uint, "RFC 7761, 4.9.3", "register: flags"),
	pimBorder:    one("pim.register_flag.border", record.Bool, "RFC 7761, 4.9.3", "register: from a border router"),
	pimNull:      one("pim.register_flag.null_register", record.Bool, "RFC 7761, 4.9.3", "register: only asks, and carries a header alone"),
	pimIPVersion: one("pim.ip_version", record.Uint, "RFC 7761, 4.9.3", "register: IP version of the packet in it"),
}}

// pim reads the header that all messages have, and a register's flags.
func (w *walk) pim(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 1 {
		return
	}
	const second, register = 2, 1
	version, kind := b[0]>>4, b[0]&15
	r.Uint(pimVersion, uint64(version))
	r.Uint(pimType, uint64(kind))
	if len(b) < 4 || version != second {
		return
	}
	r.Uint(pimChecksum, be16(b[2:]))
	if kind != register || len(b) < 8 {
		return
	}
	v := be32(b[4:])
	r.Uint(pimFlags, v)
	r.Uint(pimBorder, bit(v, 31))
	r.Uint(pimNull, bit(v, 30))
	if len(b) > 8 {
		r.Uint(pimIPVersion, uint64(b[8]>>4))
	}
}
