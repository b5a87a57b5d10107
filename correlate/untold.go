package correlate

import (
	"slices"

	"github.com/pcappipe/pcappipe/flow"
)

// Whose bytes are is not always known when they are read: a header of HTTP/2's frames
// has nine bytes, a start line many, and each can come in a segment of its own.

// brought stands for the bytes of a piece that are not kept.
var brought = []byte{}

// unread returns how many of the last bytes that were read of a direction are not told yet.
func (d *dialogue) unread(from flow.Direction) uint64 {
	switch d.protocol {
	case speaks1:
		return d.sides[from].parser.Unread()
	case speaks2:
		return d.h2.Unread(from == d.client)
	}
	return 0
}

// untold keeps which pieces brought what is not told yet, after the last of them was read.
func (d *dialogue) untold(from flow.Direction, bytes bool, end uint64) {
	s, n := &d.sides[from], d.unread(from)
	for len(s.begun) > 0 && s.begun[0].end <= end-n {
		d.charge -= s.begun[0].cost()
		s.begun = s.begun[1:]
	}
	if k := len(s.begun); n == 0 || !bytes || k > 0 && s.begun[k-1].end == end {
		return
	}
	own := d.now
	own.bytes, own.frames = brought, slices.Clone(d.now.frames)
	d.charge += own.cost()
	s.begun = append(s.begun, own)
}

// parts has f take each part of a run of bytes while the piece that brought it is read.
func (d *dialogue) parts(from flow.Direction, start, end uint64, f func(start, end uint64)) {
	if len(d.sides[from].begun) == 0 {
		f(start, end)
		return
	}
	now := d.now
	for i := range d.sides[from].begun {
		p := &d.sides[from].begun[i]
		if until := min(p.end, now.start, end); start < until {
			d.now = *p
			f(start, until)
			start = until
		}
	}
	if d.now = now; start < end {
		f(start, end)
	}
}
