package flow

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// However pieces are added in order of frames and others then inserted in any
// order: each group's chain is what a stable sort by frame gives, its count and
// flags are its pieces', and it is said which piece became the first.
func TestInsertKeepsChainsInOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	var g Groups // of all rounds, so that leftovers show
	for round := range 400 {
		g.Reset()
		model := map[Key][]Piece{}
		keys, frames := 1+random.IntN(1+round), 1+random.IntN(1+round)
		key := func() Key {
			k, _ := keyOf(t, 0, udp, "10.0.0.1", "10.0.0.2", uint16(random.IntN(keys)), 53)
			return k
		}
		frame := uint32(0)
		for i := range random.IntN(100) {
			k := key()
			p := g.Add(&k, k.Hash(), 1<<random.IntN(12))
			p.Frame, p.Offset = frame, uint32(i)
			model[k] = append(model[k], *p)
			frame += uint32(random.IntN(3))
		}
		ordered := random.IntN(2) == 0
		late := uint32(0)
		for i := range random.IntN(100) {
			k := key()
			late = min(late+uint32(random.IntN(3)), uint32(frames))
			p := Piece{Frame: late, Offset: uint32(1000 + i), Flags: 1 << random.IntN(12), Group: 77, Next: 77}
			if !ordered {
				p.Frame = uint32(random.IntN(frames))
			}
			count := len(g.Pieces)
			group, first := g.Insert(&k, k.Hash(), &p)
			want := insertSlowly(model, k, p)
			if g.List[group].Key != k || first != want || len(g.Pieces) != count+1 || g.Pieces[count].Offset != p.Offset {
				t.Fatalf("round %d: piece %d inserted into group %d, first %v, want %v", round, i, group, first, want)
			}
		}
		checkChains(t, &g, model)
	}
}

// insertSlowly is Insert on a list for each key.
func insertSlowly(model map[Key][]Piece, k Key, p Piece) (first bool) {
	model[k] = append(model[k], p)
	slices.SortStableFunc(model[k], func(a, b Piece) int { return int(a.Frame) - int(b.Frame) })
	return model[k][0].Offset == p.Offset
}

// checkChains holds groups against lists of their pieces.
func checkChains(t *testing.T, g *Groups, model map[Key][]Piece) {
	t.Helper()
	if len(g.List) != len(model) {
		t.Fatalf("%d groups, want %d", len(g.List), len(model))
	}
	for n := range g.List {
		e, flags, last := &g.List[n], uint16(0), None
		at := e.First
		for _, want := range model[e.Key] {
			if at == None {
				t.Fatalf("group %d ends before %+v", n, want)
			}
			p := g.Pieces[at]
			if p.Frame != want.Frame || p.Offset != want.Offset || p.Flags != want.Flags || p.Group != uint32(n) {
				t.Fatalf("group %d: %+v, want %+v", n, p, want)
			}
			flags |= p.Flags
			last, at = at, p.Next
		}
		if at != None || e.Last != last || int(e.Count) != len(model[e.Key]) || e.Flags != flags || e.Hash != e.Key.Hash() {
			t.Fatalf("group %d: %+v goes on at %d, want last %d, %d pieces, flags %x", n, *e, at, last, len(model[e.Key]), flags)
		}
	}
}

// What is inserted in order of frames is not searched from the first piece on:
// the places looked at are about as many as the pieces.
func TestInsertInOrderIsNotTheSquare(t *testing.T) {
	const pieces = 200_000
	var g Groups
	k, _ := keyOf(t, 0, udp, "10.0.0.1", "10.0.0.2", 1, 53)
	for i := range uint32(pieces) {
		g.Add(&k, k.Hash(), 0).Frame = 2 * i
	}
	for i := range uint32(pieces) {
		g.Insert(&k, k.Hash(), &Piece{Frame: 2*i + 1})
	}
	frame := uint32(0)
	for at := g.List[0].First; at != None; at = g.Pieces[at].Next {
		if g.Pieces[at].Frame != frame {
			t.Fatalf("frame %d where %d should be", g.Pieces[at].Frame, frame)
		}
		frame++
	}
	if frame != 2*pieces {
		t.Errorf("%d pieces in the chain", frame)
	}
}

// Inserting costs no memory once the largest batch before was seen.
func TestInsertDoesNotAllocate(t *testing.T) {
	var g Groups
	keys := make([]Key, 1000)
	for i := range keys {
		keys[i], _ = keyOf(t, 0, udp, "10.0.0.1", "10.0.0.2", uint16(i), 53)
	}
	fill := func() {
		g.Reset()
		for i := range keys {
			g.Add(&keys[i], keys[i].Hash(), 0).Frame = 5
			g.Insert(&keys[i], keys[i].Hash(), &Piece{Frame: uint32(i % 9)})
		}
	}
	fill()
	if n := testing.AllocsPerRun(10, fill); n != 0 {
		t.Errorf("a batch allocates %v times", n)
	}
}
