package pipeline

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
)

// packers compress, in all the ways that are read.
var packers = map[string]func(io.Writer) (io.WriteCloser, error){
	"gz":  func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
	"zst": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1)) },
	"lz4": func(w io.Writer) (io.WriteCloser, error) { return lz4.NewWriter(w), nil },
	"xz":  func(w io.Writer) (io.WriteCloser, error) { return xz.WriterConfig{DictCap: 1 << 16}.NewWriter(w) },
}

func packed(t *testing.T, kind string, b []byte) []byte {
	t.Helper()
	var to bytes.Buffer
	w, err := packers[kind](&to)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return to.Bytes()
}

// A dribble gives random numbers of bytes at a time.
type dribble struct {
	b      []byte
	random *rand.Rand
}

func (d *dribble) Read(b []byte) (int, error) {
	if len(d.b) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), 1+d.random.IntN(3000))], d.b)
	d.b = d.b[n:]
	return n, nil
}

// split cuts frames into so many files, each of which begins with a frame that is
// later than all before it: one that begins much earlier has a time of its own.
func split(frames []capture.Frame, files int, random *rand.Rand) (parts [][]capture.Frame) {
	cuts := []int{0, len(frames)}
	for range files - 1 {
		cuts = append(cuts, laterThanAll(frames, random.IntN(len(frames))))
	}
	slices.Sort(cuts)
	for i := range len(cuts) - 1 {
		parts = append(parts, frames[cuts[i]:cuts[i+1]])
	}
	return parts
}

// unplaced are fields of frames that do not say where the frame stood.
var unplaced = []string{"frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "pcappipe.protocols", "pcappipe.flow", "pcappipe.exchange", "pcappipe.trace_id", "pcappipe.span_id", "pcappipe.label",
	"eth.src", "vlan.id", "ip.src", "ip.dst", "ip.frag_offset", "ipv6.src", "tcp.srcport", "tcp.flags", "udp.dstport", "icmp.type"}

// labelFields say which exchanges a frame takes part in.
var labelFields = []string{"pcappipe.exchange", "pcappipe.trace_id", "pcappipe.span_id", "pcappipe.label"}

// The same frames give the same records, in whatever form they come and however
// they are read: format, compression, pipe or file, one file or several, with
// any engine, workers, processors, and sizes of batches and reads.
func TestSameRecordsInWhateverFormTheFramesCome(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for seed := range rounds(1, 4) {
		random := rand.New(rand.NewPCG(seed, 9))
		frames := traffic(800+seed, int(rounds(400, 700)))
		pcap, pcapng := capture.Pcap(frames), capture.Pcapng(frames)
		forms := map[string]func() Config{
			"pcap":   func() Config { return Config{Inputs: []string{file(t, "a", pcap)}} },
			"pcapng": func() Config { return Config{Inputs: []string{file(t, "a", pcapng)}} },
			"a pipe": func() Config { return Config{Inputs: []string{"-"}, Stdin: &dribble{pcap, random}} },
			"a pipe of pcapng": func() Config {
				return Config{Inputs: []string{"-"}, Stdin: &dribble{pcapng, random}}
			},
		}
		for kind := range packers {
			forms[kind] = func() Config { return Config{Inputs: []string{file(t, "a", packed(t, kind, pcap))}} }
		}
		for files := 2; files <= 7; files++ {
			forms[fmt.Sprint(files, " files")] = func() (c Config) {
				for i, part := range split(frames, files, random) {
					b := capture.Pcap(part)
					if i%2 == 1 {
						b = capture.Pcapng(part)
					}
					c.Inputs = append(c.Inputs, file(t, "a", b))
				}
				return c
			}
		}
		for _, memory := range ceilings {
			whole := Config{Inputs: []string{file(t, "a.pcap", pcap)}, Engine: Default, Memory: memory}
			want := chosen(t, whole)
			for form, config := range forms {
				c := config()
				c.Memory = memory
				c.Engine = []Engine{Default, Pipeline, Server}[random.IntN(3)]
				c.Workers = []int{1, 2, 3, 8, 16, 64}[random.IntN(6)]
				c.BatchSize = []int{64, 1024, 4095, 50_001, 0}[random.IntN(5)]
				c.Serial = random.IntN(2) == 0
				procs := 1 + random.IntN(2)
				runtime.GOMAXPROCS(procs)
				what := fmt.Sprintf("seed %d, %s, memory %d, %s, %d workers, %d processors, batches of %d", seed, form, memory, c.Engine, c.Workers, procs, c.BatchSize)
				same(t, what, chosen(t, c), want)
			}
		}
	}
}

// chosen returns all that c writes, but of frames only what does not say where they stood.
func chosen(t *testing.T, c Config) []byte {
	t.Helper()
	c.Output.Fields, c.Payload = unplaced, true
	return records(t, c, "datagrams", "frames", "turns", "streams", "exchanges", "traces", "flows")
}

// A capture that is cut at any byte gives the records of the frames before the
// cut, one FormatError where the cut is in a record, and a ledger that balances.
func TestCutAtEveryByteGivesAPrefix(t *testing.T) {
	frames := capture.Traffic(900, int(rounds(2, 4)))
	for name, b := range map[string][]byte{"pcap": capture.Pcap(frames), "pcapng": capture.Pcapng(frames)} {
		want := records(t, Config{Inputs: []string{"-"}, Stdin: bytes.NewReader(b)}, "frames")
		turn := 0
		for n := 24; n < len(b); n++ {
			var out bytes.Buffer
			c := Config{Inputs: []string{"-"}, Stdin: bytes.NewReader(b[:n]), Workers: 2,
				Output: output.Config{Kinds: []string{"frames"}, Stdout: &out}}
			c.Engine = []Engine{Default, Pipeline, Server}[turn%3]
			turn++
			s, err := Run(t.Context(), c)
			if err != nil || !s.Ledger.Balances() || !bytes.HasPrefix(want, out.Bytes()) || uint64(bytes.Count(out.Bytes(), []byte("\n"))) != s.Frames {
				t.Fatalf("%s cut at %d: %v, %d frames, %d bytes", name, n, err, s.Frames, out.Len())
			}
			at := s.Inputs[0].Bytes // where the last frame ended
			if len(s.Damage) > 1 || len(s.Damage) == 0 && name == "pcap" && max(at, 24) != int64(n) {
				t.Fatalf("%s cut at %d, the last frame ends at %d: %v", name, n, at, s.Damage)
			}
			for _, err := range s.Damage {
				if e := err.(*capfile.FormatError); e.Offset >= int64(n) || e.Frame != s.Frames+1 {
					t.Fatalf("%s cut at %d: %v", name, n, err)
				}
			}
		}
	}
}

// With streams, datagrams and exchanges too: what is written up to the last frame before the
// cut is what a whole capture begins with, but for labels: these can depend on what follows.
func TestCutAnywhereGivesAPrefix(t *testing.T) {
	for seed := range rounds(2, 20) {
		random := rand.New(rand.NewPCG(seed, 11))
		b := capture.Pcap(traffic(950+seed, 500))
		kinds := []string{"datagrams", "frames", "turns", "streams", "exchanges", "traces", "flows"}
		fields := output.Config{Fields: slices.DeleteFunc(slices.Clone(unplaced), func(name string) bool { return slices.Contains(labelFields, name) })}
		want := records(t, Config{Inputs: []string{"-"}, Stdin: bytes.NewReader(b), Output: fields}, kinds...)
		for turn := range 30 {
			n := 24 + random.IntN(len(b)-24)
			c := Config{Inputs: []string{"-"}, Stdin: bytes.NewReader(b[:n]), Workers: 2, BatchSize: 1 + random.IntN(20_000), Output: fields,
				Engine: []Engine{Default, Pipeline, Server}[turn%3]}
			got := records(t, c, kinds...)
			last := bytes.LastIndex(got, []byte(`{"record":"frame"`))
			got = got[:max(last, 0)]
			if !bytes.HasPrefix(want, got) {
				same(t, fmt.Sprintf("seed %d, cut at %d", seed, n), got, want[:len(got)])
			}
		}
	}
}
