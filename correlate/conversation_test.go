package correlate

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A said is what one side says at once: text, or a gap of so many bytes.
type said struct {
	by  flow.Direction
	gap uint64
	b   string
	ack int64 // what it has of the other side, where that is not all that was said: offset+1
	at  int64 // seconds
	fin bool  // it says that it has said all
}

func ask(b string) said  { return said{by: flow.FromA, b: crlf(b)} }
func tell(b string) said { return said{by: flow.FromB, b: crlf(b)} }

// crlf ends lines as HTTP does.
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// A listening notes what it is told, as text.
type listening struct {
	exchanges []*Exchange
	bodies    map[string]string
}

func (l *listening) Exchange(e *Exchange) { l.exchanges = append(l.exchanges, e) }

func (l *listening) Body(e *Exchange, request bool, b []byte) {
	l.bodies[fmt.Sprint(e.Number, request)] += string(b)
}

func (l *listening) BodyGap(*Exchange, bool, uint64) {}

// brief writes what the tests below look at of an exchange.
func (l *listening) brief(e *Exchange) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s %s", e.Number, e.Method, e.Path)
	if e.HasQuery {
		b.WriteString("?" + e.Query)
	}
	if e.StreamID != 0 {
		fmt.Fprintf(&b, " stream %d", e.StreamID)
	}
	fmt.Fprintf(&b, ": %d %v", e.Status, e.Outcome)
	if e.EndReason != "" {
		b.WriteString(" by " + e.EndReason)
	}
	for _, of := range []bool{true, false} {
		if text := l.bodies[fmt.Sprint(e.Number, of)]; text != "" {
			fmt.Fprintf(&b, " %q", text)
		}
	}
	for i, m := range []*Message{&e.Request, &e.Response} {
		name := []string{"request", "response"}[i]
		if m.HeadLost {
			b.WriteString(", head of " + name + " lost")
		}
		if m.Missing > 0 {
			fmt.Fprintf(&b, ", %d of %s missing", m.Missing, name)
		}
	}
	if e.Upgrade != "" {
		b.WriteString(", upgraded to " + e.Upgrade)
	}
	return b.String()
}

// hear brings a script to a conversation, cut into chunks of at most so many bytes.
func hear(script []said, most int, end Outcome) (l *listening, c *Conversation) {
	l = &listening{bodies: make(map[string]string)}
	k, c := hearTo(l, script, most)
	k.Terminate(c, flow.FromB, true)
	k.Close(c, "fin", end)
	return l, c
}

// hearTo does so, and leaves the conversation open.
func hearTo(l *listening, script []said, most int) (k *Correlator, c *Conversation) {
	c = new(Conversation)
	k = NewCorrelator(Config{Labels: true}, l)
	var next [2]uint64
	for i, s := range script {
		k.At(s.at*int64(time.Second), true, flow.FromA)
		at := &next[s.by]
		if s.gap > 0 {
			k.Gap(c, s.by, *at, *at+s.gap)
			*at += s.gap
		}
		for rest := s.b; rest != ""; {
			n := min(most, len(rest))
			h := reassembly.Chunk{Offset: *at, Bytes: []byte(rest[:n]), Frame: uint64(i + 1), Nanos: int64(i) * 1e6, Ack: next[s.by^1], AckKnown: true}
			if s.ack > 0 {
				h.Ack = uint64(s.ack - 1)
			}
			k.Data(c, s.by, &h)
			clear(h.Bytes) // the chunk's bytes die with the call
			*at += uint64(n)
			rest = rest[n:]
		}
		if s.fin {
			k.Terminate(c, s.by, true)
		}
	}
	return k, c
}

func (l *listening) text() string {
	var lines []string
	for _, e := range l.exchanges {
		lines = append(lines, l.brief(e))
	}
	return strings.Join(lines, "\n")
}

const (
	get = "GET /a HTTP/1.1\nHost: h\n\n"
	ok  = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"
)

var conversations = []struct {
	name   string
	script []said
	want   string
}{
	{"one after the other on one connection",
		[]said{ask(get), tell(ok), ask("GET /b?q=1 HTTP/1.1\n\n"), tell("HTTP/1.1 404 Not Found\nContent-Length: 0\n\n")},
		"1 GET /a: 200 responded \"ok\"\n2 GET /b?q=1: 404 responded"},
	{"pipelined",
		[]said{ask(get + "HEAD /b HTTP/1.1\n\n" + "GET /c HTTP/1.1\n\n"), tell(ok + "HTTP/1.1 200 OK\nContent-Length: 500\n\n" + ok)},
		"1 GET /a: 200 responded \"ok\"\n2 HEAD /b: 200 responded\n3 GET /c: 200 responded \"ok\""},
	{"an interim answer is none",
		[]said{ask("PUT /a HTTP/1.1\nExpect: 100-continue\nContent-Length: 3\n\n"), tell("HTTP/1.1 100 Continue\n\n"), ask("abc"), tell("HTTP/1.1 103 Early Hints\n\n" + ok)},
		"1 PUT /a: 200 responded \"abc\" \"ok\""},
	{"what has no body",
		[]said{ask(get), tell("HTTP/1.1 204 No Content\n\n"), ask(get), tell("HTTP/1.1 304 Not Modified\nContent-Length: 9\n\n"), ask(get), tell(ok)},
		"1 GET /a: 204 responded\n2 GET /a: 304 responded\n3 GET /a: 200 responded \"ok\""},
	{"chunks, with trailers",
		[]said{ask("POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\n3\nabc\n2;x=y\nde\n0\nT: 1\n\n"), tell("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nok\n0\n\n"), ask(get), tell(ok)},
		"1 POST /a: 200 responded \"abcde\" \"ok\"\n2 GET /a: 200 responded \"ok\""},
	{"a body up to the close",
		[]said{ask("GET /a HTTP/1.0\n\n"), tell("HTTP/1.0 200 OK\n\nall of it")},
		"1 GET /a: 200 responded \"all of it\""},
	{"an answer before the request is over",
		[]said{ask("POST /a HTTP/1.1\nContent-Length: 4\n\nab"), tell("HTTP/1.1 413 Content Too Large\nContent-Length: 0\n\n"), ask("cd"), ask(get), tell(ok)},
		"1 POST /a: 413 responded \"abcd\"\n2 GET /a: 200 responded \"ok\""},
	{"a tunnel, and HTTP in it",
		[]said{ask("CONNECT h:80 HTTP/1.1\n\n"), tell("HTTP/1.1 200 Connection established\n\n"), ask(get), tell(ok)},
		"1 CONNECT : 200 responded\n2 GET /a: 200 responded \"ok\""},
	{"a tunnel, and something else in it",
		[]said{ask("CONNECT h:443 HTTP/1.1\n\n"), tell("HTTP/1.1 200 OK\n\n"), ask("\x16\x03\x01\x00\x05hello"), tell("\x16\x03\x03\x00\x05hello")},
		"1 CONNECT : 200 responded"},
	{"a refused tunnel",
		[]said{ask("CONNECT h:443 HTTP/1.1\n\n"), tell("HTTP/1.1 403 Forbidden\nContent-Length: 2\n\nno"), ask(get), tell(ok)},
		"1 CONNECT : 403 responded \"no\"\n2 GET /a: 200 responded \"ok\""},
	{"a websocket",
		[]said{ask("GET /ws HTTP/1.1\nConnection: keep-alive, Upgrade\nUpgrade: websocket\n\n"), tell("HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\n\n\x81\x02hi"), ask("GET /no HTTP/1.1\n\n")},
		"1 GET /ws: 101 responded, upgraded to websocket"},
	{"an upgrade that is not taken up",
		[]said{ask("GET /a HTTP/1.1\nConnection: Upgrade\nUpgrade: h2c\n\n"), tell(ok), ask(get), tell(ok)},
		"1 GET /a: 200 responded \"ok\"\n2 GET /a: 200 responded \"ok\""},
	{"no answer",
		[]said{ask(get)},
		"1 GET /a: 0 aborted by fin"},
	{"an answer that is cut",
		[]said{ask(get), tell("HTTP/1.1 200 OK\nContent-Length: 5\n\nok")},
		"1 GET /a: 200 responded by fin \"ok\""},
	{"an answer that nobody asked for",
		[]said{ask(get), tell(ok), tell("HTTP/1.1 408 Request Timeout\nContent-Length: 0\n\n"), ask(get), tell(ok)},
		"1 GET /a: 200 responded \"ok\"\n2  : 408 responded, head of request lost\n3 GET /a: 200 responded \"ok\""},
	{"an answer that the capture has before its request",
		[]said{{by: flow.FromB, b: crlf(ok), ack: int64(len(crlf(get))) + 1}, ask(get), ask(get), tell(ok)},
		"1 GET /a: 200 responded \"ok\"\n2 GET /a: 200 responded \"ok\""},
	{"an answer without its request, which was not captured",
		[]said{tell(ok), ask(get), tell(ok)},
		"1  : 200 responded \"ok\", head of request lost\n2 GET /a: 200 responded \"ok\""},
	{"a hole in a body of known length",
		[]said{ask(get), tell("HTTP/1.1 200 OK\nContent-Length: 10\n\nabc"), {by: flow.FromB, gap: 5, b: "ij"}, ask(get), tell(ok)},
		"1 GET /a: 200 responded \"abcij\", 5 of response missing\n2 GET /a: 200 responded \"ok\""},
	{"an answer that was not captured, on a connection that does not pipeline",
		[]said{ask(get), {by: flow.FromB, gap: 40}, ask("GET /b HTTP/1.1\n\n"), tell(ok)},
		"1 GET /a: 0 responded, head of response lost\n2 GET /b: 200 responded \"ok\""},
	{"a request that is none, and was answered",
		[]said{ask("GET /b HTTP/1.\nHost: h\n\n"), tell("HTTP/1.1 400 Bad Request\nContent-Length: 0\n\n"), ask(get), tell(ok)},
		"1 GET /b: 400 responded, head of request lost\n2 GET /a: 200 responded \"ok\""},
	{"a request line that is cut, and was answered",
		[]said{ask("GET /a HT"), {by: flow.FromA, gap: 20}, tell(ok)},
		"1 GET /a: 200 responded \"ok\", head of request lost"},
	{"behind a line that is not HTTP's",
		[]said{ask("PROXY TCP4 10.0.0.1 10.0.0.2 1 2\n"), ask(get), tell(ok)},
		"1 GET /a: 200 responded \"ok\""},
	{"the client's end, and an answer in time",
		[]said{ask(get), {by: flow.FromB, b: crlf(ok), at: 9}},
		"1 GET /a: 200 responded \"ok\""},
	{"mail", []said{tell("220 h ESMTP\n"), ask("EHLO h\n"), tell("250 h\n")}, ""},
	{"SIP", []said{ask("OPTIONS sip:h SIP/2.0\n\n"), tell("SIP/2.0 200 OK\n\n")}, ""},
	{"Redis", []said{ask("*1\n$4\nPING\n"), tell("+PONG\n")}, ""},
	{"TLS", []said{ask("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), tell("\x16\x03\x03\x00\x7a\x02")}, ""},
	{"Kafka", []said{ask("\x00\x00\x01\x2c\x00\x00\x00\x02\x00\x00\x00\x01\x00\x04test"), tell("\x00\x00\x00\x08\x00\x00\x00\x01")}, ""},
	{"a length of 16 MiB", []said{ask("\xff\xff\xff\x00\x00\x00\x00\x00\x00"), tell("\xff\xff\xff\x00\x00\x00\x00\x00\x00")}, ""},
}

func TestWhatIsSaidIsToldAsExchanges(t *testing.T) {
	for _, row := range conversations {
		t.Run(row.name, func(t *testing.T) {
			l, c := hear(row.script, math.MaxInt, Aborted)
			if got := l.text(); got != row.want {
				t.Errorf("got\n%s\nwant\n%s", got, row.want)
			}
			if c.d != nil && (c.d.pending.first != nil || c.d.charge != 0) {
				t.Errorf("at the end %v is pending and %d bytes charged", c.d.pending.first, c.d.charge)
			}
		})
	}
}

// Where a capture cuts what is said has no influence.
func TestCutsChangeNothing(t *testing.T) {
	for _, row := range conversations {
		whole, _ := hear(row.script, math.MaxInt, Aborted)
		for most := 1; most < 40; most++ {
			l, _ := hear(row.script, most, Aborted)
			if got, want := l.text(), whole.text(); got != want {
				t.Errorf("%s, in chunks of %d: got\n%s\nwant\n%s", row.name, most, got, want)
			}
			for i, e := range l.exchanges {
				w := whole.exchanges[min(i, len(whole.exchanges)-1)]
				if e.Start != w.Start || e.FirstByte != w.FirstByte || e.Last != w.Last || e.Request.Size != w.Request.Size || e.Response.Size != w.Response.Size {
					t.Errorf("%s, in chunks of %d: %+v, whole %+v", row.name, most, e, w)
				}
			}
		}
	}
}

// What a frame without a time begins has no start, and nothing is measured to what it brings.
func TestWhatHasNoTimeIsNotMeasured(t *testing.T) {
	for _, times := range [][2]int64{{Timeless, 5}, {5, Timeless}, {Timeless, Timeless}} {
		l, c := &listening{bodies: make(map[string]string)}, new(Conversation)
		k := NewCorrelator(Config{}, l)
		k.At(0, true, flow.FromA)
		ask, answer := crlf(get), crlf(ok)
		k.Data(c, flow.FromA, &reassembly.Chunk{Bytes: []byte(ask), Nanos: times[0]})
		k.Data(c, flow.FromB, &reassembly.Chunk{Bytes: []byte(answer), Nanos: times[1], Ack: uint64(len(ask)), AckKnown: true})
		e := l.exchanges[0]
		if e.Timed != (times[0] != Timeless) || e.Answered != (times[1] != Timeless) {
			t.Errorf("at %d and %d it is timed: %v, answered: %v", times[0], times[1], e.Timed, e.Answered)
		}
	}
}
