package correlate

import (
	"strconv"

	"github.com/pcappipe/pcappipe/correlate/tracecontext"
	"github.com/pcappipe/pcappipe/record"
)

// ExchangeOf says what an exchange's record has of the flow that it is in.
type ExchangeOf struct {
	Flow                         uint64 // its number
	UID                          string
	CommunityID                  string
	ClientAddress, ServerAddress []byte // of the connection's ends: 4 bytes or 16
	ClientPort, ServerPort       uint16
}

// AppendID adds the name of an exchange: the numbers of its flow and of itself.
func (e *Exchange) AppendID(dst []byte, flow uint64) []byte {
	return appendExchangeID(dst, flow, e.Number)
}

func appendExchangeID(dst []byte, flow, number uint64) []byte {
	dst = strconv.AppendUint(dst, flow, 10)
	return strconv.AppendUint(append(dst, '.'), number, 10)
}

// Row fills a row with the exchange's record.
func (e *Exchange) Row(row *record.Row, of *ExchangeOf) {
	row.Begin(ExchangeSchema, nil)
	row.Open(exchangeLayer)
	e.identity(row, of)
	e.request(row)
	e.ends(row, of)
	e.response(row)
	e.sizes(row)
	e.call(row)
	e.timing(row)
	e.outcome(row)
	e.messages(row)
	row.Close()
	if len(e.Trace) == 0 {
		return
	}
	traceRow(row, traceLayer, &e.Trace[0])
	if disagree(e.Trace) {
		for i := range e.Trace {
			traceRow(row, seenLayer, &e.Trace[i])
		}
	}
}

// identity adds which exchange it is.
func (e *Exchange) identity(row *record.Row, of *ExchangeOf) {
	var room [41]byte
	row.Own(exchangeID, e.AppendID(room[:0], of.Flow))
	row.Uint(exchangeFlow, of.Flow)
	row.String(exchangeUID, of.UID)
	text(row, exchangeCommunityID, of.CommunityID)
	text(row, exchangeVersion, e.Version)
}

// request adds what the request's head says.
func (e *Exchange) request(row *record.Row) {
	if e.Method != "" {
		method := knownMethod(e.Method)
		row.String(exchangeMethod, method)
		if method != e.Method {
			row.String(exchangeMethodOriginal, e.Method)
		}
	}
	text(row, exchangeScheme, e.scheme())
	text(row, exchangePath, e.Path)
	if e.HasQuery {
		row.String(exchangeQuery, e.Query)
	}
}

// ends adds who talks with whom: the server as the request names it, and the
// ends of the connection.
func (e *Exchange) ends(row *record.Row, of *ExchangeOf) {
	host, port, known := e.server(of)
	text(row, exchangeServerAddress, host)
	if known {
		row.Uint(exchangeServerPort, uint64(port))
	}
	row.Own(exchangeClientAddress, of.ClientAddress)
	row.Uint(exchangeClientPort, uint64(of.ClientPort))
	row.Own(exchangePeerAddress, of.ServerAddress)
	row.Uint(exchangePeerPort, uint64(of.ServerPort))
}

// response adds what the response's head says.
func (e *Exchange) response(row *record.Row) {
	if e.Status != 0 {
		row.Uint(exchangeStatus, uint64(e.Status))
	}
	text(row, exchangeContentType, e.ContentType)
}

// sizes adds how much there was of the messages that began, and who asked.
func (e *Exchange) sizes(row *record.Row) {
	if e.Request.begun() {
		row.Uint(exchangeRequestBody, e.Request.Body)
	}
	if e.Response.begun() {
		row.Uint(exchangeResponseBody, e.Response.Body)
	}
	if e.Request.begun() {
		row.Uint(exchangeRequestSize, e.Request.Size)
	}
	if e.Response.begun() {
		row.Uint(exchangeResponseSize, e.Response.Size)
	}
	text(row, exchangeUserAgent, e.UserAgent)
	if e.Multiplexed {
		row.Uint(exchangeStreamID, uint64(e.StreamID))
	}
}

// call adds the remote procedure call.
func (e *Exchange) call(row *record.Row) {
	c := e.RPC
	if c == nil {
		return
	}
	row.String(exchangeRPCSystem, c.System)
	text(row, exchangeRPCMethod, c.Method)
	if c.HasStatus {
		row.String(exchangeRPCStatus, c.statusName())
	}
	row.Uint(exchangeRPCRequests, c.RequestMessages)
	row.Uint(exchangeRPCResponses, c.ResponseMessages)
	flag(row, exchangeRPCTruncated, c.MessagesTruncated)
}

// timing adds when it was. Frames can stand in a capture, or bear times, in
// another order than that in which they were sent: what would be less than no
// time is left out.
func (e *Exchange) timing(row *record.Row) {
	if !e.Timed {
		return
	}
	row.Uint(exchangeStart, uint64(e.Start))
	if e.Answered {
		elapsed(row, exchangeTTFB, e.Start, e.FirstByte)
	}
	elapsed(row, exchangeDuration, e.Start, e.Last)
}

// outcome adds how it ended, and what of it is not known.
func (e *Exchange) outcome(row *record.Row) {
	row.String(exchangeOutcome, e.Outcome.String())
	text(row, exchangeEndReason, e.EndReason)
	if e.Request.Missing > 0 {
		row.Uint(exchangeRequestMissing, e.Request.Missing)
	}
	if e.Response.Missing > 0 {
		row.Uint(exchangeResponseMissing, e.Response.Missing)
	}
	for _, part := range []struct {
		name string
		is   bool
	}{
		{"request.head", e.Request.HeadLost},
		{"request.body", e.Request.begun() && !e.Request.Complete},
		{"response.head", e.Response.HeadLost},
		{"response.body", e.Response.begun() && !e.Response.Complete},
		{"hpack", e.Request.Unknown || e.Response.Unknown},
	} {
		if part.is {
			row.String(exchangeUnknown, part.name)
		}
	}
	text(row, exchangeUpgrade, e.Upgrade)
}

// messages adds which frames brought the messages, and where their bodies were written.
func (e *Exchange) messages(row *record.Row) {
	e.Request.row(row, exchangeRequestFrames, exchangeRequestFramesTruncated)
	e.Response.row(row, exchangeResponseFrames, exchangeResponseFramesTruncated)
	text(row, exchangeRequestFile, e.Request.File)
	text(row, exchangeRequestFileError, e.Request.FileError)
	text(row, exchangeResponseFile, e.Response.File)
	text(row, exchangeResponseFileError, e.Response.FileError)
}

func (m *Message) row(row *record.Row, frames, truncated int) {
	for _, frame := range m.Frames {
		row.Uint(frames, frame)
	}
	flag(row, truncated, m.FramesTruncated)
}

// begun says whether anything of the message was seen, or seen to be missing.
func (m *Message) begun() bool { return m.Size > 0 || m.Missing > 0 || m.HeadLost }

// traceRow adds what one source says, in its layer.
func traceRow(row *record.Row, layer *record.Layer, c *tracecontext.Context) {
	row.Open(layer)
	row.String(contextTraceID, c.TraceID)
	text(row, contextSpanID, c.SpanID)
	text(row, contextParentID, c.ParentID)
	if c.Sampling != tracecontext.SamplingUnknown {
		row.Bool(contextSampled, c.Sampling == tracecontext.Sampled)
	}
	flag(row, contextDebug, c.Debug)
	row.String(contextSource, c.Source.String())
	text(row, contextState, c.State)
	row.Close()
}

// disagree says whether sources tell different things: another trace, another
// span, another decision. A request id is not a trace's where others are.
func disagree(all []tracecontext.Context) bool {
	first := &all[0]
	for i := range all[1:] {
		c := &all[1+i]
		switch {
		case c.Source == tracecontext.RequestID:
		case !sameTrace(first.TraceID, c.TraceID),
			first.SpanID != "" && c.SpanID != "" && first.SpanID != c.SpanID,
			first.Sampling != tracecontext.SamplingUnknown && c.Sampling != tracecontext.SamplingUnknown && first.Sampling != c.Sampling:
			return true
		}
	}
	return false
}

// sameTrace says whether two ids may be one trace's. Some sources have only the
// lower 64 bits of an id, and zeros before them.
func sameTrace(a, b string) bool {
	const half, zeros = 16, "0000000000000000"
	if a == b {
		return true
	}
	if len(a) != 2*half || len(b) != 2*half || a[half:] != b[half:] {
		return false
	}
	return a[:half] == zeros || b[:half] == zeros
}

// text adds a text that may not be known.
func text(row *record.Row, field int, s string) {
	if s != "" {
		row.String(field, s)
	}
}

// flag adds a truth where it is one.
func flag(row *record.Row, field int, is bool) {
	if is {
		row.Bool(field, true)
	}
}

// elapsed adds the time from one moment to another, if it is not negative.
func elapsed(row *record.Row, field int, from, to int64) {
	if to >= from {
		row.Uint(field, uint64(to)-uint64(from))
	}
}
