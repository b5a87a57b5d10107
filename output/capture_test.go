package output

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/frame"
)

// A shot is a frame that a capture is to hold.
type shot struct {
	link  uint16
	fcs   uint8
	nanos int64
	timed bool
	wire  uint32
	data  string
}

func (s shot) String() string {
	when := "no time"
	if s.timed {
		when = fmt.Sprint(s.nanos)
	}
	return fmt.Sprintf("%s link %d fcs %d, %d bytes %x", when, s.link, s.fcs, s.wire, s.data)
}

// take makes a capture of frames.
func take(t testing.TB, f Format, shots []shot) []byte {
	t.Helper()
	c := NewCapture(f)
	var file []byte
	for _, s := range shots {
		var err error
		if file, err = c.Append(file, s.link, s.fcs, s.nanos, s.timed, s.wire, []byte(s.data)); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

// develop reads a capture back.
func develop(t testing.TB, file []byte) (shots []shot) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "capture")
	if err := os.WriteFile(path, file, 0o666); err != nil {
		t.Fatal(err)
	}
	for f, err := range capfile.Frames(path) {
		if err != nil {
			t.Fatal(err)
		}
		timed := f.Flags&frame.Timeless == 0
		shots = append(shots, shot{uint16(f.Link), f.FCS, f.Nanos, timed, f.Wire, string(f.Data)})
	}
	return shots
}

// sameShots compares frames.
func sameShots(t *testing.T, got, want []shot) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("there is\n%v\nand should be\n%v", lines(got), lines(want))
	}
}

func lines(shots []shot) string {
	var b strings.Builder
	for _, s := range shots {
		fmt.Fprintln(&b, s)
	}
	return b.String()
}

// randomShots are frames of one link type, or of several and with times of all kinds.
func randomShots(r *rand.Rand, several bool) (shots []shot) {
	for range 1 + r.IntN(40) {
		data := make([]byte, r.IntN(90))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		s := shot{1, 4, r.Int64N(1<<32) * 1e9 / 2, true, uint32(len(data)), string(data)}
		s.nanos += r.Int64N(1e9)
		if r.IntN(3) == 0 {
			s.wire += uint32(r.IntN(2000))
		}
		if several {
			s.link, s.fcs = []uint16{1, 113, 276}[r.IntN(3)], uint8(r.IntN(2)*r.IntN(16))
			if s.nanos -= r.Int64N(1 << 61); r.IntN(5) == 0 {
				s.nanos, s.timed = 0, false
			}
		}
		shots = append(shots, s)
	}
	return shots
}

func TestACapturesFramesAreReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		shots := randomShots(r, false)
		sameShots(t, develop(t, take(t, PCAP, shots)), shots)
		sameShots(t, develop(t, take(t, PCAPNG, shots)), shots)
	}
}

func TestPcapngHoldsAllLinkTypesAndTimes(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 50 {
		shots := randomShots(r, true)
		file := take(t, PCAPNG, shots)
		first := shots[0]
		for i := range shots { // what a Simple Packet Block cannot hold has the time 0
			s := &shots[i]
			simple := s.link == first.link && s.fcs == 0 && first.nanos >= 0 && int(s.wire) == len(s.data)
			s.timed = s.timed || !simple
		}
		sameShots(t, develop(t, file), shots)
	}
}

func TestCapturesAreTheseBytes(t *testing.T) {
	shots := []shot{{1, 0, 1_700_000_000_123_456_789, true, 60, "abcde"}, {1, 0, 0, false, 2, "xy"}}
	for f, want := range map[Format]string{
		PCAP: "4d3cb2a1 02000400 00000000 00000000 00000400 01000000" +
			" 00f15365 15cd5b07 05000000 3c000000 6162636465" +
			" 00000000 00000000 02000000 02000000 7879",
		PCAPNG: "0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffff ffffffff 1c000000" +
			" 01000000 20000000 01000000 00000000 09000100 09000000 00000000 20000000" +
			" 06000000 28000000 00000000 fe9c9717 15cd853d 05000000 3c000000 6162636465 000000 28000000" +
			" 03000000 14000000 02000000 7879 0000 14000000",
	} {
		if got := fmt.Sprintf("%x", take(t, f, shots)); got != strings.ReplaceAll(want, " ", "") {
			t.Errorf("%s is\n%s, and should be\n%s", f, got, strings.ReplaceAll(want, " ", ""))
		}
	}
}

func TestWhatACaptureCannotHoldIsRefused(t *testing.T) {
	abc := []byte("abc")
	for _, c := range []struct {
		name   string
		format Format
		link   uint16
		fcs    uint8
		nanos  int64
		data   []byte
		want   string
	}{
		{"a second link type", PCAP, 113, 0, 0, abc, "pcap: holds one link type, here 1, and comes upon a frame of 113; pcapng holds several"},
		{"a frame with an FCS", PCAP, 1, 4, 0, abc, "pcap: holds frames with one length of FCS, here 0, and comes upon one of 4; pcapng holds several"},
		{"a time before 1970", PCAP, 1, 0, -1, abc, "pcap: holds times from 1970 to 2106; pcapng holds all"},
		{"a time behind 2106", PCAP, 1, 0, 1 << 32 * 1e9, abc, "pcap: holds times from 1970 to 2106; pcapng holds all"},
		{"a frame too long", PCAP, 1, 0, 0, make([]byte, 262145), "pcap: a frame of 262145 bytes of link type 1: readers take 262144 at most"},
		{"a frame too long", PCAPNG, 1, 0, 0, make([]byte, 262145), "pcapng: a frame of 262145 bytes of link type 1: readers take 262144 at most"},
	} {
		shots := []shot{{1, 0, 5, true, 3, "abc"}, {1, 0, 6, true, 3, "xyz"}}
		capture := NewCapture(c.format)
		file, _ := capture.Append(nil, 1, 0, 5, true, 3, abc)
		file, err := capture.Append(file, c.link, c.fcs, c.nanos, true, uint32(len(c.data)), c.data)
		var e *CaptureError
		if !errors.As(err, &e) || err.Error() != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
		if file, err = capture.Append(file, 1, 0, 6, true, 3, []byte("xyz")); err != nil {
			t.Errorf("%s: after it: %v", c.name, err)
		}
		sameShots(t, develop(t, file), shots)
	}
}

func TestTheLongestFramesAreReadBack(t *testing.T) {
	for link, n := range map[uint16]int{1: 256 << 10, 231: 1 << 20} {
		shots := []shot{{link, 0, 1, true, uint32(n), strings.Repeat("a", n)}}
		for _, f := range []Format{PCAP, PCAPNG} {
			if got := develop(t, take(t, f, shots)); len(got) != 1 || got[0] != shots[0] {
				t.Errorf("%s: %d bytes of link type %d are not read back", f, n, link)
			}
		}
	}
}

func TestCapturesAllocateNothing(t *testing.T) {
	for _, f := range []Format{PCAP, PCAPNG} {
		c, data := NewCapture(f), make([]byte, 1500)
		dst, _ := c.Append(nil, 1, 0, 1, true, 1500, data)
		if n := testing.AllocsPerRun(100, func() { dst, _ = c.Append(dst[:0], 1, 0, 1, true, 1500, data) }); n != 0 {
			t.Errorf("%s: %v allocations a frame", f, n)
		}
	}
}
