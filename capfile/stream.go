package capfile

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// A stream is an input that is read from its beginning to its end. What was
// peeked at is read again.
type stream struct {
	raw         counted
	closer      io.Closer // of what raw reads; nil: not ours
	compression *compression
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
			s.head = append(make([]byte, 0, max(4<<10, 4*len(s.head))), s.head...)
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
		body, release, err := c.open(packed)
		s.compression = c
		if err != nil {
			return fmt.Errorf("%w: %s that cannot be read: %w", errNoCapture, s.what(), err)
		}
		s.body, s.release = &translated{body}, release
		s.head, s.err = nil, nil
		return nil
	}
	return nil
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
		s.head = s.head[n:]
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

// translated turns a decompressor's errors into this package's.
type translated struct{ r io.Reader }

func (t *translated) Read(b []byte) (int, error) {
	n, err := t.r.Read(b)
	switch {
	case err == nil || err == io.EOF:
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("compressed %w", ErrTruncated)
	default:
		err = fmt.Errorf("%w: %w", ErrCompressed, err)
	}
	return n, err
}

// ahead is a goroutine that reads a stream while what it has read is sliced. It
// fills at most aheadBlocks blocks, and ends with the stream or with end.
type ahead struct {
	full    chan block
	free    chan []byte
	quit    chan struct{}
	running sync.WaitGroup
	now     block // being read
	rest    []byte
}

const (
	aheadBlocks = 4
	blockSize   = 128 << 10
)

type block struct {
	b   []byte
	err error // what ended the stream, after b
}

// readAhead starts the goroutine. It waits for blocks to be full (of what is
// compressed), or hands on what it gets (of a pipe, whose writer may be slow).
func (s *stream) readAhead() {
	a := &ahead{full: make(chan block, aheadBlocks), free: make(chan []byte, aheadBlocks), quit: make(chan struct{})}
	for range aheadBlocks {
		a.free <- nil
	}
	s.ahead = a
	release := s.release
	whole := s.compression != nil
	a.running.Go(func() {
		if release != nil {
			defer release()
		}
		a.run(s, whole)
	})
}

func (a *ahead) run(s *stream, whole bool) {
	for {
		var b []byte
		select {
		case b = <-a.free:
		case <-a.quit:
			return
		}
		if b == nil {
			b = make([]byte, blockSize)
		}
		b = b[:cap(b)]
		n, err := s.Read(b)
		for whole && err == nil && n < len(b) {
			var k int
			k, err = s.Read(b[n:])
			n += k
		}
		select {
		case a.full <- block{b[:n], err}:
		case <-a.quit:
			return
		}
		if err != nil {
			return
		}
	}
}

// read copies what was read ahead. Without wait it returns 0 when nothing is there.
// stop ends waiting, as the end of the stream.
func (a *ahead) read(b []byte, wait bool, stop <-chan struct{}) (int, error) {
	for len(a.rest) == 0 {
		if a.now.b != nil {
			a.free <- a.now.b // never blocks: there is room for all
		}
		if a.now.err != nil {
			err := a.now.err
			a.now.b = nil
			return 0, err
		}
		a.now = block{}
		select {
		case a.now = <-a.full:
		default:
			if !wait {
				return 0, nil
			}
			select {
			case a.now = <-a.full:
			case <-stop:
				return 0, errStopped
			}
		}
		a.rest = a.now.b
	}
	n := copy(b, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

var errStopped = errors.New("stopped")

// end stops the goroutine, and waits for it unless it may be waiting for an
// input that cannot be closed.
func (a *ahead) end(wait bool) {
	close(a.quit)
	if wait {
		a.running.Wait()
	}
}
