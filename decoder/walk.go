package decoder

import (
	"encoding/binary"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/frame"
)

var be = binary.BigEndian

// A walk goes through one frame, from its first header to its last. A
// protocol's function finds its header at w.at, adds its layer, steps over it
// and calls the function of what follows, so that the call stack is the
// packet's stack and what a function leaves in the walk is around all that follows.
//
// A header has to fit into what is around it, as announced (end), and into what
// was captured (len(data)). Both are checked at once, by stop; which of the two
// it was is asked only when it failed.
type walk struct {
	data []byte
	at   int // where the next header begins
	end  int // where the innermost announced length ends; can lie beyond the captured bytes
	stop int // min(end, len(data)); never before at

	records Config
	result  *Result
	path    path   // of the layers so far, and what an earlier frame left behind them
	key     uint64 // the last eight of them, a byte each
	index   uint32 // of the frame in its batch
	count   uint8  // layers so far
	depth   uint8  // packets around
	level   uint8  // IP packets around
	// part says that the bytes are a part of a packet: the first fragment of a
	// datagram, or what an ICMP error quotes. It gives no piece, and it is no
	// fault that it ends early.
	part  bool
	fault Fault

	ip    packet     // the innermost IP packet
	scope flow.Scope // VLANs and tunnels around
}

// begin makes w ready for a frame.
func (w *walk) begin(f *frame.Frame, data []byte, index uint32, r *Result) {
	w.data = data
	w.at = 0
	w.end = max(int(f.Wire), len(data))
	if fcs := int(f.FCS); fcs <= w.end {
		w.end -= fcs
	}
	w.stop = min(w.end, len(data))
	w.result, w.index, w.key = r, index, 0
	w.count, w.depth, w.level, w.part = 0, 0, 0, false
	w.fault = Fault{}
	w.scope = w.scope[:0]
}

// fixed returns the bytes from here on, at least n, which is the fixed part of
// p's header. Where there are less it adds the layer with what there is,
// notes the fault and returns nil.
func (w *walk) fixed(p Protocol, n int) []byte {
	if w.stop-w.at >= n && w.count < maxLayers {
		return w.data[w.at:w.stop]
	}
	return w.missing(p, n)
}

// missing is fixed's way out.
func (w *walk) missing(p Protocol, n int) []byte {
	w.layer(p, n)
	return nil
}

// layer adds a layer of n bytes and steps over it. It is false, and there is a fault,
// where the bytes end before.
func (w *walk) layer(p Protocol, n int) bool {
	if w.count == maxLayers {
		w.fail(NestedTooDeep)
		return false
	}
	have := min(n, w.stop-w.at)
	w.add(p, have)
	if have == n {
		return true
	}
	switch {
	case w.at+n-have <= w.end:
		w.failAt(Cut, w.at)
	case !w.part:
		w.failAt(Short, w.at)
	}
	return false
}

// add adds a layer of n bytes that are there, and steps over it.
func (w *walk) add(p Protocol, n int) {
	w.path[w.count%maxLayers] = p
	w.key = w.key<<8 | uint64(p)
	w.count++
	if w.records.Layers {
		w.record(p, n)
	}
	w.at += n
}

// record records the layer that add adds; apart, so that add costs no call.
func (w *walk) record(p Protocol, n int) {
	r := w.result
	r.Layers = append(r.Layers, Layer{Start: uint32(w.at), Len: uint16(min(n, 0xffff)), Protocol: p, Depth: w.depth})
}

// rest adds a layer that fills what is around it, as far as that was captured.
func (w *walk) rest(p Protocol) { w.layer(p, w.stop-w.at) }

// bad adds a layer that contradicts itself: its first n bytes, as far as they can be
// understood, with the field at fault.
func (w *walk) bad(p Protocol, n int, r Reason, field int) {
	w.add(p, n)
	w.failAt(r, field)
}

// fail notes a fault of the last layer, at its end. There is one: nothing is
// at fault before the first header.
func (w *walk) fail(r Reason) { w.failAt(r, w.at) }

// failAt notes a fault of the last layer.
func (w *walk) failAt(r Reason, offset int) { w.failOf(w.path[(w.count-1)%maxLayers], r, offset) }

// failOf notes a fault of a protocol, in the last layer. The first one counts.
func (w *walk) failOf(p Protocol, r Reason, offset int) {
	if w.fault.Reason == 0 {
		w.fault = Fault{Offset: uint32(offset), Reason: r, Layer: w.count - 1, Proto: p}
	}
}

// limit sets the end of what follows to n bytes from here, which a header announced.
func (w *walk) limit(n int) {
	w.end = w.at + n
	w.stop = min(w.end, len(w.data))
}

// within is limit for a length, announced by the field at the given offset, that
// has to fit into what is around; where it does not it is a fault, and what is
// around stays the end.
func (w *walk) within(n, field int) {
	if w.at+n <= w.end {
		w.limit(n)
	} else if !w.part {
		w.failAt(LengthBeyond, field)
	}
}

// enter begins a packet inside the packet.
func (w *walk) enter() bool {
	if int(w.depth) == w.records.MaxDepth {
		w.fail(NestedTooDeep)
		return false
	}
	w.depth++
	return true
}

// tunnel begins what the innermost IP packet carries as a tunnel: a packet
// inside the packet, whose flow's identity has the tunnel's.
func (w *walk) tunnel(t flow.Tunnel, id uint32) bool {
	if !w.enter() {
		return false
	}
	w.level++
	if w.records.Flows {
		src, dst := w.ip.addresses(w.data)
		w.scope = w.scope.AppendTunnel(t, w.ip.kind, src, dst, id)
	}
	return true
}
