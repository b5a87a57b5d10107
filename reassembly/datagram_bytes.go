package reassembly

// What a datagram is charged, by this table and never by what the allocator
// gave: so the same capture gives up the same datagrams everywhere.
const (
	datagramCost         = 512 // itself, and its place under its key
	datagramPartCost     = 32
	datagramPieceCost    = 16
	datagramConflictCost = 80
)

// datagramHeaderRoom is what is kept free for a header at first: those with more
// extension headers make room when they come.
const datagramHeaderRoom = 64

// bill charges a datagram that is held.
func (d *Datagrams) bill(g *Datagram, cost int64) {
	g.charge += cost
	d.charged += cost
}

// reserve makes room for n more bytes. When there is none, what is there moves, in
// order and without what lost, so that memory follows what counts: where
// fragments overwrite each other, half as much again is asked for, or it
// would have to be done each time.
func (d *Datagrams) reserve(g *Datagram, n int) {
	if len(g.bytes)+n <= cap(g.bytes) {
		return
	}
	if len(g.bytes) > int(g.room+g.covered) {
		n += int(g.covered) / 2
	}
	d.relay(g, max(g.room, datagramHeaderRoom), n)
}

// relay moves the bytes to where there is room for a header and n bytes more.
func (d *Datagrams) relay(g *Datagram, room uint32, n int) {
	before := g.bytes
	to := d.bytes.take(int(room+g.covered) + n)[:room]
	copy(to[room-g.header:], before[g.room-g.header:g.room])
	at := uint32(0)
	for i := range g.pieces {
		p := &g.pieces[i]
		to = append(to, g.of(p, p.start, p.end)...)
		p.at = at
		at += p.end - p.start
	}
	g.bytes, g.room = to, room
	d.bill(g, int64(cap(to)-cap(before)))
	d.bytes.put(before)
}

// keepHeader makes a fragment's header the packet's. So many bytes follow it.
func (d *Datagrams) keepHeader(g *Datagram, header []byte, follow int) {
	n := uint32(len(header))
	if n > g.room {
		d.relay(g, max(n, datagramHeaderRoom), follow)
	}
	g.header = n
	copy(g.bytes[g.room-n:], header)
}

// seal puts the bytes in order. Mostly they came so.
func (d *Datagrams) seal(g *Datagram) {
	at := uint32(0)
	for i := range g.pieces {
		if g.pieces[i].at != at {
			d.relay(g, g.room, 0)
			break
		}
		at += g.pieces[i].end - g.pieces[i].start
	}
	g.sealed = true
}

// release gives the bytes back, of a datagram that none of them counts for.
func (d *Datagrams) release(g *Datagram) {
	d.bill(g, -int64(cap(g.bytes))-int64(cap(g.pieces))*datagramPieceCost)
	d.bytes.put(g.bytes)
	d.pieces.put(g.pieces)
	g.bytes, g.pieces = nil, nil
	g.covered, g.room, g.header = 0, 0, 0
}
