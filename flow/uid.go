package flow

import (
	"crypto/sha1"
	"encoding/binary"
	"math/bits"
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// UID returns a name for one generation of a flow, in the manner of Zeek's: "C"
// and 17 digits of base 62. It is made of the key, the scope's bytes and the
// number and time of the flow's first frame, so it is the same in every run,
// whatever is filtered, and known from the first frame on: the originator, which
// may turn out to be the other end later, has no part in it. No two
// generations of a key begin in the same frame.
func (k *Key) UID(scope Scope, firstFrame uint64, nanos int64) string {
	be := binary.BigEndian
	var room [256]byte // more than four tunnel levels
	b := append(room[:0], k.A[:]...)
	b = append(b, k.B[:]...)
	b = be.AppendUint16(b, k.PortA)
	b = be.AppendUint16(b, k.PortB)
	b = append(b, k.Proto, byte(k.Kind))
	b = be.AppendUint64(b, firstFrame)
	b = be.AppendUint64(b, uint64(nanos))
	b = append(b, scope...)
	sum := sha1.Sum(b)

	var uid [18]byte
	uid[0] = 'C'
	hi, lo := be.Uint64(sum[:8]), be.Uint64(sum[8:16])
	for i := len(uid) - 1; i > 0; i-- {
		var digit uint64
		hi, digit = hi/62, hi%62
		lo, digit = bits.Div64(digit, lo, 62)
		uid[i] = base62[digit]
	}
	return string(uid[:])
}
