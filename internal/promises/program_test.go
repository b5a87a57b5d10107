package promises

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

func TestMain(m *testing.M) {
	status := m.Run()
	os.RemoveAll(built.dir)
	os.Exit(status)
}

// built is the program, built by the first test that needs it.
var built struct {
	sync.Once
	dir, path string
	err       error
}

// program returns where the program stands.
func program(t testing.TB) string {
	t.Helper()
	built.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "promises"); built.err != nil {
			return
		}
		built.path = filepath.Join(built.dir, "pcappipe")
		var said []byte
		said, built.err = exec.Command("go", "build", "-o", built.path, "github.com/pcappipe/pcappipe/cmd/pcappipe").CombinedOutput()
		if built.err != nil {
			built.err = errors.New(string(said))
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

// command returns the program as it would be started in an environment that
// says nothing of memory or processors.
func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program(t), args...)
	cmd.Env = append(os.Environ(), "GOMEMLIMIT=", "GOGC=", "GOMAXPROCS=")
	return cmd
}

// An ending is how a run of the program ended.
type ending struct {
	code   int // exit status; -1: a signal
	signal syscall.Signal
	stderr string
}

// errOpen is what a feed returns that leaves the input open.
var errOpen = errors.New("the input does not end by itself")

// run runs the program to its end. What it is fed stops early where the
// program does.
func run(t testing.TB, cmd *exec.Cmd, feed func(io.Writer) error) ending {
	t.Helper()
	var stderr bytes.Buffer
	if cmd.Stderr == nil {
		cmd.Stderr = &stderr
	}
	fed, ended := make(chan error, 1), make(chan bool)
	var r, w *os.File
	if feed != nil {
		var err error
		if r, w, err = os.Pipe(); err != nil {
			t.Fatal(err)
		}
		cmd.Stdin = r
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// Only now: what the program writes of what it is fed tells that it has started.
	go func() {
		if feed == nil {
			fed <- nil
			return
		}
		err := feed(w)
		if err == errOpen {
			<-ended
			err = nil
		}
		w.Close()
		fed <- err
	}()
	err := cmd.Wait()
	close(ended)
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatal(err)
	}
	if feed != nil {
		r.Close() // or a feed that the program left would wait
	}
	if err := <-fed; err != nil && !errors.Is(err, syscall.EPIPE) {
		t.Fatal(err)
	}
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	end := ending{code: cmd.ProcessState.ExitCode(), stderr: stderr.String()}
	if status.Signaled() {
		end.signal = status.Signal()
	}
	return end
}
