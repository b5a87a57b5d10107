package pipeline

import (
	"cmp"
	"slices"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/record"
)

// An emission is a record, other than a frame's own, that a frame of the batch
// or the end of the capture brings about, with all that its place among the
// others depends on.
type emission struct {
	frame   uint32 // that completed it; flow.None: the end of the capture
	before  bool   // it comes before the frame's own record, whatever its kind: the frame's time ended something
	kind    kind
	reverse bool   // of a stream or a turn: the responder sent it
	at      uint32 // its place in the trip's list of its kind; streams stand in that of flows
	number  uint64 // of its flow
	ordinal uint64 // among those that are alike in all else
}

func (e *emission) compare(o *emission) int {
	switch {
	case e.frame != o.frame:
		return cmp.Compare(e.frame, o.frame)
	case e.before != o.before:
		return first(e.before)
	case e.kind != o.kind:
		return cmp.Compare(e.kind, o.kind)
	case e.number != o.number:
		return cmp.Compare(e.number, o.number)
	case e.reverse != o.reverse:
		return first(o.reverse)
	}
	return cmp.Compare(e.ordinal, o.ordinal)
}

// first says that what is compared comes first, or that the other does.
func first(it bool) int {
	if it {
		return -1
	}
	return 1
}

// arrange puts the records that the trip has brought about into their order.
// All its jobs are done.
func (w *worker) arrange(t *trip) {
	wants := &w.run.wants
	for i := range t.ends {
		e := &t.ends[i]
		e.number = e.flow.State.Number()
		if e.gone {
			t.released = append(t.released, e.slot)
		}
		if wants[flows] && e.emits.has(flows) {
			t.order = append(t.order, emission{frame: e.frame, before: e.before, kind: flows, at: uint32(i), number: e.number})
		}
		if e.tcp != nil && w.run.correlates && e.emits.has(exchanges) {
			w.adopt(t, e)
		}
		if e.tcp != nil && w.run.writesStreams() && e.emits.has(streams) {
			w.arrangeStreams(t, e, uint32(i))
		}
	}
	if wants[turns] {
		for i := range t.turns {
			u := &t.turns[i]
			t.order = append(t.order, emission{frame: u.frame, before: u.before, kind: turns, reverse: u.reverse,
				at: uint32(i), number: u.number, ordinal: u.Start})
		}
	}
	if w.run.correlates {
		for i := range t.exchanges {
			x := &t.exchanges[i]
			t.order = append(t.order, emission{frame: x.frame, before: x.before, kind: exchanges,
				at: uint32(i), number: x.of.Flow, ordinal: x.Number})
		}
	}
	if wants[datagrams] {
		for i := range t.datagrams {
			d := &t.datagrams[i]
			t.order = append(t.order, emission{frame: d.frame, before: d.before, kind: datagrams, at: uint32(i), ordinal: uint64(i)})
		}
	}
	slices.SortFunc(t.order, func(a, b emission) int { return a.compare(&b) })
}

// arrangeStreams adds the streams of a TCP flow that has ended, the originator's first.
func (w *worker) arrangeStreams(t *trip, e *end, at uint32) {
	for _, reverse := range []bool{false, true} {
		t.order = append(t.order, emission{frame: e.frame, before: e.before, kind: streams, reverse: reverse, at: at, number: e.number})
	}
}

// adopt makes the exchanges that the end of the capture has ended the trip's.
func (w *worker) adopt(t *trip, e *end) {
	for i := range e.tcp.left {
		w.run.sequencer.travels(t, e.tcp.left[i].cost())
	}
	t.exchanges = append(t.exchanges, e.tcp.left...)
	e.tcp.left = nil
}

// emitWhile writes the first emissions, as long as they are asked for, and
// returns the others.
func (w *worker) emitWhile(t *trip, list []emission, asked func(*emission) bool) []emission {
	n := 0
	for n < len(list) && asked(&list[n]) {
		n++
	}
	w.emit(t, list[:n])
	return list[n:]
}

// emit writes records.
func (w *worker) emit(t *trip, list []emission) {
	for i := range list {
		e := &list[i]
		switch e.kind {
		case datagrams:
			t.datagrams[e.at].Row(&w.row, w.run.config.Payload)
		case turns:
			u := &t.turns[e.at]
			u.Row(&w.row, u.number, u.uid, !u.reverse, w.run.config.Payload)
		case streams:
			if !w.streamRecord(t, &t.ends[e.at], e.reverse) {
				continue
			}
		case exchanges:
			if !w.exchangeRecord(t, &t.exchanges[e.at]) {
				continue
			}
		case traces:
			t.closings[e.at].Row(&w.row)
		case flows:
			t.ends[e.at].row(&w.row)
		}
		w.write(t, e.kind)
	}
}

// row fills a row with the flow's record.
func (e *end) row(row *record.Row) {
	var found *conn.Reassembled
	if e.tcp != nil {
		found = &e.tcp.found
	}
	e.flow.State.Row(row, e.key, e.scope, e.reason, found)
}
