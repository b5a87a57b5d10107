package flow

import "testing"

// Groups has every piece once, in the group of its key, in order; groups are in
// the order of their first piece. What was before Reset has no part in it.
func TestGroups(t *testing.T) {
	var g Groups
	for round := range 3 {
		g.Reset()
		const keys, pieces = 3000, 10000 // grows the index several times
		for i := range pieces {
			key, _ := keyOf(t, 0, udp, "10.0.0.1", "10.0.0.2", uint16(i*7%keys), 53)
			g.Add(&key, key.Hash(), &Piece{Frame: uint32(i), Flags: uint16(1 << (i % 12))})
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
		g.Add(&key, 42, &Piece{Frame: uint32(i)})
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
			g.Add(&keys[i], keys[i].Hash(), &Piece{})
		}
	}
	fill()
	if n := testing.AllocsPerRun(10, fill); n != 0 {
		t.Errorf("a batch allocates %v times", n)
	}
}
