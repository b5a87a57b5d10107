package filter

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// A kind is what a token is, for the grammar.
type kind uint8

const (
	end     kind = iota
	keyword      // text is the word, spelled as the table spells it
	symbol       // text is one of the operators and brackets
	number       // value
	name         // text; also what stands behind a backslash
	dotted       // text is 1.2, 1.2.3 or 1.2.3.4
	ipv6         // text is an IPv6 address
	mac          // text is six bytes in one of the forms of MAC addresses
	arcnet       // text is one byte in hex, after a dollar sign
)

// A token is one word of an expression.
type token struct {
	text  string
	at    int // byte offset in the expression
	value uint32
	kind  kind
}

func (t token) is(word string) bool {
	return (t.kind == keyword || t.kind == symbol) && t.text == word
}

// String says what the token is, for error messages.
func (t token) String() string {
	if t.kind == end {
		return "end of expression"
	}
	return strconv.Quote(t.text)
}

// tokens cuts an expression into words. As in every scanner of this language
// the longest word wins: "len-4" is one name.
func tokens(s string) ([]token, error) {
	var list []token
	for i := 0; i < len(s); {
		if strings.IndexByte(" \r\n\t", s[i]) >= 0 {
			i++
			continue
		}
		t, n, err := scan(s[i:])
		if err != nil {
			return nil, &Error{Column: i + 1, Reason: err.Error()}
		}
		t.at = i
		list = append(list, t)
		i += n
	}
	return append(list, token{kind: end, at: len(s)}), nil
}

// scan returns the first token of s and how many bytes it takes.
func scan(s string) (token, int, error) {
	switch s[0] {
	case '\\':
		if n := strings.IndexAny(s, " !()\n\t"); n != 1 && len(s) > 1 {
			if n < 0 {
				n = len(s)
			}
			return token{kind: name, text: s[1:n]}, n, nil
		}
	case '$':
		if n := hexRun(s[1:], 2); n > 0 {
			return token{kind: arcnet, text: s[1 : 1+n]}, 1 + n, nil
		}
	}
	word, macs, v6 := wordLen(s), macLen(s), ipv6Len(s)
	switch {
	case v6 > word && v6 > macs:
		return token{kind: ipv6, text: s[:v6]}, v6, nil
	case macs > 0 && macs >= word:
		return token{kind: mac, text: s[:macs]}, macs, nil
	case word > 0:
		t, err := classify(s[:word])
		return t, word, err
	}
	return operator(s)
}

func operator(s string) (token, int, error) {
	if len(s) > 1 {
		if same, ok := twins[s[:2]]; ok {
			return token{kind: symbol, text: same}, 2, nil
		}
	}
	if strings.IndexByte("+-*/%:[]!<>()&|^=", s[0]) >= 0 {
		return token{kind: symbol, text: s[:1]}, 1, nil
	}
	return token{}, 0, fmt.Errorf("unexpected character %q", []rune(s)[0])
}

// twins are the operators of two characters, and the spelling the grammar uses.
var twins = map[string]string{
	"&&": "and", "||": "or", ">=": ">=", "<=": "<=", "!=": "!=", "==": "=", "<<": "<<", ">>": ">>",
}

// classify says what a word of letters, digits, dots and dashes is.
func classify(s string) (token, error) {
	if word, ok := keywords[s]; ok {
		k := keyword
		if word == "!" || word == "and" || word == "or" {
			k = symbol
		}
		return token{kind: k, text: word}, nil
	}
	if v, ok := constants[s]; ok {
		return token{kind: number, text: s, value: v}, nil
	}
	if isNumber(s) {
		v, err := strconv.ParseUint(s, 0, 32)
		if err != nil {
			return token{}, fmt.Errorf("number %s does not fit in 32 bits, or has a digit that is not octal", s)
		}
		return token{kind: number, text: s, value: uint32(v)}, nil
	}
	if isDotted(s) {
		return token{kind: dotted, text: s}, nil
	}
	return token{kind: name, text: s}, nil
}

func isNumber(s string) bool {
	if len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X") {
		return hexRun(s[2:], len(s)) == len(s)-2
	}
	return strings.Trim(s, "0123456789") == ""
}

func isDotted(s string) bool {
	parts := strings.Split(s, ".")
	for _, p := range parts {
		if p == "" || !isNumber(p) {
			return false
		}
	}
	return len(parts) >= 2 && len(parts) <= 4
}

// wordLen measures the name, keyword or number that s begins with. Dashes and
// underscores can stand inside, not at the end.
func wordLen(s string) int {
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '.' && i > 0:
			n = i + 1
		case (c == '-' || c == '_') && i > 0:
		default:
			return n
		}
	}
	return n
}

// macLen measures the MAC address that s begins with: six groups of one or two
// hex digits with one separator, three groups of four with dots, or twelve digits.
func macLen(s string) int {
	if n := hexRun(s, 13); n == 12 {
		return n
	}
	if n := groups(s, ".", 3, 4, 4); n > 0 {
		return n
	}
	for _, separator := range []string{":", "-", "."} {
		if n := groups(s, separator, 6, 1, 2); n > 0 {
			return n
		}
	}
	return 0
}

// groups measures count groups of least to most hex digits.
func groups(s, separator string, count, least, most int) int {
	n := 0
	for i := range count {
		if i > 0 {
			if !strings.HasPrefix(s[n:], separator) {
				return 0
			}
			n++
		}
		digits := hexRun(s[n:], most)
		if digits < least {
			return 0
		}
		n += digits
	}
	return n
}

// ipv6Len measures the longest IPv6 address that s begins with.
func ipv6Len(s string) int {
	const longest = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")
	n := 0
	for n < len(s) && n < longest && (hexRun(s[n:], 1) == 1 || s[n] == ':' || s[n] == '.') {
		n++
	}
	if !strings.Contains(s[:n], ":") {
		return 0
	}
	for ; n >= 2; n-- {
		if a, err := netip.ParseAddr(s[:n]); err == nil && a.Is6() {
			return n
		}
	}
	return 0
}

// hexRun counts the hex digits that s begins with, up to most.
func hexRun(s string, most int) int {
	n := 0
	for n < len(s) && n < most {
		switch c := s[n]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			n++
		default:
			return n
		}
	}
	return n
}
