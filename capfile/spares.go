package capfile

import (
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// spares are what is large and is needed once at a time: inputs are read one
// after the other, and there is one large piece. What is done with may not lie
// about until the collector comes by, since the next one needs its room.
type spares struct {
	zstd   atomic.Pointer[zstd.Decoder] // with its window, of up to 64 MiB
	buffer atomic.Pointer[[]byte]       // of a piece, up to 16 MiB
}

// drop lets go of a decoder, for another kind of decompressor.
func (s *spares) drop() {
	if z := s.zstd.Swap(nil); z != nil {
		z.Close()
	}
}

// keep takes a buffer that a piece has no more use for.
func (s *spares) keep(b []byte) {
	b = b[:0]
	if old := s.buffer.Swap(&b); old != nil && cap(*old) > cap(b) {
		s.buffer.Store(old)
	}
}

// aside is how many bytes a piece can have while others have as many: a batch and
// the record that it ends with. Buffers for more go round.
const aside = 2 * guess

// take returns an empty buffer for so many bytes: a new one has so much room, or, if
// it is to go round, some more, so that the next large piece fits in too. (4 MiB for
// each piece with a record of a quarter, and no other: 107 MiB resident against 50.)
func (s *spares) take(n, room int) []byte {
	if n > aside {
		if b := s.buffer.Swap(nil); b != nil && cap(*b) >= n {
			return *b
		}
		room = (room + step - 1) / step * step
	}
	return make([]byte, 0, room)
}
