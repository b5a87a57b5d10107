package decoder

import (
	"math"

	"github.com/pcappipe/pcappipe/flow"
)

const (
	minIPv6    = 40
	nextIPv6   = 6 // where it says which protocol follows
	sourceIPv6 = 8 // where its source address stands
)

// ipv6 decodes an IPv6 header, RFC 8200.
func (w *walk) ipv6() {
	h := w.fixed(IPv6, minIPv6)
	if h == nil {
		return
	}
	start, room := w.at, w.end-w.at
	if h[0]>>4 != 6 {
		w.notIPv6(start)
		return
	}
	w.add(IPv6, minIPv6)
	field := start + 4
	payload := int(be.Uint16(h[4:]))
	switch {
	case payload > 0 || h[nextIPv6] == protoNoNext:
	case h[nextIPv6] == protoHopByHop:
		payload, field = w.jumbo(room-minIPv6, field)
	default: // a segment yet to be cut up by the network card
		payload = room - minIPv6
	}
	w.ip = packet{kind: flow.IPv6, src: start + sourceIPv6, total: minIPv6 + payload, next: start + nextIPv6}
	w.announced(start, field)
	w.upper(h[nextIPv6])
}

// notIPv6 notes that what was announced as IPv6 has another version. It is then
// no layer, as frame.protocols has it, and the fault is the layer's that announced it.
func (w *walk) notIPv6(start int) {
	if w.count == 0 {
		w.add(IPv6, 1)
	}
	w.failOf(IPv6, BadVersion, start)
}

// jumbo returns the payload's length that the jumbo payload option of the
// hop-by-hop header here says, and where it stands (RFC 2675). An IPv6 header of
// length 0 before a hop-by-hop header has to have one; without, the payload is
// what there is room for.
func (w *walk) jumbo(room, field int) (length, at int) {
	const pad1, option, size = 0x00, 0xc2, 6
	h := w.data[w.at:w.stop]
	if len(h) < 2 || len(h) < 8+int(h[1])*8 {
		return room, field // which is the hop-by-hop header's fault
	}
	h = h[:8+int(h[1])*8]
	for i := 2; i+1 < len(h); {
		switch {
		case h[i] == pad1:
			i++
			continue
		case h[i] == option && i+size <= len(h):
			n := int(min(be.Uint32(h[i+2:]), math.MaxInt32-minIPv6))
			if n <= math.MaxUint16 {
				w.failAt(BadJumbo, w.at+i+2)
			}
			return n, w.at + i + 2
		}
		i += 2 + int(h[i+1])
	}
	w.failAt(BadJumbo, field)
	return room, field
}

// extension decodes an extension header that begins with the next header's
// protocol and its own length in units of 8 bytes, without the first (RFC 8200, 4).
func (w *walk) extension(p Protocol, proto uint8) {
	start := w.at
	h := w.fixed(p, 8)
	if h == nil || !w.layer(p, 8+int(h[1])*8) {
		w.opaque(proto)
		return
	}
	w.ip.next = start
	w.upper(h[0])
}

// fragmentHeader decodes a fragment header (RFC 8200, 4.5). One that says that
// there is but one fragment is as good as none (RFC 6946).
func (w *walk) fragmentHeader() {
	h := w.fixed(FragmentHeader, 8)
	if h == nil {
		w.opaqueAs(protoFragment, flow.Fragment)
		return
	}
	start := w.at
	w.add(FragmentHeader, 8)
	const more, offset = 0x0001, 0xfff8
	field := be.Uint16(h[2:])
	if field&(more|offset) == 0 {
		w.ip.next = start
		w.upper(h[0])
		return
	}
	w.fragment(start, h[0], be.Uint32(h[4:]), uint32(field&offset), field&more != 0)
}

// ah decodes an authentication header, RFC 4302: its length is in units of 4
// bytes, without the first two.
func (w *walk) ah() {
	h := w.fixed(AH, 12)
	if h == nil {
		w.opaque(protoAH)
		return
	}
	start, n := w.at, 8+int(h[1])*4
	if n < 12 {
		w.bad(AH, 2, HeaderLength, w.at+1)
		w.opaque(protoAH)
		return
	}
	if !w.layer(AH, n) {
		w.opaque(protoAH)
		return
	}
	w.ip.next = start
	w.upper(h[0])
}

// esp decodes the header of an encapsulating security payload, RFC 4303. What follows is encrypted.
func (w *walk) esp() {
	w.opaque(protoESP)
	w.layer(ESP, 8)
}
