// Package conn says what one conversation did, from its pieces in capture
// order: who began it, how it went and how it ended, in the words of Zeek's
// conn.log.
//
// A [Conn] is the state of one flow. It takes one piece after the other and
// knows at any moment what its record would be; how the pieces were cut into
// batches has no influence. Nothing here starts a goroutine, takes a lock or
// keeps a frame's bytes. The one rule: the pieces of a flow come in capture
// order, the first to Begin and then, as all others, to Add.
//
// What only those know who put a connection's streams together comes from them:
// [Missing] and [Reassembled]. The rest of the record is the same without.
//
// Meanings are Zeek's with checksums ignored (zeek -C); where the state of a TCP
// connection is followed, the words are those of its endpoints: inactive, SYN
// sent, partial, established, closed, reset.
package conn

import (
	"fmt"
	"math"
	"net/netip"

	"github.com/pcappipe/pcappipe/flow"
)

// Timeless is the time of a frame that its file gives none. It counts and
// takes part in the flow's state, and leaves the flow's times alone.
const Timeless int64 = math.MinInt64

// A Conn is the state of one flow. It holds no pointers and fits four cache
// lines, for there can be millions. The zero Conn, after Begin, is a new flow.
type Conn struct {
	ends       [2]endpoint // by flow.Direction
	number     uint64
	firstFrame uint64
	lastFrame  uint64
	start      int64    // time of the first frame that has one
	last       int64    // time of the last frame that counts for the duration
	handshake  int64    // time of the SYN, then how long the handshake took
	gaps       [2]tally // by the direction that they are in
	history    history
	orig       flow.Direction // which end is the originator
	kind       kind
	step       step // how far the handshake was followed
	timed      bool // start and last are set
	late       bool // the first frame had no time: start is another's

	traits trait
}

// A kind is how a flow is followed.
type kind uint8

const (
	other     kind = iota // packets are counted, nothing more is known
	fragments             // of a datagram that never was complete: neither
	tcp
	udp
	icmp
)

// IP protocol numbers.
const (
	protoICMP   = 1
	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58
)

func kindOf(key *flow.Key) kind {
	if key.Kind&flow.Fragment != 0 {
		return fragments
	}
	switch key.Proto {
	case protoTCP:
		return tcp
	case protoUDP:
		return udp
	case protoICMP, protoICMPv6:
		return icmp
	}
	return other
}

// Begin makes c a new flow of this key and number, of which first is the first
// piece, and guesses its originator. It does not count the piece: Add does.
func (c *Conn) Begin(key *flow.Key, number uint64, first *flow.Piece, frame uint64, nanos int64) {
	*c = Conn{number: number, firstFrame: frame, lastFrame: frame, kind: kindOf(key), orig: first.Dir & 1}
	c.touch(nanos)
	c.late = !c.timed
	if c.beginsReversed(key, first) {
		c.orig ^= 1
		c.history.add('^')
	}
}

// Add takes the next piece, which stands in the frame of this number and time.
func (c *Conn) Add(p *flow.Piece, frame uint64, nanos int64) {
	dir := p.Dir & 1
	e := &c.ends[dir]
	e.packets++
	e.ipBytes += uint64(p.IPLen)
	c.lastFrame = frame
	if p.Marks&flow.HasTransport == 0 {
		c.touch(nanos)
		return
	}
	switch c.kind {
	case tcp:
		c.segment(p, dir, nanos)
	case udp:
		c.touch(nanos)
		e.sent += int64(p.Length)
		e.state = active
		c.mark(dir, sawData, 'D')
	case icmp:
		c.touch(nanos)
		e.sent += int64(p.Length)
	default:
		c.touch(nanos)
	}
}

// touch moves the flow's times to that of a frame.
func (c *Conn) touch(nanos int64) {
	if nanos == Timeless {
		return
	}
	if !c.timed {
		c.start, c.timed = nanos, true
	}
	c.last = nanos
}

// A trait is what others have found of a flow. They share a byte: a Conn has no other to spare.
type trait uint8

const (
	reassembled trait = 1 << iota // its streams are
	http                          // its content is
)

func (c *Conn) has(t trait) bool { return c.traits&t != 0 }

// ConfirmHTTP says that the content of the flow is HTTP.
func (c *Conn) ConfirmHTTP() { c.traits |= http }

// Packets returns how many packets the flow has, both ways.
func (c *Conn) Packets() uint64 { return c.ends[0].packets + c.ends[1].packets }

// Bytes returns how many bytes these packets have as IP announces them, headers included.
func (c *Conn) Bytes() uint64 { return c.ends[0].ipBytes + c.ends[1].ipBytes }

// Number returns the flow's number.
func (c *Conn) Number() uint64 { return c.number }

// Originator returns which end began the flow, as far as is known by now.
func (c *Conn) Originator() flow.Direction { return c.orig }

// Label names the flow for people: "tcp 10.0.0.1:1234 > 10.0.0.2:80".
func (c *Conn) Label(key *flow.Key) string {
	orig, resp := c.endsOf(key)
	if !key.HasPorts() {
		return fmt.Sprintf("%s %v > %v", protoName(key), orig.Addr(), resp.Addr())
	}
	return fmt.Sprintf("%s %v > %v", protoName(key), orig, resp)
}

// endsOf returns the originator and the responder.
func (c *Conn) endsOf(key *flow.Key) (orig, resp netip.AddrPort) {
	a, b := key.Addresses()
	orig, resp = netip.AddrPortFrom(a, key.PortA), netip.AddrPortFrom(b, key.PortB)
	if c.orig == flow.FromB {
		orig, resp = resp, orig
	}
	return orig, resp
}

// An End is why a flow is over.
type End uint8

const (
	Fin     End = iota // both ends closed it
	Rst                // an end reset it
	Idle               // nothing came for the idle time
	Reuse              // a new flow of the same key began
	Evicted            // its memory was needed
	AtEnd              // the capture ended
)

var endNames = [...]string{"fin", "rst", "idle", "reuse", "evicted", "end"}

func (e End) String() string {
	if int(e) < len(endNames) {
		return endNames[e]
	}
	return fmt.Sprintf("end %d", uint8(e))
}
