package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/http2/hpack"
)

// Types and flags of HTTP/2's frames (RFC 9113, 6).
const (
	frameData = iota
	frameHeaders
	framePriority
	frameReset
	frameSettings
	framePushPromise
	framePing
	frameGoaway
	frameWindowUpdate
	frameContinuation

	flagEndStream  = 0x1
	flagAck        = 0x1
	flagEndHeaders = 0x4
	flagPadded     = 0x8
	flagPriority   = 0x20

	settingHeaderTableSize = 1
)

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// A web2 is a connection of HTTP/2 that is being made.
type web2 struct {
	*web
	block   bytes.Buffer // what the coder writes into
	coder   [2]*hpack.Encoder
	said    [2][]byte // frames of the burst that is being made
	streams []*stream // that have something left to say
	next    uint32    // the client's next stream
	pushed  uint32    // the server's
	large   int       // content of one message, at most
	gone    bool      // the server has said that it takes no more
}

// A stream is what is left to be said of an exchange, by the client and by the server.
type stream struct {
	e     *Exchange
	steps [2][]func()
	asked bool // its request's head was sent
}

// http2 has both ends speak HTTP/2.
func (w *web) http2() {
	w.Conversation.Version = "2"
	h := &web2{web: w, next: 1, pushed: 2}
	for from := range h.coder {
		h.coder[from] = hpack.NewEncoder(&h.block)
	}
	n := []int{1 + w.r.IntN(3), 1 + w.r.IntN(12), 100}[w.r.IntN(16)/7]
	h.large = 20_000 / n
	h.open()
	for n > 0 || len(h.streams) > 0 {
		for k := 1 + w.r.IntN(4); k > 0 && n > 0; k, n = k-1, n-1 {
			h.ask()
		}
		h.burst(0)
		h.burst(1)
		if h.gone {
			n = 0
		}
	}
	w.end([]Ending{Closed, Closed, Broken, Open}[w.r.IntN(4)])
}

// open has both ends say what they expect of each other. The client may ask before
// it has heard what the server expects.
func (h *web2) open() {
	h.said[0] = append(h.said[0], preface...)
	h.coder[1].SetMaxDynamicTableSizeLimit(h.settings(0))
	switch k := h.r.IntN(4); {
	case k == 0:
		h.ask()
		h.burst(0)
	case k > 1 || !h.Begun:
		h.flush(0)
	} // or the server is the first to say something
	size := h.settings(1)
	h.frame(1, frameSettings, flagAck, nil, nil)
	h.flush(1)
	h.frame(0, frameSettings, flagAck, nil, nil)
	h.coder[0].SetMaxDynamicTableSizeLimit(size)
}

// settings tells, among others, how large the other's table may be.
func (h *web2) settings(from int) (table uint32) {
	be := binary.BigEndian
	table = []uint32{0, 100, 4096, 4096, 16384}[h.r.IntN(5)]
	var b []byte
	if table != 4096 || either(h.r) {
		b = be.AppendUint32(be.AppendUint16(b, settingHeaderTableSize), table)
	}
	b = be.AppendUint32(be.AppendUint16(b, 4), 65535+h.r.Uint32N(1000))
	h.frame(from, frameSettings, 0, nil, b)
	return table
}

// message returns what one end says in an exchange.
func (e *Exchange) message(from int) *Message {
	if from == 0 {
		return &e.Request
	}
	return &e.Response
}

// frame says a frame, of an exchange's stream or of none.
func (h *web2) frame(from int, kind, flags uint8, e *Exchange, payload []byte) {
	start := h.at(from) + len(h.said[from])
	h.Starts[from] = append(h.Starts[from], start)
	id := uint32(0)
	if e != nil {
		id = e.StreamID
	}
	b := append(h.said[from], byte(len(payload)>>16), byte(len(payload)>>8), byte(len(payload)), kind, flags)
	h.said[from] = append(binary.BigEndian.AppendUint32(b, id), payload...)
	if e == nil {
		return
	}
	m, end := e.message(from), h.at(from)+len(h.said[from])
	m.Ranges = cover(m.Ranges, start, end)
	switch kind {
	case frameHeaders, frameContinuation, framePushPromise:
		m.Heads = cover(m.Heads, start, end)
	}
}

// flush sends the frames that were said.
func (h *web2) flush(from int) {
	b := h.said[from]
	h.said[from] = nil
	h.tell(from, b)
	if len(b) > 0 {
		h.heard(from)
	}
}

// burst has one end say something of several streams, and of none.
func (h *web2) burst(from int) {
	for range 1 + h.r.IntN(3*len(h.streams)+2) {
		if len(h.streams) == 0 {
			break
		}
		s := h.streams[h.r.IntN(len(h.streams))]
		if len(s.steps[from]) > 0 && (from == 0 || s.asked) {
			s.steps[from][0]()
			if len(s.steps[from]) > 0 {
				s.steps[from] = s.steps[from][1:]
			}
		}
		h.aside(from, s)
		h.tidy()
	}
	h.flush(from)
	for _, s := range h.streams {
		s.asked = s.asked || s.e.Pushed || s.e.Request.Ranges != nil && from == 0
	}
}

// tidy forgets streams of which all was said.
func (h *web2) tidy() {
	left := h.streams[:0]
	for _, s := range h.streams {
		if len(s.steps[0])+len(s.steps[1]) > 0 {
			left = append(left, s)
		}
	}
	h.streams = left
}

// aside says what is not of an exchange, or takes something back.
func (h *web2) aside(from int, s *stream) {
	be := binary.BigEndian
	begun := s.e.Request.Ranges != nil && len(s.steps[0])+len(s.steps[1]) > 0
	switch h.r.IntN(40) {
	case 0, 1:
		h.frame(from, framePing, uint8(h.r.IntN(2)), nil, h.bytes(8))
	case 2:
		h.frame(from, frameWindowUpdate, 0, nil, be.AppendUint32(nil, 1+h.r.Uint32N(9999)))
	case 3:
		h.frame(from, 0xbe, uint8(h.r.Uint32()), nil, h.bytes(h.r.IntN(50))) // of a type that nobody knows
	case 4, 5:
		if begun && (from == 0 || s.asked) {
			h.frame(from, frameWindowUpdate, 0, s.e, be.AppendUint32(nil, 1+h.r.Uint32N(9999)))
		}
	case 6:
		if from == 0 && begun {
			h.frame(0, framePriority, 0, s.e, []byte{0, 0, 0, 0, 15})
		}
	case 7:
		if begun && !s.e.Pushed && (from == 0 || s.asked) {
			h.frame(from, frameReset, 0, s.e, be.AppendUint32(nil, 8))
			s.e.Reset = true
			s.steps = [2][]func(){}
		}
	case 8:
		if from == 1 && !h.gone && h.r.IntN(4) == 0 {
			h.goaway()
		}
	}
}

// goaway has the server say that it answers no stream behind this one.
func (h *web2) goaway() {
	h.gone = true
	last := uint32(0)
	for _, e := range h.Exchanges {
		if e.Status != 0 || e.Interim != nil || e.Response.Ranges != nil {
			last = max(last, e.StreamID*(e.StreamID&1))
		}
	}
	for _, s := range h.streams {
		if !s.e.Pushed && (s.e.StreamID == 0 || s.e.StreamID > last) {
			s.e.Refused = s.e.StreamID != 0
			s.steps = [2][]func(){}
		}
	}
	b := binary.BigEndian.AppendUint32(nil, last)
	h.frame(1, frameGoaway, 0, nil, append(append(b, 0, 0, 0, 0), "bye"...))
}

// headers says a header block, in as many frames as it likes.
func (h *web2) headers(from int, e *Exchange, fields []field, last bool) {
	kind, flags, prefix := uint8(frameHeaders), uint8(0), []byte(nil)
	if last {
		flags = flagEndStream
	}
	if from == 0 && h.r.IntN(5) == 0 {
		flags |= flagPriority
		prefix = []byte{0, 0, 0, 0, 200}
	}
	h.blocks(from, e, kind, flags, prefix, h.encoded(from, fields))
}

// encoded returns a header block.
func (h *web2) encoded(from int, fields []field) []byte {
	h.block.Reset()
	if h.r.IntN(12) == 0 {
		h.coder[from].SetMaxDynamicTableSize(h.r.Uint32N(5000))
	}
	for _, f := range fields {
		h.coder[from].WriteField(hpack.HeaderField{Name: strings.ToLower(f.name), Value: f.value, Sensitive: f.name == "Cookie"})
	}
	return bytes.Clone(h.block.Bytes())
}

func (h *web2) blocks(from int, e *Exchange, kind, flags uint8, prefix, block []byte) {
	k := len(block)
	if h.r.IntN(4) == 0 {
		k = h.r.IntN(len(block) + 1)
	}
	var padding []byte
	if h.r.IntN(5) == 0 {
		flags |= flagPadded
		padding = make([]byte, h.r.IntN(256))
		prefix = append([]byte{byte(len(padding))}, prefix...)
	}
	if k == len(block) {
		flags |= flagEndHeaders
	}
	h.frame(from, kind, flags, e, append(append(prefix, block[:k]...), padding...))
	for block = block[k:]; flags&flagEndHeaders == 0; {
		k, flags = h.r.IntN(len(block)+1), 0
		if k == len(block) {
			flags = flagEndHeaders
		}
		h.frame(from, frameContinuation, flags, e, block[:k])
		block = block[k:]
	}
}

// data says a part of a message's content.
func (h *web2) data(from int, e *Exchange, b []byte, last bool) {
	flags, payload := uint8(0), b
	if last {
		flags = flagEndStream
	}
	if h.r.IntN(5) == 0 {
		flags |= flagPadded
		padding := h.r.IntN(256)
		payload = append(append([]byte{byte(padding)}, b...), make([]byte, padding)...)
	}
	h.frame(from, frameData, flags, e, payload)
	m := e.message(from)
	m.Content, m.Whole = append(m.Content, b...), m.Whole || last
	if e.RPC != nil {
		e.RPC.Messages[from] = messagesIn(m.Content)
	}
}

// body returns the steps that say a message's content and trailers, behind its head.
func (h *web2) body(from int, e *Exchange, content []byte, trailers []field) (steps []func()) {
	for len(content) > 0 || len(steps) == 0 && trailers == nil {
		k := min(len(content), 1+h.r.IntN(min(len(content), 16_000)+1))
		b, last := content[:k], k == len(content) && trailers == nil
		steps = append(steps, func() { h.data(from, e, b, last) })
		content = content[k:]
	}
	if trailers != nil {
		steps = append(steps, func() {
			h.headers(from, e, trailers, true)
			e.message(from).Whole = true
		})
	}
	return steps
}

// ask begins an exchange.
func (h *web2) ask() {
	e := &Exchange{Version: "2"}
	s := &stream{e: e}
	h.streams = append(h.streams, s)
	if h.r.IntN(4) == 0 {
		h.call(s)
		return
	}
	e.Method = []string{"GET", "GET", "POST", "HEAD", "PUT"}[h.r.IntN(5)]
	var content []byte
	if e.Method == "POST" || e.Method == "PUT" {
		content = []byte(h.text(h.r.IntN(h.large)))
	}
	h.request(s, h.pseudo(e), content)
	s.steps[1] = h.answers(e, s)
}

// request makes the steps that say a request.
func (h *web2) request(s *stream, fields []field, content []byte) {
	e := s.e
	var trailers []field
	if content != nil && h.r.IntN(6) == 0 {
		trailers = []field{{"x-checksum", "abc"}, {"traceparent", "00-11111111111111111111111111111111-1111111111111111-01"}}
	}
	s.steps[0] = []func(){func() {
		e.StreamID = h.next // not before: a stream closes those below it that were not used
		h.next += 2
		h.Exchanges = append(h.Exchanges, e)
		e.Number = uint64(len(h.Exchanges))
		last := content == nil
		h.headers(0, e, fields, last)
		e.Request.Whole = last
	}}
	if content != nil {
		s.steps[0] = append(s.steps[0], h.body(0, e, content, trailers)...)
	}
}

// pseudo returns the fields of a request, and notes what they say.
func (h *web2) pseudo(e *Exchange) []field {
	r := h.r
	e.Scheme, e.Authority = "http", fmt.Sprintf("h%d.example", r.IntN(3))
	if e.Path == "" {
		e.Path = fmt.Sprintf("/c%d/%x", h.Conversation.Client.Port(), r.Uint64())
	}
	e.Target = e.Path
	if e.RPC == nil && r.IntN(3) == 0 {
		e.HasQuery, e.Query = true, "a=b"
		e.Target += "?a=b"
	}
	fields := []field{{":method", e.Method}, {":scheme", e.Scheme}, {":authority", e.Authority}, {":path", e.Target}}
	r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	if either(r) {
		e.UserAgent = "browser/" + strconv.Itoa(r.IntN(3))
		fields = append(fields, field{"user-agent", e.UserAgent})
	}
	tellings, traces := traced(r)
	e.Traces = traces
	return append(append(fields, tellings...), h.fields()...)
}

// fields returns fields that nobody asks about, and that come again.
func (h *web2) fields() (list []field) {
	for _, f := range h.noise() {
		if !strings.Contains(f.value, "\r") {
			list = append(list, f)
		}
	}
	return list
}

// answers returns the steps that say a response, and may promise another.
func (h *web2) answers(e *Exchange, s *stream) (steps []func()) {
	r := h.r
	if r.IntN(8) == 0 {
		steps = append(steps, func() {
			start := h.at(1) + len(h.said[1])
			h.headers(1, e, append([]field{{":status", "103"}}, h.fields()...), false)
			e.Interim = cover(e.Interim, start, h.at(1)+len(h.said[1]))
		})
	}
	if r.IntN(10) == 0 && !e.Pushed {
		steps = append(steps, func() { h.push(e) })
	}
	status := []int{200, 200, 204, 304, 404, 500}[r.IntN(6)]
	var content []byte
	if status != 204 && status != 304 && e.Method != "HEAD" {
		content = []byte(h.text(r.IntN(h.large)))
	}
	fields := append([]field{{":status", strconv.Itoa(status)}}, h.fields()...)
	if either(r) {
		fields = append(fields, field{"content-type", "text/plain"})
	}
	var trailers []field
	if content != nil && r.IntN(6) == 0 {
		trailers = []field{{"x-checksum", "abc"}}
	}
	return append(steps, h.response(e, status, fields, content, trailers)...)
}

// response returns the steps that say a response from its final head on.
func (h *web2) response(e *Exchange, status int, fields []field, content []byte, trailers []field) []func() {
	steps := []func(){func() {
		last := content == nil && trailers == nil
		e.Final = h.at(1) + len(h.said[1])
		h.headers(1, e, fields, last)
		e.Status, e.Response.Whole = status, last
		for _, f := range fields {
			if f.name == "content-type" {
				e.ContentType = f.value
			}
		}
	}}
	if content != nil || trailers != nil {
		steps = append(steps, h.body(1, e, content, trailers)...)
	}
	return steps
}

// push promises a response to a request that the client did not make.
func (h *web2) push(by *Exchange) {
	e := &Exchange{Version: "2", Method: "GET", StreamID: h.pushed, Pushed: true}
	h.pushed += 2
	fields := h.pseudo(e)
	h.Exchanges = append(h.Exchanges, e)
	e.Number = uint64(len(h.Exchanges))
	h.blocks(1, by, framePushPromise, 0, binary.BigEndian.AppendUint32(nil, e.StreamID), h.encoded(1, fields))
	e.Promise = h.at(1) + len(h.said[1]) - 1
	s := &stream{e: e}
	s.steps[1] = h.answers(e, s)
	h.streams = append(h.streams, s)
}

// call makes the steps of a remote procedure call of gRPC.
func (h *web2) call(s *stream) {
	r, e := h.r, s.e
	e.Method = "POST"
	e.Path = fmt.Sprintf("/example.v1.Echo/Call%d", r.IntN(3))
	e.RPC = &RPC{Method: e.Path[1:], Status: -1}
	content := h.messages(1 + r.IntN(3))
	fields := append(h.pseudo(e), field{"content-type", "application/grpc"}, field{"te", "trailers"})
	h.request(s, fields, content)
	status := r.IntN(17) * r.IntN(2)
	trailers := []field{{"grpc-status", strconv.Itoa(status)}, {"grpc-message", "as it is"}}
	head := []field{{":status", "200"}, {"content-type", "application/grpc"}}
	if r.IntN(4) == 0 { // nothing but trailers, in the head's place
		s.steps[1] = h.response(e, 200, append(head, trailers...), nil, nil)
	} else {
		answer := h.messages(r.IntN(4))
		s.steps[1] = h.response(e, 200, head, answer, trailers)
	}
	told := s.steps[1][len(s.steps[1])-1]
	s.steps[1][len(s.steps[1])-1] = func() {
		told()
		e.RPC.Status = status
	}
}

// messages returns so many messages of gRPC, each behind its length.
func (h *web2) messages(n int) (b []byte) {
	for range n {
		k := h.r.IntN(1 + h.large/4)
		b = append(b, 0)
		b = binary.BigEndian.AppendUint32(b, uint32(k))
		b = append(b, h.bytes(k)...)
	}
	return b
}

// messagesIn counts the messages of gRPC that end in content.
func messagesIn(content []byte) (n uint64) {
	for len(content) >= 5 {
		size := 5 + int(binary.BigEndian.Uint32(content[1:]))
		if size > len(content) {
			break
		}
		n++
		content = content[size:]
	}
	return n
}
