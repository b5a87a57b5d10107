package flowlock

import (
	"cmp"
	"container/list"
	"slices"

	"github.com/pcappipe/pcappipe/flow"
)

// An exchange is a request and its response, of which one may be missing. It is
// kept after it has ended too, to label what comes late.
type exchange struct {
	of       *generation
	request  *Request // nil: it has not come
	response Response
	began    int64         // on the table's clock
	heard    bool          // the response has come
	early    bool          // and waits for its request
	open     *list.Element // in of.open, while the request waits for its response
	kept     *list.Element // in Locks.kept
	later    *exchange     // the next that is kept of this generation
}

// A line is what waits on one stream: HTTP/1 answers in order, HTTP/2 has one
// request on each stream.
type line struct {
	pending []*exchange // requests, by offset
	early   []*exchange // responses, by offset
}

// mostEarly is how many responses of a stream wait for their requests. Where more
// come, the other direction was not captured.
const mostEarly = 16

func byRequest(x *exchange) uint64  { return x.request.Offset }
func byResponse(x *exchange) uint64 { return x.response.Offset }

// insert puts an exchange at its place among others, which mostly is the last.
func insert(list []*exchange, x *exchange, offset func(*exchange) uint64) []*exchange {
	i, _ := slices.BinarySearchFunc(list, offset(x), func(other *exchange, at uint64) int { return cmp.Compare(offset(other), at) })
	return slices.Insert(list, i, x)
}

// remove takes one out, which mostly is the first: that moves none.
func remove(list []*exchange, x *exchange, offset func(*exchange) uint64) []*exchange {
	i, _ := slices.BinarySearchFunc(list, offset(x), func(other *exchange, at uint64) int { return cmp.Compare(offset(other), at) })
	for list[i] != x {
		i++
	}
	if i == 0 {
		list[0] = nil
		return list[1:]
	}
	return slices.Delete(list, i, i+1)
}

// line returns what waits on a stream of this client.
func (g *generation) line(stream uint32, client flow.Direction) *line {
	n := g.lines[lane(stream, client)]
	if n == nil {
		n = new(line)
		if g.lines == nil {
			g.lines = make(map[uint64]*line)
		}
		g.lines[lane(stream, client)] = n
	}
	return n
}

// tidy forgets a stream on which nothing waits.
func (g *generation) tidy(stream uint32, client flow.Direction) {
	at := lane(stream, client)
	if n := g.lines[at]; n != nil && len(n.pending) == 0 && len(n.early) == 0 {
		delete(g.lines, at)
	}
}

// begins says whether something was put at this very offset already: a segment
// that was sent again brings its request again.
func (g *generation) begins(stream uint32, from flow.Direction, offset uint64) bool {
	at, _, ok := g.labels.floor(stream, from, offset)
	return ok && at == offset
}

// ask takes a request: it is pending, unless its response was there first.
func (l *Locks) ask(g *generation, r *Request, now int64) {
	if g.begins(r.Stream, r.From, r.Offset) {
		l.stats.Repeated++
		return
	}
	l.stats.Requests++
	if x := l.remembered(g, r, now); x != nil {
		x.request = r
		g.labels.Put(r.Stream, r.From, r.Offset, r)
		g.labels.Put(r.Stream, x.response.From, x.response.Offset, r)
		l.end(x, Responded, now)
		return
	}
	x := l.keep(g, now)
	x.request = r
	g.labels.Put(r.Stream, r.From, r.Offset, r)
	n := g.line(r.Stream, r.From)
	n.pending = insert(n.pending, x, byRequest)
	x.open = g.open.PushBack(x)
	g.pending.Store(int64(g.open.Len()))
}

// remembered returns the exchange whose response came before this request.
func (l *Locks) remembered(g *generation, r *Request, now int64) *exchange {
	n := g.lines[lane(r.Stream, r.From)]
	if n == nil {
		return nil
	}
	defer g.tidy(r.Stream, r.From)
	for _, x := range slices.Clone(n.early) {
		if !x.response.answers(r) {
			continue
		}
		n.early, x.early = remove(n.early, x, byResponse), false
		if now <= after(x.began, l.config.Early) {
			return x
		}
		l.stats.Unasked++
	}
	return nil
}

// answer takes a response: it is the first pending request's of its stream, or
// waits for a request that is late.
func (l *Locks) answer(g *generation, s *Response, now int64) {
	if s.Reset {
		l.reset(g, s.Stream, now)
		return
	}
	if g.begins(s.Stream, s.From, s.Offset) {
		l.stats.Repeated++
		return
	}
	l.stats.Responses++
	client := 1 - s.From
	if n := g.lines[lane(s.Stream, client)]; n != nil && len(n.pending) > 0 && s.answers(n.pending[0].request) {
		x := n.pending[0]
		x.response, x.heard = *s, true
		g.labels.Put(s.Stream, s.From, s.Offset, x.request)
		l.end(x, Responded, now)
		return
	}
	x := l.keep(g, now)
	x.response, x.heard, x.early = *s, true, true
	g.labels.Put(s.Stream, s.From, s.Offset, nil)
	n := g.line(s.Stream, client)
	n.early = insert(n.early, x, byResponse)
	if len(n.early) > mostEarly {
		n.early[0].early = false
		n.early = remove(n.early, n.early[0], byResponse)
		l.stats.Unasked++
	}
}

// reset aborts what is pending on a stream, whoever asked.
func (l *Locks) reset(g *generation, stream uint32, now int64) {
	for _, client := range []flow.Direction{flow.FromA, flow.FromB} {
		for n := g.lines[lane(stream, client)]; n != nil && len(n.pending) > 0; {
			l.end(n.pending[0], Aborted, now)
		}
	}
}

// keep begins an exchange, and makes room for it.
func (l *Locks) keep(g *generation, now int64) *exchange {
	for l.kept.Len() >= l.config.Exchanges {
		l.forget(l.kept.Front().Value.(*exchange), now)
	}
	x := &exchange{of: g, began: now}
	x.kept = l.kept.PushBack(x)
	if g.last == nil {
		g.first = x
	} else {
		g.last.later = x
	}
	g.last = x
	return x
}

// forget drops the oldest exchange of all, which is its generation's oldest, and
// its labels.
func (l *Locks) forget(x *exchange, now int64) {
	g := x.of
	l.kept.Remove(x.kept)
	if g.first = x.later; g.first == nil {
		g.last = nil
	}
	if x.open != nil {
		l.end(x, Evicted, now)
		l.due.set(g, l.deadline(g)) // which may be earlier now
	}
	if x.early {
		l.stats.Unasked++
		n := g.line(x.response.Stream, 1-x.response.From)
		n.early = remove(n.early, x, byResponse)
		g.tidy(x.response.Stream, 1-x.response.From)
	}
	if r := x.request; r != nil {
		g.labels.cut(lane(r.Stream, r.From), r.Offset)
	}
	if s := &x.response; x.heard {
		g.labels.cut(lane(s.Stream, s.From), s.Offset)
	}
}

// end ends a request, which it does once to each.
func (l *Locks) end(x *exchange, outcome Outcome, at int64) {
	g := x.of
	if x.open != nil {
		n := g.line(x.request.Stream, x.request.From)
		n.pending = remove(n.pending, x, byRequest)
		g.tidy(x.request.Stream, x.request.From)
		g.open.Remove(x.open)
		x.open = nil
		g.pending.Store(int64(g.open.Len()))
		if g.is(closing) && g.open.Len() == 0 {
			// A request that came so late that its time was over already
			// gives the flow no more of it.
			g.quiet, g.released = min(at, after(g.terminated, l.config.Hold)), true
		}
	}
	switch outcome {
	case Responded:
		l.stats.Responded++
	case Timeout:
		l.stats.TimedOut++
	case Aborted:
		l.stats.Aborted++
	case Evicted:
		l.stats.Evicted++
	}
	if l.config.Ended != nil {
		l.told = append(l.told, Exchange{g.lock.key, g.number, *x.request, x.response, outcome, max(at, x.began)})
	}
}

// refuse takes what was seen while the table was closed: it is counted, and not kept.
func (l *Locks) refuse(g *generation, requests []Request, responses []Response, now int64) {
	l.stats.Requests += uint64(len(requests))
	for i := range requests {
		l.end(&exchange{of: g, request: &requests[i]}, Aborted, now)
	}
	l.stats.Responses += uint64(len(responses))
	l.stats.Unasked += uint64(len(responses))
}
