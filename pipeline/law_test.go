package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
)

// everything is all kinds of records.
var everything = []string{"datagrams", "frames", "turns", "streams", "exchanges", "traces", "flows", "summary"}

// file writes a capture where a test can read it.
func file(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// records runs c over the inputs and returns what it writes. The ledger balances
// in every run.
func records(t testing.TB, c Config, kinds ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	c.Output.Kinds, c.Output.Stdout = kinds, &b
	s, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	balanced(t, &s)
	return b.Bytes()
}

// balanced says that a run has accounted for all that it read: frames, and where
// something was put together, fragments and the payload of TCP.
func balanced(t testing.TB, s *Summary) {
	t.Helper()
	l := &s.Ledger
	if !l.Balances() || l.Read != s.Frames {
		t.Errorf("the ledger does not balance: %+v, fragments %+v, TCP %+v", l, l.Pieces, l.TCP)
	}
	if s.Tracked && s.Flows.Total != s.Flows.Fin+s.Flows.Rst+s.Flows.Idle+s.Flows.Reuse+s.Flows.Evicted+s.Flows.End {
		t.Errorf("flows do not add up: %+v", s.Flows)
	}
	if p := l.TCP; p != nil && p.Held != 0 {
		t.Errorf("%d bytes are held, although all flows have ended", p.Held)
	}
}

// outcome runs c with files of streams, and returns all that is written: the
// records, and what is in the files. It takes as long as a disk takes to make them.
func outcome(t testing.TB, c Config) []byte {
	t.Helper()
	c.StreamDir = filepath.Join(t.TempDir(), "streams")
	return append(records(t, c, everything...), contents(t, c.StreamDir)...)
}

// contents returns, in text, the names in a directory and the bytes of each file,
// by blocks, without those that are empty: a gap can be larger than a disk.
func contents(t testing.TB, dir string) (text []byte) {
	t.Helper()
	const seekData, size = 3, 4096
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	block, empty := make([]byte, size), make([]byte, size)
	for _, e := range entries {
		f, err := os.Open(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		text = fmt.Appendf(text, "%s %d %v\n", e.Name(), info.Size(), err)
		for at := int64(0); ; at += size {
			if at, err = f.Seek(at, seekData); err != nil {
				break // only a hole is left
			}
			at -= at % size
			n, _ := f.ReadAt(block, at)
			if !bytes.Equal(block[:n], empty[:n]) {
				text = fmt.Appendf(text, "%d %x\n", at, block[:n])
			}
		}
		f.Close()
	}
	return text
}

// traffic is random traffic: with streams to put together, and HTTP in some of them, or of all sorts.
func traffic(seed uint64, frames int) []capture.Frame {
	switch seed % 4 {
	case 1:
		return web(seed, frames)
	case 2:
		return capture.Traffic(seed, frames)
	case 3:
		return capture.Sessions(seed, frames)
	}
	list := capture.Sessions(seed, frames)
	for i, f := range web(seed, frames) {
		if i%3 > 0 { // between the others, at their times
			list[i].Data, list[i].Wire = f.Data, 0
		}
	}
	return list
}

// web is so many frames of random HTTP, of which some are lost.
func web(seed uint64, frames int) (list []capture.Frame) {
	for connections := 4 + frames/100; len(list) < frames; connections *= 2 {
		list = capture.Exchanges(seed, connections, capture.Lossy).Frames
	}
	return list[:frames]
}

// same reports where two outputs begin to differ.
func same(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(g), len(w)) {
		if !bytes.Equal(g[i], w[i]) {
			t.Fatalf("%s: line %d differs\n%s\nwant\n%s", what, i+1, excerpt(g[i], w[i]), excerpt(w[i], g[i]))
		}
	}
	t.Fatalf("%s: %d lines, want %d", what, len(g), len(w))
}

// excerpt returns of a line its beginning, and what stands where another begins to differ.
func excerpt(line, other []byte) []byte {
	const begin, around = 60, 150
	at := 0
	for at < min(len(line), len(other)) && line[at] == other[at] {
		at++
	}
	if len(line) < begin+2*around {
		return line
	}
	return fmt.Appendf(nil, "%s … %s", line[:begin], line[max(begin, at-around):min(len(line), at+around)])
}

// ceilings are the default, which is not hit, one that is hit now and then, and
// one under which hardly anything stays.
var ceilings = []int64{0, 200 * flowCost, 30 * flowCost}

// Every output is a function of the input: not of workers, engines, processors,
// batches, or of who slices the file.
func TestSameBytesHoweverItIsRun(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	turn := 0
	crews := [2][]int{{1, 16}, {2, 3}} // each engine has all, with one number of processors or the other
	for seed := range rounds(1, 6) {
		path := file(t, "a.pcap", capture.Pcap(traffic(seed, 700)))
		for _, memory := range ceilings {
			want := records(t, Config{Inputs: []string{path}, Engine: Default, Workers: 1, Memory: memory, Payload: true}, everything...)
			for _, procs := range []int{1, 2} {
				runtime.GOMAXPROCS(procs)
				for n, engine := range []Engine{Default, Pipeline, Server} {
					for _, workers := range crews[(procs+n)%2] {
						c := Config{Inputs: []string{path}, Engine: engine, Workers: workers, Memory: memory, Payload: true}
						c.BatchSize, c.Serial = []int{200, 5000, 0}[turn%3], turn%2 == 0
						turn++
						what := fmt.Sprintf("seed %d, memory %d, %s, %d workers, %d processors, batches of %d", seed, memory, engine, workers, procs, c.BatchSize)
						same(t, what, records(t, c, everything...), want)
					}
				}
			}
		}
	}
}

// So are the files of streams, and what is shown of one that is followed.
func TestSameStreamsHoweverItIsRun(t *testing.T) {
	for seed := range rounds(1, 6) {
		path := file(t, "a.pcap", capture.Pcap(capture.Sessions(seed, 250)))
		for _, memory := range []int64{ceilings[0], ceilings[2]} {
			base := Config{Inputs: []string{path}, Engine: Default, Memory: memory}
			want := outcome(t, base)
			base.alwaysTight = true
			same(t, "the long way", outcome(t, base), want)
			for _, engine := range []Engine{Pipeline, Server} {
				c := Config{Inputs: []string{path}, Engine: engine, Workers: 3, BatchSize: 5000, Memory: memory}
				same(t, fmt.Sprintf("seed %d, memory %d, %s", seed, memory, engine), outcome(t, c), want)
			}
			shown := 0
			for i, flow := range tcpFlows(t, base) {
				c := base
				c.Follow = &Follow{Flow: flow, Format: output.FollowFormat(i % 3)}
				c.Output.Raw = true
				want := records(t, c)
				shown += len(want)
				for _, engine := range []Engine{Pipeline, Server} {
					c.Engine, c.Workers, c.BatchSize, c.alwaysTight = engine, 2, 3000, false
					same(t, fmt.Sprintf("seed %d, memory %d, %s, flow %d", seed, memory, engine, flow), records(t, c), want)
				}
			}
			if shown == 0 {
				t.Errorf("seed %d, memory %d: nothing is shown of any flow", seed, memory)
			}
		}
	}
}

// tcpFlows returns the numbers of a capture's first flows that have streams.
func tcpFlows(t *testing.T, c Config) (numbers []uint64) {
	t.Helper()
	c.TCP = true
	for line := range bytes.Lines(records(t, c, "flows")) {
		var r struct {
			Flow   uint64
			Missed *uint64 `json:"missed_bytes"`
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		if r.Missed != nil && len(numbers) < 15 {
			numbers = append(numbers, r.Flow)
		}
	}
	return numbers
}

// What takes the short way, a group at a time, comes out as what is looked at
// epoch by epoch and piece by piece.
func TestTheShortWayLeadsToTheSamePlace(t *testing.T) {
	for seed := range rounds(3, 20) {
		path := file(t, "a.pcap", capture.Pcap(traffic(100+seed, 2000)))
		c := Config{Inputs: []string{path}, Engine: Default, Payload: true}
		want := records(t, c, everything...)
		c.alwaysTight = true
		same(t, fmt.Sprint("seed ", seed), records(t, c, everything...), want)
	}
}

// reassembledOnly are what a flow's record has of the reassembly of its streams.
var reassembledOnly = []string{"missed_bytes", "orig_retrans", "resp_retrans", "orig_reordered", "resp_reordered"}

// All else of frames' and flows' records is the same with and without the
// reassembly of streams.
func TestReassemblyChangesNothingElse(t *testing.T) {
	for seed := range rounds(4, 40) {
		c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(traffic(200+seed, 2000)))}}
		without := records(t, c, "frames", "flows")
		c.TCP = true
		with := records(t, c, "frames", "flows")
		var left, had []byte
		for line := range bytes.Lines(with) {
			left = append(left, leftOut(t, line)...)
		}
		for line := range bytes.Lines(without) {
			had = append(had, leftOut(t, line)...)
		}
		same(t, fmt.Sprint("seed ", seed), left, had)
		if bytes.Contains(without, []byte("missed_bytes")) || !bytes.Contains(with, []byte("missed_bytes")) {
			t.Fatalf("seed %d: bytes are missed where no streams are put together, or never", seed)
		}
	}
}

// leftOut returns a record without what it has of the reassembly of streams.
func leftOut(t *testing.T, line []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(line, []byte(`{"record":"flow"`)) {
		return line
	}
	var r map[string]any
	if err := json.Unmarshal(line, &r); err != nil {
		t.Fatal(err)
	}
	for _, key := range reassembledOnly {
		delete(r, key)
	}
	if history, has := r["history"].(string); has {
		r["history"] = strings.Map(func(r rune) rune {
			if strings.ContainsRune("gGtT", r) {
				return -1
			}
			return r
		}, history)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

// laterThanAll returns the first frame from at on that is later than all before it.
func laterThanAll(frames []capture.Frame, at int) int {
	latest := int64(0)
	for i, f := range frames {
		if i >= at && f.Nanos > latest {
			return i
		}
		latest = max(latest, f.Nanos)
	}
	return len(frames)
}

// A limit gives what a capture gives that ends there.
func TestCountIsAPrefix(t *testing.T) {
	frames := traffic(300, 2000)
	path := file(t, "a.pcap", capture.Pcap(frames))
	kinds := []string{"datagrams", "turns", "streams", "exchanges", "traces", "flows"}
	for _, n := range []int{1, 2, 255, 256, 257, 1999, 2000} {
		want := records(t, Config{Inputs: []string{file(t, "b.pcap", capture.Pcap(frames[:n]))}}, kinds...)
		for _, engine := range []Engine{Default, Pipeline, Server} {
			c := Config{Inputs: []string{path}, Count: uint64(n), Engine: engine, Workers: 3, BatchSize: 4000}
			same(t, fmt.Sprintf("%d frames, %s", n, engine), records(t, c, kinds...), want)
		}
	}
}

// An interrupted run ends cleanly, and what it wrote is what a whole run begins with.
func TestAnInterruptedRunWritesAPrefix(t *testing.T) {
	path := file(t, "a.pcap", capture.Pcap(traffic(400, 20000)))
	want := records(t, Config{Inputs: []string{path}, TCP: true}, "frames")
	for _, engine := range []Engine{Default, Pipeline, Server} {
		ctx, cancel := context.WithCancel(t.Context())
		w := &writer{cancel: cancel, after: 200_000}
		c := Config{Inputs: []string{path}, Engine: engine, Workers: 2, BatchSize: 10_000, TCP: true,
			Output: output.Config{Kinds: []string{"frames"}, Stdout: w}}
		s, err := Run(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		got := w.Bytes()
		if !s.Interrupted || len(got) >= len(want) || !bytes.HasPrefix(want, got) {
			t.Errorf("%s: %d of %d bytes, interrupted %t", engine, len(got), len(want), s.Interrupted)
		}
		if n := uint64(bytes.Count(got, []byte("\n"))); n != s.Frames || !s.Ledger.Balances() {
			t.Errorf("%s: %d records of %d frames", engine, n, s.Frames)
		}
	}
}

// A writer interrupts the run when so many bytes have come.
type writer struct {
	bytes.Buffer
	cancel func()
	after  int
}

func (w *writer) Write(b []byte) (int, error) {
	if w.Len() > w.after {
		w.cancel()
	}
	return w.Buffer.Write(b)
}

// The summary too is a function of the input: with a limit, with damage, over
// several files, strictly or not.
func TestSameSummaryHoweverItIsRun(t *testing.T) {
	frames := traffic(600, 900)
	whole, other := capture.Pcapng(frames), capture.Pcap(frames)
	inputs := []string{
		file(t, "a.pcapng", whole), file(t, "cut.pcap", other[:len(other)/2]), file(t, "b.pcapng", whole), file(t, "empty.pcap", other[:24]),
	}
	for _, base := range []Config{
		{}, {Strict: true}, {Count: 1}, {Count: 300, TCP: true}, {Count: 900}, {Count: 901, TCP: true}, {Count: 1400, IP: flow.IPv4},
	} {
		base.Inputs, base.Engine = inputs, Default
		want := records(t, base, "summary")
		for _, engine := range []Engine{Default, Pipeline, Server} {
			for _, size := range []int{64, 700, 20_000, 0} {
				c := base
				c.Engine, c.BatchSize, c.Workers, c.Serial = engine, size, 3, size == 700
				what := fmt.Sprintf("count %d, strict %t, %s, batches of %d", c.Count, c.Strict, engine, size)
				same(t, what, records(t, c, "summary"), want)
			}
		}
	}
}

// A run that has all it wants ends, also when its pipe has nothing to say; and
// so does one that is interrupted before the pipe said anything.
func TestASilentPipeHoldsNoRun(t *testing.T) {
	frames := capture.Traffic(700, 500)
	for _, engine := range []Engine{Default, Pipeline, Server} {
		from, to := io.Pipe()
		go to.Write(capture.Pcap(frames)) // and then nothing, not even its end
		c := Config{Inputs: []string{"-"}, Stdin: from, Engine: engine, Workers: 3, BatchSize: 2000, Count: 100}
		if n := bytes.Count(records(t, c, "frames"), []byte("\n")); n != 100 {
			t.Errorf("%s: %d frames", engine, n)
		}
		to.Close()

		from, to = io.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s, err := Run(ctx, Config{Inputs: []string{"-"}, Stdin: from, Engine: engine, Output: output.Config{Stdout: io.Discard}})
		if err != nil || !s.Interrupted {
			t.Errorf("%s: interrupted %t, %v", engine, s.Interrupted, err)
		}
		to.Close()
	}
}

// A crowd of flows that ends at once is written a part at a time, and as it
// would be one by one.
func TestACrowdEndsInOrder(t *testing.T) {
	var frames []capture.Frame
	nanos := int64(1_700_000_000e9)
	for n := range 20_000 {
		src, dst := netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), netip.AddrFrom4([4]byte{192, 168, 0, 1})
		frames = append(frames, capture.Frame{Nanos: nanos + int64(n), Data: capture.Ethernet(0x0800, capture.IP(src, dst, 17, capture.UDP(1, 2, nil)))})
	}
	last := frames[0]
	last.Nanos += 100e9
	path := file(t, "a.pcap", capture.Pcap(append(frames, last)))
	want := records(t, Config{Inputs: []string{path}, Engine: Default, BatchSize: 2000}, "frames", "flows")
	if n := bytes.Count(want, []byte(`"end_reason":"idle"`)); n != 20_000 {
		t.Errorf("%d flows were idle", n)
	}
	for _, engine := range []Engine{Default, Pipeline, Server} {
		same(t, string(engine), records(t, Config{Inputs: []string{path}, Engine: engine, Workers: 2}, "frames", "flows"), want)
	}
}
