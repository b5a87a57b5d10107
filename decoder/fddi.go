package decoder

// fddi decodes an FDDI header (ISO 9314-2): frame control, two addresses, and
// in a frame of data an LLC header.
func (w *walk) fddi() {
	const size, class, data = 13, 0xf0, 0x50
	h := w.fixed(FDDI, size)
	if h == nil {
		return
	}
	w.add(FDDI, size)
	if h[0]&class == data {
		w.llc()
	}
}
