//go:build corpus

package reassembly

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
)

// The datagrams of the captures under PCAPPIPE_CORPUS are those that tshark puts
// together, at the same frames: those of fragments in Ethernet, outside of tunnels.
// Where fragments overlap, tshark does as BSD did; what is no part of more than
// itself it does not put together.
func TestTsharkPutsTheSameDatagramsTogether(t *testing.T) {
	root := cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../shared/corpus")
	var fragments, whole int
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		got, seen := datagramsOf(t, path)
		if seen == 0 {
			return nil
		}
		want := datagramsOfTshark(t, path)
		name, _ := filepath.Rel(root, path)
		for _, frame := range slices.Sorted(maps.Keys(got)) {
			if data, there := want[frame]; !there || !bytes.Equal(got[frame], data) {
				t.Errorf("%s: frame %d: %d bytes, tshark has %d", name, frame, len(got[frame]), len(want[frame]))
			}
		}
		for _, frame := range slices.Sorted(maps.Keys(want)) {
			if _, there := got[frame]; !there {
				t.Errorf("%s: frame %d: nothing, tshark has %d bytes", name, frame, len(want[frame]))
			}
		}
		fragments, whole = fragments+seen, whole+len(got)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d fragments, %d datagrams", fragments, whole)
	if whole == 0 {
		t.Error("no datagram at all")
	}
}

// Random fragments of many datagrams, with several ends, bytes behind them, duplicates
// and overlaps of equal bytes, some late, become what tshark makes of them.
func TestTsharkAgreesOnRandomFragments(t *testing.T) {
	le, be := binary.LittleEndian, binary.BigEndian
	random := rand.New(rand.NewPCG(7, 8))
	capture := le.AppendUint32(nil, 0xa1b2c3d4)
	capture = append(capture, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0)
	for n := range 8000 {
		offset, length := random.IntN(6), 1+random.IntN(4)*8
		more := random.IntN(4) > 0
		if more {
			length = max(8, length&^7)
		}
		ip := append([]byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 253, 0, 0}, 10, 0, 0, 1, 10, 0, 0, 2)
		be.PutUint16(ip[2:], uint16(20+length))
		be.PutUint16(ip[4:], uint16(n/16+random.IntN(8)))
		be.PutUint16(ip[6:], uint16(offset))
		if more {
			ip[6] |= 0x20
		}
		for i := range length {
			ip = append(ip, byte(offset*8+i))
		}
		data := append([]byte{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0}, ip...)
		capture = le.AppendUint32(le.AppendUint32(capture, uint32(n/1000)), 0)
		capture = le.AppendUint32(le.AppendUint32(capture, uint32(len(data))), uint32(len(data)))
		capture = append(capture, data...)
	}
	path := filepath.Join(t.TempDir(), "random.pcap")
	if err := os.WriteFile(path, capture, 0o666); err != nil {
		t.Fatal(err)
	}
	got, fragments := datagramsOf(t, path)
	want := datagramsOfTshark(t, path)
	for frame := range uint64(8001) {
		a, here := got[frame]
		b, there := want[frame]
		if here != there || !bytes.Equal(a, b) {
			t.Errorf("frame %d: %v %x, tshark has %v %x", frame, here, a, there, b)
		}
	}
	t.Logf("%d fragments, %d datagrams", fragments, len(got))
}

// datagramsOf returns the payloads of the datagrams of a capture by the numbers
// of the frames that complete them.
func datagramsOf(t *testing.T, path string) (whole map[uint64][]byte, fragments int) {
	h := newDatagramHarness(t, DatagramConfig{Policy: BSD})
	whole = make(map[uint64][]byte)
	for c, err := range capfile.Frames(path) {
		if err != nil {
			continue // damage is the reader's, and no capture is no capture
		}
		if c.Frame.Link != 1 {
			continue
		}
		k, f, is := fragmentIn(c.Data)
		if !is || f.atomic(k.Version) {
			continue
		}
		h.frames++
		f.Frame = c.Number
		if g := h.ended(h.Add(&k, &f)); g != nil && g.Outcome == Complete {
			whole[c.Number] = bytes.Clone(g.Payload())
			h.Return(g)
		}
	}
	h.end()
	return whole, int(h.frames)
}

// fragmentIn finds a fragment in an Ethernet frame.
func fragmentIn(b []byte) (k DatagramKey, f Fragment, is bool) {
	be := binary.BigEndian
	if len(b) < 14 {
		return k, f, false
	}
	kind, b := be.Uint16(b[12:]), b[14:]
	for kind == 0x8100 && len(b) >= 4 {
		kind, b = be.Uint16(b[2:]), b[4:]
	}
	switch {
	case kind == 0x0800 && len(b) >= 20:
		n, total, flags := int(b[0]&15)*4, int(be.Uint16(b[2:])), be.Uint16(b[6:])
		if flags&0x3fff == 0 || n < 20 || total < n || n > len(b) {
			return k, f, false
		}
		k = DatagramKey{ID: uint32(be.Uint16(b[4:])), Version: 4, Proto: b[9]}
		copy(k.Src[:], b[12:16])
		copy(k.Dst[:], b[16:20])
		f = Fragment{Offset: uint32(flags&0x1fff) * 8, Length: uint32(total - n), More: flags&0x2000 != 0, Next: b[9], Header: b[:n]}
		f.Payload = b[n:min(total, len(b))]
		return k, f, true
	case kind == 0x86dd && len(b) >= 40:
		next, at, end := b[6], 40, 40+int(be.Uint16(b[4:]))
		for next != 44 {
			if next != 0 && next != 43 && next != 60 || at+8 > len(b) {
				return k, f, false
			}
			next, at = b[at], at+8+int(b[at+1])*8
		}
		if at+8 > min(end, len(b)) {
			return k, f, false
		}
		flags := be.Uint16(b[at+2:])
		k = DatagramKey{ID: be.Uint32(b[at+4:]), Version: 6}
		copy(k.Src[:], b[8:24])
		copy(k.Dst[:], b[24:40])
		f = Fragment{Offset: uint32(flags &^ 7), Length: uint32(end - at - 8), More: flags&1 != 0, Next: b[at], NextAt: 6, Header: b[:at]}
		f.Payload = b[at+8 : min(end, len(b))]
		return k, f, true
	}
	return k, f, false
}

// datagramsOfTshark returns what tshark has.
func datagramsOfTshark(t *testing.T, path string) map[uint64][]byte {
	out, err := exec.Command("tshark", "-n", "-r", path, "-Y", "ip.reassembled.length or ipv6.reassembled.length",
		"-T", "fields", "-e", "frame.number", "-e", "ip.reassembled.data", "-e", "ipv6.reassembled.data").Output()
	if err != nil && len(out) == 0 && !strings.Contains(err.Error(), "exit status") {
		t.Fatal(err)
	}
	whole := make(map[uint64][]byte)
	for line := range strings.Lines(string(out)) {
		columns := strings.Split(strings.TrimRight(line, "\n"), "\t")
		number, err := strconv.ParseUint(columns[0], 10, 64)
		if err != nil || len(columns) != 3 {
			t.Fatalf("%s: %q", path, line)
		}
		first, _, _ := strings.Cut(columns[1]+columns[2], ",")
		if whole[number], err = hex.DecodeString(first); err != nil {
			t.Fatalf("%s: %q", path, line)
		}
	}
	return whole
}
