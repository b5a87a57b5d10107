package capfile

import (
	"encoding/binary"
	"math/bits"

	"github.com/pcappipe/pcappipe/frame"
)

// Magic numbers of pcap, as read in little-endian order from a little-endian file.
const (
	magicMicro    = 0xa1b2c3d4
	magicNano     = 0xa1b23c4d
	magicModified = 0xa1b2cd34 // the patches of 1999-09-15 and 1999-10-29: longer record headers
	magicIxiaHW   = 0x1c0001ac // nanoseconds, and four bytes more in the file header
	magicIxiaSW   = 0x1c0001ab // the same with microseconds
)

const (
	pcapHeader   = 24 // bytes of the file header
	recordHeader = 16 // bytes of a record header, in the standard variant
)

// The largest captured length that a record may announce, by link type, as
// wiretap has it: what announces more is damage.
const (
	maxCaptured     = 256 << 10
	maxCapturedDBus = 128 << 20
	maxCapturedEBHS = 32 << 20
)

// maxLength returns the largest captured length of a link type.
func maxLength(link frame.LinkType) uint32 {
	switch link {
	case 231, 249: // D-Bus, USBPcap
		return maxCapturedDBus
	case 279: // EBHSCR
		return maxCapturedEBHS
	}
	return maxCaptured
}

// A swap says which of a record's two lengths comes first. Version 2.3 put the
// captured length first; some files of version 2.3 itself were written before.
type swap uint8

const (
	inOrder swap = iota
	swapped
	perhapsSwapped // where the captured length would be the greater one
)

// A classic is what a pcap file's header says. It does not change.
type classic struct {
	big       bool
	undecided bool  // the magic number leaves open which variant it is
	modified  bool  // it has the modified magic number
	header    int   // bytes of a record header
	pad       int   // bytes between a record's header and its frame (AIX, FDDI)
	start     int   // bytes of the file header
	scale     int64 // nanoseconds per unit of a record's fraction of a second
	lengths   swap
	link      frame.LinkType
	fcs       uint8
	max       uint32 // the largest captured length whose bytes are kept
	most      uint32 // the largest that a record can have
	snap      uint32
}

// parsePcap reads the header of a pcap file. There are at least 24 bytes of it.
// A field that cannot be accepted is named.
func parsePcap(b []byte) (c *classic, field string, err error) {
	c = &classic{header: recordHeader, start: pcapHeader, scale: 1000}
	order := binary.ByteOrder(binary.LittleEndian)
	magic := order.Uint32(b)
	if !pcapMagic(magic) {
		order, c.big = binary.BigEndian, true
		magic = order.Uint32(b)
	}
	switch magic {
	case magicMicro:
		c.undecided = true
	case magicNano:
		c.scale = 1
	case magicModified:
		c.undecided, c.modified, c.header = true, true, 24
	case magicIxiaHW:
		c.scale, c.start = 1, pcapHeader+4
	case magicIxiaSW:
		c.start = pcapHeader + 4
	default:
		return nil, "magic number", ErrMagic
	}
	major, minor := order.Uint16(b[4:]), order.Uint16(b[6:])
	c.snap = order.Uint32(b[16:])
	network := order.Uint32(b[20:])
	switch {
	case major < 2:
		return nil, "version", ErrVersion
	case major == 2 && minor < 3, major == 543: // DG/UX writes 543.0
		c.lengths, c.undecided = swapped, false
	case major == 2 && minor == 3:
		c.lengths, c.undecided = perhapsSwapped, false
	}
	if magic == magicMicro && major == 2 && minor == 2 {
		network = c.aix(network)
	}
	if network&0x03ff0000 != 0 {
		return nil, "link type", ErrMagic
	}
	c.link = frame.LinkType(network)
	if network&0x04000000 != 0 {
		c.fcs = uint8(network >> 28 * 2) // the field counts 16-bit units
	}
	c.most = maxLength(c.link)
	c.max = min(c.most, largest)
	return c, "", nil
}

// aix recognises files of AIX, which have interface types (RFC 1573) for link
// types, nanoseconds, and three bytes before an FDDI frame. It returns the link type.
func (c *classic) aix(network uint32) uint32 {
	switch network {
	case 6:
		network = 1 // Ethernet
	case 9:
		network = 6 // Token Ring
	case 15:
		network, c.pad = 10, 3 // FDDI
	case 24:
		network = 0 // loopback
	default:
		return network
	}
	c.scale = 1
	return network
}

func pcapMagic(magic uint32) bool {
	switch magic {
	case magicMicro, magicNano, magicModified, magicIxiaHW, magicIxiaSW:
		return true
	}
	return false
}

// slice finds the records that begin in p.Bytes[at:stop].
func (c *classic) slice(p *Piece, at, stop int) halt {
	b, frames := p.Bytes, p.Frames
	plain := c.lengths == inOrder && c.pad == 0
	end := halt{}
	for at < stop {
		if len(b)-at < c.header {
			end = halt{need: c.header, field: "record header"}
			break
		}
		h := b[at : at+recordHeader : at+recordHeader]
		seconds := binary.LittleEndian.Uint32(h)
		fraction := binary.LittleEndian.Uint32(h[4:])
		captured := binary.LittleEndian.Uint32(h[8:])
		wire := binary.LittleEndian.Uint32(h[12:])
		if c.big {
			seconds, fraction = bits.ReverseBytes32(seconds), bits.ReverseBytes32(fraction)
			captured, wire = bits.ReverseBytes32(captured), bits.ReverseBytes32(wire)
		}
		start, skip := at+c.header, uint32(0)
		if !plain {
			if c.lengths == swapped || c.lengths == perhapsSwapped && captured > wire {
				captured, wire = wire, captured
			}
			skip = min(uint32(c.pad), captured)
		}
		if captured > c.max {
			end = c.beyond(captured)
			break
		}
		next := start + int(captured)
		if next > len(b) {
			end = halt{need: next - at, field: "packet data"}
			break
		}
		n := len(frames)
		if n == cap(frames) {
			frames = append(frames, frame.Frame{})
		}
		frames = frames[:n+1]
		f := &frames[n] // made where it stays: a copy would have to wait for these stores
		f.Nanos = int64(seconds)*1e9 + int64(fraction)*c.scale
		f.Record, f.Start = uint32(at), uint32(start)+skip
		f.Len, f.Wire = captured-skip, wire-min(skip, wire)
		f.Interface, f.Link, f.FCS, f.Flags = 0, c.link, c.fcs, 0
		at = next
	}
	p.Frames = frames
	end.at = at
	return end
}

// beyond says what is to be done with a record of more bytes than are kept.
func (c *classic) beyond(captured uint32) halt {
	if captured > c.most {
		return halt{field: "captured length", err: ErrLength}
	}
	return halt{pass: c.header + int(captured), field: "packet data", err: ErrLarge}
}
