package http2

// gap takes notice of bytes that are missing. What lies in a frame whose length is known
// leaves the framing as it is.
func (s *side) gap(start, end uint64, h Handler) {
	n := end - start
	switch s.state {
	case failed, closed:
		return
	case leading, inside:
		in := min(n, uint64(s.left))
		s.miss(in, h)
		n -= in
	case heading:
		if s.has > 0 {
			h.Bytes(s.client, 0, s.start, start)
		}
	}
	s.end = end
	if n > 0 && s.state != failed {
		s.loseFraming(n, h)
	}
}

// miss takes notice that the next n bytes of the payload are missing.
func (s *side) miss(n uint64, h Handler) {
	if n == 0 {
		return
	}
	l := Loss{Stream: s.frame.stream, Bytes: n}
	content := uint64(s.left - min(s.pad, s.left))
	switch s.frame.kind {
	case data:
		l.Content = min(n, content)
	case headers, pushPromise, continuation:
		if s.state == leading {
			s.block.begin(s.frame, 0)
			s.block.nameless = s.frame.kind == pushPromise
		}
		s.block.lost = s.block.lost || content > 0
	}
	h.Lost(s.client, l)
	if s.state == leading {
		s.state, s.blind = inside, true
	}
	if s.left -= uint32(n); s.left == 0 {
		s.finish(nil, h)
	}
}

// loseFraming takes notice that n bytes are missing in which frames may have begun and
// ended, and header blocks with them.
func (s *side) loseFraming(n uint64, h Handler) {
	s.cutBlock(h)
	h.Lost(s.client, Loss{Bytes: n, Framing: true})
	s.hpack.forget()
	s.state, s.anchored, s.strict, s.has = seeking, false, false, 0
}

// cutBlock tells of a header block that will not be completed.
func (s *side) cutBlock(h Handler) {
	if s.block.open {
		s.block.lost = true
		s.tell(nil, h)
	}
}

// close tells of what is open.
func (s *side) close(h Handler) {
	switch s.state {
	case failed, closed:
		return
	case heading:
		if s.has > 0 {
			h.Bytes(s.client, 0, s.start, s.start+uint64(s.has))
		}
	}
	s.block.endStream = false // its frames did not all come
	s.cutBlock(h)
	s.state = closed
}
