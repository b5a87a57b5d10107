package tracecontext

import (
	"encoding/base64"
	"encoding/hex"
	"unicode/utf8"
)

// Digits of ids as they are kept.
const (
	traceDigits = 32
	spanDigits  = 16
)

// lowerID returns the id of so many digits that b is, if it has exactly these,
// in lower case, and not only zeros.
func lowerID(b []byte, digits int) (string, bool) {
	if len(b) != digits || !lowerHex(b) || zero(b) {
		return "", false
	}
	return string(b), true
}

// paddedID returns the id of so many digits that b is, in either case, with zeros
// on its left where it has less.
func paddedID(b []byte, digits int) (string, bool) {
	var padded [traceDigits]byte
	if len(b) == 0 || len(b) > digits || zero(b) {
		return "", false
	}
	fill := padded[:digits-len(b)]
	for i := range fill {
		fill[i] = '0'
	}
	for i, c := range b {
		if 'A' <= c && c <= 'F' {
			c |= 0x20
		}
		padded[len(fill)+i] = c
	}
	if !lowerHex(padded[:digits]) {
		return "", false
	}
	return string(padded[:digits]), true
}

// number returns the decimal number that b is, of up to twenty digits.
func number(b []byte) (n uint64, ok bool) {
	if len(b) == 0 || len(b) > len("18446744073709551615") {
		return 0, false
	}
	for _, c := range b {
		d := uint64(c - '0')
		if d > 9 || n > (1<<64-1-d)/10 {
			return 0, false
		}
		n = 10*n + d
	}
	return n, true
}

// hexByte returns the byte that one or two hex digits are, in either case.
func hexByte(b []byte) (n byte, ok bool) {
	if len(b) == 0 || len(b) > 2 {
		return 0, false
	}
	for _, c := range b {
		switch lower := c | 0x20; {
		case '0' <= c && c <= '9':
			n = n<<4 | (c - '0')
		case 'a' <= lower && lower <= 'f':
			n = n<<4 | (lower - 'a' + 10)
		default:
			return 0, false
		}
	}
	return n, true
}

// hexOf returns an id's digits, "" where it is zero, which is none.
func hexOf(id []byte) string {
	for _, c := range id {
		if c != 0 {
			return hex.EncodeToString(id)
		}
	}
	return ""
}

func lowerHex(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// zero says whether b is digits of zero.
func zero(b []byte) bool {
	for _, c := range b {
		if c != '0' {
			return false
		}
	}
	return true
}

// decode64 puts the bytes that b stands for in base64, padded or not, into dst,
// and returns them. What does not fit is nothing.
func decode64(dst, b []byte) ([]byte, bool) {
	way := base64.RawStdEncoding
	if n := len(b); n > 0 && b[n-1] == '=' {
		way = base64.StdEncoding
	}
	if way.DecodedLen(len(b)) > len(dst) {
		return nil, false
	}
	for _, c := range b { // which the decoder would pass over
		if c == '\r' || c == '\n' {
			return nil, false
		}
	}
	n, err := way.Decode(dst, b)
	return dst[:n], err == nil
}

// maxText is how long an id can be that is free text. Those that are made are a
// third of it at most.
const maxText = 256

// text returns an id that is free text: not empty, UTF-8, without control characters.
func text(b []byte) (string, bool) {
	if len(b) == 0 || len(b) > maxText || !utf8.Valid(b) {
		return "", false
	}
	for _, c := range b {
		if c < ' ' || c == 0x7f {
			return "", false
		}
	}
	return string(b), true
}
