package capture

import (
	"encoding/binary"
	"math/rand/v2"
)

// A part is what one fragment carries of an IP packet's payload.
type part struct {
	offset  int
	payload []byte
	more    bool
}

// A fragmenter cuts IP packets up. Each has an identification of its own.
type fragmenter struct {
	r  *rand.Rand
	id uint32
}

// parts cuts a payload at multiples of 8, into twenty at most.
func (f *fragmenter) parts(payload []byte) (list []part) {
	size := 8 * (1 + len(payload)/160 + f.r.IntN(1+len(payload)/10))
	for at := 0; at < len(payload); at += size {
		end := min(at+size, len(payload))
		list = append(list, part{at, payload[at:end], end < len(payload)})
	}
	f.id++
	return list
}

// fragment returns the fragment of an IP packet that carries a part of its
// payload. A packet that is an IPv4 fragment itself is cut once more, as a router does.
func (f *fragmenter) fragment(packet []byte, p part) []byte {
	be := binary.BigEndian
	if packet[0]>>4 == 6 {
		b := append([]byte(nil), packet[:40]...)
		be.PutUint16(b[4:], uint16(8+len(p.payload)))
		b[6] = 44
		field := uint16(p.offset)
		if p.more {
			field |= 1
		}
		b = be.AppendUint16(append(b, packet[6], 0), field)
		return append(be.AppendUint32(b, f.id), p.payload...)
	}
	const more, offsets = 0x2000, 0x1fff
	b := append([]byte(nil), packet[:20]...)
	be.PutUint16(b[2:], uint16(20+len(p.payload)))
	was := be.Uint16(b[6:])
	field := was&more | (was&offsets+uint16(p.offset/8))&offsets
	if p.more {
		field |= more
	}
	if was&(more|offsets) == 0 {
		be.PutUint16(b[4:], uint16(f.id))
	}
	be.PutUint16(b[6:], field)
	return append(b, p.payload...)
}

// whole says whether a packet can be cut up and put together to what it was.
func whole(packet []byte) bool { return packet[0]>>4 == 4 || packet[6] != 44 }

// payloadOf returns what stands behind the IP header.
func payloadOf(packet []byte) []byte {
	if packet[0]>>4 == 6 {
		return packet[40:]
	}
	return packet[20:]
}

// cut returns the fragments of a packet, all of them, in any order.
func (f *fragmenter) cut(packet []byte) (list [][]byte) {
	if !whole(packet) {
		return [][]byte{packet}
	}
	for _, p := range f.parts(payloadOf(packet)) {
		list = append(list, f.fragment(packet, p))
	}
	switch f.r.IntN(3) {
	case 0:
		f.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	case 1: // the last comes first, as Linux sends them
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
	}
	return list
}

// spoil returns fragments of a packet that may come twice, overlap, contradict
// each other, reach too far, or be too few.
func (f *fragmenter) spoil(packet []byte) (list [][]byte) {
	r := f.r
	payload := payloadOf(packet)
	parts := f.parts(payload)
	for range r.IntN(4) {
		p := parts[r.IntN(len(parts))]
		switch r.IntN(9) {
		case 0: // once more
		case 1: // other bytes in its place
			p.payload = inverted(p.payload)
		case 2, 3: // a part that lies across others, of the same bytes or of others
			p.offset = 8 * r.IntN(1+min(p.offset, len(payload))/8)
			p.payload, p.more = payload[p.offset:p.offset+r.IntN(1+len(payload)-p.offset)], true
			if r.IntN(2) == 0 {
				p.payload = inverted(p.payload)
			}
		case 4: // another end
			p.offset, p.more = p.offset+8*r.IntN(3), false
		case 5: // bytes behind the end
			p.offset += 8 * r.IntN(40)
		case 6: // as far as an offset can say, and with it past 65,535
			p.offset, p.more = 65528, r.IntN(2) == 0
		case 7: // nothing at all
			p.payload = nil
		case 8: // the whole, which is no fragment
			p.offset, p.payload, p.more = 0, payload, false
		}
		parts = append(parts, p)
	}
	if r.IntN(2) == 0 {
		i := r.IntN(len(parts))
		parts = append(parts[:i], parts[i+1:]...)
	}
	if r.IntN(2) == 0 {
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	}
	for _, p := range parts {
		list = append(list, f.fragment(packet, p))
	}
	return list
}

// inverted returns other bytes, each of them.
func inverted(b []byte) []byte {
	other := make([]byte, len(b))
	for i := range b {
		other[i] = ^b[i]
	}
	return other
}

// death returns fragments, in order, that together are larger than a packet can be.
func (f *fragmenter) death(packet []byte) (list [][]byte) {
	const size = 8 << 10
	f.id++
	payload := append(append([]byte(nil), payloadOf(packet)...), make([]byte, size)...)[:size]
	for at := 0; at < 64<<10; at += size {
		n := min(size, 65528-at)
		list = append(list, f.fragment(packet, part{at, payload[:n], true}))
	}
	return append(list, f.fragment(packet, part{65528, payload[:8+f.r.IntN(1000)], false}))
}
