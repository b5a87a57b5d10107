package http2

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A script is what a random side sends, and what has to be told of it.
type script struct {
	*writer
	client bool
	want   *transcript
	r      *rand.Rand
	blocks map[uint32][][]Field // of each stream
	bodies map[uint32][]byte
	frames []int // where they begin
}

func randomScript(t testing.TB, r *rand.Rand, client bool, frames int) *script {
	s := &script{writer: newWriter(), client: client, want: newTranscript(t), r: r,
		blocks: map[uint32][][]Field{}, bodies: map[uint32][]byte{}}
	if client {
		s.WriteString(Preface)
	}
	s.begin().frame(settings, 0, 0, make([]byte, 6*r.IntN(3))...)
	open := map[uint32]bool{}
	for range frames {
		stream := uint32(1 + 2*r.IntN(6))
		switch k := r.IntN(10); {
		case k < 3:
			if end := r.IntN(3) == 0; !open[stream] {
				s.head(stream, end)
				open[stream] = !end
			} else {
				s.trailers(stream)
				delete(open, stream)
			}
		case k < 7 && open[stream]:
			s.content(stream, r.IntN(8) == 0)
		case k == 7:
			s.begin().frame(rstStream, 0, stream, 0, 0, 0, 2)
			s.want.Reset(client, stream, 2)
		case k == 8:
			if !client {
				s.promise(stream)
			}
			s.begin().frame(goaway, 0, 0, append([]byte{0, 0, 0, byte(stream), 0, 0, 0, 1}, "why"[:r.IntN(4)]...)...)
			s.want.Goaway(client, stream, 1)
		default:
			s.begin().frame(windowUpdate, 0, stream, 0, 0, 0, 1)
			s.begin().frame(ping, 0, 0, make([]byte, 8)...)
			s.begin().frame(priority, 0, stream, 0, 0, 0, 0, 9)
			s.begin().frame(0xbe, uint8(r.IntN(256)), 0, make([]byte, r.IntN(9))...)
		}
	}
	return s
}

// begin notes where a frame begins.
func (s *script) begin() *writer {
	s.frames = append(s.frames, s.Len())
	return s.writer
}

func (s *script) content(stream uint32, end bool) {
	b := make([]byte, s.r.IntN(60))
	for i := range b {
		b[i] = byte(s.r.IntN(256))
	}
	s.bodies[stream] = append(s.bodies[stream], b...)
	flags, payload := s.pad(b)
	if end {
		flags |= flagEndStream
	}
	s.begin().frame(data, flags, stream, payload...)
	if len(b) > 0 {
		s.want.Data(s.client, stream, b)
	}
	if end {
		s.want.End(s.client, stream)
	}
}

// pad puts padding around a payload, or not.
func (s *script) pad(b []byte) (flags uint8, padded []byte) {
	if s.r.IntN(3) > 0 {
		return 0, b
	}
	n := s.r.IntN(5)
	padded = append([]byte{byte(n)}, b...)
	return flagPadded, append(padded, make([]byte, n)...)
}

func (s *script) head(stream uint32, end bool) {
	fields := []string{":status", fmt.Sprint(200 + s.r.IntN(9))}
	if s.client {
		fields = []string{":method", "GET", ":scheme", "http", ":path", fmt.Sprint("/", s.r.IntN(20))}
	}
	s.block(headers, 0, stream, 0, end, s.some(fields))
}

func (s *script) trailers(stream uint32) {
	s.block(headers, 0, stream, 0, true, s.some([]string{"grpc-status", fmt.Sprint(s.r.IntN(16))}))
}

func (s *script) promise(stream uint32) {
	promised := uint32(2 + 2*s.r.IntN(10))
	s.block(pushPromise, 0, stream, promised, false, s.some([]string{":method", "GET", ":path", "/"}))
}

func (s *script) some(fields []string) []string {
	for range s.r.IntN(5) {
		fields = append(fields, fmt.Sprint("x-", s.r.IntN(4)), strings.Repeat("v", s.r.IntN(3))+fmt.Sprint(s.r.IntN(9)))
	}
	return fields
}

// block sends a header block in one frame or several.
func (s *script) block(k kind, flags uint8, stream, promised uint32, end bool, list []string) {
	text := s.encode(list...)
	h := Headers{FromClient: s.client, Stream: stream, Promised: promised, EndStream: end}
	for i := 0; i < len(list); i += 2 {
		h.Fields = append(h.Fields, Field{Name: list[i], Value: list[i+1]})
	}
	h.Trailers = promised == 0 && list[0][0] != ':'
	s.blocks[stream] = append(s.blocks[stream], h.Fields)
	s.want.Headers(&h)
	if end {
		flags |= flagEndStream
		s.want.End(s.client, stream)
	}
	for first := true; ; first = false {
		n := len(text)
		if s.r.IntN(2) == 0 {
			n = s.r.IntN(n + 1)
		}
		part := text[:n]
		if text = text[n:]; len(text) == 0 {
			flags |= flagEndHeaders
		}
		if !first {
			s.begin().frame(continuation, flags&flagEndHeaders, stream, part...)
		} else {
			if promised != 0 {
				part = append([]byte{0, 0, 0, byte(promised)}, part...)
			} else if s.r.IntN(3) == 0 {
				flags |= flagPriority
				part = append([]byte{0, 0, 0, 0, 7}, part...)
			}
			more, padded := s.pad(part)
			s.begin().frame(k, flags|more, stream, padded...)
		}
		if len(text) == 0 {
			return
		}
	}
}

// feed gives bytes in random pieces.
func feed(r *rand.Rand, c *Conn, client bool, offset uint64, b []byte, h Handler) {
	for len(b) > 0 {
		n := min(len(b), 1+r.IntN(1+r.IntN(200)))
		piece := bytes.Clone(b[:n])
		c.Data(client, offset, piece, h)
		for i := range piece {
			piece[i] = 0xcc // a view that is kept shows
		}
		offset, b = offset+uint64(n), b[n:]
	}
}

func TestWhatASideSendsIsToldHoweverItIsCut(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(6, seed))
		s := randomScript(t, r, seed%2 == 0, 60)
		for range 3 {
			c, got := New(), newTranscript(t)
			feed(r, c, s.client, 0, s.Bytes(), got)
			if c.Failed(s.client) || got.String() != s.want.String() {
				t.Fatalf("seed %d, failed %v:\n%s\nwant:\n%s", seed, c.Failed(s.client), got, s.want)
			}
			if last := got.runs[s.client]; last.end != uint64(s.Len()) {
				t.Fatalf("seed %d: bytes are told to %d of %d", seed, last.end, s.Len())
			}
		}
	}
}

// Bytes are told once each, in their order, up to the last, whatever is missing between them.
type account struct {
	transcript
	told uint64
}

func (a *account) Bytes(client bool, stream uint32, start, end uint64) {
	a.told += end - start
	a.transcript.Bytes(client, stream, start, end)
}

// A witness is a Handler that holds what it is told against what was sent.
type witness struct {
	account
	s              *script
	missing        uint64
	whole, damaged int
	framingWasLost bool
}

func (w *witness) Headers(h *Headers) {
	if h.Partial {
		w.damaged++
	} else {
		w.whole++
	}
	for _, sent := range w.s.blocks[h.Stream] {
		if consistent(h, sent) {
			return
		}
	}
	w.t.Errorf("stream %d: %+v was never sent", h.Stream, h)
}

// consistent says whether a block can be what was told.
func consistent(h *Headers, sent []Field) bool {
	if len(h.Fields) > len(sent) || !h.Partial && len(h.Fields) < len(sent) {
		return false
	}
	for i, f := range h.Fields {
		if f.Name != "" && f.Name != sent[i].Name || f.Value != "" && f.Value != sent[i].Value || !f.Unknown && f != sent[i] {
			return false
		}
	}
	return true
}

func (w *witness) Data(client bool, stream uint32, b []byte) {
	if !bytes.Contains(w.s.bodies[stream], b) {
		w.t.Errorf("stream %d: content %x was never sent", stream, b)
	}
}

func (w *witness) Lost(client bool, l Loss) {
	w.missing += l.Bytes
	w.framingWasLost = w.framingWasLost || l.Framing
	if l.Content > l.Bytes || l.Framing && l.Stream != 0 {
		w.t.Errorf("lost %+v", l)
	}
}

// With bytes missing anywhere, nothing is told that was not sent, and every byte that came and every
// byte that did not is accounted for once.
func TestWithGapsNothingIsToldThatWasNotSent(t *testing.T) {
	whole, damaged, found := 0, 0, 0
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(7, seed))
		s := randomScript(t, r, seed%2 == 0, 80)
		c, w := New(), &witness{account: account{transcript: *newTranscript(t)}, s: s}
		var came, gone uint64
		b := s.Bytes()
		for at := 0; at < len(b); {
			next := at + 1 + r.IntN(300)
			if i, _ := slices.BinarySearch(s.frames, next); r.IntN(3) > 0 && i < len(s.frames) {
				next = s.frames[i] // segments often begin with a frame
			}
			next = min(next, len(b))
			if r.IntN(8) == 0 {
				c.Gap(s.client, uint64(at), uint64(next), w)
				gone += uint64(next - at)
			} else {
				c.Data(s.client, uint64(at), bytes.Clone(b[at:next]), w)
				came += uint64(next - at)
			}
			at = next
		}
		c.Close(s.client, w)
		if w.told != came || w.missing != gone {
			t.Fatalf("seed %d: %d bytes came, %d told; %d missing, %d told", seed, came, w.told, gone, w.missing)
		}
		whole, damaged = whole+w.whole, damaged+w.damaged
		if w.framingWasLost && w.whole > 0 {
			found++
		}
	}
	if whole == 0 || damaged == 0 || found == 0 {
		t.Errorf("%d blocks whole, %d not, frames found again %d times", whole, damaged, found)
	}
	t.Logf("%d blocks whole, %d not, frames found again in %d of 500", whole, damaged, found)
}

// Where a gap lies inside of content, it is known how much of it is missing, and no more is.
func TestAGapInContentCostsThatContentAlone(t *testing.T) {
	for from := range 5 {
		for n := 1; from+n <= 5; n++ {
			w := client().headers(1, false, ":method", "PUT", "x", "y")
			at := w.Len() + frameHeader + from
			w.frame(data, flagEndStream, 1, []byte("hello")...).headers(3, true, ":method", "PUT", "x", "y")
			c, r := New(), newTranscript(t)
			c.Data(true, 0, w.Bytes()[:at], r)
			c.Gap(true, uint64(at), uint64(at+n), r)
			c.Data(true, uint64(at+n), w.Bytes()[at+n:], r)
			body := fmt.Sprintf("%x", "hello"[:from])
			if after := fmt.Sprintf("%x", "hello"[from+n:]); after != "" {
				body = strings.TrimPrefix(body+" "+after, " ")
			}
			told := ""
			for _, line := range r.lines {
				if content, is := strings.CutPrefix(line, "client 1 data "); is {
					told = strings.TrimPrefix(told+" "+content, " ")
				}
			}
			if got := r.String(); told != body || !strings.Contains(got, fmt.Sprintf("lost {Stream:1 Bytes:%d Content:%d Framing:false}", n, n)) ||
				!strings.Contains(got, "client 1 end") || !strings.Contains(got, `client 3 headers end ":method"="PUT" "x"="y"`) {
				t.Errorf("gap [%d, %d), content %s:\n%s", from, from+n, body, got)
			}
		}
	}
}

// A connection whose beginning was not captured is read from where its frames are seen first; what
// stands in its tables from before is unknown.
func TestAConnectionIsReadFromItsMiddle(t *testing.T) {
	w := newWriter()
	fields := []string{":method", "POST", ":scheme", "http", ":path", "/s/M", "te", "trailers"}
	w.headers(1, true, fields...)
	w.Reset()
	w.headers(3, false, fields...).frame(data, flagEndStream, 3, 'x')
	w.headers(5, true, append(fields, "new", "1")...).headers(7, true, ":method", "POST", ":scheme", "http", ":path", "/s/M", "new", "1")
	client, known, v := Recognise(w.Bytes(), false)
	if !client || !known || v != Yes {
		t.Errorf("recognised: %v %v %v", client, known, v)
	}
	c, r := New(), newTranscript(t)
	c.Data(true, 1000, w.Bytes(), r)
	want := `client 3 headers partial ":method"="POST" ":scheme"="http" "?"="" "?"=""
client 3 data 78
client 3 end
client 5 headers partial end ":method"="POST" ":scheme"="http" "?"="" "?"="" "new"="1"
client 5 end
client 7 headers partial end ":method"="POST" ":scheme"="http" "?"="" "new"="1"
client 7 end`
	if r.String() != want {
		t.Errorf("told:\n%s\nwant:\n%s", r, want)
	}
}
