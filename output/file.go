package output

// A file is one of many. The zero value is one that has nothing. It is small and
// without pointers, and belongs to one goroutine at a time.
type file struct {
	end        uint64 // of the bytes that it has
	generation uint32 // of its backlog
	backlog    uint32 // its place, from 1; 0: it has none
	written    bool
	truncated  bool
}

// Written says whether there is a file: whether it has any bytes.
func (f *file) Written() bool { return f.written }

// Truncated says whether there was more than a file can have.
func (f *file) Truncated() bool { return f.truncated }

// fileLimit is where files end: an offset is what a capture says it is, and
// file systems end at 16 TiB.
const fileLimit = 1 << 42

// write puts bytes at an offset of the file. It keeps nothing of b. A gap before
// them is a hole.
func (s *shelf[N]) write(f *file, name N, offset uint64, b []byte) {
	if room := fileLimit - min(offset, fileLimit); uint64(len(b)) > room {
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
			s.writeNow(name, offset, b, 0)
			return
		}
	} else if offset != h.end() {
		s.leap(h, offset, end)
	}
	s.append(h, b)
	h.mu.Unlock()
}

// backlog returns that of the file, locked, or nil where it has none, or none any more.
func (s *shelf[N]) backlog(f *file) *backlog[N] {
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
func (s *shelf[N]) begin(f *file, name N, offset uint64) *backlog[N] {
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
func (s *shelf[N]) take() (block uint32, ok bool) {
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
func (s *shelf[N]) leap(h *backlog[N], offset, end uint64) {
	if gap := offset - end; h.end() == end && gap <= uint64(len(zeros)) {
		s.append(h, zeros[:gap])
		return
	}
	s.flush(h, 0)
	s.store.shorten(h)
	h.start = offset
}

// append adds bytes to a backlog, which is written whenever there is no more room for it.
func (s *shelf[N]) append(h *backlog[N], b []byte) {
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

// finish writes what waits for the file, which has this length. A gap at the end
// is a hole too; where nothing but gaps is, there is no file.
func (s *shelf[N]) finish(f *file, name N, length uint64) {
	if length > fileLimit {
		f.truncated = true
		length = fileLimit
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
		s.writeNow(name, 0, nil, length)
	}
}

// flushAll writes what waits for any file.
func (s *shelf[N]) flushAll() {
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
func (s *shelf[N]) flush(h *backlog[N], length uint64) {
	if s.failed.Load() {
		return
	}
	p := <-s.pens
	defer func() { s.pens <- p }()
	var room []byte
	if h.length > s.store.size {
		room = p.room()
	}
	s.put(p, &h.name, h.start, s.store.gather(h, room), length)
}

// writeNow writes bytes that do not wait; the file then has at least this length.
func (s *shelf[N]) writeNow(name N, offset uint64, b []byte, length uint64) {
	if s.failed.Load() {
		return
	}
	p := <-s.pens
	defer func() { s.pens <- p }()
	s.put(p, &name, offset, b, length)
}

func (s *shelf[N]) put(p *pen, name *N, offset uint64, b []byte, length uint64) {
	p.path = (*name).Append(p.path[:p.dir])
	if op, err := p.write(offset, b, length); err != nil {
		s.fail(op, string(p.path[p.dir:]), err)
	}
}
