package capfile

import (
	"io"

	"github.com/pcappipe/pcappipe/frame"
)

// A Piece is a batch on its way through the reader. The caller owns a fixed set
// of them and reuses each with its memory. Between Take and the end of Verify a
// piece is the Source's; then it is the caller's, until it is taken again.
type Piece struct {
	frame.Batch
	Damage   *FormatError // set by Verify: the file ended here, damaged
	Skipped  int          // pcapng blocks of unknown kinds that were skipped
	Consumed int64        // bytes of the input on disk that this piece covers
	// Settle, if there is one, is called by Take and Verify before the piece
	// grows for a large record, and returns when those before it were given back
	// and shed: there is one large piece at a time.
	Settle func()

	input  *input
	handle *handle // the open file of a chunk; nil: Take sliced the piece already
	lo, hi int64   // the chunk
	from   place   // where slicing began; an offset of -1: nowhere yet
	to     place   // where it ended
	fault  fault   // why it ended there, if err is set
	notes  []note
}

// A halt is where and why slicing ended: at the stop (neither need nor err is
// set), before a record that is not whole in the buffer, or at a damaged one.
type halt struct {
	at    int    // of the first record that was not sliced
	need  int    // bytes that this record has, as far as is known
	pass  int    // bytes of this record, which is not to be kept; with err that is damage, but slicing can go on behind it
	count bool   // what is passed is a block of an unknown kind
	field string // what is incomplete or wrong
	err   error
}

const (
	// slack is read beyond a chunk's end, to complete its last record: most fit.
	slack = 2 << 10
	// guess is how large a record may be that is completed on a guess (a false
	// record can announce much more) and that any number of pieces may have at
	// the same time. All but a few link types keep to half of it.
	guess = 512 << 10
	// largest is how many bytes of a frame are kept at most: memory has to stay
	// bounded whatever a file says. Frames of D-Bus can have 128 MiB.
	largest = 16 << 20
	// step is how much is read at once of a record that announces to be large.
	step = 4 << 20
)

// reset empties the piece and keeps its memory.
func (p *Piece) reset() {
	p.Frames = p.Frames[:0]
	clear(p.notes)
	p.notes = p.notes[:0]
	p.Skipped = 0
	p.fault = fault{}
}

// claim makes the piece a part of an input.
func (p *Piece) claim(in *input, batch int) {
	p.reset()
	p.Shed(batch)
	p.File, p.input, p.handle = &in.file, in, nil
	p.Bytes, p.Base, p.First = p.Bytes[:0], 0, 0
	p.Damage, p.Consumed = nil, 0
	p.lo, p.hi = 0, 0
	p.from, p.to = place{offset: -1}, place{}
}

// Shed lets go of a buffer that a record much larger than a piece of so many
// bytes has made.
func (p *Piece) Shed(batch int) {
	if cap(p.Bytes) > 4*(batch+slack) {
		p.input.spares.keep(p.Bytes)
		p.Bytes = nil
	}
}

// sliceFrom slices the chunk from a place, reading what the buffer does not hold.
// On a guess it gives up at a record that announces to be very large.
func (p *Piece) sliceFrom(from place, guessed bool) {
	p.reset()
	p.from = from
	if from.offset < p.Base || from.offset >= p.Base+int64(len(p.Bytes)) {
		p.Base, p.Bytes = from.offset, p.Bytes[:0]
		p.extend(int(p.hi - from.offset))
	}
	at, stop, sec := int(from.offset-p.Base), int(p.hi-p.Base), from.section
	for {
		var h halt
		h, sec = p.input.format.slice(p, at, stop, sec)
		at = h.at
		if guessed && max(h.need, h.pass) > guess {
			p.reset()
			p.from.offset = -1
			return
		}
		if h.pass > 0 {
			at = p.pass(h, sec)
			break
		}
		if h.err != nil {
			p.fail(at, h.field, h.err)
			break
		}
		if h.need == 0 {
			break
		}
		if h.need > guess {
			p.settle()
		}
		if err := p.extend(at + h.need); err != nil {
			p.fail(at, h.field, err)
			break
		}
	}
	p.to = place{offset: p.Base + int64(at), section: sec}
}

// pass goes past a record that is not kept, and returns where the next one
// begins: the file has all of it, or is truncated.
func (p *Piece) pass(h halt, sec *section) (next int) {
	next = h.at + h.pass
	if p.Base+int64(next) > p.input.size {
		p.fail(h.at, h.field, ErrTruncated)
		return h.at
	}
	var trailer [4]byte
	if _, err := p.handle.file.ReadAt(trailer[:], p.Base+int64(next)-4); err != nil {
		p.fail(h.at, h.field, cut(err))
		return h.at
	}
	if !p.passed(h, sec, trailer[:]) {
		return h.at
	}
	return next
}

// passed notes that the piece has no more of a record, which ends with these
// bytes. false: they show that its length was wrong.
func (p *Piece) passed(h halt, sec *section, trailer []byte) bool {
	if h.count {
		p.Skipped++
	}
	if p.input.format.classic == nil && !sec.ends(trailer, h.pass) {
		p.fail(h.at, "trailing block total length", ErrMismatch)
		return false
	}
	if h.err != nil {
		p.fail(h.at, h.field, h.err)
		p.fault.passed = true
	}
	return true
}

// cut is the error of a read that met the end of the file.
func cut(err error) error {
	if err == io.EOF {
		return ErrTruncated
	}
	return err
}

func (p *Piece) settle() {
	if p.Settle != nil {
		p.Settle()
	}
}

func (p *Piece) fail(at int, field string, err error) {
	p.fault = fault{offset: p.Base + int64(at), field: field, err: err}
}

// extend reads until the buffer holds n bytes. A file that ends before that is
// truncated, be it shorter than its records say or than it was when it was opened.
func (p *Piece) extend(n int) error {
	if n > cap(p.Bytes) && n > guess && p.Base+int64(n) <= p.input.size { // there are as many
		p.Bytes = append(p.input.spares.take(n, n), p.Bytes...)
	}
	for len(p.Bytes) < n {
		have := len(p.Bytes)
		at := p.Base + int64(have)
		want := int(min(int64(n-have), step, p.input.size-at))
		if want <= 0 {
			return ErrTruncated
		}
		p.grow(want, n)
		k, err := p.handle.file.ReadAt(p.Bytes[have:have+want], at)
		p.Bytes = p.Bytes[:have+k]
		if err != nil {
			return cut(err)
		}
	}
	return nil
}

// grow makes room for more bytes, of so many in the end: exactly as many in a
// new buffer, as batches are all of one size; twice as many in one that proves
// too small, but not more than there will be.
func (p *Piece) grow(more, most int) {
	have := len(p.Bytes)
	if cap(p.Bytes)-have < more {
		p.Bytes = append(p.input.spares.take(have+more, max(have+more, min(2*have, most))), p.Bytes...)
	}
	p.Bytes = p.Bytes[:have+more]
}
