package http1

import "bytes"

// maxSection is how much of a head, or of a trailer section, is kept: as much
// as Chrome takes of a response's head. Servers take 8 KiB to 1 MiB of a
// request's.
const maxSection = 256 << 10

// A line says where in its line a byte stands, to know an empty one.
type line uint8

const (
	inLine line = iota // behind something
	atLine             // at its beginning
	atCR               // behind a CR at its beginning
)

// lineAt says where the byte behind b stands, whose first byte begins a line.
func lineAt(b []byte) line {
	n := len(b)
	switch {
	case n == 0 || b[n-1] == '\n':
		return atLine
	case b[n-1] == '\r' && (n == 1 || b[n-2] == '\n'):
		return atCR
	}
	return inLine
}

// sectionEnd returns the end of the empty line that ends a section, 0 if it is
// not there, and where in its line the byte behind b stands.
func sectionEnd(b []byte, at line) (end int, next line) {
	n := 0
	for n < len(b) {
		switch c := b[n]; {
		case at == inLine:
			lf := bytes.IndexByte(b[n:], '\n')
			if lf < 0 {
				return 0, inLine
			}
			n += lf
			at = atLine
		case c == '\n':
			return n + 1, atLine
		case c == '\r' && at == atLine:
			at = atCR
		default:
			at = inLine
		}
		n++
	}
	return 0, at
}

// keep adds to what is kept. The room doubles, from 256 bytes.
func (p *Parser) keep(b []byte) {
	need := len(p.kept) + len(b)
	if need > cap(p.kept) {
		room := max(256, cap(p.kept))
		for room < need {
			room *= 2
		}
		p.kept = append(make([]byte, 0, room), p.kept...)
	}
	p.kept = append(p.kept, b...)
}

// startLine looks whether what comes next is a start line. The message begins
// as soon as that is likely, so that its first bytes are told as they come.
func (p *Parser) startLine(b []byte, h Handler) int {
	before := len(p.kept)
	text := b[:min(len(b), maxSection-before)]
	if before > 0 {
		if end := bytes.IndexByte(text, '\n'); end >= 0 {
			text = text[:end+1]
		}
		p.keep(text)
		text = p.kept
	}
	v, size := matchers[p.side](text, before)
	possible := text
	if v == No {
		possible = text[:size-1]
	} else if v == More && len(text) == maxSection {
		v, size = No, len(text)
	}
	if !p.open && (v == Yes || likely(p.side, possible)) {
		p.begin(p.next-uint64(before), h)
	}
	if v == No && p.open && p.answerable(possible, text[size-1]) {
		v, text = Yes, text[:size]
	}
	switch {
	case v == No:
		return p.misframed(size-before-1, text[size-1], h)
	case v == Yes:
		p.step = head
	}
	if before == 0 {
		if v == Yes {
			return 0
		}
		p.keep(text)
	}
	return len(text) - before
}

// answerable says whether a line that the byte last has shown to be no request line is all
// there, with a method and a target: then it is taken for one that is malformed, and what
// follows for the rest of its head. Servers answer such requests.
func (p *Parser) answerable(line []byte, last byte) bool {
	var m Head
	return last == '\n' && readBroken(p.side, line, true, &m)
}

// section takes what comes of a head or a trailer section until it is whole, or
// more than is kept. What comes in one piece is read as it is searched for its end.
func (p *Parser) section(b []byte, h Handler) int {
	before := len(p.kept)
	text := b[:min(len(b), maxSection-before)]
	if before > 0 {
		end, at := sectionEnd(text, lineAt(p.kept))
		if p.line = at; end > 0 {
			text = text[:end]
		}
		p.keep(text)
		if text = p.kept; end == 0 && len(text) < maxSection {
			return len(text) - before
		}
	}
	s := sections.Get().(*section)
	defer s.release()
	n, whole := s.read(p.step == head, p.side, text)
	if !whole {
		n = len(text)
		p.line = lineAt(text)
		if n < maxSection {
			p.keep(text)
			return n
		}
	}
	if p.step == head {
		p.tellHead(s, whole, n-before, h)
	} else {
		p.tellTrailers(s, whole, n-before, h)
	}
	return n - before
}

// sectionRest passes over what is not kept of a section.
func (p *Parser) sectionRest(b []byte, h Handler) int {
	n, at := sectionEnd(b, p.line)
	p.line = at
	switch {
	case n == 0:
		return len(b)
	case p.step == trailRest:
		p.end(n, between, h)
	default:
		p.follow(n, h)
	}
	return n
}

// tellHead tells a head, and goes on with what follows it.
func (p *Parser) tellHead(s *section, whole bool, used int, h Handler) {
	s.head.Lost = s.head.Lost || !whole
	follows := h.Head(&s.head)
	p.then, p.left = s.framing.then(p.side, &s.head, follows, whole)
	p.kept = nil
	if whole {
		p.follow(used, h)
		return
	}
	p.step = headRest
}

// follow goes on with what follows a head that ends where p.next will be after
// used bytes.
func (p *Parser) follow(used int, h Handler) {
	switch p.step = p.then; p.step {
	case between, switched:
		p.done(used, p.step, h)
	case searching:
		p.lose(used, h)
		p.line = atLine
	case body:
		p.counting(used, h)
	case chunkStart:
		p.size = 0
	}
}

// tellTrailers ends a message behind its trailer section.
func (p *Parser) tellTrailers(s *section, whole bool, used int, h Handler) {
	if !whole {
		p.step, p.kept = trailRest, nil
		return
	}
	p.over.Complete = p.over.Missing == 0 && !s.head.Lost
	p.over.Trailers = s.head.Fields
	p.end(used, between, h)
}
