package fields

import "github.com/pcappipe/pcappipe/record"

// Places in lispDataLayer.
const (
	lispFlags = iota
	lispHasNonce
	lispHasLSB
	lispEcho
	lispHasVersion
	lispHasInstance
	lispReserved
	lispNonce
	lispVersions
	lispSourceVersion
	lispDestinationVersion
	lispInstance
	lispLSB8
	lispLSB
)

var lispDataLayer = record.Layer{Key: "lisp-data", Fields: []record.Field{
	lispFlags:              one("lisp-data.flags", record.Uint, "RFC 9300, 5.3", "flags, as they stand in the header"),
	lispHasNonce:           one("lisp-data.flags.nonce", record.Bool, "RFC 9300, 5.3", "nonce is present"),
	lispHasLSB:             one("lisp-data.flags.lsb", record.Bool, "RFC 9300, 5.3", "locator status bits are present"),
	lispEcho:               one("lisp-data.flags.enr", record.Bool, "RFC 9300, 5.3", "asks for an echo of the nonce"),
	lispHasVersion:         one("lisp-data.flags.mv", record.Bool, "RFC 9300, 5.3", "map versions are present"),
	lispHasInstance:        one("lisp-data.flags.iid", record.Bool, "RFC 9300, 5.3", "instance is present"),
	lispReserved:           one("lisp-data.flags.res", record.Uint, "RFC 9300, 5.3", "reserved, and how the payload is encrypted"),
	lispNonce:              one("lisp-data.nonce", record.Uint, "RFC 9300, 5.3", "nonce"),
	lispVersions:           one("lisp-data.mapver", record.Uint, "RFC 9302, 6", "map versions, both"),
	lispSourceVersion:      one("lisp-data.srcmapver", record.Uint, "RFC 9302, 6", "map version of the source"),
	lispDestinationVersion: one("lisp-data.dstmapver", record.Uint, "RFC 9302, 6", "map version of the destination"),
	lispInstance:           one("lisp-data.iid", record.Uint, "RFC 9300, 5.3", "instance"),
	lispLSB8:               one("lisp-data.lsb8", record.Uint, "RFC 9300, 5.3", "locator status bits, 8 of them"),
	lispLSB:                one("lisp-data.lsb", record.Uint, "RFC 9300, 5.3", "locator status bits"),
}}

// lispData reads a header of the data plane: its flags say what its fields mean.
func (w *walk) lispData(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	v := uint64(b[0])
	r.Uint(lispFlags, v)
	r.Uint(lispHasNonce, bit(v, 7))
	r.Uint(lispHasLSB, bit(v, 6))
	r.Uint(lispEcho, bit(v, 5))
	r.Uint(lispHasVersion, bit(v, 4))
	r.Uint(lispHasInstance, bit(v, 3))
	r.Uint(lispReserved, v&7)
	if bit(v, 7) == 1 {
		r.Uint(lispNonce, be24(b[1:]))
	}
	if bit(v, 4) == 1 {
		r.Uint(lispVersions, be24(b[1:]))
		r.Uint(lispSourceVersion, be24(b[1:])>>12)
		r.Uint(lispDestinationVersion, be24(b[1:])&0xfff)
	}
	hasLSB, hasInstance := bit(v, 6) == 1, bit(v, 3) == 1
	if hasInstance {
		r.Uint(lispInstance, be24(b[4:]))
	}
	switch {
	case hasLSB && hasInstance:
		r.Uint(lispLSB8, uint64(b[7]))
	case hasLSB:
		r.Uint(lispLSB, be32(b[4:]))
	}
}

// Places in lispLayer.
const (
	lispType = iota
	lispSecurity
	lispDelegated
	lispECMReserved
)

var lispLayer = record.Layer{Key: "lisp", Fields: []record.Field{
	lispType:        one("lisp.type", record.Uint, "RFC 9301, 5.1", "type of the message"),
	lispSecurity:    one("lisp.ecm.flags.sec", record.Bool, "RFC 9301, 5.8", "encapsulated message: authenticated"),
	lispDelegated:   one("lisp.ecm.flags.ddt", record.Bool, "RFC 9301, 5.8", "encapsulated message: from a delegated database's node"),
	lispECMReserved: one("lisp.ecm.res", record.Uint, "RFC 9301, 5.8", "encapsulated message: reserved"),
}}

// lisp reads the first word of a message of the control plane.
func (w *walk) lisp(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	const encapsulated = 8
	v := be32(b)
	r.Uint(lispType, v>>28)
	if v>>28 == encapsulated {
		r.Uint(lispSecurity, bit(v, 27))
		r.Uint(lispDelegated, bit(v, 26))
		r.Uint(lispECMReserved, v&0x3ffffff)
	}
}
