package reassembly

import "github.com/pcappipe/pcappipe/flow"

// start makes sure that the direction is begun, by a segment that may begin it. It says
// whether the segment belongs to the stream: a SYN does if it has the
// stream's initial sequence number, or if nothing was seen of it but other SYNs; a RST
// without payload begins nothing.
func (c *Connection) start(from flow.Direction, s *Segment) bool {
	d := &c.streams[from]
	if s.Flags&flow.SYN != 0 {
		first := s.Seq + 1
		known := d.marks&begun != 0
		if known && d.offset(first) != 0 && (d.seen > 0 || d.marks&closed != 0) {
			return false
		}
		if !known || d.offset(first) != 0 {
			d.begin(first)
		}
		d.marks |= fromSYN
		d.readScale(s.Options)
		return true
	}
	if d.marks&begun == 0 {
		if s.Flags&flow.RST != 0 && s.Length == 0 {
			return false
		}
		d.begin(s.first())
	}
	return true
}

// ends says whether a FIN or RST ends the stream where it stands: a RST that was
// believed does; a FIN does if nothing was seen behind it, and it does not stand
// beyond what its receiver may expect.
func (c *Connection) ends(from flow.Direction, end int64, rst bool) bool {
	d := &c.streams[from]
	return rst || end >= int64(d.high) && uint64(end) <= max(d.next, d.acked, d.high)+c.reach(from)
}

// refuse counts the payload of a segment that is not part of the stream.
func (d *stream) refuse(c *Connection, s *Segment) {
	if s.Length == 0 {
		return
	}
	d.seen += uint64(s.Length)
	d.noted(c).outOfWindow += uint64(len(s.Payload))
	d.noted(c).cut += uint64(s.Length) - uint64(len(s.Payload))
}

// readScale takes the window scale from a SYN.
func (d *stream) readScale(options []byte) {
	shift, offered, whole := windowScale(options)
	if !whole {
		return
	}
	d.scale = shift
	d.marks |= scaleKnown
	if offered {
		d.marks |= scaleOffered
	}
}

// believes says whether a RST stands where its receiver may expect it: not before what
// was acknowledged, and not beyond the window.
func (c *Connection) believes(from flow.Direction, off int64) bool {
	d := &c.streams[from&1]
	low := min(d.next, d.acked)
	high := max(d.next, d.acked, d.high) + c.reach(from)
	return off >= int64(low) && uint64(off) <= high
}

// reach returns how far beyond all that was seen of a direction its FIN or RST
// may stand: the window that its peer advertised last, or as far as any byte may
// where the window's scale is not known (RFC 7323, 2.2: both SYNs must offer it).
func (c *Connection) reach(from flow.Direction) uint64 {
	d, peer := &c.streams[from&1], &c.streams[from&1^1]
	if peer.marks&scaleKnown == 0 {
		return farthest
	}
	shift := peer.scale
	refused := d.marks&scaleKnown != 0 && d.marks&scaleOffered == 0
	if peer.marks&scaleOffered == 0 || peer.marks&windowPlain != 0 || refused {
		shift = 0
	}
	return uint64(peer.window) << shift
}
