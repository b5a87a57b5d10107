package conn

import (
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/record"
)

// A Reassembled is what the reassembly of a flow's streams counted, by the
// direction of who sent it. It is the caller's, beside the Conn: only flows
// whose streams are reassembled have one.
type Reassembled struct {
	Retransmitted [2]uint64 // segments with nothing but payload that had come before, without keep-alives and repeated probes of a zero window
	Reordered     [2]uint64 // segments that filled a hole or part of one, late or sent again
}

// Reassemble says, between Begin and the first Add, that the flow's streams are
// reassembled: its record then has missed_bytes, and its history the letters t
// and g. Nothing else of it changes. Flows of other transports it leaves alone.
func (c *Conn) Reassemble() {
	if c.kind == tcp {
		c.traits |= reassembled
	}
}

// Gap takes note of n bytes that an end sent and the capture does not have. As
// Zeek has it, the peer's acknowledgement tells of them, so Gap is called after
// the Add of the piece that acknowledged them: a [Missing] does. What is missing
// before both ends were established, or after a RST, may never have been sent:
// it does not count.
func (c *Conn) Gap(from flow.Direction, n uint64) {
	from &= 1
	e, peer := &c.ends[from], &c.ends[from^1]
	if !c.has(reassembled) || n == 0 || !e.orderly() || !peer.orderly() {
		return
	}
	e.missed += n
	if c.gaps[from].more() {
		c.tell(from, 'G')
	}
}

// orderly says whether an end was established, and closed from there at most.
func (e *endpoint) orderly() bool {
	return e.state == established || e.state == closed && e.before == established
}

// tellRetransmission adds a segment whose payload did not advance what its end
// had sent: a retransmission, a keep-alive, or one that was late. Zeek counts
// the data of a SYN too, and of a RST.
func (c *Conn) tellRetransmission(dir flow.Direction) {
	if c.ends[dir].retransmissions.more() {
		c.tell(dir, 'T')
	}
}

// reassembly adds what reassembly counted.
func (c *Conn) reassembly(row *record.Row, r *Reassembled) {
	orig, resp := c.orig, c.orig^1
	row.Uint(fieldOrigRetransmitted, r.Retransmitted[orig])
	row.Uint(fieldRespRetransmitted, r.Retransmitted[resp])
	row.Uint(fieldOrigReordered, r.Reordered[orig])
	row.Uint(fieldRespReordered, r.Reordered[resp])
}
