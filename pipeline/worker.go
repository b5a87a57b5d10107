package pipeline

import (
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/record"
)

// A worker has what one goroutine needs to itself.
type worker struct {
	run      *run
	decoder  *decoder.Decoder
	encoders [kinds]output.Encoder
	row      record.Row
	flows    []uint64 // of one frame
	touched  uint64   // keeps reads that are made ahead from being left out
	// spill takes what has come together for a stream, where the worker makes a
	// large trip's records.
	spill func(t *trip, stream int)
}

func newWorker(r *run) *worker {
	w := &worker{run: r, decoder: decoder.New(decoder.Config{
		Layers:  r.wants[frames],
		Flows:   r.table != nil,
		NoVLANs: r.config.NoVLANs,
	})}
	for k := range kinds {
		if r.wants[k] {
			w.encoders[k] = r.output.Encoder(k.String())
		}
	}
	return w
}

// examine decodes all frames of a trip, groups them by flow, and finds what the
// sequencer would otherwise have to.
func (w *worker) examine(t *trip) {
	w.decoder.Reset(&t.found)
	t.sums.reset()
	t.clocks = t.clocks[:0]
	local := int64(noTime)
	t.steep = false
	for i := range t.Frames {
		f := &t.Frames[i]
		t.sums.captured += uint64(f.Len)
		t.sums.wire += uint64(f.Wire)
		if !w.passes(t, f) {
			w.decoder.Skip(&t.found)
			t.clocks = append(t.clocks, local)
			continue
		}
		w.decoder.Decode(f, t.Data(i), uint32(i), &t.found)
		if f.Flags&frame.Timeless == 0 {
			if f.Nanos > local {
				t.steep = t.steep || local != noTime && less(f.Nanos, local) > leap
				local = f.Nanos
			}
		}
		t.clocks = append(t.clocks, local)
	}
	w.sum(t)
	w.run.date(t)
}

// passes says whether a frame is within the bounds and let through by the filter.
func (w *worker) passes(t *trip, f *frame.Frame) bool {
	r := w.run
	if r.bounded && (f.Flags&frame.Timeless != 0 || f.Nanos < r.from || f.Nanos > r.to) {
		return false
	}
	return r.config.Filter == nil ||
		r.config.Filter.Match(f.Link, t.Bytes[f.Start:f.Start+f.Len:f.Start+f.Len], int(f.Wire))
}

// sum counts what the batch has.
func (w *worker) sum(t *trip) {
	s := &t.sums
	s.fragments = t.found.Fragments
	link := tally[frame.LinkType]{}
	for i := range t.Frames {
		f, p := &t.Frames[i], &t.found.Packets[i]
		s.status[p.Status]++
		if link.key != f.Link || link.n == 0 {
			if link.n > 0 {
				s.links.add(link.key, link.n)
			}
			link = tally[frame.LinkType]{key: f.Link}
		}
		link.n++
		switch p.Status {
		case decoder.Faulty:
			s.faults.add(fault{p.Fault.Proto, p.Fault.Reason}, 1)
		case decoder.Unknown:
			s.undecoded.add(f.Link, 1)
		}
		if f.Flags&frame.Timeless == 0 {
			if !s.timed {
				s.first, s.last, s.timed = f.Nanos, f.Nanos, true
			}
			s.first, s.last = min(s.first, f.Nanos), max(s.last, f.Nanos)
		}
	}
	if link.n > 0 {
		s.links.add(link.key, link.n)
	}
}

// date gives each group the clock at its first and last piece, and marks those
// whose pieces may be further apart than an idle time.
func (r *run) date(t *trip) {
	if len(t.clocks) == 0 {
		return
	}
	groups := &t.found.Groups
	wide := less(t.clocks[len(t.clocks)-1], t.clocks[0]) > r.shortestIdle
	for i := range groups.List {
		g := &groups.List[i]
		g.FirstClock, g.LastClock = t.clocks[groups.Pieces[g.First].Frame], t.clocks[groups.Pieces[g.Last].Frame]
		g.Wide = wide && r.wide(t, g)
	}
}

func (r *run) wide(t *trip, g *flow.Group) bool {
	idle := int64(r.idle[flowlock.ClassOf(&g.Key)])
	before := g.FirstClock
	for p := g.First; p != flow.None; p = t.found.Groups.Pieces[p].Next {
		now := t.clocks[t.found.Groups.Pieces[p].Frame]
		if less(now, before) > idle {
			return true
		}
		before = now
	}
	return false
}
