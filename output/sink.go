package output

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A sink writes one place. A regular file is written under a temporary name
// beside it and renamed when complete, so that nobody ever reads half of it; a
// device or a pipe is written as it is.
type sink struct {
	path    string  // as the user named it; "" is standard output
	encoder Encoder // for Begin and End
	w       io.Writer
	file    *os.File // w, where it is ours to close
	temp    string   // its name until it is complete, "" where it has none
	target  string   // the place, links followed: renaming must not replace a link
	begun   bool
}

func (s *sink) open(stdout io.Writer) error {
	if s.path == "" {
		s.w = stdout
		return nil
	}
	info, err := os.Stat(s.path)
	if err == nil && !info.Mode().IsRegular() {
		return s.use(os.OpenFile(s.path, os.O_WRONLY, 0))
	}
	s.target = s.path
	if real, err := filepath.EvalSymlinks(s.path); err == nil {
		s.target = real
	}
	f, temp, err := createBeside(s.target)
	if err := s.use(f, err); err != nil {
		return err
	}
	s.temp = temp
	if info != nil {
		return s.explain("chmod", f.Chmod(info.Mode().Perm()))
	}
	return nil
}

func (s *sink) use(f *os.File, err error) error {
	if err != nil {
		return s.explain("create", err)
	}
	s.file, s.w = f, f
	return nil
}

// createBeside creates a file that no one else has, with a hidden name, in the
// directory of path: a rename stays within a file system.
func createBeside(path string) (*os.File, string, error) {
	dir, name := filepath.Split(path)
	for n := 0; ; n++ {
		temp := filepath.Join(dir, fmt.Sprintf(".%s.tmp-%d-%d", name, os.Getpid(), n))
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) || n == 1000 {
			return f, temp, err
		}
	}
}

func (s *sink) write(p []byte) error {
	if err := s.begin(); err != nil {
		return err
	}
	return s.put(p)
}

// begin writes what the format has before the first record, once.
func (s *sink) begin() error {
	if s.begun {
		return nil
	}
	s.begun = true
	return s.put(s.encoder.Begin(nil))
}

func (s *sink) put(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	_, err := s.w.Write(p)
	return s.explain("write", err)
}

// finish writes what is missing and closes the file, which is not in its place yet.
func (s *sink) finish() error {
	if err := s.begin(); err != nil {
		return err
	}
	if err := s.put(s.encoder.End(nil)); err != nil {
		return err
	}
	return s.close()
}

func (s *sink) close() error {
	if s.file == nil {
		return nil
	}
	f := s.file
	s.file = nil
	return s.explain("close", f.Close())
}

// place gives the complete file its name.
func (s *sink) place() error {
	if s.temp == "" {
		return nil
	}
	if err := os.Rename(s.temp, s.target); err != nil {
		return s.explain("rename", err)
	}
	s.temp = ""
	return nil
}

// abandon closes the file and removes what is not in its place.
func (s *sink) abandon() error {
	err := s.close()
	if s.temp != "" {
		if e := os.Remove(s.temp); err == nil {
			err = s.explain("remove", e)
		}
		s.temp = ""
	}
	return err
}

// explain says which place an error is about, by the name the user gave it
// and not by a temporary one.
func (s *sink) explain(op string, err error) error {
	if err == nil {
		return nil
	}
	path := s.path
	if path == "" {
		path = "standard output"
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	} else if e, ok := errors.AsType[*os.LinkError](err); ok {
		err = e.Err
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}
