package reassembly

import (
	"cmp"
	"math"
	"time"

	"github.com/pcappipe/pcappipe/internal/invariants"
)

// A DatagramConfig says how datagrams are reassembled. Its zero value is the defaults.
type DatagramConfig struct {
	Policy  Policy        // IPv4: who wins where fragments overlap; IPv6: any overlap but an exact duplicate ends the datagram
	Timeout time.Duration // from a datagram's first fragment on; 0: 60 s (RFC 8200, 4.5; RFC 1122, 3.3.2)
	Memory  int64         // what may be charged before Overflow gives datagrams up; 0: 64 MiB
}

const (
	defaultDatagramTimeout = 60 * time.Second
	defaultDatagramMemory  = 64 << 20
)

// Datagrams puts fragments together. Each fragment that is handed in comes out
// as a part of exactly one [Datagram]. It has one owner: it is not safe for
// concurrent use.
//
// The end of a datagram is where the first last fragment that comes puts it, as
// in tshark; what lies behind is left out. A byte that the capture cut off is a
// hole until another fragment brings it. A copy of a fragment of a datagram that
// is complete begins another: complete ones are not remembered.
type Datagrams struct {
	policy  Policy
	timeout uint64
	memory  int64

	index          map[DatagramKey]*Datagram
	recent         *Datagram // where the last fragment went, if it is still held: most often the next goes there too
	oldest, newest *Datagram // held, by their first fragments
	charged        int64
	ledger         FragmentLedger

	// What waits for its next use: all together, 16 MiB at most.
	spare   []*Datagram
	bytes   datagramStock[byte]
	parts   datagramStock[Part]
	pieces  datagramStock[fragmentPiece]
	scratch []fragmentPiece // overlay's
}

const (
	datagramStockBytes = 2 << 20   // of each capacity, for bytes
	datagramStockLists = 256 << 10 // of each capacity, for lists
	datagramSpares     = 2048
)

// A FragmentLedger says what became of fragments. Seen is the sum of the others, at any moment.
type FragmentLedger struct {
	Seen uint64
	Held uint64                   // in datagrams that have not ended
	By   [datagramOutcomes]uint64 // in datagrams that have ended, by Outcome
}

// NewDatagrams returns an empty table.
func NewDatagrams(c DatagramConfig) *Datagrams {
	return &Datagrams{
		policy:  c.Policy,
		timeout: uint64(cmp.Or(max(c.Timeout, 0), defaultDatagramTimeout)),
		memory:  cmp.Or(max(c.Memory, 0), defaultDatagramMemory),
		index:   make(map[DatagramKey]*Datagram),
		bytes: newDatagramStock[byte](datagramStockBytes, 512+datagramHeaderRoom, 4<<10+datagramHeaderRoom, 16<<10+datagramHeaderRoom, 64<<10+datagramHeaderRoom,
			128<<10+datagramHeaderRoom, 256<<10+datagramHeaderRoom),
		parts:  newDatagramStock[Part](datagramStockLists/datagramPartCost, 4, 16, 64, 256, 1024, 4096),
		pieces: newDatagramStock[fragmentPiece](datagramStockLists/datagramPieceCost, 4, 16, 64, 256, 1024, 4096),
	}
}

// Charged returns what the datagrams that are held are charged, in bytes.
func (d *Datagrams) Charged() int64 { return d.charged }

// Ledger returns what became of the fragments so far.
func (d *Datagrams) Ledger() FragmentLedger { return d.ledger }

// Add adds a fragment and returns the datagram that has ended with it, if one
// has: Complete, or Refused with this fragment alone. The caller has called
// Expire with the fragment's clock before.
func (d *Datagrams) Add(k *DatagramKey, f *Fragment) *Datagram {
	d.ledger.Seen++
	d.ledger.Held++
	if f.refused(k.Version) {
		g := d.begin(k, f)
		d.note(g, f)
		return d.give(g, Refused)
	}
	g := d.find(k, f)
	d.note(g, f)
	g.reach(f)
	if g.dropped {
		return nil
	}
	d.head(g, f)
	d.fill(g, f)
	if g.EndKnown && g.covered == g.Length && !g.dropped {
		return d.give(g, Complete)
	}
	return nil
}

// find returns the datagram that a fragment belongs to.
func (d *Datagrams) find(k *DatagramKey, f *Fragment) *Datagram {
	if f.atomic(k.Version) {
		return d.begin(k, f)
	}
	if d.recent != nil && d.recent.Key == *k {
		return d.recent
	}
	g := d.index[*k]
	if g == nil {
		g = d.begin(k, f)
		d.index[*k] = g
		g.indexed = true
	}
	d.recent = g
	return g
}

// begin returns a new datagram, the newest of those that are held.
func (d *Datagrams) begin(k *DatagramKey, f *Fragment) *Datagram {
	var g *Datagram
	if last := len(d.spare) - 1; last >= 0 {
		g = d.spare[last]
		d.spare = d.spare[:last]
	} else {
		g = new(Datagram)
	}
	g.loan.Take()
	g.Key, g.Next, g.first = *k, f.Next, f.Clock
	d.link(g)
	d.bill(g, datagramCost)
	return g
}

// link makes a datagram the newest of those that are held.
func (d *Datagrams) link(g *Datagram) {
	g.older = d.newest
	if d.newest != nil {
		d.newest.newer = g
	} else {
		d.oldest = g
	}
	d.newest = g
}

// unlink takes a datagram out of the order of those that are held.
func (d *Datagrams) unlink(g *Datagram) {
	if g.older != nil {
		g.older.newer = g.newer
	} else {
		d.oldest = g.newer
	}
	if g.newer != nil {
		g.newer.older = g.older
	} else {
		d.newest = g.older
	}
	g.older, g.newer = nil, nil
}

// note adds a fragment to the datagram's parts.
func (d *Datagrams) note(g *Datagram, f *Fragment) {
	if len(g.Parts) == cap(g.Parts) {
		before := cap(g.Parts)
		g.Parts = d.parts.grown(g.Parts, 1)
		d.bill(g, int64(cap(g.Parts)-before)*datagramPartCost)
	}
	g.Parts = append(g.Parts, Part{f.Frame, f.Nanos, f.Offset, f.Length, f.Size})
}

// head takes what a fragment says of the whole packet, if that is its to say.
func (d *Datagrams) head(g *Datagram, f *Fragment) {
	if f.Offset != 0 || g.headed {
		return
	}
	g.headed = true
	g.Next, g.nextAt = f.Next, f.NextAt
	d.keepHeader(g, f.Header, len(f.captured()))
}

// reach takes what a fragment says of the datagram's end: the first last fragment decides.
func (g *Datagram) reach(f *Fragment) {
	end := f.Offset + f.Length
	switch {
	case f.More && !g.EndKnown:
		g.Length = max(g.Length, end)
	case !f.More && !g.EndKnown:
		g.EndKnown, g.Length = true, end
		g.truncate(end)
	case !f.More && g.Length != end:
		g.Ends++
	}
}

// fill adds a fragment's bytes, as far as they lie before the end.
func (d *Datagrams) fill(g *Datagram, f *Fragment) {
	payload := f.captured()
	g.Cut += f.Length - uint32(len(payload))
	if fits := max(g.Length, f.Offset) - f.Offset; uint32(len(payload)) > fits {
		g.Beyond += uint32(len(payload)) - fits
		payload = payload[:fits]
	}
	claim := min(f.Offset+f.Length, g.Length)
	if g.Key.Version != 6 {
		claim = f.Offset + uint32(len(payload))
	}
	d.insert(g, f.Offset, claim, payload, f.Frame)
}

// Expire returns the next datagram whose time is over at this clock, the oldest
// first, or nil when there is none.
func (d *Datagrams) Expire(clock int64) *Datagram {
	g := d.oldest
	if g == nil || clock <= g.first || uint64(clock)-uint64(g.first) <= d.timeout {
		return nil
	}
	return d.give(g, TimedOut)
}

// Renew says that a held datagram whose only fragment stands in this frame is
// not older than a clock, which is later than all clocks before.
func (d *Datagrams) Renew(k *DatagramKey, frame uint64, clock int64) {
	g := d.index[*k]
	if g == nil || len(g.Parts) != 1 || g.Parts[0].Frame != frame || clock <= g.first {
		return
	}
	d.unlink(g)
	g.first = clock
	d.link(g)
}

// Overflow returns the oldest datagram, given up, while more is charged than may
// be; nil when it fits.
func (d *Datagrams) Overflow() *Datagram {
	if d.charged <= d.memory || d.oldest == nil {
		return nil
	}
	return d.give(d.oldest, Evicted)
}

// Remaining returns the datagrams that are left when the capture is over, one
// after the other, the oldest first; nil when there are no more.
func (d *Datagrams) Remaining() *Datagram {
	if d.oldest == nil {
		return nil
	}
	return d.give(d.oldest, AtEnd)
}

// give ends a datagram and hands it over.
func (d *Datagrams) give(g *Datagram, o Outcome) *Datagram {
	if g.dropped {
		o = Overlapped
	}
	g.Outcome = o
	d.seal(g)
	if o == Complete {
		g.restore()
	}
	d.forget(g)
	d.ledger.Held -= uint64(len(g.Parts))
	d.ledger.By[o] += uint64(len(g.Parts))
	return g
}

// forget takes a datagram out of those that are held.
func (d *Datagrams) forget(g *Datagram) {
	if g.indexed {
		delete(d.index, g.Key)
	}
	if d.recent == g {
		d.recent = nil
	}
	d.unlink(g)
	d.charged -= g.charge
}

// Return takes a datagram back that was handed over: its memory serves the next.
func (d *Datagrams) Return(g *Datagram) {
	g.loan.Return()
	loan := g.loan
	invariants.Poison(g.bytes)
	d.bytes.put(g.bytes)
	d.parts.put(g.Parts)
	d.pieces.put(g.pieces)
	*g = Datagram{loan: loan}
	if len(d.spare) < datagramSpares {
		d.spare = append(d.spare, g)
	}
}

// Deadline returns the last clock at which a datagram's time is not over.
func (d *Datagrams) Deadline(g *Datagram) int64 {
	if left := uint64(math.MaxInt64) - uint64(g.first); g.first > 0 && d.timeout > left {
		return math.MaxInt64
	}
	return g.first + int64(d.timeout)
}
