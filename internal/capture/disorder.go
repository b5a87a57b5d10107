package capture

import "slices"

// shuffle has the segments of each burst come in another order, and bytes once
// more later on: nothing is lost, and nothing is acknowledged before it was captured.
func (t *talk) shuffle() {
	for at := 0; at < len(t.list); {
		end := at
		for end < len(t.list) && t.list[end].burst == t.list[at].burst {
			end++
		}
		for at < end && t.list[at].fixed {
			at++
		}
		burst := t.list[at:end]
		if t.r.IntN(2) == 0 {
			t.r.Shuffle(len(burst), func(i, j int) { burst[i], burst[j] = burst[j], burst[i] })
		}
		at = end
	}
	for range t.r.IntN(1 + len(t.list)/4) {
		at := t.r.IntN(len(t.list))
		s := t.list[at]
		if s.flags&(syn|fin|rst) != 0 || len(s.payload) == 0 {
			continue
		}
		t.insert(at+1+t.r.IntN(6), t.across(s))
	}
}

// insert puts a segment where it is to come, or behind all.
func (t *talk) insert(at int, s segment) { t.list = slices.Insert(t.list, min(at, len(t.list)), s) }

// across returns a segment with all of another's bytes, or some, and perhaps what
// was sent before them, cut anew: as who sends again does.
func (t *talk) across(s segment) segment {
	start := int(s.seq - t.isn[s.from] - 1)
	end := min(start+len(s.payload), len(t.Said[s.from]))
	if start < 0 || start >= end {
		return s
	}
	switch t.r.IntN(4) {
	case 0:
		start -= t.r.IntN(1 + min(start, 400))
	case 1:
		start += t.r.IntN(end - start)
	case 2:
		end = start + 1 + t.r.IntN(end-start)
	}
	s.seq, s.payload = t.isn[s.from]+1+uint32(start), t.Said[s.from][start:end]
	return s
}

// spoil has segments come late, twice, with other bytes, from elsewhere, or not at all.
func (t *talk) spoil() {
	r := t.r
	for n := r.IntN(1 + len(t.list)/2); n > 0 && len(t.list) > 1; n-- {
		at := r.IntN(len(t.list))
		s := t.list[at]
		s.payload = slices.Clone(s.payload)
		switch r.IntN(12) {
		case 0, 1:
			t.list = slices.Delete(t.list, at, at+1)
		case 2, 3, 4:
			t.list = slices.Delete(t.list, at, at+1)
			t.insert(at+1+r.IntN(9), s)
		case 5:
			t.insert(at+1+r.IntN(9), s)
		case 6:
			t.insert(at+r.IntN(9), t.across(s))
		case 7, 8: // the same place, other bytes
			s = t.across(s)
			s.payload = slices.Clone(s.payload)
			for i := range s.payload {
				s.payload[i] ^= byte(r.IntN(2))
			}
			t.insert(at+r.IntN(9), s)
		case 9: // far from where the stream is
			s.seq += []uint32{1 << 30, 1 << 31, 3 << 30, 100_000, 1 << 29}[r.IntN(5)]
			t.insert(at+1, s)
		case 10: // an end that may be none
			s.flags = s.flags&^(syn|psh) | []uint8{fin, rst}[r.IntN(2)]
			s.seq += uint32(r.IntN(3)*r.IntN(500)) - uint32(r.IntN(2))
			t.insert(at+1, s)
		case 11: // an acknowledgement of what was never sent
			s.payload, s.flags = nil, ack
			s.ack += uint32(r.IntN(2000))
			t.insert(at+1, s)
		}
	}
	if r.IntN(4) == 0 { // only one end is captured
		from := r.IntN(2)
		t.list = slices.DeleteFunc(t.list, func(s segment) bool { return s.from == from })
	}
}
