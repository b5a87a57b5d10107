package tracecontext

import (
	"bytes"
	"encoding/binary"
	"strconv"
)

// datadogParts are what the x-datadog headers have said so far.
type datadogParts struct {
	trace    uint64 // the low half; 0: none
	high     uint64
	span     uint64
	sampling Sampling
	origin   string
	tags     string
}

// maxTags is how many bytes of tags Datadog's own libraries read.
const maxTags = 512

// take reads one of them. What is wrong is as if it had not come.
func (p *datadogParts) take(h header, b []byte) {
	switch h {
	case datadogTraceHeader:
		p.trace, _ = number(b)
	case datadogParentHeader:
		p.span, _ = number(b)
	case datadogPriorityHeader:
		p.sampling = datadogSampling(b)
	case datadogOriginHeader:
		if _, _, several := cut(b, ','); visible(b) && len(b) <= maxText && !several {
			p.origin = string(b)
		}
	case datadogTagsHeader:
		if visible(b) && len(b) <= maxTags {
			p.tags = string(b)
			p.high = datadogHigh(b)
		}
	}
}

// datadogSampling reads a priority: the user's decision or the tracer's, for or against.
func datadogSampling(b []byte) Sampling {
	switch string(b) {
	case "1", "2":
		return Sampled
	case "0", "-1":
		return NotSampled
	}
	return SamplingUnknown
}

// datadogHigh returns the high half of the trace's id, which stands among the tags.
func datadogHigh(b []byte) uint64 {
	for more := true; more; {
		var tag []byte
		tag, b, more = cut(b, ',')
		digits, found := bytes.CutPrefix(trim(tag), []byte("_dd.p.tid="))
		if found && len(digits) == spanDigits && lowerHex(digits) {
			n, _ := strconv.ParseUint(string(digits), 16, 64)
			return n
		}
	}
	return 0
}

// visible says whether b is printable ASCII.
func visible(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// context returns what they say together: a trace, at least.
func (p *datadogParts) context() (x Context, ok bool) {
	if p.trace == 0 {
		return x, false
	}
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], p.high)
	binary.BigEndian.PutUint64(id[8:], p.trace)
	x = Context{Source: Datadog, TraceID: hexOf(id[:]), SpanID: spanOf(p.span), Sampling: p.sampling, State: p.tags}
	if p.origin != "" {
		x.State = "origin=" + p.origin
		if p.tags != "" {
			x.State += "," + p.tags
		}
	}
	return x, true
}
