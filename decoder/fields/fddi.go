package fields

import (
	"math/bits"

	"github.com/pcappipe/pcappipe/record"
)

// Places in fddiLayer.
const (
	fddiControl = iota
	fddiClass
	fddiPriority
	fddiSMT
	fddiMAC
	fddiDestination
	fddiSource
)

var fddiLayer = record.Layer{Key: "fddi", Fields: []record.Field{
	fddiControl:     one("fddi.fc", record.Uint, "ISO 9314-2, 7.3.3", "frame control"),
	fddiClass:       one("fddi.fc.clf", record.Uint, "ISO 9314-2, 7.3.3", "class, address length and format"),
	fddiPriority:    one("fddi.fc.prio", record.Uint, "ISO 9314-2, 7.3.3.5", "priority of a frame of data"),
	fddiSMT:         one("fddi.fc.smt_subtype", record.Uint, "ISO 9314-2, 7.3.3.4", "kind of station management"),
	fddiMAC:         one("fddi.fc.mac_subtype", record.Uint, "ISO 9314-2, 7.3.3.3", "kind of MAC frame"),
	fddiDestination: one("fddi.dst", record.MAC, "ISO 9314-2, 7.3.4", "destination, with the bits of each byte in the order of Ethernet"),
	fddiSource:      one("fddi.src", record.MAC, "ISO 9314-2, 7.3.4", "source, with the bits of each byte in the order of Ethernet"),
}}

func (w *walk) fddi(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 1 {
		return
	}
	const restricted, reserved = 0xc0, 0x08
	v := uint64(b[0])
	r.Uint(fddiControl, v)
	r.Uint(fddiClass, v>>4)
	switch {
	case v>>4 == 0x4:
		r.Uint(fddiSMT, v&15)
	case v>>4 == 0xc && v != restricted:
		r.Uint(fddiMAC, v&15)
	case v>>4 == 0x5 && v&reserved == 0:
		r.Uint(fddiPriority, v&7)
	}
	if len(b) >= 7 {
		w.reversed(fddiDestination, b[1:7])
	}
	if len(b) >= 13 {
		w.reversed(fddiSource, b[7:13])
	}
}

// reversed writes an address whose bytes have their bits the other way round.
func (w *walk) reversed(field int, b []byte) {
	var address [6]byte
	for i, v := range b {
		address[i] = bits.Reverse8(v)
	}
	w.row.Own(field, address[:])
}
