//go:build !race

package http1

import (
	"strings"
	"testing"
)

// (Under the race detector a sync.Pool forgets at random.)
func TestWholeMessagesTakeNoMemory(t *testing.T) {
	text := []byte("POST /a HTTP/1.1\r\n" + strings.Repeat("Some-Header: and its value\r\n", 20) + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
	var p Parser
	var q quiet
	p.Reset(Requests, 0)
	offset := uint64(0)
	if n := testing.AllocsPerRun(100, func() {
		p.Data(offset, text, &q)
		offset += uint64(len(text))
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if q.heads != 101 || q.bodies != 3*101 {
		t.Errorf("%d heads, %d bytes of bodies", q.heads, q.bodies)
	}
}
