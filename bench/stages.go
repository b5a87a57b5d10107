package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// A Benchmark is what one of Go's benchmarks reports.
type Benchmark struct {
	Package     string  `json:"package"`
	Name        string  `json:"name"`
	Nanos       float64 `json:"nanos"`       // a frame, or what the benchmark calls its own
	Per         string  `json:"per"`         // frame, flow, …
	Allocations float64 `json:"allocations"` // each
}

// staged are the packages whose benchmarks stand for the stages, in the way of the data.
var staged = []string{"./capfile", "./decoder/filter", "./decoder", "./flowlock", "./conn", "./reassembly", "./decoder/fields", "./output"}

// measureStages runs the benchmarks of the stages, each on data of its own.
func measureStages(ctx context.Context, c Config, r *Report, _ string) error {
	args := append([]string{"test", "-run", "^$", "-bench", ".", "-benchmem", "-benchtime", "200ms", "-p", "1"}, staged...)
	c.logf("go test -bench")
	test := exec.CommandContext(ctx, "go", args...)
	test.Stderr = os.Stderr
	said, err := test.Output()
	if err != nil {
		return fmt.Errorf("go test -bench: %w\n%s", err, said)
	}
	r.Stages = parseBenchmarks(said)
	return nil
}

// parseBenchmarks reads what go test -bench prints. A benchmark that reports
// "ns/something" itself means that, others mean one round of their loop.
func parseBenchmarks(text []byte) (list []Benchmark) {
	lines, pkg := bufio.NewScanner(bytes.NewReader(text)), ""
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 2 && words[0] == "pkg:" {
			pkg = strings.TrimPrefix(words[1], modulePath)
		}
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		b := Benchmark{Package: pkg, Name: benchmarkName(words[0]), Per: "op"}
		loops, each := 0.0, 0.0 // nanoseconds of a loop, and of what it reports itself
		for i := 2; i+1 < len(words); i += 2 {
			value, _ := strconv.ParseFloat(words[i], 64)
			switch unit := words[i+1]; {
			case unit == "ns/op":
				loops = value
			case strings.HasPrefix(unit, "ns/"):
				each, b.Per = value, strings.TrimPrefix(unit, "ns/")
			case unit == "allocs/op":
				b.Allocations = value
			}
		}
		b.Nanos = loops
		if b.Per != "op" && each > 0 {
			b.Nanos = each
			b.Allocations /= loops / each
		}
		list = append(list, b)
	}
	return list
}

// benchmarkName returns a benchmark's name without the number of processors.
func benchmarkName(word string) string {
	name := strings.TrimPrefix(word, "Benchmark")
	if dash := strings.LastIndexByte(name, '-'); dash > 0 {
		if _, err := strconv.Atoi(name[dash+1:]); err == nil {
			name = name[:dash]
		}
	}
	return strings.ReplaceAll(name, "_", " ")
}
