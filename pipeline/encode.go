package pipeline

import (
	"cmp"
	"slices"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/decoder/fields"
)

// complete writes the records of a trip, whose jobs are all done, into the
// trip's own buffers, and hands it on.
func (w *worker) complete(t *trip) {
	w.arrange(t.ends)
	ends := w.ends
	if w.run.wants[frames] {
		ends = w.interleave(t, ends)
	}
	w.flowRecords(t, ends)
	for i := range t.ends {
		t.released = append(t.released, t.ends[i].slot)
	}
	w.run.schedule.Done(t.n)
}

// A turn says when an end's record is written: which and where among its trip's.
type turn struct {
	frame  uint32
	after  bool // the frame's own record
	number uint64
	*end
}

// arrange puts ends into the order of their records: by frame, those before
// its own record first, then by flow.
func (w *worker) arrange(ends []end) {
	w.ends = w.ends[:0]
	for i := range ends {
		e := &ends[i]
		w.ends = append(w.ends, turn{e.frame, !e.before, e.number, e})
	}
	slices.SortFunc(w.ends, func(a, b turn) int {
		switch {
		case a.frame != b.frame:
			return cmp.Compare(a.frame, b.frame)
		case a.after != b.after:
			if b.after {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.number, b.number)
	})
}

// interleave writes frame records and, before and after each, the flows that
// it ended. It returns the ends that no frame brought about.
func (w *worker) interleave(t *trip, ends []turn) []turn {
	c := fields.Context{HasInterface: t.File != nil && t.File.Interfaces, Payload: w.run.config.Payload}
	if t.File != nil {
		c.File = t.File.Path
	}
	pieces := t.found.Groups.Pieces
	for i := range t.Frames {
		p := &t.found.Packets[i]
		n := 0
		for n < len(ends) && ends[n].frame == uint32(i) && !ends[n].after {
			n++
		}
		w.flowRecords(t, ends[:n])
		ends = ends[n:]
		if p.Status != decoder.Filtered {
			w.flows = w.flows[:0]
			for len(pieces) > 0 && pieces[0].Frame == uint32(i) {
				w.flows = append(w.flows, t.found.Groups.List[pieces[0].Group].Number)
				pieces = pieces[1:]
			}
			c.Flows, c.Number, c.Offset, c.Protocols = w.flows, t.Number(i), t.Offset(i), t.found.Stacks[p.Stack].Path
			fields.Append(&w.row, &t.Frames[i], t.Data(i), p, t.found.Of(p), &c)
			w.write(t, frames)
		}
		n = 0
		for n < len(ends) && ends[n].frame == uint32(i) {
			n++
		}
		w.flowRecords(t, ends[:n])
		ends = ends[n:]
	}
	return ends
}

// flowRecords writes the records of flows that have ended.
func (w *worker) flowRecords(t *trip, ends []turn) {
	if !w.run.wants[flows] {
		return
	}
	for i := range ends {
		e := ends[i].end
		e.flow.State.Row(&w.row, &e.key, e.scope, e.reason)
		w.write(t, flows)
	}
}

// write encodes the row as a record of this kind.
func (w *worker) write(t *trip, k kind) {
	stream := w.run.streams[k]
	t.out[stream] = w.encoders[k].Append(t.out[stream], &w.row)
	t.records[k]++
}
