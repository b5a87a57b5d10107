package bench

import (
	"context"
	"io"
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

// insides are the jobs that are looked into.
var insides = []struct {
	name, kind string
	format     output.Format
}{
	{"flows", "flows", "csv"},
	{"frames", "frames", "jsonl"},
}

// measureInside runs the main jobs in this process and asks them for their stages.
func measureInside(ctx context.Context, c Config, r *Report, _ string) error {
	for _, job := range insides {
		for _, workers := range []int{1, 2} {
			i, err := measureJob(ctx, c, r.Capture.Frames, pipeline.Config{Workers: workers,
				Output: output.Config{Kinds: []string{job.kind}, Format: job.format, Stdout: io.Discard}})
			if err != nil {
				return err
			}
			i.Job, i.Workers = job.name, workers
			c.logf("inside %s, %s: %.1f ns a frame in sequence, %.4f allocations", job.name, workersOf(workers), i.Sequence, i.Allocations)
			r.Inside = append(r.Inside, i)
		}
	}
	return nil
}

// measureJob returns the medians of several runs.
func measureJob(ctx context.Context, c Config, frames uint64, p pipeline.Config) (i Inside, err error) {
	var runs []Inside
	for range c.Rounds {
		var t pipeline.Timing
		p.Inputs, p.Timing = []string{c.Capture}, &t
		begin := time.Now()
		if _, err := pipeline.Run(ctx, p); err != nil {
			return i, err
		}
		runs = append(runs, insideOf(&t, time.Since(begin), frames))
	}
	p.Timing = nil
	once, err := mallocs(ctx, p, c.Capture)
	if err != nil {
		return i, err
	}
	twice, err := mallocs(ctx, p, c.Capture, c.Capture)
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
