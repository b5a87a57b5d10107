package decoder

import (
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/frame"
)

// A direct frame is one of Ethernet, IPv4 or IPv6, and TCP or UDP whose headers
// are whole, without tags, options of IP, fragments, tunnels and faults: four of
// five frames. Its headers stand where they always stand, so that none has to be
// read to find the next: 29 ns a frame against the walk's 50.
type direct struct {
	kind  int // which of the four
	path  path
	upper int // where the transport header stands
	ip    Layer
}

const directIP = 14

// directKinds is how many kinds of direct frames there are.
const directKinds = 4

func directly(kind int, ip Protocol, size int, transport Protocol) *direct {
	return &direct{
		kind:  kind,
		path:  path{Eth, ip, transport},
		upper: directIP + size,
		ip:    Layer{Start: directIP, Len: uint16(size), Protocol: ip},
	}
}

var (
	directTCP4 = directly(0, IP, minIPv4, TCP)
	directUDP4 = directly(1, IP, minIPv4, UDP)
	directTCP6 = directly(2, IPv6, minIPv6, TCP)
	directUDP6 = directly(3, IPv6, minIPv6, UDP)
)

// direct decodes a direct frame. It finds what the walk finds, which tests
// hold. It is false, and nothing has been done, where the frame is for the walk.
func (d *Decoder) direct(f *frame.Frame, data []byte, index uint32, r *Result) bool {
	const least = directIP + minIPv4 + sizeUDP
	if len(data) < least || f.Link != linkEthernet || f.FCS != 0 {
		return false
	}
	h := (*[least]byte)(data)
	room := max(int(f.Wire), len(data))
	const version4, version6, fragmented = 0x45, 0x6, 0x3fff
	switch kind := be.Uint32(h[12:]); {
	case kind>>8 == etherIPv4<<8|version4 && be.Uint16(h[20:])&fragmented == 0:
		end := directIP + int(be.Uint16(h[16:])) // of the IP packet, as announced
		switch {
		case end > room:
		case h[23] == protoTCP:
			return d.directTCP(directTCP4, data, end, index, r)
		case h[23] == protoUDP:
			return d.directUDP(directUDP4, data, end, index, r)
		}
	case kind>>12 == etherIPv6<<4|version6:
		end := directIP + minIPv6 + int(be.Uint16(h[18:]))
		switch {
		case end > room:
		case h[20] == protoTCP:
			return d.directTCP(directTCP6, data, end, index, r)
		case h[20] == protoUDP:
			return d.directUDP(directUDP6, data, end, index, r)
		}
	}
	return false
}

func (d *Decoder) directTCP(as *direct, data []byte, end int, index uint32, r *Result) bool {
	stop := min(end, len(data))
	if stop < as.upper+minTCP {
		return false
	}
	t := (*[minTCP]byte)(data[as.upper:])
	size := int(t[12]>>4) * 4
	if size < minTCP || as.upper+size > stop {
		return false
	}
	if d.walk.records.Flows {
		p := as.piece(protoTCP, be.Uint16(t[:]), be.Uint16(t[2:]), be.Uint16(t[12:])&0x0fff, data, end, as.upper+size, r)
		p.Frame = index
		p.Seq, p.Ack, p.Window = be.Uint32(t[4:]), be.Uint32(t[8:]), be.Uint16(t[14:])
	}
	d.directPacket(as, TCP, size, data, r)
	return true
}

func (d *Decoder) directUDP(as *direct, data []byte, end int, index uint32, r *Result) bool {
	stop := min(end, len(data))
	if stop < as.upper+sizeUDP {
		return false
	}
	u := (*[sizeUDP]byte)(data[as.upper:])
	src, dst := be.Uint16(u[:]), be.Uint16(u[2:])
	if int(be.Uint16(u[4:])) != end-as.upper || as.upper+sizeUDP < stop && mayTunnel(src, dst) {
		return false
	}
	if d.walk.records.Flows {
		as.piece(protoUDP, src, dst, 0, data, end, as.upper+sizeUDP, r).Frame = index
	}
	d.directPacket(as, UDP, sizeUDP, data, r)
	return true
}

// piece adds the piece of a direct frame, as track does.
func (as *direct) piece(proto uint8, src, dst, flags uint16, data []byte, end, payload int, r *Result) (p *flow.Piece) {
	if as.ip.Protocol == IP {
		p = addIPv4(&r.Groups, (*[8]byte)(data[directIP+12:]), proto, src, dst, 0, flags)
	} else {
		a := data[directIP+8 : directIP+minIPv6]
		var key flow.Key
		dir := key.Set(flow.IPv6, proto, a[:16], a[16:], src, dst, 0)
		p = r.Groups.Add(&key, key.Hash(), flags)
		p.Dir = dir
	}
	p.IPLen, p.Offset, p.Length = uint32(end-directIP), uint32(payload), uint32(end-payload)
	p.Marks, p.Header = flow.HasTransport, uint8(payload-as.upper)
	if end > len(data) {
		p.Marks |= flow.Cut
	}
	return p
}

// directPacket adds the packet of a direct frame, and its layers.
func (d *Decoder) directPacket(as *direct, transport Protocol, size int, data []byte, r *Result) {
	first := uint32(len(r.Layers))
	if d.walk.records.Layers {
		r.Layers = append(r.Layers, Layer{Len: directIP, Protocol: Eth}, as.ip,
			Layer{Start: uint32(as.upper), Len: uint16(size), Protocol: transport})
	}
	p := r.packet()
	p.Fault = Fault{}
	p.First, p.Count, p.Status = first, 3, Decoded
	p.Stack = d.stacks.countDirect(as, r, len(data))
}
