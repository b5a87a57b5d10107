package flow

import "testing"

// However pieces follow each other, they are grouped as a map would group them,
// and each scope has the number that a map would give it.
func FuzzGroups(f *testing.F) {
	f.Add([]byte("abacabadabacaba"), uint8(2))
	f.Add(make([]byte, 3000), uint8(0))
	var g Groups // of all rounds, so that leftovers show
	var s Scopes
	f.Fuzz(func(t *testing.T, data []byte, long uint8) {
		g.Reset()
		s.Reset()
		groups, scopes := map[Key]uint32{}, map[string]uint32{}
		for i, b := range data {
			scope := Scope(nil)
			for range int(b) % (1 + int(long)) {
				scope = scope.AppendVLAN(uint16(b) << 4)
			}
			number := s.Number(scope)
			if len(scope) > 0 && scopes[string(scope)] == 0 {
				scopes[string(scope)] = uint32(len(scopes)) + 1
			}
			if number != scopes[string(scope)] || number > 0 && string(s.List[number-1]) != string(scope) {
				t.Fatalf("scope %x has number %d, want %d", scope, number, scopes[string(scope)])
			}
			key, _ := NewKey(IPv4, 17, []byte{10, 0, 0, 1}, []byte{10, 0, 0, b >> 4}, uint16(b&7), 53, number)
			g.Add(&key, key.Hash(), 0).Frame = uint32(i)
			if _, known := groups[key]; !known {
				groups[key] = uint32(len(groups))
			}
			if got := g.Pieces[i].Group; got != groups[key] {
				t.Fatalf("piece %d is in group %d, want %d", i, got, groups[key])
			}
		}
		if len(g.List) != len(groups) || len(s.List) != len(scopes) {
			t.Fatalf("%d groups and %d scopes, want %d and %d", len(g.List), len(s.List), len(groups), len(scopes))
		}
		checkGroups(t, &g)
	})
}
