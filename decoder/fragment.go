package decoder

import (
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/frame"
)

// A Fragment says where an IP packet stands in a frame that is a fragment of a
// datagram, and which part of it: what reassembly needs. Offsets are in the
// frame's bytes, or in those of the packet that was resumed. The datagram is
// whole again as the first fragment's Header bytes from Start, with Next at
// NextAt, and the payloads by Offset behind them.
type Fragment struct {
	Frame   uint32    // its frame's index in the batch
	Scope   uint32    // number in Result.Scopes, 0 for none
	Start   uint32    // where the IP header begins
	Payload uint32    // where the fragment's part of the payload begins; never beyond what was captured
	Length  uint32    // bytes of that part, as announced
	Offset  uint32    // where that part stands in the datagram's payload
	ID      uint32    // the datagram's
	Size    uint32    // bytes of the IP packet, header included, as announced
	Header  uint16    // bytes from Start with which the whole packet begins: up to the payload, IPv6's fragment header left out
	NextAt  uint16    // from Start: the field that has to say Next in the whole packet
	Kind    flow.Kind // IPv4 or IPv6
	More    bool      // it is not the last
	Next    uint8     // protocol of the payload
	Level   uint8     // IP packets around
	Depth   uint8     // packets around
}

// fragment decodes what an IP fragment carries: with the first, the headers of
// the datagram; with the others nothing. Header is where the headers end with
// which the whole packet begins.
func (w *walk) fragment(header int, proto uint8, id, offset uint32, more bool) {
	if !w.part {
		start := w.ip.start()
		w.result.Fragments = append(w.result.Fragments, Fragment{
			Frame: w.index, Scope: w.result.Scopes.Number(w.scope), Start: uint32(start),
			Payload: uint32(w.at), Length: uint32(w.end - w.at), Offset: offset,
			ID: id, Size: uint32(w.ip.total),
			Header: uint16(header - start), NextAt: uint16(w.ip.next - start),
			Kind: w.ip.kind, More: more, Next: proto, Level: w.level, Depth: w.depth,
		})
	}
	if w.records.Reassemble&w.ip.kind == 0 {
		w.opaqueAs(proto, flow.Fragment)
	}
	if offset == 0 {
		w.part = true
		w.upper(proto)
	}
}

// Resume decodes an IP packet that was put together from fragments, as if it
// had come whole: in the frame with this index in its batch, in this scope and
// with so many IP packets (level) and packets (depth) around, as its fragments
// have them. It adds to r the pieces, scopes and fragments that it finds, whose
// offsets are in the packet, and returns what is wrong, likewise. It adds no
// Packet, Layer or Stack: these describe frames' own bytes.
func (d *Decoder) Resume(packet []byte, scope flow.Scope, level, depth uint8, index uint32, r *Result) Fault {
	w := &d.walk
	w.begin(&frame.Frame{}, packet, index, r)
	w.level, w.depth = level, min(depth, uint8(w.records.MaxDepth))
	w.scope = append(w.scope, scope...)
	layers := w.records.Layers
	w.records.Layers = false
	switch {
	case len(packet) > 0 && packet[0]>>4 == 6:
		w.ipv6()
	default:
		w.ipv4()
	}
	w.records.Layers = layers
	return w.fault
}
