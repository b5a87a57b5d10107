package tracecontext

import (
	"fmt"
	"strings"
	"testing"
)

// collect returns what a message of these lines says, "name: value" each.
func collect(message string) []Context {
	var c Collector
	give(&c, message)
	return c.Contexts()
}

func give(c *Collector, message string) {
	for line := range strings.SplitSeq(message, "\n") {
		name, value, _ := strings.Cut(line, ":")
		c.Field([]byte(name), []byte(value))
	}
}

// describe writes contexts, a line each, without what is not told.
func describe(all []Context) string {
	var lines []string
	for _, x := range all {
		s := x.Source.String() + " " + x.TraceID
		if x.SpanID != "" {
			s += " " + x.SpanID
		}
		if x.ParentID != "" {
			s += " of " + x.ParentID
		}
		s += [...]string{"", " sampled", " not sampled"}[x.Sampling]
		if x.Debug {
			s += " debug"
		}
		if x.State != "" {
			s += " {" + x.State + "}"
		}
		lines = append(lines, s)
	}
	return strings.Join(lines, "\n")
}

// The examples of the standards.
const (
	w3cTrace = "0af7651916cd43dd8448eb211c80319c"
	w3cSpan  = "b7ad6b7169203331"
	w3c      = "00-" + w3cTrace + "-" + w3cSpan + "-01"
	b3ID     = "80f198ee56343ba864fe8b2a57d3eff7"
	b3Span   = "05e3ac9a4f6e3b90"
	b3Above  = "e457b5a2e4d86bd1"
	b3       = b3ID + "-" + b3Span
	cloud    = "105445aa7843bc8bf206b12000100000"
	amzn     = "Root=1-67891233-abcdef012345678912345678"
	amznID   = "67891233abcdef012345678912345678"
	datadog  = "x-datadog-trace-id: 1234567890123456789"
	dogTrace = "112210f47de98115"
	grpc     = "AABL+S81d7NNpqPOkp0ADkc2ATTwZ6oLqQK3AgE="
	grpcID   = "4bf92f3577b34da6a3ce929d000e4736"
	grpcSpan = "34f067aa0ba902b7"
	sw       = "1-YTRlYzZmYzhjY2FiNGJiNGI2ODIwNjQ2OThjYzk3ZTYuNzQuMTYyMTgzODExMDQ1NTAwMDk=-" +
		"YTRlYzZmYzhjY2FiNGJiNGI2ODIwNjQ2OThjYzk3ZTYuNzQuMTYyMTgzODExMDQ1NTAwMDg=-2-b25lbW9yZS1h-" +
		"ZTFkMmZiYjYzYmJhNDMwNDk5YWY4OTVjMDQwZTMyZmVAMTkyLjE2OC4xLjEwMQ==-L29uZW1vcmUtYS9nZXQ=-MTkyLjE2OC4xLjEwMjo4MA=="
	swTrace = "a4ec6fc8ccab4bb4b682064698cc97e6.74.16218381104550009"
	swSpan  = "a4ec6fc8ccab4bb4b682064698cc97e6.74.16218381104550008-2"
)

// A rule is what a message says, "" for nothing.
type rule struct{ name, message, want string }

func check(t *testing.T, rules []rule) {
	t.Helper()
	for _, r := range rules {
		if got := describe(collect(r.message)); got != r.want {
			t.Errorf("%s:\n%s\nsays\n%s\nand should\n%s", r.name, r.message, got, r.want)
		}
	}
}

func TestTraceparent(t *testing.T) {
	said := "traceparent " + w3cTrace + " " + w3cSpan
	check(t, []rule{
		{"as it should be", "traceparent: " + w3c, said + " sampled"},
		{"in any case", "TrAcEpArEnT: " + w3c, said + " sampled"},
		{"white space around it", "traceparent: \t " + w3c + " \t", said + " sampled"},
		{"not sampled", "traceparent: 00-" + w3cTrace + "-" + w3cSpan + "-00", said + " not sampled"},
		{"flags are bits", "traceparent: 00-" + w3cTrace + "-" + w3cSpan + "-fe", said + " not sampled"},
		{"a random trace id", "traceparent: 00-" + w3cTrace + "-" + w3cSpan + "-03", said + " sampled"},
		{"a later version", "traceparent: cc-" + w3c[3:], said + " sampled"},
		{"a later version with more", "traceparent: cc-" + w3c[3:] + "-what-the-future-will-be-like", said + " sampled"},
		{"a later version with other than parts", "traceparent: cc-" + w3c[3:] + ".what-the-future-will-be-like", ""},
		{"version 00 with more", "traceparent: " + w3c + "-what-the-future-will-be-like", ""},
		{"version 00 with a point", "traceparent: " + w3c + ".", ""},
		{"version ff", "traceparent: ff-" + w3c[3:], ""},
		{"a version in capitals", "traceparent: CC-" + w3c[3:], ""},
		{"a version that is none", "traceparent: .0-" + w3c[3:], ""},
		{"a long version", "traceparent: 000-" + w3c[3:], ""},
		{"a short version", "traceparent: 0-" + w3c[3:], ""},
		{"a trace in capitals", "traceparent: 00-" + strings.ToUpper(w3cTrace) + "-" + w3cSpan + "-01", ""},
		{"a span in capitals", "traceparent: 00-" + w3cTrace + "-" + strings.ToUpper(w3cSpan) + "-01", ""},
		{"flags in capitals", "traceparent: cc-" + w3cTrace + "-" + w3cSpan + "-0A", ""},
		{"a trace of zeros", "traceparent: 00-" + strings.Repeat("0", 32) + "-" + w3cSpan + "-01", ""},
		{"a span of zeros", "traceparent: 00-" + w3cTrace + "-" + strings.Repeat("0", 16) + "-01", ""},
		{"a long trace", "traceparent: 00-" + w3cTrace + "1-" + w3cSpan + "-01", ""},
		{"a short span", "traceparent: 00-" + w3cTrace + "-" + w3cSpan[1:] + "-01", ""},
		{"flags of one digit", "traceparent: 00-" + w3cTrace + "-" + w3cSpan + "-1", ""},
		{"flags that are none", "traceparent: 00-" + w3cTrace + "-" + w3cSpan + "-.0", ""},
		{"other names", "trace-parent: " + w3c + "\ntrace.parent: " + w3c + "\ntraceparents: " + w3c + "\n: " + w3c, ""},
		{"what is a name but for a bit", "tr\x01ceparent: " + w3c + "\ntracepar\x05nt: " + w3c, ""},
		{"nothing", "traceparent:", ""},
		{"twice the same", "traceparent: " + w3c + "\nTraceparent: " + w3c, said + " sampled"},
		{"two that disagree", "traceparent: " + w3c + "\ntraceparent: 00-" + w3cTrace + "-" + w3cSpan + "-00", ""},
		{"two and the first again", "traceparent: " + w3c + "\ntraceparent: 00-" + b3ID + "-" + w3cSpan + "-01\ntraceparent: " + w3c, ""},
		{"one that is right and one that is not", "traceparent: " + w3c + "\ntraceparent: 00", ""},
		{"one that is not and one that is right", "traceparent: 00\ntraceparent: " + w3c, ""},
		{"two in one", "traceparent: " + w3c + "," + w3c, ""},
		{"what the reference took for a trace", "traceparent: ff-zz-yy", ""},
	})
}

func TestTracestate(t *testing.T) {
	members := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("bar%02d=%d", i, i))
		}
		return strings.Join(all, ",")
	}
	letters := "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
	var values []byte
	for c := byte(' '); c <= '~'; c++ {
		if c != ',' && c != '=' {
			values = append(values, c)
		}
	}
	for _, r := range []rule{
		{"as it should be", "tracestate: rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"},
		{"before the traceparent or behind", "TRACESTATE: foo=1", "foo=1"},
		{"several lines are one list", "tracestate: foo=1,bar=2\ntracestate: rojo=1\ntracestate: baz=3", "foo=1,bar=2,rojo=1,baz=3"},
		{"white space", "tracestate: \t foo=1 \t , \t bar=2,\tbaz= 3 \t", "foo=1,bar=2,baz= 3"},
		{"empty members and lines", "tracestate:\ntracestate: ,foo=1,, ,bar=2,\ntracestate: \t", "foo=1,bar=2"},
		{"all that a key and a value can have", "tracestate: " + letters + "@a-z0-9_-*/=" + string(values[:len(values)-1]) + "~", letters + "@a-z0-9_-*/=" + string(values[:len(values)-1]) + "~"},
		{"keys of the second level", "tracestate: foo@=1,1foo@@bar=2", "foo@=1,1foo@@bar=2"},
		{"the longest key and value", "tracestate: " + strings.Repeat("k", 256) + "=" + strings.Repeat("v", 256), strings.Repeat("k", 256) + "=" + strings.Repeat("v", 256)},
		{"a longer key", "tracestate: " + strings.Repeat("k", 257) + "=v", ""},
		{"a longer value", "tracestate: k=" + strings.Repeat("v", 257), ""},
		{"thirty-two members", "tracestate: " + members(32), members(32)},
		{"more", "tracestate: " + members(33), ""},
		{"more, in lines", "tracestate: " + members(32) + "\ntracestate: foo=1", ""},
		{"a key twice", "tracestate: foo=1,foo=1", ""},
		{"a key twice, in lines", "tracestate: foo=1,bar=2\ntracestate: foo=2", ""},
		{"a key and one that begins so", "tracestate: foo=1,foobar=2,fo=3", "foo=1,foobar=2,fo=3"},
		{"a blank in a key", "tracestate: foo =1", ""},
		{"a key in capitals", "tracestate: FOO=1", ""},
		{"a point in a key", "tracestate: foo.bar=1", ""},
		{"a key that begins with other than letter and digit", "tracestate: @foo=1,bar=2", ""},
		{"no key", "tracestate: =1", ""},
		{"no value", "tracestate: foo=", ""},
		{"no sign between", "tracestate: foo", ""},
		{"two signs", "tracestate: foo=bar=baz", ""},
		{"a tab in a value", "tracestate: foo=a\tb", ""},
		{"a letter that is not ASCII", "tracestate: foo=ü", ""},
		{"what is wrong is not made good", "tracestate: FOO=1\ntracestate: bar=2", ""},
	} {
		for _, message := range []string{"traceparent: " + w3c + "\n" + r.message, r.message + "\ntraceparent: " + w3c} {
			got := collect(message)
			if len(got) != 1 || got[0].TraceID != w3cTrace || got[0].State != r.want {
				t.Errorf("%s: %q says %+v, and should %q", r.name, message, got, r.want)
			}
		}
	}
	check(t, []rule{
		{"a list without a trace", "tracestate: foo=1", ""},
		{"with a traceparent that is none", "tracestate: foo=1\ntraceparent: 00", ""},
		{"it is not another's", "tracestate: foo=1\nb3: " + b3, "b3 " + b3ID + " " + b3Span},
	})
}

func TestB3(t *testing.T) {
	said := "b3 " + b3ID + " " + b3Span
	check(t, []rule{
		{"all of it", "b3: " + b3 + "-1-" + b3Above, said + " of " + b3Above + " sampled"},
		{"without a parent", "B3: " + b3 + "-1", said + " sampled"},
		{"not sampled", "b3: " + b3 + "-0", said + " not sampled"},
		{"debug", "b3: " + b3 + "-d", said + " sampled debug"},
		{"left to others", "b3: " + b3, said},
		{"a trace of 64 bits", "b3: " + b3ID[16:] + "-" + b3Span, "b3 0000000000000000" + b3ID[16:] + " " + b3Span},
		{"a parent of zeros is none", "b3: " + b3 + "-1-0000000000000000", said + " sampled"},
		{"a decision alone, for", "b3: 1", ""},
		{"a decision alone, against", "b3: 0", ""},
		{"a decision alone, debug", "b3: d", ""},
		{"no span", "b3: " + b3ID, ""},
		{"capitals", "b3: " + strings.ToUpper(b3), ""},
		{"a trace of zeros", "b3: " + strings.Repeat("0", 32) + "-" + b3Span, ""},
		{"a span of zeros", "b3: " + b3ID + "-0000000000000000", ""},
		{"a trace of other lengths", "b3: 0" + b3, ""},
		{"another decision", "b3: " + b3 + "-2", ""},
		{"no decision and a parent", "b3: " + b3 + "-" + b3Above, ""},
		{"nothing behind a hyphen", "b3: " + b3 + "-", ""},
		{"nothing where the parent should be", "b3: " + b3 + "-1-", ""},
		{"more", "b3: " + b3 + "-1-" + b3Above + "-1", ""},
		{"the first counts", "b3: " + b3 + "-1\nb3: " + b3ID + "-" + b3Above, said + " sampled"},
		{"the first counts, which says nothing", "b3: 0\nb3: " + b3, ""},
	})
}

func TestB3InSeveralHeaders(t *testing.T) {
	ids := "X-B3-TraceId: " + b3ID + "\nX-B3-SpanId: " + b3Span
	said := "x-b3-traceid " + b3ID + " " + b3Span
	check(t, []rule{
		{"all of it", ids + "\nX-B3-ParentSpanId: " + b3Above + "\nX-B3-Sampled: 1", said + " of " + b3Above + " sampled"},
		{"in any order", "x-b3-sampled: 0\nx-b3-spanid: " + b3Span + "\nx-b3-traceid: " + b3ID, said + " not sampled"},
		{"ids alone", ids, said},
		{"a trace of 64 bits", "X-B3-TraceId: " + b3ID[:16] + "\nX-B3-SpanId: " + b3Span, "x-b3-traceid 0000000000000000" + b3ID[:16] + " " + b3Span},
		{"in words", ids + "\nX-B3-Sampled: true", said + " sampled"},
		{"in words, against", ids + "\nX-B3-Sampled: false", said + " not sampled"},
		{"another word", ids + "\nX-B3-Sampled: maybe", said},
		{"debug implies sampled", ids + "\nX-B3-Flags: 1\nX-B3-Sampled: 0", said + " sampled debug"},
		{"no debug", ids + "\nX-B3-Flags: 0", said},
		{"a parent of zeros is none", ids + "\nX-B3-ParentSpanId: 0000000000000000", said},
		{"a parent that is none", ids + "\nX-B3-ParentSpanId: 1", ""},
		{"no span", "X-B3-TraceId: " + b3ID, ""},
		{"no trace", "X-B3-SpanId: " + b3Span, ""},
		{"a decision alone", "X-B3-Sampled: 1", ""},
		{"capitals", strings.ToUpper(ids), ""},
		{"a trace of zeros", "X-B3-TraceId: 0000000000000000\nX-B3-SpanId: " + b3Span, ""},
		{"the first of each counts", ids + "\nX-B3-SpanId: " + b3Above + "\nX-B3-TraceId: 1", said},
		{"the one header comes before", ids + "\nb3: " + b3 + "-1", "b3 " + b3ID + " " + b3Span + " sampled\n" + said},
		{"the one header's decision is its own", ids + "\nb3: 0", said},
	})
}

func TestCloudTrace(t *testing.T) {
	said := "x-cloud-trace-context " + cloud
	check(t, []rule{
		{"all of it", "X-Cloud-Trace-Context: " + cloud + "/1;o=1", said + " 0000000000000001 sampled"},
		{"not sampled", "X-Cloud-Trace-Context: " + cloud + "/1;o=0", said + " 0000000000000001 not sampled"},
		{"a trace and a span", "X-Cloud-Trace-Context: " + cloud + "/12345", said + " 0000000000003039"},
		{"a trace alone", "x-cloud-trace-context: " + cloud, said},
		{"a trace and options", "x-cloud-trace-context: " + cloud + ";o=1", said + " sampled"},
		{"the greatest span", "x-cloud-trace-context: " + cloud + "/18446744073709551615", said + " ffffffffffffffff"},
		{"a greater one", "x-cloud-trace-context: " + cloud + "/18446744073709551616", ""},
		{"a longer one", "x-cloud-trace-context: " + cloud + "/000000000000000000001", ""},
		{"a span of zero is none", "x-cloud-trace-context: " + cloud + "/0;o=1", said + " sampled"},
		{"capitals", "x-cloud-trace-context: " + strings.ToUpper(cloud) + "/1", said + " 0000000000000001"},
		{"options are bits", "x-cloud-trace-context: " + cloud + "/1;o=3", said + " 0000000000000001 sampled"},
		{"no span behind the stroke", "x-cloud-trace-context: " + cloud + "/;o=1", ""},
		{"a span in hex", "x-cloud-trace-context: " + cloud + "/00f067aa0ba902b7", ""},
		{"no options", "x-cloud-trace-context: " + cloud + "/1;", ""},
		{"options without a number", "x-cloud-trace-context: " + cloud + "/1;o=", ""},
		{"other options", "x-cloud-trace-context: " + cloud + "/1;p=1", ""},
		{"a trace of zeros", "x-cloud-trace-context: " + strings.Repeat("0", 32) + "/1", ""},
		{"a short trace", "x-cloud-trace-context: " + cloud[1:] + "/1", ""},
		{"the first counts", "x-cloud-trace-context: " + cloud + "\nx-cloud-trace-context: " + b3ID, said},
	})
}

func TestJaeger(t *testing.T) {
	said := "uber-trace-id 000000000000000051729f13a64c2ef3 258169797d519815"
	check(t, []rule{
		{"all of it", "uber-trace-id: 51729f13a64c2ef3:258169797d519815:51729f13a64c2ef3:1", said + " of 51729f13a64c2ef3 sampled"},
		{"the root", "Uber-Trace-Id: 51729f13a64c2ef3:258169797d519815:0:0", said + " not sampled"},
		{"padded on the left", "uber-trace-id: a1:b2:c3:1", "uber-trace-id 000000000000000000000000000000a1 00000000000000b2 of 00000000000000c3 sampled"},
		{"a trace of 128 bits", "uber-trace-id: " + b3ID + ":" + b3Span + ":0:01", "uber-trace-id " + b3ID + " " + b3Span + " sampled"},
		{"as a URL has it", "uber-trace-id: 51729f13a64c2ef3%3A258169797d519815%3a0%3A1", said + " sampled"},
		{"capitals", "uber-trace-id: 51729F13A64C2EF3:258169797D519815:0:1", said + " sampled"},
		{"debug", "uber-trace-id: 51729f13a64c2ef3:258169797d519815:0:3", said + " sampled debug"},
		{"other flags", "uber-trace-id: 51729f13a64c2ef3:258169797d519815:0:fc", said + " not sampled"},
		{"flags of three digits", "uber-trace-id: 51729f13a64c2ef3:258169797d519815:0:001", ""},
		{"no flags", "uber-trace-id: 51729f13a64c2ef3:258169797d519815:0:", ""},
		{"three parts", "uber-trace-id: 51729f13a64c2ef3:258169797d519815:0", ""},
		{"five parts", "uber-trace-id: 51729f13a64c2ef3:258169797d519815:0:1:1", ""},
		{"a trace of zeros", "uber-trace-id: 0:258169797d519815:0:1", ""},
		{"a span of zeros", "uber-trace-id: 51729f13a64c2ef3:0:0:1", ""},
		{"no parent", "uber-trace-id: 51729f13a64c2ef3:258169797d519815::1", ""},
		{"a long trace", "uber-trace-id: 0" + b3ID + ":" + b3Span + ":0:1", ""},
		{"a long parent", "uber-trace-id: 1:1:00000000000000000:1", ""},
		{"other than hex", "uber-trace-id: 51729g13a64c2ef3:1:0:1", ""},
	})
}

func TestXRay(t *testing.T) {
	said := "x-amzn-trace-id " + amznID
	check(t, []rule{
		{"of a load balancer", "X-Amzn-Trace-Id: " + amzn, said},
		{"all of it", "X-Amzn-Trace-Id: " + amzn + ";Parent=53995c3f42cd8ad8;Sampled=1", said + " 53995c3f42cd8ad8 sampled"},
		{"in any order", "X-Amzn-Trace-Id: Sampled=0;Parent=53995c3f42cd8ad8;" + amzn, said + " 53995c3f42cd8ad8 not sampled"},
		{"with spaces", "X-Amzn-Trace-Id: " + amzn + " ; Parent=53995c3f42cd8ad8 ; Sampled=1 ;", said + " 53995c3f42cd8ad8 sampled"},
		{"a decision asked for", "X-Amzn-Trace-Id: " + amzn + ";Sampled=?", said},
		{"another's self", "X-Amzn-Trace-Id: Self=1-67891234-12456789abcdef012345678;" + amzn + ";CalledFrom=app", said},
		{"a lineage", "X-Amzn-Trace-Id: " + amzn + ";Lineage=1:a87bd80c:0", said},
		{"capitals", "X-Amzn-Trace-Id: Root=1-67891233-ABCDEF012345678912345678", said},
		{"the first root", "X-Amzn-Trace-Id: " + amzn + ";Root=1-11111111-111111111111111111111111", said},
		{"no root", "X-Amzn-Trace-Id: Self=1-67891234-12456789abcdef012345678", ""},
		{"another version", "X-Amzn-Trace-Id: Root=2-67891233-abcdef012345678912345678", ""},
		{"an empty root", "X-Amzn-Trace-Id: Root=", ""},
		{"a root of zeros", "X-Amzn-Trace-Id: Root=1-00000000-000000000000000000000000", ""},
		{"a short parent", "X-Amzn-Trace-Id: " + amzn + ";Parent=53995c3f", ""},
		{"another decision", "X-Amzn-Trace-Id: " + amzn + ";Sampled=2", ""},
		{"keys in other cases", "X-Amzn-Trace-Id: root" + amzn[4:], ""},
	})
}

func TestDatadog(t *testing.T) {
	said := "x-datadog-trace-id 0000000000000000" + dogTrace
	check(t, []rule{
		{"a trace", datadog, said},
		{"a span", datadog + "\nx-datadog-parent-id: 987654321", said + " 000000003ade68b1"},
		{"a span of zero is none", datadog + "\nx-datadog-parent-id: 0", said},
		{"the user's decision for", datadog + "\nx-datadog-sampling-priority: 2", said + " sampled"},
		{"the tracer's for", datadog + "\nx-datadog-sampling-priority: 1", said + " sampled"},
		{"the tracer's against", datadog + "\nx-datadog-sampling-priority: 0", said + " not sampled"},
		{"the user's against", datadog + "\nx-datadog-sampling-priority: -1", said + " not sampled"},
		{"another decision", datadog + "\nx-datadog-sampling-priority: 3", said},
		{"the high half", "x-datadog-tags: _dd.p.dm=-0,_dd.p.tid=66b2a9c300000000\n" + datadog,
			"x-datadog-trace-id 66b2a9c300000000" + dogTrace + " {_dd.p.dm=-0,_dd.p.tid=66b2a9c300000000}"},
		{"an origin", datadog + "\nx-datadog-origin: synthetics", said + " {origin=synthetics}"},
		{"an origin and tags", datadog + "\nx-datadog-tags: _dd.p.dm=-0\nx-datadog-origin: rum", said + " {origin=rum,_dd.p.dm=-0}"},
		{"a high half in capitals is none", datadog + "\nx-datadog-tags: _dd.p.tid=66B2A9C300000000", said + " {_dd.p.tid=66B2A9C300000000}"},
		{"a short one too", datadog + "\nx-datadog-tags: _dd.p.tid=66", said + " {_dd.p.tid=66}"},
		{"tags that are too long", datadog + "\nx-datadog-tags: _dd.p.tid=66b2a9c300000000," + strings.Repeat("a", 512), said},
		{"tags that are no text", datadog + "\nx-datadog-tags: a=\x01", said},
		{"an origin with a comma", datadog + "\nx-datadog-origin: a,b", said},
		{"the greatest", "x-datadog-trace-id: 18446744073709551615", "x-datadog-trace-id 0000000000000000ffffffffffffffff"},
		{"a greater one", "x-datadog-trace-id: 18446744073709551616", ""},
		{"a trace of zero", "x-datadog-trace-id: 0", ""},
		{"a high half alone", "x-datadog-trace-id: 0\nx-datadog-tags: _dd.p.tid=66b2a9c300000000", ""},
		{"a trace in hex", "x-datadog-trace-id: 1a", ""},
		{"no trace", "x-datadog-parent-id: 987654321", ""},
		{"the first counts", datadog + "\nx-datadog-trace-id: 1", said},
	})
}

func TestGRPC(t *testing.T) {
	said := "grpc-trace-bin " + grpcID
	check(t, []rule{
		{"all of it", "grpc-trace-bin: " + grpc, said + " " + grpcSpan + " sampled"},
		{"without padding", "grpc-trace-bin: " + strings.TrimRight(grpc, "="), said + " " + grpcSpan + " sampled"},
		{"a decision left to others", "grpc-trace-bin: AABL+S81d7NNpqPOkp0ADkc2ATTwZ6oLqQK3AgA=", said + " " + grpcSpan},
		{"a trace alone", "grpc-trace-bin: AABL+S81d7NNpqPOkp0ADkc2", said},
		{"in another order", "grpc-trace-bin: AAIBAEv5LzV3s02mo86SnQAORzY", said + " sampled"},
		{"an unknown field ends it", "grpc-trace-bin: AABL+S81d7NNpqPOkp0ADkc2AwECAQ", said},
		{"a span that is cut", "grpc-trace-bin: AABL+S81d7NNpqPOkp0ADkc2ATTw", ""},
		{"no trace", "grpc-trace-bin: AAE08GeqC6kCtw", ""},
		{"an unknown field before it", "grpc-trace-bin: AAMAS/kvNXezTaajzpKdAA5HNg", ""},
		{"another version", "grpc-trace-bin: AQBL+S81d7NNpqPOkp0ADkc2", ""},
		{"a trace of zeros", "grpc-trace-bin: AAAAAAAAAAAAAAAAAAAAAAAA", ""},
		{"no base64", "grpc-trace-bin: " + grpcID + "-", ""},
		{"half a padding", "grpc-trace-bin: AABL+S81d7NNpqPOkp0ADkc2AwEC=", ""},
		{"nothing", "grpc-trace-bin:", ""},
		{"too much", "grpc-trace-bin: " + strings.Repeat("A", 4096), ""},
	})
}

func TestSkyWalking(t *testing.T) {
	said := "sw8 " + swTrace + " " + swSpan
	part := func(i int, other string) string {
		parts := strings.Split(sw, "-")
		parts[i] = other
		return "sw8: " + strings.Join(parts, "-")
	}
	check(t, []rule{
		{"as it should be", "sw8: " + sw, said + " sampled"},
		{"not sampled", part(0, "0"), said + " not sampled"},
		{"without padding", "SW8: " + strings.ReplaceAll(sw, "=", ""), said + " sampled"},
		{"another sign", part(0, "2"), ""},
		{"no trace", part(1, ""), ""},
		{"a trace that is no base64", part(1, "a.b"), ""},
		{"a trace that is no text", part(1, "/w=="), ""},
		{"no segment", part(2, ""), ""},
		{"a span that is no number", part(3, "x"), ""},
		{"a span that is no int", part(3, "2147483648"), ""},
		{"a service that is no base64", part(4, "a"), ""},
		{"no address", part(7, ""), said + " sampled"},
		{"seven parts", "sw8: " + strings.Replace(sw, "-b25lbW9yZS1h", "", 1), ""},
		{"nine parts", "sw8: " + sw + "-1", ""},
		{"too long", part(7, strings.Repeat("A", 2048)), ""},
	})
}

func TestOthers(t *testing.T) {
	const sentry = w3cTrace + "-" + w3cSpan
	check(t, []rule{
		{"sentry", "sentry-trace: " + sentry + "-1", "sentry-trace " + w3cTrace + " " + w3cSpan + " sampled"},
		{"sentry, not sampled", "Sentry-Trace: " + sentry + "-0", "sentry-trace " + w3cTrace + " " + w3cSpan + " not sampled"},
		{"sentry, left to others", "sentry-trace: " + sentry, "sentry-trace " + w3cTrace + " " + w3cSpan},
		{"sentry, another decision", "sentry-trace: " + sentry + "-2", ""},
		{"sentry, an end", "sentry-trace: " + sentry + "-", ""},
		{"sentry, no span", "sentry-trace: " + w3cTrace, ""},
		{"sentry, capitals", "sentry-trace: " + strings.ToUpper(sentry), ""},
		{"sentry, zeros", "sentry-trace: " + strings.Repeat("0", 32) + "-" + w3cSpan, ""},
		{"elastic", "elastic-apm-traceparent: " + w3c, "elastic-apm-traceparent " + w3cTrace + " " + w3cSpan + " sampled"},
		{"elastic, beside what replaced it", "elastic-apm-traceparent: " + w3c + "\ntraceparent: " + w3c + "\ntracestate: es=s:1",
			"traceparent " + w3cTrace + " " + w3cSpan + " sampled {es=s:1}\nelastic-apm-traceparent " + w3cTrace + " " + w3cSpan + " sampled"},
		{"elastic, two that disagree", "elastic-apm-traceparent: " + w3c + "\nelastic-apm-traceparent: 00\ntraceparent: " + w3c, "traceparent " + w3cTrace + " " + w3cSpan + " sampled"},
		{"a request's id", "X-Request-ID: 7b5c0c0e-5e2f-4b4c-9f55-1d2b6c3a4e5f", "x-request-id 7b5c0c0e-5e2f-4b4c-9f55-1d2b6c3a4e5f"},
		{"any text", "x-request-id: año/1 2", "x-request-id año/1 2"},
		{"no text", "x-request-id: a\x7f", ""},
		{"no UTF-8", "x-request-id: a\xff", ""},
		{"an empty one", "x-request-id:", ""},
		{"the longest", "x-request-id: " + strings.Repeat("a", 256), "x-request-id " + strings.Repeat("a", 256)},
		{"a longer one", "x-request-id: " + strings.Repeat("a", 257), ""},
	})
}

func TestTheBestSourceComesFirst(t *testing.T) {
	all := []string{"traceparent: " + w3c, "b3: " + b3, "x-b3-traceid: " + b3ID + "\nx-b3-spanid: " + b3Span, "x-cloud-trace-context: " + cloud,
		"uber-trace-id: 1:1:0:1", "x-amzn-trace-id: " + amzn, datadog, "grpc-trace-bin: " + grpc, "sw8: " + sw,
		"sentry-trace: " + b3, "elastic-apm-traceparent: " + w3c, "x-request-id: 1"}
	if len(all) != int(sources) {
		t.Fatalf("%d of %d sources", len(all), sources)
	}
	for first := range all {
		var message strings.Builder
		for i := range all {
			message.WriteString(all[(first+i)%len(all)] + "\n")
		}
		for i, x := range collect(message.String()) {
			if x.Source != Source(i) {
				t.Errorf("from %d on: %v is at %d", first, x.Source, i)
			}
		}
	}
}

func TestSourcesBearTheNamesOfTheirHeaders(t *testing.T) {
	for s := range sources {
		found := false
		for _, name := range headers {
			found = found || name == s.String()
		}
		if !found {
			t.Errorf("%d is %q", s, s)
		}
	}
}
