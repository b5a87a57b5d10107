package output

import (
	"encoding/binary"
	"fmt"
)

// Formats of captures. They hold frames, and no records.
const (
	PCAP   Format = "pcap"
	PCAPNG Format = "pcapng"
)

// A Capture makes a file of frames: what it appends, one after the other, is a
// pcap with times in nanoseconds, or a pcapng of one section. Its own bytes are
// little-endian, and say nothing of the program or the machine.
type Capture struct {
	format     Format
	begun      bool
	interfaces []captureInterface
}

// A captureInterface is what frames of a pcapng share. A pcap has one.
type captureInterface struct {
	link  uint16
	early bool  // of pcapng: its times are before 1970, and count from early years
	fcs   uint8 // of pcap: bytes of frame check sequence that end its frames on the wire
}

// A CaptureError says why a frame cannot stand in a capture.
type CaptureError struct {
	Format Format
	Reason string // with what there is instead
}

func (e *CaptureError) Error() string { return string(e.Format) + ": " + e.Reason }

// NewCapture returns an empty capture of this format: PCAP or PCAPNG.
func NewCapture(f Format) *Capture { return &Capture{format: f} }

// Append adds a frame: its link type (LINKTYPE_ value), how many bytes of frame check sequence
// end it on the wire, its capture time in nanoseconds if it is timed, how many bytes it had on the
// wire, and those that were captured. Before it comes what the format has before a first frame, of the file and
// of the link type. When there is an error, nothing is added.
func (c *Capture) Append(dst []byte, link uint16, fcs uint8, nanos int64, timed bool, wire uint32, data []byte) ([]byte, error) {
	if !timed {
		nanos = 0
	}
	if most := maxCaptured(link); len(data) > most {
		return dst, &CaptureError{c.format, fmt.Sprintf("a frame of %d bytes of link type %d: readers take %d at most", len(data), link, most)}
	}
	if c.format == PCAPNG {
		return c.block(dst, link, fcs, nanos, timed, wire, data), nil
	}
	return c.record(dst, captureInterface{link: link, fcs: fcs}, nanos, wire, data)
}

// maxCaptured returns the most bytes that readers take for a frame of a link type.
func maxCaptured(link uint16) int {
	switch link {
	case 231, 249: // D-Bus, USBPcap
		return 128 << 20
	case 279: // EBHSCR
		return 32 << 20
	}
	return 256 << 10
}

// record adds a record of a pcap.
func (c *Capture) record(dst []byte, i captureInterface, nanos int64, wire uint32, data []byte) ([]byte, error) {
	second := nanos / 1e9
	if nanos < 0 || second >= 1<<32 {
		return dst, &CaptureError{PCAP, "holds times from 1970 to 2106; pcapng holds all"}
	}
	if !c.begun {
		c.begun, c.interfaces = true, append(c.interfaces, i)
		dst = pcapHeader(dst, i)
	} else if first := c.interfaces[0]; first.link != i.link {
		return dst, &CaptureError{PCAP, fmt.Sprintf("holds one link type, here %d, and comes upon a frame of %d; pcapng holds several", first.link, i.link)}
	} else if first.fcs != i.fcs {
		return dst, &CaptureError{PCAP, fmt.Sprintf("holds frames with one length of FCS, here %d, and comes upon one of %d; pcapng holds several", first.fcs, i.fcs)}
	}
	dst = appendWords(dst, uint32(second), uint32(nanos%1e9), uint32(len(data)), wire)
	return append(dst, data...), nil
}

// pcapHeader adds what a pcap begins with. Its last word has the link type and, where there is an FCS, a
// bit that says so and its length in units of 16 bits.
func pcapHeader(dst []byte, i captureInterface) []byte {
	const (
		magic   = 0xa1b23c4d // times are in nanoseconds
		version = 2 | 4<<16
		hasFCS  = 1 << 26
	)
	network := uint32(i.link)
	if i.fcs > 0 && i.fcs%2 == 0 { // no link has an odd one
		network |= hasFCS | uint32(i.fcs/2)<<28
	}
	return appendWords(dst, magic, version, 0, 0, uint32(maxCaptured(i.link)), network)
}

// Types of pcapng's blocks.
const (
	sectionBlock   = 0x0a0d0d0a
	interfaceBlock = 1
	simpleBlock    = 3
	enhancedBlock  = 6
)

// block adds a frame's block of a pcapng. A frame without a time is a Simple Packet Block;
// but where that cannot hold it, because it is cut, has an FCS or is not of the first
// interface, it has the time 0, as it has in a pcap.
func (c *Capture) block(dst []byte, link uint16, fcs uint8, nanos int64, timed bool, wire uint32, data []byte) []byte {
	dst, number := c.describe(dst, captureInterface{link: link, early: nanos < 0})
	if !timed && number == 0 && fcs == 0 && int(wire) == len(data) {
		dst = beginBlock(dst, simpleBlock, 4+len(data))
		return endBlock(append(appendWords(dst, wire), data...), 4+len(data))
	}
	ticks := uint64(nanos)
	if nanos < 0 {
		ticks += earlyYears * 1e9
	}
	size, options := 20+len(data), fcs > 0 && fcs < 16
	if options {
		size = (size+3)&^3 + 12
	}
	dst = beginBlock(dst, enhancedBlock, size)
	dst = append(appendWords(dst, number, uint32(ticks>>32), uint32(ticks), uint32(len(data)), wire), data...)
	if options {
		const flags = 2 // epb_flags: four bytes, of which bits 5 to 8 are the FCS's length
		dst = appendWords(fill(dst, len(data)), flags|4<<16, uint32(fcs)<<5, 0)
	}
	return endBlock(dst, size)
}

// earlyYears are the seconds before 1970 that times on an early interface count
// from: all that nanoseconds in 64 bits reach.
const earlyYears = 9_223_372_037

// describe returns the number of an interface, and adds its block, and the
// section's before that, where it is the first to be asked for.
func (c *Capture) describe(dst []byte, i captureInterface) (_ []byte, number uint32) {
	for n := range c.interfaces {
		if c.interfaces[n] == i {
			return dst, uint32(n)
		}
	}
	if !c.begun {
		c.begun = true
		const size, byteOrder, version, unknown = 16, 0x1a2b3c4d, 1, 1<<32 - 1
		dst = endBlock(appendWords(beginBlock(dst, sectionBlock, size), byteOrder, version, unknown, unknown), size)
	}
	const (
		resolution = 9  // if_tsresol: a byte, here nanoseconds
		offset     = 14 // if_tsoffset: eight, seconds that are added to times
	)
	size := 8 + 8 + 4
	if i.early {
		size += 12
	}
	dst = appendWords(beginBlock(dst, interfaceBlock, size), uint32(i.link), 0, resolution|1<<16, 9)
	if i.early {
		dst = appendWords(dst, offset|8<<16)
		dst = binary.LittleEndian.AppendUint64(dst, 1<<64-earlyYears)
	}
	dst = endBlock(appendWords(dst, 0), size) // 0 ends the options
	c.interfaces = append(c.interfaces, i)
	return dst, uint32(len(c.interfaces) - 1)
}

// beginBlock adds what a block with a body of so many bytes begins with.
func beginBlock(dst []byte, kind uint32, body int) []byte {
	return appendWords(dst, kind, blockLength(body))
}

// endBlock adds what stands behind a body of so many bytes: up to three that fill its last
// word, and the length once more.
func endBlock(dst []byte, body int) []byte {
	return appendWords(fill(dst, body), blockLength(body))
}

// fill adds the bytes that fill the last word of so many.
func fill(dst []byte, n int) []byte {
	var zeros [3]byte
	return append(dst, zeros[:-n&3]...)
}

// blockLength returns the length of a block: two words before its body and one behind it.
func blockLength(body int) uint32 { return uint32(12 + (body+3)&^3) }

// appendWords adds numbers of 32 bits.
func appendWords(dst []byte, words ...uint32) []byte {
	for _, w := range words {
		dst = binary.LittleEndian.AppendUint32(dst, w)
	}
	return dst
}
