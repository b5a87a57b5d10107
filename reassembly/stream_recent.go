package reassembly

import "math/bits"

// Recent bytes are kept so that a retransmission can be compared with what was
// handed on: what the peer has not acknowledged yet, at most recentMost, and at least
// the last recentLeast before the next byte, since what is resent needlessly has been
// acknowledged, and one segment is as much as is resent at once then.
const (
	recentLeast = 2 << 10 // the least power of two above 1,536
	recentMost  = 64 << 10
	recentRoomy = 8 << 10 // a ring above this is given back when all is acknowledged
	recentSmall = 256     // what the shortest streams begin with
)

// A recent is the last bytes of a stream: the byte at an offset stands at the
// offset modulo the ring's size, which is zero or a power of two.
type recent struct {
	ring []byte
	from uint64 // bytes before this offset are not kept
}

// forget says that no byte before an offset is kept.
func (r *recent) forget(before uint64) { r.from = max(r.from, before) }

// begin returns the offset of the first byte that is kept, if next is the one after the last.
func (r *recent) begin(next uint64) uint64 {
	if size := uint64(len(r.ring)); next > size {
		return max(r.from, next-size)
	}
	return r.from
}

// put stores bytes at their offset; of more than the ring holds, the last.
func (r *recent) put(offset uint64, b []byte) {
	if more := len(b) - len(r.ring); more > 0 {
		offset += uint64(more)
		b = b[more:]
	}
	if len(r.ring) == 0 {
		return
	}
	to := r.ring[offset&uint64(len(r.ring)-1):]
	if n := copy(to, b); n < len(b) {
		copy(r.ring, b[n:])
	}
}

// at returns the n bytes from an offset on, in two parts.
func (r *recent) at(offset uint64, n int) (x, y []byte) {
	x = r.ring[offset&uint64(len(r.ring)-1):]
	if len(x) >= n {
		return x[:n], nil
	}
	return x, r.ring[:n-len(x)]
}

// remember keeps bytes that are about to be handed on, which d.next does not count yet.
func (a *Assembler) remember(c *Connection, d *stream, b []byte) {
	end := d.next + uint64(len(b))
	// In the steady state the ring is full and large enough: what is not acknowledged is
	// in it. The difference wraps where more was acknowledged than was seen.
	if size := uint64(len(d.recent.ring)); end-d.recent.from > size && (size < recentLeast || int64(end-d.acked) > int64(size)) {
		a.enlarge(c, d, end)
	}
	d.recent.put(d.next, b)
}

// enlarge makes the ring as large as it should be when the stream is end bytes long.
func (a *Assembler) enlarge(c *Connection, d *stream, end uint64) {
	if size := d.recentSize(end); size > len(d.recent.ring) {
		a.resize(c, d, size)
	}
}

// recentSize returns how large the ring has to be when the stream is end bytes long.
func (d *stream) recentSize(end uint64) int {
	want := min(end-d.recent.from, recentLeast)
	// What is not in the ring by now cannot come into it: so the ring at most doubles,
	// or grows with what is added, also where the first acknowledgement is late.
	if unacked := max(d.acked, d.recent.begin(d.next)); d.marks&answered != 0 && end > unacked {
		want = max(want, min(end-unacked, recentMost))
	}
	return max(recentSmall, 1<<bits.Len64(want-1))
}

// resize gives the ring another size; the last bytes stay, as many as have room.
func (a *Assembler) resize(c *Connection, d *stream, size int) {
	r := &d.recent
	begin := max(r.begin(d.next), d.next-min(d.next, uint64(size)))
	old := recent{ring: r.ring}
	r.ring, r.from = a.buffer(size), begin
	if n := int(d.next - begin); n > 0 {
		x, y := old.at(begin, n)
		r.put(begin, x)
		r.put(begin+uint64(len(x)), y)
	}
	a.discard(old.ring)
	c.charge += int64(len(r.ring)) - int64(len(old.ring))
}
