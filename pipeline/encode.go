package pipeline

import (
	"cmp"
	"slices"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/decoder/fields"
)

// largeOutput is what a trip keeps of records, about, in batches of input: beyond
// that they are made while they are written, since all trips on their way
// together must stay small.
const largeOutput = 8

// outgrown says whether a trip has more records than it may keep.
func (w *worker) outgrown(bytes int) bool { return bytes > largeOutput*w.run.config.BatchSize }

// complete writes the records of a trip, whose jobs are all done, into the
// trip's own buffers, and hands it on.
func (w *worker) complete(t *trip) {
	t.arrange()
	if t.large = w.outgrown(w.expected(t)); !t.large {
		w.run.config.Timing.encode(func() { w.encode(t) })
	}
	if t.large { // it may have turned out to be only now
		t.forget()
	}
	w.run.schedule.Done(t.n)
}

// arrange puts the ends into the order of their records: by frame, those before
// its own record first, then by flow.
func (t *trip) arrange() {
	for i := range t.ends {
		e := &t.ends[i]
		e.number = e.flow.State.Number()
		t.order = append(t.order, uint32(i))
		t.released = append(t.released, e.slot)
	}
	slices.SortFunc(t.order, func(a, b uint32) int { return t.ends[a].compare(&t.ends[b]) })
}

func (e *end) compare(o *end) int {
	switch {
	case e.frame != o.frame:
		return cmp.Compare(e.frame, o.frame)
	case e.before != o.before:
		if e.before {
			return -1
		}
		return 1
	}
	return cmp.Compare(e.number, o.number)
}

// expected returns how many bytes a trip's records will have, about.
func (w *worker) expected(t *trip) (bytes int) {
	const perFrame, perFlow = 640, 480
	if w.run.wants[frames] && t.File != nil {
		bytes += len(t.Frames) * (perFrame + len(t.File.Path))
		if w.run.config.Payload {
			bytes += 2 * len(t.Bytes)
		}
	}
	if w.run.wants[flows] {
		bytes += len(t.ends) * perFlow
	}
	return bytes
}

// encode writes the records of a trip.
func (w *worker) encode(t *trip) {
	ends := t.order
	if w.run.wants[frames] {
		ends = w.interleave(t, ends)
	}
	w.flowRecords(t, ends)
}

// interleave writes frame records and, before and after each, the flows that
// it ended. It returns the ends that no frame brought about.
func (w *worker) interleave(t *trip, ends []uint32) []uint32 {
	c := &w.context
	*c = fields.Context{HasInterface: t.File != nil && t.File.Interfaces, Payload: w.run.config.Payload, Without: w.run.without}
	if t.File != nil {
		c.File = t.File.Path
	}
	pieces := t.found.Groups.Pieces
	for i := range t.Frames {
		if t.large && w.spill == nil {
			return nil // to be begun anew
		}
		if len(ends) > 0 {
			ends = w.endedBy(t, ends, uint32(i), true)
		}
		if p := &t.found.Packets[i]; p.Status != decoder.Filtered {
			w.flows = w.flows[:0]
			for len(pieces) > 0 && pieces[0].Frame == uint32(i) {
				w.flows = append(w.flows, t.found.Groups.List[pieces[0].Group].Number)
				pieces = pieces[1:]
			}
			c.Flows, c.Number, c.Offset, c.Protocols = w.flows, t.Number(i), t.Offset(i), t.found.Stacks[p.Stack].Path
			fields.Append(&w.row, &t.Frames[i], t.Data(i), p, t.found.Of(p), c)
			w.write(t, frames)
		}
		if len(ends) > 0 {
			ends = w.endedBy(t, ends, uint32(i), false)
		}
	}
	return ends
}

// endedBy writes the flows that a frame ended, those whose records come before
// its own or the rest, and returns the other ends.
func (w *worker) endedBy(t *trip, ends []uint32, frame uint32, before bool) []uint32 {
	n := 0
	for n < len(ends) && t.ends[ends[n]].frame == frame && (!before || t.ends[ends[n]].before) {
		n++
	}
	w.flowRecords(t, ends[:n])
	return ends[n:]
}

// flowRecords writes the records of flows that have ended.
func (w *worker) flowRecords(t *trip, ends []uint32) {
	if !w.run.wants[flows] {
		return
	}
	for _, i := range ends {
		e := &t.ends[i]
		e.flow.State.Row(&w.row, e.key, e.scope, e.reason, nil)
		w.write(t, flows)
	}
}

// write encodes the row as a record of this kind.
func (w *worker) write(t *trip, k kind) {
	stream := w.run.streams[k]
	t.out[stream] = w.encoders[k].Append(t.out[stream], &w.row)
	t.records[k]++
	switch n := len(t.out[stream]); {
	case w.spill == nil:
		t.large = t.large || w.outgrown(n)
	case w.outgrown(4 * n):
		w.spill(t, stream)
	}
}
