package tracecontext

// parseJaeger reads {trace}:{span}:{parent}:{flags}, hex of up to as many digits
// as there can be, the colons as they are or as a URL has them.
func parseJaeger(b []byte) (x Context, ok bool) {
	x.Source = Jaeger
	trace, b, _ := cutColon(b)
	span, b, _ := cutColon(b)
	parent, flags, four := cutColon(b)
	if !four {
		return x, false
	}
	if x.TraceID, ok = paddedID(trace, traceDigits); !ok {
		return x, false
	}
	if x.SpanID, ok = paddedID(span, spanDigits); !ok {
		return x, false
	}
	root := 0 < len(parent) && len(parent) <= spanDigits && zero(parent)
	if x.ParentID, ok = paddedID(parent, spanDigits); !ok && !root {
		return x, false
	}
	bits, ok := hexByte(flags)
	x.Sampling = sampledIf(bits&1 != 0)
	x.Debug = bits&2 != 0
	return x, ok
}

// cutColon cuts b around its first colon, which may be encoded.
func cutColon(b []byte) (before, after []byte, found bool) {
	for i, c := range b {
		switch {
		case c == ':':
			return b[:i], b[i+1:], true
		case c == '%' && len(b)-i >= 3 && b[i+1] == '3' && b[i+2]|0x20 == 'a':
			return b[:i], b[i+3:], true
		}
	}
	return b, nil, false
}
