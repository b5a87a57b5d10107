package fields

import "github.com/pcappipe/pcappipe/record"

// Places in avspLayer.
const (
	avspSubtype = iota
	avspVersion
	avspSeconds
	avspNanos
	avspShortSeconds
	avspShortNanos
	avspType
)

const avspSpec = "Arista, Timestamping on the 7280E/R"

var avspLayer = record.Layer{Key: "avsp", Fields: []record.Field{
	avspSubtype:      one("avsp.sub_type", record.Uint, avspSpec, "what the header is: 1 is a time stamp"),
	avspVersion:      one("avsp.ver", record.Uint, avspSpec, "which clock, and how long the stamp is"),
	avspSeconds:      in("seconds", one("avsp.64sec", record.Uint, avspSpec, "stamp of 64 bits: seconds")),
	avspNanos:        in("nanoseconds", one("avsp.64ns", record.Uint, avspSpec, "stamp of 64 bits: nanoseconds")),
	avspShortSeconds: in("seconds", one("avsp.48sec", record.Uint, avspSpec, "stamp of 48 bits: seconds")),
	avspShortNanos:   in("nanoseconds", one("avsp.48ns", record.Uint, avspSpec, "stamp of 48 bits: nanoseconds")),
	avspType:         one("avsp.etype", record.Uint, avspSpec, "EtherType of what follows"),
}}

func (w *walk) avsp(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	r.Uint(avspSubtype, be16(b))
	r.Uint(avspVersion, be16(b[2:]))
	const whole, short, transmit = 0x10, 0x20, 0x100
	version := be16(b[2:]) &^ transmit
	switch {
	case be16(b) != 1:
	case version == whole && len(b) >= 14:
		r.Uint(avspSeconds, be32(b[4:]))
		r.Uint(avspNanos, be32(b[8:]))
		r.Uint(avspType, be16(b[12:]))
	case version == short && len(b) >= 12:
		r.Uint(avspShortSeconds, be16(b[4:]))
		r.Uint(avspShortNanos, be32(b[6:]))
		r.Uint(avspType, be16(b[10:]))
	}
}
