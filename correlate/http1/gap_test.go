package http1

import "testing"

func TestGaps(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	check(t, []row{
		{"in a body of known length", Responses, ByFraming, []string{head + "abc", "~~", "fghi" + "HTTP/1.1 204 N\r\n\r\n"}, `
begin 0
head 200 "OK" 1.1 "Content-Length":"9"
body "abcfghi" bytes [[0 41] [43 47]] end 47 missing 2
begin 47
head 204 "N" 1.1
body "" bytes [[47 65]] end 65 complete
`},
		{"to the end of a body", Responses, ByFraming, []string{head + "abc", "~~~~~~", "HTTP/1.1 204 N\r\n\r\n"}, `
begin 0
head 200 "OK" 1.1 "Content-Length":"9"
body "abc" bytes [[0 41]] end 47 missing 6
begin 47
head 204 "N" 1.1
body "" bytes [[47 65]] end 65 complete
`},
		{"beyond the end of a body", Responses, ByFraming, []string{head + "abc", "~~~~~~~", "TTP/1.1 204 N\r\n\r\n", "HTTP/1.1 304 N\r\n\r\n"}, `
begin 0
head 200 "OK" 1.1 "Content-Length":"9"
body "abc" bytes [[0 41]] end 47 missing 6 lost
searched begin 65
head 304 "N" 1.1
body "" bytes [[65 83]] end 83 complete
`},
		{"in a body that lasts to the close", Responses, ByFraming, []string{"HTTP/1.1 200 OK\r\n\r\nab", "~~~", "c"}, `
begin 0
head 200 "OK" 1.1
body "abc" bytes [[0 21] [24 25]] end 25 missing 3
`},
		{"in a chunk, and to its end", Responses, ByFraming, []string{chunked + "4\r\n", "~~", "cd\r\n3\r\n", "~~~", "\r\n0\r\n\r\n"}, `
begin 0
head 200 "OK" 1.1 "Transfer-Encoding":"chunked"
body "cd" bytes [[0 50] [52 59] [62 69]] end 69 missing 5
`},
		{"beyond a chunk", Responses, ByFraming, []string{chunked + "4\r\n", "~~~~~", "\n0\r\n\r\n"}, `
begin 0
head 200 "OK" 1.1 "Transfer-Encoding":"chunked"
body "" bytes [[0 50]] end 54 missing 4 lost
`},
		{"in a chunk line", Responses, ByFraming, []string{chunked + "4", "~~", "cd\r\n0\r\n\r\n"}, `
begin 0
head 200 "OK" 1.1 "Transfer-Encoding":"chunked"
body "" bytes [[0 48]] end 48 lost
`},
		{"in trailers", Responses, ByFraming, []string{chunked + "0\r\nT: u\r\nW", "~~", "\r\n\r\nHTTP/1.1 204 N\r\n\r\n"}, `
begin 0
head 200 "OK" 1.1 "Transfer-Encoding":"chunked"
body "" bytes [[0 57]] end 57 "T":"u" lost
searched begin 63
head 204 "N" 1.1
body "" bytes [[63 81]] end 81 complete
`},
		{"in a head", Requests, ByFraming, []string{"GET /a HTTP/1.1\r\nA: b\r\nC", "~~", ": d\r\n\r\nGET /b HTTP/1.1\r\n\r\n"}, `
begin 0
head GET "/a" 1.1 "A":"b" lost
body "" bytes [[0 24]] end 24 lost
searched begin 33
head GET "/b" 1.1
body "" bytes [[33 52]] end 52 complete
`},
		{"in a reason", Responses, ByFraming, []string{"HTTP/1.1 200 O", "~", "\r\n\r\n"}, `
begin 0
head 200 "" 1.1 lost
body "" bytes [[0 14]] end 14 lost
`},
		{"in a start line", Requests, ByFraming, []string{"GET /a", "~~", " HTTP/1.1\r\n\r\n", "GET /b HTTP/1.1\r\n\r\n"}, `
begin 0
body "" bytes [[0 6]] end 6 lost
searched begin 21
head GET "/b" 1.1
body "" bytes [[21 40]] end 40 complete
`},
		{"between messages", Requests, ByFraming, []string{"GET /a HTTP/1.1\r\n\r\n", "~~", "GET /b HTTP/1.1\r\n\r\n"}, `
begin 0
head GET "/a" 1.1
body "" bytes [[0 19]] end 19 complete
searched begin 21
head GET "/b" 1.1
body "" bytes [[21 40]] end 40 complete
`},
		{"before the head of another protocol's first bytes", Responses, Other, []string{"HTTP/1.1 101 S\r\nA: b\r\n", "~~", "\x81\x00"}, `
begin 0
head 101 "S" 1.1 "A":"b" lost
body "" bytes [[0 22]] end 22
left "\x81\x00"
`},
	})
}

// Behind a gap, a message is found where a call begins and behind an LF.
func TestTheSearch(t *testing.T) {
	const found = "HTTP/1.1 304 N\r\n\r\n"
	check(t, []row{
		{"where a call begins, in lines and in binary", Responses, ByFraming, []string{"~~", "ab\ncd", "\x00\xff", found}, `
searched begin 9
head 304 "N" 1.1
body "" bytes [[9 27]] end 27 complete
`},
		{"behind a line end, empty lines before it", Responses, ByFraming, []string{"~~", "ab HTTP/1.1 200 OK\n\r\n" + found}, `
searched begin 23
head 304 "N" 1.1
body "" bytes [[23 41]] end 41 complete
`},
		{"cut in its start line", Responses, ByFraming, []string{"~~", "ab\nHTTP", "/1.1 3", "04 N\r", "\n\r\n"}, `
searched begin 5
head 304 "N" 1.1
body "" bytes [[5 23]] end 23 complete
`},
		{"where a call begins, behind what might have become one", Requests, ByFraming, []string{"~~", "some words that", " go on", "GET /a HTTP/1.1\r\n\r\n"}, `
searched begin 23
head GET "/a" 1.1
body "" bytes [[23 42]] end 42 complete
`},
		{"where a call begins, behind what has not become one", Requests, ByFraming, []string{"~~", "some words that", "\x00", "GET /a HTTP/1.1\r\n\r\n"}, `
searched begin 18
head GET "/a" 1.1
body "" bytes [[18 37]] end 37 complete
`},
		{"after what is no start line between messages", Requests, ByFraming, []string{"GET /a HTTP/1.1\r\n\r\nx=1&y=2\r\nGET /b HTTP/1.1\r\n\r\n"}, `
begin 0
head GET "/a" 1.1
body "" bytes [[0 19]] end 19 complete
searched begin 28
head GET "/b" 1.1
body "" bytes [[28 47]] end 47 complete
`},
		{"a gap in what might have become one", Requests, ByFraming, []string{"~~", "GET /a", "~~", " HTTP/1.1\r\n\r\n"}, `
`},
	})
}
