package pipeline

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/reassembly"
)

// Whatever the input is, it is read to its end or its damage, all that can be put
// together is, the ledger balances, and two workers that share it in small
// batches write what one goroutine writes, also where there is little memory.
func FuzzRun(f *testing.F) {
	for seed := range uint64(4) {
		for _, frames := range [][]capture.Frame{capture.Traffic(seed, 12), capture.Sessions(seed, 40), web(seed, 60)} {
			f.Add(capture.Pcap(frames))
			f.Add(capture.Pcapng(frames))
		}
	}
	for _, path := range capture.Corpus(f, "..", 100, 8<<10) {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		path := file(t, "fuzz", data)
		for _, memory := range []int64{0, 15 * flowCost} {
			run := func(c Config) ([]byte, error) {
				var b bytes.Buffer
				c.Inputs, c.Memory, c.Payload = []string{path}, memory, true
				c.Output = output.Config{Kinds: everything, Stdout: &b}
				s, err := Run(t.Context(), c)
				if err == nil {
					balanced(t, &s)
				}
				return b.Bytes(), err
			}
			want, err := run(Config{Engine: Default, Serial: true, alwaysTight: memory == 0})
			if err != nil {
				return
			}
			for _, c := range []Config{{Engine: Pipeline, Workers: 2, BatchSize: 150}, {Engine: Server, Workers: 3, BatchSize: 64}} {
				got, err := run(c)
				if err != nil {
					t.Fatal(err)
				}
				same(t, fmt.Sprint(c.Engine, ", memory ", memory), got, want)
			}
		}
	})
}

// Whatever the traffic, the ceiling, the engine and the sizes are, the records are
// those of the reference.
func FuzzTraffic(f *testing.F) {
	for seed := range uint64(6) {
		f.Add(seed, uint16(40*seed), uint8(seed), uint16(300*seed), uint8(seed*7), seed%2 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, frames uint16, workers uint8, batch uint16, flows uint8, serial bool) {
		path := file(t, "a.pcap", capture.Pcap(traffic(seed, 1+int(frames)%600)))
		memory := int64(flows) * flowCost // 0: the default
		policy := reassembly.Policy(int(workers) % len(reassembly.Policies()))
		want := records(t, Config{Inputs: []string{path}, Engine: Default, Memory: memory, Overlap: policy, Payload: true, alwaysTight: true}, everything...)
		for _, engine := range []Engine{Default, Pipeline, Server} {
			c := Config{Inputs: []string{path}, Engine: engine, Workers: 1 + int(workers)%64, BatchSize: 1 + int(batch), Serial: serial, Memory: memory, Overlap: policy, Payload: true}
			same(t, fmt.Sprint(engine), records(t, c, everything...), want)
		}
	})
}
