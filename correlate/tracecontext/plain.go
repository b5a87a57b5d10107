package tracecontext

// parseSentry reads Sentry's {trace}-{span}[-{0|1}].
func parseSentry(b []byte) (x Context, ok bool) {
	const (
		span = traceDigits + 1
		all  = span + spanDigits
	)
	if len(b) < all || b[span-1] != '-' {
		return x, false
	}
	x.Source = Sentry
	if x.TraceID, ok = lowerID(b[:span-1], traceDigits); !ok {
		return x, false
	}
	if x.SpanID, ok = lowerID(b[span:all], spanDigits); !ok {
		return x, false
	}
	switch string(b[all:]) {
	case "":
	case "-0":
		x.Sampling = NotSampled
	case "-1":
		x.Sampling = Sampled
	default:
		return x, false
	}
	return x, true
}

// parseRequestID reads the id that a proxy gives a request, in whatever form.
func parseRequestID(b []byte) (x Context, ok bool) {
	x.Source = RequestID
	x.TraceID, ok = text(b)
	return x, ok
}
