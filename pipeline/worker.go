package pipeline

import (
	"slices"

	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/flowlock"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/reassembly"
	"github.com/pcappipe/pcappipe/record"
)

// A worker has what one goroutine needs to itself.
type worker struct {
	run       *run
	decoder   *decoder.Decoder
	encoders  [kinds]output.Encoder
	row       record.Row
	flows     []uint64 // of one frame
	context   fields.Context
	tap       tap
	assembler *reassembly.Assembler // nil: no streams are put together
	arriving  reassembly.Segment    // the one that is brought to its stream

	correlator *correlate.Correlator // nil: no exchanges are looked for
	room       []fields.Label        // of one frame
	single     []byte                // one record

	lister     output.Encoder // of the list of stream files
	bodyLister output.Encoder // and of that of bodies

	touched uint64 // keeps reads that are made ahead from being left out
	// spill takes what has come together for a lane, where the worker makes a
	// large trip's records.
	spill func(t *trip, lane int)
}

func newWorker(r *run) *worker {
	w := &worker{run: r, decoder: decoder.New(r.decoding(r.wants[frames]))}
	if r.config.TCP {
		w.assembler = reassembly.NewAssembler(reassembly.StreamConfig{Policy: r.config.Overlap, Hold: min(r.config.Memory/holdShare, mostHold)})
		w.tap.run, w.tap.turn = r, w.tap.keep
	}
	if r.correlates {
		w.correlator = correlate.NewCorrelator(correlate.Config{Labels: r.labels, Hold: r.config.Hold}, &w.tap)
		w.tap.by = w.correlator
	}
	if r.files != nil {
		w.lister = output.Lines(reassembly.StreamSchema, r.config.Output.Time)
	}
	if r.bodies != nil {
		w.bodyLister = output.Lines(correlate.ExchangeSchema, r.config.Output.Time)
	}
	for k := range kinds {
		if r.wants[k] {
			w.encoders[k] = r.output.Encoder(k.String())
		}
	}
	return w
}

// decoding says how frames are decoded.
func (r *run) decoding(layers bool) decoder.Config {
	return decoder.Config{Layers: layers, Flows: r.tracks, Reassemble: r.config.IP, NoVLANs: r.config.NoVLANs}
}

// examine decodes all frames of a trip, groups them by flow, and finds what the
// sequencer would otherwise have to.
func (w *worker) examine(t *trip) {
	w.decoder.Reset(&t.found)
	t.sums.reset()
	t.clocks = slices.Grow(t.clocks[:0], len(t.Frames))[:len(t.Frames)]
	all := !w.run.bounded && w.run.config.Filter == nil
	local := int64(noTime)
	t.steep = false
	for i := range t.Frames {
		f := &t.Frames[i]
		if !all && !w.passes(t, f) {
			w.decoder.Skip(&t.found)
			t.clocks[i] = local
			continue
		}
		w.decoder.Decode(f, t.Data(i), uint32(i), &t.found)
		if f.Nanos > local && f.Flags&frame.Timeless == 0 {
			t.steep = t.steep || local != noTime && less(f.Nanos, local) > leap
			local = f.Nanos
		}
		t.clocks[i] = local
	}
	w.sum(t)
	w.run.date(t)
	if w.run.labels {
		t.weigh(t)
	}
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

// sum counts what the batch has. Neighbours are mostly of one kind, so that is counted
// where it changes.
func (w *worker) sum(t *trip) {
	s := &t.sums
	s.fragments = uint64(len(t.found.Fragments))
	s.payload = w.announced(t)
	captured, wire := uint64(0), uint64(0)
	link := tally[frame.LinkType]{}
	for i := range t.Frames {
		f := &t.Frames[i]
		captured += uint64(f.Len)
		wire += uint64(f.Wire)
		if link.key != f.Link {
			s.links.count(link)
			link = tally[frame.LinkType]{key: f.Link}
		}
		link.n++
		if f.Flags&frame.Timeless == 0 {
			if !s.timed {
				s.first, s.last, s.timed = f.Nanos, f.Nanos, true
			}
			s.first, s.last = min(s.first, f.Nanos), max(s.last, f.Nanos)
		}
		if p := &t.found.Packets[i]; p.Status != decoder.Decoded {
			s.exception(f, p)
		}
	}
	s.links.count(link)
	s.captured, s.wire = captured, wire
	s.status[decoder.Decoded] = uint64(len(t.Frames)) - s.status[decoder.Faulty] - s.status[decoder.Filtered] - s.status[decoder.Unknown]
}

// announced returns how many bytes of payload the TCP headers announce whose
// streams are put together.
func (w *worker) announced(t *trip) (bytes uint64) {
	if !w.run.config.TCP {
		return 0
	}
	groups := &t.found.Groups
	for i := range groups.Pieces {
		if p := &groups.Pieces[i]; p.Marks&flow.HasTransport != 0 && w.run.assembles(&groups.List[p.Group].Key) {
			bytes += uint64(p.Length)
		}
	}
	return bytes
}

// exception counts a frame that was not simply decoded.
func (s *sums) exception(f *frame.Frame, p *decoder.Packet) {
	s.status[p.Status]++
	switch p.Status {
	case decoder.Faulty:
		s.faults.add(fault{p.Fault.Proto, p.Fault.Reason}, 1)
	case decoder.Unknown:
		s.undecoded.add(f.Link, 1)
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
		r.dateGroup(t, &groups.List[i], wide)
	}
}

func (r *run) dateGroup(t *trip, g *flow.Group, wide bool) {
	pieces := t.found.Groups.Pieces
	g.FirstClock, g.LastClock = t.clocks[pieces[g.First].Frame], t.clocks[pieces[g.Last].Frame]
	g.Wide = wide && r.wide(t, g)
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
