package reassembly

import (
	"bytes"
	"cmp"
)

// A fragmentModel is a datagram byte by byte, as plain and slow as can be: what
// Datagrams is held against.
type fragmentModel struct {
	policy  Policy
	version uint8
	ended   bool
	length  int
	dropped bool
	header  []byte // of the first fragment at offset 0

	owner []int // of each byte: which fragment brought it, 0 for none
	data  []byte
	taken [][2]int // IPv6: what each fragment announced, as far as it counts

	fragments                      int
	cut, beyond, ends, overlapping int
	overlap                        Overlap
}

// modelPolicies say who wins, o the older or n the newer: a word each for an
// older run that begins earlier, at the same place and later than the newer,
// in it a letter each for one that ends earlier, at the same place and later.
var modelPolicies = [...][3]string{
	First:    {"ooo", "ooo", "ooo"},
	Last:     {"nnn", "nnn", "nnn"},
	BSD:      {"ooo", "ooo", "nnn"},
	BSDRight: {"noo", "nno", "nno"},
	Linux:    {"ooo", "nnn", "nnn"},
	Windows:  {"ooo", "ooo", "noo"},
	Solaris:  {"ooo", "ooo", "nno"},
}

func (m *fragmentModel) add(f *Fragment) {
	m.fragments++
	start, end := int(f.Offset), int(f.Offset+f.Length)
	m.reach(end, f.More)
	if m.dropped {
		return
	}
	m.cut += end - start - len(f.Payload)
	payload := f.Payload
	if fits := max(m.length-start, 0); len(payload) > fits {
		m.beyond += len(payload) - fits
		payload = payload[:fits]
	}
	end = min(end, m.length)
	if start >= end {
		return
	}
	for len(m.owner) < end {
		m.owner, m.data = append(m.owner, 0), append(m.data, 0)
	}
	if m.version == 6 && m.refuses(start, end, payload) {
		return
	}
	m.overlay(start, payload)
}

// reach moves the end, which the first last fragment says.
func (m *fragmentModel) reach(end int, more bool) {
	switch {
	case m.ended && !more && end != m.length:
		m.ends++
	case !m.ended && more:
		m.length = max(m.length, end)
	case !m.ended:
		m.ended, m.length = true, end
		for i := end; i < len(m.owner); i++ {
			if m.owner[i] != 0 {
				m.beyond++
			}
		}
		m.owner, m.data = m.owner[:min(end, len(m.owner))], m.data[:min(end, len(m.data))]
		for i := range m.taken {
			m.taken[i][1] = max(min(m.taken[i][1], end), m.taken[i][0])
		}
	}
}

// refuses is the rule of IPv6: the same once more changes nothing, any other
// overlap ends it all.
func (m *fragmentModel) refuses(start, end int, payload []byte) bool {
	for _, t := range m.taken {
		if max(t[0], start) >= min(t[1], end) {
			continue
		}
		m.overlap = max(m.overlap, OverlapIdentical)
		same := t == [2]int{start, end}
		for i := start; i < start+len(payload); i++ {
			if m.owner[i] != 0 && m.data[i] != payload[i-start] {
				m.overlap, same = OverlapConflict, false
			}
		}
		if !same {
			m.dropped = true
		}
	}
	if m.dropped {
		clear(m.owner)
		return true
	}
	m.taken = append(m.taken, [2]int{start, end})
	return false
}

// overlay puts the bytes in, run by run of those that are there.
func (m *fragmentModel) overlay(start int, payload []byte) {
	before, end := bytes.Clone(m.data), start+len(payload)
	owners := append([]int(nil), m.owner...)
	for i := start; i < end; i++ {
		wins := true
		if who := owners[i]; who != 0 {
			a, b := i, i+1
			for a > 0 && owners[a-1] == who {
				a--
			}
			for b < len(owners) && owners[b] == who {
				b++
			}
			wins = modelPolicies[m.policy][cmp.Compare(a, start)+1][cmp.Compare(b, end)+1] == 'n'
			if i == max(a, start) {
				both := [2]int{i, min(b, end)}
				m.overlap = max(m.overlap, OverlapIdentical)
				if !bytes.Equal(before[both[0]:both[1]], payload[both[0]-start:both[1]-start]) {
					m.overlap = OverlapConflict
					m.overlapping++
				}
			}
		}
		if wins {
			m.owner[i], m.data[i] = m.fragments, payload[i-start]
		}
	}
}

// payload returns the bytes that there are, and the holes.
func (m *fragmentModel) payload() (data []byte, holes [][2]uint32) {
	for i := range m.length {
		switch n := len(holes); {
		case i < len(m.owner) && m.owner[i] != 0:
			data = append(data, m.data[i])
		case n > 0 && holes[n-1][1] == uint32(i):
			holes[n-1][1]++
		default:
			holes = append(holes, [2]uint32{uint32(i), uint32(i) + 1})
		}
	}
	return data, holes
}

// complete says that nothing is missing.
func (m *fragmentModel) complete() bool {
	_, holes := m.payload()
	return m.ended && len(holes) == 0 && !m.dropped
}
