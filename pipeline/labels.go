package pipeline

import (
	"cmp"
	"slices"
	"time"

	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/flow"
)

// A frame's record waits for its labels no longer than for so much capture time,
// and no longer than until a part of the ceiling is full of what waits.
const (
	labelTime  = int64(10 * time.Second)
	labelShare = 4
)

// What a frame weighs that waits: its record, row or line, in all that it takes.
const (
	frameWeight   = 4096
	weightPerByte = 8
)

// A label is one that a frame of the trip bears.
type label struct {
	frame uint32
	late  bool // what the frame bears was not known in time
	fields.Label
}

// A settlement is what a frame bears of which an earlier job has said that it waits:
// of an earlier trip, or of the same, where a flow has several jobs in it.
type settlement struct {
	number uint64 // of the frame
	late   bool
	labels []fields.Label
}

// A labelling is what the jobs of a trip have found about its frames' labels.
type labelling struct {
	labels  []label
	waits   []uint32     // frames whose labels are not known yet, once for each flow that knows them
	settled []settlement // of frames of earlier jobs
	weights []int64      // what the frames before each weigh, within the trip
	before  int64        // and before the trip
}

// reset empties a labelling.
func (l *labelling) reset() {
	clear(l.settled)
	l.labels, l.waits = emptied(l.labels, 1<<14), emptied(l.waits, 1<<14)
	l.settled = emptied(l.settled, 1<<12)
}

// weigh finds what the frames weigh: all of them, so that a filter changes nothing for those that pass.
func (l *labelling) weigh(t *trip) {
	l.weights = slices.Grow(l.weights[:0], len(t.Frames)+1)[:len(t.Frames)+1]
	sum := int64(0)
	for i := range t.Frames {
		l.weights[i] = sum
		sum += frameWeight + weightPerByte*int64(t.Frames[i].Len)
	}
	l.weights[len(t.Frames)] = sum
}

// sort puts what the jobs have found into the order of the frames.
func (l *labelling) sort() {
	slices.SortFunc(l.labels, func(a, b label) int {
		return cmp.Or(cmp.Compare(a.frame, b.frame), cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Number, b.Number))
	})
	slices.Sort(l.waits)
}

// label finds which labels the frame of a piece bears, or has the conversation keep it.
func (w *worker) label(piece *flow.Piece, number uint64) {
	p := &w.tap
	t, c := p.j.trip, p.c
	if piece.Flags&flow.SYN != 0 {
		return
	}
	start, known := c.Offset(piece.Dir, piece.Seq)
	if !known {
		return
	}
	b := correlate.Bearer{
		From: piece.Dir, Start: uint64(max(start, 0)), Frame: number,
		Placeless: piece.Flags&flow.RST != 0,
		Next:      [2]uint64{c.Next(flow.FromA), c.Next(flow.FromB)},
		Clock:     t.clock.at(t.clocks[piece.Frame]), Weight: t.before + t.weights[piece.Frame],
	}
	b.End = uint64(max(start+int64(piece.Length), 0))
	b.End = max(b.Start, b.End)
	if piece.Flags&flow.ACK != 0 {
		if ack, known := c.Offset(piece.Dir^1, piece.Ack); known {
			b.Ack, b.AckKnown = uint64(max(ack, 0)), true
		}
	}
	list, known := w.correlator.Label(&c.talk, &b, p.scratch[:0])
	p.scratch = list
	if known {
		p.bear(piece.Frame, list)
	}
	w.settle(piece.Frame, b.Next, false)
}

// bear notes what a frame of the trip bears.
func (p *tap) bear(frame uint32, list []*correlate.Label) {
	for _, l := range list {
		p.labels = append(p.labels, label{frame: frame, Label: p.named(l)})
	}
}

func (p *tap) named(l *correlate.Label) fields.Label {
	return fields.Label{Flow: p.j.flow.State.Number(), Number: l.Number, TraceID: l.TraceID, SpanID: l.SpanID}
}

// settle takes what the conversation knows by now of frames that waited. With
// last, nothing more will be known.
func (w *worker) settle(frame uint32, next [2]uint64, last bool) {
	p := &w.tap
	t := p.j.trip
	clock, weight := t.clock.end, t.before
	if frame != flow.None {
		clock, weight = t.clock.at(t.clocks[frame]), t.before+t.weights[frame+1]
	} else if len(t.Frames) > 0 {
		weight += t.weights[len(t.Frames)]
	}
	most := w.run.config.Memory / labelShare
	late := func(b *correlate.Bearer) bool { return tardy(b.Clock, b.Weight, clock, weight, most) }
	w.correlator.Settle(&p.c.talk, next, late, last, func(b *correlate.Bearer, list []*correlate.Label) {
		tooLate := late(b)
		if tooLate {
			list = nil
		}
		if !b.Told { // it is of this job
			first := t.Number(0)
			if tooLate {
				p.labels = append(p.labels, label{frame: uint32(b.Frame - first), late: true})
			}
			p.bear(uint32(b.Frame-first), list)
			return
		}
		s := settlement{number: b.Frame, late: tooLate}
		for _, l := range list {
			s.labels = append(s.labels, p.named(l))
		}
		p.settled = append(p.settled, s)
	})
}

// tardy says whether a frame has waited for too long.
func tardy(clock, weight, now, weighs, most int64) bool {
	return less(now, clock) > labelTime || weighs-weight > most
}

// handOn gives the trip what a job has found of labels.
func (w *worker) handOn() {
	p := &w.tap
	t := p.j.trip
	if len(t.Frames) > 0 {
		first := t.Number(0)
		p.c.talk.Waiting(func(frame uint64) { p.waits = append(p.waits, uint32(frame-first)) })
	}
	if len(p.labels)+len(p.settled)+len(p.waits) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.labelling.labels = append(t.labelling.labels, p.labels...)
	t.labelling.settled = append(t.labelling.settled, p.settled...)
	t.labelling.waits = append(t.labelling.waits, p.waits...)
	clear(p.settled)
	p.labels, p.settled, p.waits = p.labels[:0], p.settled[:0], p.waits[:0]
}

// labelsOf returns what the next frame bears, and whether that was known in time.
// It returns the labels of later frames too.
func labelsOf(frame uint32, labels []label, room []fields.Label) (own []fields.Label, late bool, rest []label) {
	own = room
	for len(labels) > 0 && labels[0].frame == frame {
		if labels[0].late {
			late = true
		} else {
			own = append(own, labels[0].Label)
		}
		labels = labels[1:]
	}
	return own, late, labels
}

// waitsOf returns for how many answers the next frame waits, and the waits of later frames.
func waitsOf(frame uint32, waits []uint32) (n int, rest []uint32) {
	for n < len(waits) && waits[n] == frame {
		n++
	}
	return n, waits[n:]
}
