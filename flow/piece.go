package flow

import "encoding/binary"

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
	// Header is how many bytes of the transport header stand before Offset: TCP's
	// options too, as far as captured. It is 0 without HasTransport.
	Header uint8
}

// A Group is the pieces that one batch adds to one flow.
type Group struct {
	Key         Key
	Hash        uint64 // of Key
	First, Last uint32 // the chain of its pieces
	Count       uint32 // pieces; where the sequencer cut the group, still of the whole
	Flags       uint16 // all TCP flags of its pieces, likewise
	Cut         bool   // the sequencer cut it off an earlier group of the same key
	Moved       bool   // the sequencer put a piece before its first: it stands in List where that one does not
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
	latest []uint32 // of each group, the piece that was inserted last, or None; as far as any was
}

// Reset empties g and keeps its memory.
func (g *Groups) Reset() {
	if len(g.List) > 0 {
		clear(g.index)
	}
	g.Pieces, g.List, g.latest = g.Pieces[:0], g.List[:0], g.latest[:0]
}

// Add puts a piece with these TCP flags behind the others of the flow with this
// key and hash (Key.Hash), and returns it for the rest of it to be filled in. It stays where
// it is until the next one is added.
func (g *Groups) Add(k *Key, hash uint64, flags uint16) *Piece {
	i, at := g.find(hash)
	for ; at != 0; i, at = g.next(i) {
		if e := &g.List[at-1]; e.Hash == hash && e.Key.Is(k) {
			return g.join(at-1, flags)
		}
	}
	g.begin(i, hash).Key = *k
	return g.join(uint32(len(g.List)-1), flags)
}

// AddIPv4 is Add for what most packets are, from numbers that have not been put
// into a key yet: a wide load that follows narrow stores has to wait for them,
// and a key would be written and read again for each packet. For the same reason
// pieces and groups are made where they stay (25 ns a packet against 12). Addresses are little-endian numbers, the lower end first as in
// a key; ends is both ports and the scope, as Key.ends has them.
func (g *Groups) AddIPv4(a, b uint32, portA, portB uint16, scope uint32, proto uint8, flags uint16) *Piece {
	ends := uint64(portA) | uint64(portB)<<16 | uint64(scope)<<32
	what := uint64(proto) | uint64(IPv4)<<8
	hash := hashIPv4(a, b, ends, what)
	i, at := g.find(hash)
	for ; at != 0; i, at = g.next(i) {
		if e := &g.List[at-1]; e.Hash == hash && e.Key.isIPv4(a, b, ends, what) {
			return g.join(at-1, flags)
		}
	}
	k := &g.begin(i, hash).Key
	binary.LittleEndian.PutUint64(k.A[:], uint64(a))
	binary.LittleEndian.PutUint64(k.B[:], uint64(b))
	k.PortA, k.PortB, k.Scope, k.Proto, k.Kind = portA, portB, scope, proto, IPv4
	return g.join(uint32(len(g.List)-1), flags)
}

// isIPv4 compares a key with one in registers. Beyond its first four bytes an
// IPv4 address is zero.
func (k *Key) isIPv4(a, b uint32, ends, what uint64) bool {
	return binary.LittleEndian.Uint64(k.A[:8]) == uint64(a) && binary.LittleEndian.Uint64(k.B[:8]) == uint64(b) &&
		k.ends() == ends && k.what() == what
}

// find returns the first place in the index for this hash, and what stands there.
func (g *Groups) find(hash uint64) (place, at uint32) {
	if 2*len(g.List) >= len(g.index) {
		g.grow()
	}
	place = uint32(hash>>32) & g.mask
	return place, g.index[place]
}

// next returns the place after another.
func (g *Groups) next(place uint32) (next, at uint32) {
	next = (place + 1) & g.mask
	return next, g.index[next]
}

// begin makes a group without pieces, which stands at a place of the index.
func (g *Groups) begin(place uint32, hash uint64) *Group {
	n := uint32(len(g.List))
	g.index[place] = n + 1
	if int(n) == cap(g.List) {
		g.List = append(g.List, Group{})
	}
	g.List = g.List[:n+1]
	e := &g.List[n]
	*e = Group{Hash: hash, First: uint32(len(g.Pieces)), Last: None}
	return e
}

// join adds a piece to a group.
func (g *Groups) join(at uint32, flags uint16) *Piece {
	e := &g.List[at]
	n := len(g.Pieces)
	if n == cap(g.Pieces) {
		g.Pieces = append(g.Pieces, Piece{})
	}
	g.Pieces = g.Pieces[:n+1]
	p := &g.Pieces[n]
	*p = Piece{Group: at, Next: None, Flags: flags}
	if e.Last != None {
		g.Pieces[e.Last].Next = uint32(n)
	}
	e.Last = uint32(n)
	e.Count++
	e.Flags |= flags
	return p
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
