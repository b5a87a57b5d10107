//go:build corpus

package secondopinion

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// The corpus, and the program that is compared: built once.
var (
	captures, others []Capture
	program          string
)

func TestMain(m *testing.M) {
	status, err := setUp(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func setUp(m *testing.M) (int, error) {
	root, err := filepath.Abs(cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../../shared/corpus"))
	if err != nil {
		return 0, err
	}
	if captures, others, err = List(root); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "secondopinion")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "pcappipe")
	build := exec.Command("go", "build", "-o", program, "../../cmd/pcappipe")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return 0, fmt.Errorf("build pcappipe: %w", err)
	}
	return m.Run(), nil
}

// each calls do for every capture, on two goroutines at most (a tshark takes a
// hundred megabytes), and hands what it returned to take, in order.
func each[T any](t *testing.T, list []Capture, do func(Capture) (T, error), take func(Capture, T)) {
	t.Helper()
	results := make([]T, len(list))
	errs := make([]error, len(list))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(2, runtime.NumCPU()) {
		workers.Go(func() {
			for i := range next {
				results[i], errs[i] = do(list[i])
			}
		})
	}
	for i := range list {
		next <- i
	}
	close(next)
	workers.Wait()
	for i, c := range list {
		if errs[i] != nil {
			t.Errorf("%s: %v", c.Name, errs[i])
			continue
		}
		take(c, results[i])
	}
}

// runs keeps pcappipe's runs: several tests look at the same.
var runs sync.Map

func ours(c Capture) (*Run, error) {
	once, _ := runs.LoadOrStore(c.Name, sync.OnceValues(func() (*Run, error) { return RunPcappipe(program, c) }))
	return once.(func() (*Run, error))()
}

// A comparison is one source's tally and review.
type comparison struct {
	Tally
	*Review
	source string
}

func compare(t *testing.T, source string) *comparison {
	t.Helper()
	text, err := os.ReadFile("differences.txt")
	if err != nil {
		t.Fatal(err)
	}
	review, err := ReadReview(bytes.NewReader(text), source)
	if err != nil {
		t.Fatal(err)
	}
	return &comparison{Review: review, source: source}
}

// value compares one value.
func (c *comparison) value(capture Capture, where, field, ours, theirs string) {
	if !c.Compare(field, ours == theirs) {
		c.Add(Difference{Source: c.source, Field: field, Capture: capture.Name, Where: where, Ours: ours, Theirs: theirs})
	}
}

// finish prints what was compared and fails on what nobody has reviewed.
func (c *comparison) finish(t *testing.T) {
	t.Helper()
	t.Logf("%s:\n%sreviewed differences, by who is right: %v", c.source, &c.Tally, c.Right())
	const shown = 50 // of new differences; go test -artifacts keeps them all
	for _, d := range c.New[:min(shown, len(c.New))] {
		t.Error(d)
	}
	if len(c.New) > shown {
		t.Errorf("and %d more", len(c.New)-shown)
	}
	c.keep(t)
	for _, s := range c.Stale() {
		t.Error(s)
	}
}

// keep writes all new differences to the test's artifacts.
func (c *comparison) keep(t *testing.T) {
	t.Helper()
	var all bytes.Buffer
	for _, d := range c.New {
		fmt.Fprintln(&all, d)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), c.source+".txt"), all.Bytes(), 0o666); err != nil {
		t.Error(err)
	}
}
