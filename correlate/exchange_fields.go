package correlate

import "github.com/pcappipe/pcappipe/record"

// Fields of an exchange record, in the order in which they are written.
const (
	exchangeID = iota
	exchangeFlow
	exchangeUID
	exchangeCommunityID
	exchangeVersion
	exchangeMethod
	exchangeMethodOriginal
	exchangeScheme
	exchangePath
	exchangeQuery
	exchangeServerAddress
	exchangeServerPort
	exchangeClientAddress
	exchangeClientPort
	exchangePeerAddress
	exchangePeerPort
	exchangeStatus
	exchangeContentType
	exchangeRequestBody
	exchangeResponseBody
	exchangeRequestSize
	exchangeResponseSize
	exchangeUserAgent
	exchangeStreamID
	exchangeRPCSystem
	exchangeRPCMethod
	exchangeRPCStatus
	exchangeRPCRequests
	exchangeRPCResponses
	exchangeRPCTruncated
	exchangeStart
	exchangeTTFB
	exchangeDuration
	exchangeOutcome
	exchangeEndReason
	exchangeRequestMissing
	exchangeResponseMissing
	exchangeUnknown
	exchangeUpgrade
	exchangeRequestFrames
	exchangeRequestFramesTruncated
	exchangeResponseFrames
	exchangeResponseFramesTruncated
	exchangeRequestFile
	exchangeRequestFileError
	exchangeResponseFile
	exchangeResponseFileError
)

// Fields of what one source says of the trace.
const (
	contextTraceID = iota
	contextSpanID
	contextParentID
	contextSampled
	contextDebug
	contextSource
	contextState
)

const (
	own     = "pcappipe"
	otel    = "OpenTelemetry"
	otelRPC = "OpenTelemetry RPC"
)

var (
	exchangeLayer = &record.Layer{Fields: []record.Field{
		exchangeID:             {Name: "exchange", Type: record.Text, Source: own, Doc: "name of the exchange: the flow's number, a point, and which of the flow's requests it is, from 1"},
		exchangeFlow:           {Name: "flow", Type: record.Uint, Source: own, Doc: "number of the flow"},
		exchangeUID:            {Name: "uid", Type: record.Text, Source: own, Doc: "name of the flow"},
		exchangeCommunityID:    {Name: "community_id", Type: record.Text, Source: "Community ID 1", Doc: "Community ID of the flow, version 1, seed 0"},
		exchangeVersion:        {Name: "network.protocol.version", Type: record.Text, Source: otel, Doc: "version of HTTP: 1.0, 1.1 or 2"},
		exchangeMethod:         {Name: "http.request.method", Type: record.Text, Source: otel, Doc: "method, if it is one of RFC 9110, PATCH (RFC 5789) or QUERY, else _OTHER"},
		exchangeMethodOriginal: {Name: "http.request.method_original", Type: record.Text, Source: otel, Doc: "method as it was sent, where that is another"},
		exchangeScheme:         {Name: "url.scheme", Type: record.Text, Source: otel, Doc: "scheme that the request tells; http where HTTP/1 tells none (RFC 9112, 3.3)"},
		exchangePath:           {Name: "url.path", Type: record.Text, Source: otel, Doc: "path, without the query"},
		exchangeQuery:          {Name: "url.query", Type: record.Text, Source: otel, Doc: "query, without the question mark; empty where nothing stands behind that"},
		exchangeServerAddress:  {Name: "server.address", Type: record.Text, Source: otel, Doc: "host that the request is for: of its target, :authority or Host; where they tell none, the address of the connection's server"},
		exchangeServerPort:     {Name: "server.port", Type: record.Uint, Source: otel, Doc: "port beside this host; where there is none, the scheme's; without a host, the connection's"},
		exchangeClientAddress:  {Name: "client.address", Type: record.Address, Source: otel, Doc: "address of the end of the connection that asks"},
		exchangeClientPort:     {Name: "client.port", Type: record.Uint, Source: otel, Doc: "port of the end of the connection that asks"},
		exchangePeerAddress:    {Name: "network.peer.address", Type: record.Address, Source: otel, Doc: "address of the end of the connection that answers: the client's peer"},
		exchangePeerPort:       {Name: "network.peer.port", Type: record.Uint, Source: otel, Doc: "port of the end of the connection that answers"},
		exchangeStatus:         {Name: "http.response.status_code", Type: record.Uint, Source: otel, Doc: "status code of the final response"},
		exchangeContentType:    {Name: "http.response.header.content-type", Type: record.Text, Repeats: true, Source: otel, Doc: "Content-Type of the final response"},
		exchangeRequestBody:    {Name: "http.request.body.size", Type: record.Uint, Unit: "bytes", Source: otel, Doc: "content of the request that was seen: after transfer coding, before content decoding"},
		exchangeResponseBody:   {Name: "http.response.body.size", Type: record.Uint, Unit: "bytes", Source: otel, Doc: "content of the response that was seen: after transfer coding, before content decoding"},
		exchangeRequestSize:    {Name: "http.request.size", Type: record.Uint, Unit: "bytes", Source: otel, Doc: "all of the request as it was sent: head, content, framing, trailers"},
		exchangeResponseSize:   {Name: "http.response.size", Type: record.Uint, Unit: "bytes", Source: otel, Doc: "all of the response as it was sent: head, content, framing, trailers"},
		exchangeUserAgent:      {Name: "user_agent.original", Type: record.Text, Source: otel, Doc: "User-Agent of the request"},
		exchangeStreamID:       {Name: "stream_id", Type: record.Uint, Source: "RFC 9113, 5.1.1", Doc: "number of the HTTP/2 stream"},

		exchangeRPCSystem:    {Name: "rpc.system.name", Type: record.Text, Source: otelRPC, Doc: "system of remote procedure calls: grpc"},
		exchangeRPCMethod:    {Name: "rpc.method", Type: record.Text, Source: otelRPC, Doc: "method that is called, fully qualified: package.Service/Method"},
		exchangeRPCStatus:    {Name: "rpc.response.status_code", Type: record.Text, Source: otelRPC, Doc: "status by its name (OK, DEADLINE_EXCEEDED, …); a number where it has none"},
		exchangeRPCRequests:  {Name: "rpc.request.messages", Type: record.Uint, Source: own, Doc: "messages in the request that were seen"},
		exchangeRPCResponses: {Name: "rpc.response.messages", Type: record.Uint, Source: own, Doc: "messages in the response that were seen"},
		exchangeRPCTruncated: {Name: "rpc.messages_truncated", Type: record.Bool, Source: own, Doc: "a part of the content was not seen: there may be more messages"},

		exchangeStart:           {Name: "start", Type: record.Time, Unit: "seconds", Source: own, Doc: "time of the request's first byte"},
		exchangeTTFB:            {Name: "ttfb", Type: record.Duration, Unit: "seconds", Source: own, Doc: "time from the request's first byte to the first of the final response; not there where the capture has them the other way round"},
		exchangeDuration:        {Name: "duration", Type: record.Duration, Unit: "seconds", Source: own, Doc: "time from the request's first byte to the last of either message; not there where the capture has them the other way round"},
		exchangeOutcome:         {Name: "outcome", Type: record.Text, Source: own, Doc: "how it ended: responded; timeout: no response came in time; aborted: connection, stream or capture ended before it; evicted: given up for want of memory"},
		exchangeEndReason:       {Name: "end_reason", Type: record.Text, Source: own, Doc: "why there is no response, or not all of it: what ended the flow, as in its record, or the stream: reset, goaway"},
		exchangeRequestMissing:  {Name: "request_missing", Type: record.Uint, Unit: "bytes", Source: own, Doc: "bytes of the request that were not captured, as far as that can be known"},
		exchangeResponseMissing: {Name: "response_missing", Type: record.Uint, Unit: "bytes", Source: own, Doc: "bytes of the response that were not captured, as far as that can be known"},
		exchangeUnknown:         {Name: "unknown", Type: record.Text, Repeats: true, Source: own, Doc: "what of it is not known, or in part: request.head request.body response.head response.body; hpack: header fields that refer to what was not captured"},
		exchangeUpgrade:         {Name: "upgrade", Type: record.Text, Source: own, Doc: "protocol that the connection speaks from here on"},

		exchangeRequestFrames:           {Name: "request_frames", Type: record.Uint, Repeats: true, Source: own, Doc: "numbers of the frames that brought the request, in the order of its bytes, at most 1,024"},
		exchangeRequestFramesTruncated:  {Name: "request_frames_truncated", Type: record.Bool, Source: own, Doc: "there were more frames of the request"},
		exchangeResponseFrames:          {Name: "response_frames", Type: record.Uint, Repeats: true, Source: own, Doc: "numbers of the frames that brought the response, in the order of its bytes, at most 1,024"},
		exchangeResponseFramesTruncated: {Name: "response_frames_truncated", Type: record.Bool, Source: own, Doc: "there were more frames of the response"},
		exchangeRequestFile:             {Name: "request_body_file", Type: record.Text, Source: own, Doc: "name of the file that has the request's content"},
		exchangeRequestFileError:        {Name: "request_body_file_error", Type: record.Text, Source: own, Doc: "why there is no such file, or not all in it"},
		exchangeResponseFile:            {Name: "response_body_file", Type: record.Text, Source: own, Doc: "name of the file that has the response's content"},
		exchangeResponseFileError:       {Name: "response_body_file_error", Type: record.Text, Source: own, Doc: "why there is no such file, or not all in it"},
	}}
	traceLayer = &record.Layer{Key: "trace", Fields: contextFields("trace.")}
	seenLayer  = &record.Layer{Key: "trace_seen", Repeats: true, Fields: contextFields("trace_seen.")}
)

// contextFields returns the fields of what one source says, under names that begin so.
func contextFields(prefix string) []record.Field {
	return []record.Field{
		contextTraceID:  {Name: prefix + "trace_id", Type: record.Text, Source: own, Doc: "id of the trace: 32 hex digits; of sw8 and x-request-id the text as it came"},
		contextSpanID:   {Name: prefix + "span_id", Type: record.Text, Source: own, Doc: "id of the span that made the request: 16 hex digits; of sw8 its segment and its number in it"},
		contextParentID: {Name: prefix + "parent_id", Type: record.Text, Source: own, Doc: "id of the span before that one, where the source tells it"},
		contextSampled:  {Name: prefix + "sampled", Type: record.Bool, Source: own, Doc: "the trace is to be recorded; not there where the source leaves it open"},
		contextDebug:    {Name: prefix + "debug", Type: record.Bool, Source: own, Doc: "it is to be recorded whatever else is decided"},
		contextSource:   {Name: prefix + "source", Type: record.Text, Source: own, Doc: "header that tells it, in lower case; of several, the one with the trace's id"},
		contextState:    {Name: prefix + "state", Type: record.Text, Source: own, Doc: "tracestate; of Datadog origin and tags"},
	}
}

// ExchangeSchema is what an exchange record holds.
var ExchangeSchema = record.NewSchema("exchange", "an HTTP request and its response, under the names of OpenTelemetry's semantic conventions; "+
	"trace is the best of what the request's headers say of one, trace_seen all of them, where several disagree", exchangeLayer, traceLayer, seenLayer)
