package correlate

import (
	"math/bits"

	"github.com/pcappipe/pcappipe/correlate/tracecontext"
	"github.com/pcappipe/pcappipe/record"
)

// Fields of a trace record, in the order in which they are written.
const (
	traceID = iota
	traceSource
	traceStart
	traceDuration
	traceBusy
	traceEndReason
	traceContinued
	traceExchanges
	traceExchangesTruncated
	traceFlows
)

// Fields of one of its exchanges in the tree.
const (
	treeExchange = iota
	treeFlow
	treeParent
	treeBy
	treeDepth
	treeSpanID
	treeParentID
	treeOffset
	treeDuration
	treeSelf
	treeBefore
	treeAfter
	treeClient
	treePeer
	treeServer
	treeMethod
	treePath
	treeStatus
	treeOutcome
)

var (
	tracesLayer = &record.Layer{Fields: []record.Field{
		traceID:                 {Name: "trace_id", Type: record.Text, Source: own, Doc: "id of the trace: 32 hex digits; of sw8 and x-request-id the text as it came"},
		traceSource:             {Name: "source", Type: record.Text, Repeats: true, Source: own, Doc: "headers that told it, each once, the most trusted first"},
		traceStart:              {Name: "start", Type: record.Time, Unit: "seconds", Source: own, Doc: "time of the first byte of all of its exchanges"},
		traceDuration:           {Name: "duration", Type: record.Duration, Unit: "seconds", Source: own, Doc: "time from this byte to the last of all"},
		traceBusy:               {Name: "busy", Type: record.Duration, Unit: "seconds", Source: own, Doc: "time in which at least one of the exchanges in the tree was going on"},
		traceEndReason:          {Name: "end_reason", Type: record.Text, Source: own, Doc: "why it is over: idle (600 s of the capture clock without an exchange) evicted end"},
		traceContinued:          {Name: "continued", Type: record.Bool, Source: own, Doc: "there was a record of this id before, as far as that is remembered: 65,536 traces for each 64 MiB that traces may keep"},
		traceExchanges:          {Name: "exchanges", Type: record.Text, Repeats: true, Source: own, Doc: "names of its exchanges, in the order in which they ended, at most 4,096"},
		traceExchangesTruncated: {Name: "exchanges_truncated", Type: record.Uint, Source: own, Doc: "how many more there were, which are in no list"},
		traceFlows:              {Name: "flows", Type: record.Uint, Repeats: true, Source: own, Doc: "numbers of their flows, each once, in this order"},
	}}
	treeLayer = &record.Layer{Key: "tree", Repeats: true, Fields: []record.Field{
		treeExchange: {Name: "tree.exchange", Type: record.Text, Source: own, Doc: "name of the exchange; each stands before its children, these in the order in which they began"},
		treeFlow:     {Name: "tree.flow", Type: record.Uint, Source: own, Doc: "number of its flow"},
		treeParent:   {Name: "tree.parent", Type: record.Text, Source: own, Doc: "name of the exchange that it was made for; not there where none is known"},
		treeBy:       {Name: "tree.by", Type: record.Text, Source: own, Doc: "what tells the parent: span (ids in headers) or time (it was going on all the while)"},
		treeDepth:    {Name: "tree.depth", Type: record.Uint, Source: own, Doc: "how many exchanges are above it"},
		treeSpanID:   {Name: "tree.span_id", Type: record.Text, Source: own, Doc: "id of the span that made the request"},
		treeParentID: {Name: "tree.parent_id", Type: record.Text, Source: own, Doc: "id of the span before that one, where a source tells it"},
		treeOffset:   {Name: "tree.offset", Type: record.Duration, Unit: "seconds", Source: own, Doc: "time from the trace's start to its own"},
		treeDuration: {Name: "tree.duration", Type: record.Duration, Unit: "seconds", Source: own, Doc: "time from its first byte to its last"},
		treeSelf:     {Name: "tree.self", Type: record.Duration, Unit: "seconds", Source: own, Doc: "of its duration, the time in which none of its children was going on"},
		treeBefore:   {Name: "tree.before", Type: record.Duration, Unit: "seconds", Source: own, Doc: "time from its parent's start to its own, if it is not negative"},
		treeAfter:    {Name: "tree.after", Type: record.Duration, Unit: "seconds", Source: own, Doc: "time from its own end to its parent's, if it is not negative"},
		treeClient:   {Name: "tree.client.address", Type: record.Address, Source: otel, Doc: "address of the end of the connection that asks"},
		treePeer:     {Name: "tree.network.peer.address", Type: record.Address, Source: otel, Doc: "address of the end of the connection that answers"},
		treeServer:   {Name: "tree.server.address", Type: record.Text, Source: otel, Doc: "host that the request is for, as in its record, its first 128 bytes"},
		treeMethod:   {Name: "tree.http.request.method", Type: record.Text, Source: otel, Doc: "method, as in its record"},
		treePath:     {Name: "tree.url.path", Type: record.Text, Source: otel, Doc: "path, its first 128 bytes"},
		treeStatus:   {Name: "tree.http.response.status_code", Type: record.Uint, Source: otel, Doc: "status code of the final response"},
		treeOutcome:  {Name: "tree.outcome", Type: record.Text, Source: own, Doc: "how it ended, as in its record"},
	}}
)

// TraceSchema is what a trace record holds.
var TraceSchema = record.NewSchema("trace", "the exchanges whose requests told one trace id, over flows and files, and which of them was made for which", tracesLayer, treeLayer)

// Row fills a row with the trace's record. It makes the tree, which takes time:
// not for whoever holds up others.
func (t *Trace) Row(row *record.Row) {
	row.Begin(TraceSchema, nil)
	row.Open(tracesLayer)
	row.String(traceID, t.ID)
	for told := t.sources; told != 0; told &= told - 1 {
		row.String(traceSource, tracecontext.Source(bits.TrailingZeros64(told)).String())
	}
	if t.Timed {
		row.Uint(traceStart, uint64(t.Start))
		row.Uint(traceDuration, nanos(t.Start, t.Last))
		row.Uint(traceBusy, busy(t.hops))
	}
	row.String(traceEndReason, t.End.String())
	flag(row, traceContinued, t.Continued)
	t.members(row)
	row.Close()
	tree := t.tree()
	for i := range tree {
		tree[i].row(row, t, tree)
	}
}

// members adds which exchanges they are.
func (t *Trace) members(row *record.Row) {
	var room [41]byte
	for i := range t.hops {
		row.Own(traceExchanges, t.hops[i].appendID(room[:0]))
	}
	if t.Truncated > 0 {
		row.Uint(traceExchangesTruncated, t.Truncated)
	}
	seen := make(map[uint64]bool)
	for i := range t.hops {
		if flow := t.hops[i].flow; !seen[flow] {
			seen[flow] = true
			row.Uint(traceFlows, flow)
		}
	}
}

// row adds a branch of the tree.
func (b *branch) row(row *record.Row, t *Trace, tree []branch) {
	var room [41]byte
	row.Open(treeLayer)
	row.Own(treeExchange, b.appendID(room[:0]))
	row.Uint(treeFlow, b.flow)
	if b.parent >= 0 {
		row.Own(treeParent, tree[b.parent].appendID(room[:0]))
		row.String(treeBy, b.by.String())
	}
	row.Uint(treeDepth, uint64(b.depth))
	text(row, treeSpanID, b.hop.span)
	text(row, treeParentID, b.hop.from)
	if b.timed {
		b.times(row, t, tree)
	}
	row.Own(treeClient, b.client.Addr().AsSlice())
	row.Own(treePeer, b.server.Addr().AsSlice())
	text(row, treeServer, b.host)
	text(row, treeMethod, b.method)
	text(row, treePath, b.path)
	if b.status != 0 {
		row.Uint(treeStatus, uint64(b.status))
	}
	row.String(treeOutcome, b.outcome.String())
	row.Close()
}

// times adds when the exchange was, in its trace and beside its parent.
func (b *branch) times(row *record.Row, t *Trace, tree []branch) {
	row.Uint(treeOffset, nanos(t.Start, b.start))
	row.Uint(treeDuration, b.length())
	row.Uint(treeSelf, b.self)
	if b.parent < 0 || !tree[b.parent].timed {
		return
	}
	above := &tree[b.parent]
	elapsed(row, treeBefore, above.start, b.start)
	elapsed(row, treeAfter, b.last, above.last)
}
