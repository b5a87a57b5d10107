package pipeline

import (
	"fmt"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// Where segments were not captured, less is told, and nothing that was not said: a request has
// the response that was given to it, or none; what of both there was is no more than was sent;
// and an exchange of which nothing is missing, on a connection of which nothing was
// before it, is told as if nothing was.
func TestLossTellsNothingThatWasNotSaid(t *testing.T) {
	for seed := range rounds(4, 600) {
		w := capture.Exchanges(1000+seed, 12, capture.Lossy)
		c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(w.Frames))}, Engine: Default}
		all := records(t, c, "exchanges")
		of := make(map[uint16][]exchangeRecord)
		for _, r := range parsed[exchangeRecord](t, all, "exchange") {
			of[r.ClientPort] = append(of[r.ClientPort], r)
		}
		for _, c := range w.Conversations {
			what := fmt.Sprintf("seed %d, from %v", seed, c.Client)
			list := of[c.Client.Port()]
			saysNoMore(t, what, c, list)
			saysAll(t, what, c, list)
		}
	}
}

// owners says of which exchanges a frame has bytes.
type owners map[uint64][]*capture.Exchange

func ownersOf(c *capture.Conversation, server bool) owners {
	o := make(owners)
	for _, e := range c.Exchanges {
		m := &e.Request
		if server {
			m = &e.Response
		}
		for i := range c.Segments {
			s := &c.Segments[i]
			if s.Server != server || s.Start == s.End {
				continue
			}
			for _, r := range m.Ranges {
				if s.Start < r[1] && r[0] < s.End {
					o[s.Frame] = append(o[s.Frame], e)
					break
				}
			}
		}
	}
	return o
}

// among returns the exchanges that all of these frames have bytes of.
func (o owners) among(frames []uint64) (list []*capture.Exchange) {
	for i, frame := range frames {
		if i == 0 {
			list = o[frame]
			continue
		}
		list = slices.DeleteFunc(slices.Clone(list), func(e *capture.Exchange) bool { return !slices.Contains(o[frame], e) })
	}
	return list
}

// saysNoMore checks that each record is of one exchange. Which response belongs to a
// request of HTTP/1 can be anybody's guess where requests were lost, or came before
// the response to the one before.
func saysNoMore(t *testing.T, what string, c *capture.Conversation, list []exchangeRecord) {
	t.Helper()
	asked, answered := ownersOf(c, false), ownersOf(c, true)
	pairs := c.Version == "2" || !c.Pipelined && timely(c, false) == len(c.Said[0])
	for i := range list {
		r := &list[i]
		if m := r.MethodOriginal; m != "" && m != "PROPFIND" || m == "" && r.Method == "" && r.Status == 0 {
			continue // found in the midst of a line, or a frame: behind a loss that is all there is
		}
		requests, responses := c.Exchanges, c.Exchanges
		if len(r.RequestFrames) > 0 {
			requests = asked.among(r.RequestFrames)
		}
		if len(r.ResponseFrames) > 0 {
			responses = answered.among(r.ResponseFrames)
		}
		requests = slices.DeleteFunc(slices.Clone(requests), func(e *capture.Exchange) bool { return !r.asks(e) })
		responses = slices.DeleteFunc(slices.Clone(responses), func(e *capture.Exchange) bool {
			return !r.answers(e) || pairs && !slices.Contains(requests, e)
		})
		if len(requests) == 0 || pairs && len(responses) == 0 {
			t.Errorf("%s: there was nothing like %s", what, r.text(0))
		}
	}
}

// asks says whether what a record tells of a request is true of an exchange.
func (r *exchangeRecord) asks(e *capture.Exchange) bool {
	part := slices.Contains(r.Unknown, "request.head") || slices.Contains(r.Unknown, "hpack")
	if r.Trace != nil && !part &&
		!slices.ContainsFunc(e.Traces, func(c capture.Trace) bool { return c.TraceID == r.Trace.TraceID && c.SpanID == r.Trace.SpanID }) {
		return false
	}
	return (r.Path == "" || r.Path == e.Path) && (r.UserAgent == "" || r.UserAgent == e.UserAgent) && (r.StreamID == nil || *r.StreamID == e.StreamID) &&
		(r.Method == "" || r.Method == e.Method || r.MethodOriginal == e.Method) &&
		atMost(r.RequestSize, e.Request.Size()) && atMost(r.RequestBody, len(e.Request.Content))
}

// answers says whether what a record tells of a response is true of an exchange.
func (r *exchangeRecord) answers(e *capture.Exchange) bool {
	return (r.Status == 0 || r.Status == e.Status) && atMost(r.ResponseSize, e.Response.Size()) && atMost(r.ResponseBody, len(e.Response.Content))
}

func atMost(size *uint64, sent int) bool { return size == nil || *size <= uint64(sent) }

// saysAll checks that what came before anything was lost is told.
func saysAll(t *testing.T, what string, c *capture.Conversation, list []exchangeRecord) {
	t.Helper()
	came := [2]arrival{arrivals(c, false), arrivals(c, true)}
	whole := [2]int{timely(c, false), timely(c, true)}
	for _, e := range c.Exchanges {
		if len(e.Request.Ranges) == 0 || len(e.Response.Ranges) == 0 || !e.Request.Whole || !e.Response.Whole {
			continue
		}
		if e.Request.Ranges[len(e.Request.Ranges)-1][1] >= whole[0] || e.Response.Ranges[len(e.Response.Ranges)-1][1] >= whole[1] {
			continue
		}
		want := textOf(c, e, &came)
		if i := slices.IndexFunc(list, func(r exchangeRecord) bool { return r.text(e.Number) == want }); i < 0 {
			nearest := ""
			for i := range list {
				if list[i].Path == e.Path {
					nearest = list[i].text(e.Number)
				}
			}
			t.Errorf("%s: of %d, before anything was lost (%v)\n%s", what, e.Number, whole, differences(nearest, want))
		}
	}
}

// timely returns up to where all of a stream came, before it was acknowledged: what is
// acknowledged and has not come was lost, and what comes for it then is too late.
func timely(c *capture.Conversation, server bool) (whole int) {
	n, heard := len(c.Said[0]), 0
	if server {
		n = len(c.Said[1])
	}
	came := make([]bool, n)
	for _, s := range c.Segments {
		if s.Server != server {
			if s.Flags&16 != 0 {
				heard = max(heard, s.Heard)
			}
			continue
		}
		for at := max(heard, s.Start); at < min(s.End, n); at++ {
			came[at] = true
		}
	}
	for whole < n && came[whole] {
		whole++
	}
	return whole
}
