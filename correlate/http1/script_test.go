package http1

import (
	"fmt"
	"strings"
)

// A script is a Handler that writes down what it is told: bodies and runs of
// bytes whole, at the end of their message.
type script struct {
	strings.Builder
	p       Parser
	follows func(m *Head) Follows // nil: ByFraming
	next    uint64                // of the stream
	body    []byte
	runs    []run
	told    []run // runs as they were told
}

type run [2]uint64

func (s *script) Begin(offset uint64) {
	if s.p.Searched() {
		s.WriteString("searched ")
	}
	fmt.Fprintf(s, "begin %d\n", offset)
}

func (s *script) Head(m *Head) Follows {
	if m.Status == 0 {
		fmt.Fprintf(s, "head %s %q %d.%d", m.Method, m.Target, m.Major, m.Minor)
	} else {
		fmt.Fprintf(s, "head %d %q %d.%d", m.Status, m.Reason, m.Major, m.Minor)
	}
	s.write(m.Fields, m.Lost)
	if s.follows == nil {
		return ByFraming
	}
	return s.follows(m)
}

func (s *script) Body(b []byte) { s.body = append(s.body, b...) }

func (s *script) Bytes(start, end uint64) {
	s.told = append(s.told, run{start, end})
	if n := len(s.runs); n > 0 && s.runs[n-1][1] == start {
		s.runs[n-1][1] = end
		return
	}
	s.runs = append(s.runs, run{start, end})
}

func (s *script) End(e *End) {
	if uint64(len(s.body)) != e.Body {
		fmt.Fprintf(s, "%d bytes of body were told, ", len(s.body))
	}
	fmt.Fprintf(s, "body %q bytes %d end %d", s.body, s.runs, e.Offset)
	if e.Missing > 0 {
		fmt.Fprintf(s, " missing %d", e.Missing)
	}
	if e.Complete {
		s.WriteString(" complete")
	}
	s.write(e.Trailers, e.Lost)
	s.body, s.runs = nil, nil
}

func (s *script) write(fields []Field, lost bool) {
	for _, f := range fields {
		fmt.Fprintf(s, " %q:%q", f.Name, f.Value)
	}
	if lost {
		s.WriteString(" lost")
	}
	s.WriteByte('\n')
}

// data gives the parser what comes next, and returns how much it took.
func (s *script) data(text string) int {
	n := s.p.Data(s.next, []byte(text), s)
	s.next += uint64(n)
	return n
}

func (s *script) gap(n int) {
	s.p.Gap(s.next, s.next+uint64(n), s)
	s.next += uint64(n)
}

// tell returns what a parser tells of a stream that comes in parts; a part that
// is all of '~' is lost. It ends with what was left to another protocol.
func tell(side Side, follows func(*Head) Follows, parts ...string) string {
	s := &script{follows: follows}
	s.p.Reset(side, 0)
	for i, part := range parts {
		if part != "" && strings.Trim(part, "~") == "" {
			s.gap(len(part))
			continue
		}
		if n := s.data(part); n < len(part) {
			fmt.Fprintf(s, "left %q\n", part[n:]+strings.Join(parts[i+1:], ""))
			return s.String()
		}
	}
	if s.p.Switched() {
		s.WriteString("left \"\"\n")
	}
	s.p.Close(s)
	if s.p.Charge() != 0 {
		s.WriteString("something is kept\n")
	}
	return s.String()
}

// inParts cuts text every n bytes.
func inParts(text string, n int) (parts []string) {
	for len(text) > n {
		parts = append(parts, text[:n])
		text = text[n:]
	}
	return append(parts, text)
}

// certain is what does not depend on where the stream is cut: what comes before
// the first search.
func certain(transcript string) string {
	var b strings.Builder
	for line := range strings.Lines(transcript) {
		if strings.HasPrefix(line, "searched") {
			break
		}
		b.WriteString(line)
		if strings.HasPrefix(line, "body") && strings.HasSuffix(line, " lost\n") {
			break
		}
	}
	return b.String()
}
