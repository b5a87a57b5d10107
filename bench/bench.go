// Package bench says how fast pcappipe is: beside the programs that a user would
// run instead, beside itself with more workers, flows and bytes, and stage by stage.
//
// The one rule: only what was measured in turns is compared. Every command runs
// once a round, in an order that each round has to itself, so that a machine that
// drifts drifts for all; a figure from another run is no comparison.
//
// [Run] measures and returns a [Report]; all else (text, page, chart) is made from
// the report. What is measured inside the program comes last, since a command's
// peak memory counts what the process that starts it once had.
package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// A Config says what to measure. Its zero value is the documented default.
type Config struct {
	Program string // pcappipe's binary; default bin/pcappipe
	Capture string // the capture to read; default: one is made in Cache
	MiB     int    // size of the capture that is made; default 1024
	Amplify string // folder of the program that makes it; default ../shared/tools/amplify
	Corpus  string // captures to make it of; default ../shared/corpus
	Cache   string // what is kept: the capture, profiles; default .cache

	Rounds     int           // default 5
	SlowRounds int           // of the peers that take many seconds; default 3, never more than Rounds
	Limit      time.Duration // of one command; default 2 minutes
	Log        io.Writer     // how far it has got; default: nowhere
}

func (c Config) withDefaults() Config {
	c.Program = cmp.Or(c.Program, filepath.Join("bin", "pcappipe"))
	c.MiB = cmp.Or(c.MiB, FullMiB)
	c.Amplify = cmp.Or(c.Amplify, filepath.Join("..", "shared", "tools", "amplify"))
	c.Corpus = cmp.Or(c.Corpus, filepath.Join("..", "shared", "corpus"))
	c.Cache = cmp.Or(c.Cache, ".cache")
	c.Rounds = cmp.Or(c.Rounds, FullRounds)
	c.SlowRounds = min(cmp.Or(c.SlowRounds, 3), c.Rounds)
	c.Limit = cmp.Or(c.Limit, 2*time.Minute)
	if c.Log == nil {
		c.Log = io.Discard
	}
	return c
}

func (c *Config) logf(format string, args ...any) { fmt.Fprintf(c.Log, format+"\n", args...) }

// A full run is what the page of figures is made from: a capture of a GiB,
// measured at least five times.
const (
	FullMiB    = 1024
	FullRounds = 5
)

// Run measures all there is to measure. Where a part fails the report comes
// without it, beside the error.
func Run(ctx context.Context, c Config) (*Report, error) {
	c = c.withDefaults()
	temp, err := os.MkdirTemp("", "pcappipe-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	r := &Report{Date: time.Now().UTC().Format(time.DateOnly), Machine: thisMachine(), Rounds: c.Rounds, SlowRounds: c.SlowRounds}
	if r.Machine.busy() {
		c.logf("the machine is busy (load %s): these figures will say more of that than of the programs", r.Machine.Load)
	}
	if c.Capture == "" {
		if c.Capture, r.Capture.Made, err = makeCapture(ctx, c); err != nil {
			return nil, err
		}
	}
	if err := r.Capture.learn(ctx, c); err != nil {
		return nil, err
	}
	var failed []error
	for _, part := range []func(context.Context, Config, *Report, string) error{
		compare, measureSizes, measureReordering, measureOpenFlows, measureInside, measureProfiles, measureStages,
	} {
		err := part(ctx, c, r, temp)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			c.logf("%v", err)
			failed = append(failed, err)
		}
	}
	r.conclude()
	return r, errors.Join(failed...)
}

// conclude computes what follows from the measurements.
func (r *Report) conclude() {
	r.Targets = judge(r)
	r.Speedups = nil
	for i := range r.Inside {
		if s := &r.Inside[i]; s.Workers > 1 && s.Job != inOrderJob {
			r.Speedups = append(r.Speedups, s.speedup())
		}
	}
}

// outputs makes a directory for what commands write: in memory, where there is room
// for twice the capture. A disk remembers what was there before: making a hundred
// thousand files took the same program between 6 and 44 s on an ext4 where as many
// had just been deleted, whose inodes it passes over.
func outputs(temp string, bytes int64) (dir string, inMemory bool, err error) {
	const memory = "/dev/shm"
	var room syscall.Statfs_t
	if syscall.Statfs(memory, &room) == nil && uint64(room.Bavail)*uint64(room.Bsize) > 2*uint64(bytes) {
		if dir, err = os.MkdirTemp(memory, "pcappipe-bench-"); err == nil {
			return dir, true, nil
		}
	}
	dir, err = os.MkdirTemp(temp, "outputs-")
	return dir, false, err
}

// compare runs pcappipe and its peers in turns.
func compare(ctx context.Context, c Config, r *Report, temp string) error {
	out, inMemory, err := outputs(temp, r.Capture.FileBytes)
	if err != nil {
		return err
	}
	defer os.RemoveAll(out)
	r.InMemory = inMemory
	t := turns{rounds: c.Rounds, limit: c.Limit, capture: c.Capture, out: filepath.Join(out, "out"), logf: c.logf}
	floor, err := t.floor(ctx)
	if err != nil {
		return err
	}
	r.FloorRSS = floor
	commands := append(peers(c.SlowRounds), ours(c.Program)...)
	for i := range commands {
		if _, err := exec.LookPath(commands[i].Args[0]); err != nil {
			commands[i].Absent = "not installed"
		}
	}
	if r.Results, err = t.run(ctx, commands); err != nil {
		return err
	}
	r.Versions = versions(ctx, commands)
	r.Results = slices.Concat(r.Results, elsewhere)
	return nil
}
