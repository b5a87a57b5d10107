package capfile

import (
	"errors"
	"sync"
)

// An ahead is a goroutine that reads a stream while what it has read is sliced. It
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
