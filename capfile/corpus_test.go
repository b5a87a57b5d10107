//go:build corpus

package capfile

import (
	"cmp"
	"errors"
	"fmt"
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
	123: 4,  // SUNATM
	139: 4,  // MTP2 with pseudo-header
	144: 16, // Linux IrDA
	166: 4,  // PPP with direction: wiretap's PPP_WITH_PHDR takes one byte, see below
	177: 16, // Linux LAPD
	196: 5,  // SITA
	201: 4,  // Bluetooth H4 with direction
	204: 1,  // PPP with direction
	209: 5,  // I2C
	245: 2,  // NFC LLCP
	254: 4,  // Bluetooth Linux monitor
}

// Every capture gives the frames that tshark gives: as many, with the same
// times, lengths and interfaces, and damage where tshark finds damage.
func TestTsharkSeesTheSameFrames(t *testing.T) {
	captures, _ := corpus(t)
	tool, err := secondopinion.NewTool("tshark", tsharkColumns...)
	if err != nil {
		t.Fatal(err)
	}
	files, frames, damaged := 0, 0, 0
	for _, c := range captures {
		reply, err := tool.Ask(c)
		if err != nil {
			t.Fatal(err)
		}
		ours := readCapture(t, c.Path)
		files++
		frames += len(ours.frames)
		damaged += len(ours.damage)
		compareTshark(t, c.Name, ours, reply)
	}
	t.Logf("%d files, %d frames, %d damaged", files, frames, damaged)
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
	lines := strings.Split(strings.TrimSuffix(string(reply.Stdout), "\n"), "\n")
	if lines[0] == "" {
		lines = nil
	}
	if len(lines) != len(ours.frames) {
		t.Errorf("%s: %d frames, tshark has %d: %v; %s", name, len(ours.frames), len(lines), ours.damage, reply.Stderr)
		return
	}
	complains := strings.Contains(reply.Stderr, "cut short") || strings.Contains(reply.Stderr, "damaged") ||
		strings.Contains(reply.Stderr, "isn't a capture") || strings.Contains(reply.Stderr, "support")
	if complains != (len(ours.damage) > 0) {
		t.Errorf("%s: damage %v, tshark: %s", name, ours.damage, reply.Stderr)
	}
	for i, f := range ours.frames {
		want := strings.Split(lines[i], "\t")
		if got := columns(&f); got != strings.Join(want[:5], "\t") {
			t.Errorf("%s: frame %q, tshark has %q (link type %d)", name, got, want, f.Link)
			return
		}
	}
}

// columns writes a frame as tshark does.
func columns(f *seen) string {
	time, number := "", ""
	if f.Flags&frame.Timeless == 0 {
		time = fmt.Sprintf("%d.%09d", f.Nanos/1e9, f.Nanos%1e9)
	}
	if f.pcapng {
		number = strconv.Itoa(int(f.Interface))
	}
	less := min(stripped[f.Link], f.Len)
	return fmt.Sprintf("%d\t%s\t%d\t%d\t%s", f.Number, time, f.Len-less, f.Wire-less, number)
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
