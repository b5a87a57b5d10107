package http1

// Gap says that the bytes from start to end were lost.
func (p *Parser) Gap(start, end uint64, h Handler) {
	if p.step >= switched || end <= start {
		return
	}
	p.next, p.told = start, start
	lost := end - start
	switch p.step {
	case rest:
		p.over.Missing += lost
	case body, chunkData:
		p.gapCounted(lost, h)
	default:
		p.cut(h, true)
	}
	p.next = end
}

// gapCounted passes over lost bytes of a body or a chunk. Where they reach
// further, so do the messages that are lost.
func (p *Parser) gapCounted(lost uint64, h Handler) {
	here := min(lost, p.left)
	p.left -= here
	p.over.Missing += here
	p.next += here
	p.told = p.next
	if lost > here {
		p.lose(0, h)
		return
	}
	p.counting(0, h)
}

// Close says that the stream is over.
func (p *Parser) Close(h Handler) {
	if p.step >= switched {
		return
	}
	p.told = p.next
	if p.step == rest {
		p.done(0, closed, h)
	} else {
		p.cut(h, false)
	}
	p.step, p.kept = closed, nil
}

// Switch says that the stream is another protocol's from here on: the other
// direction has said so.
func (p *Parser) Switch(h Handler) {
	if p.step >= switched {
		return
	}
	p.told = p.next
	p.cut(h, false)
	p.step, p.kept = switched, nil
}

// cut ends the message that is open, if one is, in the midst, and tells what
// there is of its head.
func (p *Parser) cut(h Handler, lost bool) {
	s := sections.Get().(*section)
	defer s.release()
	then := searching
	switch p.step {
	case startLine:
		if p.open && readBroken(p.side, p.kept, false, &s.head) {
			h.Head(&s.head)
		}
	case head:
		s.read(true, p.side, p.kept)
		s.head.Lost = true
		if h.Head(&s.head) == Other {
			then, lost = switched, false
		}
	case trailers:
		s.read(false, p.side, p.kept)
		p.over.Trailers = s.head.Fields
	}
	if p.open {
		p.over.Lost = lost
		p.end(0, then, h)
	}
	p.step, p.kept, p.line = then, nil, inLine
}
