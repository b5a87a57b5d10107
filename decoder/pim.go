package decoder

import "github.com/pcappipe/pcappipe/flow"

// pim decodes a PIM header, RFC 7761, and the packet in a register message.
func (w *walk) pim() {
	const size, version, kinds, register, flags = 4, 0x20, 0x0f, 0x01, 4
	w.opaque(protoPIM)
	h := w.fixed(PIM, size)
	if h == nil {
		return
	}
	if h[0] != version|register {
		w.add(PIM, size)
		return
	}
	if w.layer(PIM, size+flags) {
		w.registered(h[size])
	}
}

// registered decodes what a first-hop router sends to the rendezvous point: a
// packet, or a header without one, which only asks whether to go on.
func (w *walk) registered(flags byte) {
	const null = 0x40
	w.part = w.part || flags&null != 0
	w.version(flow.TunnelPIM, 0)
}
