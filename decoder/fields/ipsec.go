package fields

import "github.com/pcappipe/pcappipe/record"

// Places in ahLayer.
const (
	ahNext = iota
	ahLength
	ahReserved
	ahSPI
	ahSequence
	ahICV
)

var ahLayer = record.Layer{Key: "ah", Repeats: true, Fields: []record.Field{
	ahNext:     one("ah.next_header", record.Uint, "RFC 4302, 2.1", "next header"),
	ahLength:   in("4 bytes", one("ah.length", record.Uint, "RFC 4302, 2.2", "length, the first 8 bytes not counted")),
	ahReserved: one("ah.reserved", record.Bytes, "RFC 4302, 2.3", "reserved"),
	ahSPI:      one("ah.spi", record.Uint, "RFC 4302, 2.4", "security parameters index"),
	ahSequence: one("ah.sequence", record.Uint, "RFC 4302, 2.5", "sequence number"),
	ahICV:      one("ah.icv", record.Bytes, "RFC 4302, 2.6", "integrity check value"),
}}

func (w *walk) ah(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	r.Uint(ahNext, uint64(b[0]))
	r.Uint(ahLength, uint64(b[1]))
	r.Bytes(ahReserved, at+2, 2)
	r.Uint(ahSPI, be32(b[4:]))
	if len(b) < 12 {
		return
	}
	r.Uint(ahSequence, be32(b[8:]))
	if n := 4*(int(b[1])+2) - 12; n > 0 && 12+n <= len(b) {
		r.Bytes(ahICV, at+12, n)
	}
}

// Places in espLayer.
const (
	espSPI = iota
	espSequence
)

var espLayer = record.Layer{Key: "esp", Fields: []record.Field{
	espSPI:      one("esp.spi", record.Uint, "RFC 4303, 2.1", "security parameters index"),
	espSequence: one("esp.sequence", record.Uint, "RFC 4303, 2.2", "sequence number"),
}}

func (w *walk) esp(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	r.Uint(espSPI, be32(b))
	if len(b) >= 8 {
		r.Uint(espSequence, be32(b[4:]))
	}
}
