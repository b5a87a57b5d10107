package http1

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
)

// Streams that Go's own package understands are told as it reads them.
func TestWellFormedMessagesAreToldAsGoReadsThem(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 300 {
		side := Side(r.IntN(2))
		text, requests := wellFormed(r, side)
		want, err := readByGo(side, text, requests)
		if err != nil {
			t.Fatalf("%q is not understood: %v", text, err)
		}
		g := &asGo{requests: requests}
		var p Parser
		p.Reset(side, 0)
		offset := uint64(0)
		for _, part := range atRandom(r, text) {
			p.Data(offset, []byte(part), g)
			offset += uint64(len(part))
		}
		p.Close(g)
		if g.String() != want {
			t.Fatalf("of %q is told\n%s, Go reads\n%s", text, g, want)
		}
	}
}

// wellFormed makes a stream as the standard has it, and the methods that its
// messages have or answer.
func wellFormed(r *rand.Rand, side Side) (text string, methods []string) {
	var b strings.Builder
	for range 1 + r.IntN(4) {
		method := pick(r, "GET", "POST", "HEAD", "PROPFIND", "OPTIONS")
		methods = append(methods, method)
		content := strings.Repeat("content\r\n", r.IntN(50))
		status := 200
		if side == Requests {
			fmt.Fprintf(&b, "%s %s HTTP/1.%d\r\nHost: example.org\r\n", method, pick(r, "/", "/a?b=c", "http://example.org/x", "/"+strings.Repeat("t", 300)), 1)
		} else {
			status = []int{200, 404, 204, 304, 500}[r.IntN(5)]
			fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", status, pick(r, "", "Some Reason"))
		}
		for i := range r.IntN(6) {
			fmt.Fprintf(&b, "X-%d:%s%s%s\r\n", i, pick(r, "", " ", "\t "), pick(r, "", "v", "a, b;c=\"d\"", strings.Repeat("l", 500)), pick(r, "", " "))
		}
		bare := side == Responses && (method == "HEAD" || status == 204 || status == 304)
		switch {
		case bare && status == 204:
			b.WriteString("\r\n")
		case r.IntN(2) == 0:
			fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(content))
			if !bare {
				b.WriteString(content)
			}
		default:
			b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
			if !bare {
				b.WriteString(chunkedWell(r, content))
			}
		}
	}
	return b.String(), methods
}

func chunkedWell(r *rand.Rand, content string) string {
	var b strings.Builder
	for len(content) > 0 {
		n := 1 + r.IntN(len(content))
		fmt.Fprintf(&b, "%x%s\r\n%s\r\n", n, pick(r, "", ";a=b"), content[:n])
		content = content[n:]
	}
	return b.String() + "0\r\n" + pick(r, "", "Trailer-1: x\r\nTrailer-2: y\r\n") + "\r\n"
}

// asGo is a Handler that writes down what Go's package tells too.
type asGo struct {
	strings.Builder
	requests []string
	body     []byte
}

func (*asGo) Begin(uint64)      {}
func (*asGo) Bytes(_, _ uint64) {}

func (g *asGo) Head(m *Head) Follows {
	fmt.Fprintf(g, "%s %s %d 1.%d", m.Method, m.Target, m.Status, m.Minor)
	header := make(http.Header)
	for _, f := range m.Fields {
		header.Add(string(f.Name), string(f.Value))
	}
	writeHeader(g, header)
	method := g.requests[0]
	g.requests = g.requests[1:]
	if m.Status != 0 && method == "HEAD" {
		return Nothing
	}
	return ByFraming
}

func (g *asGo) Body(b []byte) { g.body = append(g.body, b...) }

func (g *asGo) End(e *End) {
	fmt.Fprintf(g, "%q", g.body)
	trailer := make(http.Header)
	for _, f := range e.Trailers {
		trailer.Add(string(f.Name), string(f.Value))
	}
	writeHeader(g, trailer)
	g.body = nil
}

// writeHeader leaves out what Go's package keeps apart.
func writeHeader(w io.StringWriter, header http.Header) {
	for _, apart := range []string{"Host", "Transfer-Encoding"} {
		header.Del(apart)
	}
	w.WriteString(fmt.Sprintln("", header))
}

// readByGo reads a stream with net/http.
func readByGo(side Side, text string, methods []string) (string, error) {
	var b strings.Builder
	r := bufio.NewReader(strings.NewReader(text))
	for _, method := range methods {
		var body io.ReadCloser
		trailer := new(http.Header)
		if side == Requests {
			m, err := http.ReadRequest(r)
			if err != nil {
				return "", err
			}
			body, trailer = m.Body, &m.Trailer
			fmt.Fprintf(&b, "%s %s 0 1.%d", m.Method, m.RequestURI, m.ProtoMinor)
			writeHeader(&b, m.Header)
		} else {
			m, err := http.ReadResponse(r, &http.Request{Method: method})
			if err != nil {
				return "", err
			}
			body, trailer = m.Body, &m.Trailer
			fmt.Fprintf(&b, "  %d 1.%d", m.StatusCode, m.ProtoMinor)
			writeHeader(&b, m.Header)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%q", content)
		writeHeader(&b, trailer.Clone())
	}
	if _, err := r.ReadByte(); !errors.Is(err, io.EOF) {
		return "", errors.New("something is left")
	}
	return b.String(), nil
}
