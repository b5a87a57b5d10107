package capfile

import (
	"iter"

	"github.com/pcappipe/pcappipe/frame"
)

// A Captured is one frame with its bytes, for those who need no pieces.
type Captured struct {
	frame.Frame
	Number uint64 // from 1, over all inputs
	Offset int64  // of its record in the (decompressed) file
	File   *frame.File
	Data   []byte // valid until the next frame
}

// Frames returns the frames of captures, one after the other. What cannot be
// opened, and where a file is damaged, comes as an error in its place; going on
// is possible.
func Frames(inputs ...string) iter.Seq2[Captured, error] {
	return func(yield func(Captured, error) bool) {
		s, err := Open(Config{Inputs: inputs})
		if err != nil {
			yield(Captured{}, err)
			return
		}
		defer s.Close()
		for _, err := range s.Errors() {
			if !yield(Captured{}, err) {
				return
			}
		}
		var p Piece
		for s.Take(&p) {
			s.Read(&p)
			s.Verify(&p)
			if !each(&p, yield) {
				return
			}
		}
	}
}

// each hands on a piece's frames and its damage.
func each(p *Piece, yield func(Captured, error) bool) bool {
	for i := range p.Frames {
		if !yield(Captured{Frame: p.Frames[i], Number: p.Number(i), Offset: p.Offset(i), File: p.File, Data: p.Data(i)}, nil) {
			return false
		}
	}
	return p.Damage == nil || yield(Captured{File: p.File}, p.Damage)
}
