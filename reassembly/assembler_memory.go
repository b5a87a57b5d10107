package reassembly

import (
	"math/bits"
	"slices"

	"github.com/pcappipe/pcappipe/internal/invariants"
)

// Buffers have sizes that are powers of two, so that what one stream gives back
// suits another. Larger ones, which segments beyond 64 KiB need, do not go round.
const (
	bufferLeast = 6  // 64 bytes
	bufferMost  = 16 // 64 KiB

	// spareMost is how many bytes of buffers, and how many of blocks, wait for their next use.
	spareMost = 512 << 10
)

// A spare is memory that goes round.
type spare struct {
	buffers [bufferMost - bufferLeast + 1][][]byte
	size    int // of all buffers
	blocks  []*block
	helds   []*held
}

// buffer returns a buffer of at least n bytes, of any content.
func (a *Assembler) buffer(n int) []byte {
	class := max(bits.Len(uint(n-1)), bufferLeast)
	if class > bufferMost {
		return make([]byte, n)
	}
	list := &a.spare.buffers[class-bufferLeast]
	last := len(*list) - 1
	if last < 0 {
		return make([]byte, 1<<class)
	}
	b := (*list)[last]
	*list = (*list)[:last]
	a.spare.size -= len(b)
	return b
}

// discard takes a buffer back.
func (a *Assembler) discard(b []byte) {
	invariants.Poison(b)
	class := bits.Len(uint(len(b))) - 1
	if class < bufferLeast || class > bufferMost || len(b) != 1<<class || a.spare.size+len(b) > spareMost {
		return
	}
	a.spare.size += len(b)
	list := &a.spare.buffers[class-bufferLeast]
	*list = append(*list, b)
}

// keep returns a copy of bytes in a buffer.
func (a *Assembler) keep(b []byte) []byte {
	room := a.buffer(len(b))
	copy(room, b)
	return room
}

// block returns an empty block.
func (a *Assembler) block() *block {
	last := len(a.spare.blocks) - 1
	if last < 0 {
		return new(block)
	}
	b := a.spare.blocks[last]
	a.spare.blocks = a.spare.blocks[:last]
	return b
}

// discardBlock takes a block back, whose pieces are all zero.
func (a *Assembler) discardBlock(b *block) {
	b.first, b.last = 0, 0
	if len(a.spare.blocks) < spareMost/costHeld {
		a.spare.blocks = append(a.spare.blocks, b)
	}
}

// hold makes sure that there is a list of what waits.
func (a *Assembler) holding(c *Connection, d *stream) {
	if d.held != nil {
		return
	}
	if last := len(a.spare.helds) - 1; last >= 0 {
		d.held = a.spare.helds[last]
		a.spare.helds = a.spare.helds[:last]
	} else {
		d.held = new(held)
	}
	a.pay(c, d.held, costHeld)
}

// unhold gives the empty list of what waits back.
func (a *Assembler) unhold(c *Connection, d *stream) {
	h := d.held
	a.pay(c, h, -costHeld)
	d.held = nil
	const roomy = 64 // blocks; a longer list is left to the collector
	if cap(h.blocks) <= roomy && len(a.spare.helds) < spareMost/costHeld {
		a.spare.helds = append(a.spare.helds, h)
	}
}

// pay charges what a list of what waits takes more, or less.
func (a *Assembler) pay(c *Connection, h *held, cost int64) {
	h.cost += cost
	c.charge += cost
}

// free gives back what a piece keeps.
func (a *Assembler) free(c *Connection, h *held, p *piece) {
	a.pay(c, h, -p.cost())
	if p.kind == pieceBytes && !p.view {
		a.discard(p.room)
	}
	if o := p.origin; o != nil && !p.view {
		if o.users--; o.users == 0 {
			a.pay(c, h, -costFrame*int64(len(o.frames)))
		}
	}
}

// share returns where an arrival's frames are kept, for one more piece of it; nil where it came whole.
func (a *Assembler) share(c *Connection, h *held, n *arrival) *origin {
	if n.frames == nil {
		return nil
	}
	if n.origin == nil {
		n.origin = &origin{frames: n.frames}
		if !n.view {
			n.origin.frames = slices.Clone(n.frames)
			a.pay(c, h, costFrame*int64(len(n.frames)))
		}
	}
	n.origin.users++
	return n.origin
}
