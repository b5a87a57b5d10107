package http1

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatIsRecognised(t *testing.T) {
	requests := []string{
		"GET / HTTP/1.1\r\n", "GET / HTTP/1.0\n", "\r\nGET / HTTP/1.1\r\nHost: x", "PROPFIND /dav/ HTTP/1.1\r\n", "M-SEARCH * HTTP/1.1\r\n",
		"CONNECT example.org:443 HTTP/1.1\r\n", "GET http://example.org/ HTTP/1.0\r\n", "GET /with space HTTP/1.1\r\n", "GET /caf\xc3\xa9 HTTP/1.1\r\n",
		"get / HTTP/1.1\r\n", "GET  / HTTP/1.1 \r\n", "BASELINE-CONTROL /" + strings.Repeat("a", 15<<10) + " HTTP/1.1\r\n",
	}
	responses := []string{"HTTP/1.1 200 OK", "HTTP/1.0 404\r\n", "HTTP/1.1 200\n", "\r\n\r\nHTTP/1.1 500 ", "HTTP/1.1 200\tOK"}
	others := []string{
		"INVITE sip:bob@example.org SIP/2.0\r\n", "SIP/2.0 200 OK\r\n", "OPTIONS rtsp://example.org/ RTSP/1.0\r\n", "RTSP/1.0 200 OK\r\n",
		"REQMOD icap://example.org/ ICAP/1.0\r\n", "ICAP/1.0 204 No\r\n", "ICY 200 OK\r\n", "* OK IMAP4rev1 ready\r\n", "a1 LOGIN joe x\r\n",
		"220 example.org ESMTP\r\n", "EHLO example.org\r\n", "+OK POP3\r\n", "*1\r\n$4\r\nPING\r\n", "get key\r\n", "set k 0 0 1\r\n", "PRI * HTTP/2.0\r\n",
		"\x13BitTorrent protocol", "\x16\x03\x01", "SSH-2.0-OpenSSH_9.6\r\n", "CONNECT {\"verbose\":false}\r\n", "\x00\x00\x00\x2c", "<stream:stream>",
		"GET /\r\n", "GET / HTTP/1.1200\r\n", "GET / HTTP/2.0\r\n", "GET / http/1.1\r\n", "GET / HTTP/1.1 x\r\n", "GET HTTP/1.1\r\n", "GET /a\x01 HTTP/1.1\r\n",
		"GET /a\tb HTTP/1.1\r\n", "GET\t/ HTTP/1.1\r\n", "G@T / HTTP/1.1\r\n", " GET / HTTP/1.1\r\n", strings.Repeat("M", 33) + " / HTTP/1.1\r\n",
		"HTTP/1.1 20\r\n", "HTTP/1.1 2000", "HTTP/1.1 099", "HTTP/1.1 200OK", "HTTP/1.10 200 ", "HTTP/2 200 ", "HTTP/0.9 200 ", "HTTP/1.1  200", "HTTPS/1.1 200",
		"GET /" + strings.Repeat("a", MaxLine) + " HTTP/1.1\r\n",
	}
	for _, text := range requests {
		if side, v := Recognise([]byte(text)); v != Yes || side != Requests {
			t.Errorf("%.60q is %d of %d, not a request", text, v, side)
		}
	}
	for _, text := range responses {
		if side, v := Recognise([]byte(text)); v != Yes || side != Responses {
			t.Errorf("%.60q is %d of %d, not a response", text, v, side)
		}
	}
	for _, text := range others {
		if _, v := Recognise([]byte(text)); v != No {
			t.Errorf("%.60q is %d, not refused", text, v)
		}
	}
	for _, text := range slices.Concat(requests, responses, others) {
		if len(text) < 1000 {
			recogniseInParts(t, text)
		}
	}
	if _, v := Recognise(nil); v != More {
		t.Error("nothing is judged")
	}
	if _, v := Recognise([]byte(strings.Repeat("\r\n", MaxLine/2))); v != No {
		t.Error("empty lines are waited for without end")
	}
}

// recogniseInParts holds the law of a verdict: it is More until it is decided,
// and then stays what it is.
func recogniseInParts(t *testing.T, text string) {
	t.Helper()
	decided, side := More, Side(0)
	for n := range len(text) + 1 {
		s, v := Recognise([]byte(text[:n]))
		if decided != More && (v != decided || s != side) {
			t.Fatalf("%.60q was %d of %d, and with %d bytes is %d of %d", text, decided, side, n, v, s)
		}
		decided, side = v, s
	}
}

// Whatever the bytes are, a verdict stays, and MaxLine bytes are enough for one.
func FuzzRecognise(f *testing.F) {
	for _, text := range []string{"GET / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n", "\r\nPOST /a b HTTP/1.0\n", "INVITE sip:a SIP/2.0\r\n", "*1\r\n$4\r\nPING\r\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 1000 {
			recogniseInParts(t, string(b))
		}
		side, v := Recognise(b)
		if v == More && len(b) >= MaxLine {
			t.Errorf("%d bytes are not enough", len(b))
		}
		if v == Yes {
			s := script{}
			s.p.Reset(side, 0)
			s.data(string(b))
			if s.Len() == 0 {
				t.Errorf("%q is recognised, but no message begins", b)
			}
		}
	})
}
