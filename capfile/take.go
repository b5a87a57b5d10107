package capfile

import (
	"cmp"
	"io"
	"os"
)

// taking is what Take knows: which input it is at, and where.
type taking struct {
	next   int     // the input after this one
	in     *input  // this one; nil before the first
	handle *handle // this one's file, while it is cut
	at     int64   // the next chunk begins here
	stream *stream // this one, while it is read as a stream
	begin  place   // where the next piece of the stream begins
	carry  []byte  // the beginning of the record that the last piece could not complete
	missed int64   // bytes on disk of chunks that were never handed out
	read   int64   // bytes on disk that pieces of this stream cover
}

// Take claims the next piece of the input for p. It is called by one goroutine
// at a time. false: the input is at its end, or was stopped. What goes wrong with
// an input becomes Damage of a piece, in its place.
func (s *Source) Take(p *Piece) bool {
	t := &s.taking
	for {
		select {
		case <-s.quit:
			return false
		default:
		}
		switch {
		case t.handle != nil:
			if s.takeChunk(p) {
				return true
			}
		case t.stream != nil:
			if s.takeStream(p) {
				return true
			}
		case t.next == len(s.inputs):
			return false
		default:
			t.in = s.inputs[t.next]
			t.next++
			if f := s.begin(); f != nil {
				p.claim(t.in, s.batch)
				p.fault = *f
				p.Consumed, t.missed = t.missed+t.in.size, 0
				return true
			}
		}
	}
}

// begin goes to the present input's beginning.
func (s *Source) begin() *fault {
	t := &s.taking
	in := t.in
	switch {
	case in.broken != nil:
		return in.broken
	case in.pipe != nil:
		t.stream = in.pipe
		t.stream.readAhead()
	case in.plain && !s.serial:
		h, err := in.handles.hold(in.file.Path)
		if err != nil {
			return &fault{field: "file", err: err}
		}
		t.handle, t.at = h, 0
		return nil
	default:
		f, err := os.Open(in.file.Path)
		if err != nil {
			return &fault{field: "file", err: err}
		}
		t.stream = &stream{raw: counted{r: io.LimitReader(f, in.size)}, closer: f, spares: &s.spares}
		if !in.plain {
			if err := t.stream.decompress(); err != nil {
				t.endStream()
				return &fault{field: "compressed data", err: err}
			}
			t.stream.readAhead()
		}
	}
	t.begin, t.carry, t.read = place{}, t.carry[:0], 0
	return nil
}

// takeChunk hands out the next chunk. After damage what is left of the file is
// not read.
func (s *Source) takeChunk(p *Piece) bool {
	t := &s.taking
	in := t.in
	if t.at >= in.size || in.dead.Load() {
		t.missed += max(in.size-t.at, 0)
		t.handle.release()
		t.handle = nil
		return false
	}
	p.claim(in, s.batch)
	p.handle, _ = in.handles.hold(in.file.Path) // open already
	p.lo, p.hi = t.at, min(t.at+int64(s.batch), in.size)
	p.Consumed, t.missed = p.hi-p.lo+t.missed, 0
	t.at = p.hi
	return true
}

// takeStream reads and slices the next piece of a stream. false: the Source was
// stopped.
func (s *Source) takeStream(p *Piece) bool {
	t := &s.taking
	p.claim(t.in, s.batch)
	p.Base = t.begin.offset
	p.Bytes = append(p.Bytes, t.carry...)
	t.carry = t.carry[:0]
	h, sec, err := t.sliceStream(p, s.batch, s.quit)
	if err == errStopped {
		return false
	}
	p.Consumed = t.stream.raw.n.Load() - t.read
	t.read += p.Consumed
	p.to = place{offset: p.Base + int64(h.at), section: sec}
	t.begin = p.to
	switch {
	case p.fault.err != nil && !p.fault.passed:
	case h.err != nil && h.pass == 0:
		p.fail(h.at, h.field, h.err)
	case h.pass > 0, err == nil:
		t.carry = append(t.carry, p.Bytes[h.at:]...)
		return true
	case err == io.EOF && h.need == 0 && !t.shrunk(p):
	default:
		if err == io.EOF {
			err = ErrTruncated
		}
		p.fail(h.at, cmp.Or(h.field, "record header"), err)
	}
	t.endStream()
	return true
}

// sliceStream reads on until at least one record can be sliced, or was passed
// as damage. err is what ended the stream, after the bytes of p.
func (t *taking) sliceStream(p *Piece, want int, quit <-chan struct{}) (h halt, sec *section, err error) {
	at, sec, classic := 0, t.begin.section, t.in.format.classic
	if p.Base == 0 {
		at = int(t.in.start().offset)
	}
	for want = max(want, len(p.Bytes)+1); ; want = h.more(len(p.Bytes)) {
		err = t.fill(p, want, max(want, h.at+h.need), quit)
		if err == nil && len(p.Bytes) <= at {
			continue
		}
		if classic != nil && !classic.decide(p.Bytes[min(at, len(p.Bytes)):], err != nil) {
			continue
		}
		h, sec = t.in.format.slice(p, at, len(p.Bytes), sec)
		if h.pass > 0 && h.at == at {
			if h, err = t.pass(p, h, sec, quit); err != nil || p.fault.err != nil {
				return h, sec, err
			}
			at, h = 0, halt{}
			continue
		}
		if err != nil || h.err != nil || h.at > at {
			return h, sec, err
		}
		if h.need > guess {
			p.settle()
		}
	}
}

// more says how many bytes of the stream to have next, where there are so many:
// no more of a large record than its end.
func (h *halt) more(have int) int {
	more := have + min(have+1, step)
	if h.need > guess {
		more = min(more, h.at+h.need)
	}
	return more
}

// pass reads past a record that is not kept: the piece then begins behind it.
func (t *taking) pass(p *Piece, h halt, sec *section, quit <-chan struct{}) (halt, error) {
	record := p.Bytes[h.at:]
	rest := record[min(len(record), h.pass):]
	record = record[:len(record)-len(rest)]
	last := append(make([]byte, 0, 8), record[len(record)-4:]...)
	for left := h.pass - len(record); left > 0; left -= len(p.Bytes) {
		p.Bytes = p.Bytes[:0]
		err := t.fill(p, min(left, blockSize), blockSize, quit)
		last = append(last, p.Bytes[max(0, len(p.Bytes)-4):]...)
		last = append(last[:0], last[len(last)-4:]...)
		if err != nil && len(p.Bytes) < left {
			p.Bytes = p.Bytes[:0]
			return halt{at: h.at, need: h.pass, field: h.field}, err
		}
	}
	if p.passed(h, sec, last) {
		p.Base += int64(h.at + h.pass)
		p.Bytes = append(p.Bytes[:0], rest...)
		return halt{pass: h.pass}, nil
	}
	return halt{at: h.at}, nil
}

// shrunk says whether a file that is not compressed ended earlier than when it
// was opened.
func (t *taking) shrunk(p *Piece) bool {
	return t.in.plain && p.Base+int64(len(p.Bytes)) < t.in.size
}

// fill reads until the buffer holds n bytes; of what is read ahead it takes what
// is there, but at least one byte.
func (t *taking) fill(p *Piece, n, most int, quit <-chan struct{}) (err error) {
	wait := true
	for len(p.Bytes) < n && err == nil {
		have := len(p.Bytes)
		p.grow(n-have, most)
		var k int
		if a := t.stream.ahead; a != nil {
			k, err = a.read(p.Bytes[have:], wait, quit)
		} else {
			k, err = t.stream.Read(p.Bytes[have:])
		}
		p.Bytes = p.Bytes[:have+k]
		if k == 0 && !wait {
			break
		}
		wait = k == 0
	}
	return err
}

func (t *taking) endStream() {
	if t.stream != t.in.pipe {
		t.stream.close()
	}
	t.stream = nil
}

// end gives back what Take holds.
func (t *taking) end() {
	if t.stream != nil {
		t.endStream()
	}
}
