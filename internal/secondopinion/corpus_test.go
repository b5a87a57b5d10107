//go:build corpus

package secondopinion

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write how many differences were found into the lines of differences.txt")

// The corpus, and the program that is compared: built once.
var (
	captures, others []Capture
	program          string
)

func TestMain(m *testing.M) {
	flag.Parse()
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

// runs keeps pcappipe's runs: several tests look at the same.
var runs sync.Map

func ours(c Capture) (*Run, error) {
	once, _ := runs.LoadOrStore(c.Name, sync.OnceValues(func() (*Run, error) { return RunPcappipe(program, c) }))
	return once.(func() (*Run, error))()
}

// A comparison is one source's, in a test.
type comparison struct {
	*Comparison
	t *testing.T
}

func compare(t *testing.T, source, with string) comparison {
	t.Helper()
	c, err := NewComparison(source, with)
	if err != nil {
		t.Fatal(err)
	}
	return comparison{c, t}
}

// over compares captures, two at a time at most (a tshark takes a hundred
// megabytes), and takes what came of them in order.
func (c comparison) over(list []Capture, do func(Capture, *Sheet) error) {
	c.t.Helper()
	sheets, errs := onTwo(list, func(capture Capture) (*Sheet, error) {
		s := NewSheet(c.Source, capture)
		return s, do(capture, s)
	})
	for i, capture := range list {
		if errs[i] != nil {
			c.t.Errorf("%s: %v", capture.Name, errs[i])
			continue
		}
		c.Take(sheets[i])
	}
}

// onTwo calls do for everything in a list, on two goroutines at most.
func onTwo[S, T any](list []S, do func(S) (T, error)) ([]T, []error) {
	results, errs := make([]T, len(list)), make([]error, len(list))
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
	return results, errs
}

// finish prints what was compared, hands it to the page, and fails on what
// nobody has reviewed.
func (c comparison) finish() {
	c.t.Helper()
	c.t.Logf("%s, with %s:\n%sreviewed differences, by who is right: %v", c.Source, c.With, &c.Tally, c.Right())
	if dir := os.Getenv("PCAPPIPE_RESULTS"); dir != "" {
		if err := c.Result().Save(dir); err != nil {
			c.t.Error(err)
		}
	}
	if *update {
		c.recount()
	}
	const shown = 50 // of new differences; go test -artifacts keeps them all
	for _, d := range c.New[:min(shown, len(c.New))] {
		c.t.Error(d)
	}
	if len(c.New) > shown {
		c.t.Errorf("and %d more", len(c.New)-shown)
	}
	c.keep()
	for _, s := range c.Stale() {
		c.t.Error(s)
	}
}

// keep writes all new differences to the test's artifacts.
func (c comparison) keep() {
	c.t.Helper()
	var all bytes.Buffer
	for _, d := range c.New {
		fmt.Fprintln(&all, d)
	}
	name := strings.ReplaceAll(c.Source, " ", "-") + ".txt"
	if err := os.WriteFile(filepath.Join(c.t.ArtifactDir(), name), all.Bytes(), 0o666); err != nil {
		c.t.Error(err)
	}
}

// recount writes what was found into differences.txt, which other sources'
// tests may have changed since.
func (c comparison) recount() {
	c.t.Helper()
	text, err := os.ReadFile("differences.txt")
	if err == nil {
		err = os.WriteFile("differences.txt", []byte(c.Recount(string(text))), 0o666)
	}
	if err != nil {
		c.t.Error(err)
	}
}
