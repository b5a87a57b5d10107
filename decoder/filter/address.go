package filter

import "encoding/binary"

// A direction says which address or port is meant.
type direction uint8

const (
	dirDefault direction = iota // either
	dirSrc
	dirDst
	dirOr
	dirAnd
	dirAddr1 // and the following: of 802.11 alone
	dirAddr2
	dirAddr3
	dirAddr4
	dirRA
	dirTA
)

// toward combines what holds for the source and for the destination.
func toward(dir direction, source, destination func() *block) *block {
	switch dir {
	case dirSrc:
		return source()
	case dirDst:
		return destination()
	case dirAnd:
		return and(source(), destination())
	}
	return or(source(), destination())
}

// hostIPv4 holds where an address, masked, is addr. protocol is ip, arp, rarp
// or empty for all three.
func hostIPv4(protocol string, dir direction, addr, mask uint32) expression {
	return func(l *layers) *block {
		in := func(ether, source, destination uint32) *block {
			at := func(off uint32) func() *block {
				return func() *block { return and(l.carries(ether), l.masked(inNet, off, 4, addr, mask)) }
			}
			return toward(dir, at(source), at(destination))
		}
		switch protocol {
		case "ip":
			return in(typeIP, 12, 16)
		case "arp":
			return in(typeARP, 14, 24)
		case "rarp":
			return in(typeRARP, 14, 24)
		}
		b := in(typeIP, 12, 16)
		if l.labels == 0 {
			b = or(b, in(typeARP, 14, 24), in(typeRARP, 14, 24))
		}
		return b
	}
}

func hostIPv6(dir direction, addr, mask [16]byte) expression {
	return func(l *layers) *block {
		at := func(off uint32) func() *block {
			return func() *block {
				b := l.carries(typeIPv6)
				for i := 0; i < 16; i += 4 {
					b = and(b, l.masked(inNet, off+uint32(i), 4,
						binary.BigEndian.Uint32(addr[i:]), binary.BigEndian.Uint32(mask[i:])))
				}
				return b
			}
		}
		return toward(dir, at(8), at(24))
	}
}

// hostDECnet looks at both lengths of header, with and without padding.
func hostDECnet(dir direction, addr uint32) expression {
	addr = addr>>8&0xff | addr<<8&0xff00 // little-endian in the packet
	return func(l *layers) *block {
		at := func(short, long uint32) func() *block {
			return func() *block {
				form := func(size uint8, flags, mask, off uint32) *block {
					return and(l.masked(inNet, 2, size, flags, mask), l.equal(inNet, off, 2, addr))
				}
				return and(l.carries(typeDECnet), or(
					form(1, 0x02, 0x07, 2+short),
					form(2, 0x8102, 0xff07, 2+1+short),
					form(1, 0x06, 0x07, 2+long),
					form(2, 0x8106, 0xff07, 2+1+long),
				))
			}
		}
		return toward(dir, at(3, 15), at(1, 7))
	}
}

// hostMAC holds where a link-layer address is addr.
func hostMAC(dir direction, addr []byte) expression {
	return func(l *layers) *block {
		if l.family() == famWLAN {
			return l.wlanHost(dir, addr)
		}
		source, destination, ok := l.addresses()
		if !ok || dir > dirAnd {
			return falseBlock
		}
		at := func(off uint32) func() *block { return func() *block { return l.same(inHeader, off, addr) } }
		return and(l.realHeader(), toward(dir, at(source), at(destination)))
	}
}

// addresses says where the header of the link layer has its addresses.
func (l *layers) addresses() (source, destination uint32, ok bool) {
	switch {
	case l.family() == famEthernet:
		return 6, 0, true
	case l.link == linkFDDI:
		return 7, 1, true
	case l.link == linkTokenRing:
		return 8, 2, true
	case l.link == linkFibreIP:
		return 10, 2, true
	}
	return 0, 0, false
}

func hostARCnet(dir direction, addr byte) expression {
	return func(l *layers) *block {
		if l.family() != famARCnet || dir > dirAnd {
			return falseBlock
		}
		at := func(off uint32) func() *block {
			return func() *block { return l.equal(inHeader, off, 1, uint32(addr)) }
		}
		return toward(dir, at(0), at(1))
	}
}

var everyone = []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// broadcast is of the link layer, or of IPv4: with no interface there is no
// netmask, so there it is the address of all zeros or all ones. nil where
// protocol has no broadcast.
func broadcast(protocol string) expression {
	switch protocol {
	case "", "link":
		return func(l *layers) *block {
			if l.family() == famARCnet {
				return l.equal(inHeader, 1, 1, 0)
			}
			return hostMAC(dirDst, everyone)(l)
		}
	case "ip":
		return func(l *layers) *block {
			return and(l.carries(typeIP), or(l.equal(inNet, 16, 4, 0), l.equal(inNet, 16, 4, all)))
		}
	}
	return nil
}

// multicast is of the link layer, of IPv4 or of IPv6.
func multicast(protocol string) expression {
	switch protocol {
	case "", "link":
		return func(l *layers) *block {
			switch l.family() {
			case famARCnet:
				return l.equal(inHeader, 1, 1, 0)
			case famWLAN:
				return l.wlanMulticast()
			}
			_, destination, ok := l.addresses()
			if !ok {
				return falseBlock
			}
			return and(l.realHeader(), l.bits(inHeader, destination, 1, 1))
		}
	case "ip":
		return func(l *layers) *block { return and(l.carries(typeIP), l.atLeast(inNet, 16, 1, 224)) }
	case "ip6":
		return func(l *layers) *block { return and(l.carries(typeIPv6), l.equal(inNet, 24, 1, 255)) }
	}
	return nil
}
