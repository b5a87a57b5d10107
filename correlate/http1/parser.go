package http1

// A Parser finds the messages of one direction of a connection. Its zero value
// expects requests from offset 0; Reset makes it new.
type Parser struct {
	side Side
	step step
	then step // what follows the head that has been told
	line line // where in its line the next byte stands: in the rest of a section, and in a search

	open     bool // a message has begun
	fresh    bool // the next byte is the first of a call of Data
	searched bool // the message that began last was searched for

	kept []byte // what has come of a start line, a head or a trailer section
	next uint64 // offset of the next byte
	told uint64 // Bytes has been told up to here, in an open message
	left uint64 // bytes of the body or of the chunk that are to come
	size int    // bytes of the chunk's line, or of the line end behind it, that have come

	over End // of the message, as it grows
}

// A step is what the next byte belongs to.
type step uint8

const (
	between        step = iota // messages: empty lines, or the first byte of one
	startLine                  // of which kept has what has come; the message has begun if it is likely one
	head                       // of which kept has what has come
	headRest                   // beyond what is kept of it
	body                       // of which left is to come
	rest                       // a body that lasts to the close
	chunkStart                 // white space before a chunk's size, or its first digit
	chunkSize                  // its digits
	chunkTail                  // white space behind them
	chunkExtension             // what is behind a semicolon
	chunkData                  // of which left is to come
	chunkEnd                   // the line end behind the data
	trailers                   // of which kept has what has come
	trailRest                  // beyond what is kept of them
	searching                  // for a start line; kept has what may become one
	switched                   // to another protocol
	closed
)

// Reset makes the parser new: the next byte is this side's, at this offset.
func (p *Parser) Reset(side Side, offset uint64) {
	*p = Parser{side: side, next: offset}
}

// Data gives the parser the bytes that follow what came before. It returns how
// many are HTTP: fewer than there are only where another protocol begins.
func (p *Parser) Data(offset uint64, b []byte, h Handler) (n int) {
	p.next, p.told, p.fresh = offset, offset, true
	for n < len(b) {
		if p.step >= switched {
			if p.step == closed {
				n = len(b)
			}
			break
		}
		used := p.take(b[n:], h)
		n += used
		p.next += uint64(used)
		p.fresh = p.fresh && used == 0
	}
	if p.open {
		p.tell(h)
	}
	return n
}

// take does one step on b, which is not empty, and returns how many bytes it
// used; none only if there is another step to do. Offsets are p.next and what
// was used.
func (p *Parser) take(b []byte, h Handler) (used int) {
	switch p.step {
	case between:
		return p.between(b)
	case startLine:
		return p.startLine(b, h)
	case head, trailers:
		return p.section(b, h)
	case headRest, trailRest:
		return p.sectionRest(b, h)
	case body, chunkData:
		return p.counted(b, h)
	case rest:
		p.tellBody(b, h)
		return len(b)
	case chunkStart, chunkSize, chunkTail:
		return p.chunkLine(b, h)
	case chunkExtension:
		return p.chunkExtension(b, h)
	case chunkEnd:
		return p.chunkEnd(b, h)
	}
	return p.search(b, h)
}

// Switched says whether the stream has become another protocol's.
func (p *Parser) Switched() bool { return p.step == switched }

// Searched says whether the message that began last was searched for, because of
// a gap or of bytes that are no message: any number may have been lost before
// it. It may be asked within Begin.
func (p *Parser) Searched() bool { return p.searched }

// Content returns how many of the next n bytes are content for sure: none where a
// head, a chunk's line or another message may be among them before.
func (p *Parser) Content(n uint64) uint64 {
	switch p.step {
	case rest:
		return n
	case body, chunkData:
		return min(n, p.left)
	}
	return 0
}

// Unread returns how many of the last bytes may begin a message, and are not told of
// until that is likely.
func (p *Parser) Unread() uint64 {
	if p.open {
		return 0
	}
	return uint64(len(p.kept))
}

// Charge returns how many bytes the parser keeps.
func (p *Parser) Charge() int64 { return int64(cap(p.kept)) }

// between skips the empty lines that may come before a message.
func (p *Parser) between(b []byte) int {
	n := blank(b)
	if n < len(b) {
		p.step = startLine
	}
	return n
}

// begin begins a message.
func (p *Parser) begin(offset uint64, h Handler) {
	p.open, p.told, p.searched = true, offset, p.step == searching
	p.over = End{}
	h.Begin(offset)
}

// end ends the message that has begun, used bytes behind p.next.
func (p *Parser) end(used int, then step, h Handler) {
	p.next += uint64(used)
	p.tell(h)
	p.over.Offset = p.next
	p.next -= uint64(used)
	p.open, p.kept, p.step, p.line = false, nil, then, inLine
	h.End(&p.over)
	p.over.Trailers = nil
}

// tell tells the bytes up to p.next that have not been told.
func (p *Parser) tell(h Handler) {
	if p.told < p.next {
		h.Bytes(p.told, p.next)
	}
	p.told = p.next
}

// done ends a message of which nothing is missing but what is counted.
func (p *Parser) done(used int, then step, h Handler) {
	p.over.Complete = p.over.Missing == 0
	p.end(used, then, h)
}

// lose ends the message, if one has begun, whose end is not known.
func (p *Parser) lose(used int, h Handler) {
	if p.open {
		p.over.Lost = true
		p.end(used, searching, h)
	}
	p.kept, p.step, p.line = nil, searching, inLine
}

// misframed loses what has a byte at n that cannot stand there.
func (p *Parser) misframed(n int, c byte, h Handler) int {
	p.lose(n+1, h)
	if c == '\n' {
		p.line = atLine
	}
	return n + 1
}

// counted tells what is there of a body or a chunk of known length.
func (p *Parser) counted(b []byte, h Handler) int {
	n := int(min(uint64(len(b)), p.left))
	p.tellBody(b[:n], h)
	p.left -= uint64(n)
	p.counting(n, h)
	return n
}

// counting goes on behind a body or a chunk of which nothing is to come.
func (p *Parser) counting(used int, h Handler) {
	switch {
	case p.left > 0:
	case p.step == chunkData:
		p.step = chunkEnd
	default:
		p.done(used, between, h)
	}
}

func (p *Parser) tellBody(b []byte, h Handler) {
	p.over.Body += uint64(len(b))
	if len(b) > 0 {
		h.Body(b)
	}
}
