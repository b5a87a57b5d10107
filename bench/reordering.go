package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Reordering is what a job costs where a share of TCP's segments is late.
type Reordering struct {
	Job       string  `json:"job"`
	Late      float64 `json:"late"`      // share of the segments with data that were made late
	Reordered float64 `json:"reordered"` // share that comes behind a later one (RFC 4737)
	Nanos     float64 `json:"nanos"`     // processor time of a frame: the median
	Ratio     float64 `json:"ratio"`     // to that with none late: the median of the ratios of each round
	PeakRSS   int64   `json:"peak_rss"`  // bytes
}

// lateShares are what is measured. The first is what the others are compared with.
var lateShares = []float64{0, 0.01, 0.1, 0.5}

// reorderedJobs are what is done with the transfers. The first counts bytes and wants
// none, so that what waits for its turn need not be kept; the second wants them all.
var reorderedJobs = []struct {
	name string
	args []string
}{
	{tcpJob, []string{"--emit", "flows", "--tcp", "-f", "csv"}},
	{"streams", []string{"--emit", "streams", "-f", "jsonl"}},
}

// transferBytes is how large a capture of transfers is, beside a capture of so many bytes.
func transferBytes(fileBytes int64) int64 { return max(4<<20, min(512<<20, fileBytes/2)) }

// measureReordering measures, with one worker, captures of the same long
// transfers that differ only in how many segments are late.
func measureReordering(ctx context.Context, c Config, r *Report, temp string) error {
	var commands []Command
	var list []Reordering
	var made sent
	for _, late := range lateShares {
		path := filepath.Join(temp, fmt.Sprintf("late-%g.pcap", late))
		defer os.Remove(path)
		var err error
		if made, err = writeTransfers(path, transferBytes(r.Capture.FileBytes), late); err != nil {
			return err
		}
		for _, job := range reorderedJobs {
			args := append([]string{c.Program, "-q", "--workers", "1", "-o", "/dev/null", path}, job.args...)
			commands = append(commands, Command{Name: job.name + " " + filepath.Base(path), Side: Ours, Args: args})
			list = append(list, Reordering{Job: job.name, Late: late, Reordered: float64(made.reordered) / float64(made.segments)})
		}
	}
	t := turns{rounds: c.Rounds, limit: c.Limit, out: filepath.Join(temp, "out"), logf: func(string, ...any) {}}
	results, err := t.run(ctx, commands)
	if err != nil {
		return err
	}
	for i := range list {
		l, one, none := &list[i], &results[i], &results[i%len(reorderedJobs)]
		if !one.Sound() {
			return errors.New("pcappipe on " + one.Name + ": " + one.Ended)
		}
		l.Nanos = one.CPU(0).PerFrame(uint64(made.frames))
		l.Ratio = byRound(one.scaled(0, cpu), none.scaled(0, cpu))
		l.PeakRSS = one.RSS()
		c.logf("%s, %g %% late: %.0f ns a frame, %.2f times that with none", l.Job, 100*l.Late, l.Nanos, l.Ratio)
	}
	r.Reordering = list
	return nil
}
