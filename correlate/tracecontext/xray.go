package tracecontext

// parseXRay reads AWS X-Ray's list of key=value, in any order. Root is the trace,
// Parent the span that sends; a load balancer sends neither Parent nor Sampled, and a
// Self of its own. The first of a key counts.
func parseXRay(b []byte) (x Context, ok bool) {
	var root, parent, sampled []byte
	for more := true; more; {
		var part []byte
		part, b, more = cut(b, ';')
		key, value, _ := cut(trim(part), '=')
		switch {
		case string(key) == "Root" && root == nil:
			root = value
		case string(key) == "Parent" && parent == nil:
			parent = value
		case string(key) == "Sampled" && sampled == nil:
			sampled = value
		}
	}
	x.Source = XRay
	if x.TraceID, ok = xrayRoot(root); !ok {
		return x, false
	}
	if parent != nil {
		if len(parent) != spanDigits {
			return x, false
		}
		if x.SpanID, ok = paddedID(parent, spanDigits); !ok {
			return x, false
		}
	}
	switch string(sampled) {
	case "1":
		x.Sampling = Sampled
	case "0":
		x.Sampling = NotSampled
	case "", "?":
	default:
		return x, false
	}
	return x, true
}

// xrayRoot returns the id of 1-{8 digits}-{24 digits}: the time, and what is unique in it.
func xrayRoot(b []byte) (string, bool) {
	const (
		time = len("1-")
		rest = time + 8 + len("-")
		all  = rest + 24
	)
	if len(b) != all || b[0] != '1' || b[time-1] != '-' || b[rest-1] != '-' {
		return "", false
	}
	var id [traceDigits]byte
	copy(id[copy(id[:], b[time:rest-1]):], b[rest:])
	return paddedID(id[:], traceDigits)
}
