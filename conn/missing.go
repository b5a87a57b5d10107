package conn

import (
	"cmp"
	"math"
	"slices"

	"github.com/pcappipe/pcappipe/flow"
)

// How much may wait before a stream is given up and nothing more is told of it.
// The first two are Zeek's; the third is for memory.
const (
	maxUnanswered = 16 << 10 // bytes from a hole on, where nothing was ever acknowledged
	maxUnacked    = 10 << 20 // bytes captured behind the last acknowledgement
	maxSpans      = 1024     // pieces behind a hole, 16 KiB: real streams have a dozen
)

// A Missing finds what is missing of a connection's streams and tells its Conn,
// as Zeek does: at the moment at which an end acknowledges what was not
// captured until then, once for each hole. It knows sequence numbers alone and
// keeps no payload. A segment that the capture cut is missing as a whole.
//
// It is the caller's, beside the Conn of a flow whose streams are reassembled.
// The zero Missing is a new flow's.
type Missing struct {
	ends [2]coverage // by the direction of who sent
}

// Add takes the piece that was just given to c.
func (m *Missing) Add(c *Conn, p *flow.Piece) {
	if !c.has(reassembled) || p.Marks&flow.HasTransport == 0 {
		return
	}
	from := p.Dir & 1
	if p.Flags&flow.ACK != 0 {
		if ack := c.ends[from^1].acknowledges(p.Ack); ack > m.ends[from^1].next {
			m.acknowledge(c, from^1, ack)
		}
	}
	m.ends[from].segment(&c.ends[from], p)
}

// acknowledge tells of the holes in what an end sent, up to what its peer acknowledges.
func (m *Missing) acknowledge(c *Conn, from flow.Direction, ack int64) {
	v := &m.ends[from]
	if v.closed {
		ack = min(ack, v.length) // and not the FIN
	}
	for v.next < ack && !v.lost {
		end := min(ack, v.waiting())
		c.Gap(from, uint64(end-v.next))
		v.advance(end)
	}
}

// Charge returns the bytes that m keeps: the lists of pieces at their longest,
// each with as much room again, and not what the allocator says.
func (m *Missing) Charge() int64 {
	const size = 2 * 16 // of a span
	return size * int64(m.ends[0].most+m.ends[1].most)
}

// acknowledges returns how much of e's payload an acknowledgement is for, also
// where it acknowledges less than one before.
func (e *endpoint) acknowledges(ack uint32) int64 {
	ahead := int32(ack - (e.start + uint32(e.acked)))
	if ack == 0 && ahead > trusted {
		ahead = 0 // as in acknowledge
	}
	return e.acked + int64(ahead) - 1
}

// A span is a part of a stream: offsets of payload.
type span struct{ start, end int64 }

// A coverage is what of one stream was captured, as far as it matters for what is missing.
type coverage struct {
	next   int64  // up to here all was captured, or is known to be missing
	spans  []span // what was captured behind next: apart from it and from each other, in order
	most   int    // spans at once so far
	waits  int64  // bytes of spans
	length int64  // where the FIN stood that was seen last
	closed bool   // there was one
	lost   bool   // too much waits: not followed any more
}

// segment adds what a segment of e brings.
func (v *coverage) segment(e *endpoint, p *flow.Piece) {
	if v.lost || p.Length == 0 && p.Flags&flow.FIN == 0 {
		return
	}
	first := p.Seq
	if p.Flags&flow.SYN != 0 {
		first++
	}
	start := e.sent + int64(e.distance(first)) - 1
	end := start + int64(p.Length)
	if p.Flags&flow.FIN != 0 {
		v.length, v.closed = end, true
	}
	// What began before the stream did is no part of it, but a keep-alive's byte.
	if p.Flags&flow.RST != 0 || p.Marks&flow.Cut != 0 || start < -1 {
		return
	}
	if start == v.next && v.waits == 0 {
		v.next = end
	} else {
		v.capture(max(start, v.next), end)
	}
	if v.excessive(e) {
		v.lost, v.spans, v.waits, v.most = true, nil, 0, 0
	}
}

// excessive says whether too much waits for something that may never come.
func (v *coverage) excessive(e *endpoint) bool {
	n := len(v.spans)
	if e.acked <= 1 {
		return n > 0 && v.spans[n-1].end-v.next > maxUnanswered || n > maxSpans
	}
	return max(v.next+1-e.acked, 0)+v.waits > maxUnacked || n > maxSpans
}

// capture adds what was captured of the stream, behind next.
func (v *coverage) capture(start, end int64) {
	switch {
	case start >= end:
	case start == v.next:
		v.advance(end)
	default:
		i, _ := slices.BinarySearchFunc(v.spans, start, func(s span, at int64) int { return cmp.Compare(s.end, at) })
		j := i
		for ; j < len(v.spans) && v.spans[j].start <= end; j++ {
			v.waits -= v.spans[j].end - v.spans[j].start
			start, end = min(start, v.spans[j].start), max(end, v.spans[j].end)
		}
		v.waits += end - start
		v.spans = slices.Replace(v.spans, i, j, span{start, end})
		v.most = max(v.most, len(v.spans))
	}
}

// waiting returns where what waits behind next begins.
func (v *coverage) waiting() int64 {
	if len(v.spans) == 0 {
		return math.MaxInt64
	}
	return v.spans[0].start
}

// advance moves next on, and over what waited there.
func (v *coverage) advance(to int64) {
	v.next = to
	n := 0
	for ; n < len(v.spans) && v.spans[n].start <= v.next; n++ {
		v.waits -= v.spans[n].end - v.spans[n].start
		v.next = max(v.next, v.spans[n].end)
	}
	if n > 0 {
		v.spans = slices.Delete(v.spans, 0, n)
	}
}
