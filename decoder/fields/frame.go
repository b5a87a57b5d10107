package fields

import (
	"slices"
	"strconv"

	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/record"
)

// Places in frameLayer.
const (
	frameNumber = iota
	frameTimeEpoch
	frameLen
	frameCapLen
	frameInterfaceID
)

var frameLayer = record.Layer{Key: "frame", Fields: []record.Field{
	frameNumber:      one("frame.number", record.Uint, "capture file", "number of the frame, from 1, over all inputs"),
	frameTimeEpoch:   in("seconds", one("frame.time_epoch", record.Time, "capture file", "when it was captured, since 1970-01-01 UTC; absent where the file gives no time")),
	frameLen:         in("bytes", one("frame.len", record.Uint, "capture file", "length on the wire")),
	frameCapLen:      in("bytes", one("frame.cap_len", record.Uint, "capture file", "length captured")),
	frameInterfaceID: one("frame.interface_id", record.Uint, "pcapng, 4.3", "number of its interface (pcapng)"),
}}

// appendFrame writes the frame's own layer.
func appendFrame(r *record.Row, f *frame.Frame, c *Context) {
	r.Open(&frameLayer)
	r.Uint(frameNumber, c.Number)
	if f.Flags&frame.Timeless == 0 {
		r.Uint(frameTimeEpoch, uint64(f.Nanos))
	}
	r.Uint(frameLen, uint64(f.Wire))
	r.Uint(frameCapLen, uint64(f.Len))
	if c.HasInterface {
		r.Uint(frameInterfaceID, uint64(f.Interface))
	}
	r.Close()
}

// Places in faultLayer.
const (
	faultOf = iota
	faultOffset
	faultReason
)

// faultLayer stands inside the layer that is damaged.
var faultLayer = record.Layer{Key: "fault", Fields: []record.Field{
	faultOf:     one("fault.layer", record.Text, "pcappipe", "protocol of the header at fault"),
	faultOffset: in("bytes", one("fault.offset", record.Uint, "pcappipe", "where in the frame's captured bytes")),
	faultReason: one("fault.reason", record.Text, "pcappipe", "what is wrong there"),
}}

// fault writes the packet's fault into the open layer.
func (w *walk) fault() {
	f := &w.packet.Fault
	w.row.Open(&faultLayer)
	w.row.String(faultOf, f.Proto.String())
	w.row.Uint(faultOffset, uint64(f.Offset))
	w.row.String(faultReason, f.Reason.String())
	w.row.Close()
}

// Places in pcappipeLayer.
const (
	pcappipeFile = iota
	pcappipeOffset
	pcappipeProtocols
	pcappipeFlow
	pcappipeExchange
	pcappipeTraceID
	pcappipeSpanID
	pcappipeLabel
)

var pcappipeLayer = record.Layer{Key: "pcappipe", Fields: []record.Field{
	pcappipeFile:      one("pcappipe.file", record.Text, "pcappipe", "the input that the frame is of, as it was named"),
	pcappipeOffset:    in("bytes", one("pcappipe.offset", record.Uint, "pcappipe", "where its record begins in the decompressed file")),
	pcappipeProtocols: one("pcappipe.protocols", record.Text, "pcappipe", "the protocols as decoded, outer to inner"),
	pcappipeFlow:      many("pcappipe.flow", record.Uint, "pcappipe", "numbers of its flows, outer to inner; a datagram that came in fragments counts in its flow at the frame that completed it; absent when flows are not tracked"),
	pcappipeExchange:  many("pcappipe.exchange", record.Text, "pcappipe", "the exchanges whose bytes it carries, as exchange records number them; of a frame without payload, the one in force: the last that the client had begun. Only where exchanges are asked for too"),
	pcappipeTraceID:   many("pcappipe.trace_id", record.Text, "pcappipe", "the traces that these exchanges belong to"),
	pcappipeSpanID:    many("pcappipe.span_id", record.Text, "pcappipe", "the spans that these exchanges' requests name"),
	pcappipeLabel:     one("pcappipe.label", record.Text, "pcappipe", "late: it was not known in time which exchanges the frame takes part in"),
}}

// pcappipe writes what Wireshark has no name for.
func (w *walk) pcappipe() {
	r, c := w.row, w.context
	c.LabelsAt = -1
	if c.Without.Own && !w.homeless {
		return
	}
	r.Open(&pcappipeLayer)
	r.String(pcappipeFile, c.File)
	r.Uint(pcappipeOffset, uint64(c.Offset))
	if c.Protocols != "" {
		r.String(pcappipeProtocols, c.Protocols)
	}
	for _, n := range c.Flows {
		r.Uint(pcappipeFlow, n)
	}
	c.LabelsAt = len(r.Values)
	AppendLabels(r, c.Labels, c.Late)
	if w.homeless {
		w.fault()
	}
	r.Close()
}

// AppendLabels adds labels to a row in which pcappipe's layer is open.
func AppendLabels(r *record.Row, labels []Label, late bool) {
	if late {
		r.String(pcappipeLabel, "late")
	}
	for i := range labels {
		l := &labels[i]
		off := len(r.Text)
		r.Text = strconv.AppendUint(r.Text, l.Flow, 10)
		r.Text = append(r.Text, '.')
		r.Text = strconv.AppendUint(r.Text, l.Number, 10)
		r.Values = append(r.Values, record.Value{Op: record.InText, Field: pcappipeExchange, Num: uint64(off), Len: uint32(len(r.Text) - off)})
	}
	for i := range labels {
		if of := labels[i].TraceID; of != "" && !slices.ContainsFunc(labels[:i], func(l Label) bool { return l.TraceID == of }) {
			r.String(pcappipeTraceID, of)
		}
	}
	for i := range labels {
		if of := labels[i].SpanID; of != "" && !slices.ContainsFunc(labels[:i], func(l Label) bool { return l.SpanID == of }) {
			r.String(pcappipeSpanID, of)
		}
	}
}
