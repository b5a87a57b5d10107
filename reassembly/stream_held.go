package reassembly

import "sort"

// What a piece is.
const (
	pieceBytes   = iota // bytes that wait
	pieceSkipped        // bytes that were seen and are not wanted
	pieceCut            // bytes that were announced and not captured: a gap when it is reached
)

// A piece is bytes [start, end) of a stream that wait behind a hole.
type piece struct {
	start, end uint64
	frame      uint64  // that brought them
	nanos      int64   // its time
	origin     *origin // all frames that did, where they came in fragments; nil: frame alone
	ack        uint64  // as in Chunk
	room       []byte  // a buffer of its own, or a view; the piece's bytes begin at
	at         uint32
	lead       uint32 // its segment began so far before start
	tail       uint32 // and ended so far after end
	kind       uint8
	ackKnown   bool
	view       bool // room is the segment's own, which is alive only during Add
}

// bytes returns the part [start, end) of the piece's bytes.
func (p *piece) bytes(start, end uint64) []byte {
	at := uint64(p.at)
	return p.room[at+start-p.start : at+end-p.start]
}

// trimFront drops the bytes before start.
func (p *piece) trimFront(start uint64) {
	n := uint32(start - p.start)
	p.start, p.at, p.lead = start, p.at+n, p.lead+n
}

// trimBack drops the bytes from end on.
func (p *piece) trimBack(end uint64) {
	p.tail += uint32(p.end - end)
	p.end = end
}

// cost is what is charged for the piece.
func (p *piece) cost() int64 {
	if p.view {
		return costPiece
	}
	return costPiece + int64(len(p.room))
}

// An origin is the frames that brought a segment in fragments. All pieces of the
// segment share it: it can be as large as they are, and it can be in as many pieces as it has bytes.
type origin struct {
	frames []uint64
	users  int // pieces
}

// from returns the frames of Segment.Frames that brought the piece.
func (p *piece) from() []uint64 {
	if p.origin == nil {
		return nil
	}
	return p.origin.frames
}

// yields says whether a policy lets a new segment [from, to) win over the bytes
// that it shares with the piece's. What counts are both segments as they were
// sent, whatever of them is left: the rules are those of Novak and Sturges,
// "Target-Based TCP Stream Reassembly" (2007), as the queues of these systems
// have them.
func (p *piece) yields(policy Policy, from, to int64) bool {
	start, end := int64(p.start)-int64(p.lead), int64(p.end)+int64(p.tail)
	switch policy {
	case Last:
		return true
	case BSD, BSDRight, Windows:
		return from < start
	case Linux:
		return from < start || from == start && to > end
	case Solaris:
		return to > end || to == end && from <= start
	}
	return false
}

// blockSize is how many pieces a block has room for: few enough to move, and
// enough that the list of blocks of the most that may wait is short.
const blockSize = 16

// A block is some consecutive pieces.
type block struct {
	first, last int // room[first:last] are in use; never none in a list
	room        [blockSize]piece
}

// A held is the pieces that wait in one direction, ordered, apart from each
// other or adjacent, in blocks, so that adding one in the midst of many stays cheap.
type held struct {
	blocks []*block
	bytes  uint64 // of payload that wait, skipped ones too, cut ones not
	cost   int64
}

// A place is where a piece stands, or would. The place after the last is {len(blocks), 0}.
type place struct{ block, piece int }

// begin returns the place of the first piece. There is one.
func (h *held) begin() place { return place{0, h.blocks[0].first} }

// at returns the piece at a place, nil after the last.
func (h *held) at(i place) *piece {
	if i.block == len(h.blocks) {
		return nil
	}
	return &h.blocks[i.block].room[i.piece]
}

// seek returns the place of the first piece that ends behind an offset.
func (h *held) seek(offset uint64) place {
	n := len(h.blocks)
	lastEnd := func(b int) uint64 { return h.blocks[b].room[h.blocks[b].last-1].end }
	if n == 0 || lastEnd(n-1) <= offset {
		return place{n, 0} // most pieces follow the last
	}
	b := sort.Search(n, func(b int) bool { return lastEnd(b) > offset })
	i := h.blocks[b].first
	for h.blocks[b].room[i].end <= offset {
		i++
	}
	return place{b, i}
}

// after returns the place of the next piece.
func (h *held) after(i place) place {
	i.piece++
	return h.normal(i)
}

// normal returns the place of the next block's first piece for the one behind a block's last.
func (h *held) normal(i place) place {
	if i.block < len(h.blocks) && i.piece == h.blocks[i.block].last {
		i.block++
		i.piece = 0
		if i.block < len(h.blocks) {
			i.piece = h.blocks[i.block].first
		}
	}
	return i
}

// before returns the piece before a place, nil where it is the first.
func (h *held) before(i place) *piece {
	if i.block == 0 && (len(h.blocks) == 0 || i.piece == h.blocks[0].first) {
		return nil
	}
	return h.at(h.previous(i))
}

// previous returns the place before one that is not the first.
func (h *held) previous(i place) place {
	if i.block < len(h.blocks) && i.piece > h.blocks[i.block].first {
		return place{i.block, i.piece - 1}
	}
	return place{i.block - 1, h.blocks[i.block-1].last - 1}
}

// insert adds a piece before the one at a place, and returns the place after it.
func (a *Assembler) insert(h *held, i place, p *piece) place {
	switch {
	case i.block > 0 && (i.block == len(h.blocks) || i.piece == h.blocks[i.block].first) && h.blocks[i.block-1].last < blockSize:
		i.block-- // behind the last of the block before
		i.piece = h.blocks[i.block].last
	case i.block == len(h.blocks):
		h.blocks = append(h.blocks, a.block())
	case h.blocks[i.block].last-h.blocks[i.block].first == blockSize:
		i = a.split(h, i)
	}
	b := h.blocks[i.block]
	if b.last < blockSize {
		copy(b.room[i.piece+1:b.last+1], b.room[i.piece:b.last])
		b.last++
	} else {
		copy(b.room[b.first-1:], b.room[b.first:i.piece])
		b.first--
		i.piece--
	}
	b.room[i.piece] = *p
	return h.after(i)
}

// split moves half of a full block to a new one behind it, and returns where the place then is.
func (a *Assembler) split(h *held, i place) place {
	const half = blockSize / 2
	b, c := h.blocks[i.block], a.block()
	c.last = copy(c.room[:], b.room[half:])
	clear(b.room[half:])
	b.last = half
	h.blocks = append(h.blocks, nil)
	copy(h.blocks[i.block+2:], h.blocks[i.block+1:])
	h.blocks[i.block+1] = c
	if i.piece > half {
		return place{i.block + 1, i.piece - half}
	}
	return i
}

// remove takes the piece at a place out and returns the place of the next.
func (a *Assembler) remove(h *held, i place) place {
	b := h.blocks[i.block]
	if i.piece == b.first {
		b.room[i.piece] = piece{}
		b.first++
		i.piece++
	} else {
		copy(b.room[i.piece:], b.room[i.piece+1:b.last])
		b.last--
		b.room[b.last] = piece{}
	}
	if b.first < b.last {
		return h.normal(i)
	}
	n := len(h.blocks) - 1
	copy(h.blocks[i.block:], h.blocks[i.block+1:])
	h.blocks[n] = nil
	h.blocks = h.blocks[:n]
	a.discardBlock(b)
	i.piece = 0
	if i.block < n {
		i.piece = h.blocks[i.block].first
	}
	return i
}
