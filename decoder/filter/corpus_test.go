//go:build corpus

package filter

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pcappipe/pcappipe/frame"
)

// perFile is how many frames of a capture are taken: its first.
const perFile = 40

// tcpdump lets the same frames through. The frames of all captures are sorted by
// link type into one capture each, where a frame's time is its number; then
// every expression is asked of every one.
func TestTcpdumpAgrees(t *testing.T) {
	byLink := make(map[frame.LinkType][]sample)
	root := cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../../shared/corpus")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, s := range read(data) {
			byLink[s.link] = append(byLink[s.link], s)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var verdicts, refused, differ int
	for link, frames := range byLink {
		path := filepath.Join(t.TempDir(), fmt.Sprint(link))
		if err := os.WriteFile(path, write(link, frames), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, expr := range expressions() {
			theirs, ok := tcpdump(t, path, expr, len(frames))
			if !ok {
				refused++
				continue
			}
			verdicts += len(frames)
			f := compiled(t, expr)
			for i, s := range frames {
				if got := s.passes(f); got != theirs[i] {
					differ++
					t.Errorf("link type %d, frame %d: %s: %v", link, i, expr, got)
				}
			}
		}
	}
	t.Logf("%d link types, %d verdicts, %d differ; tcpdump refused %d expressions on a link type",
		len(byLink), verdicts, differ, refused)
}

// tcpdump returns which frames tcpdump lets through; false if it refuses the
// expression on the link type. An expression that nothing can pass it refuses
// too, which is a verdict on every frame.
func tcpdump(t *testing.T, path, expr string, frames int) ([]bool, bool) {
	t.Helper()
	out, err := exec.Command("tcpdump", "-r", path, "-w", "-", "--", expr).Output()
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		return make([]bool, frames), bytes.Contains(e.Stderr, []byte("rejects all packets"))
	}
	if err != nil {
		t.Fatal(err)
	}
	passed := make([]bool, frames)
	for at := 24; at+16 <= len(out); {
		passed[binary.LittleEndian.Uint32(out[at:])] = true
		at += 16 + int(binary.LittleEndian.Uint32(out[at+8:]))
	}
	return passed, true
}

// read returns the first frames of a classic capture; none of what is none.
func read(data []byte) []sample {
	if len(data) < 24 {
		return nil
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch magic := order.Uint32(data); {
	case magic == 0xa1b2c3d4 || magic == 0xa1b23c4d:
	case magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1:
		order = binary.BigEndian
	default:
		return nil
	}
	link := frame.LinkType(order.Uint32(data[20:]))
	var list []sample
	for at := 24; at+16 <= len(data) && len(list) < perFile; {
		n, wire := int(order.Uint32(data[at+8:])), int(order.Uint32(data[at+12:]))
		at += 16
		if n > len(data)-at {
			break
		}
		if s := (sample{link: link, data: data[at : at+n : at+n], wire: wire}); sameOrder(s) {
			list = append(list, s)
		}
		at += n
	}
	return list
}

// sameOrder leaves out loopback frames in the byte order that the capture that
// is written here has not: libpcap takes them for no IP.
func sameOrder(s sample) bool {
	return s.link != linkNull || len(s.data) < 4 || !slices.Contains([]byte{2, 24, 28, 30}, s.data[3])
}

// write makes a classic capture.
func write(link frame.LinkType, frames []sample) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	b = binary.LittleEndian.AppendUint32(b, 2|4<<16)
	b = append(b, make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint32(b, 1<<18)
	b = binary.LittleEndian.AppendUint32(b, uint32(link))
	for i, s := range frames {
		for _, v := range []int{i, 0, len(s.data), max(s.wire, len(s.data))} {
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		}
		b = append(b, s.data...)
	}
	return b
}
