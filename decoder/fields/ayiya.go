package fields

import (
	"time"

	"github.com/pcappipe/pcappipe/record"
)

// Places in ayiyaLayer.
const (
	ayiyaIDLen = iota
	ayiyaIDType
	ayiyaSigLen
	ayiyaHash
	ayiyaAuth
	ayiyaOperation
	ayiyaNext
	ayiyaEpoch
	ayiyaIdentity
	ayiyaSignature
)

const ayiyaSpec = "draft-massar-v6ops-ayiya-02, 3"

var ayiyaLayer = record.Layer{Key: "ayiya", Fields: []record.Field{
	ayiyaIDLen:     one("ayiya.idlen", record.Uint, ayiyaSpec, "length of the identity, as a power of two"),
	ayiyaIDType:    one("ayiya.idtype", record.Uint, ayiyaSpec, "type of the identity"),
	ayiyaSigLen:    in("4 bytes", one("ayiya.siglen", record.Uint, ayiyaSpec, "length of the signature")),
	ayiyaHash:      one("ayiya.hashmethod", record.Uint, ayiyaSpec, "hash of the signature"),
	ayiyaAuth:      one("ayiya.authmethod", record.Uint, ayiyaSpec, "how the sender is authenticated"),
	ayiyaOperation: one("ayiya.opcode", record.Uint, ayiyaSpec, "operation: 1 is forward"),
	ayiyaNext:      one("ayiya.nextheader", record.Uint, ayiyaSpec, "next header"),
	ayiyaEpoch:     one("ayiya.epoch", record.Time, ayiyaSpec, "when the packet was signed"),
	ayiyaIdentity:  one("ayiya.identity", record.Bytes, ayiyaSpec, "identity"),
	ayiyaSignature: one("ayiya.signature", record.Bytes, ayiyaSpec, "signature"),
}}

func (w *walk) ayiya(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	id, signature := 1<<(b[0]>>4), int(b[1]>>4)*4
	r.Uint(ayiyaIDLen, uint64(b[0]>>4))
	r.Uint(ayiyaIDType, uint64(b[0]&15))
	r.Uint(ayiyaSigLen, uint64(b[1]>>4))
	r.Uint(ayiyaHash, uint64(b[1]&15))
	r.Uint(ayiyaAuth, uint64(b[2]>>4))
	r.Uint(ayiyaOperation, uint64(b[2]&15))
	r.Uint(ayiyaNext, uint64(b[3]))
	r.Uint(ayiyaEpoch, be32(b[4:])*uint64(time.Second))
	if len(b) >= 8+id {
		r.Bytes(ayiyaIdentity, at+8, id)
	}
	if signature > 0 && len(b) >= 8+id+signature {
		r.Bytes(ayiyaSignature, at+8+id, signature)
	}
}
