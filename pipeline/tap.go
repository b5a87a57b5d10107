package pipeline

import (
	"math"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A tap takes what the streams of a flow hand on, while one of its jobs runs,
// to all who want it. Every worker has its own.
type tap struct {
	run    *run
	by     *correlate.Correlator // nil: what streams say is not looked at
	j      *job
	c      *connection
	key    *flow.Key
	frame  uint32                 // that is brought to the flow; flow.None: the end of the capture
	before bool                   // what it completes comes before its record
	turn   func(*reassembly.Turn) // keep, made once

	// What the job has found of labels.
	labels  []label
	settled []settlement
	waits   []uint32
	scratch []*correlate.Label
}

// A turn is one that a frame of the batch completed, with whose it is.
type turn struct {
	reassembly.Turn
	uid     string
	number  uint64 // of its flow
	frame   uint32 // that completed it
	before  bool
	reverse bool // the responder's
}

// assemble brings a job's pieces, or its end, into the streams of its flow.
func (w *worker) assemble(j *job) {
	p := &w.tap
	p.j, p.c = j, j.tcp
	if j.brings == last {
		e := &j.trip.ends[j.at]
		p.key, p.frame, p.before = e.key, e.frame, e.before
		w.close(e)
		w.run.sequencer.budget.keep(j.tcp, 0) // what is left is what its records are made of
	} else {
		p.key, p.before = &j.trip.found.Groups.List[j.at].Key, false
		w.segments(j)
		w.run.sequencer.budget.keep(j.tcp, j.tcp.charge())
	}
	if w.run.labels {
		w.handOn()
	}
}

// segments brings the batch's pieces of one flow into its state and its streams.
func (w *worker) segments(j *job) {
	t, c, p := j.trip, &j.flow.State, &w.tap
	groups := &t.found.Groups
	g := &groups.List[j.at]
	at := g.First
	if j.begins {
		first := &groups.Pieces[at]
		c.Begin(&g.Key, g.Number, first, t.Number(int(first.Frame)), t.nanos(first.Frame))
		c.Reassemble()
		if f := w.run.config.Follow; f.is(c, &g.Key, j.tcp.scope) {
			p.show(f, first.Dir)
		}
	}
	for at != flow.None {
		piece := &groups.Pieces[at]
		number := t.Number(int(piece.Frame))
		c.Add(piece, number, t.nanos(piece.Frame))
		j.tcp.missing.Add(c, piece)
		if piece.Marks&flow.HasTransport != 0 {
			p.frame = piece.Frame
			w.arriving.Frames = t.framesOf(at, w.arriving.Frames[:0])
			w.segment(piece, t.data(at, piece), number)
			if w.run.labels {
				w.label(piece, number)
			}
		}
		at = piece.Next
	}
	g.Number = c.Number()
}

// segment brings one segment, which stands in these bytes, into its stream.
func (w *worker) segment(p *flow.Piece, data []byte, frame uint64) {
	s := &w.arriving
	s.Seq, s.Ack, s.Flags, s.Window, s.Length, s.Frame = p.Seq, p.Ack, p.Flags, p.Window, p.Length, frame
	s.Nanos = w.tap.j.trip.nanos(p.Frame)
	s.Payload = data[p.Offset:min(uint64(len(data)), uint64(p.Offset)+uint64(p.Length))]
	s.Options = nil
	if p.Flags&flow.SYN != 0 {
		s.Options = data[p.Offset-uint32(p.Header)+minTCP : p.Offset]
	}
	c := w.tap.c
	if w.correlator == nil {
		w.assembler.Add(&c.Connection, p.Dir, s, &w.tap)
		return
	}
	w.correlator.At(w.tap.j.trip.clockOf(p.Frame), c.FromSYN(p.Dir), w.tap.j.flow.State.Originator())
	w.assembler.Add(&c.Connection, p.Dir, s, &w.tap)
	if p.Flags&(flow.FIN|flow.RST) != 0 {
		w.correlator.Terminate(&c.talk, p.Dir, p.Flags&flow.FIN != 0)
	}
	if c.talk.Resuming() {
		for from := range flow.FromB + 1 {
			if c.talk.Resumes(from) {
				c.Want(from)
			}
		}
	}
}

// minTCP is the size of a TCP header without options.
const minTCP = 20

// close ends the streams of a flow, and what is said on them.
func (w *worker) close(e *end) {
	p := &w.tap
	c := p.c
	if w.correlator != nil {
		w.correlator.At(p.j.trip.clockOf(e.frame), false, p.j.flow.State.Originator())
	}
	w.assembler.Close(&c.Connection, e.reason == conn.Evicted, p)
	if w.correlator != nil {
		w.correlator.Close(&c.talk, e.reason.String(), outcomeAt(e.reason))
		if c.talk.Confirmed() {
			p.j.flow.State.ConfirmHTTP()
		}
	}
	if w.run.labels {
		w.settle(e.frame, [2]uint64{c.Next(flow.FromA), c.Next(flow.FromB)}, true)
	}
	c.talk.Forget()
	for from := range flow.FromB + 1 {
		stats := c.Stats(from)
		c.found.Retransmitted[from], c.found.Reordered[from] = stats.Retransmitted, stats.Reordered
		if p.run.files != nil {
			p.run.files.Finish(&c.files[from], p.name(from), stats.Length)
		}
	}
	if c.shown != nil {
		p.j.trip.followed = c.shown.End(p.j.trip.followed)
	}
	if c.turns != nil {
		c.turns.Emit = p.turn
		c.turns.Close()
		c.turns = nil // the connection may have to wait long for its records to be written
	}
}

// Data takes bytes that a stream hands on.
func (p *tap) Data(from flow.Direction, b *reassembly.Chunk) (skip uint64) {
	r := p.run
	skip = math.MaxUint64
	if p.by != nil {
		skip = p.by.Data(&p.c.talk, from, b)
	}
	if r.wants[streams] {
		p.c.digest(from, b.Bytes)
		skip = 0
	}
	if r.files != nil {
		r.files.Write(&p.c.files[from], p.name(from), b.Offset, b.Bytes)
		skip = 0
	}
	if p.c.shown != nil {
		p.j.trip.followed = p.c.shown.Data(p.j.trip.followed, p.c.node(from), b.Bytes)
		skip = 0
	}
	if r.wants[turns] {
		p.turns().Data(from, b)
		skip = 0
	}
	return skip
}

// Gap takes note of bytes that a stream cannot hand on.
func (p *tap) Gap(from flow.Direction, start, end uint64) {
	if p.by != nil {
		p.by.Gap(&p.c.talk, from, start, end)
	}
	if p.c.shown != nil {
		p.j.trip.followed = p.c.shown.Gap(p.j.trip.followed, p.c.node(from), end-start)
	}
	if p.run.wants[turns] {
		p.turns().Gap(from, start, end)
	}
}

// reverse says whether a direction is the responder's, as far as is known by now.
func (p *tap) reverse(from flow.Direction) bool { return from != p.j.flow.State.Originator() }

// turns returns what puts the connection's turns together.
func (p *tap) turns() *reassembly.Turns {
	if p.c.turns == nil {
		p.c.turns = &reassembly.Turns{Payload: p.run.config.Payload}
	}
	p.c.turns.Emit = p.turn
	return p.c.turns
}

// keep takes a turn that is over.
func (p *tap) keep(u *reassembly.Turn) {
	t, c := p.j.trip, &p.j.flow.State
	done := turn{Turn: *u, number: c.Number(), frame: p.frame, before: p.before, reverse: p.reverse(u.From)}
	done.uid = c.UID(p.key, p.c.scope)
	p.run.sequencer.travels(t, u.Memory())
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turns = append(t.turns, done)
}
