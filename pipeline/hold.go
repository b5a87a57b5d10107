package pipeline

import (
	"slices"

	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/record"
)

// A hold has the records that cannot be written yet: a frame's whose labels are
// not known, and all that come behind it in its lane. It belongs to who delivers.
type hold struct {
	run    *run
	lane   int
	parts  []stretch // in the order of the lane
	frames []*heldFrame
	late   uint64 // frames that left without their labels
	clock  int64  // at the end of the last trip
	weight int64
	bytes  []byte // one record
	kept   int    // bytes in parts
	spool  output.Spool
}

// What comes behind frames that wait is not all weighed: the exchanges of a frame of 1,500
// bytes can have records of 85 KB. So more of it than these bytes, or than this share of the
// ceiling, goes into a file.
const (
	leastSpooled = 8 << 20
	spoolShare   = 16
)

// A stretch is bytes, here or in the spool, or a frame that waits.
type stretch struct {
	bytes   []byte
	spooled int64
	frame   *heldFrame
}

// A heldFrame waits for what it bears.
type heldFrame struct {
	number   uint64
	clock    int64
	weight   int64
	waits    int // answers that are to come
	late     bool
	labels   []fields.Label
	row      record.Row  // its record, but for the labels
	labelsAt int         // where they go in it
	frame    frame.Frame // where only the frames of some exchanges are written, it,
	data     []byte      // and its bytes
}

// holds says whether bytes of a lane have to wait.
func (h *hold) holds(lane int) bool { return h != nil && lane == h.lane && len(h.parts) > 0 }

// add takes bytes that come behind what waits.
func (h *hold) add(bytes []byte) error {
	if len(bytes) == 0 {
		return nil
	}
	if last := &h.parts[len(h.parts)-1]; last.frame != nil || (last.spooled > 0) != h.full(len(bytes)) {
		h.parts = append(h.parts, stretch{})
	}
	last := &h.parts[len(h.parts)-1]
	if h.full(len(bytes)) {
		last.spooled += int64(len(bytes))
		return h.spool.Add(bytes)
	}
	h.kept += len(bytes)
	last.bytes = append(last.bytes, bytes...)
	return nil
}

// full says whether so many bytes more go into the spool.
func (h *hold) full(n int) bool {
	return int64(h.kept+n) > max(leastSpooled, h.run.config.Memory/spoolShare)
}

// wait takes a frame that has to wait.
func (h *hold) wait(f *heldFrame) {
	h.parts = append(h.parts, stretch{frame: f})
	h.frames = append(h.frames, f)
}

// settle takes what has become known.
func (h *hold) settle(list []settlement) {
	for i := range list {
		s := &list[i]
		at, waits := slices.BinarySearchFunc(h.frames, s.number, func(f *heldFrame, number uint64) int {
			switch {
			case f.number < number:
				return -1
			case f.number > number:
				return 1
			}
			return 0
		})
		if !waits {
			continue // it has left
		}
		f := h.frames[at]
		f.waits--
		f.late = f.late || s.late
		f.labels = append(f.labels, s.labels...)
	}
}

// release writes what waits no longer. With last, nothing does.
func (h *hold) release(last bool) (err error) {
	most := h.run.config.Memory / labelShare
	n := 0
	for ; n < len(h.parts) && err == nil; n++ {
		f := h.parts[n].frame
		if f == nil {
			err = h.writeStretch(&h.parts[n])
			continue
		}
		if f.waits > 0 && !last && !tardy(f.clock, f.weight, h.clock, h.weight, most) {
			break
		}
		f.late = f.late || f.waits > 0
		if f.late {
			h.late++
		}
		err = h.write(f)
		h.frames = h.frames[1:]
	}
	h.parts = h.parts[n:]
	if len(h.parts) == 0 {
		h.parts, h.frames = nil, nil
	}
	return err
}

// writeStretch writes bytes.
func (h *hold) writeStretch(s *stretch) error {
	if s.spooled > 0 {
		return h.spool.Take(s.spooled, func(b []byte) error { return h.run.output.Write(h.lane, b) })
	}
	h.kept -= len(s.bytes)
	return h.run.output.Write(h.lane, s.bytes)
}

// write writes a frame.
func (h *hold) write(f *heldFrame) error {
	sortLabels(f.labels)
	if h.run.selects() {
		return h.run.picture(&f.frame, f.data, f.labels)
	}
	w := h.run.deliverer()
	w.row.Begin(f.row.Schema, f.row.Data)
	w.row.Text = append(w.row.Text, f.row.Text...)
	w.row.Values = append(w.row.Values, f.row.Values[:f.labelsAt]...)
	fields.AppendLabels(&w.row, f.labels, f.late)
	w.row.Values = append(w.row.Values, f.row.Values[f.labelsAt:]...)
	h.bytes = w.encoders[frames].Append(h.bytes[:0], &w.row)
	return h.run.output.Write(h.lane, h.bytes)
}
