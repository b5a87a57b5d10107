//go:build corpus

package output

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What tshark reads of a capture is what went in, times with nine digits and lengths, and
// capinfos counts as many frames and finds nothing wrong.
func TestTsharkReadsCaptures(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	dir := t.TempDir()
	for round := range 6 {
		for _, f := range []Format{PCAP, PCAPNG} {
			shots := randomShots(r, f == PCAPNG)
			if f == PCAPNG {
				shots[0].timed = true // so that the first interface is there, whatever comes
			}
			path := filepath.Join(dir, fmt.Sprintf("%d.%s", round, f))
			if err := os.WriteFile(path, take(t, f, shots), 0o666); err != nil {
				t.Fatal(err)
			}
			said, err := exec.Command("tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.cap_len", "-e", "frame.len").Output()
			if err != nil {
				t.Fatal(err)
			}
			if got, want := string(said), tsharkLines(shots); got != want {
				t.Errorf("of %s tshark reads\n%s\nand there is\n%s", path, got, want)
			}
			said, err = exec.Command("capinfos", "-M", "-c", path).CombinedOutput()
			if err != nil || !strings.Contains(string(said), fmt.Sprintf("Number of packets:   %d\n", len(shots))) {
				t.Errorf("capinfos: %v: %s", err, said)
			}
		}
	}
}

// The FCS of an Ethernet frame is told in either format as tshark reads it.
func TestTsharkFindsTheFCS(t *testing.T) {
	frame := "\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x88\xb5" + strings.Repeat("p", 50) + "\x01\x02\x03\x04"
	for _, f := range []Format{PCAP, PCAPNG} {
		for fcs, want := range map[uint8]string{0: "\n", 4: "0x01020304\n"} {
			path := filepath.Join(t.TempDir(), "capture")
			if err := os.WriteFile(path, take(t, f, []shot{{1, fcs, 1, true, uint32(len(frame)), frame}}), 0o666); err != nil {
				t.Fatal(err)
			}
			said, err := exec.Command("tshark", "-n", "-r", path, "-T", "fields", "-e", "eth.fcs").Output()
			if err != nil || string(said) != want {
				t.Errorf("%s with an FCS of %d: tshark says %q, %v", f, fcs, said, err)
			}
		}
	}
}

// tsharkLines writes frames as tshark does: a time before 1970 as the second below it and the
// fraction from there.
func tsharkLines(shots []shot) string {
	var b strings.Builder
	first := shots[0]
	for _, s := range shots {
		simple := !s.timed && s.link == first.link && s.fcs == 0 && first.nanos >= 0 && int(s.wire) == len(s.data)
		if !simple {
			second, rest := s.nanos/1e9, s.nanos%1e9
			if rest < 0 {
				second, rest = second-1, rest+1e9
			}
			fmt.Fprintf(&b, "%d.%09d", second, rest)
		}
		fmt.Fprintf(&b, "\t%d\t%d\n", len(s.data), s.wire)
	}
	return b.String()
}
