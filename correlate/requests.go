package correlate

import (
	"bytes"

	"github.com/pcappipe/pcappipe/correlate/http1"
	"github.com/pcappipe/pcappipe/flow"
)

// read1 reads a piece of HTTP/1.
func (d *dialogue) read1(from flow.Direction) {
	s, p := &d.sides[from], &d.now
	handler := http1.Handler((*responses)(d))
	if from == d.client {
		handler = (*requests)(d)
	}
	if p.bytes == nil {
		if e := d.speaking(from); e != nil {
			d.by.to.BodyGap(&e.Exchange, from == d.client, s.parser.Content(p.end-p.start))
		}
		s.parser.Gap(p.start, p.end, handler)
		d.lost = d.lost || from != d.client && d.telling == nil
		return
	}
	n := s.parser.Data(p.start, p.bytes, handler)
	if s.parser.Switched() {
		d.change(from, p, n)
	}
}

// speaking returns the exchange in the midst of whose message a direction is.
func (d *dialogue) speaking(from flow.Direction) *pending {
	if from == d.client {
		return d.asking
	}
	return d.telling
}

// close1 ends a direction of HTTP/1.
func (d *dialogue) close1(from flow.Direction) {
	if from == d.client {
		d.sides[from].parser.Close((*requests)(d))
	} else {
		d.sides[from].parser.Close((*responses)(d))
	}
}

// change goes on in the protocol that an answer has switched to, behind the
// first bytes of the piece.
func (d *dialogue) change(from flow.Direction, p *piece, n int) {
	rest := *p
	rest.start += uint64(n)
	rest.bytes = p.bytes[n:]
	switch d.other {
	case toHTTP2:
		d.upgrade2()
	case toTunnel:
		d.protocol = searching
		d.of.looked = [2]uint16{}
	default:
		d.protocol = foreign
	}
	if len(rest.bytes) == 0 || d.protocol == foreign {
		return
	}
	if d.protocol == searching {
		d.keep(from, &rest)
		return
	}
	d.read(from, &rest)
}

// requests is what the parser of the client's direction tells. What it tells of a
// request whose exchange was given up meanwhile is passed over.
type requests dialogue

// Begin begins an exchange.
func (q *requests) Begin(offset uint64) {
	d := (*dialogue)(q)
	d.parts(d.client, offset, offset+1, func(_, _ uint64) { d.asking = d.ask() })
	d.asking.begin, d.asking.heard = offset, d.now.ack
	d.asking.Request.HeadLost = true // until it is told
	d.mark(d.client, offset, d.asking.label)
}

// Bytes counts bytes of the request.
func (q *requests) Bytes(start, end uint64) {
	d := (*dialogue)(q)
	if d.asking != nil {
		d.parts(d.client, start, end, func(start, end uint64) { d.bytes(d.asking, &d.asking.Request, start, end) })
	}
}

// Head fills the exchange with what the request's head says.
func (q *requests) Head(m *http1.Head) http1.Follows {
	d := (*dialogue)(q)
	e, k := d.asking, d.by
	if e == nil {
		return http1.ByFraming
	}
	e.Request.HeadLost = m.Lost
	e.Version = version1(m)
	e.Method = string(m.Method)
	raw := string(m.Target)
	t := split(e.Method, raw)
	e.Scheme, e.Authority, e.Path, e.Query, e.HasQuery = t.scheme, t.authority, t.path, t.query, t.hasQuery
	d.spend(e, len(e.Method)+len(raw))
	var upgrade []byte
	wants := false
	for i := range m.Fields {
		f := &m.Fields[i]
		switch {
		case is(f.Name, "host"):
			if e.Authority == "" {
				e.Authority = string(f.Value)
				d.spend(e, len(f.Value))
			}
		case is(f.Name, "user-agent"):
			e.UserAgent = string(f.Value)
			d.spend(e, len(f.Value))
		case is(f.Name, "content-encoding"):
			e.ContentEncoding[0] = string(f.Value)
			d.spend(e, len(f.Value))
		case is(f.Name, "upgrade"):
			upgrade = f.Value
		case is(f.Name, "connection"):
			wants = wants || names(f.Value, "upgrade")
		default:
			k.fields.Field(f.Name, f.Value)
		}
	}
	d.trace(e)
	if e.Method == "CONNECT" || wants && len(bytes.TrimSpace(upgrade)) > 0 {
		d.awaits = e
	}
	return http1.ByFraming
}

// Body tells content of the request.
func (q *requests) Body(b []byte) {
	if q.asking != nil {
		q.by.to.Body(&q.asking.Exchange, true, b)
	}
}

// End ends the request.
func (q *requests) End(m *http1.End) {
	d := (*dialogue)(q)
	e := d.asking
	if e == nil {
		return
	}
	e.Request.Body, e.Request.Missing, e.Request.Complete = m.Body, m.Missing, m.Complete
	e.asked = true
	d.asking = nil
	d.known(e)
	if e.answered {
		d.finish(e)
	}
}

// trace gives an exchange the contexts that its request's fields have told.
func (d *dialogue) trace(e *pending) {
	e.Trace = d.by.fields.Contexts()
	d.by.fields.Reset()
	for i := range e.Trace {
		t := &e.Trace[i]
		d.spend(e, 128+len(t.TraceID)+len(t.SpanID)+len(t.ParentID)+len(t.State))
	}
	d.known(e)
}

func version1(m *http1.Head) string {
	switch {
	case m.Major == 0: // its start line is cut
		return ""
	case m.Minor == 0:
		return "1.0"
	}
	return "1.1"
}
