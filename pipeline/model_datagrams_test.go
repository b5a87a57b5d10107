package pipeline

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/flow"
)

// A modelDatagram is the obvious reassembly of IP: the fragments of one key, of
// which at each arrival one tries whether they are the whole.
type modelDatagram struct {
	name   string // of its key; "": no other fragment can be part of it
	flow   string // that its fragments form, if they never are the whole
	proto  uint8  // of its payload
	first  int64  // clock at its first fragment
	list   []modelFragment
	packet []byte
}

type modelFragment struct {
	decoder.Fragment
	header, payload []byte
}

// fragment takes a fragment, which stands in these bytes, and returns what is
// whole with it.
func (m *model) fragment(f *decoder.Fragment, data []byte, scope flow.Scope) (whole *modelDatagram) {
	at := slices.Clone(data[f.Start : f.Start+uint32(f.Header)])
	got := data[min(int(f.Payload), len(data)):min(int(f.Payload+f.Length), len(data))]
	src, dst := at[12:16], at[16:20]
	name := fmt.Sprintf("%d %d", f.ID, f.Next)
	if f.Kind == flow.IPv6 {
		src, dst = at[8:24], at[24:40]
		name = fmt.Sprint(f.ID)
	}
	name = fmt.Sprintf("%v %s %x %x %x", f.Kind, name, src, dst, scope)
	add := modelFragment{*f, at, slices.Clone(got)}
	refused := f.Kind == flow.IPv6 && f.More && f.Length%8 != 0
	if refused || f.Kind == flow.IPv6 && f.Offset == 0 && !f.More {
		name = ""
	}
	i := slices.IndexFunc(m.datagrams, func(d *modelDatagram) bool { return name != "" && d.name == name })
	if i < 0 {
		i = len(m.datagrams)
		m.datagrams = append(m.datagrams, &modelDatagram{name: name, first: m.clock})
		m.begun = append(m.begun, m.datagrams[i])
	}
	d := m.datagrams[i]
	d.list = append(d.list, add)
	d.proto = d.list[max(d.head(), 0)].Next
	key, _ := flow.NewKey(f.Kind|flow.Fragment, d.proto, src, dst, 0, 0, 0)
	d.flow = nameOf(&key, scope)
	switch d.packet = d.try(); {
	case refused:
		m.lose(d)
	case d.packet != nil:
		whole = d
	default:
		return nil
	}
	m.datagrams = slices.Delete(m.datagrams, i, i+1)
	return whole
}

// head returns the fragment that begins the packet.
func (d *modelDatagram) head() int {
	return slices.IndexFunc(d.list, func(f modelFragment) bool { return f.Offset == 0 })
}

// try returns the packet, if the fragments are all of it: each byte is that of
// the fragment that came first with it. What lies behind the end that the first last fragment
// tells is no part of it, and overlapping fragments of IPv6 are none of anything.
func (d *modelDatagram) try() []byte {
	last := slices.IndexFunc(d.list, func(f modelFragment) bool { return !f.More })
	if last < 0 || d.overlaps() {
		return nil
	}
	end := d.list[last].Offset + d.list[last].Length
	payload, has, missing := make([]byte, end), make([]bool, end), end
	for _, f := range d.list {
		for i, b := range f.payload {
			if at := f.Offset + uint32(i); at < end && !has[at] {
				payload[at], has[at] = b, true
				missing--
			}
		}
	}
	at := d.head()
	if missing > 0 || at < 0 {
		return nil
	}
	return wholePacket(&d.list[at], payload)
}

// wholePacket puts a payload behind the header of its first fragment.
func wholePacket(f *modelFragment, payload []byte) []byte {
	be := binary.BigEndian
	b := append(slices.Clone(f.header), payload...)
	length := func(n int) uint16 {
		if n > 1<<16-1 {
			return 0
		}
		return uint16(n)
	}
	if f.Kind == flow.IPv6 {
		be.PutUint16(b[4:], length(len(b)-40))
		b[f.NextAt] = f.Next
		return b
	}
	be.PutUint16(b[2:], length(len(b)))
	b[6], b[7] = 0, 0
	return b
}

// overlaps says whether fragments of IPv6 overlap that are not the same. How it
// looked when they came counts: an end cuts off what came before it.
func (d *modelDatagram) overlaps() bool {
	if d.list[0].Kind != flow.IPv6 {
		return false
	}
	type claim struct {
		start, end uint32
		bytes      []byte
	}
	var claims []claim
	limit := ^uint32(0)
	for _, f := range d.list {
		n := claim{f.Offset, f.Offset + f.Length, f.payload}
		if !f.More && limit == ^uint32(0) {
			limit = n.end
			for i := range claims {
				claims[i].end = min(claims[i].end, limit)
			}
		}
		n.end = min(n.end, limit)
		n.bytes = n.bytes[:min(len(n.bytes), int(max(n.end, n.start)-n.start))]
		if n.start >= n.end {
			continue
		}
		known := false
		for _, c := range claims {
			switch both := min(len(c.bytes), len(n.bytes), int(max(c.end, c.start)-c.start)); {
			case n.start >= c.end || c.start >= n.end:
			case n.start == c.start && n.end == c.end && slices.Equal(c.bytes[:both], n.bytes[:both]):
				known = true
			default:
				return true
			}
		}
		if !known {
			claims = append(claims, n)
		}
	}
	return false
}

// lose counts the fragments of a datagram that will not be whole in the flow
// without ports that they form.
func (m *model) lose(d *modelDatagram) {
	x := m.find(d.flow, d.proto, func(*modelFlow) bool { return false })
	x.last = max(x.last, m.clock)
	x.packets += len(d.list)
}

// overdue gives up datagrams that have waited too long.
func (m *model) overdue() {
	for len(m.datagrams) > 0 && m.clock-m.datagrams[0].first > 60*seconds {
		m.lose(m.datagrams[0])
		m.datagrams = m.datagrams[1:]
	}
}
