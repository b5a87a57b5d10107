package http1

import (
	"fmt"
	"strings"
	"testing"
)

// A head beyond what is kept is told as far as it goes, and the message goes on
// where its fields have said how.
func TestHeadsBeyondTheLimit(t *testing.T) {
	long := "X: " + strings.Repeat("x", maxSection) + "\r\nY: z\r\n\r\n"
	for _, r := range []struct {
		side        Side
		start, body string
		want        string
	}{
		{Requests, "PUT / HTTP/1.1\r\nContent-Length: 3\r\n", "abc", " complete"},
		{Requests, "PUT / HTTP/1.1\r\n", "", " lost"},
		{Responses, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n", " complete"},
		{Responses, "HTTP/1.1 200 OK\r\n", "", " lost"},
		{Responses, "HTTP/1.1 204 No\r\n", "", " complete"},
	} {
		size := len(r.start + long + r.body)
		text := r.start + long + r.body + "abc"
		want := fmt.Sprintf("bytes [[0 %d]] end %d%s\n", size, size, r.want)
		for _, part := range []int{len(text), 1000, 10} {
			got := tell(r.side, nil, inParts(text, part)...)
			if !strings.Contains(got, want) || strings.Contains(got, "xxx") || !strings.Contains(got, " lost\n") {
				t.Errorf("%q in parts of %d bytes:\n%.300swant %q", r.start, part, got, want)
			}
		}
	}
}

func TestTrailersBeyondTheLimit(t *testing.T) {
	text := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n" +
		strings.Repeat("T: u\r\n", maxSection/6) + "last\r\n\r\n"
	want := fmt.Sprintf("body \"a\" bytes [[0 %d]] end %d\nbegin %d\n", len(text), len(text), len(text))
	text += "HTTP/1.1 204 No\r\n\r\n"
	for _, part := range []int{len(text), 1000} {
		if got := tell(Responses, nil, inParts(text, part)...); !strings.Contains(got, want) {
			t.Errorf("in parts of %d bytes:\n%.300s", part, got)
		}
	}
}

func TestAStartLineBeyondTheLimitIsNone(t *testing.T) {
	text := "GET /" + strings.Repeat("x", maxSection) + " HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\n"
	want := fmt.Sprintf("begin 0\nbody \"\" bytes [[0 %d]] end %d lost\nsearched begin", maxSection, maxSection)
	for _, part := range []int{len(text), 1000} {
		if got := tell(Requests, nil, inParts(text, part)...); !strings.HasPrefix(got, want) || !strings.Contains(got, "1.0") {
			t.Errorf("in parts of %d bytes:\n%.300s", part, got)
		}
	}
}

// Fields of two bytes are counted, not kept; those that frame the body are read
// wherever they stand.
func TestFieldsBeyondTheLimit(t *testing.T) {
	fields := 0
	s := &script{follows: func(m *Head) Follows {
		if fields = len(m.Fields); !m.Lost {
			t.Error("the head is not told to be lost")
		}
		return ByFraming
	}}
	s.p.Reset(Requests, 0)
	s.data("GET / HTTP/1.1\r\n" + strings.Repeat("a\n", maxFields) + "Content-Length: 3\n\nabc")
	if got := s.String(); fields != maxFields || !strings.Contains(got, "body \"abc\"") || !strings.HasSuffix(got, " complete\n") {
		t.Errorf("%d fields, %.30q", fields, got[len(got)-60:])
	}
}

// What a parser keeps is bounded by what has come, and by its limits.
func TestChargeIsBounded(t *testing.T) {
	for side, start := range []string{"GET /", "HTTP/1.1 200 "} {
		s := &script{}
		s.p.Reset(Side(side), 0)
		s.data(start)
		for n := len(start); n < 2*maxSection; n += 1000 {
			if charge := s.p.Charge(); charge > int64(max(256, min(2*n, maxSection))) {
				t.Fatalf("%d bytes have come, %d are kept", n, charge)
			}
			s.data(strings.Repeat("x", 1000))
		}
	}
	s := &script{}
	s.p.Reset(Responses, 0)
	s.data("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff;" + strings.Repeat("x", 1000) + "\r\nabc")
	if s.p.Charge() != 0 {
		t.Error("something is kept in a body")
	}
	s.gap(1 << 40)
	s.data("abc")
	if s.p.Charge() != 0 || s.p.step != chunkData {
		t.Error("a chunk is not counted")
	}
}
