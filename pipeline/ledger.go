package pipeline

import (
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A Ledger accounts for every frame, and where something is put together for
// every fragment and every byte of TCP.
type Ledger struct {
	Read     uint64
	Decoded  uint64
	Faulty   uint64 // by reason in Faults
	Filtered uint64
	Unknown  uint64            // not decodable, by reason in Unknowns
	Faults   map[string]uint64 // "tcp: header cut", …
	Unknowns map[string]uint64 // "link type 147", …

	LateLabels uint64 // frame records that left before it was known which exchanges they take part in

	Fragments uint64     // IP packets that are fragments, those inside of what was put together too
	Pieces    *Fragments // what became of them; nil where they were left alone
	TCP       *Payload   // nil where no streams were put together
}

// Fragments counts what became of IP fragments.
type Fragments struct {
	Reassembled uint64 // in a complete datagram, copies among them
	TimedOut    uint64 // the rest did not come in time
	Evicted     uint64 // the ceiling was reached
	Overlapped  uint64 // of IPv6 datagrams that overlapping fragments made void
	Refused     uint64 // contradict themselves, or nest too deep
	End         uint64 // the capture ended
	Alone       uint64 // of a version of IP that was left alone
}

func (f *Fragments) sum() uint64 {
	return f.Reassembled + f.TimedOut + f.Evicted + f.Overlapped + f.Refused + f.End + f.Alone
}

// A Payload counts the bytes that TCP headers announce, and what became of them.
type Payload struct {
	Announced  uint64 // by the headers of all segments: what the rest comes to
	Incomplete uint64 // in datagrams that never were complete
	reassembly.Bytes
	Missed  uint64 // bytes of streams that were never seen, or not in time: gaps
	GivenUp uint64 // of these, because too much waited behind them
}

// Balances says whether all that was read is accounted for.
func (l *Ledger) Balances() bool {
	return l.Read == l.Decoded+l.Faulty+l.Filtered+l.Unknown && l.Faulty == sum(l.Faults) && l.Unknown == sum(l.Unknowns) &&
		(l.Pieces == nil || l.Pieces.sum() == l.Fragments) &&
		(l.TCP == nil || l.TCP.Seen+l.TCP.Incomplete == l.TCP.Announced && l.TCP.Seen == l.TCP.Bytes.Sum())
}

func sum(m map[string]uint64) (n uint64) {
	for _, v := range m {
		n += v
	}
	return n
}

// add takes what became of the payload of a flow that has ended.
func (p *Payload) add(c *reassembly.Connection) {
	for _, from := range []flow.Direction{flow.FromA, flow.FromB} {
		s := c.Stats(from)
		p.Bytes.Add(&s.Bytes)
		p.Missed += s.Missed
		p.GivenUp += s.GivenUp
	}
}
