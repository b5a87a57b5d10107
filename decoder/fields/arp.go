package fields

import "github.com/pcappipe/pcappipe/record"

// Places in arpLayer.
const (
	arpHWType = iota
	arpProtoType
	arpHWSize
	arpProtoSize
	arpOpcode
	arpSrcHW
	arpSrcMAC
	arpSrcProto
	arpSrcIPv4
	arpDstHW
	arpDstMAC
	arpDstProto
	arpDstIPv4
)

var arpLayer = record.Layer{Key: "arp", Fields: []record.Field{
	arpHWType:    one("arp.hw.type", record.Uint, "RFC 826", "hardware type"),
	arpProtoType: one("arp.proto.type", record.Uint, "RFC 826", "protocol type, an EtherType"),
	arpHWSize:    in("bytes", one("arp.hw.size", record.Uint, "RFC 826", "length of a hardware address")),
	arpProtoSize: in("bytes", one("arp.proto.size", record.Uint, "RFC 826", "length of a protocol address")),
	arpOpcode:    one("arp.opcode", record.Uint, "RFC 826, RFC 903, RFC 2390", "operation"),
	arpSrcHW:     one("arp.src.hw", record.Bytes, "RFC 826", "sender's hardware address, where it is no MAC"),
	arpSrcMAC:    one("arp.src.hw_mac", record.MAC, "RFC 826", "sender's MAC"),
	arpSrcProto:  one("arp.src.proto", record.Bytes, "RFC 826", "sender's protocol address, where it is not IPv4"),
	arpSrcIPv4:   one("arp.src.proto_ipv4", record.Address, "RFC 826", "sender's IPv4 address"),
	arpDstHW:     one("arp.dst.hw", record.Bytes, "RFC 826", "target's hardware address, where it is no MAC"),
	arpDstMAC:    one("arp.dst.hw_mac", record.MAC, "RFC 826", "target's MAC"),
	arpDstProto:  one("arp.dst.proto", record.Bytes, "RFC 826", "target's protocol address, where it is not IPv4"),
	arpDstIPv4:   one("arp.dst.proto_ipv4", record.Address, "RFC 826", "target's IPv4 address"),
}}

// Hardware types (IANA, ARP parameters).
const (
	hardwareEthernet = 1
	hardwareIEEE802  = 6
	hardwareATM      = 16 // two of its types have a header of their own (RFC 2225)
	hardwareATM2225  = 19
)

func (w *walk) arp(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	hw, proto := be16(b), be16(b[2:])
	r.Uint(arpHWType, hw)
	r.Uint(arpProtoType, proto)
	if len(b) < 8 {
		return
	}
	if hw == hardwareATM || hw == hardwareATM2225 {
		r.Uint(arpOpcode, be16(b[6:]))
		return
	}
	hln, pln := int(b[4]), int(b[5])
	r.Uint(arpHWSize, uint64(hln))
	r.Uint(arpProtoSize, uint64(pln))
	r.Uint(arpOpcode, be16(b[6:]))
	hardware := [2]int{arpSrcHW, arpDstHW}
	if hln == 6 && (hw == hardwareEthernet || hw == hardwareIEEE802) {
		hardware = [2]int{arpSrcMAC, arpDstMAC}
	}
	protocol := [2]int{arpSrcProto, arpDstProto}
	if pln == 4 && proto == 0x0800 {
		protocol = [2]int{arpSrcIPv4, arpDstIPv4}
	}
	off := 8
	for i := range 2 {
		off = w.arpAddress(hardware[i], at, off, hln)
		off = w.arpAddress(protocol[i], at, off, pln)
	}
}

// arpAddress writes the n bytes at off, if there are any and all are there,
// and returns the offset behind them.
func (w *walk) arpAddress(field, at, off, n int) int {
	if n > 0 && at+off+n <= w.end {
		w.row.Bytes(field, at+off, n)
	}
	return off + n
}
