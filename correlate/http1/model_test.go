package http1

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// The model reads a stream that is all there, as the grammar has it, with no
// thought of how it comes or what it costs. It stops where framing is lost.

var (
	requestLine = regexp.MustCompile("^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (?:((?s).*) )?HTTP/1\\.([0-9])[ \t\r]*$")
	statusLike  = regexp.MustCompile("^HTTP/1\\.([0-9]) ([1-9][0-9][0-9])(?:[ \t\r](?s:(.*)))?$")
	promising   = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32} [/*h]")
	brokenLine  = regexp.MustCompile("^([^ ]+) +((?s).*?)( +(?:H|HT|HTT|HTTP|HTTP/|HTTP/1|HTTP/1\\.))?([ \t\r]*)$")
	aChunk      = regexp.MustCompile("^[ \t]*([0-9A-Fa-f]+)[ \t\r]*(?:;[^\n]*)?\n")
	aLineEnd    = regexp.MustCompile("^\r?\n")
	emptyLines  = regexp.MustCompile("^[\r\n]*")
	fold        = regexp.MustCompile("(?:[ \t\r]*\n[ \t]+)+")
)

type model struct {
	strings.Builder
	side    Side
	follows func(*Head) Follows
	text    string
	at      int
	begin   int
	body    string
}

// modelled is what tell returns, up to where framing is lost.
func modelled(side Side, follows func(*Head) Follows, text string) string {
	m := &model{side: side, follows: follows, text: text}
	for m.message() {
	}
	return m.String()
}

// message reads a message, and says whether another may follow.
func (m *model) message() bool {
	m.at += len(emptyLines.FindString(m.text[m.at:]))
	m.begin, m.body = m.at, ""
	if m.at == len(m.text) {
		return false
	}
	h, ok := m.start()
	if !ok {
		return false
	}
	section, whole := m.section()
	h.Lost = h.Lost || !whole
	h.Fields = fieldsOf(section)
	follows := m.head(h)
	switch {
	case !whole:
		return m.end(false, nil, "")
	case follows == Other:
		m.end(true, nil, "")
		fmt.Fprintf(m, "left %q\n", m.text[m.at:])
		return false
	case follows == Nothing || m.side == Responses && (h.Status < 200 || h.Status == 204 || h.Status == 304),
		string(h.Method) == "CONNECT":
		return m.end(true, nil, "")
	}
	return m.content(h.Fields)
}

// start reads a start line; if there is none, it ends the message.
func (m *model) start() (*Head, bool) {
	rest := m.text[m.at:]
	line, _, whole := strings.Cut(rest, "\n")
	if m.side == Requests {
		if f := requestLine.FindStringSubmatch(line); whole && f != nil {
			m.at += len(line) + 1
			fmt.Fprintf(m, "begin %d\n", m.begin)
			return &Head{Method: []byte(f[1]), Target: []byte(strings.TrimLeft(f[2], " ")), Major: 1, Minor: f[3][0] - '0'}, true
		}
		if promising.MatchString(rest) {
			m.at += len(line)
			fmt.Fprintf(m, "begin %d\n", m.begin)
			if f := requestLine.FindStringSubmatch(line); f != nil { // only its end is not there
				m.head(&Head{Method: []byte(f[1]), Target: []byte(strings.TrimLeft(f[2], " ")), Major: 1, Minor: f[3][0] - '0', Lost: true})
			} else if f := brokenLine.FindStringSubmatch(line); f != nil && f[2] != "" && (whole || f[3]+f[4] != "") {
				h := &Head{Method: []byte(f[1]), Target: []byte(strings.TrimRight(f[2], " ")), Lost: true}
				if whole { // it is malformed, and what follows is the rest of its head
					m.at++
					return h, true
				}
				m.head(h)
			}
			m.noStart(whole)
		}
		return nil, false
	}
	if f := statusLike.FindStringSubmatch(line); f != nil && (whole || len(line) > len("HTTP/1.1 200")) {
		m.at += min(len(line)+1, len(rest))
		fmt.Fprintf(m, "begin %d\n", m.begin)
		h := &Head{Reason: []byte(strings.Trim(f[3], " \t\r")), Major: 1, Minor: f[1][0] - '0'}
		fmt.Sscan(f[2], &h.Status)
		if !whole {
			h.Reason = nil
		}
		return h, true
	}
	if strings.HasPrefix(rest, "HTTP/1.") {
		n := len("HTTP/1.")
		for n < len(rest) && statusLike.MatchString(rest[:n+1]+"HTTP/1.1 200"[min(n+1, 12):]) {
			n++
		}
		m.at += n
		fmt.Fprintf(m, "begin %d\n", m.begin)
		m.noStart(n < len(rest))
	}
	return nil, false
}

// noStart ends a message that began as a start line would; behind the next byte
// if that is why it is none.
func (m *model) noStart(decided bool) {
	if decided {
		m.at++
		m.end(false, nil, " lost")
		return
	}
	m.end(false, nil, "")
}

// section reads lines up to an empty one.
func (m *model) section() (lines string, whole bool) {
	start := m.at
	for {
		line, _, more := strings.Cut(m.text[m.at:], "\n")
		if !more {
			lines = m.text[start:m.at]
			m.at = len(m.text)
			return lines, false
		}
		before := m.at
		m.at += len(line) + 1
		if line == "" || line == "\r" {
			return m.text[start:before], true
		}
	}
}

// fieldsOf parts lines into fields.
func fieldsOf(lines string) (fields []Field) {
	for strings.HasPrefix(lines, " ") || strings.HasPrefix(lines, "\t") { // they continue no field
		_, lines, _ = strings.Cut(lines, "\n")
	}
	for line := range strings.Lines(fold.ReplaceAllString(lines, " ")) {
		line = strings.TrimLeft(strings.TrimRight(line, " \t\r\n"), " \t")
		if line == "" {
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		fields = append(fields, Field{[]byte(strings.TrimRight(name, " \t\r")), []byte(strings.TrimLeft(value, " \t"))})
	}
	return fields
}

func (m *model) head(h *Head) Follows {
	s := script{follows: m.follows}
	follows := s.Head(h)
	m.WriteString(s.String())
	return follows
}

// end ends the message, and says that another may follow.
func (m *model) end(complete bool, trailers []Field, lost string) bool {
	var runs []run
	if m.at > m.begin {
		runs = []run{{uint64(m.begin), uint64(m.at)}}
	}
	fmt.Fprintf(m, "body %q bytes %d end %d", m.body, runs, m.at)
	if complete {
		m.WriteString(" complete")
	}
	for _, f := range trailers {
		fmt.Fprintf(m, " %q:%q", f.Name, f.Value)
	}
	m.WriteString(lost + "\n")
	return lost == ""
}

// content reads a body (RFC 9112, 6.3).
func (m *model) content(fields []Field) bool {
	codings, lengths := list(fields, "transfer-encoding"), list(fields, "content-length")
	codings = without(codings, "identity")
	switch n := len(codings); {
	case n > 0 && codings[n-1] == "chunked":
		return m.chunks()
	case n > 0 && m.side == Requests, !agreed(lengths) && n == 0:
		return m.end(false, nil, " lost")
	case n == 0 && len(lengths) > 0:
		length, _ := new(big.Int).SetString(lengths[0], 10)
		rest := len(m.text) - m.at
		if length.Cmp(big.NewInt(int64(rest))) > 0 {
			m.body, m.at = m.text[m.at:], len(m.text)
			return m.end(false, nil, "")
		}
		m.body = m.text[m.at : m.at+int(length.Int64())]
		m.at += len(m.body)
		return m.end(true, nil, "")
	case n == 0 && m.side == Requests:
		return m.end(true, nil, "")
	}
	m.body, m.at = m.text[m.at:], len(m.text)
	return m.end(true, nil, "")
}

// list returns the members of all fields of a name, in lower case.
func list(fields []Field, name string) (members []string) {
	for _, f := range fields {
		if strings.EqualFold(string(f.Name), name) {
			for member := range strings.SplitSeq(string(f.Value), ",") {
				members = append(members, strings.ToLower(strings.Trim(member, " \t")))
			}
		}
	}
	return without(members, "")
}

func without(members []string, one string) (others []string) {
	for _, m := range members {
		if m != one {
			others = append(others, m)
		}
	}
	return others
}

// agreed says whether lengths are numbers of 64 bits, and the same.
func agreed(lengths []string) bool {
	var first *big.Int
	for _, digits := range lengths {
		n, ok := new(big.Int).SetString(digits, 10)
		if !ok || strings.Trim(digits, "0123456789") != "" || n.BitLen() > 64 || first != nil && n.Cmp(first) != 0 {
			return false
		}
		first = n
	}
	return true
}

// chunks reads a chunked body. Where the stream ends or framing is lost is found
// by the line that does not match.
func (m *model) chunks() bool {
	for {
		line := aChunk.FindStringSubmatch(m.text[m.at:])
		size := new(big.Int)
		if line != nil {
			size.SetString(line[1], 16)
		}
		if line == nil || size.BitLen() > 60 {
			return m.cutChunk(aChunk)
		}
		m.at += len(line[0])
		if size.Sign() == 0 {
			lines, whole := m.section()
			return m.end(whole, fieldsOf(lines), "")
		}
		if rest := len(m.text) - m.at; size.Cmp(big.NewInt(int64(rest))) >= 0 {
			m.body, m.at = m.body+m.text[m.at:], len(m.text)
			return m.end(false, nil, "")
		}
		m.body += m.text[m.at : m.at+int(size.Int64())]
		m.at += int(size.Int64())
		after := aLineEnd.FindString(m.text[m.at:])
		if after == "" {
			return m.cutChunk(aLineEnd)
		}
		m.at += len(after)
	}
}

// cutChunk ends a message in framing that does not match: at the end of the
// stream, if more could make it match, or behind the first byte after which
// nothing could.
func (m *model) cutChunk(line *regexp.Regexp) bool {
	rest := m.text[m.at:]
	for n := range rest {
		if !possible(rest[:n+1], line) {
			m.at += n + 1
			return m.end(false, nil, " lost")
		}
	}
	m.at = len(m.text)
	return m.end(false, nil, "")
}

// possible says whether some text makes this beginning match.
func possible(beginning string, line *regexp.Regexp) bool {
	for _, more := range []string{"", "\n", "0\n", "\r\n"} {
		if line.MatchString(beginning + more) {
			digits := strings.TrimLeft(strings.TrimLeft(beginning, " \t"), "0")
			end := strings.IndexFunc(digits, func(c rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", c) })
			if end < 0 {
				end = len(digits)
			}
			return end <= 15
		}
	}
	return false
}
