package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/pcappipe/pcappipe/pipeline"
	"golang.org/x/term"
)

// How often progress is shown: as one line that changes on a terminal, as a
// line more elsewhere.
const (
	movingEvery = 200 * time.Millisecond
	linesEvery  = time.Second
)

// showProgress shows how far a run is until stop is called.
func (c *command) showProgress(stderr *screen, stdout io.Writer, p *pipeline.Progress) (stop func()) {
	terminal := isTerminal(stderr.to)
	recordsOnScreen := c.writesToStdout() && isTerminal(stdout)
	switch {
	case c.quiet, c.progress == "never":
		return func() {}
	case c.progress == "auto" && (!terminal || recordsOnScreen):
		return func() {}
	case terminal && !recordsOnScreen:
		stop := every(movingEvery, func(t time.Duration) { stderr.show(progressLine(p, t)) })
		return func() { stop(); stderr.show("") }
	}
	return every(linesEvery, func(t time.Duration) { fmt.Fprintln(stderr, progressLine(p, t)) })
}

// every calls show in turn, with the time since the beginning, until stop is
// called; after that it is not running.
func every(interval time.Duration, show func(time.Duration)) (stop func()) {
	began := time.Now()
	ticker := time.NewTicker(interval)
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				show(time.Since(began))
			case <-done:
				return
			}
		}
	})
	return func() { close(done); running.Wait() }
}

// progressLine says how far the run is after some time, how fast it is, and,
// where the size of the input is known, how long it will take. It fits in 80 columns.
func progressLine(p *pipeline.Progress, after time.Duration) string {
	frames, done, total := float64(p.Frames.Load()), p.Bytes.Load(), p.Total.Load()
	s := max(after.Seconds(), 1e-9)
	var parts []string
	size := scaled(float64(done), "B")
	if total > 0 {
		parts = append(parts, fmt.Sprintf("%3d %%", min(100, 100*done/total)))
		size += " of " + scaled(float64(total), "B")
	}
	parts = append(parts, size, scaled(frames, "frames"), scaled(frames/s, "frames/s"), scaled(float64(done)/s, "B/s"))
	if left := float64(total - done); left > 0 && done > 0 {
		parts = append(parts, clock(time.Duration(left/float64(done)*float64(after)))+" left")
	}
	return strings.Join(parts, "  ")
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
