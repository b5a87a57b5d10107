package pipeline

import (
	"io"
	"os"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
)

// benchInput is a capture of random traffic, or the one that PCAPPIPE_BENCH names.
func benchInput(b *testing.B) string {
	if path := os.Getenv("PCAPPIPE_BENCH"); path != "" {
		return path
	}
	return file(b, "a.pcap", capture.Pcap(capture.Traffic(1, 100_000)))
}

func benchmark(b *testing.B, kind string, workers int, format output.Format) {
	c := Config{Inputs: []string{benchInput(b)}, Workers: workers,
		Output: output.Config{Kinds: []string{kind}, Format: format, Stdout: io.Discard}}
	var frames uint64
	for b.Loop() {
		s, err := Run(b.Context(), c)
		if err != nil {
			b.Fatal(err)
		}
		frames += s.Frames
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(frames), "ns/frame")
}

func BenchmarkFlows1(b *testing.B)  { benchmark(b, "flows", 1, "csv") }
func BenchmarkFlows2(b *testing.B)  { benchmark(b, "flows", 2, "csv") }
func BenchmarkFrames1(b *testing.B) { benchmark(b, "frames", 1, "jsonl") }
func BenchmarkFrames2(b *testing.B) { benchmark(b, "frames", 2, "jsonl") }
