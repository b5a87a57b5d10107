package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A Size is what a frame takes in a capture of this size.
type Size struct {
	Bytes   int64   `json:"bytes"`
	Frames  uint64  `json:"frames"`
	One     float64 `json:"one"` // wall time with one worker, ns a frame
	Two     float64 `json:"two"` // with two
	PeakRSS int64   `json:"peak_rss"`
}

// measureSizes measures the beginnings of the capture, whose frames are the same.
func measureSizes(ctx context.Context, c Config, r *Report, temp string) error {
	for _, bytes := range beginnings(r.Capture.FileBytes) {
		path, frames := c.Capture, r.Capture.Frames
		if bytes < r.Capture.FileBytes {
			path = filepath.Join(temp, "beginning.pcap")
			var err error
			if frames, err = copyBeginning(path, c.Capture, bytes); err != nil {
				return err
			}
		}
		s, err := measureSize(ctx, c, path, temp, frames)
		if err != nil {
			return err
		}
		s.Bytes = bytes
		c.logf("%d MiB: %.0f ns a frame, %.0f with two workers", bytes>>20, s.One, s.Two)
		r.Sizes = append(r.Sizes, s)
		if path != c.Capture {
			os.Remove(path)
		}
	}
	return nil
}

// beginnings returns the sizes to measure: each four times the one before, and the whole.
func beginnings(whole int64) (sizes []int64) {
	for b := int64(16 << 20); b < whole*3/4; b *= 4 {
		sizes = append(sizes, b)
	}
	return append(sizes, whole)
}

func measureSize(ctx context.Context, c Config, path, temp string, frames uint64) (Size, error) {
	job := func(workers string) []string {
		return []string{c.Program, "-q", "--workers", workers, "--emit", "flows", "-f", "csv", "-o", "/dev/null", "{}"}
	}
	t := turns{rounds: c.Rounds, limit: c.Limit, capture: path, out: filepath.Join(temp, "out"), logf: func(string, ...any) {}}
	results, err := t.run(ctx, []Command{
		{Name: "one", Side: Ours, Args: job("1")},
		{Name: "two", Side: Ours, Args: job("2")},
	})
	if err != nil {
		return Size{}, err
	}
	for i := range results {
		if !results[i].Sound() {
			return Size{}, fmt.Errorf("pcappipe on %s: %w", path, errors.New(results[i].Ended))
		}
	}
	one, two := &results[0], &results[1]
	return Size{Frames: frames, One: one.Wall(0).PerFrame(frames), Two: two.Wall(0).PerFrame(frames), PeakRSS: two.RSS()}, nil
}
