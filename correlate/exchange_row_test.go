package correlate

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/correlate/tracecontext"
	"github.com/pcappipe/pcappipe/record"
)

func TestTheSchemaOfExchanges(t *testing.T) {
	if err := ExchangeSchema.Check(); err != nil {
		t.Error(err)
	}
	want := "exchange flow uid community_id network.protocol.version http.request.method http.request.method_original url.scheme url.path url.query " +
		"server.address server.port client.address client.port network.peer.address network.peer.port http.response.status_code http.response.header.content-type " +
		"http.request.body.size http.response.body.size http.request.size http.response.size user_agent.original stream_id " +
		"rpc.system.name rpc.method rpc.response.status_code rpc.request.messages rpc.response.messages rpc.messages_truncated " +
		"start ttfb duration outcome end_reason request_missing response_missing unknown upgrade " +
		"request_frames request_frames_truncated response_frames response_frames_truncated " +
		"request_body_file request_body_file_error response_body_file response_body_file_error " +
		"trace.trace_id trace.span_id trace.parent_id trace.sampled trace.debug trace.source trace.state " +
		"trace_seen.trace_id trace_seen.span_id trace_seen.parent_id trace_seen.sampled trace_seen.debug trace_seen.source trace_seen.state"
	if got := strings.Join(ExchangeSchema.Names(), " "); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// rowText writes out a row: names and values in their order.
func rowText(t testing.TB, row *record.Row) string {
	t.Helper()
	if err := row.Check(); err != nil {
		t.Error(err)
	}
	var words []string
	var layer *record.Layer
	for i := range row.Values {
		v := &row.Values[i]
		switch v.Op {
		case record.Open:
			layer = row.Schema.Layers[v.Field]
			continue
		case record.Close:
			continue
		}
		f, value := &layer.Fields[v.Field], ""
		switch {
		case v.Op == record.Number:
			value = fmt.Sprint(v.Num)
		case f.Type == record.Address:
			addr, _ := netip.AddrFromSlice(row.Of(v))
			value = addr.String()
		default:
			value = string(row.Of(v))
		}
		words = append(words, f.Name+"="+value)
	}
	return strings.Join(words, " ")
}

// exchangeText returns the row of an exchange between 10.0.0.1:40000 and
// 10.0.0.2:8080 in flow 7, without what is the same for all.
func exchangeText(t *testing.T, e *Exchange) string {
	t.Helper()
	var row record.Row
	of := &ExchangeOf{Flow: 7, UID: "Cname", ClientAddress: []byte{10, 0, 0, 1}, ServerAddress: []byte{10, 0, 0, 2}, ClientPort: 40000, ServerPort: 8080}
	e.Row(&row, of)
	got := rowText(t, &row)
	for _, same := range []string{
		fmt.Sprintf("exchange=7.%d flow=7 uid=Cname ", e.Number),
		"client.address=10.0.0.1 client.port=40000 network.peer.address=10.0.0.2 network.peer.port=8080 ",
	} {
		if !strings.Contains(got, same) {
			t.Errorf("got %s, without %s", got, same)
		}
		got = strings.Replace(got, same, "", 1)
	}
	return got
}

func TestAnExchangeHasItsRow(t *testing.T) {
	e := &Exchange{
		Number: 3, Version: "1.1", Method: "GET", Authority: "example.com", Path: "/a", Query: "b=c", HasQuery: true, UserAgent: "curl/8", Status: 200, ContentType: "text/html",
		Request: Message{Size: 90, Frames: []uint64{4}, Complete: true}, Response: Message{Body: 5, Size: 70, Frames: []uint64{6, 9}, Complete: true, File: "7.3.response"},
		Start: 1000, FirstByte: 1500, Last: 1700, Timed: true, Answered: true,
		Trace: []tracecontext.Context{{
			Source: tracecontext.Traceparent, TraceID: "0af7651916cd43dd8448eb211c80319c", SpanID: "b7ad6b7169203331", Sampling: tracecontext.Sampled, State: "congo=t61rcWkgMzE",
		}},
	}
	want := "network.protocol.version=1.1 http.request.method=GET url.scheme=http url.path=/a url.query=b=c server.address=example.com server.port=80 " +
		"http.response.status_code=200 http.response.header.content-type=text/html http.request.body.size=0 http.response.body.size=5 http.request.size=90 http.response.size=70 user_agent.original=curl/8 " +
		"start=1000 ttfb=500 duration=700 outcome=responded request_frames=4 response_frames=6 response_frames=9 response_body_file=7.3.response " +
		"trace.trace_id=0af7651916cd43dd8448eb211c80319c trace.span_id=b7ad6b7169203331 trace.sampled=1 trace.source=traceparent trace.state=congo=t61rcWkgMzE"
	if got := exchangeText(t, e); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestACallHasItsRow(t *testing.T) {
	e := &Exchange{
		Number: 1, Version: "2", Method: "POST", Scheme: "http", Authority: "[2001:db8::1]:50051", Path: "/echo.Echo/Say", Status: 200, Multiplexed: true,
		Request: Message{Body: 12, Size: 80, Complete: true}, Response: Message{Body: 7, Size: 60, Missing: 9, Unknown: true},
		RPC: &RPC{System: "grpc", Method: "echo.Echo/Say", Status: 4, HasStatus: true, RequestMessages: 1, ResponseMessages: 2, MessagesTruncated: true},
	}
	want := "network.protocol.version=2 http.request.method=POST url.scheme=http url.path=/echo.Echo/Say server.address=2001:db8::1 server.port=50051 " +
		"http.response.status_code=200 http.request.body.size=12 http.response.body.size=7 http.request.size=80 http.response.size=60 stream_id=0 " +
		"rpc.system.name=grpc rpc.method=echo.Echo/Say rpc.response.status_code=DEADLINE_EXCEEDED rpc.request.messages=1 rpc.response.messages=2 rpc.messages_truncated=1 " +
		"outcome=responded response_missing=9 unknown=response.body unknown=hpack"
	if got := exchangeText(t, e); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// What was not seen is left out, and said where a reader would miss it.
func TestAnExchangeWithoutAllOfIt(t *testing.T) {
	for _, row := range []struct {
		name string
		e    Exchange
		want string
	}{
		{"the request alone", Exchange{Number: 1, Version: "1.0", Method: "GET", Path: "/", Request: Message{Size: 20, Complete: true}, Outcome: Aborted, EndReason: "rst", Start: 5, Last: 6, Timed: true},
			"network.protocol.version=1.0 http.request.method=GET url.scheme=http url.path=/ server.address=10.0.0.2 server.port=8080 " +
				"http.request.body.size=0 http.request.size=20 start=5 duration=1 outcome=aborted end_reason=rst"},
		{"the response alone", Exchange{Number: 2, Version: "1.1", Status: 204, Request: Message{Missing: 50, HeadLost: true}, Response: Message{Size: 30, Complete: true, FramesTruncated: true}},
			"network.protocol.version=1.1 server.address=10.0.0.2 server.port=8080 http.response.status_code=204 http.request.body.size=0 http.response.body.size=0 " +
				"http.request.size=0 http.response.size=30 outcome=responded request_missing=50 unknown=request.head unknown=request.body response_frames_truncated=1"},
		{"what HPACK did not tell", Exchange{Number: 6, Version: "2", Method: "GET", Authority: "example.com", Multiplexed: true, StreamID: 9, Request: Message{Size: 30, Unknown: true, Complete: true}},
			"network.protocol.version=2 http.request.method=GET server.address=example.com http.request.body.size=0 http.request.size=30 stream_id=9 outcome=responded unknown=hpack"},
		{"neither head", Exchange{Number: 3, Request: Message{HeadLost: true, Complete: true}, Response: Message{HeadLost: true, FileError: "no room"}, Outcome: Evicted},
			"server.address=10.0.0.2 server.port=8080 http.request.body.size=0 http.response.body.size=0 http.request.size=0 http.response.size=0 " +
				"outcome=evicted unknown=request.head unknown=response.head unknown=response.body response_body_file_error=no room"},
		{"times that run backwards", Exchange{Number: 4, Start: 9, FirstByte: 8, Last: 7, Timed: true, Answered: true, Outcome: Timeout, Upgrade: "websocket"},
			"server.address=10.0.0.2 server.port=8080 start=9 outcome=timeout upgrade=websocket"},
		{"a time before 1970", Exchange{Number: 5, Start: -3, FirstByte: 2, Last: 4, Timed: true, Answered: true},
			fmt.Sprintf("server.address=10.0.0.2 server.port=8080 start=%d ttfb=5 duration=7 outcome=responded", ^uint64(2))},
	} {
		if got := exchangeText(t, &row.e); got != row.want {
			t.Errorf("%s\n got %s\nwant %s", row.name, got, row.want)
		}
	}
}

func TestMethodsAreThoseOfTheConventions(t *testing.T) {
	for method, want := range map[string]string{
		"GET": "http.request.method=GET ", "PATCH": "http.request.method=PATCH ", "QUERY": "http.request.method=QUERY ",
		"get": "http.request.method=_OTHER http.request.method_original=get ", "PROPFIND": "http.request.method=_OTHER http.request.method_original=PROPFIND ",
		"_OTHER": "http.request.method=_OTHER ",
	} {
		if got := exchangeText(t, &Exchange{Number: 1, Method: method}); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s", method, got)
		}
	}
}

// The server is whom the request names, with the scheme's port where it names none.
func TestTheServerIsTheAuthoritys(t *testing.T) {
	for _, row := range []struct{ scheme, method, authority, want string }{
		{"", "GET", "example.com", "example.com 80"},
		{"", "GET", "example.com:8080", "example.com 8080"},
		{"", "GET", "example.com:", "example.com 80"},
		{"https", "GET", "example.com", "example.com 443"},
		{"HTTPS", "GET", "example.com", "example.com 443"},
		{"ftp", "GET", "example.com", "example.com"},
		{"", "CONNECT", "example.com:443", "example.com 443"},
		{"", "CONNECT", "example.com", "example.com"},
		{"", "GET", "192.0.2.1:81", "192.0.2.1 81"},
		{"", "GET", "[2001:db8::1]", "2001:db8::1 80"},
		{"", "GET", "[2001:db8::1]:81", "2001:db8::1 81"},
		{"", "GET", "user:password@example.com:81", "example.com 81"},
		{"", "GET", "example.com:65536", "example.com"},
		{"", "GET", "example.com:http", "example.com:http"},
		{"", "GET", "2001:db8::1", "2001:db8::1"},
		{"", "GET", "[2001:db8::1", "[2001:db8::1"},
		{"", "GET", "[2001:db8::1]81", "[2001:db8::1]81"},
		{"", "GET", "", "10.0.0.2 8080"},
		{"", "GET", ":81", "10.0.0.2 8080"},
		{"", "", "", "10.0.0.2 8080"},
	} {
		e := Exchange{Scheme: row.scheme, Method: row.method, Authority: row.authority}
		host, port, known := e.server(&ExchangeOf{ServerAddress: []byte{10, 0, 0, 2}, ServerPort: 8080})
		if known {
			host += fmt.Sprintf(" %d", port)
		}
		if host != row.want {
			t.Errorf("%s %s %q: got %s, want %s", row.method, row.scheme, row.authority, host, row.want)
		}
	}
}

func TestStatusesOfCallsHaveTheirNames(t *testing.T) {
	for status, want := range map[int]string{0: "OK", 1: "CANCELLED", 16: "UNAUTHENTICATED", 17: "17", -1: "-1"} {
		if got := (&RPC{Status: status}).statusName(); got != want {
			t.Errorf("%d: got %s", status, got)
		}
	}
}

// All that was seen of a trace is told where some of it contradicts the rest.
func TestSourcesThatDisagreeAreTold(t *testing.T) {
	const id, short, other = "0af7651916cd43dd8448eb211c80319c", "00000000000000008448eb211c80319c", "11111111111111111111111111111111"
	w3c := tracecontext.Context{Source: tracecontext.Traceparent, TraceID: id, SpanID: "b7ad6b7169203331", Sampling: tracecontext.Sampled}
	for _, row := range []struct {
		name string
		also tracecontext.Context
		told bool
	}{
		{"the same", tracecontext.Context{Source: tracecontext.B3, TraceID: id, SpanID: "b7ad6b7169203331", Sampling: tracecontext.Sampled}, false},
		{"less", tracecontext.Context{Source: tracecontext.CloudTrace, TraceID: id}, false},
		{"half of the id", tracecontext.Context{Source: tracecontext.Datadog, TraceID: short}, false},
		{"a request id", tracecontext.Context{Source: tracecontext.RequestID, TraceID: "r-1"}, false},
		{"another trace", tracecontext.Context{Source: tracecontext.B3, TraceID: other}, true},
		{"another text", tracecontext.Context{Source: tracecontext.SkyWalking, TraceID: "a.1.2"}, true},
		{"another span", tracecontext.Context{Source: tracecontext.B3, TraceID: id, SpanID: "00f067aa0ba902b7"}, true},
		{"another decision", tracecontext.Context{Source: tracecontext.B3, TraceID: id, Sampling: tracecontext.NotSampled, ParentID: "05e3ac9a4f6e3b90", Debug: true}, true},
	} {
		got := exchangeText(t, &Exchange{Number: 1, Trace: []tracecontext.Context{w3c, row.also}})
		if told := strings.Contains(got, "trace_seen."); told != row.told {
			t.Errorf("%s: got %s", row.name, got)
		}
		if !strings.Contains(got, " trace.trace_id="+id+" trace.span_id=b7ad6b7169203331 trace.sampled=1 trace.source=traceparent") {
			t.Errorf("%s: the first is not the trace: %s", row.name, got)
		}
		if row.also.Debug && !strings.HasSuffix(got, "trace_seen.parent_id=05e3ac9a4f6e3b90 trace_seen.sampled=0 trace_seen.debug=1 trace_seen.source=b3") {
			t.Errorf("%s: got %s", row.name, got)
		}
	}
}

func TestFillingARowAgainAllocatesNothing(t *testing.T) {
	e := &Exchange{Number: 3, Version: "1.1", Method: "GET", Authority: "example.com:81", Path: "/a", Request: Message{Frames: make([]uint64, 9)}, RPC: &RPC{System: "grpc", HasStatus: true}}
	of := &ExchangeOf{Flow: 7, UID: "Cname", ClientAddress: []byte{10, 0, 0, 1}, ServerAddress: []byte{10, 0, 0, 2}}
	var row record.Row
	e.Row(&row, of)
	if n := testing.AllocsPerRun(10, func() { e.Row(&row, of) }); n != 0 {
		t.Errorf("it makes %v allocations", n)
	}
}
