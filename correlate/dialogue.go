package correlate

import (
	"math"

	"github.com/pcappipe/pcappipe/correlate/http1"
	"github.com/pcappipe/pcappipe/correlate/http2"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A dialogue is what a conversation has that may be HTTP.
type dialogue struct {
	by *Correlator   // while one of its calls runs
	of *Conversation // that it belongs to

	protocol  protocol
	confirmed bool           // something in it is HTTP
	client    flow.Direction // once the protocol is known
	sides     [2]side
	now       piece // that is being read

	number  uint64   // of the exchange that began last
	pending queue    // without their whole response, in the order of their requests
	expired uint64   // the last that was looked at after its time
	asking  *pending // HTTP/1: whose request is being read
	telling *pending // HTTP/1: whose response is being read
	begins  int64    // HTTP/1: time of its first byte
	lost    bool     // HTTP/1: responses may have gone by unseen
	awaits  *pending // HTTP/1: it asks for another protocol; what the client says next depends on the answer
	other   upgrade  // HTTP/1: what the answer switches to

	h2      *http2.Conn
	streams map[uint32]*pending // HTTP/2: those that are open
	highest [2]uint32           // HTTP/2: the highest stream that each has begun
	goaways int                 // HTTP/2: that came

	reason     string // what ended the flow, once it has
	cut        bool   // by a RST
	terminated bool
	closing    int64 // clock at its FIN or RST

	labels *labels // nil: none are asked for
	charge int64
}

// A protocol is what the two speak just now.
type protocol uint8

const (
	searching protocol = iota // it is not known yet
	speaks1
	speaks2
	foreign // none of ours, from here on
)

// An upgrade is what a connection switches to.
type upgrade uint8

const (
	toForeign upgrade = iota // websocket and others
	toHTTP2                  // h2c
	toTunnel                 // CONNECT: anything can follow
)

// A side is one direction.
type side struct {
	parser http1.Parser
	told   uint64 // what came, up to this offset
	knows  bool   // told is known
	stash  []piece
	kept   int     // bytes in stash
	doubt  bool    // what is in it is no request, or is cut; it counts if the other side takes it for one
	begun  []piece // what brought the last bytes that were read and are not told yet, without these

	finished bool // its FIN came
}

// What is charged.
const (
	costDialogue = 2048
	costConn     = 3072 // of HTTP/2, its streams' map included
	costPiece    = 128
	costPending  = 1024
)

// newDialogue returns a new one. Of a side that has said nothing yet it is known
// how much came, where its beginning was captured.
func newDialogue(of *Conversation, first bool) *dialogue {
	d := &dialogue{}
	for i := range d.sides {
		d.sides[i].knows = first && of.looked[i] == 0
	}
	return d
}

// memory returns what is charged for the dialogue.
func (d *dialogue) memory() int64 {
	bytes := costDialogue + d.charge
	for i := range d.sides {
		bytes += d.sides[i].parser.Charge()
	}
	if d.h2 != nil {
		bytes += costConn + d.h2.Charge()
	}
	if d.labels != nil {
		bytes += d.labels.memory()
	}
	return bytes
}

// leave ends a call. A dialogue that has come to nothing is dropped.
func (d *dialogue) leave() {
	if !d.confirmed && d.protocol == searching && len(d.sides[0].stash) == 0 && len(d.sides[1].stash) == 0 {
		d.of.d = nil
	}
	d.by, d.of = nil, nil
}

// skip returns how much of what follows in a direction is not wanted.
func (d *dialogue) skip(from flow.Direction) uint64 {
	switch {
	case d.protocol == foreign:
		return math.MaxUint64
	case d.protocol == searching && d.of.looked[from] >= mostLooked && len(d.sides[from].stash) == 0:
		return math.MaxUint64
	}
	return 0
}

// arrive takes a chunk: it is read now, or waits for the other side.
func (d *dialogue) arrive(from flow.Direction, h *reassembly.Chunk) {
	s := &d.sides[from]
	if s.knows && s.told < h.Offset { // what was not wanted went by in between
		d.miss(from, s.told, h.Offset)
	}
	p := &d.now
	p.start, p.end, p.bytes = h.Offset, h.Offset+uint64(len(h.Bytes)), h.Bytes
	p.frame, p.frames, p.nanos, p.ack, p.ackKnown = h.Frame, h.Frames, h.Nanos, h.Ack, h.AckKnown
	p.clock = d.by.clock
	s.told, s.knows = p.end, true
	if d.protocol == searching || len(s.stash) > 0 || d.waits(from, p) {
		d.keep(from, p)
		d.drain()
		return
	}
	d.readNow(from)
	if d.protocol == searching || len(d.sides[0].stash)+len(d.sides[1].stash) > 0 {
		d.drain()
	}
}

// miss takes a gap.
func (d *dialogue) miss(from flow.Direction, start, end uint64) {
	s := &d.sides[from]
	s.told, s.knows = end, true
	p := piece{start: start, end: end, clock: d.by.clock}
	switch {
	case d.protocol == searching: // what was kept of a first line has no rest
		if len(s.stash) > 0 {
			d.keep(from, &p)
			s.doubt = true
		}
	case len(s.stash) > 0:
		d.keep(from, &p)
	default:
		d.read(from, &p)
	}
	d.drain()
}

// read reads a piece in the protocol that is spoken.
func (d *dialogue) read(from flow.Direction, p *piece) {
	d.now = *p
	d.readNow(from)
}

// readNow reads the piece that is in d.now, and forgets it.
func (d *dialogue) readNow(from flow.Direction) {
	p := &d.now
	bytes, end := p.bytes != nil, p.end
	switch d.protocol {
	case speaks1:
		d.read1(from)
	case speaks2:
		d.read2(from)
	}
	d.untold(from, bytes, end)
	p.bytes, p.frames, p.ackKnown = nil, nil, false
}

// close ends all that is left.
func (d *dialogue) close(reason string, outcome Outcome) {
	d.reason = reason
	for _, from := range []flow.Direction{d.client, d.client ^ 1} {
		for s := &d.sides[from]; len(s.stash) > 0; {
			p := d.take(from)
			if d.protocol != searching {
				d.read(from, &p)
			}
		}
	}
	for _, from := range []flow.Direction{d.client, d.client ^ 1} {
		switch d.protocol {
		case speaks1:
			d.close1(from)
		case speaks2:
			d.h2.Close(from == d.client, (*frames2)(d))
		}
	}
	for d.pending.first != nil {
		d.end(d.pending.first, reason, outcome)
	}
	if d.asking != nil {
		d.finish(d.asking)
	}
}
