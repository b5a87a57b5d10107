package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/pflag"
)

// asProgram makes the test binary be the program, for what only a process can show.
const asProgram = "PCAPPIPE_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// program runs the program in this process.
func program(t *testing.T, stdin io.Reader, args ...string) (stdout, stderr string, s status) {
	t.Helper()
	var out, messages bytes.Buffer
	s = run(t.Context(), args, stdin, &out, &messages)
	return out.String(), messages.String(), s
}

// process returns the program as a process of its own.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

const (
	httpCapture = "../../testdata/http.pcap"
	cutCapture  = "../../testdata/cut.pcap"
)

// What cannot be is refused before any input is opened: the input of every row
// does not exist, and that is not what is complained about.
func TestWhatIsWrongWithACommandLineIsSaid(t *testing.T) {
	for _, row := range []struct{ args, want string }{
		{"--workers 0", `--workers "0": allowed is a whole number from 1 to 1024`},
		{"--workers 2000", `--workers "2000": allowed is`},
		{"-workers x", `--workers "x": allowed is`},
		{"--engine turbo", `--engine "turbo": allowed is auto, default, pipeline or server`},
		{"-E turbo", `--engine "turbo": allowed is`},
		{"--emit packets", `--emit "packets": is no kind of record; there are frames, flows, datagrams, streams, turns, exchanges, traces, summary`},
		{"--emit flows,,frames", `--emit "flows,,frames": allowed are names separated by commas`},
		{"-f xml", `--format "xml": is no format; there are cloudlogging, csv, jsonl`},
		{"-o x.parquet", `--output "x.parquet": Parquet cannot be written`},
		{"--emit frames,flows -f csv", `--output "-": csv of several kinds (frames, flows) needs a directory`},
		{"--emit frames -e ip.scr", `--fields "ip.scr": is no field of frames`},
		{"-e ip.src", `--fields "ip.src": are fields of frames, which are not asked for`},
		{"--time utc", `--time "utc": allowed is epoch or iso`},
		{"--vlan-scope maybe", `--vlan-scope "maybe": allowed is on or off`},
		{"--filter host", `--filter "host": `},
		{"--from yesterday", `--from "yesterday": allowed is epoch seconds`},
		{"--to 1h", `--to "1h": allowed is`},
		{"--from +2h --to +1h", `--to +1h lies before --from +2h`},
		{"--from 2 --to 1970-01-01T00:00:01Z", `--to 1970-01-01T00:00:01Z lies before --from 2`},
		{"-c 0", `--count "0": allowed is a whole number from 1`},
		{"-c -1", `--count "-1": allowed is`},
		{"--idle-tcp 0", `--idle-tcp "0": allowed is a duration above zero`},
		{"--idle-udp -1m", `--idle-udp "-1m": allowed is`},
		{"--memory 1", `--memory "1": allowed is a size from 64KiB to 16TiB`},
		{"--memory lots", `--memory "lots": allowed is`},
		{"--progress yes", `--progress "yes": allowed is auto, always or never`},
		{"--log-format xml", `--log-format "xml": allowed is console or json`},
		{"--quiet=perhaps", `--quiet "perhaps": `},
		{"-v -q", "--verbose and --quiet exclude each other"},
		{"--tcq", "unknown flag --tcq: is --tcp meant?\n"},
		{"--overlap sideways", `--overlap "sideways": allowed is first, last, bsd, bsd-right, linux, windows or solaris`},
		{"--follow 0", `--follow "0": allowed is a flow's number, from 1, or its uid`},
		{"--follow C123", `--follow "C123": allowed is a flow's number`},
		{"--follow 1 --emit flows", `--emit "flows": --follow writes bytes in the place of records`},
		{"--follow 1 -o .", `--output ".": is a directory; --follow writes one file`},
		{"--follow-format text", `--follow-format is of no use without --follow`},
		{"--streams -", `--streams "-": allowed is the name of a directory`},
		{"--streams=", `--streams "": allowed is the name of a directory`},
		{"--follow-format pcap", `--follow-format "pcap": allowed is text, hex or raw`},
		{"--follow 1 -o absent/", `--output "absent/": is a directory; --follow writes one file`},
		{"-f pcap", `--format "pcap": is no format; there are cloudlogging, csv, jsonl; pcap and pcapng are for --trace-id and --exchange`},
		{"--emit frames -o x.pcapng", `--output "x.pcapng": pcapng cannot be written`},
		{"--trace-id=", `--trace-id "": allowed is a trace's id`},
		{"--trace-id a --exchange 1.1", "--trace-id and --exchange exclude each other"},
		{"--trace-id a --emit frames", `--emit "frames": --trace-id writes frames in the place of records`},
		{"--trace-id a -f csv", `--format "csv": of the frames that --trace-id writes, allowed is pcap or pcapng`},
		{"--exchange 1", `--exchange "1": allowed is an exchange's number as exchange records have it, such as 12.3`},
		{"--exchange 0.1", `--exchange "0.1": allowed is`},
		{"--exchange 1.0", `--exchange "1.0": allowed is`},
		{"--exchange 1.99999999999999999999", `--exchange "1.99999999999999999999": allowed is`},
		{"--exchange 1.1 -e ip.src", `--fields "ip.src": --exchange writes frames in the place of records`},
		{"--exchange 1.1 --follow 1", `--follow "1": --exchange writes frames in the place of records`},
		{"--exchange 1.1 -f cloudlogging", `--format "cloudlogging": of the frames that --exchange writes, allowed is pcap or pcapng`},
		{"--exchange 1.1 -o .", `--output ".": is a directory; --exchange writes one file`},
		{"--exchange 1.1 -o absent/", `--output "absent/": is a directory; --exchange writes one file`},
		{"--exchange 1.1 -o x.JSONL", `--output "x.JSONL": --exchange writes a capture, .pcap or .pcapng`},
		{"--exchange 1.1 -o x.pcap.gz", `--output "x.pcap.gz": --exchange writes a capture`},
		{"--bodies=", `--bodies "": allowed is the name of a directory`},
		{"--bodies -", `--bodies "-": allowed is the name of a directory`},
		{"--bodies b --body-form gzip", `--body-form "gzip": allowed is raw or decoded`},
		{"--body-form decoded", `--body-form is of no use without --bodies`},
		{"--hold 0", `--hold "0": allowed is a duration above zero`},
		{"--hold soon", `--hold "soon": allowed is a duration above zero`},
		{"--project p", "--project is of no use without --format cloudlogging"},
		{"--project p -f jsonl", "--project is of no use without --format cloudlogging"},
		{"--project= -f cloudlogging", `--project "": allowed is the name of a Google Cloud project`},
		{"--tow +1h", "unknown flag --tow: is --to meant?"},
		{"--engin auto", "unknown flag --engin: is --engine meant?"},
		{"--idle 5m", "unknown flag --idle: is --idle-icmp, --idle-other, --idle-tcp or --idle-udp meant?"},
		{"-j", "unknown flag -j"},
		{"-jq", "unknown flag -j in -jq"},
		{"-test.v", "unknown flag --test.v"},
		{"--=5", "bad flag syntax: --=5"},
	} {
		stdout, stderr, got := program(t, nil, append([]string{"no such file"}, strings.Fields(row.args)...)...)
		if got != misused || stdout != "" || !strings.HasPrefix(stderr, "pcappipe: "+row.want) {
			t.Errorf("%s: exit status %d, and is told\n%s", row.args, got, stderr)
		}
	}
	for _, args := range [][]string{nil, {"-q"}, {"--"}} {
		if _, stderr, got := program(t, nil, args...); got != misused || !strings.HasPrefix(stderr, "pcappipe: no INPUT") {
			t.Errorf("%q: exit status %d, and is told\n%s", args, got, stderr)
		}
	}
	var flags []*pflag.Flag
	newCommand().all.VisitAll(func(f *pflag.Flag) { flags = append(flags, f) })
	for _, f := range flags {
		if f.NoOptDefVal != "" {
			continue
		}
		if _, stderr, got := program(t, nil, "no such file", "--"+f.Name); got != misused || !strings.HasPrefix(stderr, "pcappipe: --"+f.Name+" needs a value: ") {
			t.Errorf("--%s without its value: exit status %d, and is told\n%s", f.Name, got, stderr)
		}
	}
}

func TestInputsAreInTheOrderGiven(t *testing.T) {
	c := newCommand()
	args := strings.Fields("a -r b c -q --read=d -- e -r f")
	if err := c.parse(args); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.config.Inputs, " "); got != "a b c d e -r f" {
		t.Errorf("%q gives the inputs %s", args, got)
	}
}

func TestHelpNamesEveryFlagAndFitsIntoATerminal(t *testing.T) {
	for _, word := range []string{"--help", "-h", "-help"} {
		stdout, stderr, s := program(t, nil, "-q", word)
		if s != success || stderr != "" {
			t.Fatalf("%s: exit status %d, %s", word, s, stderr)
		}
		newCommand().all.VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(stdout, " --"+f.Name+" ") {
				t.Errorf("%s does not name --%s", word, f.Name)
			}
		})
		for line := range strings.Lines(stdout) {
			if len(line) > helpWidth+1 {
				t.Errorf("%d columns: %s", len(line)-1, line)
			}
		}
	}
}

func TestVersionSaysWhatWasBuilt(t *testing.T) {
	stdout, _, s := program(t, nil, "-version")
	if s != success || !strings.HasPrefix(stdout, "pcappipe ") || !strings.Contains(stdout, " go1.") {
		t.Errorf("exit status %d: %s", s, stdout)
	}
}

// failing is a standard output that fails.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestExitStatus(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("no capture\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		args []string
		want status
	}{
		{"all read", []string{httpCapture}, success},
		{"all read and written", []string{"--emit", "frames,flows,summary", "-o", filepath.Join(dir, "all.jsonl"), httpCapture}, success},
		{"an input that does not exist", []string{filepath.Join(dir, "absent")}, misused},
		{"an input that is no capture", []string{text}, misused},
		{"one of several", []string{text, httpCapture}, misused},
		{"a cut input", []string{cutCapture}, damaged},
		{"a cut input among others", []string{httpCapture, cutCapture, httpCapture}, damaged},
		{"a cut input, strictly", []string{"--strict", cutCapture}, damaged},
		{"one cut and one absent", []string{cutCapture, filepath.Join(dir, "absent")}, misused},
		{"output that cannot be made", []string{"--emit", "flows", "-o", filepath.Join(text, "x.jsonl"), httpCapture}, outputFailed},
	} {
		if _, stderr, got := program(t, nil, row.args...); got != row.want {
			t.Errorf("%s: exit status %d, not %d\n%s", row.name, got, row.want, stderr)
		}
	}
	for _, args := range [][]string{{httpCapture}, {"--emit", "flows", httpCapture}, {"--help"}, {"--version"}} {
		full := failing{&os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}}
		var stderr bytes.Buffer
		got := run(t.Context(), args, nil, full, &stderr)
		if got != outputFailed || !strings.Contains(stderr.String(), "no space left") || strings.Contains(stderr.String(), "Records written") {
			t.Errorf("%q on a full device: exit status %d\n%s", args, got, stderr.String())
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if got := run(cancelled, []string{httpCapture}, nil, &stdout, &stderr); got != interrupted || !strings.Contains(stdout.String(), "Interrupted") {
		t.Errorf("interrupted: exit status %d\n%s%s", got, stdout.String(), stderr.String())
	}
}

// Data goes to standard output or -o. The summary goes to standard output when
// no data does, and is a record only where one was asked for.
func TestWhereThingsGo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out.jsonl")
	const text, record = "136 frames", `{"record":"summary"`
	for _, row := range []struct {
		args                                    string
		textOut, textErr, recordOut, recordFile bool
	}{
		{args: "", textOut: true},
		{args: "--emit summary", textOut: true},
		{args: "--emit summary -o -", textOut: true},
		{args: "--emit summary -f jsonl", textErr: true, recordOut: true},
		{args: "-f jsonl", textErr: true, recordOut: true},
		{args: "-o FILE", textOut: true, recordFile: true},
		{args: "--emit flows", textErr: true},
		{args: "--emit flows,summary", textErr: true, recordOut: true},
		{args: "--emit flows -o FILE", textOut: true},
		{args: "--emit summary,flows -o FILE", textOut: true, recordFile: true},
		{args: "-q"},
		{args: "-q --emit summary -f jsonl", recordOut: true},
		{args: "-q --emit flows,summary -o FILE", recordFile: true},
	} {
		os.Remove(file)
		args := append(strings.Fields(strings.ReplaceAll(row.args, "FILE", file)), httpCapture)
		stdout, stderr, s := program(t, nil, args...)
		if s != success {
			t.Fatalf("%s: exit status %d\n%s", row.args, s, stderr)
		}
		written, _ := os.ReadFile(file)
		for _, check := range []struct {
			what, in, part string
			want           bool
		}{
			{"the text on standard output", stdout, text, row.textOut},
			{"the text on standard error", stderr, text, row.textErr},
			{"the record on standard output", stdout, record, row.recordOut},
			{"the record in the file", string(written), record, row.recordFile},
		} {
			if got := strings.Contains(check.in, check.part); got != check.want {
				t.Errorf("%q: %s is there: %v", row.args, check.what, got)
			}
		}
	}
}

func TestQuietChangesNoRecord(t *testing.T) {
	for _, kinds := range []string{"frames", "flows", "summary", "frames,flows,summary"} {
		loud, _, _ := program(t, nil, "-f", "jsonl", "--emit", kinds, httpCapture)
		quiet, _, _ := program(t, nil, "-f", "jsonl", "--emit", kinds, "-q", httpCapture)
		if loud != quiet || loud == "" {
			t.Errorf("%s: %d bytes, and %d quietly", kinds, len(loud), len(quiet))
		}
	}
}

func TestQuietIsSilentUnlessSomethingIsWrong(t *testing.T) {
	if stdout, stderr, _ := program(t, nil, "-q", httpCapture); stdout+stderr != "" {
		t.Errorf("nothing is wrong, and is told\n%s%s", stdout, stderr)
	}
	for _, inputs := range [][]string{{cutCapture}, {"absent.pcap"}, {httpCapture, "absent.pcap"}, {"absent.pcap", cutCapture}, {"absent.pcap", "gone.pcap"}} {
		stdout, stderr, _ := program(t, nil, append(inputs, "-q")...)
		if stdout != "" {
			t.Errorf("%q: standard output has %s", inputs, stdout)
		}
		for _, input := range inputs {
			if input != httpCapture && strings.Count(stderr, filepath.Base(input)) != 1 {
				t.Errorf("%q: %s is not told once:\n%s", inputs, input, stderr)
			}
		}
	}
}

// Damage is one message with file, offset, frame and field, also for programs.
func TestDamageIsLoggedWithItsPlace(t *testing.T) {
	_, stderr, _ := program(t, nil, "-q", "--log-format", "json", cutCapture)
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	if len(lines) != 1 {
		t.Fatalf("%d messages:\n%s", len(lines), stderr)
	}
	var message struct {
		Level, Message, File, Field, Error string
		Offset                             int64
		Frame                              uint64
	}
	if err := json.Unmarshal([]byte(lines[0]), &message); err != nil {
		t.Fatal(err)
	}
	if message.Level != "warn" || message.File != cutCapture || message.Frame != 16 || message.Offset <= 24 || message.Field == "" || message.Error == "" {
		t.Errorf("the message is %+v", message)
	}
}

// What is relative to a first frame says so where there is none to be relative to.
func TestRelativeTimesWithoutAFirstFrame(t *testing.T) {
	header := "\xd4\xc3\xb2\xa1\x02\x00\x04\x00" + strings.Repeat("\x00", 12) + "\x01\x00\x00\x00"
	_, stderr, _ := program(t, strings.NewReader(header), "-q", "--from", "+1m", "--to", "+2m", "-")
	if strings.Count(stderr, "first frame") != 1 {
		t.Errorf("without a first frame: %q", stderr)
	}
	if _, stderr, _ := program(t, nil, "-q", "--from", "+1s", httpCapture); stderr != "" {
		t.Errorf("with one: %q", stderr)
	}
}

func TestStandardInputIsAnInput(t *testing.T) {
	capture, err := os.ReadFile(httpCapture)
	if err != nil {
		t.Fatal(err)
	}
	piped, _, s := program(t, bytes.NewReader(capture), "--emit", "flows", "-q", "-")
	plain, _, _ := program(t, nil, "--emit", "flows", "-q", httpCapture)
	if s != success || piped == "" || piped != plain {
		t.Errorf("exit status %d, %d bytes from standard input, %d from the file", s, len(piped), len(plain))
	}
}

// The reader of our output may leave at any time; that ends the program as it
// does others.
func TestAClosedStandardOutputEndsTheProgramAsSIGPIPEDoes(t *testing.T) {
	for _, args := range [][]string{{httpCapture}, {"--emit", "frames", httpCapture}, {"--help"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		cmd := process(t, args...)
		cmd.Stdout = w
		err = cmd.Run()
		w.Close()
		if ended := waitStatus(err); !ended.Signaled() || ended.Signal() != syscall.SIGPIPE {
			t.Errorf("%q: %v", args, err)
		}
	}
}

// The first interrupt ends the run cleanly, in the middle of a pipe from which
// nothing more comes: what was complete is written, and the summary says how far.
func TestAnInterruptEndsTheRunCleanly(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		file := filepath.Join(t.TempDir(), "flows.jsonl")
		cmd := process(t, "--emit", "frames", "-o", file, "-")
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// More than a pipe holds: when it is written, the program is reading.
		if _, err := stdin.Write(repeated(t, httpCapture, 100)); err != nil {
			t.Fatal(err)
		}
		cmd.Process.Signal(sig)
		err = cmd.Wait()
		if ended := waitStatus(err); ended.ExitStatus() != int(interrupted) {
			t.Errorf("%v: %v\n%s", sig, err, stderr.String())
		}
		if !strings.Contains(stdout.String(), "Interrupted after frame") {
			t.Errorf("%v: the summary is\n%s", sig, stdout.String())
		}
		written, err := os.ReadFile(file)
		if err != nil || len(written) == 0 || !bytes.HasSuffix(written, []byte("}\n")) {
			t.Errorf("%v: %d bytes are written, %v", sig, len(written), err)
		}
	}
}

// repeated returns a capture with all its frames so many times.
func repeated(t *testing.T, path string, times int) []byte {
	t.Helper()
	capture, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const header = 24
	return slices.Concat(capture[:header], bytes.Repeat(capture[header:], times))
}

func waitStatus(err error) syscall.WaitStatus {
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return e.Sys().(syscall.WaitStatus)
	}
	return 0
}

// Workers and engines change no byte of any output.
func TestWorkersAndEnginesChangeNothing(t *testing.T) {
	var want string
	for _, flags := range []string{"-E default", "-E pipeline --workers 1", "-E pipeline --workers 7", "-E server --workers 3", "--workers 2"} {
		args := append(strings.Fields("-q --emit frames,flows,summary "+flags), "../../testdata")
		got, stderr, s := program(t, nil, args...)
		if s != damaged {
			t.Fatalf("%s: exit status %d\n%s", flags, s, stderr)
		}
		if want == "" {
			want = got
		}
		if got != want {
			t.Error(fmt.Sprint(flags, " writes something else"))
		}
	}
}
