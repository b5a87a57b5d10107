package tracecontext

import (
	"bytes"
	"encoding/binary"
)

// parseCloudTrace reads Google Cloud's TRACE_ID[/SPAN_ID][;o=OPTIONS], the span's
// id a decimal number, the lowest bit of the options whether it is sampled.
func parseCloudTrace(b []byte) (x Context, ok bool) {
	x.Source = CloudTrace
	ids, options, told := cut(b, ';')
	trace, span, spanned := cut(ids, '/')
	if len(trace) != traceDigits {
		return x, false
	}
	if x.TraceID, ok = paddedID(trace, traceDigits); !ok {
		return x, false
	}
	if spanned {
		n, ok := number(span)
		if !ok {
			return x, false
		}
		x.SpanID = spanOf(n)
	}
	if !told {
		return x, true
	}
	digits, found := bytes.CutPrefix(options, []byte("o="))
	n, ok := number(digits)
	if !found || !ok || n > 0xff {
		return x, false
	}
	x.Sampling = sampledIf(n&1 != 0)
	return x, true
}

// spanOf returns a span's id, "" where it is zero, which is none.
func spanOf(n uint64) string {
	var id [8]byte
	binary.BigEndian.PutUint64(id[:], n)
	return hexOf(id[:])
}

// parseGRPC reads the binary form of OpenCensus, which gRPC sends in base64: a
// version and fields, each a number and its bytes, up to one that is not known.
func parseGRPC(b []byte) (x Context, ok bool) {
	const (
		trace   = 0
		span    = 1
		options = 2
	)
	lengths := [...]int{trace: 16, span: 8, options: 1}
	var memory [96]byte // all three fields are 28 bytes
	p, ok := decode64(memory[:], b)
	if !ok || len(p) == 0 || p[0] != 0 {
		return x, false
	}
	x.Source = GRPC
	for p = p[1:]; len(p) > 0 && int(p[0]) < len(lengths); {
		field, n := p[0], lengths[p[0]]
		if p = p[1:]; len(p) < n {
			return x, false
		}
		switch field {
		case trace:
			x.TraceID = hexOf(p[:n])
		case span:
			x.SpanID = hexOf(p[:n])
		case options:
			if p[0]&1 != 0 { // or else the decision is left to others
				x.Sampling = Sampled
			}
		}
		p = p[n:]
	}
	return x, x.TraceID != ""
}
