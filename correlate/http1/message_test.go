package http1

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// messages makes a stream of messages as peers send them: most are plain, some odd.
func messages(r *rand.Rand, side Side) string {
	var b strings.Builder
	for range 1 + r.IntN(4) {
		b.WriteString(pick(r, "", "", "", "\r\n", "\n"))
		eol := pick(r, "\r\n", "\r\n", "\r\n", "\n")
		b.WriteString(startOf(r, side) + eol)
		for range r.IntN(5) {
			b.WriteString(pick(r, "Host: example.org", "A:b", "Accept :  */*\t", "X-Long: 1"+eol+" \t2 "+eol+"\t3", "no colon", ": no name",
				" folded first", "Cookie: "+strings.Repeat("c", r.IntN(600)), "Content-Type: text/plain", "Empty:", "\xff\x00: \xfe") + eol)
		}
		b.WriteString(bodyOf(r, eol))
	}
	return b.String()
}

func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

func startOf(r *rand.Rand, side Side) string {
	minor := pick(r, "1", "1", "1", "0", "7")
	if side == Responses {
		return "HTTP/1." + minor + " " + pick(r, "200 OK", "200 OK", "200", "404 Not Found", "204 No Content", "304", "100 Continue", "500\tWhy",
			"101 Switching Protocols", "999 \xff ")
	}
	return pick(r, "GET", "GET", "POST", "HEAD", "PROPFIND", "CONNECT", "x", "M-SEARCH") + " " +
		pick(r, "/", "/a?b=c", "http://example.org/", "*", "example.org:443", "/a b  c HTTP/1.1", "", " /", "/\xc3\xa9", "/"+strings.Repeat("t", r.IntN(900))) +
		" HTTP/1." + minor + pick(r, "", "", "", " ")
}

// bodyOf makes the fields that frame a body, the end of the head, and the body.
func bodyOf(r *rand.Rand, eol string) string {
	content := pick(r, "", "x", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("b", r.IntN(700)), "0\r\n\r\n")
	switch r.IntN(9) {
	case 0, 1:
		return fmt.Sprintf("Content-Length: %d%s%s%s", len(content), eol, eol, content)
	case 2:
		return fmt.Sprintf("content-length:%d, 0%d%sCONTENT-LENGTH: %d%s%s%s", len(content), len(content), eol, len(content), eol, eol, content)
	case 3, 4, 5:
		return "Transfer-Encoding: " + pick(r, "chunked", "Chunked", "gzip, chunked", "gzip,,CHUNKED ,") + eol + eol + chunksOf(r, content, eol)
	case 6:
		return pick(r, "Transfer-Encoding: gzip", "Transfer-Encoding: identity", "Content-Length: -1", "Content-Length: 1, 2", "Content-Length:",
			"Content-Length: 18446744073709551615", "Content-Length: 18446744073709551616", "Content-Length: 5x") + eol + eol + content
	}
	return eol
}

func chunksOf(r *rand.Rand, content, eol string) string {
	var b strings.Builder
	for len(content) > 0 {
		n := 1 + r.IntN(len(content))
		fmt.Fprintf(&b, pick(r, "%x", "%x", "%X", "000%x", " %x ", "%x;a=b", "%x ; \"q;\""), n)
		b.WriteString(eol + content[:n] + eol)
		content = content[n:]
	}
	b.WriteString(pick(r, "0", "0", "000", "0;last", "1000000000000000", "g", "") + eol)
	b.WriteString(pick(r, "", "", "T: u"+eol, "T: u"+eol+" v"+eol+"W"+eol, " x"+eol))
	return b.String() + eol
}

// damaged changes some bytes of text, or cuts it.
func damaged(r *rand.Rand, text string) string {
	b := []byte(text)
	for range r.IntN(4) {
		if len(b) == 0 {
			break
		}
		at := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b[at] = "\r\n :;,0aZ/\x00\xff"[r.IntN(12)]
		case 1:
			b = append(b[:at], b[at+1:]...)
		case 2:
			b = append(b[:at+1], b[at:]...)
		case 3:
			b = b[:at]
		}
	}
	return string(b)
}

// heads answers as the other side of a connection would, now and then.
func heads(m *Head) Follows {
	switch {
	case m.Status == 101:
		return Other
	case m.Status == 404, string(m.Method) == "HEAD":
		return Nothing
	}
	return ByFraming
}
