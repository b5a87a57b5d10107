//go:build promises

package promises

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// asMeasure makes the test binary start the program in its place: a process's
// peak counts the memory of the one that it was started from, and the tests'
// own can be large.
const asMeasure = "PROMISES_MEASURE"

func init() {
	if os.Getenv(asMeasure) == "" {
		return
	}
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Run()
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	fmt.Fprintln(os.NewFile(3, "measured"), usage.Maxrss, cmd.ProcessState.ExitCode())
	os.Exit(0)
}

// measured runs the program to its end, and returns its exit status and the bytes
// of memory that were resident at most.
func measured(t *testing.T, feed func(io.Writer) error, args ...string) (end ending, peak int64) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := command(t, args...)
	cmd.Args = append([]string{self}, cmd.Args...)
	cmd.Path, cmd.Env = self, append(cmd.Env, asMeasure+"=1")
	cmd.ExtraFiles = []*os.File{w}
	end = run(t, cmd, feed)
	w.Close()
	if _, err := fmt.Fscan(bufio.NewReader(r), &peak, &end.code); err != nil {
		t.Fatalf("%v\n%s", err, end.stderr)
	}
	return end, peak << 10
}
