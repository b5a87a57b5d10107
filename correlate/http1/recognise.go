package http1

import "bytes"

// MaxLine is how many bytes of a stream may be needed to say whether it is
// HTTP: a request's target comes before its version. Servers take request
// lines of 8 KiB (nginx, Apache) or 16 KiB (IIS, Node.js).
const MaxLine = 16 << 10

// Recognise says whether the first bytes of a stream are a request line or a
// status line of HTTP/1, and which. Empty lines may stand before it.
func Recognise(b []byte) (side Side, v Verdict) {
	v = No
	for s := range matchers {
		switch recognise(Side(s), b, 0) {
		case Yes:
			return Side(s), Yes
		case More:
			v = More
		}
	}
	return 0, v
}

// recognise says whether a message of one side begins here. It is stricter than
// the matchers, since nothing else says that this is HTTP: a target is not empty
// and has no control characters. Of bytes before from it has said More.
func recognise(side Side, b []byte, from int) Verdict {
	b = b[:min(len(b), MaxLine)]
	text := b[blank(b):]
	v, _ := matchers[side](text, from)
	switch {
	case v == More && len(b) == MaxLine, side == Requests && v != No && !plausible(text, from, v == Yes):
		return No
	}
	return v
}

// blank counts the CR and LF that b begins with.
func blank(b []byte) int {
	n := 0
	for n < len(b) && (b[n] == '\r' || b[n] == '\n') {
		n++
	}
	return n
}

// plausible says whether a request line, or what there is of it, has a target
// and no control characters. Those before from have been looked at, but for a CR.
func plausible(text []byte, from int, whole bool) bool {
	line := text
	if whole {
		line = text[:bytes.IndexByte(text, '\n')]
		target, _, _ := splitVersion(line[bytes.IndexByte(line, ' '):])
		if len(target) == 0 {
			return false
		}
	}
	line = bytes.TrimSuffix(line, []byte{'\r'})
	for _, c := range line[min(max(from-1, 0), len(line)):] {
		if c < ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

// Resembles says whether bytes begin as a request does, whatever becomes of its
// line: with a method, and a path or an address. Peers answer malformed requests too.
func Resembles(b []byte) bool {
	n := 0
	for n < len(b) && n < maxMethod && token[b[n]] {
		n++
	}
	rest := b[n:]
	return n > 0 && (bytes.HasPrefix(rest, []byte(" /")) || bytes.HasPrefix(rest, []byte(" http")))
}
