// Package tracecontext reads the headers that say which trace a message belongs to.
//
// A [Collector] is given every field of a message and keeps what these headers
// say; all others cost it a look at their length and first letter. What a source
// says is a [Context] or nothing: each is held to its standard to the letter, for an
// id that is half right joins what does not belong together.
//
// Adding a source is a line in the table of headers, a case of Collector.first and a
// parser: bytes to Context, nothing kept of the bytes.
package tracecontext

// A Context is what one source says of the trace that a message belongs to, validated.
type Context struct {
	Source   Source
	TraceID  string // 32 lower-case hex digits, not all zero; of SkyWalking and RequestID the text as it came
	SpanID   string // 16 lower-case hex digits; "" where none is told; of SkyWalking its segment and the span's number in it
	ParentID string // of the span before, where the source tells it
	Sampling Sampling
	Debug    bool
	State    string // tracestate, of Traceparent; origin and tags, of Datadog
}

// A Source is a header, or a group of headers, that tells a trace. Of several in one message
// the lower is believed.
type Source uint8

const (
	Traceparent Source = iota
	B3
	B3Multi
	CloudTrace
	Jaeger
	XRay
	Datadog
	GRPC
	SkyWalking
	Sentry
	ElasticAPM
	RequestID // names one request, and is a trace only where nothing else is
	sources
)

// String returns the header's name; of a group, that of the one with the trace's id.
func (s Source) String() string {
	return [sources]string{"traceparent", "b3", "x-b3-traceid", "x-cloud-trace-context", "uber-trace-id", "x-amzn-trace-id",
		"x-datadog-trace-id", "grpc-trace-bin", "sw8", "sentry-trace", "elastic-apm-traceparent", "x-request-id"}[s]
}

// Sampling is whether a trace is recorded by those who take part in it.
type Sampling uint8

const (
	SamplingUnknown Sampling = iota
	Sampled
	NotSampled
)

func sampledIf(yes bool) Sampling {
	if yes {
		return Sampled
	}
	return NotSampled
}
