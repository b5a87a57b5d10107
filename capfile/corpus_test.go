//go:build corpus

package capfile

import (
	"cmp"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/internal/secondopinion"
)

// corpus returns the captures of $PCAPPIPE_CORPUS, and its other files.
func corpus(t *testing.T) (captures, others []secondopinion.Capture) {
	t.Helper()
	captures, others, err := secondopinion.List(cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../shared/corpus"))
	if err != nil {
		t.Fatal(err)
	}
	return captures, others
}

var tsharkColumns = []string{
	"-n", "-T", "fields", "-e", "frame.number", "-e", "frame.time_epoch", "-e", "frame.cap_len", "-e", "frame.len",
	"-e", "frame.interface_id", "-e", "frame.protocols", "-r",
}

// stripped is how many bytes wiretap takes off the front of a frame of these
// link types, and leaves out of both lengths: a header that the link type defines.
var stripped = map[frame.LinkType]uint32{
	123: 4,  // SunATM
	139: 4,  // MTP2 with pseudo-header
	144: 16, // IrDA
	177: 16, // LAPD
	196: 5,  // SITA
	201: 4,  // Bluetooth H4 with direction
	204: 1,  // PPP with direction
	209: 5,  // I2C
	245: 2,  // NFC LLCP
	254: 4,  // Bluetooth Linux monitor
}

// otherVariant has the files, damaged in their first records, that wiretap takes
// for files of Red Hat 6.1 or Nokia. libpcap reads them as is done here.
var otherVariant = map[string]bool{
	"PcapPlusPlus/Tests/Fuzzers/RegressionTests/regression_samples/igmplayer":                               true,
	"PcapPlusPlus/Tests/Fuzzers/RegressionTests/regression_samples/crash-exception-cast-constructed-record": true,
	"suricata-verify/tests/bug-6875-01/fuzz.pcap":                                                           true,
}

// Every capture gives the frames that tshark gives: as many, with the same
// times, lengths and interfaces, and damage where tshark finds damage.
func TestTsharkSeesTheSameFrames(t *testing.T) {
	captures, _ := corpus(t)
	tool, err := secondopinion.NewTool("tshark", tsharkColumns...)
	if err != nil {
		t.Fatal(err)
	}
	var files, frames, damaged, apart int
	for _, c := range captures {
		reply, err := tool.Ask(c)
		if err != nil {
			t.Fatal(err)
		}
		files++
		ours := readCapture(t, c.Path)
		if otherVariant[c.Name] || strings.Contains(reply.Stderr, "unknown or unsupported") {
			apart++
			continue
		}
		frames += len(ours.frames)
		damaged += len(ours.damage)
		compareTshark(t, c.Name, ours, reply)
	}
	t.Logf("%d files, %d frames, %d damaged; %d files read differently", files, frames, damaged, apart)
}

// readCapture reads a file; that it cannot be opened counts as damage.
func readCapture(t *testing.T, path string) reading {
	s, err := Open(Config{Inputs: []string{path}})
	if err != nil {
		return reading{damage: []FormatError{{Path: path, Field: "input", Err: err}}}
	}
	s.Close()
	return readAll(t, Config{Inputs: []string{path}})
}

func compareTshark(t *testing.T, name string, ours reading, reply secondopinion.Reply) {
	t.Helper()
	theirs := packets(string(reply.Stdout), len(ours.frames) > 0 && ours.frames[0].pcapng || ours.skipped > 0)
	if len(theirs) != len(ours.frames) {
		t.Errorf("%s: %d frames, tshark has %d: %v; %s", name, len(ours.frames), len(theirs), ours.damage, reply.Stderr)
		return
	}
	complains := strings.Contains(reply.Stderr, "cut short") || strings.Contains(reply.Stderr, "damaged") ||
		strings.Contains(reply.Stderr, "isn't a capture") || strings.Contains(reply.Stderr, "support")
	if complains != (len(ours.damage) > 0) {
		t.Errorf("%s: damage %v, tshark: %s", name, ours.damage, reply.Stderr)
	}
	for i := range ours.frames {
		f := &ours.frames[i]
		if d := f.differs(theirs[i]); d != "" {
			t.Errorf("%s, frame %d, link type %d: %s: %+v; tshark has %q", name, f.Number, f.Link, d, f.Frame, theirs[i])
			return
		}
	}
}

// packets splits tshark's output. It numbers custom blocks too, which are no
// packets and have no interface.
func packets(stdout string, pcapng bool) (lines [][]string) {
	for line := range strings.Lines(stdout) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if !pcapng || columns[4] != "" {
			lines = append(lines, columns)
		}
	}
	return lines
}

// differs says in what a frame differs from tshark's.
func (f *seen) differs(theirs []string) string {
	number := ""
	if f.pcapng {
		number = strconv.Itoa(int(f.Interface))
	}
	less := min(stripped[f.Link], f.Len)
	wire := min(f.Wire-less, math.MaxInt32) // it shows no more
	switch {
	case !f.sameTime(theirs[1]):
		return "time"
	case strconv.Itoa(int(f.Len-less)) != theirs[2]:
		return "captured length"
	case strconv.Itoa(int(wire)) != theirs[3]:
		return "length"
	case number != theirs[4]:
		return "interface"
	}
	return ""
}

// sameTime compares a time with tshark's text. A fraction above a second, which
// damaged files have, overflows there: nanoseconds are kept in 32 bits, and
// where they came out negative a sign stands before the whole. And seconds go
// beyond what an int64 of nanoseconds can hold.
func (f *seen) sameTime(text string) bool {
	if f.Flags&frame.Timeless != 0 || text == "" {
		return f.Flags&frame.Timeless != 0 && text == ""
	}
	text, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(text, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return false
	}
	nanos, err := strconv.ParseInt(fraction, 10, 64)
	if err != nil {
		return false
	}
	if seconds > math.MaxInt64/1_000_000_000 {
		return f.Nanos == math.MaxInt64
	}
	if negative {
		nanos = -nanos
	}
	return (f.Nanos-seconds*1e9-nanos)%(1<<32) == 0
}

// What is no capture is refused, with a reason.
func TestOthersAreRefused(t *testing.T) {
	_, others := corpus(t)
	for _, c := range others {
		s, err := Open(Config{Inputs: []string{c.Path}})
		if err == nil {
			t.Errorf("%s was opened as %s", c.Name, s.Files()[0].Format)
			s.Close()
		} else if !errors.Is(err, errNoCapture) {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	t.Logf("%d files", len(others))
}

// The corpus, cut in any way, gives the same frames.
func TestCorpusInPieces(t *testing.T) {
	captures, _ := corpus(t)
	for _, c := range captures {
		want := readCapture(t, c.Path)
		if len(want.damage) > 0 && want.damage[0].Field == "input" {
			continue
		}
		for _, size := range []int{64, 200, 1500, 70_000} {
			config := Config{Inputs: []string{c.Path}, BatchSize: size}
			if d := differ(readParallel(t, config), want); d != "" {
				t.Errorf("%s, size %d: %s", c.Name, size, d)
			}
		}
	}
}
