package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// traceID is the trace of the first request of httpCalls.
const traceID = "0000000000000000000000000abc0001"

// httpCalls writes a capture of three requests: one in a trace and one that is none's,
// both answered, and one that is reset. It returns its path.
func httpCalls(t *testing.T) string {
	t.Helper()
	first := capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Open().
		Client("GET /traced HTTP/1.1\r\nHost: a.example\r\ntraceparent: 00-"+traceID+"-00000000000000aa-01\r\n\r\n").
		Server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello").
		Client("GET /other HTTP/1.1\r\nHost: a.example\r\n\r\n").
		Server("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno").
		Hang(true, "")
	second := capture.NewCall("10.0.0.3:40001", "10.0.0.2:80").Open().
		Client("GET /cut HTTP/1.1\r\nHost: a.example\r\n\r\n").Reset(false)
	path := filepath.Join(t.TempDir(), "calls.pcap")
	if err := os.WriteFile(path, capture.Pcap(capture.Together(first, second)), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheSummaryCountsExchangesWhereTheyWereLookedFor(t *testing.T) {
	calls := httpCalls(t)
	const want = "\nHTTP\n  3 exchanges\n  ended: responded 2, aborted 1\n\n"
	for _, args := range []string{"--emit exchanges", "--emit traces", "--emit frames,exchanges", "--exchange 1.1", "--bodies DIR"} {
		args = strings.ReplaceAll(args, "DIR", filepath.Join(t.TempDir(), "bodies"))
		stdout, stderr, s := program(t, nil, append(strings.Fields(args), calls)...)
		if s != success || !strings.Contains(stdout+stderr, want) {
			t.Errorf("%s: exit status %d\n%s", args, s, stderr)
		}
	}
	for _, args := range []string{"", "--tcp", "--emit flows,turns"} {
		if stdout, stderr, _ := program(t, nil, append(strings.Fields(args), calls)...); strings.Contains(stdout+stderr, "HTTP") {
			t.Errorf("%q tells of exchanges", args)
		}
	}
}

// What --exchange and --trace-id write is a capture, of the format that the flag or the
// path names, which the program itself can read again.
func TestExchangesAreTakenOutAsACapture(t *testing.T) {
	calls := httpCalls(t)
	for _, row := range []struct {
		args, name string
		magic      uint32
		exchanges  string
	}{
		{"--exchange 1.1", "", 0xa1b23c4d, "/traced"},
		{"--exchange 1.2", "x.pcap", 0xa1b23c4d, "/other"},
		{"--exchange 2.1 -f pcapng", "", 0x0a0d0d0a, "/cut"},
		{"--exchange 1.1", "x.PCAPNG", 0x0a0d0d0a, "/traced"},
		{"--exchange 1.1 -f pcap", "x.pcapng", 0xa1b23c4d, "/traced"},
		{"--exchange 1.1 -f pcapng", "x.jsonl", 0x0a0d0d0a, "/traced"},
		{"--trace-id " + traceID, "", 0xa1b23c4d, "/traced"},
		{"--trace-id ABC0001", "x", 0xa1b23c4d, "/traced"},
	} {
		args := append(strings.Fields(row.args), "-q", calls)
		file := filepath.Join(t.TempDir(), row.name)
		if row.name != "" {
			args = append(args, "-o", file)
		}
		stdout, stderr, s := program(t, nil, args...)
		if s != success {
			t.Errorf("%q: exit status %d\n%s", args, s, stderr)
			continue
		}
		got := []byte(stdout)
		if row.name != "" {
			got, _ = os.ReadFile(file)
		}
		if len(got) < 4 || binary.LittleEndian.Uint32(got) != row.magic {
			t.Errorf("%q writes %.4x, want %x", args, got, row.magic)
			continue
		}
		again, _, s := program(t, bytes.NewReader(got), "-q", "--emit", "exchanges", "-")
		if want := fmt.Sprintf(`"url.path":%q`, row.exchanges); s != success || strings.Count(again, "\n") != 1 || !strings.Contains(again, want) {
			t.Errorf("%q: what is written has the exchanges\n%s", args, again)
		}
	}
}

// What is not there is an error; nothing is written for it, and what stands where it
// was to be written stays.
func TestWhatIsNotThereReplacesNothing(t *testing.T) {
	calls := httpCalls(t)
	for _, row := range []struct{ args, want string }{
		{"--exchange 1.3", "no exchange has the number 1.3"},
		{"--exchange 7.1", "no exchange has the number 7.1"},
		{"--trace-id beef", "no exchange has the trace id 0000000000000000000000000000beef"},
		{"--trace-id a-text", "no exchange has the trace id a-text"},
		{"--follow 7", "no TCP flow has the number 7"},
	} {
		dir := t.TempDir()
		kept, absent := filepath.Join(dir, "kept.pcap"), filepath.Join(dir, "absent.pcap")
		if err := os.WriteFile(kept, []byte("mine"), 0o666); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{kept, absent, "-"} {
			stdout, stderr, s := program(t, nil, append(strings.Fields(row.args), "-q", "-o", path, calls)...)
			if s != misused || stdout != "" || !strings.Contains(stderr, row.want) {
				t.Errorf("%s: exit status %d\n%s", row.args, s, stderr)
			}
		}
		left, _ := os.ReadDir(dir)
		if b, _ := os.ReadFile(kept); string(b) != "mine" || len(left) != 1 {
			t.Errorf("%s: %q stands there, among %d files", row.args, b, len(left))
		}
	}
}

func TestBodiesAreWrittenInTheFormAskedFor(t *testing.T) {
	calls := httpCalls(t)
	for _, form := range []string{"raw", "decoded"} {
		dir := filepath.Join(t.TempDir(), "a", "bodies")
		if _, stderr, s := program(t, nil, "-q", "--bodies", dir, "--body-form", form, calls); s != success {
			t.Fatalf("exit status %d\n%s", s, stderr)
		}
		for name, want := range map[string]string{"1.1-response": "hello", "1.2-response": "no"} {
			if got, err := os.ReadFile(filepath.Join(dir, name)); string(got) != want {
				t.Errorf("%s, %s: %q, %v", form, name, got, err)
			}
		}
	}
}

func TestAProjectNamesTheTracesOfCloudLogging(t *testing.T) {
	stdout, stderr, s := program(t, nil, "-q", "--emit", "exchanges", "-f", "cloudlogging", "--project", "p", httpCalls(t))
	if s != success || strings.Count(stdout, `"logging.googleapis.com/trace":"projects/p/traces/`+traceID+`"`) != 1 {
		t.Errorf("exit status %d\n%s%s", s, stdout, stderr)
	}
}
