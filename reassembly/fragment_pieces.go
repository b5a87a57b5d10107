package reassembly

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"sort"
)

// A fragmentRun is a run of a datagram's bytes.
type fragmentRun struct{ start, end uint32 }

// A fragmentPiece is a run of bytes that one fragment brought.
type fragmentPiece struct {
	fragmentRun
	claim uint32 // IPv6: where it ends as announced; IPv4: its end, what was cut off may come again
	at    uint32 // where its bytes are, behind the header's room
}

// of returns the bytes of a run within a piece.
func (g *Datagram) of(p *fragmentPiece, start, end uint32) []byte {
	at := g.room + p.at
	return g.bytes[at+start-p.start : at+end-p.start]
}

// insert adds a fragment's bytes at start, which end at claim if nothing was cut.
func (d *Datagrams) insert(g *Datagram, start, claim uint32, payload []byte, frame uint64) {
	if start >= claim {
		return
	}
	n := len(g.pieces)
	if n == 0 || g.pieces[n-1].claim <= start { // in order
		d.place(g, n, start, claim, payload)
		return
	}
	i := sort.Search(n, func(i int) bool { return g.pieces[i].claim > start })
	switch {
	case i == n || g.pieces[i].start >= claim:
		d.place(g, i, start, claim, payload)
	case g.Key.Version == 6:
		d.collide(g, i, start, claim, payload, frame)
	default:
		d.overlay(g, i, start, payload, frame)
	}
}

// place makes a piece of bytes that overlap none.
func (d *Datagrams) place(g *Datagram, i int, start, claim uint32, payload []byte) {
	d.reserve(g, len(payload))
	d.spread(g, i, i, 1)
	g.pieces[i] = g.store(start, claim, payload)
}

// store keeps bytes, for which there is room, and returns their piece.
func (g *Datagram) store(start, claim uint32, payload []byte) fragmentPiece {
	at := uint32(len(g.bytes)) - g.room
	g.bytes = append(g.bytes, payload...)
	g.covered += uint32(len(payload))
	return fragmentPiece{fragmentRun{start, start + uint32(len(payload))}, claim, at}
}

// spread makes room for n pieces in place of those from i to j.
func (d *Datagrams) spread(g *Datagram, i, j, n int) {
	more := n - (j - i)
	if more > 0 && len(g.pieces)+more > cap(g.pieces) {
		before := cap(g.pieces)
		g.pieces = d.pieces.grown(g.pieces, more)
		d.bill(g, int64(cap(g.pieces)-before)*datagramPieceCost)
	}
	old := len(g.pieces)
	if more > 0 {
		g.pieces = g.pieces[:old+more]
	}
	copy(g.pieces[i+n:], g.pieces[j:old])
	g.pieces = g.pieces[:old+more]
}

// overlay adds bytes at start that overlap pieces from i on: the policy says, for
// each piece, who wins where both are.
func (d *Datagrams) overlay(g *Datagram, i int, start uint32, payload []byte, frame uint64) {
	d.reserve(g, len(payload))
	whole := fragmentRun{start, start + uint32(len(payload))}
	rest := whole // what has no place yet
	out := d.scratch[:0]
	won := func(end uint32) { // the new bytes up to end have their place
		if rest.start < end {
			out = append(out, g.store(rest.start, end, payload[rest.start-start:end-start]))
		}
	}
	j := i
	for ; j < len(g.pieces) && g.pieces[j].start < whole.end; j++ {
		p := g.pieces[j]
		both := fragmentRun{max(p.start, whole.start), min(p.end, whole.end)}
		kept := d.policy.keepsFragment(p.fragmentRun, whole)
		d.compare(g, &p, both, payload[both.start-start:both.end-start], frame, kept)
		if kept {
			won(both.start)
			out = append(out, p)
			rest.start = both.end
			continue
		}
		g.covered -= both.end - both.start
		if p.start < both.start {
			out = append(out, fragmentPiece{fragmentRun{p.start, both.start}, both.start, p.at})
		}
		if p.end > both.end {
			won(both.end)
			out = append(out, fragmentPiece{fragmentRun{both.end, p.end}, p.end, p.at + both.end - p.start})
			rest.start = both.end
		}
	}
	won(rest.end)
	d.spread(g, i, j, len(out))
	copy(g.pieces[i:], out)
	d.scratch = out
}

// collide is what becomes of an IPv6 fragment that overlaps piece i: if it is
// the same once more, only what the capture had cut can be new. If not, the
// datagram is nothing any more, and so is what comes of it later (RFC 5722, 4).
func (d *Datagrams) collide(g *Datagram, i int, start, claim uint32, payload []byte, frame uint64) {
	p := g.pieces[i]
	if p.start == start && p.claim == claim {
		known := min(p.end, start+uint32(len(payload)))
		if bytes.Equal(g.of(&p, start, known), payload[:known-start]) {
			g.Overlap = max(g.Overlap, OverlapIdentical)
			if start+uint32(len(payload)) > p.end {
				d.reserve(g, len(payload))
				g.covered -= p.end - p.start
				g.pieces[i] = g.store(start, claim, payload)
			}
			return
		}
	}
	for ; i < len(g.pieces) && g.pieces[i].start < claim; i++ {
		p := &g.pieces[i]
		both := fragmentRun{max(p.start, start), min(p.end, start+uint32(len(payload)))}
		if both.start < both.end {
			d.compare(g, p, both, payload[both.start-start:both.end-start], frame, true)
		}
		g.Overlap = max(g.Overlap, OverlapIdentical)
	}
	g.dropped = true
	d.release(g)
}

// compare notes that a fragment brought bytes that a piece had already.
func (d *Datagrams) compare(g *Datagram, p *fragmentPiece, both fragmentRun, brought []byte, frame uint64, kept bool) {
	had := g.of(p, both.start, both.end)
	if bytes.Equal(had, brought) {
		g.Overlap = max(g.Overlap, OverlapIdentical)
		return
	}
	g.Overlap = OverlapConflict
	g.ConflictCount++
	switch len(g.Conflicts) {
	case 0:
		g.Conflicts = make([]FragmentConflict, 0, maxDatagramConflicts)
		d.bill(g, maxDatagramConflicts*datagramConflictCost)
	case maxDatagramConflicts:
		return
	}
	if !kept {
		had, brought = brought, had
	}
	g.Conflicts = append(g.Conflicts, FragmentConflict{both.start, both.end, frame, sha256.Sum256(had), sha256.Sum256(brought)})
}

// truncate takes away what lies behind the end.
func (g *Datagram) truncate(end uint32) {
	for n := len(g.pieces) - 1; n >= 0 && g.pieces[n].claim > end; n-- {
		p := &g.pieces[n]
		lost := p.end - min(p.end, max(p.start, end))
		g.Beyond += lost
		g.covered -= lost
		p.end -= lost
		p.claim = end
		if p.start >= end {
			g.pieces = slices.Delete(g.pieces, n, n+1)
		}
	}
}
