// Command run sets pcappipe beside its peers on one capture and prints the
// medians and the ratios that its speed targets are about.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/pcappipe/pcappipe/bench"
	"github.com/spf13/pflag"
)

func main() {
	var c bench.Config
	pflag.StringVar(&c.Program, "program", "bin/pcappipe", "pcappipe's binary")
	pflag.StringVar(&c.Capture, "capture", "", "the capture to read")
	pflag.IntVar(&c.Frames, "frames", 0, "how many frames it has")
	pflag.IntVar(&c.Rounds, "rounds", 5, "counted rounds")
	pflag.BoolVar(&c.Slow, "slow", false, "run tshark too, on a part of the capture")
	pflag.Parse()
	if c.Capture == "" || c.Slow && c.Frames == 0 {
		fmt.Fprintln(os.Stderr, "bench: --capture names the capture, and with --slow --frames says how many frames it has")
		os.Exit(1)
	}
	c.Log = os.Stderr
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	results, err := bench.Run(ctx, c)
	report(results, c.Frames)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func report(results []bench.Result, frames int) {
	fmt.Printf("%-24s %9s %9s %9s\n", "", "wall s", "CPU s", "RSS MB")
	walls := make(map[string]time.Duration)
	for i := range results {
		r := &results[i]
		switch {
		case r.Missing:
			fmt.Printf("%-24s not installed\n", r.Name)
		case r.Err != nil:
			fmt.Printf("%-24s %v\n", r.Name, r.Err)
		case len(r.Wall) > 0:
			walls[r.Name] = r.Median(frames)
			fmt.Printf("%-24s %9.3f %9.3f %9.1f\n", r.Name, walls[r.Name].Seconds(), r.MedianCPU().Seconds(), float64(r.RSS)/1e6)
		}
	}
	fmt.Println()
	for _, t := range []struct{ id, a, b, want string }{
		{"P1", "flows, 2 workers", "capinfos -c", "≤ 0.75"},
		{"P1", "nfpcapd", "flows, 2 workers", "≥ 4"},
		{"P1", "flows, 2 workers", "cat", "stretch ≤ 1.6"},
		{"P1a", "flows, 1 worker", "tcpdump -w", "≤ 1.0"},
		{"P3", "tshark -T ek", "frames, 2 workers", "≥ 400"},
		{"P4", "tshark -T fields", "8 fields, 2 workers", "≥ 150"},
		{"P7", "flows, 1 worker", "flows, 2 workers", "≥ 1.5"},
		{"P7", "frames, 1 worker", "frames, 2 workers", "≥ 1.7"},
	} {
		if a, b := walls[t.a], walls[t.b]; a > 0 && b > 0 {
			fmt.Printf("%-4s %-20s / %-20s %8.2f  (%s)\n", t.id, t.a, t.b, a.Seconds()/b.Seconds(), t.want)
		}
	}
}
