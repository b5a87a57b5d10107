// Package bench sets pcappipe beside the programs that a user would run
// instead: the same capture, in turns, so that a machine that drifts drifts for
// all. A figure from another run is no comparison; only a ratio of one is.
//
// [Run] is all there is to call. What is not installed is named and left out.
package bench

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A Workload is a command that reads the capture. {} stands for its path, and
// {out} for a directory that is emptied before each round.
type Workload struct {
	Name string
	Args []string
	// Frames says that it reads only so many frames; 0 is the whole capture.
	Frames int
}

// A Config says what to run.
type Config struct {
	Program string // pcappipe
	Capture string
	Frames  int           // that the capture has
	Rounds  int           // default 5
	Slow    bool          // run what takes minutes too
	Limit   time.Duration // of one command; default 5 minutes
	Log     io.Writer     // each figure as it comes; may be nil
}

// A Result has what one workload took, in each round.
type Result struct {
	Workload
	Wall, CPU []time.Duration
	RSS       int64 // peak, bytes
	Missing   bool  // not installed
	Err       error
}

// Workloads returns pcappipe's and its peers' commands.
func (c Config) Workloads() []Workload {
	own := func(name string, args ...string) Workload {
		return Workload{Name: name, Args: append([]string{c.Program, "-q"}, append(args, "{}")...)}
	}
	flows := []string{"--emit", "flows", "-f", "csv", "-o", "{out}/flows.csv"}
	eight := "frame.number,frame.time_epoch,frame.len,ip.src,ip.dst,ip.proto,tcp.srcport,tcp.dstport"
	list := []Workload{
		{Name: "cat", Args: []string{"cat", "{}"}},
		{Name: "capinfos -c", Args: []string{"capinfos", "-c", "{}"}},
		{Name: "tcpdump -w", Args: []string{"tcpdump", "-r", "{}", "-w", "/dev/null"}},
		{Name: "nfpcapd", Args: []string{"nfpcapd", "-r", "{}", "-l", "{out}"}},
		own("flows, 2 workers", append(flows, "--workers", "2")...),
		own("flows, 1 worker", append(flows, "--workers", "1")...),
		own("flows, default engine", append(flows, "--engine", "default")...),
		own("flows, server engine", append(flows, "--engine", "server", "--workers", "2")...),
		own("frames, 2 workers", "--emit", "frames", "-f", "jsonl", "-o", "/dev/null", "--workers", "2"),
		own("frames, 1 worker", "--emit", "frames", "-f", "jsonl", "-o", "/dev/null", "--workers", "1"),
		own("8 fields, 2 workers", "--emit", "frames", "-f", "csv", "-o", "/dev/null", "--workers", "2", "-e", eight),
		own("8 fields, 1 worker", "--emit", "frames", "-f", "csv", "-o", "/dev/null", "--workers", "1", "-e", eight),
	}
	if c.Slow {
		fields := []string{"tshark", "-n", "-r", "{}", "-c", "200000", "-T", "fields"}
		for name := range strings.SplitSeq(eight, ",") {
			fields = append(fields, "-e", name)
		}
		list = append(list,
			Workload{Name: "tshark -T fields", Args: fields, Frames: 200_000},
			Workload{Name: "tshark -T ek", Args: []string{"tshark", "-n", "-r", "{}", "-c", "20000", "-T", "ek"}, Frames: 20_000},
		)
	}
	return list
}

// Run runs all workloads in turn, so many rounds, after one that does not count.
func Run(ctx context.Context, c Config) ([]Result, error) {
	c.Rounds = cmp.Or(c.Rounds, 5)
	c.Limit = cmp.Or(c.Limit, 5*time.Minute)
	out, err := os.MkdirTemp("", "pcappipe-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(out)
	var results []Result
	for _, w := range c.Workloads() {
		_, err := exec.LookPath(w.Args[0])
		results = append(results, Result{Workload: w, Missing: err != nil})
	}
	for round := range c.Rounds + 1 {
		for i := range results {
			r := &results[i]
			if r.Missing || r.Err != nil || round == 0 && r.Frames > 0 {
				continue
			}
			if err := r.time(ctx, c, out, round > 0); err != nil {
				return results, err
			}
			if c.Log != nil && round > 0 {
				fmt.Fprintf(c.Log, "%d  %-24s %7.3f s\n", round, r.Name, r.Wall[len(r.Wall)-1].Seconds())
			}
		}
	}
	return results, nil
}

// time runs the workload once. An error is that of the bench; the command's own
// ends only the workload.
func (r *Result) time(ctx context.Context, c Config, out string, counts bool) error {
	if err := empty(out); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, c.Limit)
	defer cancel()
	args := slices.Clone(r.Args)
	for i := range args {
		args[i] = strings.NewReplacer("{}", c.Capture, "{out}", out).Replace(args[i])
	}
	cmd := exec.CommandContext(limited, args[0], args[1:]...)
	begin := time.Now()
	err := cmd.Run()
	wall := time.Since(begin)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	const damaged = 2 // pcappipe's status for a damaged capture, which was read all the same
	if err != nil && (cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != damaged) {
		r.Err = fmt.Errorf("%s: %w", r.Name, err)
		return nil
	}
	if !counts {
		return nil
	}
	r.Wall = append(r.Wall, wall)
	r.CPU = append(r.CPU, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.RSS = max(r.RSS, usage.Maxrss*1024)
	}
	return nil
}

// empty removes what is in a directory.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if err == nil {
			err = os.RemoveAll(dir + "/" + e.Name())
		}
	}
	return err
}

// Median returns the median wall time, of the whole capture where only a part was read.
func (r *Result) Median(frames int) time.Duration {
	if len(r.Wall) == 0 {
		return 0
	}
	m := middle(r.Wall)
	if r.Frames > 0 && r.Frames < frames {
		m = time.Duration(float64(m) * float64(frames) / float64(r.Frames))
	}
	return m
}

// MedianCPU returns the median processor time, user and system together.
func (r *Result) MedianCPU() time.Duration { return middle(r.CPU) }

func middle(list []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
