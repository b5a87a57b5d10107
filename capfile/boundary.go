package capfile

import (
	"encoding/binary"
	"math/bits"
)

// links is how many record headers in a row make a boundary plausible. Data that
// looks like so many of them is a capture in a payload; Verify sees to that.
const links = 4

// boundary returns the first offset in b at which records seem to begin; -1: none.
func (f *format) boundary(b []byte, base int64, sec *section) int {
	if f.classic != nil {
		return f.classic.boundary(b)
	}
	if sec == nil {
		return -1
	}
	return sec.boundary(b, base)
}

// boundary finds a chain of records whose lengths lead from one to the next,
// with fractions below 1e9 (some writers put nanoseconds under the magic number
// of microseconds) and times that lie within a day of each other.
func (c *classic) boundary(b []byte) int {
	for at := 0; at+recordHeader <= len(b); at++ {
		// Most offsets are ruled out by one of the two lengths.
		captured := binary.LittleEndian.Uint32(b[at+8 : at+12])
		wire := binary.LittleEndian.Uint32(b[at+12 : at+16])
		if c.big {
			captured, wire = bits.ReverseBytes32(captured), bits.ReverseBytes32(wire)
		}
		if min(captured, wire) <= c.max && max(captured, wire) <= maxCapturedDBus && wire != 0 && c.plausible(b, at) {
			return at
		}
	}
	return -1
}

func (c *classic) plausible(b []byte, at int) bool {
	const day = 86400
	var last uint32
	for n := range links {
		if at+c.header > len(b) {
			return n > 0
		}
		seconds, fraction, captured, wire := c.fields(b[at : at+recordHeader])
		if captured > c.max || fraction >= 1e9 || wire > maxCapturedDBus || wire == 0 {
			return false // nothing on the wire: rather a run of zeros than a record
		}
		if captured > wire && captured > c.snap {
			return false
		}
		if n > 0 && seconds-last+day > 2*day {
			return false
		}
		last = seconds
		at += c.header + int(captured)
	}
	return true
}

// fields reads a record header. It is slice's first part, for where speed does
// not matter.
func (c *classic) fields(h []byte) (seconds, fraction, captured, wire uint32) {
	seconds, fraction = binary.LittleEndian.Uint32(h), binary.LittleEndian.Uint32(h[4:])
	captured, wire = binary.LittleEndian.Uint32(h[8:]), binary.LittleEndian.Uint32(h[12:])
	if c.big {
		seconds, fraction = bits.ReverseBytes32(seconds), bits.ReverseBytes32(fraction)
		captured, wire = bits.ReverseBytes32(captured), bits.ReverseBytes32(wire)
	}
	if c.lengths == swapped || c.lengths == perhapsSwapped && captured > wire {
		captured, wire = wire, captured
	}
	return seconds, fraction, captured, wire
}

// boundary finds a chain of blocks that end with the length they begin with.
// Blocks are padded to four bytes, and so begin at multiples of four.
func (s *section) boundary(b []byte, base int64) int {
	for at := int(-base & 3); at+minBlock <= len(b); at += 4 {
		if s.plausible(b, at) {
			return at
		}
	}
	return -1
}

func (s *section) plausible(b []byte, at int) bool {
	for n := range links {
		if at+minBlock > len(b) {
			return n > 0
		}
		total := s.order(binary.LittleEndian.Uint32(b[at+4:]))
		if total < minBlock || total > maxBlock || total&3 != 0 {
			return false
		}
		next := at + int(total)
		if next > len(b) {
			return n > 0
		}
		if s.order(binary.LittleEndian.Uint32(b[next-4:])) != total {
			return false
		}
		at = next
	}
	return true
}

func (s *section) order(v uint32) uint32 {
	if s.big {
		return bits.ReverseBytes32(v)
	}
	return v
}
