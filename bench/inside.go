package bench

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/pipeline"
)

// Inside is what a run spends where, in nanoseconds a frame, and what it allocates.
type Inside struct {
	Job     string `json:"job"`
	Workers int    `json:"workers"` // one is the default engine, more the pipeline engine

	// All workers together. Take, Sequence and Deliver are done in order by one.
	Take     float64 `json:"take"`
	Read     float64 `json:"read"`
	Decode   float64 `json:"decode"` // with filter, grouping and clocks
	Sequence float64 `json:"sequence"`
	Jobs     float64 `json:"jobs"`
	Encode   float64 `json:"encode"`
	Deliver  float64 `json:"deliver"`

	Wall        float64 `json:"wall"`
	Allocations float64 `json:"allocations"` // a frame, in the steady state
}

// Work returns what a frame takes in all, whoever does it.
func (i *Inside) Work() float64 {
	return i.Take + i.Read + i.Decode + i.Sequence + i.Jobs + i.Encode + i.Deliver
}

// A job is one that is looked into.
type job struct {
	name   string
	kinds  []string
	format output.Format
	tcp    bool
}

// insides are the jobs that are looked into.
var insides = []job{
	{flowsJob, []string{"flows"}, "csv", false},
	{tcpJob, []string{"flows"}, "csv", true},
	{httpJob, []string{"flows", "exchanges", "traces"}, "jsonl", true},
	{framesJob, []string{"frames"}, "jsonl", false},
}

// config returns what to run.
func (j *job) config(workers int, inputs ...string) pipeline.Config {
	return pipeline.Config{Inputs: inputs, Workers: workers, TCP: j.tcp,
		Output: output.Config{Kinds: j.kinds, Format: j.format, Stdout: io.Discard}}
}

// measureInside runs the main jobs in this process and asks them for their stages.
// What is put together in order is looked into with transfers of which nothing
// is late, since no real capture is so.
func measureInside(ctx context.Context, c Config, r *Report, temp string) error {
	for _, job := range insides {
		if err := measureStagesOf(ctx, c, r, job, c.Capture, r.Capture.Frames); err != nil {
			return err
		}
	}
	path := filepath.Join(temp, "transfers.pcap")
	defer os.Remove(path)
	made, err := writeTransfers(path, transferBytes(r.Capture.FileBytes), 0)
	if err != nil {
		return err
	}
	return measureStagesOf(ctx, c, r, job{inOrderJob, []string{"flows"}, "csv", true}, path, uint64(made.frames))
}

// measureStagesOf looks into a job over a capture of so many frames.
func measureStagesOf(ctx context.Context, c Config, r *Report, job job, path string, frames uint64) error {
	for _, workers := range []int{1, 2} {
		i, err := measureJob(ctx, c.Rounds, frames, job.config(workers, path))
		if err != nil {
			return err
		}
		i.Job, i.Workers = job.name, workers
		c.logf("inside %s, %s: %.1f ns a frame in sequence, %.4f allocations", job.name, workersOf(workers), i.Sequence, i.Allocations)
		r.Inside = append(r.Inside, i)
	}
	return nil
}

// measureJob returns the medians of several runs.
func measureJob(ctx context.Context, rounds int, frames uint64, p pipeline.Config) (i Inside, err error) {
	var runs []Inside
	for range rounds {
		var t pipeline.Timing
		p.Timing = &t
		begin := time.Now()
		if _, err := pipeline.Run(ctx, p); err != nil {
			return i, err
		}
		runs = append(runs, insideOf(&t, time.Since(begin), frames))
	}
	p.Timing = nil
	path := p.Inputs[0]
	once, err := mallocs(ctx, p, path)
	if err != nil {
		return i, err
	}
	twice, err := mallocs(ctx, p, path, path)
	if err != nil {
		return i, err
	}
	median := func(figure func(*Inside) float64) float64 { return Median(each(runs, figure)) }
	return Inside{
		Take:        median(func(i *Inside) float64 { return i.Take }),
		Read:        median(func(i *Inside) float64 { return i.Read }),
		Decode:      median(func(i *Inside) float64 { return i.Decode }),
		Sequence:    median(func(i *Inside) float64 { return i.Sequence }),
		Jobs:        median(func(i *Inside) float64 { return i.Jobs }),
		Encode:      median(func(i *Inside) float64 { return i.Encode }),
		Deliver:     median(func(i *Inside) float64 { return i.Deliver }),
		Wall:        median(func(i *Inside) float64 { return i.Wall }),
		Allocations: (float64(twice) - float64(once)) / float64(frames),
	}, nil
}

// insideOf turns what a run told into nanoseconds a frame.
func insideOf(t *pipeline.Timing, wall time.Duration, frames uint64) Inside {
	a := func(d time.Duration) float64 { return float64(d) / float64(frames) }
	return Inside{
		Take:     a(t.Take.Duration()),
		Read:     a(t.Read.Duration()),
		Decode:   a(t.Work.Duration() - t.Read.Duration()),
		Sequence: a(t.Sequence.Duration()),
		Jobs:     a(t.Finish.Duration() - t.Encode.Duration()),
		Encode:   a(t.Encode.Duration()),
		Deliver:  a(t.Deliver.Duration()),
		Wall:     a(wall),
	}
}

// mallocs returns how often a run allocates. What the second reading of the same
// capture adds is what a run allocates that has been going for a while.
func mallocs(ctx context.Context, p pipeline.Config, inputs ...string) (uint64, error) {
	var before, after runtime.MemStats
	p.Inputs = inputs
	runtime.ReadMemStats(&before)
	_, err := pipeline.Run(ctx, p)
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs, err
}
