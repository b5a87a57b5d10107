package pipeline

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
	"golang.org/x/net/http2/hpack"
)

// client returns an address that a test has used for no other connection.
func client(n int) string {
	return fmt.Sprintf("10.0.%d.%d:%d", n/200, 1+n%200, 40000+n)
}

// 3.4: messages were read segment by segment: a head in two of them was none, and what came
// with a FIN was not looked at.
func TestAcceptance10HeadsCutAtEveryByte(t *testing.T) {
	request := "POST /a?b HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\ntraceparent: 00-" + strings.Repeat("1", 32) + "-" + strings.Repeat("a", 16) +
		"-01\r\n\r\n5;x=y\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n"
	response := "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"
	var frames []capture.Frame
	for at := 1; at < len(request)+len(response)-1; at++ {
		c := capture.NewCall(client(at), "10.1.0.1:80").Open()
		k := min(at, len(request))
		c.Client(request[:k]).Client(request[k:])
		k = max(0, at-len(request)+1)
		c.Server(response[:k]).Server(response[k:]).Hang(at%2 == 0, "")
		frames = append(frames, c.Frames()...)
	}
	c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(frames))}, Engine: Pipeline, Workers: 2}
	got := exchangesOf(t, c)
	if len(got) != len(request)+len(response)-2 {
		t.Fatalf("%d exchanges, want %d", len(got), len(request)+len(response)-2)
	}
	for i := range got {
		r := &got[i]
		if r.line() != "POST /a 1111/aaaa 200 responded" || r.Query == nil || *r.Query != "b" || *r.RequestBody != 5 || *r.ResponseBody != 13 || r.Unknown != nil ||
			*r.RequestSize != uint64(len(request)) || *r.ResponseSize != uint64(len(response)) || r.ContentType[0] != "text/plain" {
			t.Fatalf("cut at %d: %s, %s", i+1, r.Exchange, r.text(1))
		}
	}
}

func TestAcceptance10PipelinedAndWithFIN(t *testing.T) {
	c := capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Open()
	c.Client(ask("/0", '1', 'a') + ask("/1", '2', 'b') + ask("/2", '3', 'c')).Server(answer(200, "") + answer(201, "x") + answer(202, "yz"))
	c.Client(ask("/3", '4', 'd')).Hang(true, "HTTP/1.1 203 OK\r\nConnection: close\r\n\r\nto the end")
	got := found(t, Config{}, c.Frames())
	expect(t, "pipelined", got, "1.1 GET /0 1111/aaaa 200 responded", "1.2 GET /1 2222/bbbb 201 responded", "1.3 GET /2 3333/cccc 202 responded", "1.4 GET /3 4444/dddd 203 responded")
	for i, want := range []uint64{0, 1, 2, 10} {
		if *got[i].ResponseBody != want || got[i].Unknown != nil {
			t.Errorf("%s has %d bytes of content, want %d, %v", got[i].line(), *got[i].ResponseBody, want, got[i].Unknown)
		}
	}
	const bears = "   1.1+1.2+1.3 1.3 1.1+1.2+1.3 1.3 1.4 1.4 1.4 1.4 1.4"
	if got := bearing(t, c.Frames()); got != bears {
		t.Errorf("frames bear %q, want %q", got, bears)
	}
}

// frame2 is a frame of HTTP/2.
func frame2(kind, flags uint8, stream uint32, payload string) string {
	n := len(payload)
	b := []byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}
	return string(binary.BigEndian.AppendUint32(b, stream)) + payload
}

// A coder writes header blocks with a table that lives as long as the connection.
type coder struct {
	bytes.Buffer
	*hpack.Encoder
}

func newCoder() *coder {
	c := new(coder)
	c.Encoder = hpack.NewEncoder(&c.Buffer)
	return c
}

// headers2 says fields in a HEADERS frame and as many CONTINUATION frames as it takes.
func (c *coder) headers2(stream uint32, flags uint8, size int, fields ...string) (b string) {
	c.Reset()
	for i := 0; i < len(fields); i += 2 {
		c.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	block := c.String()
	for kind := uint8(1); ; kind, flags = 9, 0 {
		k := min(size, len(block))
		if k == len(block) {
			return b + frame2(kind, flags|4, stream, block)
		}
		b += frame2(kind, flags, stream, block[:k])
		block = block[k:]
	}
}

const preface2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// 3.5: each segment was read as if the connection began there, without what its header
// fields refer to: from the second request on, fields were those of others.
func TestAcceptance11HTTP2OfAHundredStreamsInPieces(t *testing.T) {
	asks, answers := newCoder(), newCoder()
	said := [2]string{preface2 + frame2(4, 0, 0, ""), frame2(4, 0, 0, "") + frame2(4, 1, 0, "")}
	for n := range 100 {
		said[0] += asks.headers2(uint32(1+2*n), 1, 10, ":method", "GET", ":scheme", "http", ":authority", "a.example", ":path", fmt.Sprint("/", n),
			"user-agent", "the same each time", "traceparent", fmt.Sprintf("00-%032x-%016x-01", 1000+n, 2000+n))
	}
	for n := 99; n >= 0; n-- {
		id := uint32(1 + 2*n)
		said[1] += answers.headers2(id, 0, 10, ":status", fmt.Sprint(200+n), "server", "the same each time", "x-of", fmt.Sprint(n)) + frame2(0, 1, id, strings.Repeat("x", n))
	}
	got := found(t, Config{}, capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Cut(7).Open().Client(said[0]).Server(said[1]).Hang(false, "").Frames())
	seen := make(map[uint32]bool)
	for i := range got {
		r := &got[i]
		n := int(*r.StreamID) / 2
		seen[*r.StreamID] = true
		if r.Path != fmt.Sprint("/", n) || r.Status != 200+n || *r.ResponseBody != uint64(n) || r.UserAgent != "the same each time" || r.Unknown != nil ||
			r.Exchange != fmt.Sprintf("1.%d", n+1) || r.Trace == nil || r.Trace.TraceID != fmt.Sprintf("%032x", 1000+n) || r.Trace.SpanID != fmt.Sprintf("%016x", 2000+n) {
			t.Fatalf("stream %d: %s", *r.StreamID, r.text(uint64(n)))
		}
	}
	if len(seen) != 100 || len(got) != 100 {
		t.Errorf("%d exchanges of %d streams, want 100", len(got), len(seen))
	}
}

// others are what the ends of connections say that do not speak HTTP.
var others = map[string][2]string{
	"Kafka":                       {"\x00\x00\x00\x23\x00\x12\x00\x03\x00\x00\x00\x01\x00\x08consumer\x00\x06kafka-\x05go\x060.0.1\x00", "\x00\x00\x00\x1a\x00\x00\x00\x01\x00\x00\x02\x00\x00\x00\x00\x09\x00\x00\x01\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00"},
	"MySQL":                       {"\x20\x00\x00\x01\x85\xa6\x3f\x20\x00\x00\x00\x01\x21" + strings.Repeat("\x00", 23), "\x4a\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00\x3d\x1e\x5b\x3a\x0d\x1b\x44\x5f\x00\xff\xf7\xff\x02\x00\xff\xdf\x15" + strings.Repeat("\x00", 10) + "\x21\x0d\x0a\x53\x2b\x28mysql_native_password\x00"},
	"Redis":                       {"*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n", "+PONG\r\n$5\r\nhello\r\n"},
	"TLS":                         {"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + strings.Repeat("r", 32) + "\x00\x00\x02\x13\x01\x01\x00", "\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + strings.Repeat("s", 32) + "\x00\x13\x01\x00"},
	"PostgreSQL":                  {"\x00\x00\x00\x21\x00\x03\x00\x00user\x00me\x00database\x00me\x00\x00", "R\x00\x00\x00\x08\x00\x00\x00\x00Z\x00\x00\x00\x05I"},
	"MongoDB":                     {"\x3a\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xd4\x07\x00\x00\x00\x00\x00\x00admin.$cmd\x00" + strings.Repeat("\x00", 27), "\x24\x00\x00\x00" + strings.Repeat("\x01\x00\x00\x00", 8)},
	"SSH":                         {"SSH-2.0-OpenSSH_9.6\r\n", "SSH-2.0-OpenSSH_9.7\r\n\x00\x00\x04\x5c\x0a\x14"},
	"SMTP":                        {"EHLO a.example\r\nMAIL FROM:<a@a.example>\r\n", "220 mail.example ESMTP\r\n250-mail.example\r\n250 OK\r\n"},
	"SIP":                         {"OPTIONS sip:a@a.example SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nContent-Length: 0\r\n\r\n", "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
	"RTSP":                        {"OPTIONS rtsp://a.example/ RTSP/1.0\r\nCSeq: 1\r\n\r\n", "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"},
	"memcached":                   {"get a\r\nset b 0 0 1\r\nx\r\n", "END\r\nSTORED\r\n"},
	"what says that it is 16 MiB": {"\xff\xff\xff\x00\x00\x00\x00\x00\x01" + strings.Repeat("\xff", 40), "\xff\xff\xff\x01\x04\x00\x00\x00\x01" + strings.Repeat("\xff", 40)},
	"settings of 16 MiB":          {"\xff\xff\xfc\x04\x00\x00\x00\x00\x00" + strings.Repeat("\x00", 40), "\xff\xff\xfc\x04\x00\x00\x00\x00\x00" + strings.Repeat("\x00", 40)},
}

// 2.6: every segment was first taken for a frame of HTTP/2, and as much was allocated as
// its first three bytes say: 2.8 MB a packet.
func TestAcceptance12OtherProtocolsAreNotHTTP(t *testing.T) {
	for name, said := range others {
		c := capture.NewCall("10.0.0.1:40000", "10.0.0.2:8443").Open()
		for range 3 {
			c.Client(said[0]).Server(said[1])
		}
		middle := capture.NewCall("10.0.0.3:40000", "10.0.0.2:8443") // whose beginning was not captured
		for range 3 {
			middle.Server(said[1]).Client(said[0])
		}
		if got := found(t, Config{}, append(c.Frames(), middle.Frames()...)); len(got) > 0 {
			t.Errorf("%s is taken for %s", name, lines(got))
		}
	}
}

func TestAcceptance12ALengthAllocatesNothing(t *testing.T) {
	allocated := func(begins string) int64 {
		var calls []*capture.Call
		for n := range 300 {
			calls = append(calls, capture.NewCall(client(n), "10.1.0.1:80").Open().Client(begins+strings.Repeat("\x01", 60)).Server(begins))
		}
		c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(capture.Together(calls...)))}, Engine: Default, BatchSize: 10_000,
			Output: output.Config{Kinds: []string{"frames", "exchanges"}, Stdout: io.Discard}}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Run(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return int64(after.TotalAlloc - before.TotalAlloc)
	}
	least := allocated("\x00\x00\x00\x77\x77")
	for _, begins := range []string{"\xff\xff\xff\x00\x00", "\xff\xff\xff\x01\x04", "\xff\xff\xfc\x04\x00\x00\x00\x00\x00", preface2 + "\xff\xff\xff\x00\x00\x00\x00\x00\x01", preface2 + "\xff\xff\xff\x01\x00\x00\x00\x00\x01"} {
		if more := allocated(begins) - least; more > 300*40<<10 {
			t.Errorf("300 connections that begin with %q allocate %d KiB more than others", begins, more>>10)
		}
	}
}
