package tracecontext

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	traceForm  = regexp.MustCompile(`^[0-9a-f]{32}$`)
	spanForm   = regexp.MustCompile(`^[0-9a-f]{16}$`)
	memberForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_\-*/@]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]$`)
)

// unfit says what of a context is not as it is promised.
func unfit(x Context) string {
	free := func(s string) bool {
		return s != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
	}
	hexID := func(s string, form *regexp.Regexp) bool { return form.MatchString(s) && strings.Trim(s, "0") != "" }
	parented := x.Source == B3 || x.Source == B3Multi || x.Source == Jaeger
	spanless := x.Source == CloudTrace || x.Source == XRay || x.Source == Datadog || x.Source == GRPC || x.Source == RequestID
	switch {
	case x.Source == SkyWalking || x.Source == RequestID:
		if !free(x.TraceID) || x.Source == SkyWalking && !free(x.SpanID) {
			return "text"
		}
	case !hexID(x.TraceID, traceForm):
		return "trace"
	case x.SpanID != "" && !hexID(x.SpanID, spanForm):
		return "span"
	}
	switch {
	case x.SpanID == "" && !spanless || x.SpanID != "" && x.Source == RequestID:
		return "span, or none"
	case x.ParentID != "" && (!parented || !hexID(x.ParentID, spanForm)):
		return "parent"
	case x.Debug && x.Sampling != Sampled && x.Source != Jaeger:
		return "debug"
	case x.State != "" && x.Source != Datadog && x.Source != Traceparent:
		return "state"
	}
	if x.Source != Traceparent || x.State == "" {
		return ""
	}
	members := strings.Split(x.State, ",")
	if len(members) > maxMembers || slices.ContainsFunc(members, func(m string) bool { return !memberForm.MatchString(m) }) {
		return "members"
	}
	return ""
}

// read gives fields to a collector, their names changed so, and spoils what it gave.
func read(c *Collector, lines []line, change func(string) string) []Context {
	for _, l := range lines {
		name, value := []byte(change(l.name)), []byte(l.value)
		c.Field(name, value)
		for _, b := range [][]byte{name, value} {
			for i := range b {
				b[i] = 0xcc
			}
		}
	}
	return c.Contexts()
}

func same(s string) string { return s }

// holds says which law the fields break.
func holds(used *Collector, lines []line) error {
	got := read(new(Collector), lines, same)
	if upper := read(new(Collector), lines, strings.ToUpper); !slices.Equal(upper, got) {
		return fmt.Errorf("with names in capitals they say %+v, and else %+v", upper, got)
	}
	used.Reset()
	if again := read(used, lines, same); !slices.Equal(again, got) {
		return fmt.Errorf("a used collector says %+v, a new one %+v", again, got)
	}
	if got != nil && len(got) == 0 {
		return fmt.Errorf("nothing is an empty list")
	}
	for i, x := range got {
		if what := unfit(x); what != "" {
			return fmt.Errorf("unfit %s: %+v", what, x)
		}
		if i > 0 && got[i-1].Source >= x.Source {
			return fmt.Errorf("%v comes behind %v", x.Source, got[i-1].Source)
		}
		if back := read(new(Collector), render(x), same); len(back) != 1 || back[0] != x {
			return fmt.Errorf("%+v is rendered %q, which says %+v", x, render(x), back)
		}
	}
	return nil
}

// beside are fields without which a header says nothing.
func beside(h header) []line {
	switch h {
	case tracestateHeader:
		return []line{{"traceparent", w3c}}
	case b3TraceHeader:
		return []line{{"x-b3-spanid", b3Span}}
	case b3SpanHeader:
		return []line{{"x-b3-traceid", b3ID}}
	case b3ParentHeader, b3SampledHeader, b3FlagsHeader:
		return []line{{"x-b3-traceid", b3ID}, {"x-b3-spanid", b3Span}}
	case datadogParentHeader, datadogPriorityHeader, datadogOriginHeader, datadogTagsHeader:
		return []line{{"x-datadog-trace-id", "1"}}
	}
	return nil
}

// Whatever a header says: nothing panics, what comes out fits its form, comes out again of what
// is rendered of it, is the same whatever the case of names is and whatever was read before, and
// is the collector's own.
func FuzzHeader(f *testing.F) {
	for h, value := range examples {
		f.Add(uint8(h), []byte(value), []byte(nil))
		f.Add(uint8(h), []byte(value), []byte(value+"1"))
	}
	var used Collector
	f.Fuzz(func(t *testing.T, n uint8, value, again []byte) {
		h := header(int(n) % len(headers))
		lines := append(beside(h), line{headers[h], string(value)})
		if again != nil {
			lines = append(lines, line{headers[h], string(again)})
		}
		if err := holds(&used, lines); err != nil {
			t.Error(err)
		}
	})
}

// So it is with whole messages.
func FuzzMessage(f *testing.F) {
	var all []string
	for h, value := range examples {
		all = append(all, headers[h]+": "+value)
	}
	slices.Sort(all)
	f.Add([]byte(strings.Join(all, "\n")))
	var used Collector
	f.Fuzz(func(t *testing.T, message []byte) {
		var lines []line
		for l := range bytes.SplitSeq(message, []byte("\n")) {
			name, value, _ := bytes.Cut(l, []byte(":"))
			lines = append(lines, line{string(name), string(value)})
		}
		if err := holds(&used, lines); err != nil {
			t.Error(err)
		}
	})
}

// examples have a value of each header.
var examples = map[header]string{
	traceparentHeader: w3c, tracestateHeader: "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE", elasticHeader: w3c,
	b3Header: b3 + "-1-" + b3Above, b3TraceHeader: b3ID, b3SpanHeader: b3Span, b3ParentHeader: b3Above, b3SampledHeader: "1", b3FlagsHeader: "1",
	cloudTraceHeader: cloud + "/1;o=1", jaegerHeader: "51729f13a64c2ef3:258169797d519815%3A0:1", xrayHeader: amzn + ";Parent=53995c3f42cd8ad8;Sampled=1",
	datadogTraceHeader: "1234567890123456789", datadogParentHeader: "987654321", datadogPriorityHeader: "-1", datadogOriginHeader: "rum",
	datadogTagsHeader: "_dd.p.dm=-0,_dd.p.tid=66b2a9c300000000", grpcHeader: grpc, skyWalkingHeader: sw, sentryHeader: w3cTrace + "-" + w3cSpan + "-1", requestIDHeader: "1",
}

func TestEveryHeaderHasAnExample(t *testing.T) {
	for h := range headers {
		value, there := examples[header(h)]
		if !there {
			t.Errorf("%s has none", headers[h])
		}
		if got := read(new(Collector), append(beside(header(h)), line{headers[h], value}), same); len(got) != 1 {
			t.Errorf("%s: %s says %+v", headers[h], value, got)
		}
	}
}

// Examples with a byte changed, added or removed, twice over.
func TestLawsHoldNearWhatIsRight(t *testing.T) {
	const bytes = " -:;=,/%01239afAFdxgZ\t\x00\xff"
	r := rand.New(rand.NewPCG(1, 2))
	var used Collector
	for h := range headers {
		for range 3000 {
			value := []byte(examples[header(h)])
			for range r.IntN(3) {
				at := r.IntN(len(value) + 1)
				switch c := bytes[r.IntN(len(bytes))]; {
				case r.IntN(3) == 0:
					value = slices.Insert(value, at, c)
				case at == len(value):
				case r.IntN(2) == 0:
					value = slices.Delete(value, at, at+1)
				default:
					value[at] = c
				}
			}
			if err := holds(&used, append(beside(header(h)), line{headers[h], string(value)})); err != nil {
				t.Fatalf("%s: %q: %v", headers[h], value, err)
			}
		}
	}
}

// anyContext returns a context of the source that it could have said.
func anyContext(r *rand.Rand, s Source) Context {
	id := func(digits int) string {
		b := fmt.Appendf(nil, "%016x%016x", r.Uint64(), r.Uint64()|1)
		return string(b[32-digits:])
	}
	x := Context{Source: s, TraceID: id(32), SpanID: id(16), Sampling: Sampling(r.IntN(3))}
	switch s {
	case Traceparent, ElasticAPM, Jaeger, SkyWalking:
		x.Sampling = Sampled + Sampling(r.IntN(2))
	case GRPC:
		x.Sampling = Sampling(r.IntN(2))
	case RequestID:
		x.SpanID, x.Sampling = "", SamplingUnknown
	}
	if half := r.IntN(2) == 0; half && (s == B3 || s == B3Multi || s == Jaeger) {
		x.Sampling, x.ParentID = Sampled, id(16)
		x.Debug = r.IntN(2) == 0
	} else if half && (s == CloudTrace || s == XRay || s == GRPC) {
		x.SpanID = ""
	} else if half && s == Traceparent {
		x.State = "a=" + id(16) + ",b=" + id(16)
	}
	switch s {
	case Datadog:
		x.State = "origin=rum,_dd.p.tid=" + x.TraceID[:16]
	case SkyWalking:
		x.TraceID, x.SpanID = "ü."+id(16), "a-b."+id(16)+"-17"
	}
	return x
}

func TestWhatIsRenderedIsReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for s := range sources {
		for range 200 {
			x := anyContext(r, s)
			if back := read(new(Collector), render(x), same); len(back) != 1 || back[0] != x {
				t.Fatalf("%+v is rendered %q, which says %+v", x, render(x), back)
			}
		}
	}
}

func TestContextsAreTheCallersOwn(t *testing.T) {
	var c Collector
	give(&c, "traceparent: "+w3c+"\ntracestate: a=1\nb3: "+b3)
	kept, want := c.Contexts(), c.Contexts()
	c.Reset()
	if got := c.Contexts(); got != nil {
		t.Errorf("after a reset there are %+v", got)
	}
	give(&c, "x-request-id: 1\nuber-trace-id: 1:1:0:1\ntraceparent: "+w3c+"\ntracestate: b=22")
	c.Contexts()[0].TraceID = "spoiled"
	if !slices.Equal(kept, want) {
		t.Errorf("they became %+v", kept)
	}
}
