package http2

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A wire is a connection in memory that keeps what is written to it.
type wire struct {
	net.Conn
	client bool
	log    *tape
}

// A tape is what both sides wrote, in the order in which they did.
type tape struct {
	sync.Mutex
	said []said
}

type said struct {
	client bool
	b      []byte
}

func (w wire) Write(b []byte) (int, error) {
	w.log.Lock()
	w.log.said = append(w.log.said, said{w.client, bytes.Clone(b)})
	w.log.Unlock()
	return w.Conn.Write(b)
}

// A switchboard is a listener whose connections are made in memory.
type switchboard struct {
	conns chan net.Conn
	once  sync.Once
	log   tape
}

func (s *switchboard) Accept() (net.Conn, error) {
	c, open := <-s.conns
	if !open {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (s *switchboard) Close() error {
	s.once.Do(func() { close(s.conns) })
	return nil
}

func (s *switchboard) Addr() net.Addr { return &net.TCPAddr{} }

func (s *switchboard) dial() net.Conn {
	a, b := net.Pipe()
	s.conns <- wire{b, false, &s.log}
	return wire{a, true, &s.log}
}

// message writes what both ends of an exchange know of one of its messages.
func message(w io.Writer, fields map[string][]string, body []byte) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if strings.HasPrefix(strings.ToLower(name), "x-") {
			fmt.Fprintf(w, " %s=%q", strings.ToLower(name), fields[name])
		}
	}
	fmt.Fprintf(w, " %d:%x", len(body), sha256.Sum256(body))
}

// converse lets net/http's client send requests to its server, and returns what was on the wire, and
// what the two know of each request.
func converse(t *testing.T, requests int, decoder, encoder int) (*tape, map[string]string) {
	s := &switchboard{conns: make(chan net.Conn, 1)}
	known := map[string]string{}
	var mu sync.Mutex
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	tables := &http.HTTP2Config{MaxDecoderHeaderTableSize: decoder, MaxEncoderHeaderTableSize: encoder}
	handle := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s", r.Method, r.URL.RequestURI())
		message(&b, r.Header, body)
		random := rand.New(rand.NewPCG(1, uint64(len(body))))
		answer := make([]byte, random.IntN(40000))
		header := http.Header{"X-Answer": {fmt.Sprint(len(answer)), "again"}}
		maps.Copy(w.Header(), header)
		w.Header().Set("Trailer", "X-Sum")
		w.WriteHeader(200 + len(body)%4)
		w.Write(answer)
		w.Header().Set("X-Sum", fmt.Sprint(len(body)))
		fmt.Fprintf(&b, " -> %d", 200+len(body)%4)
		message(&b, map[string][]string{"x-answer": header["X-Answer"], "x-sum": {fmt.Sprint(len(body))}}, answer)
		mu.Lock()
		known[r.URL.Path] = b.String()
		mu.Unlock()
	}
	server := &http.Server{Handler: http.HandlerFunc(handle), Protocols: &protocols, HTTP2: tables}
	go server.Serve(s)
	transport := &http.Transport{Protocols: &protocols, HTTP2: tables,
		DialContext: func(context.Context, string, string) (net.Conn, error) { return s.dial(), nil }}
	ask := func(i int) {
		random := rand.New(rand.NewPCG(2, uint64(i)))
		r, _ := http.NewRequest("PUT", fmt.Sprintf("http://server.test/path/%d?q=%d", i, i%7), bytes.NewReader(make([]byte, random.IntN(30000))))
		r.Header = http.Header{"X-Same": {"the same every time"}, "X-Some": {fmt.Sprint(i % 10)}, "X-Own": {fmt.Sprint(i), strings.Repeat("v", random.IntN(300))}}
		a, err := transport.RoundTrip(r)
		if err != nil {
			t.Error(err)
			return
		}
		io.Copy(io.Discard, a.Body)
		a.Body.Close()
	}
	ask(0) // so that all use one connection
	var all sync.WaitGroup
	for i := range requests - 1 {
		all.Go(func() { ask(i + 1) })
	}
	all.Wait()
	transport.CloseIdleConnections()
	server.Close()
	return &s.log, known
}

// A ledger is a Handler that keeps what each stream's two messages are.
type ledger struct {
	transcript
	streams map[uint32]*[2]half
}

type half struct {
	fields []Field
	body   []byte
	heads  int
	ended  bool
}

func (l *ledger) half(client bool, stream uint32) *half {
	both := l.streams[stream]
	if both == nil {
		both = new([2]half)
		l.streams[stream] = both
	}
	if client {
		return &both[0]
	}
	return &both[1]
}

func (l *ledger) Headers(h *Headers) {
	m := l.half(h.FromClient, h.Stream)
	if h.Partial || h.Trailers != (m.heads > 0) {
		l.t.Errorf("stream %d: %+v is block %d", h.Stream, h, m.heads)
	}
	m.heads++
	m.fields = append(m.fields, h.Fields...)
}

func (l *ledger) Data(client bool, stream uint32, b []byte) {
	m := l.half(client, stream)
	m.body = append(m.body, b...)
}

func (l *ledger) End(client bool, stream uint32) { l.half(client, stream).ended = true }

// line says of a stream what its two ends say.
func (l *ledger) line(stream uint32) (path, line string) {
	var b strings.Builder
	both := l.streams[stream]
	pseudo := map[string]string{}
	for i := range both {
		fields := map[string][]string{}
		for _, f := range both[i].fields {
			if f.Name[0] == ':' {
				pseudo[f.Name] = f.Value
			}
			fields[f.Name] = append(fields[f.Name], f.Value)
		}
		if i == 0 {
			fmt.Fprintf(&b, "%s %s", pseudo[":method"], pseudo[":path"])
		} else {
			fmt.Fprintf(&b, " -> %s", pseudo[":status"])
		}
		message(&b, fields, both[i].body)
	}
	path, _, _ = strings.Cut(pseudo[":path"], "?")
	return path, b.String()
}

// What net/http's client and server know of a hundred exchanges on one connection is what is read
// from between them, whatever sizes their tables have.
func TestWhatClientAndServerKnowIsReadBetweenThem(t *testing.T) {
	for _, sizes := range [][2]int{{4096, 4096}, {1 << 16, 1 << 16}, {256, 4096}, {1 << 16, 512}} {
		log, known := converse(t, 100, sizes[0], sizes[1])
		l := &ledger{transcript: *newTranscript(t), streams: map[uint32]*[2]half{}}
		c := New()
		var at [2]uint64
		for _, s := range log.said {
			side := 0
			if s.client {
				side = 1
			}
			c.Data(s.client, at[side], s.b, l)
			at[side] += uint64(len(s.b))
		}
		delete(l.streams, 0)
		if c.Failed(true) || c.Failed(false) || len(l.streams) != 100 {
			t.Fatalf("tables %v: failed %v, %v, %d streams", sizes, c.Failed(true), c.Failed(false), len(l.streams))
		}
		for stream, both := range l.streams {
			path, line := l.line(stream)
			if line != known[path] || !both[0].ended || !both[1].ended {
				t.Errorf("tables %v, stream %d:\n%s\nknown:\n%s", sizes, stream, line, known[path])
			}
		}
	}
}
