package correlate

import (
	"bytes"
	"strings"
)

// A target is what a request asks for (RFC 9112, 3.2).
type target struct {
	scheme, authority, path, query string
	hasQuery                       bool
}

// split takes a request target apart. What it is made of is kept as it came.
func split(method, raw string) (t target) {
	if method == "CONNECT" {
		t.authority = raw
		return t
	}
	rest := raw
	if !strings.HasPrefix(raw, "/") {
		if scheme, after, absolute := strings.Cut(raw, "://"); absolute && isScheme(scheme) {
			t.scheme = strings.ToLower(scheme)
			end := strings.IndexAny(after, "/?#")
			if end < 0 {
				end = len(after)
			}
			t.authority, rest = after[:end], after[end:]
			if at := strings.LastIndexByte(t.authority, '@'); at >= 0 {
				t.authority = t.authority[at+1:] // who asks is no part of the server's name
			}
		}
	}
	t.path, t.query, t.hasQuery = strings.Cut(rest, "?")
	if t.path == "" && t.scheme != "" {
		t.path = "/"
	}
	return t
}

// isScheme says whether a word can be a URI's scheme (RFC 3986, 3.1).
func isScheme(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return s != ""
}

// is compares a field's name, whatever its case, with one in lower case.
func is(name []byte, lower string) bool {
	if len(name) != len(lower) {
		return false
	}
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// names says whether a list in a field's value has this word, whatever its case.
func names(value []byte, word string) bool {
	for member := range bytes.SplitSeq(value, []byte(",")) {
		if is(bytes.TrimSpace(member), word) {
			return true
		}
	}
	return false
}
