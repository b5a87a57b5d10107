package reassembly

import (
	"crypto/sha256"
	"iter"

	"github.com/pcappipe/pcappipe/internal/invariants"
)

// A Datagram is what became of the fragments of one key: a whole packet, or what
// there was of it when it was given up. Who got it from [Datagrams] owns it until
// [Datagrams.Return]; what its methods return dies then.
type Datagram struct {
	Key     DatagramKey
	Outcome Outcome
	Parts   []Part // all its fragments, in order of arrival, duplicates too
	Next    uint8  // protocol of the payload, as the fragment at offset 0 says, or else the one that came first

	Length   uint32 // of the payload: where its end is, or as far as fragments reach while that is not known
	EndKnown bool   // the last fragment was seen
	Cut      uint32 // bytes that fragments announce and the capture lacks
	Beyond   uint32 // captured bytes that lie behind the end: they are left out
	Ends     uint32 // how many more last fragments put the end elsewhere: the first decides

	Overlap       Overlap
	Conflicts     []FragmentConflict // the first ones
	ConflictCount uint32             // of all

	loan    invariants.Loan
	dropped bool // IPv6: fragments overlapped
	indexed bool // found under its key
	sealed  bool // its bytes lie in order from room on, without gaps
	first   int64
	charge  int64

	older, newer *Datagram

	pieces  []fragmentPiece // what there is, in order, disjoint
	covered uint32          // bytes of all pieces

	// bytes begins with room for the header, which stands at its end. Behind it
	// are the fragments' bytes in order of arrival, with those that lost since.
	bytes  []byte
	room   uint32
	header uint32 // its length
	headed bool   // the header is of the fragment at offset 0
	nextAt uint16
}

// A Part is what is kept of one fragment for those who count frames.
type Part struct {
	Frame  uint64
	Nanos  int64
	Offset uint32
	Length uint32
	Size   uint32
}

// An Outcome is how a datagram ended.
type Outcome uint8

const (
	Complete   Outcome = iota // there is no hole in it
	TimedOut                  // it took too long
	Evicted                   // it was the oldest when memory was short
	Overlapped                // IPv6: its fragments overlapped, so that none of them counts (RFC 5722)
	Refused                   // its only fragment can be part of no datagram
	AtEnd                     // the capture ended

	datagramOutcomes = iota
)

var datagramOutcomeNames = [datagramOutcomes]string{
	Complete: "complete", TimedOut: "timeout", Evicted: "evicted", Overlapped: "overlapped", Refused: "refused", AtEnd: "end",
}

// String returns the outcome's name in records.
func (o Outcome) String() string {
	if int(o) < len(datagramOutcomeNames) {
		return datagramOutcomeNames[o]
	}
	return "unknown"
}

// Overlap says whether fragments brought the same bytes more than once.
type Overlap uint8

const (
	OverlapNone      Overlap = iota
	OverlapIdentical         // what came more than once was the same each time, as far as it was captured
	OverlapConflict          // it was not

	datagramOverlaps = iota
)

var datagramOverlapNames = [datagramOverlaps]string{OverlapNone: "none", OverlapIdentical: "identical", OverlapConflict: "conflict"}

// String returns the overlap's name in records.
func (o Overlap) String() string {
	if int(o) < len(datagramOverlapNames) {
		return datagramOverlapNames[o]
	}
	return "unknown"
}

// A FragmentConflict is where a fragment brought other bytes than there were.
type FragmentConflict struct {
	Start, End uint32 // the bytes that two fragments had in common
	Frame      uint64 // of the fragment that came later
	Kept       [sha256.Size]byte
	Dropped    [sha256.Size]byte
}

// maxDatagramConflicts is how many conflicts a datagram lists.
const maxDatagramConflicts = 16

// Charge returns what the datagram was charged when it was handed over.
func (g *Datagram) Charge() int64 { return g.charge }

// Payload returns the payload; of a datagram with holes, the bytes that there are, in order.
func (g *Datagram) Payload() []byte {
	if !g.sealed {
		return nil
	}
	return g.bytes[g.room : g.room+g.covered]
}

// Packet returns the whole packet, header and payload, or nil when the datagram
// is not complete. The header is that of the fragment at offset 0, with what
// fragmenting had changed put right.
func (g *Datagram) Packet() []byte {
	if !g.sealed || g.Outcome != Complete {
		return nil
	}
	return g.bytes[g.room-g.header : g.room+g.covered]
}

// Holes returns what is missing, each hole as its first byte and the one behind
// it. Where the end is not known, what lies behind the last fragment is not told.
func (g *Datagram) Holes() iter.Seq2[uint32, uint32] {
	return func(yield func(start, end uint32) bool) {
		at := uint32(0)
		for i := range g.pieces {
			p := &g.pieces[i]
			if p.start == p.end { // all of it was cut off
				continue
			}
			if p.start > at && !yield(at, p.start) {
				return
			}
			at = p.end
		}
		if at < g.Length {
			yield(at, g.Length)
		}
	}
}
