package output

import (
	"encoding/binary"
	"unicode/utf8"
)

const ones, highs = 0x0101010101010101, 0x8080808080808080

// plain returns how many bytes at the beginning of s can stand in a JSON string as they
// are: ASCII, and neither control characters nor quote nor backslash.
func plain(s []byte) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := binary.LittleEndian.Uint64(s[i:])
		quote, backslash := w^(ones*'"'), w^(ones*'\\')
		// A byte's high bit is set where it is zero less one borrows; only
		// bytes under 0x80 can tell, and the others are caught by w itself.
		if (w|(w-ones*0x20)|(quote-ones)|(backslash-ones))&highs != 0 {
			break
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x80 || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// appendText adds s as what stands between the quotes of a JSON string, and
// says whether s is UTF-8. If not, each bad byte is U+FFFD.
func appendText(dst, s []byte) ([]byte, bool) {
	valid := true
	for {
		n := plain(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return dst, valid
		}
		s = s[n:]
		r, size := utf8.DecodeRune(s)
		switch {
		case size > 1:
			dst = append(dst, s[:size]...)
		case r == utf8.RuneError:
			dst = append(dst, "\uFFFD"...)
			valid = false
		default:
			dst = appendEscape(dst, s[0])
		}
		s = s[size:]
	}
}

// appendEscape adds a control character, a quote or a backslash.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\t':
		return append(dst, `\t`...)
	case '\n':
		return append(dst, `\n`...)
	case '\f':
		return append(dst, `\f`...)
	case '\r':
		return append(dst, `\r`...)
	default:
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
}

// appendCell adds s as part of a csv cell, quotes doubled. Each byte that is
// not UTF-8 is U+FFFD.
func appendCell(dst, s []byte) []byte {
	for len(s) > 0 {
		n := plain(s)
		dst = append(dst, s[:n]...)
		if s = s[n:]; len(s) == 0 {
			break
		}
		r, size := utf8.DecodeRune(s)
		switch {
		case r == utf8.RuneError && size == 1:
			dst = append(dst, "\uFFFD"...)
		case r == '"':
			dst = append(dst, `""`...)
		default:
			dst = append(dst, s[:size]...)
		}
		s = s[size:]
	}
	return dst
}

// What a text that is bare has none of, besides quotes: in csv and in JSON.
const commaBytes, backslashes = ones * ',', ones * '\\'

// bare says whether s can stand as it is: it has eight bytes or its memory does,
// and they are ASCII without control characters, quote, and one more character, which
// all bytes of other are. Where it says no, s may be so all the same.
func bare(s []byte, other uint64) bool {
	if cap(s) < 8 {
		return false
	}
	for ; len(s) >= 8; s = s[8:] {
		if !bareWord(binary.LittleEndian.Uint64(s), other) {
			return false
		}
		if cap(s) < 16 {
			return len(s) == 8
		}
	}
	behind := 8 * len(s) // what is behind the text, as bits, counts as spaces
	word := binary.LittleEndian.Uint64(s[:8])
	return bareWord(word&(1<<behind-1)|ones*' '<<behind, other)
}

func bareWord(w, other uint64) bool {
	quote := w ^ (ones * '"')
	return (w|(w-ones*' ')|(quote-ones)|(w^other-ones))&highs == 0
}

// needsQuotes says whether a csv cell of this text must be quoted (RFC 4180, 2.6).
func needsQuotes(s []byte) bool {
	for _, c := range s {
		if c == ',' || c == '"' || c == '\n' || c == '\r' {
			return true
		}
	}
	return false
}
