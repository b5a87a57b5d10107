package capfile

// verifying is what Verify knows: how far the input is certain.
type verifying struct {
	in     *input
	at     place  // where the next record of this input begins
	frames uint64 // all so far
	listed int    // interfaces
}

// tolerated is after how many wrong guesses in a row Read stops guessing in that
// file, but for one chunk in so many: a guess costs as much as slicing. There are
// files whose records never look plausible.
const tolerated = 8

// Read fills a claimed piece. It may be called by many goroutines at once, each
// with its own piece.
func (s *Source) Read(p *Piece) {
	if p.handle == nil {
		return
	}
	p.Base = p.lo
	if err := p.extend(int(min(p.hi+min(slack, p.hi-p.lo), p.input.size) - p.lo)); err != nil {
		return // Verify meets it again, in its place
	}
	if p.lo == 0 {
		p.sliceFrom(p.input.start(), true)
		return
	}
	if p.input.misses.Load() >= tolerated && p.lo/(p.hi-p.lo)%tolerated != 0 {
		return
	}
	sec := p.input.known.Load()
	if at := p.input.format.boundary(p.Bytes[:min(int(p.hi-p.lo), len(p.Bytes))], p.Base, sec); at >= 0 {
		p.sliceFrom(place{offset: p.Base + int64(at), section: sec}, true)
	}
}

// Verify makes a piece's frames right: where the piece before did not end
// exactly where this one begins, it is sliced again from the right place, and
// changed says that the frames are others now. It numbers the frames, and sets
// Damage where the file ends here because it is damaged, and the pieces that follow
// in that file are empty; or where a frame was left out because it is too large. It is called by one goroutine at a time, after Read,
// in the order of Take.
func (s *Source) Verify(p *Piece) (changed bool) {
	v := &s.verifying
	in := p.input
	if in != v.in {
		v.in, v.at = in, in.start()
	}
	if p.handle != nil {
		changed = v.chunk(p)
		p.handle.release()
		p.handle = nil
	}
	p.First = v.frames + 1
	v.frames += uint64(len(p.Frames))
	for i := range p.notes {
		in.interfaces.add(&p.notes[i], &v.listed)
	}
	if f := &p.fault; f.err != nil {
		in.dead.Store(!f.passed)
		p.Damage = &FormatError{Path: in.file.Path, Offset: f.offset, Frame: v.frames + 1, Field: f.field, Err: f.err}
	}
	return changed
}

// chunk verifies a chunk of a file that is cut by offset.
func (v *verifying) chunk(p *Piece) (changed bool) {
	in := p.input
	if in.dead.Load() || v.at.offset >= p.hi {
		changed = len(p.Frames) > 0
		p.reset() // no record begins here
		return changed
	}
	if !p.from.equal(v.at) {
		p.sliceFrom(v.at, false)
		changed = true
		in.misses.Add(1)
	} else {
		in.misses.Store(0)
	}
	if p.to.section != v.at.section {
		in.known.Store(p.to.section)
	}
	v.at = p.to
	return changed
}
