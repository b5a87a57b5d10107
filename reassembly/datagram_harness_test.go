package reassembly

import (
	"bytes"
	"testing"
)

// A datagramHarness hands fragments in, and holds after each what always holds.
type datagramHarness struct {
	*Datagrams
	t      testing.TB
	frames uint64
	clock  int64
	out    [datagramOutcomes]uint64 // fragments that came out
}

func newDatagramHarness(t testing.TB, c DatagramConfig) *datagramHarness {
	return &datagramHarness{Datagrams: NewDatagrams(c), t: t}
}

var (
	datagramHeader4 = []byte{
		0x45, 0, 0, 60, 0, 7, 0x20, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	}
	datagramHeader6 = append([]byte{0x60, 0, 0, 0, 0, 60, 44, 64}, make([]byte, 32)...)
)

func datagramKey(version uint8, id uint32) *DatagramKey {
	k := &DatagramKey{ID: id, Version: version}
	copy(k.Src[:], []byte{10, 0, 0, 1})
	copy(k.Dst[:], []byte{10, 0, 0, 2})
	if version == 4 {
		k.Proto = 17
	}
	return k
}

// add hands in a fragment of datagram 7 that was captured whole.
func (h *datagramHarness) add(version uint8, offset uint32, payload string, more bool) *Datagram {
	h.t.Helper()
	return h.addTo(datagramKey(version, 7), offset, uint32(len(payload)), payload, more)
}

// addTo hands in a fragment.
func (h *datagramHarness) addTo(k *DatagramKey, offset, length uint32, payload string, more bool) *Datagram {
	h.t.Helper()
	h.frames++
	f := &Fragment{
		Offset: offset, Length: length, More: more, Next: 17, NextAt: 6, Payload: []byte(payload),
		Size: length + 20, Frame: h.frames, Nanos: int64(h.frames), Clock: h.clock,
	}
	f.Header = datagramHeader4
	if k.Version == 6 {
		f.Header = datagramHeader6
	}
	g := h.Add(k, f)
	clear(f.Payload) // a view dies with the call
	h.ended(g)
	return g
}

// ended counts the parts of a datagram that came out and holds the ledger against them.
func (h *datagramHarness) ended(g *Datagram) *Datagram {
	h.t.Helper()
	if g != nil {
		h.out[g.Outcome] += uint64(len(g.Parts))
		h.sound(g)
	}
	l := h.Ledger()
	sum := l.Held
	for o, n := range l.By {
		if n != h.out[o] {
			h.t.Fatalf("the ledger has %d fragments %v, %d came out", n, Outcome(o), h.out[o])
		}
		sum += n
	}
	if l.Seen != sum || l.Seen != h.frames {
		h.t.Fatalf("ledger %+v: %d fragments were handed in", l, h.frames)
	}
	h.counted()
	return g
}

// sound holds what is true of every datagram.
func (h *datagramHarness) sound(g *Datagram) {
	h.t.Helper()
	missing := uint32(0)
	at := uint32(0)
	for start, end := range g.Holes() {
		if start >= end || start < at || end > g.Length {
			h.t.Fatalf("hole [%d, %d) behind %d in %d bytes", start, end, at, g.Length)
		}
		missing, at = missing+end-start, end
	}
	if got := uint32(len(g.Payload())); got+missing != g.Length {
		h.t.Fatalf("%d bytes and %d missing of %d", got, missing, g.Length)
	}
	if (g.Outcome == Complete) != (missing == 0 && g.EndKnown && g.Outcome == Complete) {
		h.t.Fatalf("outcome %v, %d bytes missing", g.Outcome, missing)
	}
	if packet := g.Packet(); (packet != nil) != (g.Outcome == Complete) || !bytes.HasSuffix(packet, g.Payload()[:len(g.Payload())*min(1, len(packet))]) {
		h.t.Fatalf("outcome %v: a packet of %d bytes", g.Outcome, len(packet))
	}
	if int(g.ConflictCount) < len(g.Conflicts) || (g.ConflictCount > 0) != (g.Overlap == OverlapConflict) {
		h.t.Fatalf("overlap %v, %d conflicts, %d listed", g.Overlap, g.ConflictCount, len(g.Conflicts))
	}
}

// counted holds that the charge is that of the datagrams held, and that it is
// what they have.
func (h *datagramHarness) counted() {
	h.t.Helper()
	charged, held := int64(0), uint64(0)
	for g := h.oldest; g != nil; g = g.newer {
		want := int64(datagramCost + cap(g.bytes) + cap(g.Parts)*datagramPartCost + cap(g.pieces)*datagramPieceCost + cap(g.Conflicts)*datagramConflictCost)
		if g.charge != want {
			h.t.Fatalf("a datagram is charged %d and has %d", g.charge, want)
		}
		charged += g.charge
		held += uint64(len(g.Parts))
	}
	if h.Charged() != charged || h.Ledger().Held != held {
		h.t.Fatalf("charged %d and %d held, want %d and %d", h.Charged(), h.Ledger().Held, charged, held)
	}
}

// end ends all that is left and returns it.
func (h *datagramHarness) end() (left []*Datagram) {
	h.t.Helper()
	for g := h.Remaining(); g != nil; g = h.Remaining() {
		left = append(left, h.ended(g))
	}
	if h.Charged() != 0 || len(h.index) != 0 || h.newest != nil || h.recent != nil {
		h.t.Fatalf("at the end %d is charged and %d keys are known", h.Charged(), len(h.index))
	}
	return left
}
