// Package capture makes captures for tests: frames from a few words, files from
// frames, and random traffic that has everything which makes flows difficult.
package capture

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
)

// A Frame is one record of a capture.
type Frame struct {
	Nanos int64
	Data  []byte
	Wire  int // bytes that it had; 0: all are in Data
}

// wire returns how many bytes the frame had.
func (f *Frame) wire() uint32 { return uint32(max(f.Wire, len(f.Data))) }

// Pcap returns a nanosecond pcap of Ethernet frames.
func Pcap(frames []Frame) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0xa1b23c4d)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = le.AppendUint32(b, 262144)
	b = le.AppendUint32(b, 1)
	for _, f := range frames {
		b = le.AppendUint32(b, uint32(f.Nanos/1e9))
		b = le.AppendUint32(b, uint32(f.Nanos%1e9))
		b = le.AppendUint32(b, uint32(len(f.Data)))
		b = le.AppendUint32(b, f.wire())
		b = append(b, f.Data...)
	}
	return b
}

// Pcapng returns a pcapng of the same frames, with nanosecond times.
func Pcapng(frames []Frame) []byte {
	le := binary.LittleEndian
	block := func(b []byte, kind uint32, body []byte) []byte {
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
		b = le.AppendUint32(b, kind)
		b = le.AppendUint32(b, uint32(12+len(body)))
		b = append(b, body...)
		return le.AppendUint32(b, uint32(12+len(body)))
	}
	section := le.AppendUint32(nil, 0x1a2b3c4d)
	section = append(section, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255)
	b := block(nil, 0x0a0d0d0a, section)
	b = block(b, 1, []byte{1, 0, 0, 0, 0, 0, 4, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0})
	for _, f := range frames {
		body := le.AppendUint32(nil, 0)
		body = le.AppendUint32(body, uint32(uint64(f.Nanos)>>32))
		body = le.AppendUint32(body, uint32(f.Nanos))
		body = le.AppendUint32(body, uint32(len(f.Data)))
		body = le.AppendUint32(body, f.wire())
		b = block(b, 6, append(body, f.Data...))
	}
	return b
}

// Ethernet puts an Ethernet header before a packet of this type.
func Ethernet(etherType uint16, packet []byte) []byte {
	b := []byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}
	return append(binary.BigEndian.AppendUint16(b, etherType), packet...)
}

// VLAN puts a tag before a packet of this type; its own type is 0x8100.
func VLAN(id, etherType uint16, packet []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, id)
	return append(binary.BigEndian.AppendUint16(b, etherType), packet...)
}

// IP puts an IP header before a payload: IPv4 or IPv6 by the addresses.
func IP(src, dst netip.Addr, proto uint8, payload []byte) []byte {
	be := binary.BigEndian
	if src.Is4() {
		b := []byte{0x45, 0}
		b = be.AppendUint16(b, uint16(20+len(payload)))
		b = append(b, 0, 1, 0, 0, 64, proto, 0, 0)
		b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
		return append(b, payload...)
	}
	b := be.AppendUint16([]byte{0x60, 0, 0, 0}, uint16(len(payload)))
	b = append(b, proto, 64)
	b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
	return append(b, payload...)
}

// EtherTypeOf returns the EtherType of an IP packet.
func EtherTypeOf(packet []byte) uint16 {
	if packet[0]>>4 == 6 {
		return 0x86dd
	}
	return 0x0800
}

// TCP returns a segment.
func TCP(sport, dport uint16, flags uint8, seq, ack uint32, payload []byte) []byte {
	be := binary.BigEndian
	b := be.AppendUint16(be.AppendUint16(nil, sport), dport)
	b = be.AppendUint32(be.AppendUint32(b, seq), ack)
	b = append(b, 0x50, flags, 0x20, 0, 0, 0, 0, 0)
	return append(b, payload...)
}

// UDP returns a datagram.
func UDP(sport, dport uint16, payload []byte) []byte {
	be := binary.BigEndian
	b := be.AppendUint16(be.AppendUint16(nil, sport), dport)
	b = be.AppendUint16(b, uint16(8+len(payload)))
	return append(append(b, 0, 0), payload...)
}

// ICMP returns an echo request or reply.
func ICMP(kind uint8, payload []byte) []byte {
	return append([]byte{kind, 0, 0, 0, 0, 1, 0, 1}, payload...)
}

// Traffic returns random traffic: a few hosts that open, use, close, reset and
// reuse TCP connections, UDP and ICMP both ways, VLANs, tunnels, fragments, frames
// that are cut or nonsense, and times that run, rest, jump and go back.
func Traffic(seed uint64, frames int) []Frame {
	r := rand.New(rand.NewPCG(seed, 2))
	host := func() netip.Addr {
		if r.IntN(5) == 0 {
			return netip.AddrFrom16([16]byte{0x20, 1, 15: byte(1 + r.IntN(3))})
		}
		return netip.AddrFrom4([4]byte{10, 0, 0, byte(1 + r.IntN(4))})
	}
	nanos := int64(1_700_000_000e9)
	var list []Frame
	for len(list) < frames {
		nanos = max(0, nanos+step(r))
		src, dst := host(), host()
		if src.Is4() != dst.Is4() {
			continue
		}
		packet := IP(src, dst, 0, nil)
		payload := make([]byte, r.IntN(60))
		ports := func() (uint16, uint16) {
			a, b := uint16(1000+r.IntN(6)), uint16(80)
			if r.IntN(2) == 0 {
				return b, a
			}
			return a, b
		}
		switch r.IntN(8) {
		case 0, 1, 2, 3:
			a, b := ports()
			flags := []uint8{2, 2, 0x12, 0x10, 0x10, 0x18, 0x11, 0x11, 4}[r.IntN(9)]
			packet = IP(src, dst, 6, TCP(a, b, flags, uint32(r.IntN(3))*1000, uint32(r.IntN(3))*1000+1, payload))
		case 4, 5:
			a, b := ports()
			packet = IP(src, dst, 17, UDP(a, b, payload))
		case 6:
			packet = IP(src, dst, 1, ICMP([]uint8{0, 8, 3}[r.IntN(3)], payload))
		case 7:
			packet = around(r, src, dst, payload)
		}
		data := Ethernet(EtherTypeOf(packet), packet)
		if r.IntN(6) == 0 {
			data = Ethernet(0x8100, VLAN(uint16(1+r.IntN(2)), EtherTypeOf(packet), packet))
		}
		switch r.IntN(40) {
		case 0:
			data = data[:r.IntN(len(data))]
		case 1:
			data = Ethernet(uint16(r.Uint32()), payload)
		}
		list = append(list, Frame{Nanos: nanos, Data: data})
	}
	return list
}

// around returns a packet with another in it, or a part of one.
func around(r *rand.Rand, src, dst netip.Addr, payload []byte) []byte {
	inner := IP(netip.AddrFrom4([4]byte{172, 16, 0, 1}), netip.AddrFrom4([4]byte{172, 16, 0, 2}), 17, UDP(53, 5353, payload))
	switch r.IntN(4) {
	case 0:
		vxlan := []byte{8, 0, 0, 0, 0, 0, byte(r.IntN(2)), 0}
		return IP(src, dst, 17, UDP(5000, 4789, append(vxlan, Ethernet(0x0800, inner)...)))
	case 1: // a fragment: the first, one between, or the last
		if !src.Is4() {
			return IP(src, dst, 44, append([]byte{17, 0, 0, byte(1 + 8*r.IntN(3)), 0, 0, 0, 7}, payload...))
		}
		packet := IP(src, dst, 17, UDP(1000, 80, payload))
		packet[6], packet[7] = byte(r.IntN(2)<<5), byte(r.IntN(3))
		return packet
	}
	return IP(src, dst, 47, append([]byte{0, 0, 8, 0}, inner...))
}

// step returns how much time goes by before the next frame.
func step(r *rand.Rand) int64 {
	const second = int64(1e9)
	switch r.IntN(60) {
	case 0:
		return 61 * second
	case 1:
		return -2 * second
	case 2:
		return []int64{301, 400, 25 * 3600, -25 * 3600, 400 * 86400, -400 * 86400}[r.IntN(6)] * second
	}
	return r.Int64N(second)
}
