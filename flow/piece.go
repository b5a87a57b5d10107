package flow

// None is the number of no piece and of no group.
const None = ^uint32(0)

// TCP flags, as the header has them (RFC 9293, RFC 3168).
const (
	FIN = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

// A Mark is one property of a piece.
type Mark uint8

const (
	// HasTransport says that the transport header was captured far enough to be read:
	// for TCP its first 20 bytes, for UDP, ICMP and SCTP all of it.
	HasTransport Mark = 1 << iota
	// Cut says that the capture has fewer payload bytes than Length.
	Cut
)

// A Piece is what one frame adds to one flow: one IP packet. A tunnelled frame
// has several, outer before inner. Like a Frame it holds no pointers.
type Piece struct {
	Frame  uint32 // its frame's index in the batch
	Group  uint32 // its group's index in Groups
	Next   uint32 // the next piece of its group, or None
	Seq    uint32 // TCP
	Ack    uint32 // TCP
	Offset uint32 // where the transport payload begins in the frame's bytes
	Length uint32 // bytes of transport payload, as the headers announce them
	IPLen  uint32 // bytes of the IP packet, header included, as announced
	Window uint16 // TCP, not scaled
	Flags  uint16 // TCP, the twelve bits
	Dir    Direction
	Marks  Mark
	Level  uint8 // how many IP packets are around it
}

// A Group is the pieces that one batch adds to one flow.
type Group struct {
	Key         Key
	Hash        uint64 // of Key
	First, Last uint32 // the chain of its pieces
	Count       uint32 // pieces; where the sequencer cut the group, still of the whole
	Flags       uint16 // all TCP flags of its pieces, likewise
	Cut         bool   // the sequencer cut it off an earlier group of the same key
	Wide        bool   // its pieces may be further apart than an idle time
	// FirstClock and LastClock are the capture clock at its first and last
	// piece, as far as this batch alone can tell.
	FirstClock, LastClock int64
	Number                uint64 // the flow's number: the sequencer's
}

// Groups collects the pieces of one batch by key, in order of their first
// piece. It is filled by one worker and reused.
type Groups struct {
	Pieces []Piece
	List   []Group
	index  []uint32 // open addressing; group number + 1
	mask   uint32
}

// Reset empties g and keeps its memory.
func (g *Groups) Reset() {
	if len(g.List) > 0 {
		clear(g.index)
	}
	g.Pieces, g.List = g.Pieces[:0], g.List[:0]
}

// Add puts a piece of the flow with this key and hash (Key.Hash) behind the ones before.
func (g *Groups) Add(k *Key, hash uint64, p *Piece) {
	if 2*len(g.List) >= len(g.index) {
		g.grow()
	}
	n := uint32(len(g.Pieces))
	i := uint32(hash>>32) & g.mask
	for ; ; i = (i + 1) & g.mask {
		at := g.index[i]
		if at == 0 {
			break
		}
		e := &g.List[at-1]
		if e.Hash == hash && e.Key == *k {
			g.Pieces = append(g.Pieces, *p)
			q := &g.Pieces[n]
			q.Group, q.Next = at-1, None
			g.Pieces[e.Last].Next = n
			e.Last = n
			e.Count++
			e.Flags |= p.Flags
			return
		}
	}
	g.index[i] = uint32(len(g.List)) + 1
	g.Pieces = append(g.Pieces, *p)
	q := &g.Pieces[n]
	q.Group, q.Next = uint32(len(g.List)), None
	g.List = append(g.List, Group{Key: *k, Hash: hash, First: n, Last: n, Count: 1, Flags: p.Flags})
}

// grow doubles the index: it holds at most half as many groups as it has places.
func (g *Groups) grow() {
	g.index = make([]uint32, max(1024, 2*len(g.index)))
	g.mask = uint32(len(g.index) - 1)
	for n := range g.List {
		i := uint32(g.List[n].Hash>>32) & g.mask
		for g.index[i] != 0 {
			i = (i + 1) & g.mask
		}
		g.index[i] = uint32(n) + 1
	}
}
