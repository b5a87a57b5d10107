package output

import (
	"encoding/binary"

	"github.com/pcappipe/pcappipe/record"
)

// A jsonPlace is where the header stands that is being written.
type jsonPlace struct {
	row   *record.Row
	layer *jsonLayer
	at    int
}

// set moves the place. In parts, so that a row and layer that are there
// already are not written again, which would bother the collector.
func (p *jsonPlace) set(r *record.Row, l *jsonLayer, at int) {
	if p.at = at; p.row != r {
		p.row = r
	}
	if p.layer != l {
		p.layer = l
	}
}

// header adds the fields of a header that begins at this offset. It reads all
// words and then writes them: each loop has so little to keep in mind that it
// stays in registers, and calls nothing but for what is rare.
func (e *jsonl) header(dst []byte, r *record.Row, l *jsonLayer, h *jsonHeader, at int) []byte {
	e.place.set(r, l, at)
	words := e.read(h, r.Data[at:at+h.size])
	steps := h.steps[:len(words)]
	p, k := e.open(dst), 0 // what is written is e.written and p[:k]
	for i, word := range words {
		s := &steps[i]
		switch s.way {
		case decimal:
			k += s.before.put((*[blockLen]byte)(p[k&within:]))
			if word < 1e6 {
				k += putFirst((*[8]byte)(p[k&within:]), word)
			} else {
				k += putLong((*[longest]byte)(p[k&within:]), word)
			}
			*(*[2]byte)(p[k&within:]) = s.after
			k += int(s.ends)
			continue
		case remembered64:
			if text, n := s.memory64.find(word); n > 0 {
				copy64((*[64]byte)(p[k&within:]), text)
				k += n
				continue
			}
		case remembered128:
			if text, n := s.memory128.find(word); n > 0 {
				copy128((*[128]byte)(p[k&within:]), text)
				k += n
				continue
			}
		case remembered256:
			if text, n := s.memory256.find(word); n > 0 {
				copy256((*[256]byte)(p[k&within:]), text)
				k += n
				continue
			}
		case ipv4:
			k += s.before.put((*[blockLen]byte)(p[k&within:]))
			k += putIPv4((*[longest]byte)(p[k&within:]), uint32(word))
			*(*[2]byte)(p[k&within:]) = s.after
			k += int(s.ends)
			continue
		case hexadecimal:
			k += s.before.put((*[blockLen]byte)(p[k&within:]))
			at := e.place.at + int(s.at)
			putHex(p[k&within:], e.place.row.Data[at:at+int(s.len)])
			k += 2 * int(s.len)
			*(*[2]byte)(p[k&within:]) = s.after
			k += int(s.ends)
			continue
		}
		p, k = e.open(e.rare(e.close(k), s, word)), 0
	}
	return e.close(k)
}

// open returns the window behind dst, for which the encoder keeps it.
func (e *jsonl) open(dst []byte) *[window]byte {
	b, n := reserve(dst)
	e.written = b[:n]
	return (*[window]byte)(b[n:])
}

// close returns what is written with so many bytes of the window.
func (e *jsonl) close(k int) []byte { return e.written[:len(e.written)+k] }

// read returns the words of a header's steps.
func (e *jsonl) read(h *jsonHeader, head []byte) []uint64 {
	var small [8]byte
	if len(head) < len(small) {
		copy(small[:], head)
		head = small[:]
	}
	words := e.words[:len(h.steps)]
	for i := range words {
		s := &h.steps[i]
		words[i] = binary.BigEndian.Uint64(head[s.load:]) >> (s.shift & 63) & s.mask
	}
	return words
}

// rare adds a step that is not one of most frames, or a text that is not
// remembered; then it will be.
func (e *jsonl) rare(dst []byte, s *jsonStep, word uint64) []byte {
	switch s.way {
	case ipv6:
		at := e.place.at + int(s.at)
		dst = appendIPv6(s.before.append(dst), (*[16]byte)(e.place.row.Data[at:]))
		return append(dst, s.after[:s.ends]...)
	case spelled:
		return e.spell(dst, s)
	}
	n := len(dst)
	dst = e.spell(dst, s)
	switch text := dst[n:]; {
	case s.way == remembered64 && len(text) <= 64:
		s.memory64 = own(s.memory64, &blank64)
		copy(s.memory64.take(word, len(text))[:], text)
	case s.way == remembered128 && len(text) <= 128:
		s.memory128 = own(s.memory128, &blank128)
		copy(s.memory128.take(word, len(text))[:], text)
	case s.way == remembered256 && len(text) <= 256:
		s.memory256 = own(s.memory256, &blank256)
		copy(s.memory256.take(word, len(text))[:], text)
	}
	return dst
}

// spell adds a step's fields one by one.
func (e *jsonl) spell(dst []byte, s *jsonStep) []byte {
	p := e.place
	base := len(e.stack)
	for i := range s.words {
		e.stack = s.words[i].Append(e.stack, p.row.Data, p.at)
	}
	dst = e.members(dst, p.row, p.layer, e.stack[base:])
	e.stack = e.stack[:base]
	return dst
}
