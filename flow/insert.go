package flow

// Insert puts a copy of p into the chain of the flow with this key and hash
// (Key.Hash), at the place of its frame: behind what the same frame has there.
// It returns the group, and whether the piece is now its first. The copy is the
// last of Pieces, so that all others stay where they are, and a group that is
// made is the last of List, however early its piece is. It comes after all of
// Add, and before a group is cut.
//
// What is inserted into a group mostly comes in order of frames, so a place is
// searched from the last one on: a batch of nothing but fragments would else cost
// the square of its pieces.
func (g *Groups) Insert(k *Key, hash uint64, p *Piece) (group uint32, first bool) {
	group = g.group(k, hash)
	n := uint32(len(g.Pieces))
	g.Pieces = append(g.Pieces, *p)
	before := g.before(group, p.Frame)
	e := &g.List[group]
	next := &e.First
	if before != None {
		next = &g.Pieces[before].Next
	}
	q := &g.Pieces[n]
	q.Group, q.Next = group, *next
	*next = n
	if before == e.Last {
		e.Last = n
	}
	e.Count++
	e.Flags |= q.Flags
	g.latest[group] = n
	return group, before == None
}

// group finds or makes a key's group, which is without pieces then.
func (g *Groups) group(k *Key, hash uint64) uint32 {
	i, at := g.find(hash)
	for ; at != 0; i, at = g.next(i) {
		if e := &g.List[at-1]; e.Hash == hash && e.Key.Is(k) {
			return at - 1
		}
	}
	e := g.begin(i, hash)
	e.Key, e.First = *k, None
	return uint32(len(g.List) - 1)
}

// before returns the piece of a group behind which one of this frame belongs,
// or None where it is the first.
func (g *Groups) before(group, frame uint32) uint32 {
	for len(g.latest) < len(g.List) {
		g.latest = append(g.latest, None)
	}
	e := &g.List[group]
	if e.Last == None || g.Pieces[e.Last].Frame <= frame {
		return e.Last
	}
	at, next := None, e.First
	if n := g.latest[group]; n != None && g.Pieces[n].Frame <= frame {
		at, next = n, g.Pieces[n].Next
	}
	for ; g.Pieces[next].Frame <= frame; next = g.Pieces[next].Next { // the last one's is later
		at = next
	}
	return at
}
