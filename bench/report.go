package bench

import (
	"encoding/json"
	"os"
	"time"
)

// A Report has all that was measured, and what follows from it. As JSON it is
// what the page and the chart are made from.
type Report struct {
	Date       string    `json:"date"`
	Machine    Machine   `json:"machine"`
	Capture    Capture   `json:"capture"`
	Rounds     int       `json:"rounds"`
	SlowRounds int       `json:"slow_rounds"`
	Versions   []Version `json:"versions"`
	FloorRSS   int64     `json:"floor_rss"` // bytes: of a command that does nothing; less cannot be told

	Results    []Result     `json:"results"`
	InMemory   bool         `json:"in_memory"` // what they wrote went to a file system in memory
	Sizes      []Size       `json:"sizes"`
	Reordering []Reordering `json:"reordering"`
	OpenFlows  []OpenFlows  `json:"open_flows"`
	Inside     []Inside     `json:"inside"`
	Profiles   []Profile    `json:"profiles"`
	Stages     []Benchmark  `json:"stages"`

	Targets  []Target  `json:"targets"`
	Speedups []Speedup `json:"speedups"`
}

// A Version is what a program says of itself.
type Version struct {
	Program string `json:"program"`
	Says    string `json:"says"`
}

// Full says that the figures are fit for the page: a large capture, read often enough.
func (r *Report) Full() bool {
	return r.Rounds >= FullRounds && r.Capture.FileBytes >= FullMiB<<20*9/10
}

// result returns the result of the command of this name, or nil if there are no figures.
func (r *Report) result(name string) *Result {
	for i := range r.Results {
		if s := &r.Results[i]; s.Name == name && s.Sound() {
			return s
		}
	}
	return nil
}

// Save writes the report as JSON.
func (r *Report) Save(path string) error {
	b, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o666)
}

// Load reads a report that was saved.
func Load(path string) (*Report, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := new(Report)
	return r, json.Unmarshal(b, r)
}

// Seconds is a time as JSON has it: seconds, to the microsecond.
type Seconds float64

func seconds(d time.Duration) Seconds { return Seconds(d.Round(time.Microsecond).Seconds()) }

// PerFrame returns nanoseconds a frame.
func (s Seconds) PerFrame(frames uint64) float64 {
	if frames == 0 {
		return 0
	}
	return float64(s) * 1e9 / float64(frames)
}
