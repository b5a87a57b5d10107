package tracecontext

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

// A field is a name and a value.
type line struct{ name, value string }

// render writes the headers of a context.
func render(x Context) []line {
	switch x.Source {
	case Traceparent, ElasticAPM:
		lines := []line{{x.Source.String(), "00-" + x.TraceID + "-" + x.SpanID + map[Sampling]string{Sampled: "-01", NotSampled: "-00"}[x.Sampling]}}
		if x.State != "" {
			lines = append(lines, line{"tracestate", x.State})
		}
		return lines
	case B3:
		value := x.TraceID + "-" + x.SpanID + mark(x, "-")
		if x.ParentID != "" {
			value += "-" + x.ParentID
		}
		return []line{{"b3", value}}
	case B3Multi:
		lines := []line{{"x-b3-traceid", x.TraceID}, {"x-b3-spanid", x.SpanID}}
		lines = append(lines, some("x-b3-parentspanid", x.ParentID)...)
		if x.Debug {
			return append(lines, line{"x-b3-flags", "1"})
		}
		return append(lines, some("x-b3-sampled", mark(x, ""))...)
	case CloudTrace:
		value := x.TraceID
		if x.SpanID != "" {
			value += "/" + decimal(x.SpanID)
		}
		return []line{{"x-cloud-trace-context", value + mark(x, ";o=")}}
	case Jaeger:
		flags := 0
		if x.Sampling == Sampled {
			flags |= 1
		}
		if x.Debug {
			flags |= 2
		}
		return []line{{"uber-trace-id", x.TraceID + ":" + x.SpanID + ":" + orZero(x.ParentID) + ":" + strconv.Itoa(flags)}}
	case XRay:
		value := "Root=1-" + x.TraceID[:8] + "-" + x.TraceID[8:]
		if x.SpanID != "" {
			value += ";Parent=" + x.SpanID
		}
		return []line{{"x-amzn-trace-id", value + mark(x, ";Sampled=")}}
	case Datadog:
		return renderDatadog(x)
	case GRPC:
		return []line{{"grpc-trace-bin", renderGRPC(x)}}
	case SkyWalking:
		at := strings.LastIndexByte(x.SpanID, '-')
		parts := []string{mark(x, ""), encode(x.TraceID), encode(x.SpanID[:at]), x.SpanID[at+1:], "", "", "", ""}
		return []line{{"sw8", strings.Join(parts, "-")}}
	case Sentry:
		return []line{{"sentry-trace", x.TraceID + "-" + x.SpanID + mark(x, "-")}}
	default:
		return []line{{"x-request-id", x.TraceID}}
	}
}

// mark writes a decision behind its prefix, where there is one.
func mark(x Context, prefix string) string {
	switch {
	case x.Debug:
		return prefix + "d"
	case x.Sampling == Sampled:
		return prefix + "1"
	case x.Sampling == NotSampled:
		return prefix + "0"
	}
	return ""
}

func some(name, value string) []line {
	if value == "" {
		return nil
	}
	return []line{{name, value}}
}

func orZero(id string) string {
	if id == "" {
		return "0"
	}
	return id
}

func encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// decimal returns the number that up to sixteen hex digits are.
func decimal(id string) string {
	n, err := strconv.ParseUint(id, 16, 64)
	if err != nil {
		panic(err)
	}
	return strconv.FormatUint(n, 10)
}

func renderDatadog(x Context) []line {
	lines := []line{{"x-datadog-trace-id", decimal(x.TraceID[16:])}}
	if x.SpanID != "" {
		lines = append(lines, line{"x-datadog-parent-id", decimal(x.SpanID)})
	}
	lines = append(lines, some("x-datadog-sampling-priority", mark(x, ""))...)
	tags := x.State
	if len(tags) > maxTags { // then there is an origin before the tags
		var origin string
		origin, tags, _ = strings.Cut(x.State, ",")
		lines = append(lines, line{"x-datadog-origin", strings.TrimPrefix(origin, "origin=")})
	}
	return append(lines, some("x-datadog-tags", tags)...)
}

func renderGRPC(x Context) string {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			panic(err)
		}
		return b
	}
	b := append([]byte{0, 0}, unhex(x.TraceID)...)
	if x.SpanID != "" {
		b = append(append(b, 1), unhex(x.SpanID)...)
	}
	if x.Sampling == Sampled {
		b = append(b, 2, 1)
	}
	return base64.RawStdEncoding.EncodeToString(b)
}
