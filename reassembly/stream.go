package reassembly

import (
	"bytes"
	"crypto/sha256"
	"sort"

	"github.com/pcappipe/pcappipe/flow"
)

// farthest is how far ahead of the next byte a byte may stand. Twice as far, its
// sequence number could not be told from one behind.
const farthest = 1 << 30

// A mark is what is known of a stream.
type mark uint8

const (
	begun        mark = 1 << iota // the sequence number of its offset 0 is known
	closed                        // end is known
	finished                      // by a FIN: all bytes before end were sent
	answered                      // the peer acknowledged something, be it nothing but the SYN
	scaleKnown                    // its SYN was seen, and its options could be read
	scaleOffered                  // they had a window scale
	windowPlain                   // the window is a SYN's, which is not scaled
)

// A stream is one direction. Offsets count its bytes of payload from 0 and
// never wrap. Two cache lines; what few streams need is apart.
type stream struct {
	base   uint32 // sequence number of offset 0, modulo 2^32
	window uint16 // that the sender advertised last, not scaled
	marks  mark
	scale  uint8

	next  uint64 // offset that is handed on next
	high  uint64 // offset after the last byte that was seen
	acked uint64 // offset that the peer acknowledged last
	end   uint64 // where FIN or RST stands
	skip  uint64 // bytes before this offset are not wanted

	seen, delivered, duplicate uint64 // bytes, as in Bytes

	retransmitted, reordered uint32 // segments

	recent recent
	held   *held  // what waits behind a hole; nil: nothing
	notes  *notes // what was remarkable; nil: nothing
}

// offset returns the offset of a sequence number: of all with this number, the
// nearest to the next byte (RFC 1982). It is negative before the beginning.
func (d *stream) offset(seq uint32) int64 {
	return int64(d.next) + int64(int32(seq-d.base-uint32(d.next)))
}

// length returns the highest offset that is known of.
func (d *stream) length() uint64 {
	n := max(d.high, d.next)
	if d.marks&finished != 0 {
		n = max(n, d.end)
	}
	return max(n, d.promised())
}

// promised returns up to where the peer acknowledged bytes. One more than was
// seen is rather a FIN that is not in the capture.
func (d *stream) promised() uint64 {
	if d.marks&closed == 0 && d.acked == max(d.high, d.next)+1 {
		return d.acked - 1
	}
	return d.acked
}

// begin sets where offset 0 stands.
func (d *stream) begin(first uint32) {
	*d = stream{base: first, marks: begun}
}

// readScale takes the window scale from a SYN.
func (d *stream) readScale(options []byte) {
	shift, offered, whole := windowScale(options)
	if !whole {
		return
	}
	d.scale = shift
	d.marks |= scaleKnown
	if offered {
		d.marks |= scaleOffered
	}
}

// close takes note of a FIN or RST: what stands at end and beyond is no part of the stream.
func (d *stream) close(end uint64, by mark) {
	d.end = end
	d.marks |= closed | by
	if d.acked > end {
		d.acked = end // the FIN was acknowledged too
	}
}

// notes are what most streams have nothing of.
type notes struct {
	conflicting, outOfWindow, afterClose, evicted, cut uint64 // bytes, as in Bytes

	missed        uint64
	gapCount      uint64
	conflictCount uint64
	gaps          []Gap
	conflicts     []Conflict
}

// Lists of what is remarkable are cut at these lengths.
const (
	maxGaps      = 256
	maxConflicts = 16
)

// noted returns the stream's notes, which it then has.
func (d *stream) noted(c *Connection) *notes {
	if d.notes == nil {
		d.notes = new(notes)
		c.charge += costNotes
	}
	return d.notes
}

// noteGap records that the bytes before end will not come.
func (d *stream) noteGap(c *Connection, end uint64) {
	n := d.noted(c)
	n.missed += end - d.next
	last := len(n.gaps) - 1
	switch {
	case last >= 0 && n.gaps[last].End == d.next:
		n.gaps[last].End = end
	case len(n.gaps) < maxGaps:
		n.gaps = append(n.gaps, Gap{d.next, end})
		n.gapCount++
		c.charge += costGap
	default:
		n.gapCount++
		d.recent.forget(end) // what lies before could not be told from the gap
	}
}

// gapAfter returns the first gap that ends behind an offset, as far as gaps were
// recorded; it begins at the end of all offsets where there is none.
func (d *stream) gapAfter(offset uint64) Gap {
	if d.notes != nil {
		gaps := d.notes.gaps
		i := sort.Search(len(gaps), func(i int) bool { return gaps[i].End > offset })
		if i < len(gaps) {
			return gaps[i]
		}
	}
	return Gap{^uint64(0), ^uint64(0)}
}

// A verdict is what became of bytes that met others at their offsets.
type verdict struct{ same, different uint64 }

// compare compares two versions of bytes and records where they differ. It
// leaves the counting of bytes to the caller, who knows whose they are.
func (d *stream) compare(c *Connection, start uint64, kept, dropped []byte, frame uint64) verdict {
	if bytes.Equal(kept, dropped) {
		return verdict{same: uint64(len(kept))}
	}
	first, last, different := -1, 0, 0
	for i := range kept {
		if kept[i] != dropped[i] {
			if first < 0 {
				first = i
			}
			last = i
			different++
		}
	}
	n := d.noted(c)
	n.conflictCount++
	if len(n.conflicts) < maxConflicts {
		n.conflicts = append(n.conflicts, Conflict{
			Start: start + uint64(first), End: start + uint64(last) + 1, Frame: frame,
			Kept: sha256.Sum256(kept[first : last+1]), Dropped: sha256.Sum256(dropped[first : last+1]),
		})
		c.charge += costConflict
	}
	return verdict{uint64(len(kept) - different), uint64(different)}
}

// repeat counts bytes that met others and were not kept.
func (d *stream) repeat(c *Connection, v verdict) {
	d.duplicate += v.same
	if v.different > 0 {
		d.noted(c).conflicting += v.different
	}
}

// isProbe says whether a segment is a keep-alive, or repeats a probe of a zero
// window (RFC 9293, 3.8.4, 3.8.6.1): at most one byte, the last that was
// handed on, whose value means nothing. What was passed as a gap was not sent before.
func (d *stream) isProbe(s *Segment, off int64) bool {
	if s.Length > 1 || s.Flags&control != 0 || off+1 != int64(d.next) {
		return false
	}
	return off < 0 || d.gapAfter(uint64(off)).Start > uint64(off)
}

// believes says whether a RST stands where its receiver may expect it: not before what
// was acknowledged, and not beyond the window.
func (c *Connection) believes(from flow.Direction, off int64) bool {
	d := &c.streams[from&1]
	low := min(d.next, d.acked)
	high := max(d.next, d.acked, d.high) + c.reach(from)
	return off >= int64(low) && uint64(off) <= high
}
