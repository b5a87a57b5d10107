package reassembly

// farthest is how far ahead of the next byte, or of what the peer has
// acknowledged, a byte may stand. Twice as far, its sequence number could not be told
// from one behind. An acknowledgement that far ahead is believed when a byte
// comes that stands no farther from it: what a capture lacks is not
// bounded by any window, but two have to say so.
const farthest = 1 << 30

// limit returns the offset at which no byte may stand.
func (d *stream) limit() uint64 { return max(d.next, d.acked) + farthest }

// A mark is what is known of a stream.
type mark uint8

const (
	begun        mark = 1 << iota // the sequence number of its offset 0 is known
	closed                        // end is known
	finished                      // by a FIN: all bytes before end were sent
	answered                      // the peer acknowledged something, be it nothing but the SYN
	scaleKnown                    // its SYN was seen, and its options could be read
	scaleOffered                  // they had a window scale
	windowPlain                   // the window is a SYN's, which is not scaled
	fromSYN                       // its SYN was seen
)

// A stream is one direction. Offsets count its bytes of payload from 0 and
// never wrap. Two cache lines; what few streams need is apart.
type stream struct {
	base   uint32 // sequence number of offset 0, modulo 2^32
	window uint16 // that the sender advertised last, not scaled
	marks  mark
	scale  uint8

	next  uint64 // offset that is handed on next
	high  uint64 // offset after the last byte that was seen
	acked uint64 // offset that the peer acknowledged last
	end   uint64 // where FIN or RST stands
	skip  uint64 // bytes before this offset are not wanted

	seen, delivered, duplicate uint64 // bytes, as in Bytes

	retransmitted, reordered uint32 // segments

	recent recent
	held   *held  // what waits behind a hole; nil: nothing
	notes  *notes // what was remarkable; nil: nothing
}

// offset returns the offset of a sequence number: of all with this number, the
// nearest to the next byte (RFC 1982). It is negative before the beginning.
func (d *stream) offset(seq uint32) int64 {
	return int64(d.next) + int64(int32(seq-d.base-uint32(d.next)))
}

// length returns the highest offset that is known of.
func (d *stream) length() uint64 {
	n := max(d.high, d.next)
	if d.marks&finished != 0 {
		n = max(n, d.end)
	}
	return max(n, d.promised())
}

// promised returns up to where the peer acknowledged bytes. One more than was
// seen is rather a FIN that is not in the capture.
func (d *stream) promised() uint64 {
	if d.marks&closed == 0 && d.acked == max(d.high, d.next)+1 {
		return d.acked - 1
	}
	return d.acked
}

// begin sets where offset 0 stands.
func (d *stream) begin(first uint32) {
	*d = stream{base: first, marks: begun}
}

// close takes note of a FIN or RST: what stands at end and beyond is no part of the stream.
func (d *stream) close(end uint64, by mark) {
	d.end = end
	d.marks |= closed | by
	if d.acked > end {
		d.acked = end // the FIN was acknowledged too
	}
}
