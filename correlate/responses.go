package correlate

import (
	"github.com/pcappipe/pcappipe/correlate/http1"
)

// responses is what the parser of the server's direction tells. What it tells of a
// response whose exchange was given up meanwhile is passed over.
type responses dialogue

// Begin finds the request that is answered.
func (q *responses) Begin(offset uint64) {
	d := (*dialogue)(q)
	d.expire()
	d.lost = d.lost || d.sides[d.client^1].parser.Searched()
	e := d.answering(offset)
	if e == nil {
		e = d.ask() // the request was not captured
		e.asked, e.Timed = true, false
		e.Request.HeadLost = true
		d.known(e)
	}
	d.telling = e
	d.parts(d.client^1, offset, offset+1, func(_, _ uint64) { d.begins = d.now.nanos })
	d.mark(d.client^1, offset, e.label)
}

// mostPassed is how many requests are looked at for one before which all have an answer:
// so many are pipelined by nobody.
const mostPassed = 256

// answering returns the exchange that a response at an offset belongs to: of those
// without one, the first (RFC 9112, 9.3.2). Where responses may have gone by unseen,
// those are passed over behind which the client has taken more of what the server
// said before it asked the next. It returns nil where there is none: the
// server has not had what is pending.
func (d *dialogue) answering(offset uint64) *pending {
	had := func(e *pending) bool { return e != nil && (!d.now.ackKnown || e.begin < d.now.ack) }
	first := d.pending.first
	if !had(first) {
		return nil
	}
	if d.lost {
		at, looked := first, 0
		for e := first; had(e) && looked < mostPassed; e = e.after {
			looked++
			if e.heard > at.heard && e.heard <= offset {
				at, looked = e, 0
			}
		}
		for e := first; e != at; e = d.pending.first {
			e.answered, e.Response.HeadLost = true, e.Status == 0
			d.over(e)
		}
		d.lost = false
	}
	return d.pending.first
}

// over tells an exchange that is answered, unless its request goes on: then
// the end of that tells it.
func (d *dialogue) over(e *pending) {
	if e.asked {
		d.finish(e)
		return
	}
	d.pending.drop(e)
}

// Bytes counts bytes of the response.
func (q *responses) Bytes(start, end uint64) {
	d := (*dialogue)(q)
	if d.telling != nil {
		d.parts(d.client^1, start, end, func(start, end uint64) { d.bytes(d.telling, &d.telling.Response, start, end) })
	}
}

// Head fills the exchange with what the response's head says, and says what
// follows, as far as the request decides it.
func (q *responses) Head(m *http1.Head) http1.Follows {
	d := (*dialogue)(q)
	e := d.telling
	if e == nil {
		return http1.ByFraming
	}
	if m.Status < 200 && m.Status != 101 {
		return http1.ByFraming
	}
	e.Status = m.Status
	e.Response.HeadLost = m.Lost
	e.FirstByte, e.Answered = d.begins, d.begins != Timeless
	if e.Version == "" {
		e.Version = version1(m)
	}
	var upgrade string
	for i := range m.Fields {
		f := &m.Fields[i]
		switch {
		case is(f.Name, "content-type"):
			e.ContentType = string(f.Value)
			d.spend(e, len(f.Value))
		case is(f.Name, "content-encoding"):
			e.ContentEncoding[1] = string(f.Value)
			d.spend(e, len(f.Value))
		case is(f.Name, "upgrade"):
			upgrade = string(f.Value)
		}
	}
	if d.awaits == e {
		d.awaits = nil
	}
	switch {
	case m.Status == 101:
		e.Upgrade = upgrade
		d.spend(e, len(upgrade))
		d.other = toForeign
		if names([]byte(upgrade), "h2c") {
			d.other = toHTTP2
		}
		return http1.Other
	case e.Method == "CONNECT" && m.Status/100 == 2:
		d.other = toTunnel
		return http1.Other
	case e.Method == "HEAD":
		return http1.Nothing
	}
	return http1.ByFraming
}

// Body tells content of the response.
func (q *responses) Body(b []byte) {
	if q.telling != nil {
		q.by.to.Body(&q.telling.Exchange, false, b)
	}
}

// End ends the response, or one that is not the last.
func (q *responses) End(m *http1.End) {
	d := (*dialogue)(q)
	e := d.telling
	if e == nil {
		return
	}
	d.telling = nil
	r := &e.Response
	r.Missing += m.Missing
	d.lost = d.lost || m.Lost
	if e.Status == 0 && !r.HeadLost && m.Complete { // 1xx
		return
	}
	r.Body, r.Complete = m.Body, m.Complete
	if d.reason != "" && !d.sides[d.client^1].finished {
		r.Complete = false // it lasts to the close, and that was not captured
	}
	if e.Status == 101 && d.other == toHTTP2 {
		return // the answer comes as stream 1
	}
	e.answered = true
	if e.Status == 0 {
		r.HeadLost = true
	}
	d.over(e)
}
