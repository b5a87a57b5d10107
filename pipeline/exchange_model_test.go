package pipeline

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// What the program says of every exchange is what was said, where nothing was
// lost: whatever the protocol, the framing, the order in which it came, and what it
// was wrapped in. So are the exchanges that each frame bears.
func TestExchangesAreWhatWasAskedAndAnswered(t *testing.T) {
	for seed := range rounds(3, 300) {
		for _, harm := range []capture.Harm{capture.Orderly, capture.Disorderly} {
			w := capture.Exchanges(seed, 12, harm)
			c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(w.Frames))}, Engine: Default}
			all := records(t, c, "frames", "exchanges", "traces")
			got := parsed[exchangeRecord](t, all, "exchange")
			what := fmt.Sprintf("seed %d, harm %d", seed, harm)
			truth := truthOf(w)
			flows := truth.compare(t, what, got)
			truth.compareLabels(t, what, parsed[labelRecord](t, all, "frame"), flows)
			truth.compareTraces(t, what, parsed[joinedRecord](t, all, "trace"), flows)
		}
	}
}

// A truth is what the exchanges of a capture were, in words.
type truth struct {
	web  *capture.Web
	says map[uint16][]say // by the client's port, in the order of their numbers
}

// A say is what is to be said of one exchange.
type say struct {
	of   *capture.Exchange
	text string
}

func truthOf(w *capture.Web) *truth {
	m := &truth{web: w, says: make(map[uint16][]say)}
	for _, c := range w.Conversations {
		came := [2]arrival{arrivals(c, false), arrivals(c, true)}
		for _, e := range c.Exchanges {
			port := c.Client.Port()
			m.says[port] = append(m.says[port], say{e, textOf(c, e, &came)})
		}
	}
	return m
}

// An arrival is which segment brought each byte of a stream first; nil: none did.
type arrival []*capture.Segment

func arrivals(c *capture.Conversation, server bool) arrival {
	from := 0
	if server {
		from = 1
	}
	came := make(arrival, len(c.Said[from]))
	for i := range c.Segments {
		s := &c.Segments[i]
		if s.Server != server {
			continue
		}
		for at := max(0, s.Start); at < min(s.End, len(came)); at++ {
			if came[at] == nil {
				came[at] = s
			}
		}
	}
	return came
}

// frames returns which frames brought a message, in the order of its bytes.
func (a arrival) frames(m *capture.Message) (list []uint64) {
	for _, r := range m.Ranges {
		for _, s := range a[r[0]:r[1]] {
			if s != nil && (len(list) == 0 || list[len(list)-1] != s.Frame) {
				list = append(list, s.Frame)
			}
		}
	}
	return list
}

// latest returns when the last byte of a message came.
func (a arrival) latest(m *capture.Message) (nanos int64) {
	for _, r := range m.Ranges {
		for _, s := range a[r[0]:r[1]] {
			if s != nil {
				nanos = max(nanos, s.Nanos)
			}
		}
	}
	return nanos
}

// textOf says what an exchange was.
func textOf(c *capture.Conversation, e *capture.Exchange, came *[2]arrival) string {
	var r exchangeRecord
	r.Version, r.Method, r.Path, r.UserAgent, r.Status, r.Upgrade = e.Version, e.Method, e.Path, e.UserAgent, e.Status, e.Upgrade
	if e.Method == "PROPFIND" {
		r.Method, r.MethodOriginal = "_OTHER", e.Method
	}
	if e.HasQuery {
		r.Query = &e.Query
	}
	if e.Method != "CONNECT" {
		r.Scheme = "http"
	}
	r.ServerAddress, r.ServerPort = e.Authority, 80
	if host, port, has := strings.Cut(e.Authority, ":"); has {
		n, _ := strconv.Atoi(port)
		r.ServerAddress, r.ServerPort = host, uint16(n)
	}
	if e.Authority == "" {
		r.ServerAddress, r.ServerPort = c.Server.Addr().String(), c.Server.Port()
	}
	r.ClientAddress, r.ClientPort, r.PeerAddress, r.PeerPort = c.Client.Addr().String(), c.Client.Port(), c.Server.Addr().String(), c.Server.Port()
	if e.ContentType != "" {
		r.ContentType = []string{e.ContentType}
	}
	r.sizes(e)
	r.call(e)
	r.times(e, came)
	r.ending(c, e)
	r.RequestFrames, r.ResponseFrames = came[0].frames(&e.Request), came[1].frames(&e.Response)
	r.trace(e)
	return r.text(e.Number)
}

// sizes tells how much there was of the messages that began.
func (r *exchangeRecord) sizes(e *capture.Exchange) {
	if size := uint64(e.Request.Size()); size > 0 {
		r.RequestSize, r.RequestBody = &size, new(uint64(len(e.Request.Content)))
		if !e.Request.Whole {
			r.Unknown = append(r.Unknown, "request.body")
		}
	}
	if size := uint64(e.Response.Size()); size > 0 {
		r.ResponseSize, r.ResponseBody = &size, new(uint64(len(e.Response.Content)))
		if !e.Response.Whole {
			r.Unknown = append(r.Unknown, "response.body")
		}
	}
	if e.Version == "2" {
		r.StreamID = &e.StreamID
	}
}

// call tells of a remote procedure call.
func (r *exchangeRecord) call(e *capture.Exchange) {
	if e.RPC == nil {
		return
	}
	r.RPCSystem, r.RPCMethod = "grpc", e.RPC.Method
	if e.RPC.Status >= 0 {
		r.RPCStatus = statuses[e.RPC.Status]
	}
	r.RPCRequests, r.RPCResponses = &e.RPC.Messages[0], &e.RPC.Messages[1]
}

// statuses are the names of gRPC's status codes.
var statuses = strings.Fields("OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED " +
	"RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED")

// times tells when it was.
func (r *exchangeRecord) times(e *capture.Exchange, came *[2]arrival) {
	var start int64
	if e.Pushed {
		start = came[1][e.Promise].Nanos
	} else {
		start = came[0][e.Request.Ranges[0][0]].Nanos
	}
	last := max(start, came[0].latest(&e.Request), came[1].latest(&e.Response))
	r.Start, r.Duration = seconds9(start), seconds9(last-start)
	if e.Status != 0 {
		r.TTFB = seconds9(came[1][e.Final].Nanos - start)
	}
}

// ending tells how it ended.
func (r *exchangeRecord) ending(c *capture.Conversation, e *capture.Exchange) {
	r.Outcome = "responded"
	if e.Status != 0 && e.Response.Whole {
		return
	}
	switch {
	case e.Reset:
		r.EndReason = "reset"
	case e.Refused:
		r.EndReason = "goaway"
	default:
		r.EndReason = [...]string{capture.Open: "end", capture.Closed: "fin", capture.Broken: "rst"}[c.Ending]
	}
	if e.Status == 0 {
		r.Outcome = "aborted" // both ends, or one for both, have said that it is over
	}
}

// trace tells which trace it belongs to.
func (r *exchangeRecord) trace(e *capture.Exchange) {
	var list []traceRecord
	named := 0
	for i := range e.Traces {
		c := &e.Traces[i]
		t := traceRecord{TraceID: c.TraceID, SpanID: c.SpanID, ParentID: c.ParentID, Debug: c.Debug, Source: c.Source, State: c.State}
		if c.Sampling {
			t.Sampled = &c.Sampled
		}
		if c.Source != "x-request-id" {
			named++
		}
		list = append(list, t)
	}
	if len(list) > 0 {
		r.Trace = &list[0]
	}
	if named > 1 {
		r.Seen = list
	}
}

// text says all that a record says of an exchange, but for its flow's name.
func (r *exchangeRecord) text(number uint64) string {
	var b strings.Builder
	tell := func(name string, value any) {
		if s := strings.Trim(fmt.Sprint(value), "[]"); s != "" && s != "0" && s != "<nil>" {
			fmt.Fprintf(&b, " %s=%s", name, s)
		}
	}
	fmt.Fprintf(&b, "%d.%d HTTP/%s %s", r.ClientPort, number, r.Version, r.Method)
	tell("original", r.MethodOriginal)
	tell("scheme", r.Scheme)
	tell("path", r.Path)
	if r.Query != nil {
		fmt.Fprintf(&b, " query=%q", *r.Query)
	}
	fmt.Fprintf(&b, " for=%s:%d from=%s to=%s:%d", r.ServerAddress, r.ServerPort, r.ClientAddress, r.PeerAddress, r.PeerPort)
	tell("status", r.Status)
	tell("type", r.ContentType)
	number64 := func(name string, n *uint64) {
		if n != nil {
			fmt.Fprintf(&b, " %s=%d", name, *n)
		}
	}
	number64("request.body", r.RequestBody)
	number64("response.body", r.ResponseBody)
	number64("request.size", r.RequestSize)
	number64("response.size", r.ResponseSize)
	tell("agent", r.UserAgent)
	if r.StreamID != nil {
		fmt.Fprintf(&b, " stream=%d", *r.StreamID)
	}
	tell("rpc", r.RPCMethod+" "[:min(1, len(r.RPCMethod))]+r.RPCStatus)
	number64("asked", r.RPCRequests)
	number64("answered", r.RPCResponses)
	tell("start", r.Start)
	tell("ttfb", r.TTFB)
	tell("duration", r.Duration)
	tell("outcome", r.Outcome)
	tell("because", r.EndReason)
	tell("request.missing", r.RequestMissing)
	tell("response.missing", r.ResponseMissing)
	tell("unknown", r.Unknown)
	tell("upgrade", r.Upgrade)
	tell("request.frames", r.RequestFrames)
	tell("response.frames", r.ResponseFrames)
	if r.Trace != nil {
		tell("trace", r.Trace.text())
	}
	for i := range r.Seen {
		tell("seen", r.Seen[i].text())
	}
	return b.String()
}

func (t *traceRecord) text() string {
	sampled := "?"
	if t.Sampled != nil {
		sampled = fmt.Sprint(*t.Sampled)
	}
	return fmt.Sprintf("%s:%s/%s<%s sampled:%s debug:%t %s", t.Source, t.TraceID, t.SpanID, t.ParentID, sampled, t.Debug, t.State)
}

// compare checks records against the truth, and returns the flows by port.
func (m *truth) compare(t *testing.T, what string, got []exchangeRecord) map[uint16]uint64 {
	t.Helper()
	flows := make(map[uint16]uint64)
	said := make(map[string]string)
	for i := range got {
		r := &got[i]
		flows[r.ClientPort] = r.Flow
		_, number, _ := strings.Cut(r.Exchange, ".")
		n, _ := strconv.ParseUint(number, 10, 64)
		if r.Exchange != fmt.Sprintf("%d.%d", r.Flow, n) || r.UID == "" || r.CommunityID == "" {
			t.Fatalf("%s: exchange %s of flow %d, %q, %q", what, r.Exchange, r.Flow, r.UID, r.CommunityID)
		}
		key := fmt.Sprintf("%d.%d", r.ClientPort, n)
		if _, twice := said[key]; twice {
			t.Fatalf("%s: exchange %s is told twice", what, key)
		}
		said[key] = r.text(n)
	}
	for port, list := range m.says {
		for _, s := range list {
			key := fmt.Sprintf("%d.%d", port, s.of.Number)
			if said[key] != s.text {
				t.Fatalf("%s: of %s (%s %s, then %d)\n%s", what, key, s.of.Method, s.of.Target, s.of.Status, differences(said[key], s.text))
			}
			delete(said, key)
		}
	}
	for _, more := range said {
		t.Fatalf("%s: there was no %s", what, more)
	}
	return flows
}

// differences returns the words that are in one text and not in the other.
func differences(got, want string) string {
	g, w := strings.Fields(got), strings.Fields(want)
	only := func(list, other []string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) }), " ")
	}
	return fmt.Sprintf(" got %s\nwant %s", only(g, w), only(w, g))
}

// seconds9 writes nanoseconds as records do.
func seconds9(nanos int64) json.Number {
	return json.Number(fmt.Sprintf("%d.%09d", nanos/1e9, nanos%1e9))
}

// compareLabels checks which exchanges frames bear.
func (m *truth) compareLabels(t *testing.T, what string, frames []labelRecord, flows map[uint16]uint64) {
	t.Helper()
	for _, c := range m.web.Conversations {
		marks := [2][]mark{marksOf(c, 0), marksOf(c, 1)}
		for i := range c.Segments {
			s := &c.Segments[i]
			r := &frames[s.Frame-1]
			if r.Own.Label == "late" && tunnelled(c, s) {
				continue // it may begin something else, and not enough has come to say
			}
			var names, traces, spans []string
			for _, e := range bears(s, &marks) {
				names = append(names, fmt.Sprintf("%d.%d", flows[c.Client.Port()], e.Number))
				if len(e.Traces) > 0 {
					traces = addOnce(traces, e.Traces[0].TraceID)
					spans = addOnce(spans, e.Traces[0].SpanID)
				}
			}
			if r.Frame.Number != s.Frame || r.Own.Label != "" || !slices.Equal(r.Own.Exchange, names) || !slices.Equal(r.Own.TraceID, traces) || !slices.Equal(r.Own.SpanID, spans) {
				t.Fatalf("%s, from %v: frame %d (%+v) bears %+v, want %v of %v, %v", what, c.Client, s.Frame, *s, r.Own, names, traces, spans)
			}
		}
	}
}

// tunnelled says whether a segment has bytes of a tunnel, in which HTTP may be spoken anew.
func tunnelled(c *capture.Conversation, s *capture.Segment) bool {
	last := c.Exchanges[len(c.Exchanges)-1]
	if last.Method != "CONNECT" || last.Status != 200 || s.Start == s.End {
		return false
	}
	m := &last.Request
	if s.Server {
		m = &last.Response
	}
	return s.End > m.Ranges[0][1]
}

// A joinedRecord is what the record of a trace says of its exchanges.
type joinedRecord struct {
	TraceID   string `json:"trace_id"`
	Exchanges []string
	Tree      []struct{ Exchange string }
}

// compareTraces checks that each trace has the exchanges that are of it, and no other.
func (m *truth) compareTraces(t *testing.T, what string, got []joinedRecord, flows map[uint16]uint64) {
	t.Helper()
	want := make(map[string][]string)
	for _, c := range m.web.Conversations {
		for _, e := range c.Exchanges {
			if len(e.Traces) > 0 {
				id := e.Traces[0].TraceID
				want[id] = append(want[id], fmt.Sprintf("%d.%d", flows[c.Client.Port()], e.Number))
			}
		}
	}
	for i := range got {
		r := &got[i]
		var tree []string
		for _, b := range r.Tree {
			tree = append(tree, b.Exchange)
		}
		slices.Sort(r.Exchanges)
		slices.Sort(tree)
		slices.Sort(want[r.TraceID])
		if !slices.Equal(r.Exchanges, want[r.TraceID]) || !slices.Equal(tree, r.Exchanges) {
			t.Fatalf("%s: trace %s has %v, in a tree %v, want %v", what, r.TraceID, r.Exchanges, tree, want[r.TraceID])
		}
		delete(want, r.TraceID)
	}
	if len(want) > 0 {
		t.Fatalf("%s: there are no traces %v", what, want)
	}
}

func addOnce(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// A mark is where bytes of an exchange begin in a stream.
type mark struct {
	offset int
	of     *capture.Exchange
}

// marksOf returns where exchanges' bytes begin in a stream, in order.
func marksOf(c *capture.Conversation, from int) (list []mark) {
	for _, e := range c.Exchanges {
		m := &e.Request
		if from == 1 {
			m = &e.Response
		}
		for _, r := range m.Ranges {
			list = append(list, mark{r[0], e})
		}
	}
	slices.SortFunc(list, func(a, b mark) int { return cmp.Compare(a.offset, b.offset) })
	return list
}

// bears returns the exchanges whose bytes a segment has, or, where it has none,
// the last that the client had begun when it was sent.
func bears(s *capture.Segment, marks *[2][]mark) (list []*capture.Exchange) {
	from, start, end := 0, s.Start, s.End
	if s.Server {
		from = 1
	}
	if start == end {
		at := s.Start
		if s.Server {
			at = s.Heard
		}
		if from, start, end = 0, at-1, at; start < 0 {
			return nil
		}
	}
	for i, m := range marks[from] {
		until := 1 << 62
		if i+1 < len(marks[from]) {
			until = marks[from][i+1].offset
		}
		if m.offset < end && start < until && !slices.Contains(list, m.of) {
			list = append(list, m.of)
		}
	}
	slices.SortFunc(list, func(a, b *capture.Exchange) int { return cmp.Compare(a.Number, b.Number) })
	return list
}
