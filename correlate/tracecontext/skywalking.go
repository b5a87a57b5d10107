package tracecontext

// maxSkyWalking is how long a header can be: under 2 KiB, as its protocol has it.
const maxSkyWalking = 2047

// parseSkyWalking reads an sw8 header: eight parts, most of them texts in base64.
func parseSkyWalking(b []byte) (x Context, ok bool) {
	if len(b) > maxSkyWalking {
		return x, false
	}
	var part [8][]byte // sample, trace, segment, span's number, service, instance, endpoint, address
	for i := range part[:7] {
		if part[i], b, ok = cut(b, '-'); !ok {
			return x, false
		}
	}
	part[7] = b
	var memory [maxSkyWalking]byte
	for _, p := range part[4:] {
		if _, ok := decode64(memory[:], p); !ok {
			return x, false
		}
	}
	x.Source = SkyWalking
	switch string(part[0]) {
	case "0":
		x.Sampling = NotSampled
	case "1":
		x.Sampling = Sampled
	default:
		return x, false
	}
	if x.TraceID, ok = encodedText(memory[:], part[1]); !ok {
		return x, false
	}
	segment, ok := encodedText(memory[:], part[2])
	if n, isNumber := number(part[3]); !ok || !isNumber || n > 1<<31-1 {
		return x, false
	}
	x.SpanID = segment + "-" + string(part[3])
	return x, true
}

// encodedText returns the text that b is in base64.
func encodedText(memory, b []byte) (string, bool) {
	p, ok := decode64(memory, b)
	if !ok {
		return "", false
	}
	return text(p)
}
