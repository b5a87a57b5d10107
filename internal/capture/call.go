package capture

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"time"
)

// A Call is a connection whose ends say what a test has them say, when it has
// them say it. What a method adds comes behind all that was added before.
type Call struct {
	talk   talk
	nanos  int64
	size   int // of a segment's payload, at most
	frames []Frame
	wrap   func(packet []byte) []byte // makes a packet a frame
}

// Noon is when calls begin that are not told otherwise.
const Noon = int64(1_700_000_000e9)

// NewCall returns a connection between two ends, such as "10.0.0.1:40000", of
// which nothing is captured yet.
func NewCall(client, server string) *Call {
	c := &Call{nanos: Noon, size: 1460, wrap: func(packet []byte) []byte { return Ethernet(EtherTypeOf(packet), packet) }}
	c.talk.Client, c.talk.Server = netip.MustParseAddrPort(client), netip.MustParseAddrPort(server)
	c.talk.isn = [2]uint32{1000, 5000}
	return c
}

// From sets where both streams' sequence numbers begin.
func (c *Call) From(client, server uint32) *Call { c.talk.isn = [2]uint32{client, server}; return c }

// Cut sets how many bytes a segment carries at most.
func (c *Call) Cut(size int) *Call { c.size = size; return c }

// In sets what its packets travel in.
func (c *Call) In(wrap func(packet []byte) []byte) *Call { c.wrap = wrap; return c }

// Wait lets time go by.
func (c *Call) Wait(d time.Duration) *Call { c.nanos += int64(d); return c }

// Open has both ends shake hands.
func (c *Call) Open() *Call {
	return c.segment(0, syn, nil).segment(1, syn|ack, nil).segment(0, ack, nil)
}

// Client has the client say bytes, and the server acknowledge them.
func (c *Call) Client(b string) *Call { return c.say(0, b).segment(1, ack, nil) }

// Server has the server say bytes, and the client acknowledge them.
func (c *Call) Server(b string) *Call { return c.say(1, b).segment(0, ack, nil) }

// Hang has both ends say that they have said all, the server first or the client.
// Who does so first says these bytes with it.
func (c *Call) Hang(server bool, last string) *Call {
	first := bit(server)
	return c.segment(first, fin|ack, []byte(last)).segment(1-first, fin|ack, nil).segment(first, ack, nil)
}

// HalfClose has one end say that it has said all.
func (c *Call) HalfClose(server bool) *Call {
	first := bit(server)
	return c.segment(first, fin|ack, nil).segment(1-first, ack, nil)
}

// Reset has one end break it off.
func (c *Call) Reset(server bool) *Call { return c.segment(bit(server), rst|ack, nil) }

// Snap has one end say so many bytes in large segments, of which the capture has
// the headers alone. The other acknowledges them now and then. Both have IPv4.
func (c *Call) Snap(server bool, n int) *Call {
	const large, often = 65_000, 16
	from := bit(server)
	for i := 1; n > 0; i++ {
		k := min(n, large)
		c.segment(from, ack, nil)
		f := &c.frames[len(c.frames)-1]
		binary.BigEndian.PutUint16(f.Data[16:], uint16(40+k))
		f.Wire = len(f.Data) + k
		c.talk.sent[from] += uint32(k)
		if n -= k; n == 0 || i%often == 0 {
			c.segment(1-from, ack, nil)
		}
	}
	return c
}

// Frames returns what was captured.
func (c *Call) Frames() []Frame { return slices.Clone(c.frames) }

func (c *Call) say(from int, b string) *Call {
	for len(b) > 0 {
		k := min(len(b), c.size)
		c.segment(from, psh|ack, []byte(b[:k]))
		b = b[k:]
	}
	return c
}

// segment adds a segment, 10 µs behind the last.
func (c *Call) segment(from int, flags uint8, payload []byte) *Call {
	c.nanos += 10_000
	s := c.talk.add(from, flags, payload)
	c.frames = append(c.frames, Frame{Nanos: c.nanos, Data: c.wrap(c.talk.packet(s))})
	return c
}

// Together returns the frames of several calls in the order of their times.
func Together(calls ...*Call) (frames []Frame) {
	for _, c := range calls {
		frames = append(frames, c.frames...)
	}
	slices.SortStableFunc(frames, func(a, b Frame) int { return cmp.Compare(a.Nanos, b.Nanos) })
	return frames
}
