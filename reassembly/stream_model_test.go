package reassembly

import (
	"math"

	"github.com/pcappipe/pcappipe/flow"
)

// A streamModel is the reference: one direction byte by byte, in maps, with
// offsets that somebody else has worked out. It knows no window: its tests keep
// within it. gap is what a lost byte reads as.
type streamModel struct {
	policy              Policy
	wait                map[int64]modelByte // at next or behind it
	told                []int               // what was handed on, by offset
	next, high, acked   int64
	end                 int64
	closed, finished    bool
	bytes               Bytes
	missed              uint64
	retransmitted, late uint64
}

const gap = -1

type modelByte struct {
	value    byte
	cut      bool
	from, to int64 // of its segment
}

func newStreamModel(p Policy) *streamModel {
	return &streamModel{policy: p, wait: map[int64]modelByte{}}
}

// add is one segment's payload, of which some is captured.
func (m *streamModel) add(off int64, captured []byte, length int64, flags uint16) {
	m.bytes.Seen += uint64(length)
	m.bytes.Cut += uint64(length) - uint64(len(captured))
	if flags&flow.RST != 0 && off < min(m.next, m.acked) {
		m.bytes.OutOfWindow += uint64(len(captured))
		return
	}
	high, fresh, repeats, fills := m.high, length > 0 && m.beyond(off+length), false, false
	for i, v := range captured {
		if length == 1 && flags&control == 0 && m.probe(off) {
			m.bytes.Duplicate++
			continue
		}
		switch at := off + int64(i); {
		case at < 0:
			m.bytes.OutOfWindow++
		case m.closed && at >= m.end:
			m.bytes.AfterClose++
		case at >= max(m.next, m.acked)+farthest:
			m.bytes.OutOfWindow++
		case at < m.next && m.told[at] == gap:
			m.bytes.OutOfWindow++
		case at < m.next:
			repeats = true
			m.count(m.told[at] == int(v))
		default:
			old, there := m.wait[at]
			n := modelByte{v, false, off, off + length}
			if !there || old.cut {
				fresh, fills = true, fills || at < high
				m.wait[at] = n
			} else {
				repeats = true
				m.count(old.value == v)
				if streamModelNewWins(m.policy, old.from, old.to, n.from, n.to) {
					m.wait[at] = n
				}
			}
		}
	}
	for at := off + int64(len(captured)); at < off+length; at++ {
		if _, there := m.wait[at]; !there && at >= m.next && !(m.closed && at >= m.end) && at < max(m.next, m.acked)+farthest {
			m.wait[at] = modelByte{cut: true}
		}
	}
	for at := range m.wait {
		m.high = max(m.high, at+1)
	}
	if fills {
		m.late++
	} else if repeats && !fresh {
		m.retransmitted++
	}
	m.advance(0)
	if flags&(flow.FIN|flow.RST) != 0 && !m.closed && (flags&flow.RST != 0 || off+length >= m.high) {
		m.closed, m.finished, m.end = true, flags&flow.RST == 0, max(off+length, m.high)
		m.acked = min(m.acked, m.end)
	}
}

// beyond says whether the stream, as it may be, goes on beyond what was seen by this end of a segment.
func (m *streamModel) beyond(to int64) bool {
	to = min(to, max(m.next, m.acked)+farthest)
	if m.closed {
		to = min(to, m.end)
	}
	return to > m.high
}

func (m *streamModel) probe(off int64) bool {
	return off == m.next-1 && (off < 0 || m.told[off] != gap)
}

func (m *streamModel) count(same bool) {
	if same {
		m.bytes.Duplicate++
	} else {
		m.bytes.Conflicting++
	}
}

func (m *streamModel) acknowledge(ack int64) {
	if m.closed {
		ack = min(ack, m.end)
	}
	m.acked = max(m.acked, ack)
	m.advance(ack)
}

// advance hands on what is next; a byte that is not there is lost if something
// waits behind it that was received, as its acknowledgement just now says.
func (m *streamModel) advance(ack int64) {
	for len(m.wait) > 0 {
		first := int64(math.MaxInt64)
		for at := range m.wait {
			first = min(first, at)
		}
		b, there := m.wait[m.next]
		switch {
		case there && !b.cut:
			m.told = append(m.told, int(b.value))
			m.bytes.Delivered++
		case there || ack > first:
			m.told = append(m.told, gap)
			m.missed++
		default:
			return
		}
		delete(m.wait, m.next)
		m.next++
		m.high = max(m.high, m.next)
	}
}

func (m *streamModel) close() {
	m.advance(math.MaxInt64)
	end := m.acked
	if m.finished {
		end = max(end, m.end)
	} else if !m.closed && end == m.high+1 {
		end--
	}
	for ; m.next < end; m.next++ {
		m.told = append(m.told, gap)
		m.missed++
	}
}

// streamModelNewWins is the table of the policies: what became of a new segment that
// begins before, with or after an old one, and ends before, with or after it.
func streamModelNewWins(p Policy, from, to, newFrom, newTo int64) bool {
	table := map[Policy]string{ // rows: begins before, with, after; columns: ends before, with, after; n: new wins
		First: "... ... ...", Last: "nnn nnn nnn", BSD: "nnn ... ...", BSDRight: "nnn ... ...", Windows: "nnn ... ...",
		Linux: "nnn ..n ...", Solaris: ".nn .nn ..n",
	}
	return table[p][4*streamModelOrder(newFrom, from)+streamModelOrder(newTo, to)] == 'n'
}

func streamModelOrder(a, b int64) int {
	switch {
	case a < b:
		return 0
	case a == b:
		return 1
	}
	return 2
}
