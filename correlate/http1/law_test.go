package http1

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// lawful is a Handler that holds what is told against what is always true.
type lawful struct {
	t       *testing.T
	p       Parser
	next    uint64 // of the stream
	open    bool
	begin   uint64
	upTo    uint64 // no byte before it is told again
	heads   int
	content uint64
	size    uint64
}

func (l *lawful) Begin(offset uint64) {
	if l.open {
		l.t.Error("a message begins in another")
	}
	if offset < l.upTo || offset > l.next {
		l.t.Errorf("a message begins at %d, behind %d, up to %d has come", offset, l.upTo, l.next)
	}
	*l = lawful{t: l.t, p: l.p, next: l.next, open: true, begin: offset, upTo: offset}
}

func (l *lawful) Head(m *Head) Follows {
	if l.heads++; !l.open || l.heads > 1 || l.content > 0 {
		l.t.Error("a head is not at the head of a message")
	}
	if m.Major != 1 && !(m.Lost && m.Major == 0 && m.Method != nil) || (m.Status == 0) == (m.Method == nil) || len(m.Fields) > maxFields {
		l.t.Errorf("a head is %+v", m)
	}
	return heads(m)
}

func (l *lawful) Body(b []byte) {
	if !l.open || l.heads == 0 || len(b) == 0 {
		l.t.Errorf("a body of %d bytes without a head", len(b))
	}
	l.content += uint64(len(b))
}

func (l *lawful) Bytes(start, end uint64) {
	if !l.open || start < l.upTo || start >= end || end > l.next {
		l.t.Errorf("bytes from %d to %d are told, behind %d, up to %d has come", start, end, l.upTo, l.next)
	}
	l.upTo = end
	l.size += end - start
}

func (l *lawful) End(e *End) {
	if !l.open || e.Offset < l.upTo || e.Body != l.content || e.Body > l.size || e.Lost && e.Complete {
		l.t.Errorf("an end is %+v, of %d bytes, %d of them content", e, l.size, l.content)
	}
	if e.Complete && (e.Missing > 0 || l.heads == 0 || e.Offset-l.begin != l.size) {
		l.t.Errorf("a message is complete: %+v, of %d bytes", e, l.size)
	}
	l.open, l.upTo = false, e.Offset
}

// read gives the parser a stream in random parts, some of which are lost.
func (l *lawful) read(r *rand.Rand, side Side, text []byte) {
	l.p.Reset(side, 0)
	for len(text) > 0 {
		n := 1 + r.IntN(len(text))
		if r.IntN(3) == 0 {
			n = min(n, 1+r.IntN(9))
		}
		part := bytes.Clone(text[:n])
		text = text[n:]
		before := l.next
		l.next += uint64(n)
		if r.IntN(5) == 0 {
			l.p.Gap(before, l.next, l)
			continue
		}
		used := l.p.Data(before, part, l)
		if used < n && !l.p.Switched() {
			l.t.Errorf("%d of %d bytes are used", used, n)
		}
		if charge := l.p.Charge(); charge > int64(max(256, 2*l.next)) {
			l.t.Errorf("%d bytes have come, %d are kept", l.next, charge)
		}
		for i := range part { // views die with the call
			part[i] = 0xcc
		}
	}
	if r.IntN(8) == 0 {
		l.p.Switch(l)
	}
	l.p.Close(l)
	if l.open || l.p.Charge() != 0 {
		l.t.Error("something is left behind the close")
	}
}

func TestLawsHoldWhateverIsLost(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		side := Side(r.IntN(2))
		l := lawful{t: t}
		text := damaged(r, messages(r, side))
		if l.read(r, side, []byte(text)); t.Failed() {
			t.Fatalf("%q", text)
		}
	}
}

// A gap in a body of known length, or in a chunk's data, costs what it lost and
// nothing else: the messages around it are told as if there were none.
func TestAGapInABodyCostsOnlyItsBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		side := Side(r.IntN(2))
		start := [...]string{"PUT / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n"}[side]
		around := start + "Content-Length: 3\r\n\r\nabc"
		content := strings.Repeat("b", 1+r.IntN(200))
		head, tail := fmt.Sprintf("%sContent-Length: %d\r\n\r\n", start, len(content)), ""
		if r.IntN(2) == 0 {
			head, tail = fmt.Sprintf("%sTransfer-Encoding: chunked\r\n\r\n%x\r\n", start, len(content)), "\r\n0\r\n\r\n"
		}
		from := r.IntN(len(content))
		n := 1 + r.IntN(len(content)-from)
		first, second := content[:from], content[from+n:]

		at := uint64(len(around) + len(head) + from)
		next := at + uint64(n+len(second)+len(tail))
		runs := []run{{uint64(len(around)), at}, {at + uint64(n), next}}
		if second+tail == "" {
			runs = runs[:1]
		}
		whole := tell(side, nil, around+head+content+tail+around)
		want := strings.Replace(whole, fmt.Sprintf("body %q bytes [[%d %d]] end %d complete", content, len(around), next, next),
			fmt.Sprintf("body %q bytes %d end %d missing %d", first+second, runs, next, n), 1)
		if got := tell(side, nil, around+head+first, strings.Repeat("~", n), second+tail+around); got != want || got == whole {
			t.Fatalf("with a gap of %d bytes:\n%swant\n%s", n, got, want)
		}
	}
}
