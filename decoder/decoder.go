package decoder

import (
	"cmp"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/frame"
)

// A Config says what a Decoder records. Its zero value records packets and stacks only.
type Config struct {
	Layers   bool // fill Result.Layers; else a packet's layers are only counted
	Flows    bool // fill Result.Groups and Result.Scopes
	NoVLANs  bool // VLAN ids are not part of a flow's scope
	MaxDepth int  // how many packets may be around a layer; default 8
	// Reassemble says whose fragments will be put together, IPv4's or IPv6's: these
	// give no piece, since their flow is known when the datagram is whole and resumed.
	Reassemble flow.Kind
}

const (
	// maxLayers is how many layers a packet can have. Real traffic stays below
	// 20; the limit bounds what a crafted frame costs, and the walk's recursion.
	maxLayers = 32
	maxDepth  = 8
)

// A Decoder decodes frames. It is not safe for concurrent use: every worker
// has its own. Its results do not depend on what it decoded before.
type Decoder struct {
	walk   walk
	stacks stacks
}

// New returns a decoder.
func New(c Config) *Decoder {
	d := &Decoder{}
	d.walk.records = c
	d.walk.records.MaxDepth = min(cmp.Or(max(c.MaxDepth, 0), maxDepth), maxLayers)
	d.stacks.init()
	return d
}

// Reset empties r for a new batch and keeps its memory.
func (d *Decoder) Reset(r *Result) {
	r.Packets, r.Layers, r.Stacks, r.Fragments = r.Packets[:0], r.Layers[:0], r.Stacks[:0], r.Fragments[:0]
	r.Groups.Reset()
	r.Scopes.Reset()
	d.stacks.begin(r)
}

// Decode appends to r what the frame's captured bytes say: one Packet, always.
// Index is the frame's place in its batch, which its pieces bear.
func (d *Decoder) Decode(f *frame.Frame, data []byte, index uint32, r *Result) {
	if !d.direct(f, data, index, r) {
		d.roundabout(f, data, index, r)
	}
}

// roundabout is Decode by walking through the frame, whatever it is.
func (d *Decoder) roundabout(f *frame.Frame, data []byte, index uint32, r *Result) {
	w := &d.walk
	first := uint32(len(r.Layers))
	w.begin(f, data, index, r)
	known := w.link(f.Link)
	status := Decoded
	switch {
	case !known:
		status = Unknown
	case w.fault.Reason != 0:
		status = Faulty
	}
	p := r.packet()
	p.Fault.Offset, p.Fault.Reason, p.Fault.Layer, p.Fault.Proto = w.fault.Offset, w.fault.Reason, w.fault.Layer, w.fault.Proto
	p.First, p.Count, p.Status = first, w.count, status
	p.Stack = d.stacks.count(w.key, &w.path, w.count, r, len(data))
}

// Skip appends to r a Packet for a frame that is not looked at.
func (d *Decoder) Skip(r *Result) {
	*r.packet() = Packet{First: uint32(len(r.Layers)), Stack: NoStack, Status: Filtered}
}
