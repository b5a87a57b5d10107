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

// Streams writes the bytes of TCP streams into a directory, one file for each
// direction. In a file a byte stands at its offset in the stream, and what is
// missing is a hole.
//
// Files are written in a hidden directory, and Commit puts them into place. Small
// writes are gathered ([store]), and a file is open only while some of its bytes are
// written. Any number of goroutines may write, each to files of its own; Commit and
// Abort come after all of them.
type Streams struct {
	folder
	store    *store
	pens     chan *pen // as many as files are open at once, at most
	manifest *os.File
	told     sync.Mutex // held while the manifest is written

	failed atomic.Bool // err is set, or nothing is to be written any more
	mu     sync.Mutex  // of err
	err    error       // the first
	done   bool
}

// manifestName is the file that says what the others have.
const manifestName = "manifest.jsonl"

// A streamConfig says how much memory waits in how many pieces.
type streamConfig struct {
	blocks    int // how many
	blockSize int // bytes
	gather    int // bytes that are written at once
	pens      int // how many write at once
}

// streamDefaults keep 16 MiB together: 12 MiB of blocks, and 16 pens that gather 256 KiB.
// To open and close a file for so much is a tenth of writing it. Blocks of 4 KiB hold
// a small stream whole.
var streamDefaults = streamConfig{blocks: 3072, blockSize: 4 << 10, gather: 256 << 10, pens: 16}

// OpenStreams makes a place for streams in dir, which need not be there.
func OpenStreams(dir string) (*Streams, error) { return openStreams(dir, streamDefaults) }

func openStreams(dir string, c streamConfig) (*Streams, error) {
	if dir == "" {
		return nil, &ConfigError{"Streams", dir, "is no directory"}
	}
	s := &Streams{folder: folder{path: dir}, store: newStore(c.blocks, c.blockSize, c.gather), pens: make(chan *pen, c.pens)}
	if err := s.open(); err != nil {
		return nil, err
	}
	for range c.pens {
		s.pens <- newPen(s.temp, c.gather)
	}
	f, err := os.OpenFile(filepath.Join(s.temp, manifestName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		s.Abort()
		return nil, s.explain("create", manifestName, err)
	}
	s.manifest = f
	return s, nil
}

// Manifest adds whole lines to the manifest.
func (s *Streams) Manifest(b []byte) error {
	s.told.Lock()
	defer s.told.Unlock()
	if s.failed.Load() || len(b) == 0 {
		return s.Err()
	}
	_, err := s.manifest.Write(b)
	return s.fail("write", manifestName, err)
}

// Err returns the first error. Nothing is written after it.
func (s *Streams) Err() error {
	if !s.failed.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// fail keeps the first error, and returns it.
func (s *Streams) fail(op, name string, err error) error {
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
func (s *Streams) Commit() error {
	if s.done {
		return s.Err()
	}
	s.flushAll()
	f := s.manifest
	s.manifest = nil
	if err := s.fail("close", manifestName, f.Close()); err != nil {
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
func (s *Streams) Abort() error {
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
func (s *Streams) explain(op, name string, err error) error {
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
