//go:build unix

package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestAfterAnErrorNothingIsWritten(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	o, err := Open(Config{Kinds: []string{"flows"}, Stdout: w}, schemas()...)
	if err != nil {
		t.Fatal(err)
	}
	first := o.Write(0, []byte("x\n"))
	if !errors.Is(first, syscall.EPIPE) || !strings.Contains(first.Error(), "standard output") {
		t.Errorf("the error is %v", first)
	}
	if again := o.Write(0, []byte("x\n")); again != first {
		t.Errorf("then it is %v", again)
	}
	if end := o.Commit(); end != first {
		t.Errorf("at the end it is %v", end)
	}
}

func TestADeviceIsWrittenAsItIs(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skip("this system has no " + full)
	}
	err := writeFlow(t, Config{Path: full, Kinds: []string{"flows"}}, (*Output).Commit)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), full) {
		t.Errorf("the error is %v", err)
	}
}

func TestAFIFOIsWrittenAsItIs(t *testing.T) {
	dir := t.TempDir()
	path := dir + "/fifo"
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		data, err := os.ReadFile(path)
		read <- fmt.Sprint(string(data), err)
	}()
	if err := writeFlow(t, Config{Path: path, Kinds: []string{"flows"}}, (*Output).Commit); err != nil {
		t.Fatal(err)
	}
	if got := <-read; got != flowJSON+"<nil>" {
		t.Errorf("the reader got %q", got)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("it became %v, %v", info.Mode(), err)
	}
}
