package http1

import (
	"strings"
	"testing"
)

// A row is a stream and what is told of it. Parts that are all of '~' are lost.
type row struct {
	name    string
	side    Side
	follows Follows
	parts   []string
	want    string
}

func check(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		got := tell(r.side, func(*Head) Follows { return r.follows }, r.parts...)
		if got != r.want[1:] {
			t.Errorf("%s:\n%swant%s", r.name, got, r.want)
		}
	}
}

func TestMessages(t *testing.T) {
	check(t, []row{
		{"a request", Requests, ByFraming, []string{"GET /a?b HTTP/1.1\r\nHost: x\r\nA :  b c \r\n\r\n"}, `
begin 0
head GET "/a?b" 1.1 "Host":"x" "A":"b c"
body "" bytes [[0 41]] end 41 complete
`},
		{"a response that lasts to the close", Responses, ByFraming, []string{"HTTP/1.0 200\n\nabc"}, `
begin 0
head 200 "" 1.0
body "abc" bytes [[0 17]] end 17 complete
`},
		{"chunks, with trailers, and what follows them", Responses, ByFraming, []string{
			"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, Chunked\r\n\r\n03 ;x=\";\"\r\nabc\r\n1\r\nd\r\n000\r\nT: u\r\n\r\nHTTP/1.1 204 No\r\n\r\n"}, `
begin 0
head 200 "OK" 1.1 "transfer-encoding":"gzip, Chunked"
body "abcd" bytes [[0 88]] end 88 complete "T":"u"
begin 88
head 204 "No" 1.1
body "" bytes [[88 107]] end 107 complete
`},
		{"pipelined requests, empty lines between them", Requests, ByFraming, []string{
			"PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab\r\n\r\nGET * HTTP/1.0\r\n\r\n"}, `
begin 0
head PUT "/" 1.1 "Content-Length":"2"
body "ab" bytes [[0 39]] end 39 complete
begin 43
head GET "*" 1.0
body "" bytes [[43 61]] end 61 complete
`},
		{"an answer to HEAD", Responses, Nothing, []string{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}, `
begin 0
head 200 "OK" 1.1 "Content-Length":"9"
body "" bytes [[0 38]] end 38 complete
begin 38
head 200 "OK" 1.1 "Transfer-Encoding":"chunked"
body "" bytes [[38 85]] end 85 complete
`},
		{"another protocol behind a head", Responses, Other, []string{"HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n\x81\x00", "more"}, `
begin 0
head 101 "Go" 1.1 "Upgrade":"x"
body "" bytes [[0 31]] end 31 complete
left "\x81\x00more"
`},
		{"a body that is cut by the close", Responses, ByFraming, []string{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"}, `
begin 0
head 200 "OK" 1.1 "Content-Length":"9"
body "abc" bytes [[0 41]] end 41
`},
		{"a head that is cut by the close", Responses, ByFraming, []string{"HTTP/1.1 200 OK\r\nA: b\r\nC: "}, `
begin 0
head 200 "OK" 1.1 "A":"b" lost
body "" bytes [[0 26]] end 26
`},
		{"a start line that is cut by the close", Requests, ByFraming, []string{"GET /", "abc"}, `
begin 0
body "" bytes [[0 8]] end 8
`},
		{"what never was a message", Requests, ByFraming, []string{"\x16\x03\x01", "abc\r\n", "\x00\x01\n"}, `
`},
	})
}

func TestFraming(t *testing.T) {
	const (
		toClose = "body \"abc\" "
		none    = "body \"\" "
		lost    = " lost\n"
	)
	for _, r := range []struct {
		side         Side
		fields, want string
	}{
		{Requests, "", none},
		{Responses, "", toClose},
		{Responses, "Content-Length: 2", "body \"ab\" "},
		{Responses, "Content-Length: 2, 2\r\ncontent-length:02", "body \"ab\" "},
		{Responses, "Content-Length: 2\r\nContent-Length: 3", lost},
		{Responses, "Content-Length: +2", lost},
		{Responses, "Content-Length: -2", lost},
		{Responses, "Content-Length: 0x2", lost},
		{Responses, "Content-Length: 2 2", lost},
		{Responses, "Content-Length: 18446744073709551616", lost},
		{Responses, "Content-Length: 18446744073709551615", toClose},
		{Responses, "Content-Length:", toClose},
		{Responses, "Content-Length", toClose},
		{Responses, "Content-Length:\r\n 2", "body \"ab\" "},
		{Responses, "Transfer-Encoding: identity\r\nContent-Length: 2", "body \"ab\" "},
		{Responses, "Transfer-Encoding: gzip\r\nContent-Length: 2", toClose},
		{Responses, "Transfer-Encoding: chunked, gzip", toClose},
		{Requests, "Transfer-Encoding: gzip", lost},
		{Requests, "Transfer-Encoding: chunked, gzip", lost},
		{Requests, "Content-Length: 2, 3", lost},
	} {
		start := [...]string{"PUT / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n"}[r.side]
		if r.fields != "" {
			r.fields += "\r\n"
		}
		got := tell(r.side, nil, start+r.fields+"\r\nabc")
		if !strings.Contains(got, r.want) {
			t.Errorf("%q:\n%swant %q", r.fields, got, r.want)
		}
	}
}

func TestChunks(t *testing.T) {
	for chunks, want := range map[string]string{
		"3\r\nabc\r\n0\r\n\r\n":                                  "body \"abc\" bytes [[0 60]] end 60 complete\n",
		"3\nabc\n0\n\n":                                          "body \"abc\"",
		" 3 \r\nabc\r\n00000000000000000000\r\n\r\n":             "body \"abc\"",
		"000000000000000000000003;a;b=\"c\"\r\nabc\r\n0\r\n\r\n": "body \"abc\"",
		"A\r\n0123456789\r\na\r\n0123456789\r\n0;x\r\n\r\n":      "complete",
		"3\r\nabc\r\n0\r\nT: u\r\n v\r\nW\r\n\r\n":               " complete \"T\":\"u v\" \"W\":\"\"\n",
		"fffffffffffffff\r\nabc":                                 "body \"abc\" bytes [[0 67]] end 67\n",
		"1000000000000000\r\nabc":                                " lost\n",
		"ffffffffffffffffffff\r\nabc":                            " lost\n",
		"-1\r\nabc":                                              " lost\n",
		"\r\n3\r\nabc":                                           " lost\n",
		"3 3\r\nabc":                                             " lost\n",
		"0x3\r\nabc":                                             " lost\n",
		"3\r\nabcd\r\n":                                          "body \"abc\" bytes [[0 54]] end 54 lost\n",
		"3\r\nabc\r\r\n":                                         " lost\n",
		"3\r\nabc\r\n":                                           "body \"abc\" bytes [[0 55]] end 55\n",
		"3\r\nabc\r\n0\r\nT: ":                                   "body \"abc\" bytes [[0 61]] end 61\n",
		"3;" + strings.Repeat("x", MaxLine-4) + "\r\nabc":        "body \"abc\"",
		"3;" + strings.Repeat("x", MaxLine-3) + "\r\nabc":        " end 16432 lost\n",
		"3" + strings.Repeat(" ", MaxLine-2) + "\nabc":           "body \"abc\"",
		"3" + strings.Repeat(" ", MaxLine-1) + "\nabc":           " end 16432 lost\n",
		strings.Repeat("0", MaxLine) + "3\nabc":                  " end 16432 lost\n",
	} {
		text := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
		got := tell(Responses, nil, text)
		if !strings.Contains(got, want) {
			t.Errorf("%.40q:\n%swant %q", chunks, got, want)
		}
		if cut := tell(Responses, nil, inParts(text, 1)...); certain(cut) != certain(got) {
			t.Errorf("%.40q, each byte alone:\n%swant\n%s", chunks, cut, got)
		}
	}
}

// Peers send what the grammar does not allow, and others understand it.
func TestWhatIsTolerated(t *testing.T) {
	for _, r := range []struct {
		side       Side
		text, want string
	}{
		{Requests, "GET /a b HTTP/1.1\r\n\r\n", `head GET "/a b" 1.1`},
		{Requests, "GET / HTTP/1.1 HTTP/1.0\r\n\r\n", `head GET "/ HTTP/1.1" 1.0`},
		{Requests, "GET   /  HTTP/1.1  \r\n\r\n", `head GET "/ " 1.1`},
		{Requests, "GET HTTP/1.1\r\n\r\n", `head GET "" 1.1`},
		{Requests, "GET /\t\x01\xff HTTP/1.1\r\n\r\n", `head GET "/\t\x01\xff" 1.1`},
		{Requests, "GET http://x/ HTTP/1.9\r\n\r\n", `head GET "http://x/" 1.9`},
		{Requests, "CONNECT x:443 HTTP/1.1\r\nContent-Length: 3\r\n\r\n", `body "" bytes [[0 45]] end 45 complete`},
		{Responses, "HTTP/1.1 200\r\n\r\n", `head 200 "" 1.1`},
		{Responses, "HTTP/1.1 200 \r\n\r\n", `head 200 "" 1.1`},
		{Responses, "HTTP/1.1 404\tNot  Found \r\n\r\n", `head 404 "Not  Found" 1.1`},
		{Responses, "HTTP/1.1 200 OK\r\nA\t : b\r\n\r\n", `"A":"b"`},
		{Responses, "HTTP/1.1 200 OK\r\nA: b \t\r\n\t c\r\n \r\n d\r\n\r\n", `"A":"b c d"`},
		{Responses, "HTTP/1.1 200 OK\r\n A: b\r\n c\r\nD: e\r\n\r\n", `1.1 "D":"e"`},
		{Responses, "HTTP/1.1 200 OK\r\nno colon\r\n:v\r\n\r\n", `"no colon":"" "":"v"`},
		{Responses, "HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n", `"A":"b"`},
	} {
		if got := tell(r.side, nil, r.text); !strings.Contains(got, r.want+"\n") {
			t.Errorf("%q:\n%swant %s", r.text, got, r.want)
		}
	}
}

func TestSwitchEndsWhatHasBegun(t *testing.T) {
	s := &script{}
	s.p.Reset(Requests, 0)
	s.data("GET / HT")
	s.p.Switch(s)
	if n := s.data("abc"); n != 0 || !s.p.Switched() || s.p.Charge() != 0 {
		t.Errorf("%d bytes are taken, %d kept", n, s.p.Charge())
	}
	s.p.Gap(8, 10, s)
	s.p.Switch(s)
	s.p.Close(s)
	if want := "begin 0\nhead GET \"/\" 0.0 lost\nbody \"\" bytes [[0 8]] end 8\n"; s.String() != want {
		t.Errorf("%swant %s", s, want)
	}
}

func TestNothingIsToldBehindTheClose(t *testing.T) {
	s := &script{}
	s.p.Reset(Responses, 0)
	s.p.Close(s)
	if n := s.data("HTTP/1.1 200 OK\r\n\r\n"); n != 19 || s.Len() != 0 || s.p.Switched() {
		t.Errorf("%d bytes are taken, and told is %q", n, s)
	}
}
