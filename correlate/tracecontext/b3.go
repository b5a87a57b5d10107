package tracecontext

// parseB3 reads a b3 header: trace and span, and what else there is of sampling
// state and parent span. A sampling state alone names no trace.
func parseB3(b []byte) (x Context, ok bool) {
	x.Source = B3
	trace, rest, _ := cut(b, '-')
	span, rest, sampled := cut(rest, '-')
	if x.TraceID, ok = b3Trace(trace); !ok {
		return x, false
	}
	if x.SpanID, ok = lowerID(span, spanDigits); !ok {
		return x, false
	}
	if !sampled {
		return x, true
	}
	state, parent, child := cut(rest, '-')
	switch string(state) {
	case "0":
		x.Sampling = NotSampled
	case "1":
		x.Sampling = Sampled
	case "d":
		x.Sampling, x.Debug = Sampled, true
	default:
		return x, false
	}
	if child {
		x.ParentID, ok = b3Parent(parent)
	}
	return x, ok
}

// b3Trace returns the trace's id of 64 or 128 bits.
func b3Trace(b []byte) (string, bool) {
	if len(b) != spanDigits && len(b) != traceDigits || !lowerHex(b) {
		return "", false
	}
	return paddedID(b, traceDigits)
}

// b3Parent returns the parent's id. Zeros are sent for none, though nothing should be.
func b3Parent(b []byte) (string, bool) {
	if len(b) == spanDigits && zero(b) {
		return "", true
	}
	return lowerID(b, spanDigits)
}

// b3Parts are what the X-B3 headers have said so far.
type b3Parts struct {
	trace, span, parent string
	sampling            Sampling
	debug, wrong        bool // wrong: an id is none
}

// take reads one of them.
func (p *b3Parts) take(h header, b []byte) {
	ok := true
	switch h {
	case b3TraceHeader:
		p.trace, ok = b3Trace(b)
	case b3SpanHeader:
		p.span, ok = lowerID(b, spanDigits)
	case b3ParentHeader:
		p.parent, ok = b3Parent(b)
	case b3SampledHeader:
		p.sampling = b3Sampling(b)
	case b3FlagsHeader:
		p.debug = string(b) == "1"
	}
	p.wrong = p.wrong || !ok
}

// b3Sampling reads a decision, also in the words that it had before it was
// specified. Anything else is none.
func b3Sampling(b []byte) Sampling {
	switch string(b) {
	case "1", "true":
		return Sampled
	case "0", "false":
		return NotSampled
	}
	return SamplingUnknown
}

// context returns what they say together: a trace and a span, at least.
func (p *b3Parts) context() (x Context, ok bool) {
	if p.wrong || p.trace == "" || p.span == "" {
		return x, false
	}
	x = Context{Source: B3Multi, TraceID: p.trace, SpanID: p.span, ParentID: p.parent, Sampling: p.sampling, Debug: p.debug}
	if p.debug {
		x.Sampling = Sampled
	}
	return x, true
}
