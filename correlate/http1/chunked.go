package http1

import "bytes"

// maxChunk is more than the size of any chunk that is believed: nobody has sent
// 2^60 bytes.
const maxChunk = 1 << 60

// chunkLine reads the line before a chunk's data: its size, with white space
// around it.
func (p *Parser) chunkLine(b []byte, h Handler) int {
	for n, c := range b {
		if p.size++; p.size > MaxLine {
			return p.misframed(n, c, h)
		}
		digit, isDigit := hexDigit(c)
		switch {
		case isDigit && p.step != chunkTail && p.left < maxChunk/16:
			p.left = p.left<<4 | digit
			p.step = chunkSize
		case p.step == chunkStart && white(c):
		case p.step == chunkStart:
			return p.misframed(n, c, h)
		case white(c) || c == '\r':
			p.step = chunkTail
		case c == ';':
			p.step = chunkExtension
			return n + 1
		case c == '\n':
			p.chunk()
			return n + 1
		default:
			return p.misframed(n, c, h)
		}
	}
	return len(b)
}

// chunkExtension passes over a chunk's extensions.
func (p *Parser) chunkExtension(b []byte, h Handler) int {
	room := MaxLine - p.size
	end := bytes.IndexByte(b[:min(len(b), room)], '\n')
	switch {
	case end >= 0:
		p.chunk()
		return end + 1
	case len(b) > room:
		return p.misframed(room, b[room], h)
	}
	p.size += len(b)
	return len(b)
}

// chunk begins a chunk's data, or what follows the last chunk.
func (p *Parser) chunk() {
	p.step, p.size = chunkData, 0
	if p.left == 0 {
		p.step = trailers
	}
}

// chunkEnd passes over the line end behind a chunk's data.
func (p *Parser) chunkEnd(b []byte, h Handler) int {
	switch c := b[0]; {
	case c == '\n':
		p.step, p.size = chunkStart, 0
	case c == '\r' && p.size == 0:
		p.size = 1
	default:
		return p.misframed(0, c, h)
	}
	return 1
}

func hexDigit(c byte) (digit uint64, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return uint64(c - '0'), true
	case c >= 'a' && c <= 'f':
		return uint64(c-'a') + 10, true
	case c >= 'A' && c <= 'F':
		return uint64(c-'A') + 10, true
	}
	return 0, false
}
