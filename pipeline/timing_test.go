package pipeline

import (
	"io"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
)

// Whatever the engine, a run that is watched tells of every stage, and what its
// one goroutine did in them is no longer than the run.
func TestTimingHasEveryStage(t *testing.T) {
	input := file(t, "a.pcap", capture.Pcap(capture.Traffic(1, 5000)))
	for _, engine := range []Engine{Default, Pipeline, Server} {
		var stages Timing
		begin := time.Now()
		_, err := Run(t.Context(), Config{Inputs: []string{input}, Workers: 1, Engine: engine, Timing: &stages,
			Output: output.Config{Kinds: []string{"flows"}, Stdout: io.Discard}})
		if err != nil {
			t.Fatal(err)
		}
		whole, sum := time.Since(begin), time.Duration(0)
		for name, stage := range map[string]*Nanos{
			"take": &stages.Take, "work": &stages.Work, "sequence": &stages.Sequence,
			"finish": &stages.Finish, "deliver": &stages.Deliver,
		} {
			if sum += stage.Duration(); stage.Duration() <= 0 {
				t.Errorf("%s: %s took %v", engine, name, stage.Duration())
			}
		}
		if stages.Read.Duration() > stages.Work.Duration() || stages.Encode.Duration() <= 0 {
			t.Errorf("%s: reading took %v of %v, encoding %v", engine,
				stages.Read.Duration(), stages.Work.Duration(), stages.Encode.Duration())
		}
		if sum > whole {
			t.Errorf("%s: the stages of one worker took %v of %v", engine, sum, whole)
		}
	}
}
