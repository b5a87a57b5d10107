package flow

import (
	"slices"
	"testing"
)

var (
	one = []byte{10, 0, 0, 1}
	two = []byte{10, 0, 0, 2}
)

func TestScope(t *testing.T) {
	tests := []struct {
		name   string
		scope  Scope
		vlans  []uint16
		tunnel Tunnel
	}{
		{"nothing", nil, nil, TunnelNone},
		{"a VLAN", Scope(nil).AppendVLAN(7), []uint16{7}, TunnelNone},
		{"two VLANs, outermost first", Scope(nil).AppendVLAN(100).AppendVLAN(200), []uint16{100, 200}, TunnelNone},
		{"a tunnel", Scope(nil).AppendTunnel(TunnelGRE, IPv4, one, two, 0), nil, TunnelGRE},
		{"the VLAN around a tunnel is not around the packet in it",
			Scope(nil).AppendVLAN(7).AppendTunnel(TunnelVXLAN, IPv4, one, two, 5), nil, TunnelVXLAN},
		{"a VLAN in a tunnel", Scope(nil).AppendVLAN(7).AppendTunnel(TunnelVXLAN, IPv4, one, two, 5).AppendVLAN(8), []uint16{8}, TunnelVXLAN},
		{"a tunnel in a tunnel", Scope(nil).AppendTunnel(TunnelGTPU, IPv4, one, two, 0).AppendTunnel(TunnelTeredo, IPv4, two, one, 0), nil, TunnelTeredo},
	}
	for _, tt := range tests {
		vlans, tunnel := tt.scope.Innermost(nil)
		if !slices.Equal(vlans, tt.vlans) || tunnel != tt.tunnel {
			t.Errorf("%s: VLANs %v in tunnel %d, want %v in %d", tt.name, vlans, tunnel, tt.vlans, tt.tunnel)
		}
	}
}

// Both directions through a tunnel have one scope; tunnels of other kinds, ids or ends have others.
func TestTunnelScope(t *testing.T) {
	there := Scope(nil).AppendTunnel(TunnelVXLAN, IPv4, one, two, 5)
	back := Scope(nil).AppendTunnel(TunnelVXLAN, IPv4, two, one, 5)
	if string(there) != string(back) {
		t.Error("the directions have different scopes")
	}
	for what, other := range map[string]Scope{
		"id":   Scope(nil).AppendTunnel(TunnelVXLAN, IPv4, one, two, 6),
		"kind": Scope(nil).AppendTunnel(TunnelGeneve, IPv4, one, two, 5),
		"ends": Scope(nil).AppendTunnel(TunnelVXLAN, IPv4, one, one, 5),
	} {
		if string(there) == string(other) {
			t.Errorf("another %s, the same scope", what)
		}
	}
}

// The same bytes have the same number, others another, and numbers lead back to the bytes.
func TestScopes(t *testing.T) {
	var s Scopes
	for range 3 {
		s.Reset()
		if s.Number(nil) != 0 {
			t.Error("the scope of nothing is not 0")
		}
		var list []Scope
		for id := range uint16(500) {
			list = append(list, Scope(nil).AppendVLAN(id))
		}
		for n, scope := range slices.Concat(list, list) {
			want := uint32(n%len(list)) + 1
			if got := s.Number(scope); got != want {
				t.Fatalf("scope %d has number %d", n, got)
			}
			if string(s.List[want-1]) != string(scope) {
				t.Fatalf("number %d leads to %x, not %x", want, s.List[want-1], scope)
			}
		}
		if len(s.List) != len(list) {
			t.Errorf("%d scopes", len(s.List))
		}
	}
}

// Whatever the bytes are, reading a scope ends.
func FuzzScope(f *testing.F) {
	f.Add([]byte(Scope(nil).AppendVLAN(7).AppendTunnel(TunnelVXLAN, IPv4, one, two, 5).AppendVLAN(8)))
	f.Add([]byte("vt"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ids, _ := Scope(data).Innermost(nil)
		if 3*len(ids) > len(data) {
			t.Errorf("%d VLANs in %d bytes", len(ids), len(data))
		}
	})
}
