package http1

import (
	"strings"
	"testing"
)

// quiet is a Handler that does nothing.
type quiet struct{ bodies, heads int }

func (*quiet) Begin(uint64)         {}
func (q *quiet) Head(*Head) Follows { q.heads++; return ByFraming }
func (q *quiet) Body(b []byte)      { q.bodies += len(b) }
func (*quiet) Bytes(_, _ uint64)    {}
func (*quiet) End(*End)             {}

const ordinary = "GET /api/v1/items?page=2&sort=name HTTP/1.1\r\nHost: api.example.org\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n" +
	"Accept: application/json\r\nAccept-Encoding: gzip, br\r\nConnection: keep-alive\r\nX-Request-Id: 5f0e2a7c\r\n" +
	"traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n"

func BenchmarkParser(b *testing.B) {
	for _, c := range []struct {
		name string
		side Side
		text string
		part int
	}{
		{"request of 300 bytes", Requests, ordinary, 1460},
		{"request in two parts", Requests, ordinary, 200},
		{"response with a body of 64 KiB", Responses, "HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n" + strings.Repeat("b", 64<<10), 1460},
		{"response in chunks of 100 bytes", Responses,
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("64\r\n"+strings.Repeat("c", 100)+"\r\n", 100) + "0\r\n\r\n", 1460},
	} {
		b.Run(c.name, func(b *testing.B) {
			var parts [][]byte
			for _, part := range inParts(c.text, c.part) {
				parts = append(parts, []byte(part))
			}
			var p Parser
			var q quiet
			p.Reset(c.side, 0)
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				for _, part := range parts {
					p.Data(p.next, part, &q)
				}
			}
		})
	}
}

// What is passed over behind a gap.
func BenchmarkSearch(b *testing.B) {
	for _, c := range []struct {
		name string
		side Side
		text string
	}{
		{"for a request in text", Requests, strings.Repeat("some words of a text, and then some more of it\r\n", 100)},
		{"for a response in text", Responses, strings.Repeat("some words of a text, and then some more of it\r\n", 100)},
		{"in binary", Requests, strings.Repeat("\x00\xff\x10", 1500)},
	} {
		b.Run(c.name, func(b *testing.B) {
			text := []byte(c.text)
			var p Parser
			var q quiet
			p.Reset(c.side, 0)
			p.Gap(0, 1, &q)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				p.Data(p.next, text, &q)
			}
		})
	}
}
