package http2

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/http2/hpack"
)

// A transcript is a Handler that writes down what it is told, a line each. Runs that touch
// are one line: how the bytes are cut does not show.
type transcript struct {
	lines []string
	runs  map[bool]*run // of bytes, of each side
	t     testing.TB
}

type run struct {
	stream     uint32
	start, end uint64
}

func newTranscript(t testing.TB) *transcript {
	return &transcript{t: t, runs: map[bool]*run{}}
}

func who(client bool) string {
	if client {
		return "client"
	}
	return "server"
}

func (r *transcript) say(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

func (r *transcript) Bytes(client bool, stream uint32, start, end uint64) {
	if start >= end {
		r.t.Errorf("%s: bytes [%d, %d)", who(client), start, end)
	}
	if last := r.runs[client]; last != nil && last.end > start {
		r.t.Errorf("%s: bytes [%d, %d) are told after [%d, %d)", who(client), start, end, last.start, last.end)
	} else if last != nil && last.end == start && last.stream == stream {
		last.end = end
		return
	}
	r.runs[client] = &run{stream: stream, start: start, end: end}
}

func (r *transcript) Headers(h *Headers) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d headers", who(h.FromClient), h.Stream)
	for _, mark := range []struct {
		on   bool
		name string
	}{{h.Promised != 0, fmt.Sprintf("promise %d", h.Promised)}, {h.Trailers, "trailers"}, {h.Partial, "partial"}, {h.EndStream, "end"}} {
		if mark.on {
			b.WriteString(" " + mark.name)
		}
	}
	for _, f := range h.Fields {
		name := f.Name
		if f.Unknown {
			name = "?" + name
		}
		fmt.Fprintf(&b, " %q=%q", name, f.Value)
	}
	r.say("%s", &b)
}

func (r *transcript) Data(client bool, stream uint32, b []byte) {
	begin := fmt.Sprintf("%s %d data ", who(client), stream)
	if n := len(r.lines); n > 0 && strings.HasPrefix(r.lines[n-1], begin) {
		r.lines[n-1] += fmt.Sprintf("%x", b)
		return
	}
	r.say("%s%x", begin, b)
}

func (r *transcript) End(client bool, stream uint32) { r.say("%s %d end", who(client), stream) }

func (r *transcript) Reset(client bool, stream uint32, code uint32) {
	r.say("%s %d reset %d", who(client), stream, code)
}

func (r *transcript) Goaway(client bool, last uint32, code uint32) {
	r.say("%s goaway %d %d", who(client), last, code)
}

func (r *transcript) Lost(client bool, l Loss) { r.say("%s lost %+v", who(client), l) }

func (r *transcript) String() string { return strings.Join(r.lines, "\n") }

// A writer makes frames, of one side.
type writer struct {
	bytes.Buffer
	text bytes.Buffer
	enc  *hpack.Encoder
}

func newWriter() *writer {
	w := &writer{}
	w.enc = hpack.NewEncoder(&w.text)
	return w
}

func (w *writer) frame(k kind, flags uint8, stream uint32, payload ...byte) *writer {
	var head [frameHeader]byte
	binary.BigEndian.PutUint32(head[:], uint32(len(payload))<<8|uint32(k))
	head[4] = flags
	binary.BigEndian.PutUint32(head[5:], stream)
	w.Write(head[:])
	w.Write(payload)
	return w
}

// encode makes a header block: name, value, name, value.
func (w *writer) encode(fields ...string) []byte {
	w.text.Reset()
	for i := 0; i < len(fields); i += 2 {
		w.enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return bytes.Clone(w.text.Bytes())
}

func (w *writer) headers(stream uint32, end bool, fields ...string) *writer {
	flags := uint8(flagEndHeaders)
	if end {
		flags |= flagEndStream
	}
	return w.frame(headers, flags, stream, w.encode(fields...)...)
}

func client() *writer {
	w := newWriter()
	w.WriteString(Preface)
	return w.frame(settings, 0, 0)
}

func server() *writer { return newWriter().frame(settings, 0, 0) }

// hear gives what a side sent, in pieces of a size.
func hear(t testing.TB, c *Conn, fromClient bool, b []byte, piece int) string {
	r := newTranscript(t)
	for i := 0; i < len(b); i += piece {
		c.Data(fromClient, uint64(i), b[i:min(len(b), i+piece)], r)
	}
	c.Close(fromClient, r)
	return r.String()
}
