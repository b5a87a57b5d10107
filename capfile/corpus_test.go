//go:build corpus

package capfile

import (
	"cmp"
	"errors"
	"os"
	"testing"

	"github.com/pcappipe/pcappipe/internal/secondopinion"
)

// corpus returns the captures of $PCAPPIPE_CORPUS, and its other files.
func corpus(t *testing.T) (captures, others []secondopinion.Capture) {
	t.Helper()
	captures, others, err := secondopinion.List(cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../shared/corpus"))
	if err != nil {
		t.Fatal(err)
	}
	return captures, others
}

// readCapture reads a file; that it cannot be opened counts as damage.
func readCapture(t *testing.T, path string) reading {
	s, err := Open(Config{Inputs: []string{path}})
	if err != nil {
		return reading{damage: []FormatError{{Path: path, Field: "input", Err: err}}}
	}
	s.Close()
	return readAll(t, Config{Inputs: []string{path}})
}

// What is no capture is refused, with a reason.
func TestOthersAreRefused(t *testing.T) {
	_, others := corpus(t)
	for _, c := range others {
		s, err := Open(Config{Inputs: []string{c.Path}})
		if err == nil {
			t.Errorf("%s was opened as %s", c.Name, s.Files()[0].Format)
			s.Close()
		} else if !errors.Is(err, errNoCapture) {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	t.Logf("%d files", len(others))
}

// The corpus, cut in any way, gives the same frames.
func TestCorpusInPieces(t *testing.T) {
	captures, _ := corpus(t)
	for _, c := range captures {
		want := readCapture(t, c.Path)
		if len(want.damage) > 0 && want.damage[0].Field == "input" {
			continue
		}
		for _, size := range []int{64, 200, 1500, 70_000} {
			config := Config{Inputs: []string{c.Path}, BatchSize: size}
			if d := differ(readParallel(t, config), want); d != "" {
				t.Errorf("%s, size %d: %s", c.Name, size, d)
			}
		}
	}
}
