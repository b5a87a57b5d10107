package pipeline

import (
	"bytes"
	"slices"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/record"
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
	w.arrange(t)
	t.labelling.sort()
	t.large = w.outgrown(w.expected(t)) || len(t.waits) > 0 || w.run.selects() && len(t.labelling.labels) > 0
	if !t.large {
		w.run.config.Timing.encode(func() { w.encode(t) })
	}
	if t.large { // it may have turned out to be only now
		t.forget()
	}
	w.run.schedule.Done(t.n)
}

// expected returns how many bytes a trip's records will have, about.
func (w *worker) expected(t *trip) (bytes int) {
	const perFrame, perRecord = 640, 480
	if w.run.wants[frames] && t.File != nil {
		bytes += len(t.Frames) * (perFrame + len(t.File.Path))
		if w.run.config.Payload {
			bytes += 2 * len(t.Bytes)
		}
	}
	bytes += len(t.order) * perRecord
	if w.run.config.Payload {
		for i := range t.turns {
			bytes += 2 * len(t.turns[i].Payload)
		}
		for i := range t.datagrams {
			bytes += 2 * int(t.datagrams[i].Length)
		}
	}
	return bytes
}

// encode writes the records of a trip.
func (w *worker) encode(t *trip) {
	rest := t.order
	if w.run.wants[frames] {
		rest = w.interleave(t, rest)
	}
	w.emit(t, rest)
}

// interleave writes frame records and, before and after each, what else the
// frame has brought about. It returns the emissions that no frame brought about.
func (w *worker) interleave(t *trip, rest []emission) []emission {
	w.context = fields.Context{HasInterface: t.File != nil && t.File.Interfaces, Payload: w.run.config.Payload, Without: w.run.without}
	if t.File != nil {
		w.context.File = t.File.Path
	}
	own, whole := t.pieces()
	labels, waits := t.labelling.labels, t.waits
	for i := range t.Frames {
		if t.large && w.spill == nil {
			return nil // to be begun anew
		}
		frame := uint32(i)
		if len(rest) > 0 {
			rest = w.emitWhile(t, rest, func(e *emission) bool { return e.frame == frame && (e.before || e.kind < frames) })
		}
		if t.found.Packets[i].Status != decoder.Filtered {
			w.flows = w.flows[:0]
			own = w.flowsOf(t, frame, own)
			whole = w.flowsOf(t, frame, whole)
			n := 0
			n, waits = waitsOf(frame, waits)
			w.room, w.context.Late, labels = labelsOf(frame, labels, w.room[:0])
			w.context.Labels = w.room
			if n > 0 {
				w.holdFrame(t, i, n)
			} else {
				w.frameRecord(t, i)
			}
		}
		if len(rest) > 0 {
			rest = w.emitWhile(t, rest, func(e *emission) bool { return e.frame == frame })
		}
	}
	return rest
}

// flowsOf adds the numbers of the flows that a frame's pieces, which are the
// first of these, belong to. It returns the other pieces.
func (w *worker) flowsOf(t *trip, frame uint32, pieces []flow.Piece) []flow.Piece {
	for len(pieces) > 0 && pieces[0].Frame == frame {
		w.flows = append(w.flows, t.found.Groups.List[pieces[0].Group].Number)
		pieces = pieces[1:]
	}
	return pieces
}

// frameRow fills the row with the record of a frame.
func (w *worker) frameRow(t *trip, i int) {
	c, p := &w.context, &t.found.Packets[i]
	c.Flows, c.Number, c.Offset, c.Protocols = w.flows, t.Number(i), t.Offset(i), t.found.Stacks[p.Stack].Path
	fields.Append(&w.row, &t.Frames[i], t.Data(i), p, t.found.Of(p), c)
}

// frameRecord writes the record of a frame.
func (w *worker) frameRecord(t *trip, i int) {
	w.frameRow(t, i)
	if w.context.Late {
		t.late++
	}
	w.write(t, frames)
}

// holdFrame holds the record of a frame until so many answers have come to what it bears.
func (w *worker) holdFrame(t *trip, i, waits int) {
	f := w.heldFrame(t, i, waits)
	w.context.Labels, w.context.Late = nil, false
	w.frameRow(t, i)
	f.labelsAt = w.context.LabelsAt
	f.row = record.Row{Schema: w.row.Schema, Values: slices.Clone(w.row.Values), Data: bytes.Clone(w.row.Data), Text: bytes.Clone(w.row.Text)}
	w.spill(t, w.run.lanes[frames])
	w.run.hold.wait(f)
	t.records[frames]++
}

// heldFrame returns what a frame of the trip is while it waits.
func (w *worker) heldFrame(t *trip, i, waits int) *heldFrame {
	return &heldFrame{number: t.Number(i), clock: t.clockOf(uint32(i)), weight: t.before + t.weights[i],
		waits: waits, late: w.context.Late, labels: slices.Clone(w.room)}
}

// write encodes the row as a record of this kind.
func (w *worker) write(t *trip, k kind) {
	lane := w.run.lanes[k]
	t.out[lane] = w.encoders[k].Append(t.out[lane], &w.row)
	t.records[k]++
	w.look(t, lane)
}

// look minds that what has come together for a lane stays small.
func (w *worker) look(t *trip, lane int) {
	switch n := len(t.out[lane]); {
	case w.spill == nil:
		t.large = t.large || w.outgrown(n)
	case w.outgrown(4 * n):
		w.spill(t, lane)
	}
}
