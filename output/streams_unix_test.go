//go:build unix

package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestAFullDiskIsAnError(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this system has no /dev/full")
	}
	dir := t.TempDir() + "/out"
	err := writeStream(t, dir, func(s *Streams) error {
		if err := os.Symlink("/dev/full", filepath.Join(s.temp, nameOf(9))); err != nil {
			t.Fatal(err)
		}
		var f StreamFile
		s.Write(&f, streamName(9), 0, []byte("x"))
		return s.Commit() // which writes what waits
	})
	e, ok := errors.AsType[*fs.PathError](err)
	if !ok || !errors.Is(err, syscall.ENOSPC) || e.Op != "write" || e.Path != filepath.Join(dir, nameOf(9)) {
		t.Errorf("the error is %v", err)
	}
	if got := listing(t, filepath.Dir(dir)); got != "" {
		t.Errorf("there is %s", got)
	}
}

func TestADirectoryWithoutPermissionIsAnError(t *testing.T) {
	if os.Geteuid() == 0 { // whom no mode stops: but nothing can be made here
		if _, err := OpenStreams("/proc/self/fdinfo/out"); err == nil {
			t.Error("there is no error")
		}
		return
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, dir + "/out", dir + "/in/it"} {
		if _, err := OpenStreams(path); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestLinksAreFollowed(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(os.Mkdir(dir+"/real", 0o777), os.Symlink("real", dir+"/link"), os.Symlink("nowhere", dir+"/broken")); err != nil {
		t.Fatal(err)
	}
	if err := writeStream(t, dir+"/link", (*Streams).Commit); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir+"/real"); got != streamFiles {
		t.Errorf("there is %s", got)
	}
	if _, err := OpenStreams(dir + "/broken"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a link to nowhere: %v", err)
	}
}

// TestHolesTakeNoRoom says that a gap is not written.
func TestHolesTakeNoRoom(t *testing.T) {
	dir := t.TempDir() + "/out"
	s, err := OpenStreams(dir)
	if err != nil {
		t.Fatal(err)
	}
	var f StreamFile
	for i := range uint64(10) {
		s.Write(&f, streamName(1), i<<30, []byte("a few bytes"))
	}
	s.Finish(&f, streamName(1), 1<<40)
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, nameOf(1)))
	if err != nil || info.Size() != 1<<40 {
		t.Fatalf("%v, %v", info, err)
	}
	if used := info.Sys().(*syscall.Stat_t).Blocks * 512; used > 1<<20 {
		t.Errorf("it takes %d bytes", used)
	}
}
