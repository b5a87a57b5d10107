// Package decoder turns a frame's bytes into what they say: which layers stand
// where, which flows the frame belongs to, and what is wrong with it.
//
// A [Decoder] is the flat path: it appends to a [Result], allocates nothing in
// the steady state, keeps nothing of the frame, never panics, and always leaves a usable value:
// what came before a fault is kept. Every worker has its own. The fields of a
// packet are read on demand, from its layers, by package decoder/fields.
//
// Adding a protocol is one line in a table and one function.
package decoder

import "github.com/pcappipe/pcappipe/flow"

// A Layer says where one protocol's header stands in a frame. A layer with a
// fault ends with what is left of it: a header that contradicts itself with the field at
// fault, one that is cut with the last byte there is.
type Layer struct {
	Start    uint32   // offset in the frame's bytes
	Len      uint16   // bytes of its header, options included, as far as captured
	Protocol Protocol // what it is
	Depth    uint8    // how many packets are around it: a tunnel's inner packet and what an ICMP error quotes are one deeper
}

// A Status says what became of a frame. Every frame has exactly one, and the
// ledger counts them.
type Status uint8

const (
	Decoded  Status = iota // to its innermost known layer
	Faulty                 // with a fault; what came before it is kept, and where a length alone is wrong what comes after it
	Filtered               // not looked at: the filter or a limit left it out
	Unknown                // its link type is not known: nothing could be decoded
)

// A Fault is damage in a packet: the layer that has it, where, and why. The
// zero Fault is none.
type Fault struct {
	Offset uint32 // in the frame's bytes
	Reason Reason
	Layer  uint8 // which of the packet's layers, counted from its first, as Layers has them
	Proto  Protocol
}

// NoStack is the Stack of a filtered packet.
const NoStack = ^uint32(0)

// A Packet is what the decoder found in one frame.
type Packet struct {
	Fault  Fault
	First  uint32 // its first layer in Result.Layers
	Stack  uint32 // its stack in Result.Stacks, NoStack when it was not looked at
	Count  uint8  // how many layers it has
	Status Status
}

// A Stack is one sequence of protocols and how many frames of the batch have it.
type Stack struct {
	Path   string // names from outer to inner, "eth:ip:tcp", as frame.protocols has them
	Frames uint64
	Bytes  uint64 // captured bytes of these frames
}

// A Result is what was found in one batch. It is reused: Reset keeps its memory.
type Result struct {
	Packets []Packet // Packets[i] describes Frames[i]
	Layers  []Layer  // of all packets, one after the other
	Stacks  []Stack
	Groups  flow.Groups // the batch's pieces, by flow
	Scopes  flow.Scopes // VLANs and tunnels around them
	// Fragments has an entry for each IP packet that is a fragment, in order. What
	// an ICMP error quotes and what stands inside a first fragment has none.
	Fragments []Fragment
}

// packet adds a packet, which is made where it stays: one that is put together
// elsewhere and copied has to wait for its own stores. What stands in it is an earlier batch's.
func (r *Result) packet() *Packet {
	n := len(r.Packets)
	if n == cap(r.Packets) {
		r.Packets = append(r.Packets, Packet{})
	}
	r.Packets = r.Packets[:n+1]
	return &r.Packets[n]
}

// Of returns the layers of packet p.
func (r *Result) Of(p *Packet) []Layer {
	return r.Layers[p.First : p.First+uint32(p.Count)]
}
