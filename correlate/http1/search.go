package http1

import "bytes"

// search looks for a start line: at the beginning of a call of Data, which is
// where a segment begins, and behind an LF. What it passes over belongs to no
// message. A line of which not all is there is kept; if it turns out to be none,
// the next is looked for behind it, or where the call begins.
func (p *Parser) search(b []byte, h Handler) int {
	if len(p.kept) > 0 {
		return p.searchKept(b, h)
	}
	n := 0
	if !p.fresh && p.line != atLine {
		n = nextLine(b, 0)
	}
	for n += blank(b[n:]); n < len(b); n += blank(b[n:]) {
		switch recognise(p.side, b[n:], 0) {
		case Yes:
			if !likely(p.side, b[n:]) {
				break // words of a text
			}
			p.begin(p.next+uint64(n), h)
			p.step = startLine
			return n
		case More:
			p.keep(b[n:])
			return len(b)
		}
		n = nextLine(b, n)
	}
	p.line = inLine
	if b[len(b)-1] == '\n' {
		p.line = atLine
	}
	return len(b)
}

// searchKept looks whether what is kept becomes a start line. In a text, whose
// words it may be, a call that begins with all of a likely one is believed.
func (p *Parser) searchKept(b []byte, h Handler) int {
	if p.fresh && recognise(p.side, b, 0) == Yes && likely(p.side, b[blank(b):]) {
		p.kept = nil
		return 0
	}
	before := len(p.kept)
	text := b
	if end := bytes.IndexByte(b, '\n'); end >= 0 {
		text = b[:end+1]
	}
	text = text[:min(len(text), MaxLine-before)]
	p.keep(text)
	switch recognise(p.side, p.kept, before) {
	case Yes:
		p.found(before, h)
		return len(text)
	case More:
		return len(text)
	}
	p.kept, p.line = nil, inLine
	return 0
}

// found begins the message whose start line is kept, the bytes from before on
// of which are those of this call.
func (p *Parser) found(before int, h Handler) {
	p.begin(p.next-uint64(before), h)
	p.step = head
}

// nextLine returns where the line behind the next LF begins.
func nextLine(b []byte, n int) int {
	if lf := bytes.IndexByte(b[n:], '\n'); lf >= 0 {
		return n + lf + 1
	}
	return len(b)
}
