package reassembly

import (
	"bytes"
	"crypto/sha256"
	"sort"
)

// notes are what most streams have nothing of.
type notes struct {
	conflicting, outOfWindow, afterClose, evicted, cut uint64 // bytes, as in Bytes

	missed        uint64
	givenUp       uint64 // of these, because too much waited
	gapCount      uint64
	conflictCount uint64
	gaps          []Gap
	conflicts     []Conflict

	far uint64 // an acknowledgement from too far ahead to be believed alone; 0: none
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
