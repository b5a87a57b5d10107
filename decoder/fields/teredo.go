package fields

import "github.com/pcappipe/pcappipe/record"

// Places in teredoLayer.
const (
	teredoIDLen = iota
	teredoAuthLen
	teredoID
	teredoValue
	teredoNonce
	teredoConfirmation
	teredoPort
	teredoAddr
)

var teredoLayer = record.Layer{Key: "teredo", Fields: []record.Field{
	teredoIDLen:        in("bytes", one("teredo.auth.idlen", record.Uint, "RFC 4380, 5.1.1", "length of the client's identifier")),
	teredoAuthLen:      in("bytes", one("teredo.auth.aulen", record.Uint, "RFC 4380, 5.1.1", "length of the authentication value")),
	teredoID:           one("teredo.auth.id", record.Bytes, "RFC 4380, 5.1.1", "client's identifier"),
	teredoValue:        one("teredo.auth.value", record.Bytes, "RFC 4380, 5.1.1", "authentication value"),
	teredoNonce:        one("teredo.auth.nonce", record.Bytes, "RFC 4380, 5.1.1", "nonce"),
	teredoConfirmation: one("teredo.auth.conf", record.Bytes, "RFC 4380, 5.1.1", "confirmation"),
	teredoPort:         one("teredo.orig.port", record.Uint, "RFC 4380, 5.1.1", "origin's port, which stands there inverted"),
	teredoAddr:         one("teredo.orig.addr", record.Address, "RFC 4380, 5.1.1", "origin's address, which stands there inverted"),
}}

// teredo reads an authentication header and an origin indication, each or both.
func (w *walk) teredo(at int) {
	r, b := w.row, w.from(at)
	const origin, authentication = 0, 1
	if len(b) >= 4 && be16(b) == authentication {
		id, value := int(b[2]), int(b[3])
		n := 4 + id + value + 9
		r.Uint(teredoIDLen, uint64(id))
		r.Uint(teredoAuthLen, uint64(value))
		if n > len(b) {
			return
		}
		if id > 0 {
			r.Bytes(teredoID, at+4, id)
		}
		if value > 0 {
			r.Bytes(teredoValue, at+4+id, value)
		}
		r.Bytes(teredoNonce, at+n-9, 8)
		r.Bytes(teredoConfirmation, at+n-1, 1)
		at += n
		b = b[n:]
	}
	if len(b) >= 8 && be16(b) == origin {
		r.Uint(teredoPort, be16(b[2:])^0xffff)
		v := be32(b[4:])
		r.Own(teredoAddr, []byte{byte(^v >> 24), byte(^v >> 16), byte(^v >> 8), byte(^v)})
	}
}
