package decoder

import (
	"encoding/binary"
	encoding "encoding/hex"
	"slices"

	"github.com/pcappipe/pcappipe/frame"
)

// Frames for tests, built from the inside out.

// ethernetOf returns the record of an Ethernet frame that was captured whole.
func ethernetOf(data []byte) frame.Frame { return frameOf(1, data) }

func frameOf(link frame.LinkType, data []byte) frame.Frame {
	return frame.Frame{Len: uint32(len(data)), Wire: uint32(len(data)), Link: link}
}

func join(parts ...[]byte) []byte { return slices.Concat(parts...) }

func u16(v int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(v)) }
func u32(v int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(v)) }

func ethernetFrame(etherType int, payload []byte) []byte {
	return join([]byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}, u16(etherType), payload)
}

func vlanTag(id, etherType int, payload []byte) []byte {
	return join(u16(id), u16(etherType), payload)
}

// ip4 is from 10.0.0.1 to 10.0.0.2.
func ip4(proto int, payload []byte) []byte { return ip4Part(proto, 0, payload) }

func ip4Part(proto, fragment int, payload []byte) []byte {
	return join([]byte{0x45, 0}, u16(20+len(payload)), u16(7), u16(fragment), []byte{64, byte(proto), 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}, payload)
}

// ip6 is from fd00::1 to fd00::2.
func ip6(next int, payload []byte) []byte {
	h := join([]byte{0x60, 0, 0, 0}, u16(len(payload)), []byte{byte(next), 64}, make([]byte, 32))
	h[8], h[23], h[24], h[39] = 0xfd, 1, 0xfd, 2
	return join(h, payload)
}

func tcpSegment(src, dst, flags, payload int) []byte {
	return join(u16(src), u16(dst), u32(1000), u32(2000), []byte{0x50, byte(flags)}, u16(65535), make([]byte, 4+payload))
}

func udpDatagram(src, dst int, payload []byte) []byte {
	return join(u16(src), u16(dst), u16(8+len(payload)), u16(0), payload)
}

// inner is what tunnels carry in tests: an Ethernet frame with a UDP datagram from 10.0.0.1:1111 to 10.0.0.2:2222.
func inner() []byte { return ethernetFrame(0x0800, innerIP()) }

func innerIP() []byte { return ip4(protoUDP, udpDatagram(1111, 2222, []byte("hello"))) }

// overUDP4 is a frame whose IPv4 packet has a datagram to this port.
func overUDP4(port int, payload ...[]byte) []byte {
	return ethernetFrame(0x0800, ip4(protoUDP, udpDatagram(50000, port, join(payload...))))
}

func overIP4(proto int, payload ...[]byte) []byte {
	return ethernetFrame(0x0800, ip4(proto, join(payload...)))
}

func overIP6(next int, payload ...[]byte) []byte {
	return ethernetFrame(0x86dd, ip6(next, join(payload...)))
}

func icmpMessage(kind, code int, payload []byte) []byte {
	return join([]byte{byte(kind), byte(code)}, make([]byte, 6), payload)
}

// with returns a copy of b with one byte changed.
func with(b []byte, at int, v byte) []byte {
	b = slices.Clone(b)
	b[at] = v
	return b
}

func hex(s string) []byte {
	b, err := encoding.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}
