package correlate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/correlate/tracecontext"
	"github.com/pcappipe/pcappipe/record"
)

// told returns an exchange of a trace.
func told(id string, flow, number uint64) (*Exchange, *ExchangeOf) {
	return &Exchange{Number: number, Trace: []tracecontext.Context{{TraceID: id}}},
		&ExchangeOf{Flow: flow, ClientAddress: []byte{10, 0, 0, 1}, ServerAddress: []byte{10, 0, 0, 2}}
}

// traceText says what a trace is: its id, its exchanges, how it ended, and whether it goes on from another.
func traceText(trace *Trace) string {
	if trace == nil {
		return "none"
	}
	words := []string{trace.ID}
	for i := range trace.hops {
		words = append(words, string(trace.hops[i].appendID(nil)))
	}
	if trace.Truncated > 0 {
		words = append(words, fmt.Sprint("+", trace.Truncated))
	}
	if words = append(words, trace.End.String()); trace.Continued {
		words = append(words, "continued")
	}
	return strings.Join(words, " ")
}

// playTraces gives exchanges "id:flow.number" and asks at moments "@n" for what is over.
func playTraces(t *testing.T, c TracesConfig, script string) (ended []string) {
	t.Helper()
	traces, clock := NewTraces(c), int64(0)
	for word := range strings.FieldsSeq(script) {
		var flow, number uint64
		if _, err := fmt.Sscanf(word, "@%d", &clock); err == nil {
			for trace := traces.Expire(clock); trace != nil; trace = traces.Expire(clock) {
				ended = append(ended, traceText(trace))
			}
			continue
		}
		id, name, _ := strings.Cut(word, ":")
		if _, err := fmt.Sscanf(name, "%d.%d", &flow, &number); err != nil {
			t.Fatalf("%s: %v", word, err)
		}
		e, of := told(id, flow, number)
		traces.Add(e, of, clock)
	}
	for trace := traces.Remaining(); trace != nil; trace = traces.Remaining() {
		ended = append(ended, traceText(trace))
	}
	return ended
}

func TestTracesAreJoinedAndEnd(t *testing.T) {
	for _, row := range []struct{ name, script, want string }{
		{"over flows", "a:1.1 b:1.2 a:2.1", "a 1.1 2.1 end, b 1.2 end"},
		{"when they are idle longer than the idle time, not as long", "a:1.1 @10 @11 b:1.2", "a 1.1 idle, b 1.2 end"},
		{"the idle time begins again with each exchange", "a:1.1 @9 a:1.2 @18 a:1.3 @28 @29", "a 1.1 1.2 1.3 idle"},
		{"those idle longest first, of these the one that began first", "a:1.1 b:1.2 c:1.3 @1 a:1.4 @5 c:1.5 b:1.6 @20", "a 1.1 1.4 idle, b 1.2 1.6 idle, c 1.3 1.5 idle"},
		{"what comes later is one of its own", "a:1.1 @11 a:1.2 @22 a:1.3", "a 1.1 idle, a 1.2 idle continued, a 1.3 end continued"},
		{"a clock that goes back ends nothing sooner", "@5 a:1.1 @0 a:1.2 @15 @16", "a 1.1 1.2 idle"},
	} {
		if got := strings.Join(playTraces(t, TracesConfig{Idle: 10}, row.script), ", "); got != row.want {
			t.Errorf("%s\n got %s\nwant %s", row.name, got, row.want)
		}
	}
}

// What is over is over, also where nobody has asked since.
func TestAnOverdueTraceTakesNothing(t *testing.T) {
	traces := NewTraces(TracesConfig{Idle: 10})
	for i, clock := range []int64{0, 11, 15} {
		e, of := told("a", 1, uint64(i+1))
		traces.Add(e, of, clock)
	}
	for _, want := range []string{"a 1.1 idle", "none"} {
		if got := traceText(traces.Expire(15)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := traceText(traces.Expire(26)); got != "a 1.2 1.3 idle continued" {
		t.Error(got)
	}
}

func TestAnExchangeWithoutATraceIsNobodys(t *testing.T) {
	traces := NewTraces(TracesConfig{})
	traces.Add(&Exchange{Number: 1}, &ExchangeOf{Flow: 1}, 0)
	if _, ok := traces.Deadline(); ok || traces.Charge() != 0 || traces.Remaining() != nil || traces.Overflow() != nil {
		t.Error("it is kept")
	}
}

func TestTheDeadlineIsTheLastMoment(t *testing.T) {
	for _, row := range []struct {
		idle        time.Duration
		clock, want int64
	}{
		{0, 5, 5 + 600e9}, {10, 5, 15}, {10, math.MinInt64, math.MinInt64 + 10}, {10, math.MaxInt64 - 9, math.MaxInt64}, {math.MaxInt64, 1, math.MaxInt64},
	} {
		traces := NewTraces(TracesConfig{Idle: row.idle})
		e, of := told("a", 1, 1)
		traces.Add(e, of, row.clock)
		if got, ok := traces.Deadline(); !ok || got != row.want {
			t.Errorf("%d after %d: %d, not %d", row.idle, row.clock, got, row.want)
		}
		if traces.Expire(row.want) != nil {
			t.Errorf("%d after %d: it is over too soon", row.idle, row.clock)
		}
	}
}

// A trace of any number of exchanges is bounded, and says what it leaves out.
func TestATraceKeepsSoMany(t *testing.T) {
	traces := NewTraces(TracesConfig{})
	for i := range uint64(traceHops + 3) {
		e, of := told("a", 1+i%2, i)
		e.Start, e.Last, e.Timed = int64(i), int64(i+2), true
		traces.Add(e, of, 0)
	}
	trace := traces.Remaining()
	if len(trace.hops) != traceHops || trace.Truncated != 3 || trace.Start != 0 || trace.Last != traceHops+4 {
		t.Errorf("it keeps %d and leaves out %d, from %d to %d", len(trace.hops), trace.Truncated, trace.Start, trace.Last)
	}
	var row record.Row
	trace.Row(&row)
	if got := rowText(t, &row); !strings.Contains(got, " exchanges_truncated=3 flows=1 flows=2 tree.exchange=1.0 ") {
		t.Errorf("got %.200s", got)
	}
}

// The ceiling takes the trace that is idle longest, until the rest fits.
func TestTracesFitIntoTheirMemory(t *testing.T) {
	traces := NewTraces(TracesConfig{Memory: 100 << 10})
	evicted := 0
	for i := range uint64(1000) {
		e, of := told(fmt.Sprint("trace", i), 1, i)
		e.Path = strings.Repeat("/", int(i%512))
		traces.Add(e, of, int64(i))
		for trace := traces.Overflow(); trace != nil; trace = traces.Overflow() {
			if want := fmt.Sprintf("trace%d 1.%d evicted", evicted, evicted); traceText(trace) != want {
				t.Fatalf("got %s, want %s", traceText(trace), want)
			}
			evicted++
		}
		if traces.Charge() > 100<<10 {
			t.Fatalf("%d bytes are charged", traces.Charge())
		}
	}
	if left := len(traces.queue); evicted == 0 || evicted+left != 1000 || left < 50 {
		t.Errorf("%d were evicted and %d are left", evicted, left)
	}
	e, of := told("trace0", 1, 1000)
	traces.Add(e, of, 1000)
	if traces.open["trace0"].Continued {
		t.Error("it is remembered longer than there is memory for it")
	}
	e, of = told(fmt.Sprint("trace", evicted-1), 1, 1001)
	traces.Add(e, of, 1000)
	if !traces.open[e.Trace[0].TraceID].Continued {
		t.Error("it is forgotten")
	}
}

// Texts are kept as far as a tree needs them, in memory of their own.
func TestWhatAHopKeeps(t *testing.T) {
	head := []byte(strings.Repeat("é", 400))
	long := string(head)
	e := &Exchange{Number: 1, Method: "PROPFIND", Path: "/" + long, Authority: "h" + long, Status: 1 << 20, Start: 9, Last: 5, Timed: true,
		Trace: []tracecontext.Context{
			{Source: tracecontext.Traceparent, TraceID: "t", SpanID: "s1"},
			{Source: tracecontext.Jaeger, TraceID: "t", SpanID: "s2", ParentID: "s0"},
			{Source: tracecontext.B3, TraceID: "u", SpanID: "s1", ParentID: "s0"},
			{Source: tracecontext.B3Multi, TraceID: "t", SpanID: "s1", ParentID: "s9"},
		}}
	h, size := newHop(e, &ExchangeOf{Flow: 1, ClientAddress: make([]byte, 16), ServerAddress: []byte{10, 0, 0, 2}})
	if h.path != "/"+strings.Repeat("é", 63) || h.host != "h"+strings.Repeat("é", 63) || h.method != "_OTHER" || h.status != math.MaxUint16 {
		t.Errorf("it keeps %+v", h)
	}
	if h.span != "s1" || h.from != "s9" || h.last != 9 || size != 127+127+4 {
		t.Errorf("it keeps %+v, %d bytes of text", h, size)
	}
	e.Trace = []tracecontext.Context{{TraceID: "t", SpanID: long, ParentID: long}}
	if h, size = newHop(e, &ExchangeOf{}); h.span != "" || h.from != "" || size != 254 {
		t.Errorf("it keeps %+v, %d bytes of text", h, size)
	}
	if got := beginning(strings.Repeat("\x80", 300)); len(got) != hopText {
		t.Errorf("of what is no text it keeps %d bytes", len(got))
	}
}

// slowTraces are traces without index, queue or digests.
type slowTraces struct {
	idle int64
	all  []*slowTrace // in the order in which they began
	past map[string]bool
}

type slowTrace struct {
	id        string
	names     []string
	clock     int64
	continued bool
}

func (s *slowTraces) add(id, name string, clock int64) {
	var latest *slowTrace
	for _, trace := range s.all {
		if trace.id == id {
			latest = trace
		}
	}
	if latest == nil || clock > latest.clock+s.idle {
		s.all = append(s.all, &slowTrace{id, []string{name}, clock, latest != nil || s.past[id]})
		return
	}
	latest.names = append(latest.names, name)
	latest.clock = max(latest.clock, clock)
}

// end takes out the trace that is idle longest, if it is over at this time.
func (s *slowTraces) end(clock int64, why TraceEnd) string {
	oldest := -1
	for i, trace := range s.all {
		if oldest < 0 || trace.clock < s.all[oldest].clock {
			oldest = i
		}
	}
	if oldest < 0 || why == TraceIdle && clock <= s.all[oldest].clock+s.idle {
		return "none"
	}
	trace := s.all[oldest]
	s.all = append(s.all[:oldest], s.all[oldest+1:]...)
	s.past[trace.id] = true
	text := trace.id + " " + strings.Join(trace.names, " ") + " " + why.String()
	if trace.continued {
		text += " continued"
	}
	return text
}

// comparedTraces does the same with traces and with the model, one step a byte,
// and says where they differ.
func comparedTraces(steps []byte) string {
	fast, slow := NewTraces(TracesConfig{Idle: 8, Memory: 1 << 30}), &slowTraces{idle: 8, past: make(map[string]bool)}
	clock, given, returned := int64(0), 0, 0
	compare := func(trace *Trace, want string) string {
		if trace != nil {
			returned += len(trace.hops)
		}
		if got := traceText(trace); got != want {
			return fmt.Sprintf("at %d: got %s, want %s", clock, got, want)
		}
		return ""
	}
	for _, step := range steps {
		complaint := ""
		switch step & 7 {
		case 0, 1:
			clock += int64(step >> 3)
		case 2:
			complaint = compare(fast.Expire(clock), slow.end(clock, TraceIdle))
		case 3:
			if step>>3 == 0 {
				complaint = compare(fast.Remaining(), slow.end(clock, TraceClosed))
			} else {
				clock -= int64(step >> 6)
			}
		default:
			given++
			id := string('a' + rune(step>>3&7))
			e, of := told(id, uint64(step>>6)+1, uint64(given))
			fast.Add(e, of, clock)
			slow.add(id, string(e.AppendID(nil, of.Flow)), clock)
		}
		if complaint != "" {
			return complaint
		}
	}
	for len(slow.all) > 0 {
		if complaint := compare(fast.Remaining(), slow.end(clock, TraceClosed)); complaint != "" {
			return complaint
		}
	}
	if fast.Remaining() != nil || len(fast.open) > 0 || fast.charged != 0 || given != returned {
		return fmt.Sprintf("%d traces are left, %d are open, %d bytes are charged; of %d exchanges %d came back", len(fast.queue), len(fast.open), fast.charged, given, returned)
	}
	return ""
}

func TestTracesAreWhatTheModelSays(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		steps := make([]byte, r.IntN(200))
		for i := range steps {
			steps[i] = byte(r.Uint32())
		}
		if complaint := comparedTraces(steps); complaint != "" {
			t.Fatalf("%s: %v", complaint, steps)
		}
	}
}

func FuzzTraces(f *testing.F) {
	f.Add([]byte{4, 12, 4, 0x48, 4, 2, 3})
	f.Fuzz(func(t *testing.T, steps []byte) {
		if complaint := comparedTraces(steps); complaint != "" {
			t.Error(complaint)
		}
	})
}

// What is over is remembered as long as there is room, the latest longest.
func TestThePastIsBounded(t *testing.T) {
	p := tracesPast{most: 3}
	for i, id := range strings.Split("a b a c d e a", " ") {
		p.add(id)
		if p.count() > 3 || len(p.known) > 3 || p.charge() != int64(min(i+1, 3))*pastCost {
			t.Errorf("after %s it has %d in the list, %d in the map", id, p.count(), len(p.known))
		}
	}
	for id, want := range map[string]bool{"a": true, "b": false, "c": false, "d": true, "e": true} {
		if p.has(id) != want {
			t.Errorf("%s: %v", id, !want)
		}
	}
	if none := (tracesPast{}); none.has("a") {
		t.Error("what nobody added is there")
	}
}

// Adding to a trace that is there allocates what the hop keeps, and room for it now and then.
func BenchmarkTraces(b *testing.B) {
	traces := NewTraces(TracesConfig{})
	ids := make([]string, 1024)
	for i := range ids {
		ids[i] = fmt.Sprintf("%032x", i)
	}
	e, of := told("", 1, 1)
	e.Path, e.Trace[0].SpanID = "/a/path/of/some/length", "b7ad6b7169203331"
	b.ReportAllocs()
	clock := int64(0)
	for b.Loop() {
		e.Trace[0].TraceID = ids[clock/8%1024]
		clock++
		traces.Add(e, of, clock*1e9)
		for traces.Expire(clock*1e9) != nil {
		}
	}
}
