package fields

import "github.com/pcappipe/pcappipe/record"

// Places in hipLayer.
const (
	hipProto = iota
	hipLength
	hipType
	hipVersion
	hipChecksum
	hipControls
	hipSender
	hipReceiver
)

var hipLayer = record.Layer{Key: "hip", Fields: []record.Field{
	hipProto:    one("hip.proto", record.Uint, "RFC 7401, 5.1", "next header"),
	hipLength:   in("8 bytes", one("hip.hdr_len", record.Uint, "RFC 7401, 5.1", "length, the first 8 bytes not counted")),
	hipType:     one("hip.packet_type", record.Uint, "RFC 7401, 5.1", "packet type"),
	hipVersion:  one("hip.version", record.Uint, "RFC 7401, 5.1", "version"),
	hipChecksum: one("hip.checksum", record.Uint, "RFC 7401, 5.1.1", "checksum"),
	hipControls: one("hip.controls", record.Uint, "RFC 7401, 5.1.2", "controls"),
	hipSender:   one("hip.hit_sndr", record.Bytes, "RFC 7401, 5.1", "sender's host identity tag"),
	hipReceiver: one("hip.hit_rcvr", record.Bytes, "RFC 7401, 5.1", "receiver's host identity tag"),
}}

func (w *walk) hip(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	r.Uint(hipProto, uint64(b[0]))
	r.Uint(hipLength, uint64(b[1]))
	r.Uint(hipType, uint64(b[2]&0x7f))
	r.Uint(hipVersion, uint64(b[3]>>4))
	r.Uint(hipChecksum, be16(b[4:]))
	r.Uint(hipControls, be16(b[6:]))
	if len(b) >= 40 {
		r.Bytes(hipSender, at+8, 16)
		r.Bytes(hipReceiver, at+24, 16)
	}
}

// Places in shim6Layer.
const (
	shim6Next = iota
	shim6Len
	shim6P
)

var shim6Layer = record.Layer{Key: "shim6", Fields: []record.Field{
	shim6Next: one("shim6.nxt", record.Uint, "RFC 5533, 5.1", "next header"),
	shim6Len:  in("8 bytes", one("shim6.len", record.Uint, "RFC 5533, 5.1", "length, the first 8 bytes not counted")),
	shim6P:    one("shim6.p", record.Bool, "RFC 5533, 5.1", "payload, else control"),
}}

func (w *walk) shim6(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 3 {
		return
	}
	r.Uint(shim6Next, uint64(b[0]))
	r.Uint(shim6Len, uint64(b[1]))
	r.Uint(shim6P, uint64(b[2]>>7))
}
