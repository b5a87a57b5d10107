package pipeline

import (
	"bytes"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/flow"
)

// An exchange is one that is over, with whose it is.
type exchange struct {
	*correlate.Exchange
	of     *correlate.ExchangeOf
	frame  uint32 // that brought its end
	before bool   // it ended before that frame, whose time ended it
}

// exchangeCost is what an exchange is counted for while it waits for its record,
// beside what is listed in it.
const exchangeCost = 1024

// cost returns what an exchange that is over takes.
func (e *exchange) cost() int64 {
	bytes := exchangeCost + 8*(cap(e.Request.Frames)+cap(e.Response.Frames))
	bytes += len(e.Method) + len(e.Authority) + len(e.Path) + len(e.Query) + len(e.UserAgent)
	bytes += len(e.ContentType) + len(e.ContentEncoding[0]) + len(e.ContentEncoding[1]) + len(e.Upgrade)
	for i := range e.Trace {
		c := &e.Trace[i]
		bytes += 128 + len(c.TraceID) + len(c.SpanID) + len(c.ParentID) + len(c.State)
	}
	return int64(bytes)
}

// Exchange takes an exchange that is over.
func (p *tap) Exchange(e *correlate.Exchange) {
	t := p.j.trip
	done := exchange{Exchange: e, of: p.namesOf(e), frame: p.frame, before: p.before}
	p.closeBodies(e)
	if p.frame == flow.None { // exchanges are written behind what the capture's end brings of other kinds
		p.c.left = append(p.c.left, done)
		return
	}
	p.run.sequencer.travels(t, done.cost())
	t.mu.Lock()
	defer t.mu.Unlock()
	t.exchanges = append(t.exchanges, done)
}

// namesOf returns what an exchange's record has of its connection.
func (p *tap) namesOf(e *correlate.Exchange) *correlate.ExchangeOf {
	if p.c.names != nil && p.c.client == e.Client {
		return p.c.names
	}
	c := &p.j.flow.State
	n := p.key.AddressLen()
	of := &correlate.ExchangeOf{Flow: c.Number(), UID: c.UID(p.key, p.c.scope), CommunityID: p.key.CommunityID(),
		ClientAddress: bytes.Clone(p.key.A[:n]), ServerAddress: bytes.Clone(p.key.B[:n]), ClientPort: p.key.PortA, ServerPort: p.key.PortB}
	if e.Client == flow.FromB {
		of.ClientAddress, of.ServerAddress = of.ServerAddress, of.ClientAddress
		of.ClientPort, of.ServerPort = of.ServerPort, of.ClientPort
	}
	p.c.names, p.c.client = of, e.Client
	return of
}

// exchangeRecord fills the row with the record of an exchange, and adds it to the list of
// bodies if it has any. It says whether it is to be written as a record.
func (w *worker) exchangeRecord(t *trip, x *exchange) bool {
	listed := w.run.bodies != nil && x.Request.File+x.Response.File != ""
	if !listed && !w.run.wants[exchanges] {
		return false
	}
	x.Row(&w.row, x.of)
	if listed {
		lane := w.run.bodyList()
		t.out[lane] = w.bodyLister.Append(t.out[lane], &w.row)
		w.look(t, lane)
	}
	return w.run.wants[exchanges]
}

// outcomeAt is what becomes of an exchange without a response when its flow ends so.
func outcomeAt(end conn.End) correlate.Outcome {
	switch end {
	case conn.Idle:
		return correlate.Timeout
	case conn.Evicted:
		return correlate.Evicted
	}
	return correlate.Aborted
}

// An Exchanges counts exchanges by how they ended.
type Exchanges struct {
	Responded, Timeout, Aborted, Evicted uint64
}

// ended returns the count of exchanges with this outcome.
func (e *Exchanges) ended(o correlate.Outcome) *uint64 {
	switch o {
	case correlate.Timeout:
		return &e.Timeout
	case correlate.Aborted:
		return &e.Aborted
	case correlate.Evicted:
		return &e.Evicted
	}
	return &e.Responded
}

// Total returns how many there were.
func (e *Exchanges) Total() uint64 { return e.Responded + e.Timeout + e.Aborted + e.Evicted }
