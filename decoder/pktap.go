package decoder

import (
	"encoding/binary"

	"github.com/pcappipe/pcappipe/frame"
)

// pktap decodes what Apple's systems write before a frame: its own length, the
// link type of the frame, and which process sent it. Little endian.
func (w *walk) pktap() {
	const fixed, packet = 12, 1
	le := binary.LittleEndian
	h := w.fixed(PKTAP, fixed)
	if h == nil {
		return
	}
	n := int(min(le.Uint32(h), 1<<16))
	if n < fixed {
		w.bad(PKTAP, 4, HeaderLength, w.at)
		return
	}
	if w.layer(PKTAP, n) && le.Uint32(h[4:]) == packet {
		w.link(frame.LinkType(le.Uint32(h[8:])))
	}
}
