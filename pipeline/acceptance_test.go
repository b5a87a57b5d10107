package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
)

// What the tests of this file and its neighbours hold the program to are the places where a
// translator of live packets failed that follows traces by a lock per flow: it stored
// one request a connection, had what ends a connection wait for answers on a goroutine,
// compared sequence numbers of different streams, and read segments one by one. Each
// says which of this it would find.

// ask is a request that belongs to a span of a trace.
func ask(path string, trace, span byte) string {
	return fmt.Sprintf("GET %s HTTP/1.1\r\nHost: a.example\r\ntraceparent: 00-%s-%s-01\r\n\r\n",
		path, strings.Repeat(string(trace), 32), strings.Repeat(string(span), 16))
}

// answer is a response with content.
func answer(status int, content string) string {
	return fmt.Sprintf("HTTP/1.1 %d Well\r\nContent-Length: %d\r\n\r\n%s", status, len(content), content)
}

// found runs the program over frames, with every engine, and returns what the
// exchanges were, which has to be the same.
func found(t *testing.T, c Config, frames []capture.Frame) []exchangeRecord {
	t.Helper()
	c.Inputs = []string{file(t, "a.pcap", capture.Pcap(frames))}
	c.Engine = Default
	want := records(t, c, "frames", "exchanges")
	for _, engine := range []Engine{Pipeline, Server} {
		c.Engine, c.Workers, c.BatchSize = engine, 3, 700
		same(t, string(engine), records(t, c, "frames", "exchanges"), want)
	}
	if n := bytes.Count(want, []byte(`{"record":"frame"`)); n != len(frames) && c.Filter == nil {
		t.Fatalf("%d frames, want %d", n, len(frames))
	}
	return parsed[exchangeRecord](t, want, "exchange")
}

// expect checks in short what exchanges were.
func expect(t *testing.T, what string, got []exchangeRecord, want ...string) {
	t.Helper()
	if text := lines(got); text != strings.Join(want, "\n")+"\n" {
		t.Errorf("%s:\n got\n%swant\n%s", what, text, strings.Join(want, "\n"))
	}
}

// kept is a connection with three traced requests, one after the other, whose
// responses take 1, 20 and 300 ms to begin.
func kept(client, traces string, begins time.Duration) *capture.Call {
	c := capture.NewCall(client, "10.0.0.2:8080").Wait(begins).Open()
	for i, after := range []time.Duration{1, 20, 300} {
		c.Wait(50 * time.Millisecond).Client(ask(fmt.Sprint("/", i), traces[i], 'a'+byte(i)))
		c.Wait(after * time.Millisecond).Server(answer(200+i, "well"))
	}
	return c.Hang(true, "")
}

// F1, F2, P1: a second request on a connection was never stored, so that every response
// went to the first; a FIN behind two of them waited for ever; what came
// late in order was held back.
func TestAcceptance01KeepAliveThreeTracedRequestsThenFIN(t *testing.T) {
	before := runtime.NumGoroutine()
	got := found(t, Config{}, kept("10.0.0.1:40000", "123", 0).Frames())
	expect(t, "kept alive", got, "1.1 GET /0 1111/aaaa 200 responded", "1.2 GET /1 2222/bbbb 201 responded", "1.3 GET /2 3333/cccc 202 responded")
	for i, want := range []time.Duration{1, 20, 300} {
		if took := got[i].took(t) - want*time.Millisecond; took < 0 || took > 100*time.Microsecond {
			t.Errorf("the response to %s took %v, want %d ms", got[i].Path, got[i].took(t), want)
		}
	}
	if after := settled(before); after > before {
		t.Errorf("%d goroutines, before %d", after, before)
	}
}

// settled returns how many goroutines there are, when those that are ending have ended.
func settled(before int) (after int) {
	for range 1000 {
		if after = runtime.NumGoroutine(); after <= before {
			break
		}
		time.Sleep(time.Millisecond)
	}
	return after
}

// crowd is a thousand connections of this kind at once.
func crowd() []capture.Frame {
	var calls []*capture.Call
	for n := range 1000 {
		calls = append(calls, kept(fmt.Sprintf("10.0.%d.%d:40000", 1+n/250, 1+n%250), "123", time.Duration(n)*time.Millisecond))
	}
	return capture.Together(calls...)
}

// F2, P3: forty such connections stopped the program for ever, and SIGTERM did not end it. Here an
// interrupt comes while a pipe is still open; what was read by then is written, and each exchange that began has ended once.
func TestAcceptance02ThousandConnectionsThenSIGTERM(t *testing.T) {
	frames := crowd()
	b := capture.Pcap(frames)
	for _, engine := range []Engine{Default, Pipeline, Server} {
		from, to := io.Pipe()
		go to.Write(b) // and then nothing, not even its end
		ctx, cancel := context.WithCancel(t.Context())
		w := &writer{cancel: cancel, after: 2_000_000}
		c := Config{Inputs: []string{"-"}, Stdin: from, Engine: engine, Workers: 2, BatchSize: 30_000,
			Output: output.Config{Kinds: []string{"frames", "exchanges"}, Stdout: w}}
		s, err := Run(ctx, c)
		cancel()
		to.Close()
		if err != nil || !s.Interrupted {
			t.Fatalf("%s: interrupted %t, %v", engine, s.Interrupted, err)
		}
		balanced(t, &s)
		want := records(t, Config{Inputs: []string{file(t, "a.pcap", b)}, Count: s.Frames}, "exchanges")
		got := parsed[exchangeRecord](t, w.Bytes(), "exchange")
		expect(t, string(engine), got, strings.Split(strings.TrimSpace(lines(parsed[exchangeRecord](t, want, "exchange"))), "\n")...)
		if n := uint64(bytes.Count(w.Bytes(), []byte(`{"record":"frame"`))); n != s.Frames || n < 100 {
			t.Errorf("%s: %d records of %d frames", engine, n, s.Frames)
		}
	}
	got := exchangesOf(t, Config{Inputs: []string{file(t, "a.pcap", b)}, Engine: Pipeline, Workers: 2, BatchSize: 30_000})
	for i := range got {
		if r := &got[i]; r.Outcome != "responded" || r.Path != fmt.Sprintf("/%d", r.Status-200) || r.Trace.TraceID[0] != byte('1'+r.Status-200) {
			t.Fatalf("%s: %s", r.Exchange, r.line())
		}
	}
	if len(got) != 3000 {
		t.Errorf("%d exchanges, want 3000", len(got))
	}
}

// F15, P1: a response that a worker came to before its request had no trace, and
// the order of what was written was another each time.
func TestAcceptance03SameBytesForAllWorkersAndEngines(t *testing.T) {
	w := capture.Exchanges(3, int(rounds(12, 30)), capture.Lossy)
	c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(w.Frames))}, Engine: Default}
	want := records(t, c, "frames", "exchanges", "traces", "flows", "summary")
	for _, engine := range []Engine{Pipeline, Server} {
		for _, workers := range []int{1, 2, 3, 8} {
			c.Engine, c.Workers, c.BatchSize = engine, workers, 1000*workers
			same(t, fmt.Sprintf("%s, %d workers", engine, workers), records(t, c, "frames", "exchanges", "traces", "flows", "summary"), want)
		}
	}
}

// F3, F4, F13: two goroutines held two locks for one flow, requests stayed in a table for
// ever, and goroutines waited for what was over. At the end nothing is charged and nobody is left.
func TestAcceptance04NothingIsLeftAtTheEnd(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, engine := range []Engine{Default, Pipeline, Server} {
		c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(crowd()))}, Engine: engine, Workers: 4, BatchSize: 50_000,
			Output: output.Config{Kinds: []string{"frames", "exchanges", "traces", "flows"}, Stdout: io.Discard}}.withDefaults()
		run, _, err := open(c)
		if err != nil {
			t.Fatal(err)
		}
		run.ctx = t.Context()
		run.start(1, 1, run.stages())
		if _, err := run.conclude(run.schedule.Serial()); err != nil {
			t.Fatal(err)
		}
		run.source.Close()
		if b := &run.sequencer.budget; b.charged != 0 || b.kept.Load() != 0 || b.pending.Load() != 0 {
			t.Errorf("%s: at the end %d is charged for flows, %d for what they keep, %d pending", engine, b.charged, b.kept.Load(), b.pending.Load())
		}
	}
	if after := settled(before); after > before {
		t.Errorf("%d goroutines, before %d", after, before)
	}
}
