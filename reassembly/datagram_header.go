package reassembly

import "encoding/binary"

// restore makes the header that of a whole packet with so many bytes of payload
// behind it.
func (g *Datagram) restore() {
	header := g.bytes[g.room-g.header : g.room]
	switch {
	case g.Key.Version == 4 && len(header) >= 20:
		restoreIPv4(header, len(header)+int(g.covered))
	case g.Key.Version == 6 && len(header) >= 40:
		restoreIPv6(header, len(header)-40+int(g.covered))
		if int(g.nextAt) < len(header) {
			header[g.nextAt] = g.Next
		}
	}
}

// restoreIPv4 writes the total length (0 where it takes more than 16 bits, as
// hosts do that leave the cutting to their network card), takes "more fragments" and
// the offset away, and changes the checksum by what that makes (RFC 1624): what was
// right stays right and what was wrong stays wrong.
func restoreIPv4(header []byte, total int) {
	be := binary.BigEndian
	length, fragment := be.Uint16(header[2:]), be.Uint16(header[6:])
	be.PutUint16(header[2:], fits16(total))
	be.PutUint16(header[6:], fragment&0xc000)
	sum := uint32(^be.Uint16(header[10:])) +
		uint32(^length) + uint32(be.Uint16(header[2:])) +
		uint32(^fragment) + uint32(be.Uint16(header[6:]))
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	be.PutUint16(header[10:], ^uint16(sum))
}

// restoreIPv6 writes the payload length, which has the extension headers in it;
// 0, as a jumbogram's (RFC 2675), where it takes more than 16 bits.
func restoreIPv6(header []byte, payload int) {
	binary.BigEndian.PutUint16(header[4:], fits16(payload))
}

func fits16(n int) uint16 {
	if n > 0xffff {
		return 0
	}
	return uint16(n)
}
