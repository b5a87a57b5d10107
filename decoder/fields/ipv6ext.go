package fields

import "github.com/pcappipe/pcappipe/decoder"

// ipv6Chain reads the extension headers of the IPv6 header just read.
func (w *walk) ipv6Chain() {
	self := w.next - 1
	depth := w.layers[self].Depth
	for i := w.next; i < min(len(w.layers), 64); i++ {
		l := &w.layers[i]
		switch l.Protocol {
		case decoder.HopByHop, decoder.Routing, decoder.FragmentHeader, decoder.DestOpts:
		case decoder.AH, decoder.Mobility, decoder.HIP, decoder.Shim6:
			continue
		default:
			return
		}
		if l.Depth != depth {
			return
		}
		w.ipv6Extension(l.Protocol, int(l.Start))
		w.taken |= 1 << i
		if i == w.faulty {
			w.faulty = self
		}
	}
}

// ipv6Extension reads one extension header.
func (w *walk) ipv6Extension(p decoder.Protocol, at int) {
	switch p {
	case decoder.HopByHop:
		w.ipv6OptionHeader(hopNext, hopLen, at)
	case decoder.DestOpts:
		w.ipv6OptionHeader(destNext, destLen, at)
	case decoder.Routing:
		w.ipv6Routing(at)
	case decoder.FragmentHeader:
		w.ipv6Fragment(at)
	}
}

func (w *walk) ipv6Fragment(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	v := be16(b[2:])
	r.Uint(fragNext, uint64(b[0]))
	r.Uint(fragReserved, uint64(b[1]))
	r.Uint(fragOffset, v>>3)
	r.Uint(fragReservedBits, v>>1&3)
	r.Uint(fragMore, v&1)
	if len(b) >= 8 {
		r.Uint(fragIdent, be32(b[4:]))
	}
}

// Routing types (IANA, IPv6 parameters).
const (
	routingSource  = 0
	routingMobile  = 2
	routingRPL     = 3
	routingSegment = 4
)

func (w *walk) ipv6Routing(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 4 {
		return
	}
	r.Uint(routingNext, uint64(b[0]))
	r.Uint(routingLen, uint64(b[1]))
	r.Uint(routingType, uint64(b[2]))
	r.Uint(routingLeft, uint64(b[3]))
	b = upTo(b, 8+8*int(b[1]))
	if len(b) < 8 {
		return
	}
	switch b[2] {
	case routingSource:
		r.Bytes(routingSrcReserved, at+4, 4)
		w.ipv6Addresses(routingSrcAddr, at, 8, len(b))
	case routingMobile:
		r.Bytes(routingMobileReserved, at+4, 4)
		w.ipv6Addresses(routingHome, at, 8, min(len(b), 24))
	case routingRPL:
		w.ipv6RPL(at, b)
	case routingSegment:
		r.Uint(segmentLast, uint64(b[4]))
		r.Uint(segmentFlags, uint64(b[5]))
		r.Bytes(segmentTag, at+6, 2)
		w.ipv6Addresses(segmentAddr, at, 8, min(len(b), 8+16*(int(b[4])+1)))
	default:
		r.Bytes(routingUnknown, at+4, len(b)-4)
	}
}

// ipv6Addresses writes the whole addresses between two offsets from at.
func (w *walk) ipv6Addresses(field, at, off, end int) {
	for ; off+16 <= end; off += 16 {
		w.row.Bytes(field, at+off, 16)
	}
}

// ipv6RPL reads a source route whose addresses lack a prefix that all share.
func (w *walk) ipv6RPL(at int, b []byte) {
	r, v := w.row, be32(b[4:])
	i, e, pad := 16-int(v>>28), 16-int(v>>24&15), int(v>>20&15)
	r.Uint(routingCmprI, v>>28)
	r.Uint(routingCmprE, v>>24&15)
	r.Uint(routingPad, v>>20&15)
	r.Uint(routingRPLReserved, v&0xfffff)
	end := min(8+8*int(b[1])-pad, len(b))
	off := 8
	for ; off+i+e <= end; off += i {
		r.Bytes(routingRPLAddress, at+off, i)
	}
	if off+e <= end {
		r.Bytes(routingRPLAddress, at+off, e)
	}
}
