package flow

import (
	"encoding/binary"
	"strings"
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// pairs are all pairs of digits, the lower digit first.
var pairs = func() (table [62 * 62][2]byte) {
	for i := range table {
		table[i] = [2]byte{base62[i%62], base62[i/62]}
	}
	return table
}()

// UIDLen is the length of a UID.
const UIDLen = 18

// AppendUID adds a name for one generation of a flow, in the manner of Zeek's:
// "C" and 17 digits of base 62. It is made of the key, the scope's bytes and the
// number and time of the flow's first frame, so it is the same in every run,
// whatever is filtered, and known from the first frame on: the originator, which
// may turn out to be the other end later, has no part in it. No two
// generations of a key begin in the same frame.
func (k *Key) AppendUID(dst []byte, scope Scope, firstFrame uint64, nanos int64) []byte {
	le := binary.LittleEndian
	var n name
	n.add(le.Uint64(k.A[:8]))
	n.add(le.Uint64(k.A[8:]))
	n.add(le.Uint64(k.B[:8]))
	n.add(le.Uint64(k.B[8:]))
	n.add(uint64(k.PortA) | uint64(k.PortB)<<16 | uint64(k.Proto)<<32 | uint64(k.Kind)<<40)
	n.add(firstFrame)
	n.add(uint64(nanos))
	n.add(uint64(len(scope)))
	for len(scope) > 0 {
		var word [8]byte
		scope = scope[copy(word[:], scope):]
		n.add(le.Uint64(word[:]))
	}
	var digits [UIDLen]byte
	digits[0] = 'C'
	digits[9] = base62[eight((*[8]byte)(digits[1:]), n.a)%62]
	eight((*[8]byte)(digits[10:]), n.b)
	return append(dst, digits[:]...)
}

// A name is a digest of 128 bits, not seeded: names are for keeps.
type name struct{ a, b uint64 }

// add takes eight bytes. The constants are those of wyhash: odd, with as many
// ones as zeros.
func (n *name) add(word uint64) {
	n.a = mix(n.a^word^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	n.b = mix(n.b^word^0x8ebc6af09c88c6e3, 0x589965cc75374cc3)
}

// eight writes the low eight digits of a number, the lowest first, and returns
// what is above them.
func eight(dst *[8]byte, v uint64) uint64 {
	for i := 0; i < len(dst); i += 2 {
		*(*[2]byte)(dst[i:]) = pairs[v%(62*62)]
		v /= 62 * 62
	}
	return v
}

// UID returns what AppendUID adds.
func (k *Key) UID(scope Scope, firstFrame uint64, nanos int64) string {
	return string(k.AppendUID(nil, scope, firstFrame, nanos))
}

// IsUID says whether a text can be a UID.
func IsUID(s string) bool {
	return len(s) == UIDLen && s[0] == 'C' && strings.Trim(s[1:], base62) == ""
}
