package fields

import "github.com/pcappipe/pcappipe/record"

// Places in islLayer.
const (
	islDestination = iota
	islType
	islUserEthernet
	islUser
	islSource
	islLength
	islDSAP
	islSSAP
	islControl
	islHSA
	islVLAN
	islBPDU
	islIndex
	islReserved
)

const islSpec = "Cisco, Inter-Switch Link and IEEE 802.1Q Frame Format"

var islLayer = record.Layer{Key: "isl", Fields: []record.Field{
	islDestination:  one("isl.dst", record.MAC, islSpec, "destination, a group of switches; its last byte is type and user"),
	islType:         one("isl.type", record.Uint, islSpec, "what is carried: 0 is Ethernet"),
	islUserEthernet: one("isl.user_eth", record.Uint, islSpec, "priority of an Ethernet frame"),
	islUser:         one("isl.user", record.Uint, islSpec, "user field of any other"),
	islSource:       one("isl.src", record.MAC, islSpec, "source"),
	islLength:       in("bytes", one("isl.len", record.Uint, islSpec, "length, of what follows it but for the check sequence")),
	islDSAP:         one("isl.dsap", record.Uint, islSpec, "destination service access point, aa"),
	islSSAP:         one("isl.ssap", record.Uint, islSpec, "source service access point, aa"),
	islControl:      one("isl.control", record.Uint, islSpec, "control, 3"),
	islHSA:          one("isl.hsa", record.Uint, islSpec, "upper half of the source's address"),
	islVLAN:         one("isl.vlan_id", record.Uint, islSpec, "VLAN"),
	islBPDU:         one("isl.bpdu", record.Bool, islSpec, "carries a bridge's or a switch's own message"),
	islIndex:        one("isl.index", record.Uint, islSpec, "port that it came in by"),
	islReserved:     one("isl.reserved", record.Uint, islSpec, "reserved"),
}}

func (w *walk) isl(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 26 {
		return
	}
	v := uint64(b[5])
	r.Bytes(islDestination, at, 6)
	r.Uint(islType, v>>4)
	if v>>4 == 0 {
		r.Uint(islUserEthernet, v&3)
	} else {
		r.Uint(islUser, v&15)
	}
	r.Bytes(islSource, at+6, 6)
	length := be16(b[12:])
	r.Uint(islLength, length)
	r.Uint(islDSAP, uint64(b[14]))
	r.Uint(islSSAP, uint64(b[15]))
	r.Uint(islControl, uint64(b[16]))
	r.Uint(islHSA, be24(b[17:]))
	r.Uint(islVLAN, be16(b[20:])>>1)
	r.Uint(islBPDU, be16(b[20:])&1)
	r.Uint(islIndex, be16(b[22:]))
	r.Uint(islReserved, be16(b[24:]))
	w.endAt(at + max(26, 14+int(length)))
}
