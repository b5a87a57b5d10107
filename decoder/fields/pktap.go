package fields

import (
	"bytes"

	"github.com/pcappipe/pcappipe/record"
)

// Places in pktapLayer.
const (
	pktapLength = iota
	pktapRecord
	pktapLink
	pktapInterface
	pktapFlags
	pktapFamily
	pktapHeader
	pktapTrailer
	pktapPID
	pktapCommand
	pktapService
	pktapInterfaceType
	pktapUnit
	pktapEffectivePID
	pktapEffectiveCommand
)

const pktapSpec = "Apple, bsd/net/pktap.h"

var pktapLayer = record.Layer{Key: "pktap", Fields: []record.Field{
	pktapLength:           in("bytes", one("pktap.hdrlen", record.Uint, pktapSpec, "length of the header")),
	pktapRecord:           one("pktap.rectype", record.Uint, pktapSpec, "what follows: 1 is a packet, 0 nothing"),
	pktapLink:             one("pktap.dlt", record.Uint, pktapSpec, "link type of the packet"),
	pktapInterface:        one("pktap.ifname", record.Text, pktapSpec, "interface"),
	pktapFlags:            one("pktap.flags", record.Uint, pktapSpec, "flags"),
	pktapFamily:           one("pktap.pfamily", record.Uint, pktapSpec, "address family"),
	pktapHeader:           in("bytes", one("pktap.llhdrlen", record.Uint, pktapSpec, "length of the link layer's header")),
	pktapTrailer:          in("bytes", one("pktap.lltrlrlen", record.Uint, pktapSpec, "length of the link layer's trailer")),
	pktapPID:              one("pktap.pid", record.Uint, pktapSpec, "process"),
	pktapCommand:          one("pktap.cmdname", record.Text, pktapSpec, "the process's command"),
	pktapService:          one("pktap.svc_class", record.Uint, pktapSpec, "service class"),
	pktapInterfaceType:    one("pktap.iftype", record.Uint, pktapSpec, "type of the interface"),
	pktapUnit:             one("pktap.ifunit", record.Uint, pktapSpec, "unit of the interface"),
	pktapEffectivePID:     one("pktap.epid", record.Uint, pktapSpec, "process on whose behalf it was sent"),
	pktapEffectiveCommand: one("pktap.ecmdname", record.Text, pktapSpec, "that process's command"),
}}

// pktap reads a header of 108 bytes, little endian; later versions may be longer.
func (w *walk) pktap(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 108 || le32(b) < 108 {
		return
	}
	r.Uint(pktapLength, le32(b))
	r.Uint(pktapRecord, le32(b[4:]))
	r.Uint(pktapLink, le32(b[8:]))
	w.cString(pktapInterface, at+12, b[12:36])
	r.Uint(pktapFlags, le32(b[36:]))
	r.Uint(pktapFamily, le32(b[40:]))
	r.Uint(pktapHeader, le32(b[44:]))
	r.Uint(pktapTrailer, le32(b[48:]))
	r.Uint(pktapPID, le32(b[52:]))
	w.cString(pktapCommand, at+56, b[56:76])
	r.Uint(pktapService, le32(b[76:]))
	r.Uint(pktapInterfaceType, le16(b[80:]))
	r.Uint(pktapUnit, le16(b[82:]))
	r.Uint(pktapEffectivePID, le32(b[84:]))
	w.cString(pktapEffectiveCommand, at+88, b[88:108])
}

// cString writes text that stands in b, which begins at at, up to its first zero byte.
func (w *walk) cString(field, at int, b []byte) {
	n := bytes.IndexByte(b, 0)
	if n < 0 {
		n = len(b)
	}
	w.row.Bytes(field, at, n)
}
