package http1_test

import (
	"fmt"

	"github.com/pcappipe/pcappipe/correlate/http1"
)

// An echo prints what it is told.
type echo struct{}

func (echo) Begin(offset uint64)     { fmt.Println("begins at", offset) }
func (echo) Bytes(start, end uint64) { fmt.Println("bytes", start, "to", end) }
func (echo) Body(b []byte)           { fmt.Printf("body %q\n", b) }
func (echo) End(e *http1.End)        { fmt.Println("ends at", e.Offset, "complete:", e.Complete) }

func (echo) Head(m *http1.Head) http1.Follows {
	fmt.Println("status", m.Status)
	for _, f := range m.Fields {
		fmt.Printf("%s: %s\n", f.Name, f.Value)
	}
	return http1.ByFraming
}

func ExampleParser() {
	var p http1.Parser
	p.Reset(http1.Responses, 0)
	offset := uint64(0)
	for _, segment := range []string{"HTTP/1.1 200 OK\r\nTransfer-Enc", "oding: chunked\r\n\r\n5\r\nhel", "lo\r\n0\r\n\r\n"} {
		p.Data(offset, []byte(segment), echo{})
		offset += uint64(len(segment))
	}
	p.Close(echo{})
	// Output:
	// begins at 0
	// bytes 0 to 29
	// status 200
	// Transfer-Encoding: chunked
	// body "hel"
	// bytes 29 to 53
	// body "lo"
	// bytes 53 to 62
	// ends at 62 complete: true
}
