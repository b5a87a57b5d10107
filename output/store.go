package output

import (
	"sync"
	"sync/atomic"

	"github.com/pcappipe/pcappipe/internal/invariants"
)

// A store has the bytes that wait to be written: blocks of one size, a chain for
// each file. It never has more memory than its blocks. Where none is free, the
// file that nobody has added to for longest is written, whoever's it is; so a file
// knows its backlog by place and generation, and finds out that it is gone.
type store[N fileName] struct {
	size     int // of a block
	most     int // bytes of a backlog
	bytes    []byte
	next     []uint32 // of each block in a chain the one behind it
	backlogs []backlog[N]

	mu   sync.Mutex // of free
	free []uint32   // blocks
	hand atomic.Uint32
}

// A backlog is bytes of one file that wait, without a gap. That with the chain
// that begins with block i is backlogs[i].
type backlog[N fileName] struct {
	mu         sync.Mutex
	head, last uint32 // blocks
	generation uint32 // counts the files that it had
	room       int    // bytes of the last block that are free
	recent     bool   // it was added to since the hand came by
	length     int    // 0: it has no file
	start      uint64 // offset of the first byte
	name       N
}

// end is the offset behind the last byte.
func (h *backlog[N]) end() uint64 { return h.start + uint64(h.length) }

func newStore[N fileName](blocks, size, most int) *store[N] {
	s := &store[N]{size: size, most: most, bytes: make([]byte, blocks*size), next: make([]uint32, blocks), backlogs: make([]backlog[N], blocks)}
	for i := range s.backlogs {
		s.backlogs[i].head, s.backlogs[i].last = uint32(i), uint32(i)
		s.free = append(s.free, uint32(blocks-1-i)) // low ones first: what is never used costs no memory
	}
	return s
}

// take returns a free block.
func (s *store[N]) take() (block uint32, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.free)
	if n == 0 {
		return 0, false
	}
	block = s.free[n-1]
	s.free = s.free[:n-1]
	return block, true
}

// add copies what fits into the last block of h and returns how much that is.
func (s *store[N]) add(h *backlog[N], b []byte) int {
	n := copy(s.block(h.last)[s.size-h.room:], b)
	h.room -= n
	h.length += n
	h.recent = true
	return n
}

// begin makes h that of a file.
func (s *store[N]) begin(h *backlog[N], name N, offset uint64) {
	h.name, h.start, h.room = name, offset, s.size
}

// extend puts a block behind the last of h.
func (s *store[N]) extend(h *backlog[N], block uint32) {
	s.next[h.last] = block
	h.last, h.room = block, s.size
}

func (s *store[N]) block(i uint32) []byte { return s.bytes[int(i)*s.size:][:s.size] }

// gather returns the bytes of h as one piece, in to where they are not one as they are.
func (s *store[N]) gather(h *backlog[N], to []byte) []byte {
	if h.length <= s.size {
		return s.block(h.head)[:h.length]
	}
	n := 0
	for i := h.head; n < h.length; i = s.next[i] {
		n += copy(to[n:h.length], s.block(i))
	}
	return to[:n]
}

// shorten empties h but for its first block.
func (s *store[N]) shorten(h *backlog[N]) {
	if h.last != h.head {
		s.release(s.next[h.head], h.last)
		h.last = h.head
	}
	h.start += uint64(h.length)
	h.length, h.room = 0, s.size
}

// drop gives up h, which has no file then.
func (s *store[N]) drop(h *backlog[N]) {
	h.length = 0
	h.generation++
	s.release(h.head, h.last)
	h.last = h.head
}

// release makes the blocks of a chain free.
func (s *store[N]) release(first, last uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := first; ; i = s.next[i] {
		invariants.Poison(s.block(i)[:0:s.size])
		s.free = append(s.free, i)
		if i == last {
			return
		}
	}
}

// oldest returns a backlog, locked, that nobody has added to for long, or nil where all
// are in use just now. The hand goes round, and spares those that were added to since it came
// by: which is nearly the oldest, and costs those who add nothing.
func (s *store[N]) oldest() *backlog[N] {
	for range 2*len(s.backlogs) + 1 {
		h := &s.backlogs[s.hand.Add(1)%uint32(len(s.backlogs))]
		if !h.mu.TryLock() {
			continue
		}
		switch {
		case h.length > 0 && !h.recent:
			return h
		default:
			h.recent = false
			h.mu.Unlock()
		}
	}
	return nil
}
