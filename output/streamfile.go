package output

import (
	"math"
	"slices"
)

// A StreamFile is the file of one direction of a stream. The zero value is one that
// has nothing. It is small and without pointers, and belongs to one goroutine at a time.
type StreamFile struct {
	end        uint64 // of the bytes that it has
	generation uint32 // of its backlog
	backlog    uint32 // its place, from 1; 0: it has none
	written    bool
	truncated  bool
}

// Written says whether there is a file: whether it has any bytes.
func (f *StreamFile) Written() bool { return f.written }

// Truncated says whether the stream went on beyond what a file can have.
func (f *StreamFile) Truncated() bool { return f.truncated }

// streamLimit is where files end: an offset is what a capture says it is, and
// file systems end at 16 TiB.
const streamLimit = 1 << 42

// Write puts bytes at an offset of the file. It keeps nothing of b. A gap before
// them is a hole. Errors are kept: see Err.
func (s *Streams) Write(f *StreamFile, name StreamName, offset uint64, b []byte) {
	if room := streamLimit - min(offset, streamLimit); uint64(len(b)) > room {
		f.truncated = true
		b = b[:room]
	}
	if len(b) == 0 || s.failed.Load() {
		return
	}
	end := f.end
	f.written = true
	f.end = max(f.end, offset+uint64(len(b)))
	h := s.backlog(f)
	if h == nil {
		if h = s.begin(f, name, offset); h == nil {
			s.write(name, offset, b, 0)
			return
		}
	} else if offset != h.end() {
		s.leap(h, offset, end)
	}
	s.append(h, b)
	h.mu.Unlock()
}

// backlog returns that of the file, locked, or nil where it has none, or none any more.
func (s *Streams) backlog(f *StreamFile) *backlog {
	if f.backlog == 0 {
		return nil
	}
	h := &s.store.backlogs[f.backlog-1]
	h.mu.Lock()
	if h.generation == f.generation {
		return h
	}
	h.mu.Unlock()
	f.backlog = 0
	return nil
}

// begin gives the file a backlog and returns it, locked, or nil where no block can be had.
func (s *Streams) begin(f *StreamFile, name StreamName, offset uint64) *backlog {
	block, ok := s.take()
	if !ok {
		return nil
	}
	h := &s.store.backlogs[block]
	h.mu.Lock()
	s.store.begin(h, name, offset)
	f.backlog, f.generation = block+1, h.generation
	return h
}

// take returns a block, which another file may have to be written for.
func (s *Streams) take() (block uint32, ok bool) {
	for {
		if block, ok = s.store.take(); ok {
			return block, true
		}
		h := s.store.oldest()
		if h == nil {
			return 0, false
		}
		s.flush(h, 0)
		s.store.drop(h)
		h.mu.Unlock()
	}
}

// zeros stand for gaps of less than a block of most file systems. They take no more
// of the disk than the hole would, and a capture whose frames are cut has one behind each.
var zeros [4095]byte

// leap makes the backlog, which ends elsewhere, go on at this offset. The file has
// nothing behind end.
func (s *Streams) leap(h *backlog, offset, end uint64) {
	if gap := offset - end; h.end() == end && gap <= uint64(len(zeros)) {
		s.append(h, zeros[:gap])
		return
	}
	s.flush(h, 0)
	s.store.shorten(h)
	h.start = offset
}

// append adds bytes to a backlog, which is written whenever there is no more room for it.
func (s *Streams) append(h *backlog, b []byte) {
	for {
		n := s.store.add(h, b)
		if b = b[n:]; len(b) == 0 {
			return
		}
		if h.length < s.store.most {
			if block, ok := s.take(); ok {
				s.store.extend(h, block)
				continue
			}
		}
		s.flush(h, 0)
		s.store.shorten(h)
	}
}

// Finish writes what waits for the file, whose stream has this length. Gaps at
// the end of the stream are a hole too; where nothing but gaps is, there is no file.
func (s *Streams) Finish(f *StreamFile, name StreamName, length uint64) {
	if length > streamLimit {
		f.truncated = true
		length = streamLimit
	}
	if length <= f.end || !f.written {
		length = 0
	}
	if h := s.backlog(f); h != nil {
		s.flush(h, length)
		s.store.drop(h)
		h.mu.Unlock()
		f.backlog = 0
	} else if length > 0 {
		s.write(name, 0, nil, length)
	}
}

// flushAll writes what waits for any file.
func (s *Streams) flushAll() {
	for i := range s.store.backlogs {
		h := &s.store.backlogs[i]
		h.mu.Lock()
		if h.length > 0 {
			s.flush(h, 0)
			s.store.drop(h)
		}
		h.mu.Unlock()
	}
}

// flush writes a backlog; the file then has at least this length.
func (s *Streams) flush(h *backlog, length uint64) {
	if s.failed.Load() {
		return
	}
	p := <-s.pens
	defer func() { s.pens <- p }()
	var room []byte
	if h.length > s.store.size {
		room = p.room()
	}
	s.put(p, h.name, h.start, s.store.gather(h, room), length)
}

// write writes bytes that do not wait; the file then has at least this length.
func (s *Streams) write(name StreamName, offset uint64, b []byte, length uint64) {
	if s.failed.Load() {
		return
	}
	p := <-s.pens
	defer func() { s.pens <- p }()
	s.put(p, name, offset, b, length)
}

func (s *Streams) put(p *pen, name StreamName, offset uint64, b []byte, length uint64) {
	if op, err := p.write(&name, offset, b, length); err != nil {
		s.fail(op, string(name.Append(nil)), err)
	}
}

// A pen writes to one file at a time.
type pen struct {
	path   []byte // that of the hidden directory, and what follows it
	dir    int    // its length
	size   int
	buffer []byte // gathers; made when it is first needed
}

func newPen(dir string, size int) *pen {
	path := append([]byte(dir), '/')
	return &pen{path: slices.Clip(path), dir: len(path), size: size}
}

func (p *pen) room() []byte {
	if p.buffer == nil {
		p.buffer = make([]byte, p.size)
	}
	return p.buffer
}

// write puts bytes at an offset of a file and makes the file at least as long
// as length, which is 0 where it need not be. It says what it was doing when it failed.
func (p *pen) write(name *StreamName, offset uint64, b []byte, length uint64) (op string, err error) {
	p.path = name.Append(p.path[:p.dir])
	d, err := openDescriptor(string(p.path))
	if err != nil {
		return "create", err
	}
	if err = d.writeAt(b, int64(offset)); err != nil {
		op = "write"
	} else if length > 0 {
		op, err = "truncate", d.truncate(int64(min(length, math.MaxInt64)))
	}
	if e := d.close(); err == nil && e != nil {
		op, err = "close", e
	}
	return op, err
}
