// Command run measures how fast pcappipe is and tells it: as text on standard
// output, and as JSON, a chart and a page.
//
// A full run, of the usual size and often enough, writes docs/performance.* and the
// short form in README.md, below --root. A smaller one writes beside its capture, in
// the cache: what it measured is for a quick look.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/pcappipe/pcappipe/bench"
	"github.com/spf13/pflag"
)

func main() {
	c := bench.Config{Log: os.Stderr}
	pflag.StringVar(&c.Program, "program", "bin/pcappipe", "pcappipe's binary")
	pflag.StringVar(&c.Capture, "capture", "", "the capture to read, not compressed; default: one is made in the cache")
	pflag.IntVar(&c.MiB, "mib", bench.FullMiB, "size of the capture that is made")
	pflag.StringVar(&c.Amplify, "amplify", "../shared/tools/amplify", "folder of the program that makes it")
	pflag.StringVar(&c.Corpus, "corpus", "../shared/corpus", "captures that it is made of")
	pflag.StringVar(&c.Cache, "cache", ".cache", "folder for what is kept")
	pflag.IntVar(&c.Rounds, "runs", bench.FullRounds, "rounds")
	pflag.IntVar(&c.SlowRounds, "slow-runs", 3, "rounds of the peers that take many seconds")
	pflag.DurationVar(&c.Limit, "limit", 0, "what a command may take at most; default 2m")
	root := pflag.String("root", ".", "folder with README.md and docs")
	again := pflag.Bool("page", false, "measure nothing: write chart and pages again from docs/performance.json")
	packages := pflag.Bool("packages", false, "print the Debian packages of the peers")
	pflag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch {
	case *packages:
		fmt.Println(strings.Join(bench.Packages(), " "))
	case *again:
		err = bench.Republish(*root)
	default:
		err = measure(ctx, c, *root)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, c bench.Config, root string) error {
	r, failed := bench.Run(ctx, c)
	if r == nil {
		return failed
	}
	if err := r.Text(os.Stdout); err != nil {
		return err
	}
	if r.Full() && failed == nil {
		return r.Publish(root)
	}
	fmt.Fprintf(os.Stderr, "not a full run: its figures are in %s, not in docs\n", c.Cache)
	return errors.Join(failed, r.Write(c.Cache))
}
