package decoder

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// text is what a test compares: all of f but its frame.
func (f *Fragment) text(r *Result) string {
	s := fmt.Sprintf("ip %d+%d size %d next %d at %d: id %d payload %d, %d+%d",
		f.Start, f.Header, f.Size, f.Next, f.NextAt, f.ID, f.Payload, f.Offset, f.Length)
	if f.More {
		s += " more"
	}
	if f.Level != 0 || f.Depth != 0 {
		s += fmt.Sprintf(" level %d depth %d", f.Level, f.Depth)
	}
	if f.Scope != 0 {
		s += " scope " + scopeText(r.Scopes.List[f.Scope-1])
	}
	return s
}

func TestFragmentsAreListed(t *testing.T) {
	part := ip4Part(protoUDP, 0x2003, make([]byte, 16))
	options := join([]byte{0x46, 0}, u16(40), u16(9), u16(0x2000), []byte{64, protoUDP, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 1, 1}, make([]byte, 16))
	header := []byte{protoTCP, 0, 0x01, 0x01}
	tests := []struct {
		name  string
		frame []byte
		want  []string
	}{
		{"IPv4", ethernetFrame(0x0800, part), []string{"ip 14+20 size 36 next 17 at 9: id 7 payload 34, 24+16 more"}},
		{"the last", ethernetFrame(0x0800, ip4Part(protoUDP, 3, make([]byte, 5))), []string{"ip 14+20 size 25 next 17 at 9: id 7 payload 34, 24+5"}},
		{"IPv4 with options", ethernetFrame(0x0800, options), []string{"ip 14+24 size 40 next 17 at 9: id 9 payload 38, 0+16 more"}},
		{"cut in its payload", ethernetFrame(0x0800, part)[:40], []string{"ip 14+20 size 36 next 17 at 9: id 7 payload 34, 24+16 more"}},
		{"padding is not payload", join(ethernetFrame(0x0800, part), make([]byte, 9)), []string{"ip 14+20 size 36 next 17 at 9: id 7 payload 34, 24+16 more"}},
		{"VLAN", ethernetFrame(0x8100, vlanTag(5, 0x0800, part)), []string{"ip 18+20 size 36 next 17 at 9: id 7 payload 38, 24+16 more scope vlan 5"}},
		{"IP in IP", overIP4(protoIP, part), []string{"ip 34+20 size 36 next 17 at 9: id 7 payload 54, 24+16 more level 1 depth 1 scope tunnel 1 id 0"}},
		{"VXLAN", overUDP4(4789, u32(0x08000000), u32(77<<8), ethernetFrame(0x8100, vlanTag(5, 0x0800, part))),
			[]string{"ip 68+20 size 36 next 17 at 9: id 7 payload 88, 24+16 more level 1 depth 1 scope tunnel 4 id 77, vlan 5"}},
		{"IPv6", overIP6(protoFragment, header, u32(0x12345678), make([]byte, 8)), []string{"ip 14+40 size 56 next 6 at 6: id 305419896 payload 62, 256+8 more"}},
		{"IPv6 behind extension headers", overIP6(protoHopByHop, []byte{protoRouting, 0, 1, 4, 0, 0, 0, 0}, []byte{protoFragment, 1}, make([]byte, 14), header, u32(5), make([]byte, 8)),
			[]string{"ip 14+64 size 80 next 6 at 48: id 5 payload 86, 256+8 more"}},
		{"behind an authentication header", overIP6(protoAH, []byte{protoFragment, 1}, make([]byte, 10), header, u32(5), make([]byte, 8)),
			[]string{"ip 14+52 size 68 next 6 at 40: id 5 payload 74, 256+8 more"}},
		{"behind a header that says that there is but one", overIP6(protoFragment, []byte{protoFragment, 0, 0, 0}, u32(5), header, u32(6), make([]byte, 8)),
			[]string{"ip 14+48 size 64 next 6 at 40: id 6 payload 70, 256+8 more"}},
		{"one that is all there is", overIP6(protoFragment, []byte{protoUDP, 0, 0, 0}, u32(7), udpDatagram(1, 2, nil)), nil},
		{"don't fragment", ethernetFrame(0x0800, ip4Part(protoUDP, 0x4000, udpDatagram(1, 2, nil))), nil},
		{"quoted", overIP4(protoICMP, icmpMessage(3, 1, part)), nil},
		{"inside a first fragment", ethernetFrame(0x0800, ip4Part(protoIP, 0x2000, part)), []string{"ip 14+20 size 56 next 4 at 9: id 7 payload 34, 0+36 more"}},
		{"cut in its header", ethernetFrame(0x0800, options)[:36], nil},
	}
	d := New(Config{Flows: true, Reassemble: flow.IPv4 | flow.IPv6})
	for _, tt := range tests {
		r := decode(d, linkEthernet, tt.frame, len(tt.frame))
		var got []string
		for i := range r.Fragments {
			got = append(got, r.Fragments[i].text(&r))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// checkFragments holds that fragments point into the bytes, at IP headers, and
// that what they say of a datagram is in bounds.
func checkFragments(t *testing.T, r *Result, data []byte) {
	t.Helper()
	for _, f := range r.Fragments {
		version := map[flow.Kind]byte{flow.IPv4: 4, flow.IPv6: 6}[f.Kind]
		switch {
		case int(f.Payload) > len(data) || f.Start+uint32(f.Header) > f.Payload || f.NextAt >= f.Header || f.Header < minIPv4:
			t.Errorf("%s in %d bytes", f.text(r), len(data))
		case data[f.Start]>>4 != version || f.Offset%8 != 0 || f.Offset >= 1<<16:
			t.Errorf("%s of version %d at % x", f.text(r), version, data[f.Start])
		case f.Payload-f.Start+f.Length != f.Size || !f.More && f.Offset == 0 || int(f.Scope) > len(r.Scopes.List) || f.Level > f.Depth:
			t.Errorf("%s", f.text(r))
		}
	}
}

// With Reassemble, what describes the frame's own bytes is what it is without;
// only the pieces of fragments are not there.
func TestReassembleLeavesOutThePiecesOfFragments(t *testing.T) {
	with, without := New(Config{Layers: true, Flows: true, Reassemble: flow.IPv4 | flow.IPv6}), New(Config{Layers: true, Flows: true})
	for _, row := range rows {
		a := decode(with, row.link, row.frame, len(row.frame))
		b := decode(without, row.link, row.frame, len(row.frame))
		if !slices.Equal(a.Packets, b.Packets) || !slices.Equal(a.Layers, b.Layers) || !slices.Equal(a.Stacks, b.Stacks) ||
			!slices.Equal(a.Fragments, b.Fragments) || !reflect.DeepEqual(a.Scopes.List, b.Scopes.List) {
			t.Errorf("%s: %s, without %s", row.name, text(&a, 0), text(&b, 0))
		}
		var want []string
		for i := range b.Groups.Pieces {
			p := &b.Groups.Pieces[i]
			if len(b.Fragments) == 0 || b.Groups.List[p.Group].Key.Kind&flow.Fragment == 0 {
				want = append(want, pieceText(&b, p))
			}
		}
		var got []string
		for i := range a.Groups.Pieces {
			got = append(got, pieceText(&a, &a.Groups.Pieces[i]))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", row.name, got, want)
		}
	}
}
