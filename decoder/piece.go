package decoder

import (
	"encoding/binary"
	"math/bits"

	"github.com/pcappipe/pcappipe/flow"
)

// A packet is what the walk knows of an IP packet.
type packet struct {
	kind  flow.Kind
	src   int // where its source address begins; the destination follows
	total int // its bytes, header included, as announced
	// around is where what is around the packet ends: bytes that are announced
	// beyond it were never sent.
	around int
	next   int // where the last field so far stands that says which protocol follows
}

// start returns where its header begins.
func (p *packet) start() int {
	if p.kind == flow.IPv6 {
		return p.src - sourceIPv6
	}
	return p.src - sourceIPv4
}

// addresses returns the source and the destination.
func (p *packet) addresses(data []byte) (src, dst []byte) {
	n := 4
	if p.kind == flow.IPv6 {
		n = 16
	}
	return data[p.src : p.src+n], data[p.src+n : p.src+2*n]
}

// tracks says whether the innermost IP packet gives a piece.
func (w *walk) tracks() bool { return w.records.Flows && !w.part }

// opaque adds the piece of an IP packet whose transport has no ports, or none that can be read.
func (w *walk) opaque(proto uint8) { w.opaqueAs(proto, 0) }

func (w *walk) opaqueAs(proto uint8, kind flow.Kind) {
	if w.tracks() {
		w.track(proto, kind, 0, 0, w.at, w.end-w.at, 0)
	}
}

// track adds a piece of the innermost IP packet: its payload begins at an offset
// in the frame and has so many bytes as announced.
func (w *walk) track(proto uint8, kind flow.Kind, srcPort, dstPort uint16, at, length int, flags uint16) *flow.Piece {
	scope := uint32(0)
	if len(w.scope) > 0 {
		scope = w.result.Scopes.Number(w.scope)
	}
	var p *flow.Piece
	if w.ip.kind|kind == flow.IPv4 {
		p = addIPv4(&w.result.Groups, (*[8]byte)(w.data[w.ip.src:]), proto, srcPort, dstPort, scope, flags)
	} else {
		src, dst := w.ip.addresses(w.data)
		var key flow.Key
		dir := key.Set(w.ip.kind|kind, proto, src, dst, srcPort, dstPort, scope)
		p = w.result.Groups.Add(&key, key.Hash(), flags)
		p.Dir = dir
	}
	captured := len(w.data)
	at = min(at, captured)
	p.Frame, p.IPLen, p.Level = w.index, uint32(w.ip.total), w.level
	p.Offset, p.Length = uint32(at), uint32(length)
	if length > captured-at {
		p.Marks = flow.Cut
	}
	return p
}

// addIPv4 is flow.NewKey and Groups.Add for what most packets are: source and
// destination are compared as numbers.
func addIPv4(g *flow.Groups, addresses *[8]byte, proto uint8, srcPort, dstPort uint16, scope uint32, flags uint16) *flow.Piece {
	a, b := binary.LittleEndian.Uint32(addresses[:]), binary.LittleEndian.Uint32(addresses[4:])
	src, dst := bits.ReverseBytes32(a), bits.ReverseBytes32(b)
	if src > dst || src == dst && srcPort > dstPort {
		p := g.AddIPv4(b, a, dstPort, srcPort, scope, proto, flags)
		p.Dir = flow.FromB
		return p
	}
	return g.AddIPv4(a, b, srcPort, dstPort, scope, proto, flags)
}
