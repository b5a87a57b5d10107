package fields

import (
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
)

var pcappipeLayer = record.Layer{Key: "pcappipe", Fields: []record.Field{
	pcappipeFile:      one("pcappipe.file", record.Text, "pcappipe", "the input that the frame is of, as it was named"),
	pcappipeOffset:    in("bytes", one("pcappipe.offset", record.Uint, "pcappipe", "where its record begins in the decompressed file")),
	pcappipeProtocols: one("pcappipe.protocols", record.Text, "pcappipe", "the protocols as decoded, outer to inner"),
	pcappipeFlow:      many("pcappipe.flow", record.Uint, "pcappipe", "numbers of its flows, outer to inner; a datagram that came in fragments counts in its flow at the frame that completed it; absent when flows are not tracked"),
}}

// pcappipe writes what Wireshark has no name for.
func (w *walk) pcappipe() {
	r, c := w.row, w.context
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
	if w.homeless {
		w.fault()
	}
	r.Close()
}
