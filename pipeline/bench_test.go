package pipeline

import (
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
)

// benchInput is a capture of random traffic, some of it HTTP, or the one that PCAPPIPE_BENCH names.
func benchInput(b *testing.B) string {
	if path := os.Getenv("PCAPPIPE_BENCH"); path != "" {
		return path
	}
	frames := capture.Traffic(1, 100_000)
	for seed := range uint64(4) {
		frames = append(frames, capture.Exchanges(seed, 100, capture.Orderly).Frames...)
	}
	return file(b, "a.pcap", capture.Pcap(frames))
}

// BenchmarkRun takes a capture through the main jobs and tells, a frame, what the
// run took and what each stage did.
func BenchmarkRun(b *testing.B) {
	columns := []string{"frame.number", "frame.time_epoch", "frame.len", "ip.src", "ip.dst", "ip.proto", "tcp.srcport", "tcp.dstport"}
	for _, job := range []struct {
		name   string
		kinds  []string
		format output.Format
		fields []string
		tcp    bool
	}{
		{"flows", []string{"flows"}, "csv", nil, false},
		{"tcp", []string{"flows"}, "csv", nil, true},
		{"http", []string{"flows", "exchanges", "traces"}, "jsonl", nil, true},
		{"frames", []string{"frames"}, "jsonl", nil, false},
		{"columns", []string{"frames"}, "csv", columns, false},
	} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s_%d", job.name, workers), func(b *testing.B) {
				var stages Timing
				c := Config{Inputs: []string{benchInput(b)}, Workers: workers, Timing: &stages, TCP: job.tcp,
					Output: output.Config{Kinds: job.kinds, Format: job.format, Fields: job.fields, Stdout: io.Discard}}
				frames := 0.0
				for b.Loop() {
					s, err := Run(b.Context(), c)
					if err != nil {
						b.Fatal(err)
					}
					frames += float64(s.Frames)
				}
				b.ReportMetric(float64(b.Elapsed())/frames, "ns/frame")
				b.ReportMetric(float64(stages.Read.Load())/frames, "read-ns/frame")
				b.ReportMetric(float64(stages.Work.Load()-stages.Read.Load())/frames, "decode-ns/frame")
				b.ReportMetric(float64(stages.Sequence.Load())/frames, "sequence-ns/frame")
				b.ReportMetric(float64(stages.Finish.Load()-stages.Encode.Load())/frames, "jobs-ns/frame")
				b.ReportMetric(float64(stages.Encode.Load())/frames, "records-ns/frame")
				b.ReportMetric(float64(stages.Take.Load()+stages.Deliver.Load())/frames, "take+deliver-ns/frame")
			})
		}
	}
}
