package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// writeStream opens dir, writes a stream and a line about it, and ends as told.
func writeStream(t *testing.T, dir string, end func(*Streams) error) error {
	t.Helper()
	s, err := OpenStreams(dir)
	if err != nil {
		return err
	}
	var f StreamFile
	s.Write(&f, streamName(7), 0, []byte("new"))
	s.Finish(&f, streamName(7), 3)
	s.Manifest([]byte("{7}\n"))
	return end(s)
}

// listing is what a directory has in it at any depth, hidden files and empty
// directories as well.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if rel, _ := filepath.Rel(dir, path); rel != "." {
			names = append(names, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

var streamFiles = "7-10.0.0.1_40000-10.0.0.2_80: newmanifest.jsonl: {7}\n"

func TestFilesAppearTogether(t *testing.T) {
	for _, path := range []string{"out", "out/", "a/b/out", "there", "there/in/it"} {
		dir := t.TempDir()
		if err := os.Mkdir(dir+"/there", 0o777); err != nil {
			t.Fatal(err)
		}
		err := writeStream(t, filepath.Join(dir, path), func(s *Streams) error {
			if got := tree(t, dir); !strings.Contains(got, ".tmp-") || strings.Contains(got, path+"/7-") {
				t.Errorf("%s: before the end there is %s", path, got)
			}
			return s.Commit()
		})
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if got := tree(t, filepath.Join(dir, path)); got != streamFiles {
			t.Errorf("%s: there is %s", path, got)
		}
		if got := listing(t, dir); strings.Contains(got, ".tmp-") {
			t.Errorf("%s: what is left is %s", path, got)
		}
	}
}

func TestFilesJoinThoseThatAreThere(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{nameOf(7): "a longer old one", "other": "kept"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	before, _ := os.Stat(dir)
	if err := writeStream(t, dir, (*Streams).Commit); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); got != streamFiles+"other: kept" {
		t.Errorf("there is %s", got)
	}
	if after, _ := os.Stat(dir); !os.SameFile(before, after) {
		t.Error("the directory is another one")
	}
}

func TestADirectoryThatAppearsMeanwhileIsJoined(t *testing.T) {
	dir := t.TempDir() + "/out"
	err := writeStream(t, dir, func(s *Streams) error {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/other", []byte("kept"), 0o666); err != nil {
			t.Fatal(err)
		}
		return s.Commit()
	})
	if got := tree(t, dir); err != nil || got != streamFiles+"other: kept" {
		t.Errorf("%v, and there is %s", err, got)
	}
	if got := listing(t, filepath.Dir(dir)); strings.Contains(got, ".tmp-") {
		t.Errorf("what is left is %s", got)
	}
}

func TestManyFilesAreMoved(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenStreams(dir)
	if err != nil {
		t.Fatal(err)
	}
	const n = 1100 // more than are listed at once
	for i := range uint64(n) {
		var f StreamFile
		s.Write(&f, streamName(i), 0, []byte{1})
		s.Finish(&f, streamName(i), 1)
	}
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != n+1 {
		t.Errorf("%v, %d files", err, len(list))
	}
}

func TestAbortLeavesNoStreams(t *testing.T) {
	for _, path := range []string{"out", "a/b/out", "there", "there/in/it"} {
		dir := t.TempDir()
		if err := os.Mkdir(dir+"/there", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := writeStream(t, filepath.Join(dir, path), (*Streams).Abort); err != nil {
			t.Error(err)
		}
		if got := listing(t, dir); got != "there" {
			t.Errorf("%s: there is %s", path, got)
		}
	}
}

func TestAfterItsEndNothingHappens(t *testing.T) {
	dir := t.TempDir() + "/out"
	for name, end := range map[string]func(*Streams) error{"Commit": (*Streams).Commit, "Abort": (*Streams).Abort} {
		err := writeStream(t, dir, func(s *Streams) error {
			if err := end(s); err != nil {
				return err
			}
			var f StreamFile
			s.Write(&f, streamName(8), 0, []byte("late"))
			s.Finish(&f, streamName(8), 4)
			s.Manifest([]byte("late"))
			return errors.Join(s.Commit(), s.Abort(), s.Err())
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := tree(t, filepath.Dir(dir)); strings.Contains(got, "late") || strings.Contains(got, "8-") {
			t.Errorf("%s: there is %s", name, got)
		}
		os.RemoveAll(dir)
	}
}

func TestStreamsThatCannotBeOpenedSayWhy(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/file", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{dir + "/file": syscall.ENOTDIR, dir + "/file/out": syscall.ENOTDIR} {
		_, err := OpenStreams(path)
		e, ok := errors.AsType[*fs.PathError](err)
		if !ok || !errors.Is(err, want) || !strings.HasPrefix(e.Path, dir+"/file") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := OpenStreams(""); err == nil || err.Error() != `streams "": is no directory` {
		t.Errorf("no name: %v", err)
	}
	if got := listing(t, dir); got != "file" {
		t.Errorf("there is %s", got)
	}
}

func TestAFailureIsKeptAndLeavesNothing(t *testing.T) {
	dir := t.TempDir() + "/out"
	err := writeStream(t, dir, func(s *Streams) error {
		in := filepath.Join(s.temp, nameOf(9))
		if err := os.Mkdir(in, 0o777); err != nil { // where a file should be
			t.Fatal(err)
		}
		var f, g StreamFile
		s.Write(&f, streamName(9), 0, []byte("x"))
		s.Finish(&f, streamName(9), 1)
		first := s.Err()
		if e, ok := errors.AsType[*fs.PathError](first); !ok || e.Op != "create" || e.Path != filepath.Join(dir, nameOf(9)) {
			t.Errorf("the error is %v", first)
		}
		s.Write(&g, streamName(10), 0, []byte("x"))
		s.Finish(&g, streamName(10), 1)
		if again := s.Manifest([]byte("x")); again != first {
			t.Errorf("then it is %v", again)
		}
		if end := s.Commit(); end != first {
			t.Errorf("at the end it is %v", end)
		}
		return s.Err()
	})
	if err == nil {
		t.Error("there is no error afterwards")
	}
	if got := listing(t, filepath.Dir(dir)); got != "" {
		t.Errorf("there is %s", got)
	}
}
