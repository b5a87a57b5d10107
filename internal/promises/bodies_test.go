package promises

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// contents returns the files of a directory, by name, whole.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(b)
	}
	return files
}

// differences names what stands in one directory and not, or otherwise, in another.
func differences(a, b map[string]string) (names []string) {
	for name := range a {
		if other, there := b[name]; !there || other != a[name] {
			names = append(names, name)
		}
	}
	for name := range b {
		if _, there := a[name]; !there {
			names = append(names, name)
		}
	}
	return names
}

// At whatever moment an interrupt comes, exchanges, traces, labels and the files of
// bodies are those of the capture that ends there.
func TestAnInterruptAmongExchanges(t *testing.T) {
	b := capture.Pcap(capture.Exchanges(1, 30, capture.Disorderly).Frames)
	path := file(t, b)
	random := rand.New(rand.NewPCG(3, 7))
	const kinds = "frames,exchanges,traces"
	for _, engine := range engines {
		for _, form := range []string{"raw", "decoded"} {
			after := random.IntN(len(b))
			what := fmt.Sprintf("%s, %s bodies, after %d bytes", engine, form, after)
			bodies, whole := filepath.Join(t.TempDir(), "bodies"), filepath.Join(t.TempDir(), "bodies")
			cmd := command(t, "-E", engine, "--workers", "3", "--emit", kinds, "--bodies", bodies, "--body-form", form, "-")
			got, end := untilBytes(t, cmd, b, after, func() { cmd.Process.Signal(syscall.SIGINT) })
			if end.code != interrupted {
				t.Fatalf("%s: exit status %d\n%s", what, end.code, end.stderr)
			}
			n := frameOfInterrupt(end.stderr)
			want, _ := written(t, "-q", "--count", n, "--emit", kinds, "--bodies", whole, "--body-form", form, path)
			if !bytes.Equal(withoutFile(got), withoutFile(want)) {
				t.Errorf("%s: %d bytes up to frame %s, %d of a capture that ends there", what, len(got), n, len(want))
			}
			if names := differences(contents(t, bodies), contents(t, whole)); names != nil {
				t.Errorf("%s: up to frame %s these bodies are not the same: %q", what, n, names)
			}
			if left, _ := os.ReadDir(filepath.Dir(bodies)); len(left) != 1 {
				t.Errorf("%s: %v is left", what, left)
			}
		}
	}
}

// frameOfInterrupt returns the number of the last frame that was read, by the summary.
func frameOfInterrupt(summary string) string {
	_, words, _ := strings.Cut(summary, "Interrupted after frame ")
	words, _, _ = strings.Cut(words, "\n")
	return strings.ReplaceAll(strings.TrimRight(strings.Fields(words + " 0")[0], ".,:"), ",", "")
}

// longBody is a capture of one response of so many KB.
func longBody(segments int) []byte {
	c := capture.NewCall("10.0.0.1:40000", "10.0.0.2:80").Open().
		Client("GET / HTTP/1.1\r\nHost: a\r\n\r\n").
		Server(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", segments*1000))
	for range segments {
		c.Server(strings.Repeat("x", 1000))
	}
	return capture.Pcap(c.Hang(true, "").Frames())
}

// Where bodies cannot be written, that is said, and there are none: a directory of
// its own is not there, and one that was there is as it was.
func TestBodiesOnAFullDisk(t *testing.T) {
	long := file(t, longBody(100))
	for _, engine := range engines {
		dir := t.TempDir()
		there := filepath.Join(dir, "there")
		if err := os.Mkdir(there, 0o777); err != nil {
			t.Fatal(err)
		}
		before := map[string]string{"1.1-response": "an older one", "bodies.jsonl": "an older list", "mine": "mine"}
		for name, content := range before {
			if err := os.WriteFile(filepath.Join(there, name), []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		for _, bodies := range []string{there, filepath.Join(dir, "new"), filepath.Join(dir, "above", "new")} {
			end := run(t, confined(command(t, "-E", engine, "--bodies", bodies, long)), nil)
			if end.code != outputFailed || !strings.Contains(end.stderr, "file too large") {
				t.Errorf("%s: exit status %d\n%s", engine, end.code, end.stderr)
			}
		}
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("%s: %v is left", engine, left)
		}
		if names := differences(contents(t, there), before); names != nil {
			t.Errorf("%s: in the directory that was there these have changed: %q", engine, names)
		}
	}
}

// In a directory that is there, bodies of the same names and the list are replaced,
// and all else stays. It may be that of --streams too.
func TestBodiesInADirectoryThatIsThere(t *testing.T) {
	long := file(t, longBody(3))
	for _, engine := range engines {
		dir := t.TempDir()
		for _, name := range []string{"1.1-response", "bodies.jsonl", "mine"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if end := run(t, command(t, "-q", "-E", engine, "--bodies", dir, "--streams", dir, long), nil); end.code != 0 {
			t.Fatalf("%s: exit status %d\n%s", engine, end.code, end.stderr)
		}
		got := contents(t, dir)
		list, streams := got["bodies.jsonl"], got["manifest.jsonl"]
		if got["1.1-response"] != strings.Repeat("x", 3000) || got["mine"] != "old" || len(got) != 6 {
			t.Errorf("%s: there are %d files, %q", engine, len(got), differences(got, nil))
		}
		if strings.Count(list, "\n") != 1 || !strings.Contains(list, `"response_body_file":"1.1-response"`) || strings.Count(streams, "\n") != 2 {
			t.Errorf("%s: the lists are\n%s%s", engine, list, streams)
		}
	}
}
