package correlate

import (
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/correlate/tracecontext"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/record"
)

func TestTheSchemaOfTraces(t *testing.T) {
	if err := TraceSchema.Check(); err != nil {
		t.Error(err)
	}
	want := "trace_id source start duration busy end_reason continued exchanges exchanges_truncated flows " +
		"tree.exchange tree.flow tree.parent tree.by tree.depth tree.span_id tree.parent_id tree.offset tree.duration tree.self tree.before tree.after " +
		"tree.client.address tree.network.peer.address tree.server.address tree.http.request.method tree.url.path tree.http.response.status_code tree.outcome"
	if got := strings.Join(TraceSchema.Names(), " "); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestATraceHasItsRow(t *testing.T) {
	traces := NewTraces(TracesConfig{Idle: 10})
	id := "0af7651916cd43dd8448eb211c80319c"
	add := func(flow uint64, client, server byte, e Exchange, contexts ...tracecontext.Context) {
		e.Number, e.Trace = 1, contexts
		traces.Add(&e, &ExchangeOf{Flow: flow, ClientAddress: []byte{10, 0, 0, client}, ServerAddress: []byte{10, 0, 0, server}, ServerPort: 80}, 0)
	}
	add(2, 2, 3, Exchange{Method: "GET", Path: "/b", Authority: "b.example", Status: 200, Start: 1010, Last: 1060, Timed: true},
		tracecontext.Context{Source: tracecontext.B3, TraceID: id, SpanID: "b7ad6b7169203331", ParentID: "00f067aa0ba902b7"})
	add(1, 1, 2, Exchange{Method: "GET", Path: "/a", Authority: "a.example", Status: 200, Start: 1000, Last: 1100, Timed: true},
		tracecontext.Context{Source: tracecontext.Traceparent, TraceID: id, SpanID: "00f067aa0ba902b7"}, tracecontext.Context{Source: tracecontext.RequestID, TraceID: "r"})
	add(3, 2, 4, Exchange{Outcome: Timeout}, tracecontext.Context{Source: tracecontext.RequestID, TraceID: id})
	var row record.Row
	traces.Expire(11).Row(&row)
	want := "trace_id=" + id + " source=traceparent source=b3 source=x-request-id start=1000 duration=100 busy=100 end_reason=idle " +
		"exchanges=2.1 exchanges=1.1 exchanges=3.1 flows=2 flows=1 flows=3 " +
		"tree.exchange=1.1 tree.flow=1 tree.depth=0 tree.span_id=00f067aa0ba902b7 tree.offset=0 tree.duration=100 tree.self=50 " +
		"tree.client.address=10.0.0.1 tree.network.peer.address=10.0.0.2 tree.server.address=a.example tree.http.request.method=GET tree.url.path=/a tree.http.response.status_code=200 tree.outcome=responded " +
		"tree.exchange=2.1 tree.flow=2 tree.parent=1.1 tree.by=span tree.depth=1 tree.span_id=b7ad6b7169203331 tree.parent_id=00f067aa0ba902b7 tree.offset=10 tree.duration=50 tree.self=50 tree.before=10 tree.after=40 " +
		"tree.client.address=10.0.0.2 tree.network.peer.address=10.0.0.3 tree.server.address=b.example tree.http.request.method=GET tree.url.path=/b tree.http.response.status_code=200 tree.outcome=responded " +
		"tree.exchange=3.1 tree.flow=3 tree.depth=0 " +
		"tree.client.address=10.0.0.2 tree.network.peer.address=10.0.0.4 tree.server.address=10.0.0.4 tree.outcome=timeout"
	if got := rowText(t, &row); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	add(4, 1, 2, Exchange{}, tracecontext.Context{Source: tracecontext.SkyWalking, TraceID: id})
	traces.Remaining().Row(&row)
	if got, want := rowText(t, &row), "trace_id="+id+" source=sw8 end_reason=end continued=1 exchanges=4.1 flows=4 tree.exchange=4.1"; !strings.HasPrefix(got, want) {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// Times that are out of order among parent and child are left out.
func TestAChildAfterItsParentHasNoTimeBehindIt(t *testing.T) {
	var row record.Row
	scriptedTrace(t, "1.1 A>B 0-100 span=s1\n2.1 B>C 90-120 span=s2 from=s1").Row(&row)
	if got := rowText(t, &row); !strings.Contains(got, "tree.before=90 ") || strings.Contains(got, "tree.after") {
		t.Errorf("got %s", got)
	}
}

// However large its parts, a record of a trace stays below what one may be.
func TestTheLargestRecordOfATrace(t *testing.T) {
	traces := NewTraces(TracesConfig{})
	long := strings.Repeat("\x01", 1000) // six bytes each in JSON
	id := strings.Repeat("\x01", hopText)
	for i := range uint64(traceHops) {
		traces.Add(&Exchange{
			Number: 1<<64 - 1 - i, Method: long, Path: long, Authority: long, Status: 65535, Start: -1 << 63, Last: 1<<63 - 1, Timed: true,
			Trace: []tracecontext.Context{{TraceID: id, SpanID: id, ParentID: id}},
		}, &ExchangeOf{Flow: 1<<64 - 1 - i, ClientAddress: make([]byte, 16), ServerAddress: make([]byte, 16)}, 0)
	}
	var row record.Row
	traces.Remaining().Row(&row)
	if err := row.Check(); err != nil {
		t.Fatal(err)
	}
	if n := len(output.Lines(TraceSchema, output.ISO).Append(nil, &row)); n > 16<<20 {
		t.Errorf("it has %d bytes", n)
	}
}
