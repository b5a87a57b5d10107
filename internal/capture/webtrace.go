package capture

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A Trace is what one header, or a group of headers, says of the trace of a request.
type Trace struct {
	Source            string // the header's name; of a group, that of the trace's id
	TraceID, SpanID   string
	ParentID          string
	Sampled, Sampling bool // Sampling: it is told
	Debug             bool
	State             string
}

// A field is a header field.
type field struct{ name, value string }

// A teller makes the fields of one source of traces, and says what they mean.
type teller func(r *rand.Rand) ([]field, Trace)

// tellers are all sources, the most believed first.
var tellers = []teller{traceparent, b3, b3Multi, cloudTrace, jaeger, xray, datadog, grpcTrace, skyWalking, sentry, elastic, requestID}

// traced returns the fields of some sources, and what they say, best first.
func traced(r *rand.Rand) (fields []field, traces []Trace) {
	if r.IntN(3) == 0 {
		return nil, nil
	}
	often := []int{1, 2, 2, 6}[r.IntN(4)]
	first := r.IntN(len(tellers))
	for i, tell := range tellers {
		if i != first && (often == 1 || r.IntN(often+4) > 0) {
			continue
		}
		f, t := tell(r)
		fields, traces = append(fields, f...), append(traces, t)
	}
	return fields, traces
}

// digits returns so many hexadecimal digits that are not all zero.
func digits(r *rand.Rand, n int) string {
	b := make([]byte, n/2)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	b[r.IntN(len(b))] |= 1
	return hex.EncodeToString(b)
}

// padded returns digits with zeros before them.
func padded(s string, n int) string { return strings.Repeat("0", n-len(s)) + s }

func either(r *rand.Rand) bool { return r.IntN(2) == 0 }

// bit returns 1 for true.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// told returns a trace whose sampling is told.
func told(r *rand.Rand, source string) Trace {
	return Trace{Source: source, TraceID: digits(r, 32), SpanID: digits(r, 16), Sampling: true, Sampled: either(r)}
}

func traceparent(r *rand.Rand) ([]field, Trace) {
	t := told(r, "traceparent")
	fields := []field{{"traceparent", fmt.Sprintf("00-%s-%s-%02x", t.TraceID, t.SpanID, bit(t.Sampled)|2*r.IntN(2))}}
	if either(r) {
		t.State = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
		fields = append(fields, field{"tracestate", t.State})
	}
	return fields, t
}

func b3(r *rand.Rand) ([]field, Trace) {
	t := told(r, "b3")
	id := t.TraceID
	if either(r) {
		id = digits(r, 16)
		t.TraceID = padded(id, 32)
	}
	v := id + "-" + t.SpanID
	switch r.IntN(4) {
	case 0:
		t.Sampling, t.Sampled = false, false
	case 1:
		t.Sampled, t.Debug = true, true
		v += "-d"
	case 2:
		t.ParentID = digits(r, 16)
		v += fmt.Sprintf("-%d-%s", bit(t.Sampled), t.ParentID)
	default:
		v += fmt.Sprintf("-%d", bit(t.Sampled))
	}
	return []field{{"b3", v}}, t
}

func b3Multi(r *rand.Rand) ([]field, Trace) {
	t := told(r, "x-b3-traceid")
	fields := []field{{"X-B3-SpanId", t.SpanID}, {"X-B3-TraceId", t.TraceID}}
	if either(r) {
		t.ParentID = digits(r, 16)
		fields = append(fields, field{"X-B3-ParentSpanId", t.ParentID})
	}
	if t.Sampling = either(r); t.Sampling {
		fields = append(fields, field{"X-B3-Sampled", strconv.Itoa(bit(t.Sampled))})
	}
	t.Sampled = t.Sampled && t.Sampling
	return fields, t
}

func cloudTrace(r *rand.Rand) ([]field, Trace) {
	t := told(r, "x-cloud-trace-context")
	span := 1 + r.Uint64N(1<<(1+r.IntN(63)))
	t.SpanID = fmt.Sprintf("%016x", span)
	v := t.TraceID
	if r.IntN(4) == 0 {
		t.SpanID = ""
	} else {
		v += "/" + strconv.FormatUint(span, 10)
	}
	if t.Sampling = either(r); t.Sampling {
		v += fmt.Sprintf(";o=%d", bit(t.Sampled))
	}
	t.Sampled = t.Sampled && t.Sampling
	return []field{{"X-Cloud-Trace-Context", v}}, t
}

func jaeger(r *rand.Rand) ([]field, Trace) {
	t := told(r, "uber-trace-id")
	parent := "0"
	if either(r) {
		t.ParentID = digits(r, 16)
		parent = t.ParentID
	}
	id := digits(r, 2*(1+r.IntN(16)))
	t.TraceID = padded(id, 32)
	v := fmt.Sprintf("%s:%s:%s:%d", id, t.SpanID, parent, bit(t.Sampled))
	if either(r) {
		v = strings.ReplaceAll(v, ":", "%3A")
	}
	return []field{{"uber-trace-id", v}}, t
}

func xray(r *rand.Rand) ([]field, Trace) {
	t := told(r, "x-amzn-trace-id")
	parts := []string{"Root=1-" + t.TraceID[:8] + "-" + t.TraceID[8:]}
	if either(r) {
		parts = append(parts, "Parent="+t.SpanID)
	} else {
		t.SpanID = ""
	}
	if t.Sampling = either(r); t.Sampling {
		parts = append(parts, fmt.Sprintf("Sampled=%d", bit(t.Sampled)))
	}
	t.Sampled = t.Sampled && t.Sampling
	if either(r) {
		parts = append(parts, "Self=1-67891233-abcdef012345678912345678")
	}
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return []field{{"X-Amzn-Trace-Id", strings.Join(parts, []string{";", "; "}[r.IntN(2)])}}, t
}

func datadog(r *rand.Rand) ([]field, Trace) {
	t := told(r, "x-datadog-trace-id")
	low, span := 1+r.Uint64N(1<<63), 1+r.Uint64N(1<<63)
	t.SpanID, t.TraceID = fmt.Sprintf("%016x", span), fmt.Sprintf("%032x", low)
	fields := []field{{"x-datadog-parent-id", strconv.FormatUint(span, 10)}, {"x-datadog-trace-id", strconv.FormatUint(low, 10)},
		{"x-datadog-sampling-priority", strconv.Itoa([]int{0, 1, -1, 2}[bit(t.Sampled)+2*r.IntN(2)])}}
	if either(r) {
		high := digits(r, 16)
		t.TraceID = high + t.TraceID[16:]
		t.State = "_dd.p.tid=" + high
		fields = append(fields, field{"x-datadog-tags", "_dd.p.tid=" + high})
	}
	return fields, t
}

func grpcTrace(r *rand.Rand) ([]field, Trace) {
	t := told(r, "grpc-trace-bin")
	t.Sampling = t.Sampled // or else the decision is left to others
	b, _ := hex.DecodeString("0000" + t.TraceID + "01" + t.SpanID + "02" + fmt.Sprintf("%02x", bit(t.Sampled)))
	encoding := base64.StdEncoding
	if either(r) {
		encoding = base64.RawStdEncoding
	}
	return []field{{"grpc-trace-bin", encoding.EncodeToString(b)}}, t
}

func skyWalking(r *rand.Rand) ([]field, Trace) {
	t := told(r, "sw8")
	text := base64.StdEncoding.EncodeToString
	t.TraceID = fmt.Sprintf("%s.%d.%d", digits(r, 32), r.IntN(100), r.Uint32())
	segment := t.TraceID + "0"
	span := r.IntN(20)
	t.SpanID = fmt.Sprintf("%s-%d", segment, span)
	return []field{{"sw8", fmt.Sprintf("%d-%s-%s-%d-%s-%s-%s-%s", bit(t.Sampled), text([]byte(t.TraceID)), text([]byte(segment)), span,
		text([]byte("service")), text([]byte("instance")), text([]byte("/endpoint")), text([]byte("target:80")))}}, t
}

func sentry(r *rand.Rand) ([]field, Trace) {
	t := told(r, "sentry-trace")
	v := t.TraceID + "-" + t.SpanID
	if t.Sampling = either(r); t.Sampling {
		v += fmt.Sprintf("-%d", bit(t.Sampled))
	}
	t.Sampled = t.Sampled && t.Sampling
	return []field{{"sentry-trace", v}}, t
}

func elastic(r *rand.Rand) ([]field, Trace) {
	t := told(r, "elastic-apm-traceparent")
	return []field{{"elastic-apm-traceparent", fmt.Sprintf("00-%s-%s-%02x", t.TraceID, t.SpanID, bit(t.Sampled))}}, t
}

func requestID(r *rand.Rand) ([]field, Trace) {
	id := binary.BigEndian.AppendUint64(nil, r.Uint64())
	t := Trace{Source: "x-request-id", TraceID: "req-" + hex.EncodeToString(id)}
	return []field{{"X-Request-Id", t.TraceID}}, t
}
