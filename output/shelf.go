package output

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// A shelf is a directory of many files, which many goroutines write, each of them
// files of its own.
//
// They are written in a hidden directory, and Commit puts them into place. Small
// writes are gathered ([store]), and a file is open only while some of its bytes are
// written ([pen]).
type shelf[N fileName] struct {
	folder
	store    *store[N]
	pens     chan *pen // as many as files are open at once, at most
	list     string    // the manifest's name
	manifest *os.File
	told     sync.Mutex // held while the manifest is written

	failed atomic.Bool // err is set, or nothing is to be written any more
	mu     sync.Mutex  // of err
	err    error       // the first
	done   bool
}

// A fileName is what a file is known by. Append adds its name in the directory,
// which no other file has.
type fileName interface{ Append(dst []byte) []byte }

// A shelfConfig says how much memory waits in how many pieces.
type shelfConfig struct {
	blocks    int // how many
	blockSize int // bytes
	gather    int // bytes that are written at once
	pens      int // how many write at once
}

// start makes a place for files of a kind in dir, which need not be there.
func (s *shelf[N]) start(dir, kind, list string, c shelfConfig) error {
	s.folder = folder{path: dir, kind: kind}
	s.list = list
	s.store = newStore[N](c.blocks, c.blockSize, c.gather)
	s.pens = make(chan *pen, c.pens)
	if err := s.open(); err != nil {
		return err
	}
	for range c.pens {
		s.pens <- newPen(s.temp, c.gather)
	}
	f, err := os.OpenFile(filepath.Join(s.temp, list), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		s.Abort()
		return s.explain("create", list, err)
	}
	s.manifest = f
	return nil
}

// Manifest adds whole lines to the manifest.
func (s *shelf[N]) Manifest(b []byte) error {
	s.told.Lock()
	defer s.told.Unlock()
	if s.failed.Load() || len(b) == 0 {
		return s.Err()
	}
	_, err := s.manifest.Write(b)
	return s.fail("write", s.list, err)
}

// Err returns the first error. Nothing is written after it.
func (s *shelf[N]) Err() error {
	if !s.failed.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// fail keeps the first error, and returns it.
func (s *shelf[N]) fail(op, name string, err error) error {
	if err == nil {
		return s.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = cmp.Or(s.err, s.explain(op, name, err))
	s.failed.Store(true)
	return s.err
}

// Commit writes what waits and puts the files into place. Where anything
// failed, now or before, it puts nothing there.
func (s *shelf[N]) Commit() error {
	if s.done {
		return s.Err()
	}
	s.flushAll()
	f := s.manifest
	s.manifest = nil
	if err := s.fail("close", s.list, f.Close()); err != nil {
		s.Abort()
		return err
	}
	s.done = true
	if err := s.place(); err != nil {
		s.fail("rename", "", err)
		s.remove()
	}
	s.failed.Store(true)
	return s.Err()
}

// Abort gives up all files and leaves nothing of them behind. After Commit it does nothing.
func (s *shelf[N]) Abort() error {
	if s.done {
		return nil
	}
	s.done = true
	s.failed.Store(true)
	var err error
	if s.manifest != nil {
		err = s.manifest.Close()
	}
	return s.explain("remove", "", cmp.Or(s.remove(), err))
}

// explain says which file an error is about, by the name it would have in its
// place and not by a temporary one.
func (s *shelf[N]) explain(op, name string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	} else if e, ok := errors.AsType[*os.LinkError](err); ok {
		err = e.Err
	}
	return &fs.PathError{Op: op, Path: filepath.Join(s.path, name), Err: err}
}
