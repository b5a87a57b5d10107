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

// header adds the fields of a header that begins at this offset. It reads all
// words and then writes them: each loop has so little to keep in mind that it
// stays in registers, and calls nothing but for what is rare.
func (e *jsonl) header(dst []byte, r *record.Row, l *jsonLayer, h *jsonHeader, at int) []byte {
	e.place = jsonPlace{r, l, at}
	words := e.read(h, r.Data[at:at+h.size])
	b, n := reserve(dst)
	p, k := (*[window]byte)(b[n:]), 0 // what is written is b[:n] and p[:k]
	for i, word := range words {
		s := &h.steps[i]
		switch s.way {
		case remembered64:
			if i, n := s.memory.find(word); n > 0 {
				*(*[64]byte)(p[k&within:]) = [64]byte(s.memory.texts[64*i:])
				k += n
				continue
			}
		case remembered128:
			if i, n := s.memory.find(word); n > 0 {
				*(*[128]byte)(p[k&within:]) = [128]byte(s.memory.texts[128*i:])
				k += n
				continue
			}
		case remembered256:
			if i, n := s.memory.find(word); n > 0 {
				*(*[256]byte)(p[k&within:]) = [256]byte(s.memory.texts[256*i:])
				k += n
				continue
			}
		case decimal:
			*(*[blockLen]byte)(p[k&within:]) = s.before.block
			k += int(s.before.len)
			if word >= 1e6 {
				k += putFirst((*[8]byte)(p[k&within:]), word/1e6)
				putSix((*[longest]byte)(p[k&within:]), 0, word%1e6)
				k += 6
			} else {
				k += putFirst((*[8]byte)(p[k&within:]), word)
			}
			*(*[2]byte)(p[k&within:]) = s.after
			k += int(s.ends)
			continue
		case ipv4:
			*(*[blockLen]byte)(p[k&within:]) = s.before.block
			k += int(s.before.len)
			k += putIPv4((*[longest]byte)(p[k&within:]), [4]byte{byte(word >> 24), byte(word >> 16), byte(word >> 8), byte(word)})
			*(*[2]byte)(p[k&within:]) = s.after
			k += int(s.ends)
			continue
		}
		b, n = reserve(e.rare(b[:n+k], s, word))
		p, k = (*[window]byte)(b[n:]), 0
	}
	return b[:n+k]
}

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
	at := e.place.at + int(s.at)
	switch value := e.place.row.Data[at : at+int(s.len)]; s.way {
	case ipv6:
		dst = appendIPv6(s.before.append(dst), (*[16]byte)(value))
		return append(dst, s.after[:s.ends]...)
	case hexadecimal:
		dst = appendHex(s.before.append(dst), value)
		return append(dst, s.after[:s.ends]...)
	case spelled:
		return e.spell(dst, s)
	}
	n := len(dst)
	dst = e.spell(dst, s)
	s.memory.keep(word, dst[n:])
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
