package pipeline

import (
	"bytes"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
)

// Whatever the input is, it is read to its end or its damage, the ledger balances, and
// two workers that share it in small batches write what one goroutine writes.
func FuzzRun(f *testing.F) {
	for seed := range uint64(4) {
		frames := capture.Traffic(seed, 12)
		f.Add(capture.Pcap(frames))
		f.Add(capture.Pcapng(frames))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		run := func(c Config) ([]byte, error) {
			var b bytes.Buffer
			c.Output = output.Config{Kinds: []string{"frames", "flows"}, Stdout: &b}
			s, err := Run(t.Context(), c)
			if err == nil && !s.Ledger.Balances() {
				t.Errorf("the ledger does not balance: %+v", s.Ledger)
			}
			return b.Bytes(), err
		}
		path := file(t, "fuzz", data)
		want, err := run(Config{Inputs: []string{path}, Engine: Default, Serial: true})
		if err != nil {
			return
		}
		for _, c := range []Config{
			{Inputs: []string{path}, Engine: Pipeline, Workers: 2, BatchSize: 150},
			{Inputs: []string{path}, Engine: Server, Workers: 3, BatchSize: 64},
		} {
			got, err := run(c)
			if err != nil {
				t.Fatal(err)
			}
			same(t, string(c.Engine), got, want)
		}
	})
}
