package flowlock

// An index finds a slot by its flow's hash: open addressing over words of a tag
// (32 bits of the hash) and a slot. [Table.Find] reads it. It never stops to grow: a doubling is done
// a few words at a time by the insertions that follow, since copying a million
// words at once would stop everything for 20 to 80 ms.
type index struct {
	words []uint64 // tag<<32 | slot+1; 0 is empty
	mask  uint64
	count int

	old     []uint64 // what is still to be moved; nil when nothing is
	oldMask uint64
	moved   int // words of old that have been moved
}

const (
	firstWords = 1 << 12
	// gone marks a word of old whose flow has been moved or removed: chains
	// of probes must go on over it. No slot is that large.
	gone = 1<<32 - 1
	// moves is how many old words each insertion moves: at more than two, a move is over
	// before the next begins.
	moves = 8
)

func word(hash uint64, slot uint32) uint64 { return hash>>32<<32 | uint64(slot+1) }

// tag is the part of a word that comes from the hash; a word's home is there too.
func tag(w uint64) uint64 { return w >> 32 }

// findOld looks among the words that a doubling has not moved yet.
func (x *index) findOld(t uint64, same func(slot uint32) bool) (slot uint32, ok bool) {
	for i := t & x.oldMask; x.old[i] != 0; i = (i + 1) & x.oldMask {
		if w := x.old[i]; tag(w) == t && uint32(w) != gone && same(uint32(w)-1) {
			return uint32(w) - 1, true
		}
	}
	return 0, false
}

// insert adds a slot that is not there.
func (x *index) insert(hash uint64, slot uint32) {
	if 2*(x.count+1) > len(x.words) {
		x.grow()
	}
	x.move(moves)
	x.put(word(hash, slot))
	x.count++
}

func (x *index) put(w uint64) {
	i := tag(w) & x.mask
	for x.words[i] != 0 {
		i = (i + 1) & x.mask
	}
	x.words[i] = w
}

// grow begins a doubling. The one before is over by then: it needed len/2/moves
// insertions, and half of len had to come in.
func (x *index) grow() {
	x.move(len(x.old))
	x.old, x.oldMask, x.moved = x.words, x.mask, 0
	x.words = make([]uint64, 2*len(x.old))
	x.mask = uint64(len(x.words) - 1)
}

// move moves so many of the old words.
func (x *index) move(n int) {
	for ; n > 0 && x.old != nil; n-- {
		if x.moved == len(x.old) {
			x.old = nil
			return
		}
		w := &x.old[x.moved]
		x.moved++
		if *w != 0 && uint32(*w) != gone {
			x.put(*w)
			*w = *w>>32<<32 | gone
		}
	}
}

// remove takes out a slot that is there.
func (x *index) remove(hash uint64, slot uint32) {
	x.count--
	want := word(hash, slot)
	for i := tag(want) & x.mask; x.words[i] != 0; i = (i + 1) & x.mask {
		if x.words[i] == want {
			x.close(i)
			return
		}
	}
	for i := tag(want) & x.oldMask; x.old[i] != 0; i = (i + 1) & x.oldMask {
		if x.old[i] == want {
			x.old[i] = want>>32<<32 | gone
			return
		}
	}
}

// close empties place i and moves up what probed over it, so that no chain breaks.
func (x *index) close(i uint64) {
	for j := (i + 1) & x.mask; x.words[j] != 0; j = (j + 1) & x.mask {
		if home := tag(x.words[j]) & x.mask; (j-home)&x.mask >= (j-i)&x.mask {
			x.words[i] = x.words[j]
			i = j
		}
	}
	x.words[i] = 0
}
