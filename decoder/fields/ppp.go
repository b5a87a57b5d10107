package fields

import "github.com/pcappipe/pcappipe/record"

// Places in pppoeLayer.
const (
	pppoeVersion = iota
	pppoeType
	pppoeCode
	pppoeSession
	pppoeLength
)

var pppoeLayer = record.Layer{Key: "pppoe", Fields: []record.Field{
	pppoeVersion: one("pppoe.version", record.Uint, "RFC 2516, 4", "version"),
	pppoeType:    one("pppoe.type", record.Uint, "RFC 2516, 4", "type"),
	pppoeCode:    one("pppoe.code", record.Uint, "RFC 2516, 4", "code"),
	pppoeSession: one("pppoe.session_id", record.Uint, "RFC 2516, 4", "session"),
	pppoeLength:  in("bytes", one("pppoe.payload_length", record.Uint, "RFC 2516, 4", "payload length")),
}}

const pppoeHeader = 6

// pppoes reads the header that both stages have, and says whether it was all there.
func (w *walk) pppoes(at int) bool {
	r, b := w.row, w.from(at)
	if len(b) < pppoeHeader {
		return false
	}
	r.Uint(pppoeVersion, uint64(b[0]>>4))
	r.Uint(pppoeType, uint64(b[0]&15))
	r.Uint(pppoeCode, uint64(b[1]))
	r.Uint(pppoeSession, be16(b[2:]))
	r.Uint(pppoeLength, be16(b[4:]))
	w.endAt(at + pppoeHeader + int(be16(b[4:])))
	return true
}

// Places in pppoedLayer.
const (
	pppoedServiceName = iota
	pppoedACName
	pppoedHostUniq
	pppoedACCookie
	pppoedVendor
	pppoedSequence
	pppoedRelay
	pppoedServiceError
	pppoedACError
	pppoedError
)

var pppoedLayer = record.Layer{Key: "pppoed", Fields: []record.Field{
	pppoedServiceName:  many("pppoed.tags.service_name", record.Text, "RFC 2516, A", "service name"),
	pppoedACName:       many("pppoed.tags.ac_name", record.Text, "RFC 2516, A", "name of the access concentrator"),
	pppoedHostUniq:     many("pppoed.tags.host_uniq", record.Bytes, "RFC 2516, A", "what ties a reply to the host's request"),
	pppoedACCookie:     many("pppoed.tags.ac_cookie", record.Bytes, "RFC 2516, A", "cookie of the access concentrator"),
	pppoedVendor:       many("pppoed.tags.vendor_id", record.Uint, "RFC 2516, A", "vendor"),
	pppoedSequence:     many("pppoed.tags.seq_num", record.Uint, "RFC 5578, 4", "sequence number"),
	pppoedRelay:        many("pppoed.tags.relay_session_id", record.Bytes, "RFC 2516, A", "session of a relay"),
	pppoedServiceError: many("pppoed.tags.service_name_error", record.Text, "RFC 2516, A", "why the service is refused"),
	pppoedACError:      many("pppoed.tags.ac_system_error", record.Text, "RFC 2516, A", "why the access concentrator refuses"),
	pppoedError:        many("pppoed.tags.generic_error", record.Text, "RFC 2516, A", "what is wrong"),
}}

// pppoed reads a discovery packet: header and tags.
func (w *walk) pppoed(at int) {
	if !w.pppoes(at) {
		return
	}
	r := w.row
	r.Close()
	r.Open(&pppoedLayer)
	for at += pppoeHeader; ; {
		b := w.from(at)
		if len(b) < 4 {
			return
		}
		kind, n := be16(b), int(be16(b[2:]))
		if kind == 0 || 4+n > len(b) {
			return
		}
		if n > 0 {
			w.pppoeTag(kind, at+4, b[4:4+n])
		}
		at += 4 + n
	}
}

func (w *walk) pppoeTag(kind uint64, at int, b []byte) {
	r, n := w.row, len(b)
	switch kind {
	case 0x0101:
		r.Bytes(pppoedServiceName, at, n)
	case 0x0102:
		r.Bytes(pppoedACName, at, n)
	case 0x0103:
		r.Bytes(pppoedHostUniq, at, n)
	case 0x0104:
		r.Bytes(pppoedACCookie, at, n)
	case 0x0105:
		if n >= 4 {
			r.Uint(pppoedVendor, be32(b))
		}
	case 0x0108:
		if n >= 2 {
			r.Uint(pppoedSequence, be16(b))
		}
	case 0x0110:
		r.Bytes(pppoedRelay, at, n)
	case 0x0201:
		r.Bytes(pppoedServiceError, at, n)
	case 0x0202:
		r.Bytes(pppoedACError, at, n)
	case 0x0203:
		r.Bytes(pppoedError, at, n)
	}
}

// Places in pppLayer.
const (
	pppDirection = iota
	pppAddress
	pppControl
	pppProtocol
)

var pppLayer = record.Layer{Key: "ppp", Fields: []record.Field{
	pppDirection: one("ppp.direction", record.Uint, "LINKTYPE_PPP_PPPD", "0 is sent, 1 received"),
	pppAddress:   one("ppp.address", record.Uint, "RFC 1662, 3.1", "address; absent where it was left out"),
	pppControl:   one("ppp.control", record.Uint, "RFC 1662, 3.1", "control; absent where it was left out"),
	pppProtocol:  one("ppp.protocol", record.Uint, "RFC 1661, 2", "protocol"),
}}

// Link types with a direction.
const (
	linkPPPD     = 166 // where the address stood
	linkDirected = 204 // before it
)

// ppp reads a PPP header of n bytes: one or two of protocol, behind address
// and control or not.
func (w *walk) ppp(at, n int) {
	r, b := w.row, upTo(w.from(at), n)
	const address = 0xff // of all stations, and for this reason no protocol's number
	switch {
	case len(b) == 0:
		return
	case w.frame.Link == linkPPPD && w.next == 1:
		w.pppDirection(b[0])
		b = b[min(len(b), 2):]
	case w.frame.Link == linkDirected && w.next == 1:
		w.pppDirection(b[0])
		b = b[1:]
	}
	if len(b) > 0 && b[0] == address {
		if len(b) < 2 {
			return
		}
		r.Uint(pppAddress, uint64(b[0]))
		r.Uint(pppControl, uint64(b[1]))
		b = b[2:]
	}
	switch {
	case len(b) >= 2:
		r.Uint(pppProtocol, be16(b))
	case len(b) == 1 && b[0]&1 == 1:
		r.Uint(pppProtocol, uint64(b[0]))
	}
}

// pppDirection writes which way a packet went: the byte is 0 where it was received.
func (w *walk) pppDirection(sent byte) {
	const isSent, received = 0, 1
	if sent == 0 {
		w.row.Uint(pppDirection, received)
	} else {
		w.row.Uint(pppDirection, isSent)
	}
}

// Places in chdlcLayer.
const (
	chdlcAddress = iota
	chdlcControl
	chdlcProtocol
)

var chdlcLayer = record.Layer{Key: "chdlc", Fields: []record.Field{
	chdlcAddress:  one("chdlc.address", record.Uint, "RFC 1547, 4.3.1", "address"),
	chdlcControl:  one("chdlc.control", record.Uint, "RFC 1547, 4.3.1", "control"),
	chdlcProtocol: one("chdlc.protocol", record.Uint, "RFC 1547, 4.3.1", "EtherType of what follows"),
}}

func (w *walk) chdlc(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	r.Uint(chdlcAddress, uint64(b[0]))
	r.Uint(chdlcControl, uint64(b[1]))
	r.Uint(chdlcProtocol, be16(b[2:]))
}
