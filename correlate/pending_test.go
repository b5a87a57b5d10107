package correlate

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// frame2 is a frame of HTTP/2 without padding.
func frame2(kind, flags byte, stream uint32, payload string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	b = append(b[1:], kind, flags)
	return string(binary.BigEndian.AppendUint32(b, stream)) + payload
}

// What HTTP/2 says in the tests below, of HPACK's static table alone.
const (
	preface2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"
	settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
	get2     = "\x82\x84\x86" // GET http:/
	ok2      = "\x88"         // 200
)

func head2(stream uint32, end bool, fields string) string {
	flags := byte(4)
	if end {
		flags |= 1
	}
	return frame2(1, flags, stream, fields)
}

func goaway2(last uint32) string {
	return frame2(7, 0, 0, string(binary.BigEndian.AppendUint32(nil, last))+"\x00\x00\x00\x00")
}

// A stream that was given up with its connection takes nothing of what comes later.
func TestAStreamThatWasGivenUpStaysSo(t *testing.T) {
	l, c := hear([]said{
		{by: flow.FromA, b: preface2 + head2(1, true, get2) + head2(3, true, get2)},
		{by: flow.FromB, b: settings + head2(3, false, ok2)},
		{by: flow.FromA, fin: true},
		{by: flow.FromB, b: head2(1, false, ok2) + frame2(0, 1, 1, "late") + frame2(0, 1, 3, "in time"), at: 11},
	}, math.MaxInt, Aborted)
	const want = "1 GET / stream 1: 0 timeout\n2 GET / stream 3: 200 responded \"in time\""
	if got := l.text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if c.d.charge != 0 || len(c.d.streams) != 0 {
		t.Errorf("at the end %d bytes are charged for %d streams", c.d.charge, len(c.d.streams))
	}
}

// What each costs does not depend on how many are pending: in time, so that this test ends.
func TestManyArePendingAtOnce(t *testing.T) {
	const n = 50_000
	every := func(f func(stream uint32) string) string {
		var b strings.Builder
		for i := range uint32(n) {
			b.WriteString(f(2*i + 1))
		}
		return b.String()
	}
	asked2 := said{by: flow.FromA, b: preface2 + every(func(s uint32) string { return head2(s, true, get2) })}
	begun2 := said{by: flow.FromB, b: settings + every(func(s uint32) string { return head2(s, false, ok2) })}
	const answer = "HTTP/1.1 204 x\r\n\r\n"
	for _, row := range []struct {
		name    string
		script  []said
		outcome Outcome
		status  int
	}{
		{"pipelined", []said{ask(strings.Repeat("GET / HTTP/1.1\n\n", n)), {by: flow.FromB, b: strings.Repeat(answer, n)}}, Responded, 204},
		{"pipelined, with gaps among the answers", append([]said{ask(strings.Repeat("GET / HTTP/1.1\n\n", n))},
			alternate(said{by: flow.FromB, b: answer}, said{by: flow.FromB, gap: 20}, n)...), Responded, 204},
		{"streams, of which the last is answered first", []said{asked2,
			{by: flow.FromB, b: settings + every(func(s uint32) string { return head2(2*n-s, true, ok2) })}}, Responded, 200},
		{"streams that are reset", []said{asked2, {by: flow.FromB, b: settings + every(func(s uint32) string { return frame2(3, 0, 2*n-s, "\x00\x00\x00\x08") })}}, Aborted, 0},
		{"streams, and that the server goes away told as often", []said{asked2, begun2,
			{by: flow.FromB, b: strings.Repeat(goaway2(1), n)}}, Responded, 200},
		{"streams of a connection that is over", []said{asked2, begun2, {by: flow.FromA, fin: true},
			{by: flow.FromB, b: every(func(s uint32) string { return head2(s, false, ok2) }), at: 11}}, Responded, 200},
	} {
		l, c := hear(row.script, math.MaxInt, Aborted)
		if len(l.exchanges) != n || c.d.charge != 0 {
			t.Errorf("%s: %d exchanges, and %d bytes are charged at the end", row.name, len(l.exchanges), c.d.charge)
			continue
		}
		for _, at := range []int{0, n / 2, n - 1} {
			if e := l.exchanges[at]; e.Outcome != row.outcome || e.Status != row.status {
				t.Errorf("%s: %s", row.name, l.brief(e))
			}
		}
	}
}

// alternate is one thing and another, so many times.
func alternate(a, b said, n int) (list []said) {
	for range n {
		list = append(list, a, b)
	}
	return list
}
