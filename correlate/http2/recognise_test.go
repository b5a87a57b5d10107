package http2

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestTheFirstBytesSayWhetherItIsHTTP2(t *testing.T) {
	request := newWriter().headers(9, true, ":method", "GET", ":scheme", "http", ":path", "/")
	response := newWriter().headers(9, false, ":status", "200")
	for _, row := range []struct {
		name          string
		b             string
		first         bool
		client, known bool
		v             Verdict
	}{
		{"nothing", "", true, false, false, More},
		{"a preface", Preface, true, true, true, Yes},
		{"a preface, begun", Preface[:7], true, true, true, More},
		{"a preface with a wrong end", Preface[:20] + "XX\r\n", true, false, true, No},
		{"a preface, in the middle of a capture", Preface, false, true, true, Yes},
		{"a server's settings", server().String(), true, false, true, Maybe},
		{"a server's settings, begun", server().String()[:5], true, false, true, More},
		{"settings that are acknowledged", newWriter().frame(settings, flagACK, 0).String(), true, false, true, No},
		{"settings of an odd size", newWriter().frame(settings, 0, 0, 1, 2, 3).String(), true, false, true, No},
		{"a setting that cannot be", newWriter().frame(settings, 0, 0, 0, 2, 0, 0, 0, 9).String(), true, false, true, No},
		{"a request", request.String(), false, true, true, Yes},
		{"a request, begun", request.String()[:11], false, false, false, More},
		{"a request as a connection's first bytes", request.String(), true, false, true, No},
		{"a response", response.String(), false, false, true, More},
		{"a response and content", response.String() + newWriter().frame(data, 1, 9, 1, 2).String(), false, false, true, Yes},
		{"a response on a stream of the server's", newWriter().headers(8, false, ":status", "200").String(), false, false, false, No},
		{"fields that have no place", newWriter().headers(9, false, "a", "b", ":status", "200").frame(data, 0, 9).String(), false, false, false, No},
		{"a name in upper case", newWriter().headers(9, false, ":status", "200", "Date", "x").frame(data, 0, 9).String(), false, false, false, No},
		{"two acknowledgements", newWriter().frame(ping, flagACK, 0, make([]byte, 8)...).frame(settings, flagACK, 0).String(), false, false, false, Yes},
		{"content alone", newWriter().frame(data, 0, 9, 1).frame(data, 0, 9, 1).String(), false, false, false, More},
		{"HTTP/1.1", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", false, false, false, No},
		{"TLS", unhex("16030100c8010000c40303"), false, false, false, No},
		{"SSH", "SSH-2.0-OpenSSH_9.2\r\n", false, false, false, No},
		{"Redis", "*1\r\n$4\r\nPING\r\n", false, false, false, No},
		{"Kafka", unhex("0000012c00120003000000010004") + strings.Repeat("\x00", 300), false, false, false, No},
		{"Kafka, of a length that reads as HEADERS", unhex("00000101000300080000002a0006") + strings.Repeat("client", 50), false, false, false, No},
		{"PostgreSQL", unhex("0000004f00030000") + "user\x00me\x00\x00", false, false, false, No},
		{"MySQL", unhex("4a0000000a") + "8.0.36\x00", false, false, false, No},
		{"MongoDB", unhex("3a000000010000000000000004200000") + "admin.$cmd\x00", false, false, false, No},
		{"zeros", strings.Repeat("\x00", 64), false, false, false, No},
	} {
		client, known, v := Recognise([]byte(row.b), row.first)
		if client != row.client || known != row.known || v != row.v {
			t.Errorf("%s: client %v, known %v, %d; want %v, %v, %d", row.name, client, known, v, row.client, row.known, row.v)
		}
	}
}

func unhex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// What is said of a beginning holds for all that begins so.
func TestMoreBytesDoNotChangeAnAnswer(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(8, seed))
		s := randomScript(t, r, false, 10)
		b := s.Bytes()[s.frames[r.IntN(len(s.frames))]:]
		last := More
		for n := range len(b) + 1 {
			_, _, v := Recognise(b[:n], false)
			if last != More && v != last {
				t.Fatalf("%x: %d bytes say %d, one less %d", b, n, v, last)
			}
			last = v
		}
	}
}

func TestNothingRandomIsHTTP2(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	b := make([]byte, 64)
	for n := range 1_000_000 {
		for i := 0; i < len(b); i += 8 {
			binary.LittleEndian.PutUint64(b[i:], r.Uint64())
		}
		switch n % 4 { // the first bytes that most often are as a frame's
		case 1:
			b[0], b[1] = 0, 0
		case 2:
			copy(b, []byte{0, 0, byte(n >> 2), byte(n >> 10 & 7)})
		case 3:
			copy(b, []byte{0, 0, byte(n >> 2), byte(n >> 10 & 7), 0, 0, 0, 0})
		}
		if _, _, v := Recognise(b, false); v == Yes || found(b, true) || found(b, false) {
			t.Fatalf("%x is taken for HTTP/2", b)
		}
	}
}
