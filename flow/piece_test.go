package flow

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// Groups has every piece once, in the group of its key, in order; groups are in
// the order of their first piece. What was before Reset has no part in it.
func TestGroups(t *testing.T) {
	var g Groups
	for round := range 3 {
		g.Reset()
		const keys, pieces = 3000, 10000 // grows the index several times
		for i := range pieces {
			key, _ := keyOf(t, 0, udp, "10.0.0.1", "10.0.0.2", uint16(i*7%keys), 53)
			g.Add(&key, key.Hash(), uint16(1<<(i%12))).Frame = uint32(i)
		}
		if len(g.List) != keys || len(g.Pieces) != pieces {
			t.Fatalf("round %d: %d groups and %d pieces", round, len(g.List), len(g.Pieces))
		}
		checkGroups(t, &g)
	}
}

func checkGroups(t *testing.T, g *Groups) {
	t.Helper()
	seen := make([]bool, len(g.Pieces))
	first := -1
	for n := range g.List {
		e := &g.List[n]
		if int(g.Pieces[e.First].Frame) <= first {
			t.Fatalf("group %d begins before the one before it", n)
		}
		first = int(g.Pieces[e.First].Frame)
		count, flags, last := uint32(0), uint16(0), -1
		for i := e.First; i != None; i = g.Pieces[i].Next {
			p := &g.Pieces[i]
			if seen[i] || p.Group != uint32(n) || int(p.Frame) <= last {
				t.Fatalf("group %d: piece %+v", n, p)
			}
			seen[i], last = true, int(p.Frame)
			count++
			flags |= p.Flags
			if p.Next == None && i != e.Last {
				t.Fatalf("group %d ends at piece %d, not %d", n, i, e.Last)
			}
		}
		if count != e.Count || flags != e.Flags {
			t.Fatalf("group %d: %d pieces with flags %x, it says %d and %x", n, count, flags, e.Count, e.Flags)
		}
	}
	for i := range seen {
		if !seen[i] {
			t.Fatalf("piece %d is in no group", i)
		}
	}
}

// Keys of one hash are told apart.
func TestGroupsOfOneHash(t *testing.T) {
	var g Groups
	for i := range 100 {
		key, _ := keyOf(t, 0, udp, "10.0.0.1", "10.0.0.2", uint16(i%10), 53)
		g.Add(&key, 42, 0).Frame = uint32(i)
	}
	if len(g.List) != 10 {
		t.Errorf("%d groups", len(g.List))
	}
	checkGroups(t, &g)
}

// A batch costs no memory once the largest before it was seen.
func TestGroupsAllocate(t *testing.T) {
	var g Groups
	keys := make([]Key, 1000)
	for i := range keys {
		keys[i], _ = keyOf(t, 0, udp, "10.0.0.1", "10.0.0.2", uint16(i), 53)
	}
	fill := func() {
		g.Reset()
		for i := range keys {
			g.Add(&keys[i], keys[i].Hash(), 0)
		}
	}
	fill()
	if n := testing.AllocsPerRun(10, fill); n != 0 {
		t.Errorf("a batch allocates %v times", n)
	}
}

// AddIPv4 finds and makes the groups that Add does for NewKey's keys.
func TestAddIPv4IsAdd(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var mixed, plain Groups
	for i := range 20000 {
		address := func() []byte { return []byte{10, byte(random.IntN(3)) * 127, 0, byte(random.IntN(3)) * 127} }
		src, dst := address(), address()
		srcPort, dstPort, scope := uint16(random.IntN(3)), uint16(random.IntN(3)), uint32(random.IntN(2))
		key, dir := NewKey(IPv4, udp, src, dst, srcPort, dstPort, scope)
		flags := uint16(i % 7)
		plain.Add(&key, key.Hash(), flags).Frame = uint32(i)
		if i%3 == 0 {
			mixed.Add(&key, key.Hash(), flags).Frame = uint32(i)
			continue
		}
		a, b := binary.LittleEndian.Uint32(src), binary.LittleEndian.Uint32(dst)
		if dir == FromB {
			a, b, srcPort, dstPort = b, a, dstPort, srcPort
		}
		mixed.AddIPv4(a, b, srcPort, dstPort, scope, udp, flags).Frame = uint32(i)
	}
	if !slices.Equal(mixed.List, plain.List) || !slices.Equal(mixed.Pieces, plain.Pieces) {
		t.Errorf("%d and %d groups, %d and %d pieces", len(mixed.List), len(plain.List), len(mixed.Pieces), len(plain.Pieces))
	}
	checkGroups(t, &mixed)
}

// A piece is 40 bytes without a gap: there is one for each frame on its way.
func TestPieceIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(Piece{}); n != 40 {
		t.Errorf("a piece has %d bytes", n)
	}
}
