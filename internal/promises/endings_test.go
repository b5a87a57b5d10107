package promises

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// Exit statuses.
const (
	damaged      = 2
	outputFailed = 4
	interrupted  = 130
)

var engines = []string{"default", "pipeline", "server"}

// file writes a capture where the program can read it.
func file(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pcap")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// written runs the program and returns what it writes to standard output.
func written(t *testing.T, args ...string) ([]byte, ending) {
	t.Helper()
	var out bytes.Buffer
	cmd := command(t, args...)
	cmd.Stdout = &out
	end := run(t, cmd, nil)
	return out.Bytes(), end
}

// At whatever moment an interrupt comes, what is written is what the capture
// gives that ends there, records and streams, and the summary says where that is.
func TestAnInterruptAtAnyMoment(t *testing.T) {
	frames, _ := capture.Dialogues(1, 60)
	frames = append(frames, capture.Sessions(1, 2000)...)
	b := capture.Pcap(frames)
	path := file(t, b)
	random := rand.New(rand.NewPCG(3, 5))
	const kinds = "datagrams,frames,turns,streams,flows"
	for _, engine := range engines {
		for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			after := random.IntN(1_200_000)
			what := fmt.Sprintf("%s, %v after %d bytes", engine, sig, after)
			streams := filepath.Join(t.TempDir(), "streams")
			cmd := command(t, "-E", engine, "--workers", "3", "--emit", kinds, "--streams", streams, "-")
			got, end := untilBytes(t, cmd, b, after, func() { cmd.Process.Signal(sig) })
			if end.code != interrupted {
				t.Fatalf("%s: exit status %d\n%s", what, end.code, end.stderr)
			}
			n := frameOfInterrupt(end.stderr)
			whole := filepath.Join(t.TempDir(), "streams")
			want, _ := written(t, "-q", "--count", n, "--emit", kinds, "--streams", whole, path)
			if !bytes.Equal(withoutFile(got), withoutFile(want)) {
				t.Errorf("%s: %d bytes up to frame %s, %d of a capture that ends there", what, len(got), n, len(want))
			}
			if got, want := sizes(t, streams), sizes(t, whole); got != want {
				t.Errorf("%s: the streams up to frame %s are\n%s\nwant\n%s", what, n, got, want)
			}
		}
	}
}

// sizes lists the files of a directory, and how large each is.
func sizes(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %d\n", e.Name(), info.Size())
	}
	return b.String()
}

// withoutFile leaves out what says which file a frame is of.
func withoutFile(records []byte) []byte {
	var b []byte
	for line := range bytes.Lines(records) {
		if at := bytes.Index(line, []byte(`"pcappipe":{"file":"`)); at >= 0 {
			end := bytes.Index(line[at:], []byte(`,"offset"`))
			line = append(line[:at:at], line[at+end:]...)
		}
		b = append(b, line...)
	}
	return b
}

// untilBytes feeds the program and does something when it has written so much.
// It returns all that it wrote.
func untilBytes(t *testing.T, cmd *exec.Cmd, b []byte, after int, do func()) ([]byte, ending) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = w
	read := make(chan []byte, 1)
	go func() {
		head := make([]byte, after)
		n, _ := io.ReadFull(r, head)
		do()
		rest, _ := io.ReadAll(r)
		r.Close()
		read <- append(head[:n], rest...)
	}()
	end := run(t, cmd, func(to io.Writer) error {
		if _, err := to.Write(b); err != nil {
			return err
		}
		return errOpen
	})
	w.Close()
	return <-read, end
}

// A reader that leaves ends the program, wherever it is, as it does others.
func TestAReaderThatLeavesEndsTheProgram(t *testing.T) {
	b := capture.Pcap(capture.Traffic(1, 4000))
	path := file(t, b)
	for _, engine := range engines {
		for _, after := range []int{0, 70_000} {
			cmd := command(t, "-E", engine, "--emit", "frames", path)
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout = w
			go func() {
				io.CopyN(io.Discard, r, int64(after))
				r.Close()
			}()
			end := run(t, cmd, nil)
			w.Close()
			if end.signal != syscall.SIGPIPE {
				t.Errorf("%s, after %d bytes: exit status %d, signal %d", engine, after, end.code, end.signal)
			}
		}
	}
}

// confined returns a command that can write no more than 16 KiB, or 32, by the
// shell, to a file.
func confined(cmd *exec.Cmd) *exec.Cmd {
	cmd.Args = append([]string{"sh", "-c", `ulimit -f 32; exec "$@"`, "sh"}, append([]string{cmd.Path}, cmd.Args[1:]...)...)
	cmd.Path = "/bin/sh"
	return cmd
}

// longStream is a capture of one stream of so many KB.
func longStream(segments int) []byte {
	client, server := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	var frames []capture.Frame
	for n := range segments {
		segment := capture.TCP(1000, 80, 16, uint32(n)*1000, 1, make([]byte, 1000))
		frames = append(frames, capture.Frame{Nanos: int64(n), Data: capture.Ethernet(0x0800, capture.IP(client, server, 6, segment))})
	}
	return capture.Pcap(frames)
}

// A full disk is output that failed: it is said, and nothing is left behind.
func TestAFullDisk(t *testing.T) {
	path := file(t, capture.Pcap(capture.Traffic(1, 4000)))
	long := file(t, longStream(100))
	for _, engine := range engines {
		for _, kinds := range []string{"frames", "frames,flows,summary"} {
			dir := t.TempDir()
			out := filepath.Join(dir, "out.jsonl")
			end := run(t, confined(command(t, "-E", engine, "--emit", kinds, "-o", out, path)), nil)
			left, _ := os.ReadDir(dir)
			if end.code != outputFailed || !strings.Contains(end.stderr, "file too large") || len(left) != 0 {
				t.Errorf("%s, %s: exit status %d, %v is left\n%s", engine, kinds, end.code, left, end.stderr)
			}
		}
		dir := t.TempDir()
		end := run(t, confined(command(t, "-E", engine, "--streams", filepath.Join(dir, "streams"), long)), nil)
		if left, _ := os.ReadDir(dir); end.code != outputFailed || !strings.Contains(end.stderr, "file too large") || len(left) != 0 {
			t.Errorf("%s, streams: exit status %d, %v is left\n%s", engine, end.code, left, end.stderr)
		}
		for _, args := range []string{"--emit frames", "", "-f jsonl"} {
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			cmd := command(t, append(strings.Fields("-E "+engine+" "+args), path)...)
			cmd.Stdout = full
			end := run(t, cmd, nil)
			full.Close()
			if end.code != outputFailed || !strings.Contains(end.stderr, "no space left") {
				t.Errorf("%s %s: exit status %d\n%s", engine, args, end.code, end.stderr)
			}
		}
	}
}

// An input that shrinks while the program reads others is cut where it ends now;
// what one grows by is not looked at.
func TestAnInputThatChangesWhileItWaits(t *testing.T) {
	first, b := capture.Pcap(capture.Traffic(2, 1)), capture.Pcap(capture.Traffic(1, 4000))
	for _, row := range []struct {
		name   string
		change func(path string) error
		status int
	}{
		{"stays", func(string) error { return nil }, 0},
		{"grows", func(path string) error { return os.WriteFile(path, append(b, b...), 0) }, 0},
		{"shrinks", func(path string) error { return os.Truncate(path, int64(len(b)/2)) }, damaged},
		{"is emptied", func(path string) error { return os.Truncate(path, 0) }, damaged},
	} {
		for _, engine := range engines {
			path := file(t, b)
			cmd := command(t, "-q", "-E", engine, "--workers", "3", "--emit", "frames", "-f", "jsonl", "-", path)
			var out bytes.Buffer
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout = w
			begun, done := make(chan error, 1), make(chan bool)
			go func() {
				from := bufio.NewReader(io.TeeReader(r, &out))
				_, err := from.ReadString('\n')
				begun <- err
				io.Copy(io.Discard, from)
				close(done)
			}()
			end := run(t, cmd, func(to io.Writer) error {
				if _, err := to.Write(first); err != nil {
					return err
				}
				<-begun // with the first record, all inputs have been looked at
				return row.change(path)
			})
			w.Close()
			<-done
			if end.code != row.status || row.status == damaged && strings.Count(end.stderr, path) != 1 {
				t.Errorf("%s, %s: exit status %d\n%s", row.name, engine, end.code, end.stderr)
			}
			n := 0
			for line := range bytes.Lines(out.Bytes()) {
				var record struct{ Frame struct{ Number int } }
				if err := json.Unmarshal(line, &record); err != nil {
					t.Fatalf("%s, %s: %v in %s", row.name, engine, err, line)
				}
				if n++; record.Frame.Number != n {
					t.Fatalf("%s, %s: frame %d is number %s", row.name, engine, n, strconv.Itoa(record.Frame.Number))
				}
			}
			if (n == 4001) != (row.status == 0) {
				t.Errorf("%s, %s: %d frames", row.name, engine, n)
			}
		}
	}
}
