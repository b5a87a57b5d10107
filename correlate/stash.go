package correlate

import (
	"slices"
	"time"

	"github.com/pcappipe/pcappipe/flow"
)

// A piece is bytes of a direction, or a gap in it.
type piece struct {
	start, end uint64
	bytes      []byte // nil: a gap
	frame      uint64
	frames     []uint64
	nanos      int64
	clock      int64 // when it came
	ack        uint64
	ackKnown   bool
}

// patience is how long on the capture clock a direction waits for the other: captures
// have their directions out of step by far less.
const patience = int64(time.Second)

// mostStash is how many bytes of a direction wait for the other: then they are
// read as they are.
const mostStash = 256 << 10

// waits says whether what a side says has to wait for the other: an answer, for
// what it answers, which the capture can have behind it; and what comes
// behind a wish for another protocol, for the answer.
func (d *dialogue) waits(from flow.Direction, p *piece) bool {
	s := &d.sides[from]
	switch {
	case d.protocol == searching || d.protocol == foreign || s.kept > mostStash:
		return false
	case d.by.clock-p.clock > patience: // what it waits for was not captured
		return false
	case from == d.client:
		return d.awaits != nil
	}
	asks := &d.sides[from^1]
	return p.bytes != nil && p.ackKnown && asks.knows && p.ack > asks.told
}

// keep copies a piece.
func (d *dialogue) keep(from flow.Direction, p *piece) {
	s := &d.sides[from]
	own := *p
	if p.bytes != nil {
		own.bytes = append(make([]byte, 0, len(p.bytes)), p.bytes...) // not nil: that is a gap
	}
	own.frames = slices.Clone(p.frames)
	s.kept += len(own.bytes)
	s.stash = append(s.stash, own)
	d.charge += own.cost()
}

// forget drops what was kept of a side.
func (d *dialogue) forget(from flow.Direction) {
	for s := &d.sides[from]; len(s.stash) > 0; {
		d.take(from)
	}
	d.sides[from].doubt = false
}

func (p *piece) cost() int64 { return costPiece + int64(len(p.bytes)) + 8*int64(len(p.frames)) }

// take returns the first piece of a side's stash.
func (d *dialogue) take(from flow.Direction) piece {
	s := &d.sides[from]
	p := s.stash[0]
	s.stash[0] = piece{}
	if s.stash = s.stash[1:]; len(s.stash) == 0 {
		s.stash = nil
	}
	s.kept -= len(p.bytes)
	d.charge -= p.cost()
	return p
}

// drain reads what waits no longer.
func (d *dialogue) drain() {
	for again := true; again; {
		again = false
		for _, from := range []flow.Direction{d.client, d.client ^ 1} {
			if d.protocol == searching {
				d.search(from)
				again = again || d.protocol != searching
				continue
			}
			for s := &d.sides[from]; len(s.stash) > 0 && !d.waits(from, &s.stash[0]) && d.protocol != searching; again = true {
				p := d.take(from)
				d.read(from, &p)
			}
		}
	}
}
