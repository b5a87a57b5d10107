package pipeline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// An exchangeRecord is what the record of an exchange says.
type exchangeRecord struct {
	Record      string
	Exchange    string
	Flow        uint64
	UID         string
	CommunityID string `json:"community_id"`

	Version        string  `json:"network.protocol.version"`
	Method         string  `json:"http.request.method"`
	MethodOriginal string  `json:"http.request.method_original"`
	Scheme         string  `json:"url.scheme"`
	Path           string  `json:"url.path"`
	Query          *string `json:"url.query"`

	ServerAddress string `json:"server.address"`
	ServerPort    uint16 `json:"server.port"`
	ClientAddress string `json:"client.address"`
	ClientPort    uint16 `json:"client.port"`
	PeerAddress   string `json:"network.peer.address"`
	PeerPort      uint16 `json:"network.peer.port"`

	Status       int      `json:"http.response.status_code"`
	ContentType  []string `json:"http.response.header.content-type"`
	RequestBody  *uint64  `json:"http.request.body.size"`
	ResponseBody *uint64  `json:"http.response.body.size"`
	RequestSize  *uint64  `json:"http.request.size"`
	ResponseSize *uint64  `json:"http.response.size"`
	UserAgent    string   `json:"user_agent.original"`
	StreamID     *uint32  `json:"stream_id"`

	RPCSystem    string  `json:"rpc.system.name"`
	RPCMethod    string  `json:"rpc.method"`
	RPCStatus    string  `json:"rpc.response.status_code"`
	RPCRequests  *uint64 `json:"rpc.request.messages"`
	RPCResponses *uint64 `json:"rpc.response.messages"`

	Start    json.Number
	TTFB     json.Number
	Duration json.Number

	Outcome         string
	EndReason       string `json:"end_reason"`
	RequestMissing  uint64 `json:"request_missing"`
	ResponseMissing uint64 `json:"response_missing"`
	Unknown         []string
	Upgrade         string

	RequestFrames  []uint64 `json:"request_frames"`
	ResponseFrames []uint64 `json:"response_frames"`

	RequestFile  string `json:"request_body_file"`
	ResponseFile string `json:"response_body_file"`

	Trace *traceRecord
	Seen  []traceRecord `json:"trace_seen"`
}

// A traceRecord is what it says of a trace.
type traceRecord struct {
	TraceID  string `json:"trace_id"`
	SpanID   string `json:"span_id"`
	ParentID string `json:"parent_id"`
	Sampled  *bool
	Debug    bool
	Source   string
	State    string
}

// A labelRecord is what a frame's record says of its exchanges.
type labelRecord struct {
	Record string
	Frame  struct{ Number uint64 }
	Own    struct {
		Flow     []uint64
		Exchange []string
		TraceID  []string `json:"trace_id"`
		SpanID   []string `json:"span_id"`
		Label    string
	} `json:"pcappipe"`
}

// parsed returns the records of one kind.
func parsed[R any](t testing.TB, all []byte, kind string) (list []R) {
	t.Helper()
	for line := range strings.Lines(string(all)) {
		if !strings.HasPrefix(line, `{"record":"`+kind+`"`) {
			continue
		}
		var r R
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v in %.300s", err, line)
		}
		list = append(list, r)
	}
	return list
}

// exchangesOf runs c and returns the exchanges that it finds.
func exchangesOf(t testing.TB, c Config) []exchangeRecord {
	t.Helper()
	return parsed[exchangeRecord](t, records(t, c, "exchanges"), "exchange")
}

// nanosOf returns seconds with nine decimals as nanoseconds, and -1 for nothing.
func nanosOf(t testing.TB, n json.Number) int64 {
	t.Helper()
	if n == "" {
		return -1
	}
	whole, part, _ := strings.Cut(n.String(), ".")
	nanos, err := strconv.ParseInt(whole+(part + "000000000")[:9], 10, 64)
	if err != nil {
		t.Fatalf("%v in %s", err, n)
	}
	return nanos
}

// took says how long the response took to begin.
func (r *exchangeRecord) took(t testing.TB) time.Duration {
	t.Helper()
	return time.Duration(nanosOf(t, r.TTFB))
}

// line says in short what an exchange was, and how it ended.
func (r *exchangeRecord) line() string {
	s := fmt.Sprintf("%s %s", r.Method, r.Path)
	if r.Trace != nil {
		s += fmt.Sprintf(" %.4s/%.4s", r.Trace.TraceID, r.Trace.SpanID)
	}
	if s += fmt.Sprintf(" %d %s", r.Status, r.Outcome); r.EndReason != "" {
		s += " " + r.EndReason
	}
	return s
}

// lines says in short what all exchanges were, in the order of their names.
func lines(list []exchangeRecord) string {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b exchangeRecord) int {
		return strings.Compare(fmt.Sprintf("%9s", a.Exchange), fmt.Sprintf("%9s", b.Exchange))
	})
	var b strings.Builder
	for i := range list {
		fmt.Fprintln(&b, list[i].Exchange, list[i].line())
	}
	return b.String()
}
