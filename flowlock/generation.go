package flowlock

import "github.com/pcappipe/pcappipe/flow"

// bits of entry.known and entry.fins, to be shifted by a direction
const (
	isnKnown  = 1
	synSeen   = 4
	finSeen   = 1
	rstSeen   = 4
	finsClose = finSeen<<flow.FromA | finSeen<<flow.FromB
)

// A Closing says how a flow's ends closed it.
type Closing uint8

const (
	Open Closing = iota
	ByFin
	ByRst
)

// Closed says whether both ends have sent FIN, or one has sent RST.
func (t *Table[S]) Closed(slot uint32) Closing {
	switch fins := t.entry(slot).fins; {
	case fins&rstSeen != 0:
		return ByRst
	case fins&finsClose == finsClose:
		return ByFin
	}
	return Open
}

// Renews says whether a piece begins a new generation of its flow: a SYN
// without ACK when the flow is closed, or when its sequence number is not the one
// that the flow began with. An end whose own SYN was not captured is known by
// what the other's SYN-ACK acknowledged; if there is neither, the flow was
// taken up in the middle, and the SYN is a new one's, unless the other end
// has sent a SYN too: both opened at once (RFC 9293, 3.5).
func (t *Table[S]) Renews(slot uint32, p *flow.Piece) bool {
	if p.Flags&(flow.SYN|flow.ACK) != flow.SYN {
		return false
	}
	if t.Closed(slot) != Open {
		return true
	}
	known := t.entry(slot).known
	if known&(isnKnown<<p.Dir) != 0 {
		return t.past(slot).isn[p.Dir] != p.Seq
	}
	return known&(synSeen<<(1-p.Dir)) == 0
}

// Note remembers what a piece says of the flow's beginning and end.
func (t *Table[S]) Note(slot uint32, p *flow.Piece) {
	e := t.entry(slot)
	if p.Flags&flow.SYN != 0 {
		t.begin(slot, p.Dir, p.Seq)
		if p.Flags&flow.ACK != 0 {
			t.begin(slot, 1-p.Dir, p.Ack-1)
		} else {
			e.known |= synSeen << p.Dir
		}
	}
	if p.Flags&flow.FIN != 0 {
		e.fins |= finSeen << p.Dir
	}
	if p.Flags&flow.RST != 0 {
		e.fins |= rstSeen
	}
}

// begin keeps the first sequence number that is known of a direction.
func (t *Table[S]) begin(slot uint32, d flow.Direction, isn uint32) {
	if e := t.entry(slot); e.known&(isnKnown<<d) == 0 {
		e.known |= isnKnown << d
		t.past(slot).isn[d] = isn
	}
}
