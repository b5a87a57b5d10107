package capfile

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/pcappipe/pcappipe/frame"
)

// Block types of pcapng.
const (
	blockSection    = 0x0a0d0d0a // the same in both byte orders
	blockInterface  = 1
	blockPacket     = 2 // obsolete
	blockSimple     = 3
	blockNames      = 4
	blockStatistics = 5
	blockEnhanced   = 6
	blockSecrets    = 10

	byteOrderMagic = 0x1a2b3c4d
)

// Bytes of a block without its options and packet, both lengths included.
const (
	minBlock      = 12
	minSection    = 28
	minInterface  = 20
	minEnhanced   = 32
	minPacket     = 32
	minSimple     = 16
	minStatistics = 24
)

// maxBlock is the largest block: one with the largest packet and 128 KiB of
// options, as wiretap has it. largestBlock is the largest that is kept.
const (
	maxBlock     = minEnhanced + maxCapturedDBus + 128<<10
	largestBlock = minEnhanced + largest + 128<<10
)

// maxInterfaces is how many interfaces a section may have: a table is copied
// for each piece in which it grows.
const maxInterfaces = 1 << 16

// A section is what blocks of a pcapng file mean at one place: their byte order
// and the interfaces described so far. It does not change once it is in a place.
type section struct {
	big        bool
	interfaces []iface
}

func (s *section) equal(t *section) bool {
	if s == t {
		return true
	}
	if s == nil || t == nil || s.big != t.big || len(s.interfaces) != len(t.interfaces) {
		return false
	}
	for i := range s.interfaces {
		if s.interfaces[i] != t.interfaces[i] {
			return false
		}
	}
	return true
}

// An iface is what a packet's block needs to know of its interface.
type iface struct {
	clock clock
	snap  uint32
	max   uint32
	link  frame.LinkType
	fcs   uint8
}

// A blocks slices pcapng blocks. It holds the section in force, and is made
// anew for each run.
type blocks struct {
	p   *Piece
	sec *section
	own bool // sec belongs to this run, and may grow
}

// slicePcapng finds the blocks that begin in p.Bytes[at:stop]. It returns the
// section that is in force where it stopped.
func slicePcapng(p *Piece, at, stop int, sec *section) (halt, *section) {
	s := blocks{p: p, sec: sec}
	b := p.Bytes
	for at < stop {
		if len(b)-at < minBlock {
			return halt{at: at, need: minBlock, field: "block header"}, s.sec
		}
		kind := binary.LittleEndian.Uint32(b[at:])
		total := binary.LittleEndian.Uint32(b[at+4:])
		big := s.sec != nil && s.sec.big
		switch {
		case kind == blockSection:
			switch binary.LittleEndian.Uint32(b[at+8:]) {
			case byteOrderMagic:
				big = false
			case 0x4d3c2b1a:
				big = true
			default:
				return halt{at: at, field: "byte-order magic", err: ErrMagic}, s.sec
			}
		case s.sec == nil:
			return halt{at: at, field: "block type", err: ErrMagic}, s.sec
		}
		if big {
			kind, total = bits.ReverseBytes32(kind), bits.ReverseBytes32(total)
		}
		if total > maxBlock || total < minBlock-3 {
			return halt{at: at, field: "block total length", err: ErrLength}, s.sec
		}
		total = (total + 3) &^ 3 // some writers leave the padding out of the length
		next := at + int(total)
		if total > largestBlock || total > guess && next > len(b) && next > stop && frameless(kind) {
			return s.beyond(at, kind, int(total)), s.sec
		}
		if next > len(b) {
			return halt{at: at, need: int(total), field: "block body"}, s.sec
		}
		var field string
		var err error
		switch kind {
		case blockEnhanced:
			field, err = s.enhanced(at, next)
		case blockSection:
			field, err = s.section(b[at:next], big)
		case blockInterface:
			field, err = s.describe(b[at:next])
		case blockSimple:
			field, err = s.simple(at, next)
		case blockPacket:
			field, err = s.packet(at, next)
		case blockStatistics:
			field, err = s.statistics(b[at:next])
		case blockNames, blockSecrets:
		default:
			p.Skipped++
		}
		if err == nil && s.trailer(b[next-4:next]) != total {
			field, err = "trailing block total length", ErrMismatch
		}
		if err != nil {
			s.undo(at)
			if err == ErrLarge {
				return halt{at: at, pass: int(total), field: field, err: err}, s.sec
			}
			return halt{at: at, field: field, err: err}, s.sec
		}
		at = next
	}
	return halt{at: at}, s.sec
}

// frameless says that a block has no frame and nothing that others depend on:
// only its lengths are looked at.
func frameless(kind uint32) bool {
	switch kind {
	case blockSection, blockInterface, blockPacket, blockSimple, blockStatistics, blockEnhanced:
		return false
	}
	return true
}

// beyond says what is to be done with a block that is too large to be kept, or need
// not be. What would describe so much describes nothing.
func (s *blocks) beyond(at int, kind uint32, total int) halt {
	h := halt{at: at, pass: total, field: "block body"}
	switch kind {
	case blockEnhanced, blockSimple, blockPacket:
		h.err = ErrLarge
	case blockSection, blockInterface, blockStatistics:
		return halt{at: at, field: "block total length", err: ErrLength}
	case blockNames, blockSecrets:
	default:
		h.count = true
	}
	return h
}

// ends says whether a block of so many bytes can end with these four.
func (s *section) ends(trailer []byte, total int) bool {
	return int(s.order(binary.LittleEndian.Uint32(trailer))+3)&^3 == total
}

// trailer returns the length that ends a block, padded as the one that begins it.
func (s *blocks) trailer(b []byte) uint32 { return (s.uint32(b) + 3) &^ 3 }

// undo takes back the frame of the block at an offset, which turned out to be damaged.
func (s *blocks) undo(at int) {
	frames := s.p.Frames
	if n := len(frames); n > 0 && frames[n-1].Record == uint32(at) {
		s.p.Frames = frames[:n-1]
	}
}

func (s *blocks) uint32(b []byte) uint32 {
	v := binary.LittleEndian.Uint32(b)
	if s.sec.big {
		v = bits.ReverseBytes32(v)
	}
	return v
}

func (s *blocks) uint16(b []byte) uint16 {
	v := binary.LittleEndian.Uint16(b)
	if s.sec.big {
		v = bits.ReverseBytes16(v)
	}
	return v
}

func (s *blocks) uint64(b []byte) uint64 {
	v := binary.LittleEndian.Uint64(b)
	if s.sec.big {
		v = bits.ReverseBytes64(v)
	}
	return v
}

// enhanced adds the frame of an Enhanced Packet Block.
func (s *blocks) enhanced(at, next int) (field string, err error) {
	b := s.p.Bytes[at:next]
	if len(b) < minEnhanced {
		return "block total length", ErrLength
	}
	return s.add(at, next, s.uint32(b[8:]), s.uint32(b[12:]), s.uint32(b[16:]), s.uint32(b[20:]), s.uint32(b[24:]))
}

// packet adds the frame of an obsolete Packet Block: the same with a shorter
// interface number, and a count of drops.
func (s *blocks) packet(at, next int) (field string, err error) {
	b := s.p.Bytes[at:next]
	if len(b) < minPacket {
		return "block total length", ErrLength
	}
	return s.add(at, next, uint32(s.uint16(b[8:])), s.uint32(b[12:]), s.uint32(b[16:]), s.uint32(b[20:]), s.uint32(b[24:]))
}

// add adds the frame of a block with a time. Its packet begins after 28 bytes.
func (s *blocks) add(at, next int, number, high, low, captured, wire uint32) (field string, err error) {
	const start = 28
	if number >= uint32(len(s.sec.interfaces)) {
		return "interface ID", ErrInterface
	}
	i := &s.sec.interfaces[number]
	if captured > i.max {
		return "captured packet length", ErrLength
	}
	if captured > largest {
		return "captured packet length", ErrLarge
	}
	options := at + start + int(captured+3)&^3
	if options > next-4 {
		return "captured packet length", ErrLength
	}
	f := frame.Frame{
		Nanos:     i.clock.nanos(uint64(high)<<32 | uint64(low)),
		Record:    uint32(at),
		Start:     uint32(at + start),
		Len:       captured,
		Wire:      wire,
		Interface: number,
		Link:      i.link,
		FCS:       i.fcs,
	}
	if f.Nanos == math.MaxInt64 || f.Nanos == math.MinInt64 {
		f.Nanos, f.Flags = 0, f.Flags|frame.Timeless
	}
	if options < next-4 {
		if field, err = s.packetOptions(s.p.Bytes[options:next-4], &f); err != nil {
			return field, err
		}
	}
	s.p.Frames = append(s.p.Frames, f)
	return "", nil
}

// simple adds the frame of a Simple Packet Block: of the first interface,
// without a time, and cut at the interface's snap length.
func (s *blocks) simple(at, next int) (field string, err error) {
	const start = 12
	if next-at < minSimple {
		return "block total length", ErrLength
	}
	if len(s.sec.interfaces) == 0 {
		return "interface ID", ErrInterface
	}
	i := &s.sec.interfaces[0]
	wire := s.uint32(s.p.Bytes[at+8:])
	captured := wire
	if i.snap != 0 {
		captured = min(captured, i.snap)
	}
	if captured > i.max || at+start+int(captured+3)&^3 > next-4 {
		return "original packet length", ErrLength
	}
	if captured > largest {
		return "original packet length", ErrLarge
	}
	s.p.Frames = append(s.p.Frames, frame.Frame{
		Record: uint32(at),
		Start:  uint32(at + start),
		Len:    captured,
		Wire:   wire,
		Link:   i.link,
		FCS:    i.fcs,
		Flags:  frame.Timeless,
	})
	return "", nil
}
