//go:build promises

package promises

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// said appends a segment of connection c that carries these bytes.
func said(b []byte, c int, server bool, flags uint8, seq, acks uint32, payload string) []byte {
	client, to := 0x0a000000+uint32(c), uint32(0xc0a80001)
	sport, dport := uint16(40000), uint16(80)
	if server {
		client, to, sport, dport = to, client, dport, sport
	}
	b = tcp(ipv4(ethernet(b, 0x0800), client, to, 6, 20+len(payload)), sport, dport, flags, seq, acks)
	return append(b, payload...)
}

const traceOfAll = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"

const (
	shortRequest = "GET / HTTP/1.1\r\n\r\n"
	request      = "GET /of/all HTTP/1.1\r\nHost: a.example\r\n" + traceOfAll + "\r\n"
	endless      = "GET / HTTP/1.1\r\nX: "
	response     = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
)

// frame2 is a frame of HTTP/2.
func frame2(kind, flags uint8, stream uint32, payload string) string {
	n := len(payload)
	return string(binary.BigEndian.AppendUint32([]byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}, stream)) + payload
}

// A client of HTTP/2 that has something in its table, and one that refers to it a
// thousand times in each segment: 4 MB of text.
var (
	opening2 = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame2(4, 0, 0, "")
	pseudo2  = "\x82\x86\x84\x41\x01a" // GET http / of a
	entry2   = "\x40\x01x\x7f\x81\x07" + strings.Repeat("v", 1024)
	bomb2    = frame2(1, 5, 1, pseudo2+entry2+strings.Repeat("\xbe", 300))
	open2    = frame2(1, 5, 1, pseudo2+entry2)
)

// asked is traffic whose exchanges want to be kept for ever.
var asked = map[string]traffic{
	"a pending exchange on each of a million connections": {frames: 1_000_000, frame: func(n int, b []byte) []byte {
		return said(b, n, false, ack, 1, 1, request)
	}},
	"a million pending exchanges in pipelines": {frames: 20_000, frame: func(n int, b []byte) []byte {
		const flows = 200
		text := strings.Repeat(shortRequest, 50)
		return said(b, n%flows, false, ack, 1+uint32(n/flows*len(text)), 1, text)
	}},
	"bombs in header blocks": {frames: 20_000, frame: func(n int, b []byte) []byte {
		return said(b, n, false, ack, 1, 1, opening2+bomb2[:min(len(bomb2), 1400)])
	}},
	"a hundred thousand open connections of HTTP/2": {frames: 200_000, frame: func(n int, b []byte) []byte {
		const flows = 100_000
		if n < flows {
			return said(b, n, false, syn, 0, 0, "")
		}
		return said(b, n%flows, false, ack, 1, 1, opening2+open2)
	}},
	"streams of HTTP/2 that are never answered": {frames: 400_000, frame: func(n int, b []byte) []byte {
		const flows = 100
		if n < flows {
			return said(b, n, false, ack, 1, 1, opening2)
		}
		round := n/flows - 1
		text := frame2(1, 5, uint32(1+2*round), pseudo2)
		return said(b, n%flows, false, ack, 1+uint32(len(opening2)+round*len(text)), 1, text)
	}},
	"a trace of half a million exchanges": {frames: 1_000_000, frame: func(n int, b []byte) []byte {
		const flows = 100
		round := uint32(n / flows / 2)
		asks, answers := round*uint32(len(request)), round*uint32(len(response))
		if n/flows%2 == 0 {
			return said(b, n%flows, false, ack, 1+asks, 1+answers, request)
		}
		return said(b, n%flows, true, ack, 1+answers, 1+asks+uint32(len(request)), response)
	}},
	"a trace a request": {frames: 1_000_000, frame: func(n int, b []byte) []byte {
		const flows = 100
		text := fmt.Sprintf("GET / HTTP/1.1\r\ntraceparent: 00-%032x-%016x-01\r\n\r\n", n+1, n+1)
		round := uint32(n / flows)
		return said(b, n%flows, false, ack, 1+round*uint32(len(text)), 1, text)
	}},
	"frames behind a hole": {frames: 300_000, time: func(n int) int64 { return int64(n) * 10_000 }, frame: func(n int, b []byte) []byte {
		if n == 0 {
			return said(b, 0, false, ack, 1, 1, request[:20])
		}
		return said(b, 0, false, ack, 30+uint32(n)*10, 1, request[:10])
	}},
	"heads without end": {frames: 1_000_000, time: func(n int) int64 { return int64(n) * 5000 }, frame: func(n int, b []byte) []byte {
		const flows = 2000
		text := "GET / HTTP/1.1\r\n"
		if n/flows > 0 {
			text = "X: " + strings.Repeat("y", 10) + "\r\n"
		}
		at := 1
		if n/flows > 0 {
			at = 17 + (n/flows-1)*15
		}
		return said(b, n%flows, false, ack, uint32(at), 1, text)
	}},
	"contents without end": {frames: 300_000, frame: func(n int, b []byte) []byte {
		const flows = 3000
		head, content := "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", strings.Repeat("z", 1000)
		if n < flows {
			return said(b, n, false, ack, 1, 1, head)
		}
		return said(b, n%flows, false, ack, 1+uint32(len(head)+(n/flows-1)*len(content)), 1, content)
	}},
	"a head of single bytes": {frames: 200_000, time: func(n int) int64 { return int64(n) * 5000 }, frame: func(n int, b []byte) []byte {
		text := "y"
		if n < len(endless) {
			text = endless[n : n+1]
		}
		return said(b, 0, false, ack, 1+uint32(n), 1, text)
	}},
}

func TestMemoryIsBoundedWhateverIsAsked(t *testing.T) {
	const all = "--emit frames,exchanges,traces,flows"
	for _, row := range []struct {
		asked   string
		memory  int64
		workers int
		args    string
	}{
		{"a pending exchange on each of a million connections", 64 * mib, 8, all},
		{"a pending exchange on each of a million connections", 1024 * mib, 8, "--emit exchanges"},
		{"a million pending exchanges in pipelines", 64 * mib, 8, all},
		{"a million pending exchanges in pipelines", 256 * mib, 8, "--emit exchanges -E server"},
		{"bombs in header blocks", 64 * mib, 8, all},
		{"a hundred thousand open connections of HTTP/2", 64 * mib, 8, all},
		{"a hundred thousand open connections of HTTP/2", 1024 * mib, 8, "--emit exchanges"},
		{"streams of HTTP/2 that are never answered", 64 * mib, 8, all},
		{"a trace of half a million exchanges", 64 * mib, 8, "--emit exchanges,traces"},
		{"a trace a request", 64 * mib, 8, "--emit exchanges,traces"},
		{"frames behind a hole", 256 * mib, 8, all},
		{"heads without end", 64 * mib, 8, all},
		{"a head of single bytes", 1024 * mib, 2, all},
		{"a head of single bytes", 64 * mib, 8, "--exchange 1.1"},
		{"contents without end", 16 * mib, 8, "--bodies DIR"},
		{"contents without end", 64 * mib, 8, "--bodies DIR --body-form decoded"},
	} {
		t.Run(fmt.Sprintf("%s, %d MiB, %d workers, %s", row.asked, row.memory/mib, row.workers, row.args), func(t *testing.T) {
			named := strings.ReplaceAll(row.args, "DIR", filepath.Join(t.TempDir(), "bodies"))
			args := append(strings.Fields(named), "-q", "--memory", strconv.FormatInt(row.memory, 10), "--workers", strconv.Itoa(row.workers), "-")
			if !strings.Contains(row.args, "-E") {
				args = append([]string{"-E", "pipeline"}, args...)
			}
			end, peak := measured(t, asked[row.asked].pcap, args...)
			if end.code != 0 {
				t.Errorf("exit status %d\n%s", end.code, end.stderr)
			}
			if most := within(row.memory, row.workers); peak > most {
				t.Errorf("%d MiB, %d are promised", peak/mib, most/mib)
			}
			t.Logf("%d MiB of %d", peak/mib, within(row.memory, row.workers)/mib)
		})
	}
}
