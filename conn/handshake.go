package conn

import "github.com/pcappipe/pcappipe/flow"

// A step is how far the handshake of a TCP connection was followed.
type step uint8

const (
	noStep   step = iota // nothing was seen
	stepSYN              // the SYN
	stepBoth             // and the SYN with ACK that answers it
	measured             // and the ACK that answers that: Conn.handshake has the time between
	unclear              // something is missing or came twice: which answers which is not known
)

// follow measures the handshake: from the SYN over the SYN with ACK to its ACK,
// as the place of the capture saw them. Nothing is measured where one of the
// three is missing, has no time or was sent again before the next.
func (c *Conn) follow(p *flow.Piece, dir flow.Direction, nanos int64) {
	peer := &c.ends[dir^1]
	was, kind, byOrig := c.step, p.Flags&(control|flow.ACK), dir == c.orig
	c.step = unclear
	switch {
	case nanos == Timeless:
	case was == noStep && kind == flow.SYN:
		c.step, c.handshake = stepSYN, nanos
	case was == stepSYN && kind == flow.SYN|flow.ACK && !byOrig && peer.sends(p.Ack):
		c.step = stepBoth
	case was == stepBoth && kind == flow.ACK && !byOrig:
		c.step = stepBoth // a server that speaks at once
	case was == stepBoth && kind == flow.ACK && peer.sends(p.Ack) && nanos >= c.handshake:
		c.step, c.handshake = measured, nanos-c.handshake
	}
}

// sends says whether an acknowledgement is for the SYN of e or what it sent after.
func (e *endpoint) sends(ack uint32) bool {
	n := ack - e.start
	return n > 0 && int64(n) <= e.sent
}
