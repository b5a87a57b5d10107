package http1

import (
	"bytes"
	"sync"
)

// maxFields is how many fields of a section are told. Apache takes 100, Node.js
// 2,000; an attacker's can be of two bytes each, and a Field takes 48.
const maxFields = 4096

// A section is a head or a trailer section that is being told. It is needed
// only while it is told, so that connections share a few.
type section struct {
	head    Head
	framing framing
	folded  []byte // values of folded lines, in one line each
}

var sections = sync.Pool{New: func() any { return new(section) }}

// release gives a section back, without views of anybody's bytes.
func (s *section) release() {
	clear(s.head.Fields)
	s.head = Head{Fields: s.head.Fields[:0]}
	s.framing = framing{}
	s.folded = s.folded[:0]
	sections.Put(s)
}

// read reads a section up to its empty line, if that is there, and returns what
// it used. A line that is cut is left out. A head begins with a start line that
// was matched.
func (s *section) read(head bool, side Side, text []byte) (n int, whole bool) {
	if head {
		end := bytes.IndexByte(text, '\n')
		if end < 0 { // a status line that is cut in its reason
			readStartLine(side, text[:len(statusLine)], &s.head)
			return 0, false
		}
		readStartLine(side, text[:end], &s.head)
		n = end + 1
	}
	for {
		end := bytes.IndexByte(text[n:], '\n')
		if end < 0 {
			return n, false
		}
		row := text[n : n+end]
		n += end + 1
		if len(row) == 0 || len(row) == 1 && row[0] == '\r' {
			return n, true
		}
		if white(row[0]) {
			continue // it is folded, and continues no field
		}
		if n < len(text) && white(text[n]) {
			var used int
			row, used = s.unfold(row, text[n:])
			n += used
		}
		if row = trimRight(row); len(row) > 0 {
			s.add(row)
		}
	}
}

// add adds the field of a row.
func (s *section) add(row []byte) {
	m := &s.head
	field := split(row)
	s.framing.add(field)
	if len(m.Fields) == maxFields {
		m.Lost = true
		return
	}
	m.Fields = append(m.Fields, field)
}

// unfold joins a row with the lines that continue it, and returns how much of
// what follows the row those are.
func (s *section) unfold(row, follows []byte) (joined []byte, used int) {
	start := len(s.folded)
	s.folded = append(s.folded, row...)
	for used < len(follows) && white(follows[used]) {
		end := bytes.IndexByte(follows[used:], '\n')
		if end < 0 {
			break
		}
		if s.folded = s.folded[:start+len(trimRight(s.folded[start:]))]; len(s.folded) > start {
			s.folded = append(s.folded, ' ')
		}
		s.folded = append(s.folded, bytes.TrimLeft(follows[used:used+end], " \t")...)
		used += end + 1
	}
	return s.folded[start:], used
}

// split parts a row at its colon.
func split(row []byte) Field {
	name, value, _ := bytes.Cut(row, []byte{':'})
	for len(value) > 0 && white(value[0]) {
		value = value[1:]
	}
	return Field{Name: trimRight(name), Value: value}
}

func white(c byte) bool { return c == ' ' || c == '\t' }

// trimRight cuts the white space, and CR, off the end.
func trimRight(b []byte) []byte {
	n := len(b)
	for n > 0 && (b[n-1] == '\r' || b[n-1] == ' ' || b[n-1] == '\t') {
		n--
	}
	return b[:n]
}
