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
		p := flow.Piece{Offset: uint32(w.at), Length: uint32(w.end - w.at)}
		w.track(proto, kind, 0, 0, &p)
	}
}

// track adds a piece of the innermost IP packet.
func (w *walk) track(proto uint8, kind flow.Kind, srcPort, dstPort uint16, p *flow.Piece) {
	r := w.result
	scope := uint32(0)
	if len(w.scope) > 0 {
		scope = r.Scopes.Number(w.scope)
	}
	var key flow.Key
	if w.ip.kind|kind == flow.IPv4 {
		p.Dir = key4(&key, w.data[w.ip.src:w.ip.src+8], proto, srcPort, dstPort)
		key.Scope = scope
	} else {
		src, dst := w.ip.addresses(w.data)
		key, p.Dir = flow.NewKey(w.ip.kind|kind, proto, src, dst, srcPort, dstPort, scope)
	}
	p.Frame, p.IPLen, p.Level = w.index, uint32(w.ip.total), w.level
	captured := uint32(len(w.data))
	p.Offset = min(p.Offset, captured)
	if p.Length > captured-p.Offset {
		p.Marks |= flow.Cut
	}
	r.Groups.Add(&key, key.Hash(), p)
}

// key4 is flow.NewKey for what most packets are, in place and in whole words:
// addresses are compared as numbers, and no wide load has to wait for narrow stores.
func key4(k *flow.Key, addresses []byte, proto uint8, srcPort, dstPort uint16) flow.Direction {
	k.Proto, k.Kind = proto, flow.IPv4
	a, b := binary.LittleEndian.Uint32(addresses), binary.LittleEndian.Uint32(addresses[4:])
	src, dst := bits.ReverseBytes32(a), bits.ReverseBytes32(b)
	dir := flow.FromA
	if src > dst || src == dst && srcPort > dstPort {
		dir = flow.FromB
		a, b, srcPort, dstPort = b, a, dstPort, srcPort
	}
	binary.LittleEndian.PutUint64(k.A[:], uint64(a))
	binary.LittleEndian.PutUint64(k.B[:], uint64(b))
	k.PortA, k.PortB = srcPort, dstPort
	return dir
}
