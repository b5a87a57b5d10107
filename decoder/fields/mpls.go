package fields

import "github.com/pcappipe/pcappipe/record"

// Places in mplsLayer.
const (
	mplsLabel = iota
	mplsExp
	mplsBottom
	mplsTTL
)

var mplsLayer = record.Layer{Key: "mpls", Repeats: true, Fields: []record.Field{
	mplsLabel:  one("mpls.label", record.Uint, "RFC 3032, 2.1", "label"),
	mplsExp:    one("mpls.exp", record.Uint, "RFC 3032, 2.1; RFC 5462", "experimental bits, now the traffic class"),
	mplsBottom: one("mpls.bottom", record.Uint, "RFC 3032, 2.1", "bottom of stack"),
	mplsTTL:    one("mpls.ttl", record.Uint, "RFC 3032, 2.1", "time to live"),
}}

// mpls reads one entry of a label stack.
func (w *walk) mpls(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	v := be32(b)
	r.Uint(mplsLabel, v>>12)
	r.Uint(mplsExp, v>>9&7)
	r.Uint(mplsBottom, bit(v, 8))
	r.Uint(mplsTTL, v&0xff)
}

// Places in pwethLayer.
const pwethSequence = 0

var pwethLayer = record.Layer{Key: "pweth", Fields: []record.Field{
	pwethSequence: one("pweth.cw.sequence_number", record.Uint, "RFC 4448, 4.6", "control word: sequence number"),
}}

func (w *walk) pweth(at int) {
	if b := w.from(at); len(b) >= 4 {
		w.row.Uint(pwethSequence, be16(b[2:]))
	}
}

// Places in pwachLayer.
const (
	pwachVersion = iota
	pwachReserved
	pwachChannel
)

var pwachLayer = record.Layer{Key: "pwach", Fields: []record.Field{
	pwachVersion:  one("pwach.ver", record.Uint, "RFC 4385, 5", "version of the associated channel"),
	pwachReserved: one("pwach.res", record.Uint, "RFC 4385, 5", "reserved"),
	pwachChannel:  one("pwach.channel_type", record.Uint, "RFC 4385, 5", "type of the associated channel"),
}}

func (w *walk) pwach(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	r.Uint(pwachVersion, uint64(b[0]&15))
	r.Uint(pwachReserved, uint64(b[1]))
	r.Uint(pwachChannel, be16(b[2:]))
}
