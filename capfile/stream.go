package capfile

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// A stream is an input that is read from its beginning to its end. What was
// peeked at is read again.
type stream struct {
	raw         counted
	closer      io.Closer // of what raw reads; nil: not ours
	compression *compression
	spares      *spares   // of all streams of a Source
	body        io.Reader // decompressed; nil: raw is
	release     func()    // gives the decompressor back
	head        []byte    // peeked at and not yet read
	err         error     // what ended peeking
	ahead       *ahead    // the goroutine that reads body; nil before the first Read with it
}

// counted counts what is read.
type counted struct {
	r io.Reader
	n atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// peek returns the next n bytes, which are read again later; fewer, with the
// reason, when there are no more. What it allocates grows with what is read.
func (s *stream) peek(n int) ([]byte, error) {
	for len(s.head) < n && s.err == nil {
		if len(s.head) == cap(s.head) {
			have := len(s.head)
			s.head = append(make([]byte, 0, max(4<<10, min(4*have, max(n, have+have/4)))), s.head...)
		}
		var k int
		k, s.err = s.source().Read(s.head[len(s.head):cap(s.head)])
		s.head = s.head[:len(s.head)+k]
	}
	if len(s.head) < n {
		return s.head, s.err
	}
	return s.head[:n], nil
}

func (s *stream) source() io.Reader {
	if s.body != nil {
		return s.body
	}
	return &s.raw
}

// decompress looks whether the stream is compressed, and reads on what is in it.
func (s *stream) decompress() error {
	magic, _ := s.peek(6)
	for i := range compressions {
		c := &compressions[i]
		if !c.begins(magic) {
			continue
		}
		packed := io.MultiReader(newReplay(s.head, s.err), &s.raw)
		body, release, err := c.start(s.spares, packed)
		s.compression = c
		if err != nil {
			return s.unreadable(err)
		}
		s.body, s.release = &translated{body}, release
		s.head, s.err = nil, nil
		return nil
	}
	return nil
}

// unreadable says that nothing could be decompressed. It may well be a capture,
// so a directory does not pass over it.
func (s *stream) unreadable(err error) error {
	return fmt.Errorf("%s that cannot be decompressed: %w", s.what(), err)
}

// what names the compression.
func (s *stream) what() string {
	if s.compression == nil {
		return "a file"
	}
	return s.compression.name
}

// Read returns what is left of the head first.
func (s *stream) Read(b []byte) (int, error) {
	if len(s.head) > 0 {
		n := copy(b, s.head)
		if s.head = s.head[n:]; len(s.head) == 0 {
			s.head = nil // it can be large
		}
		return n, nil
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.source().Read(b)
	s.err = err
	return n, err
}

func (s *stream) close() {
	if s.closer != nil {
		s.closer.Close() // also wakes a goroutine that waits for a FIFO
	}
	if s.ahead != nil {
		s.ahead.end(s.closer != nil)
	} else if s.release != nil {
		s.release()
		s.release = nil
	}
}

// newReplay reads bytes again, and then the error that ended them.
func newReplay(b []byte, err error) io.Reader { return &replay{b, err} }

type replay struct {
	b   []byte
	err error
}

func (r *replay) Read(b []byte) (int, error) {
	if len(r.b) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		return 0, io.EOF
	}
	n := copy(b, r.b)
	r.b = r.b[n:]
	return n, nil
}

// translated turns a decompressor's errors, and its panics, into this package's errors.
type translated struct{ r io.Reader }

func (t *translated) Read(b []byte) (n int, err error) {
	defer recovered(&err)
	n, err = t.r.Read(b)
	switch {
	case err == nil || err == io.EOF:
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("compressed %w", ErrTruncated)
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, ErrWindow):
		err = ErrWindow
	default:
		err = fmt.Errorf("%w: %w", ErrCompressed, err)
	}
	return n, err
}

// recovered is deferred where a decompressor of others meets bytes of others.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrCompressed, r)
	}
}
