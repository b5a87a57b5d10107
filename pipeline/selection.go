package pipeline

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/output"
)

// Only asks for the frames of some exchanges, as a capture.
type Only struct {
	TraceID        string // of all exchanges of this trace, or
	Flow, Exchange uint64 // of this exchange
	Format         output.Format
}

// selects says whether only the frames of some exchanges are written.
func (r *run) selects() bool { return r.config.Only != nil }

// selected says whether a frame that bears these labels is written.
func (r *run) selected(labels []fields.Label) bool {
	only := r.config.Only
	return slices.ContainsFunc(labels, func(l fields.Label) bool {
		if only.TraceID != "" {
			return l.TraceID == only.TraceID
		}
		return l.Flow == only.Flow && l.Number == only.Exchange
	})
}

// pick writes those of the trip's frames that are asked for, and holds those of
// which that is not known. It is done when the trip is delivered: a capture is one stream.
func (w *worker) pick(t *trip) (err error) {
	labels, waits := t.labelling.labels, t.waits
	for i := range t.Frames {
		n := 0
		n, waits = waitsOf(uint32(i), waits)
		w.room, w.context.Late, labels = labelsOf(uint32(i), labels, w.room[:0])
		if t.found.Packets[i].Status == decoder.Filtered {
			continue
		}
		if w.context.Late {
			t.late++
		}
		if h := w.run.hold; n > 0 || h.holds(h.lane) && w.run.selected(w.room) {
			f := w.heldFrame(t, i, n)
			f.frame, f.data = t.Frames[i], bytes.Clone(t.Data(i))
			h.wait(f)
		} else if err == nil {
			err = w.run.picture(&t.Frames[i], t.Data(i), w.room)
		}
	}
	return err
}

// sortLabels puts labels into their order in a record.
func sortLabels(list []fields.Label) {
	slices.SortFunc(list, func(a, b fields.Label) int {
		return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Number, b.Number))
	})
}

// picture writes a frame that bears these labels, if it is asked for, as a capture has it.
func (r *run) picture(f *frame.Frame, data []byte, labels []fields.Label) (err error) {
	if !r.selected(labels) {
		return nil
	}
	r.shown.Store(true)
	timed := f.Flags&frame.Timeless == 0
	if r.pictured, err = r.capture.Append(r.pictured[:0], uint16(f.Link), f.FCS, f.Nanos, timed, f.Wire, data); err != nil {
		return err
	}
	return r.output.Write(0, r.pictured)
}

// A NoExchangeError says that no frame of what was asked for was found.
type NoExchangeError struct{ Only Only }

func (e *NoExchangeError) Error() string {
	if e.Only.TraceID != "" {
		return fmt.Sprintf("no exchange has the trace id %s", e.Only.TraceID)
	}
	return fmt.Sprintf("no exchange has the number %d.%d", e.Only.Flow, e.Only.Exchange)
}
