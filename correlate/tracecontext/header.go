package tracecontext

// A header is one of those that are read.
type header uint8

const (
	traceparentHeader header = iota
	tracestateHeader
	b3Header
	b3TraceHeader
	b3SpanHeader
	b3ParentHeader
	b3SampledHeader
	b3FlagsHeader
	cloudTraceHeader
	jaegerHeader
	xrayHeader
	datadogTraceHeader
	datadogParentHeader
	datadogPriorityHeader
	datadogOriginHeader
	datadogTagsHeader
	grpcHeader
	skyWalkingHeader
	sentryHeader
	elasticHeader
	requestIDHeader
)

// headers are their names, in lower case.
var headers = [...]string{
	traceparentHeader:     "traceparent",
	tracestateHeader:      "tracestate",
	b3Header:              "b3",
	b3TraceHeader:         "x-b3-traceid",
	b3SpanHeader:          "x-b3-spanid",
	b3ParentHeader:        "x-b3-parentspanid",
	b3SampledHeader:       "x-b3-sampled",
	b3FlagsHeader:         "x-b3-flags",
	cloudTraceHeader:      "x-cloud-trace-context",
	jaegerHeader:          "uber-trace-id",
	xrayHeader:            "x-amzn-trace-id",
	datadogTraceHeader:    "x-datadog-trace-id",
	datadogParentHeader:   "x-datadog-parent-id",
	datadogPriorityHeader: "x-datadog-sampling-priority",
	datadogOriginHeader:   "x-datadog-origin",
	datadogTagsHeader:     "x-datadog-tags",
	grpcHeader:            "grpc-trace-bin",
	skyWalkingHeader:      "sw8",
	sentryHeader:          "sentry-trace",
	elasticHeader:         "elastic-apm-traceparent",
	requestIDHeader:       "x-request-id",
}

// ofLength and ofInitial say which headers have names of a length and of a first
// letter in either case, as bits. Of a browser's and a proxy's fields, one in six is in both.
var (
	ofLength  [len("x-datadog-sampling-priority") + 1]uint32
	ofInitial [256]uint32
)

func init() {
	for h, name := range headers {
		ofLength[len(name)] |= 1 << h
		ofInitial[name[0]] |= 1 << h
		ofInitial[name[0]-'a'+'A'] |= 1 << h
	}
}

// is says whether a name is known, which is in lower case.
func is(name []byte, known string) bool {
	if len(name) != len(known) {
		return false
	}
	for i, c := range name {
		if k := known[i]; c != k && (k < 'a' || c|0x20 != k) {
			return false
		}
	}
	return true
}

// trim returns a value without the white space around it (RFC 9110, 5.5).
func trim(b []byte) []byte {
	for len(b) > 0 && blank(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && blank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

// cut cuts b around its first separator. (What the library has for this keeps
// the compiler from seeing that b is only read, and a caller's string then is copied.)
func cut(b []byte, separator byte) (before, after []byte, found bool) {
	for i, c := range b {
		if c == separator {
			return b[:i], b[i+1:], true
		}
	}
	return b, nil, false
}
