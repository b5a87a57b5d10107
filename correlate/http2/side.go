package http2

import "encoding/binary"

// A side is one direction of a connection.
type side struct {
	client   bool
	strict   bool // it has to begin as the RFC says
	begun    bool // its first frame has come
	anchored bool // its frames were followed from its beginning, without a break
	state    state

	head  [frameHeader]byte // of the frame that begins, as far as it came
	has   int               // bytes of it; or of the client's preface
	start uint64            // where the frame begins
	end   uint64            // behind the last byte that came

	frame frame
	left  uint32   // of the payload still to come
	pad   uint32   // of that, padding, once it is known
	lead  [10]byte // the payload's fixed part, as far as it came
	led   int
	blind bool // the fixed part was lost, so it is not known what the rest is

	block block
	hpack decoder
	told  Headers // what a Handler is shown, here so that it is not made anew
}

// A state is what is expected next.
type state uint8

const (
	opening state = iota // the client's preface, the server's first frame
	heading              // a frame's header
	leading              // the fixed part of its payload
	inside               // the rest of it
	seeking              // frames, at the beginning of what comes next
	failed
	closed
)

func (s *side) begin(client bool) {
	s.client = client
	s.hpack.reset()
}

func (s *side) charge() int64 { return s.block.charge() + s.hpack.charge() }

// data takes bytes in one state after the other.
func (s *side) data(offset uint64, b []byte, h Handler) {
	if len(b) == 0 {
		return
	}
	s.end = offset + uint64(len(b))
	switch s.state {
	case opening:
		n := s.open(offset, b, h)
		offset, b = offset+uint64(n), b[n:]
	case leading, inside:
		h.Bytes(s.client, s.frame.stream, offset, offset+min(uint64(s.left), uint64(len(b))))
	case seeking:
		s.seek(b)
	}
	for len(b) > 0 {
		n := 0
		switch s.state {
		case heading:
			n = s.heading(offset, b, h)
		case leading:
			n = s.leading(b, h)
		case inside:
			n = s.inside(b, h)
		case seeking:
			h.Bytes(s.client, 0, offset, s.end)
			return
		case failed, closed, opening:
			return
		}
		offset, b = offset+uint64(n), b[n:]
	}
}

// open takes the client's preface. A server begins with a frame; one that is not SETTINGS
// shows that the server had begun before.
func (s *side) open(offset uint64, b []byte, h Handler) int {
	if !s.client {
		s.state = heading
		if len(b) >= frameHeader && !begins(parseFrame((*[frameHeader]byte)(b))) && !s.strict {
			s.seek(b)
		}
		return 0
	}
	n := min(len(b), len(Preface)-s.has)
	if string(b[:n]) != Preface[s.has:s.has+n] {
		if s.has = 0; s.strict {
			s.state = failed
		} else {
			s.seek(b)
		}
		return 0
	}
	h.Bytes(true, 0, offset, offset+uint64(n))
	if s.has += n; s.has == len(Preface) {
		s.has, s.state, s.anchored = 0, heading, true
	}
	return n
}

// begins says whether a side can begin with this frame.
func begins(f frame) bool {
	return f.kind == settings && !f.has(flagACK) && f.wellFormed(false)
}

// seek takes up the framing where bytes begin that can hardly be anything but frames.
func (s *side) seek(b []byte) {
	if s.state != seeking {
		s.hpack.forget()
	}
	s.state = seeking
	if found(b, s.client) {
		s.state, s.begun, s.anchored, s.has = heading, true, false, 0
	}
}

// heading takes a frame's header.
func (s *side) heading(offset uint64, b []byte, h Handler) int {
	if s.has == 0 {
		s.start = offset
	}
	n := copy(s.head[s.has:], b)
	if s.has += n; s.has < frameHeader {
		return n
	}
	s.has = 0
	f := parseFrame(&s.head)
	if !s.fits(f) {
		s.reject(offset+uint64(n), h)
		return n
	}
	s.anchored = s.anchored || !s.begun
	s.begun = true
	s.frame, s.left, s.pad, s.led, s.blind = f, f.length, 0, 0, false
	h.Bytes(s.client, f.stream, s.start, offset+uint64(n)+min(uint64(f.length), uint64(len(b)-n)))
	if s.state = leading; f.fixed() == 0 {
		s.interpret(h)
	}
	return n
}

// fits says whether this frame may come now.
func (s *side) fits(f frame) bool {
	switch {
	case !f.wellFormed(s.client):
		return false
	case !s.begun:
		return begins(f)
	case s.block.open:
		return f.kind == continuation && f.stream == s.block.stream
	}
	return f.kind != continuation
}

// reject gives up after a header that cannot be: for good where the framing was certain, else
// until frames are found again. Its bytes are the connection's own.
func (s *side) reject(behind uint64, h Handler) {
	if s.anchored || s.strict {
		s.cutBlock(h)
		s.state = failed
		return
	}
	h.Bytes(s.client, 0, s.start, behind)
	s.loseFraming(0, h)
}

// leading takes the fixed part of a payload.
func (s *side) leading(b []byte, h Handler) int {
	n := copy(s.lead[s.led:s.frame.fixed()], b)
	s.led += n
	s.left -= uint32(n)
	if s.led == s.frame.fixed() {
		s.interpret(h)
	}
	return n
}

// interpret does what the fixed part of a payload says, now that it is there.
func (s *side) interpret(h Handler) {
	fixed := s.lead[:s.led]
	if s.frame.padded() {
		s.pad, fixed = uint32(fixed[0]), fixed[1:]
		if s.pad > s.left {
			s.overpad(h)
			return
		}
	}
	s.state = inside
	switch s.frame.kind {
	case headers:
		s.block.begin(s.frame, 0)
	case pushPromise:
		s.block.begin(s.frame, binary.BigEndian.Uint32(fixed)&streamMask)
	case rstStream:
		h.Reset(s.client, s.frame.stream, binary.BigEndian.Uint32(fixed))
	case goaway:
		h.Goaway(s.client, binary.BigEndian.Uint32(fixed)&streamMask, binary.BigEndian.Uint32(fixed[4:]))
	}
	if s.left == 0 {
		s.finish(nil, h)
	}
}

// overpad gives up a payload that would be smaller than its padding.
func (s *side) overpad(h Handler) {
	if s.anchored {
		s.state = failed
		return
	}
	s.blind, s.pad = true, 0
	if s.frame.kind != data {
		s.block.begin(s.frame, 0)
		s.block.nameless, s.block.lost = s.frame.kind == pushPromise, true
	}
	if s.state = inside; s.left == 0 {
		s.finish(nil, h)
	}
}

// inside takes the rest of a payload: content, a header block, what means nothing here, padding.
func (s *side) inside(b []byte, h Handler) int {
	n := min(s.left, uint32(min(len(b), 1<<24)))
	content := b[:min(n, s.left-min(s.pad, s.left))]
	s.left -= n
	switch s.frame.kind {
	case data:
		if len(content) > 0 && !s.blind {
			h.Data(s.client, s.frame.stream, content)
		}
	case headers, pushPromise, continuation:
		if s.left == 0 && s.frame.has(flagEndHeaders) && s.block.empty() {
			s.finish(content, h)
			return int(n)
		}
		s.block.add(content)
	}
	if s.left == 0 {
		s.finish(nil, h)
	}
	return int(n)
}

// finish ends a frame. whole is its header block, where nothing of it was kept.
func (s *side) finish(whole []byte, h Handler) {
	s.state = heading
	switch s.frame.kind {
	case data:
		if s.frame.has(flagEndStream) {
			h.End(s.client, s.frame.stream)
		}
	case headers, pushPromise, continuation:
		if s.frame.has(flagEndHeaders) {
			s.tell(whole, h)
		}
	}
}

// tell ends a header block. What had to be left out of it may have changed the table.
func (s *side) tell(whole []byte, h Handler) {
	b := &s.block
	s.told = b.headers(&s.hpack, whole)
	s.told.FromClient = s.client
	if b.lost {
		s.hpack.forget()
	}
	if !b.nameless {
		h.Headers(&s.told)
	}
	s.told = Headers{}
	stream, end := b.stream, b.endStream
	b.reset()
	s.hpack.release()
	if end {
		h.End(s.client, stream)
	}
}
