package pipeline

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/ordered"
	"github.com/pcappipe/pcappipe/output"
)

// errDisk is what a disk says that is full.
var errDisk = errors.New("no space left")

// failing fails after so many bytes.
type failing struct{ left int }

func (f *failing) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errDisk
	}
	return len(b), nil
}

// panicking panics after so many bytes.
type panicking struct{ left int }

func (p *panicking) Write(b []byte) (int, error) {
	if p.left -= len(b); p.left < 0 {
		panic("as arranged")
	}
	return len(b), nil
}

// However a run ends, its goroutines and descriptors are given back.
func TestARunGivesEverythingBack(t *testing.T) {
	frames, _ := capture.Dialogues(1, 60) // 60 connections: files take time to make
	b := capture.Pcap(append(frames, capture.Traffic(1, 3000-len(frames))...))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(b)
	z.Close()
	plain, zipped := file(t, "a.pcap", b), file(t, "a.pcap.gz", packed.Bytes())
	cut, cutZipped := file(t, "b.pcap", b[:len(b)-5]), file(t, "b.pcap.gz", packed.Bytes()[:packed.Len()/2])
	inputs := []string{plain, zipped, cut, cutZipped, plain}
	dir := t.TempDir()
	for _, ending := range []struct {
		name string
		run  func(ctx context.Context, cancel func(), c Config) (Summary, error)
		ends func(s Summary, err error) bool
	}{
		{"whole, with damage", func(ctx context.Context, _ func(), c Config) (Summary, error) {
			c.Output.Stdout, c.Output.Path = nil, filepath.Join(dir, "out.jsonl")
			return Run(ctx, c)
		}, func(s Summary, err error) bool { return err == nil && len(s.Damage) == 2 }},
		{"at the first damage", func(ctx context.Context, _ func(), c Config) (Summary, error) {
			c.Strict = true
			return Run(ctx, c)
		}, func(s Summary, err error) bool { return err == nil && len(s.Damage) == 1 && len(s.Unread) > 0 }},
		{"at a count", func(ctx context.Context, _ func(), c Config) (Summary, error) {
			c.Count = 4000
			return Run(ctx, c)
		}, func(s Summary, err error) bool { return err == nil && s.Frames == 4000 }},
		{"interrupted", func(ctx context.Context, cancel func(), c Config) (Summary, error) {
			c.Output.Stdout = &writer{cancel: cancel, after: 2_000_000}
			return Run(ctx, c)
		}, func(s Summary, err error) bool { return err == nil && s.Interrupted }},
		{"interrupted before it began", func(ctx context.Context, cancel func(), c Config) (Summary, error) {
			cancel()
			return Run(ctx, c)
		}, func(s Summary, err error) bool { return err == nil && s.Interrupted }},
		{"output that fails", func(ctx context.Context, _ func(), c Config) (Summary, error) {
			c.Output.Stdout = &failing{1_000_000}
			return Run(ctx, c)
		}, func(_ Summary, err error) bool { return errors.Is(err, errDisk) }},
		{"a panic", func(ctx context.Context, _ func(), c Config) (Summary, error) {
			c.Output.Stdout = &panicking{1_000_000}
			return Run(ctx, c)
		}, func(_ Summary, err error) bool {
			_, is := errors.AsType[*ordered.Panic](err)
			return is
		}},
		{"a pipe that is not at its end", func(ctx context.Context, _ func(), c Config) (Summary, error) {
			from, to := io.Pipe()
			defer to.Close()
			go to.Write(b)
			c.Inputs, c.Stdin, c.Count = []string{plain, "-", zipped}, from, 3100
			return Run(ctx, c)
		}, func(s Summary, err error) bool { return err == nil && s.Frames == 3100 }},
		{"no input", func(ctx context.Context, _ func(), c Config) (Summary, error) {
			c.Inputs = []string{filepath.Join(dir, "absent")}
			return Run(ctx, c)
		}, func(_ Summary, err error) bool { return errors.Is(err, os.ErrNotExist) }},
		{"no place for the output", func(ctx context.Context, _ func(), c Config) (Summary, error) {
			c.Output.Path = filepath.Join(plain, "out.jsonl")
			return Run(ctx, c)
		}, func(_ Summary, err error) bool {
			_, is := errors.AsType[*OutputError](err)
			return is
		}},
	} {
		for _, engine := range []Engine{Default, Pipeline, Server} {
			goroutines, files := runtime.NumGoroutine(), openFiles(t)
			ctx, cancel := context.WithCancel(t.Context())
			beside := t.TempDir()
			c := Config{Inputs: inputs, Engine: engine, Workers: 3, BatchSize: 20_000, TCP: engine == Pipeline,
				Output: output.Config{Kinds: []string{"frames", "flows"}, Stdout: io.Discard}}
			if engine == Pipeline {
				c.StreamDir = filepath.Join(beside, "streams")
			}
			if s, err := ending.run(ctx, cancel, c); !ending.ends(s, err) {
				t.Errorf("%s, %s: ended with %v, %d frames, %v", ending.name, engine, err, s.Frames, s.Damage)
			}
			cancel()
			for _, left := range names(t, beside) {
				if left != "streams" {
					t.Errorf("%s, %s: %s is left beside the streams", ending.name, engine, left)
				}
			}
			// A goroutine that has said that it is done may still be ending.
			for n := 0; n < 1000 && (runtime.NumGoroutine() > goroutines || openFiles(t) > files); n++ {
				time.Sleep(time.Millisecond)
			}
			if n, m := runtime.NumGoroutine(), openFiles(t); n > goroutines || m > files {
				stacks := make([]byte, 1<<16)
				t.Errorf("%s, %s: %d goroutines and %d files, before %d and %d\n%s", ending.name, engine, n, m, goroutines, files, stacks[:runtime.Stack(stacks, true)])
			}
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%v is left", left)
	}
}

func openFiles(t *testing.T) int { return len(names(t, "/proc/self/fd")) }

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}
