package http1

import (
	"bytes"
	"strings"
)

// maxMethod is the longest method. The longest that is registered,
// UPDATEREDIRECTREF, has 17 bytes.
const maxMethod = 32

// A matcher says whether text is, or may become, a start line. It answers No
// for every text that begins with one for which it answered No, and then size
// is the length of the shortest such beginning: what it says does not depend on
// how much there is. Bytes before from are known to hold no LF.
type matcher func(text []byte, from int) (v Verdict, size int)

var matchers = [...]matcher{Requests: matchRequest, Responses: matchResponse}

// matchRequest takes a method, a space, anything, a space and a version, and LF.
func matchRequest(text []byte, from int) (v Verdict, size int) {
	n := 0
	for n < len(text) && token[text[n]] {
		if n++; n > maxMethod {
			return No, n
		}
	}
	if n == len(text) {
		return More, 0
	}
	if n == 0 || text[n] != ' ' {
		return No, n + 1
	}
	from = max(from, n)
	end := bytes.IndexByte(text[from:], '\n')
	if end < 0 {
		return More, 0
	}
	end += from
	if _, _, ok := splitVersion(text[n:end]); !ok {
		return No, end + 1
	}
	return Yes, 0
}

// statusLine is what a status line begins with: 0 stands for a digit, 1 for a
// digit that is not 0.
const statusLine = "HTTP/1.0 100"

// matchResponse takes a version, a space and three digits that end there.
func matchResponse(text []byte, _ int) (v Verdict, size int) {
	const version = len("HTTP/1.")
	for i, c := range text[:min(len(text), len(statusLine))] {
		switch {
		case i < version || i == version+1:
			if c != statusLine[i] {
				return No, i + 1
			}
		case c < '0' || c > '9' || i == version+2 && c == '0':
			return No, i + 1
		}
	}
	if len(text) <= len(statusLine) {
		return More, 0
	}
	switch text[len(statusLine)] {
	case ' ', '\t', '\r', '\n':
		return Yes, 0
	}
	return No, len(statusLine) + 1
}

// likely says whether what may become a start line most likely does: the
// beginning of a version stands there, or a method and of a target.
func likely(side Side, text []byte) bool {
	if side == Responses {
		return len(text) >= len("HTTP/1.")
	}
	_, target, _ := bytes.Cut(text, []byte{' '})
	return len(target) > 0 && (target[0] == '/' || target[0] == '*' || target[0] == 'h')
}

// splitVersion parts what follows a method into a target and the minor version
// of HTTP/1. Spaces can stand in a target: the last " HTTP/" ends it.
func splitVersion(rest []byte) (target []byte, minor uint8, ok bool) {
	rest = bytes.TrimRight(rest, " \t\r")
	const version = " HTTP/1.0"
	n := len(rest) - len(version)
	if n < 0 || string(rest[n:len(rest)-1]) != version[:len(version)-1] {
		return nil, 0, false
	}
	c := rest[len(rest)-1]
	return bytes.TrimLeft(rest[:n], " "), c - '0', c >= '0' && c <= '9'
}

// readStartLine fills a head from a start line that was matched, or from a request line
// that is none.
func readStartLine(side Side, line []byte, m *Head) {
	if side == Requests {
		method, rest, _ := bytes.Cut(line, []byte{' '})
		target, minor, ok := splitVersion(line[len(method) : len(method)+1+len(rest)])
		if !ok {
			readBroken(side, line, true, m)
			return
		}
		m.Method, m.Target, m.Major, m.Minor = method, target, 1, minor
		return
	}
	m.Major = 1
	m.Minor = line[len("HTTP/1.")] - '0'
	digits := line[len(statusLine)-3:]
	m.Status = int(digits[0]-'0')*100 + int(digits[1]-'0')*10 + int(digits[2]-'0')
	m.Reason = bytes.Trim(digits[3:], " \t\r")
}

// readBroken fills a head from a request line that is cut, or that is all there and none for
// want of a right version, and says whether it has a method and a whole target.
func readBroken(side Side, line []byte, all bool, m *Head) bool {
	method, rest, spaced := bytes.Cut(line, []byte{' '})
	if side != Requests || !spaced || len(method) == 0 {
		return false
	}
	if target, minor, ok := splitVersion(line[len(method):]); ok && len(target) > 0 { // only its end is not there
		m.Method, m.Target, m.Major, m.Minor, m.Lost = method, target, 1, minor, true
		return true
	}
	target := bytes.TrimRight(rest, " \t\r")
	whole := all || len(target) < len(rest)
	if at := bytes.LastIndexByte(target, ' '); at >= 0 && strings.HasPrefix("HTTP/1.", string(target[at+1:])) {
		target, whole = target[:at], true
	}
	target = bytes.Trim(target, " ")
	m.Method, m.Target, m.Lost = method, target, true
	return whole && len(target) > 0
}

// token has the bytes that may stand in a method (RFC 9110, 5.6.2).
var token = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' ||
			c != 0 && bytes.IndexByte([]byte("!#$%&'*+-.^_`|~"), byte(c)) >= 0
	}
	return t
}()
