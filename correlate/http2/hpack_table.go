package http2

import (
	"math"
	"unsafe"
)

const (
	defaultTable  = 4096     // what an encoder begins with (RFC 9113, 6.5.2)
	maxTable      = 64 << 10 // that is kept, whatever the encoder keeps. Browsers and servers use up to this
	entryOverhead = 32       // that an entry counts beyond its text (RFC 7541, 4.1)
)

// A table is HPACK's dynamic table: what the encoder put there last, newest first. Entries are
// referred to by how many are newer, so what was inserted since a gap is known, whatever was
// in the table before.
type table struct {
	ring  []Field // a power of two
	next  int     // where the next entry goes
	n     int
	size  uint64 // of the entries that are kept, as RFC 7541, 4.1 counts
	limit uint64 // of the encoder's table; the highest number: unknown
	whole bool   // the encoder has no entries but these
}

// at returns the entry of an index, which counts the static table first. ok is false where
// there can be none.
func (t *table) at(index uint64) (f Field, ok bool) {
	if index <= uint64(len(static)) {
		if index == 0 {
			return f, false
		}
		return static[index-1], true
	}
	newer := index - uint64(len(static)) - 1
	if newer < uint64(t.n) {
		return t.ring[(t.next-1-int(newer))&(len(t.ring)-1)], true
	}
	return Field{Unknown: true}, !t.whole
}

// insert adds an entry. One that is larger than the table empties it (RFC 7541, 4.4).
func (t *table) insert(f Field) {
	size := uint64(len(f.Name)+len(f.Value)) + entryOverhead
	if size > min(t.limit, maxTable) {
		t.evict(0)
		t.whole = size > t.limit
		return
	}
	t.shrink(size)
	if t.n == len(t.ring) {
		t.grow()
	}
	t.ring[t.next] = f
	t.next = (t.next + 1) & (len(t.ring) - 1)
	t.n++
	t.size += size
}

// shrink makes room for an entry.
func (t *table) shrink(room uint64) {
	if t.limit > maxTable && t.size+room > maxTable {
		t.whole = false
	}
	t.evict(min(t.limit, maxTable) - room)
}

// resize follows the encoder to another size.
func (t *table) resize(limit uint64) {
	t.limit = limit
	t.evict(min(limit, maxTable))
	t.whole = t.whole || limit < entryOverhead
}

// forget takes notice that the table may have changed unseen.
func (t *table) forget() {
	t.evict(0)
	t.ring, t.next = nil, 0
	t.limit, t.whole = math.MaxUint64, false
}

// charge returns the bytes that are kept.
func (t *table) charge() int64 {
	return int64(len(t.ring))*int64(unsafe.Sizeof(Field{})) + int64(t.size) - int64(t.n)*entryOverhead
}

// evict drops the oldest entries until the others are no larger than size.
func (t *table) evict(size uint64) {
	for t.size > size {
		oldest := &t.ring[(t.next-t.n)&(len(t.ring)-1)]
		t.size -= uint64(len(oldest.Name)+len(oldest.Value)) + entryOverhead
		*oldest = Field{}
		t.n--
	}
}

// grow doubles the room for entries.
func (t *table) grow() {
	ring := make([]Field, max(8, 2*len(t.ring)))
	for i := range t.n {
		ring[i] = t.ring[(t.next-t.n+i)&(len(t.ring)-1)]
	}
	t.ring, t.next = ring, t.n
}
