//go:build corpus

package output_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
)

// segmentForm finds what a message says of a TCP segment.
var segmentForm = regexp.MustCompile(`\| len/seq/ack:(\d+/\d+/\d+)`)

// Lengths, sequence and acknowledgment numbers in messages are those that tshark has, of all frames
// that are in order and quote nothing: of several segments in one, the innermost's.
func TestSegmentsAreTsharks(t *testing.T) {
	paths, err := filepath.Glob("../testdata/*.pcap")
	if err != nil || len(paths) == 0 {
		t.Fatal(err, paths)
	}
	compared := 0
	for _, path := range paths {
		theirs := tsharkSegments(t, path)
		m := newTeller()
		for c, err := range capfile.Frames(path) {
			if err != nil {
				continue // damage is the reader's
			}
			message := m.tellFrame(t, &c.Frame, c.Data)
			if strings.Contains(message, "FAULT") || strings.Contains(message, "ICMP") {
				continue
			}
			ours := ""
			if found := segmentForm.FindStringSubmatch(message); found != nil {
				ours = found[1]
				compared++
			}
			if ours != theirs[c.Number] {
				t.Errorf("%s: of %s tshark says %q", path, message, theirs[c.Number])
			}
		}
	}
	t.Logf("%d segments", compared)
}

// tsharkSegments returns tcp.len, tcp.seq_raw and tcp.ack_raw of frames by their numbers.
func tsharkSegments(t *testing.T, path string) map[uint64]string {
	t.Helper()
	said, err := exec.Command("tshark", "-n", "-r", path, "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE",
		"-T", "fields", "-e", "frame.number", "-e", "tcp.len", "-e", "tcp.seq_raw", "-e", "tcp.ack_raw").Output()
	if err != nil && len(said) == 0 {
		t.Fatal(err)
	}
	segments := make(map[uint64]string)
	for line := range strings.Lines(string(said)) {
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		n, err := strconv.ParseUint(cells[0], 10, 64)
		if err != nil || len(cells) != 4 {
			t.Fatalf("%s: %q", path, line)
		}
		for i, c := range cells {
			cells[i] = c[strings.LastIndexByte(c, ',')+1:]
		}
		if cells[1] != "" {
			segments[n] = strings.Join(cells[1:], "/")
		}
	}
	return segments
}
