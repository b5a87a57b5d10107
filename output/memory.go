package output

// A memory has texts by the words that they were made from. A word has one
// place, which it takes over from another: what comes often is there, and what
// comes once costs a copy. (Of the words of a gibibyte of 582 captures, 97 of a
// hundred are.) A text is copied as a block of fixed length, without a loop;
// what the block has beyond the text is overwritten by what follows.
type memory[block blocks] struct {
	places [places]remembrance
	texts  [places]block
}

// The blank memories are those of all steps that have written nothing: nobody
// writes to them. A memory is 40 to 140 KiB, an encoder has a dozen, each worker
// has encoders, and most protocols are in no capture.
var (
	blank64  memory[[64]byte]
	blank128 memory[[128]byte]
	blank256 memory[[256]byte]
)

// own returns m, or a new memory where m is the blank one.
func own[block blocks](m, blank *memory[block]) *memory[block] {
	if m == blank {
		return new(memory[block])
	}
	return m
}

// blocks are for texts up to their lengths.
type blocks interface {
	[64]byte | [128]byte | [256]byte
}

// A remembrance is what stands in one place.
type remembrance struct {
	word uint64
	len  int // of its text; 0: nothing
}

// places is how many there are: for the stations of a network.
const (
	placesBits = 9
	places     = 1 << placesBits
)

// placeOf returns where a word stands.
func placeOf(word uint64) uint64 { return word * 0x9e3779b97f4a7c15 >> (64 - placesBits) }

// find returns a word's text and its length, which is 0 where it is not there.
func (m *memory[block]) find(word uint64) (*block, int) {
	i := placeOf(word)
	if p := &m.places[i]; p.word == word {
		return &m.texts[i], p.len
	}
	return nil, 0
}

// take gives a word its place, and returns where its text, of this length, goes.
func (m *memory[block]) take(word uint64, n int) *block {
	i := placeOf(word)
	m.places[i] = remembrance{word, n}
	return &m.texts[i]
}
