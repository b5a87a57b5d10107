package fields

import "github.com/pcappipe/pcappipe/record"

// Places in macsecLayer.
const (
	macsecTCI = iota
	macsecV
	macsecES
	macsecSC
	macsecSCB
	macsecE
	macsecC
	macsecAN
	macsecSL
	macsecPN
	macsecSystem
	macsecPort
	macsecType
	macsecICV
)

var macsecLayer = record.Layer{Key: "macsec", Fields: []record.Field{
	macsecTCI:    one("macsec.TCI", record.Uint, "IEEE 802.1AE, 9.5", "tag control information"),
	macsecV:      one("macsec.TCI.V", record.Uint, "IEEE 802.1AE, 9.5", "version"),
	macsecES:     one("macsec.TCI.ES", record.Bool, "IEEE 802.1AE, 9.5", "the source's address is the system's of the channel"),
	macsecSC:     one("macsec.TCI.SC", record.Bool, "IEEE 802.1AE, 9.5", "the channel's identifier is present"),
	macsecSCB:    one("macsec.TCI.SCB", record.Bool, "IEEE 802.1AE, 9.5", "single copy broadcast"),
	macsecE:      one("macsec.TCI.E", record.Bool, "IEEE 802.1AE, 9.5", "encrypted"),
	macsecC:      one("macsec.TCI.C", record.Bool, "IEEE 802.1AE, 9.5", "changed: what follows is not as the user gave it"),
	macsecAN:     one("macsec.AN", record.Uint, "IEEE 802.1AE, 9.6", "number of the association"),
	macsecSL:     in("bytes", one("macsec.SL", record.Uint, "IEEE 802.1AE, 9.7", "length of what is protected where it is below 48, else 0")),
	macsecPN:     one("macsec.PN", record.Uint, "IEEE 802.1AE, 9.8", "packet number"),
	macsecSystem: one("macsec.SCI.system_identifier", record.MAC, "IEEE 802.1AE, 9.9", "channel: system"),
	macsecPort:   one("macsec.SCI.port_identifier", record.Uint, "IEEE 802.1AE, 9.9", "channel: port"),
	macsecType:   one("macsec.etype", record.Uint, "IEEE 802.1AE, 9.10", "EtherType of what follows, where it is not encrypted"),
	macsecICV:    one("macsec.ICV", record.Bytes, "IEEE 802.1AE, 9.11", "integrity check value"),
}}

func (w *walk) macsec(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 6 {
		return
	}
	v := uint64(b[0])
	r.Uint(macsecTCI, v>>2)
	r.Uint(macsecV, bit(v, 7))
	r.Uint(macsecES, bit(v, 6))
	r.Uint(macsecSC, bit(v, 5))
	r.Uint(macsecSCB, bit(v, 4))
	r.Uint(macsecE, bit(v, 3))
	r.Uint(macsecC, bit(v, 2))
	r.Uint(macsecAN, v&3)
	r.Uint(macsecSL, uint64(b[1]))
	r.Uint(macsecPN, be32(b[2:]))
	n := 6
	if bit(v, 5) == 1 {
		n = 14
		if len(b) < n {
			return
		}
		r.Bytes(macsecSystem, at+6, 6)
		r.Uint(macsecPort, be16(b[12:]))
	}
	if v&0x0c == 0 && len(b) >= n+2 {
		r.Uint(macsecType, be16(b[n:]))
	}
	w.macsecCheck(at+n, int(b[1]))
}

// macsecCheck reads the integrity check value, which ends the frame, or stands
// behind the protected bytes where their length is said.
func (w *walk) macsecCheck(at, short int) {
	const size = 16
	end := w.announced - size
	if short > 0 {
		end = min(end, at+short)
	}
	if end < at {
		return
	}
	if end+size <= w.end {
		w.row.Bytes(macsecICV, end, size)
	}
	w.endAt(end)
}
