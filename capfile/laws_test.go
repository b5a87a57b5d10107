package capfile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/pcappipe/pcappipe/frame"
)

// A seen is one frame with all that the reader says of it.
type seen struct {
	frame.Frame
	Number uint64
	Offset int64
	Path   string
	Data   string
}

// A reading is all that a Source gives.
type reading struct {
	frames  []seen
	damage  []FormatError
	skipped int
}

func (r *reading) take(p *Piece) {
	for i := range p.Frames {
		s := seen{Frame: p.Frames[i], Number: p.Number(i), Offset: p.Offset(i), Path: p.File.Path, Data: string(p.Data(i))}
		s.Record, s.Start = 0, 0 // they depend on the piece
		r.frames = append(r.frames, s)
	}
	if p.Damage != nil {
		r.damage = append(r.damage, *p.Damage)
	}
	r.skipped += p.Skipped
}

// readAll reads piece by piece.
func readAll(t testing.TB, c Config) (r reading) {
	t.Helper()
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var p Piece
	for {
		if !s.Take(&p) {
			return r
		}
		s.Read(&p)
		s.Verify(&p)
		r.take(&p)
	}
}

// readParallel has several pieces under way, and reads them backwards and at once.
func readParallel(t testing.TB, c Config) (r reading) {
	t.Helper()
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pieces := make([]Piece, 5)
	for more := true; more; {
		taken := 0
		for more && taken < len(pieces) {
			if more = s.Take(&pieces[taken]); more {
				taken++
			}
		}
		var reading sync.WaitGroup
		for i := taken - 1; i >= 0; i-- {
			reading.Go(func() { s.Read(&pieces[i]) })
		}
		reading.Wait()
		for i := range taken {
			s.Verify(&pieces[i])
			r.take(&pieces[i])
		}
	}
	return r
}

// differ says how two readings differ, or nothing.
func differ(a, b reading) string {
	for i := range min(len(a.frames), len(b.frames)) {
		if a.frames[i] != b.frames[i] {
			return fmt.Sprintf("frame %d: %.300v\n%.300v", i+1, a.frames[i], b.frames[i])
		}
	}
	if len(a.frames) != len(b.frames) {
		return fmt.Sprintf("%d and %d frames", len(a.frames), len(b.frames))
	}
	same := slices.EqualFunc(a.damage, b.damage, func(x, y FormatError) bool {
		return x.Error() == y.Error()
	})
	if !same || a.skipped != b.skipped {
		return fmt.Sprintf("%v, %d skipped; %v, %d skipped", a.damage, a.skipped, b.damage, b.skipped)
	}
	return ""
}

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// samples are captures of every shape that slicing knows.
func samples() map[string][]byte {
	m := map[string][]byte{}
	for _, o := range []order{little, big} {
		for magic, name := range map[uint32]string{magicMicro: "micro", magicNano: "nano"} {
			m[name+" "+o.String()] = classicRecords(o, magic, 40)
		}
		m["pcapng "+o.String()] = manyBlocks(o, 4)
	}
	inner := m["micro LittleEndian"]
	c := newPcap(little, magicMicro, 1)
	for i := range 5 {
		c.record(1700000000, uint32(i), inner).record(1700000000, uint32(i), make([]byte, 700))
	}
	m["pcap in pcap"] = c.b
	c = newPcapng(little).idb(1, 0)
	for i := range 5 {
		c.epb(0, uint64(i), m["pcapng BigEndian"]).epb(0, uint64(i), m["pcapng LittleEndian"])
	}
	m["pcapng in pcapng"] = c.b
	c = newPcap(little, magicMicro, 1)
	for i := range 4 {
		c.record(uint32(i), 0, payload(100_000, i)).record(uint32(i), 0, nil).record(uint32(i), 1, payload(3, i))
	}
	m["records larger than pieces"] = c.b
	c = newPcap(little, magicMicro, 1)
	for i := range 10 {
		c.record(uint32(i)*1e8, 0, payload(60, i)) // years apart: no boundary is plausible
	}
	m["no plausible boundary"] = c.b
	return m
}

func classicRecords(o order, magic uint32, n int) []byte {
	c := newPcap(o, magic, 1)
	for i := range n {
		c.record(1700000000+uint32(i), uint32(i*1000%1e6), payload(i*9%300+1, i))
	}
	return c.b
}

// manyBlocks has every kind of block, several sections, and interfaces that
// are described between packets.
func manyBlocks(o order, sections int) []byte {
	c := newPcapng(o)
	c.block(blockNames, c.body().u32(0).b)
	for s := range sections {
		if s == 2 {
			c.sectionIn(map[order]order{little: big, big: little}[o])
		} else if s > 0 {
			c.shb()
		}
		c.idb(1, 0, optName, []byte("eth0"), optResolution, []byte{9})
		for i := range 6 {
			c.epb(0, 1700000000_000000000+uint64(i), payload(i*31+1, i), optComment, []byte("a comment"))
		}
		c.idb(uint16(101+s), 80, optResolution, []byte{0x80 | 20}, optOffset, c.body().u64(uint64(1000*s)).b)
		c.block(0x0bad, c.body().u32(32473).bytes([]byte("custom")).b)
		for i := range 6 {
			c.epb(uint32(i%2), uint64(i)<<22, payload(i*17, i), optFlags, c.body().u32(4<<5).b)
			c.spb(uint32(40+i), payload(40+i, i))
		}
		c.block(blockPacket, c.body().u16(1, 3).u32(0, 5, 7, 9).bytes(payload(7, s)).b)
		c.block(blockStatistics, c.body().u32(0, 0, 0).option(optDropped, c.body().u64(uint64(s)).b).b)
	}
	return c.b
}

// Wherever a file is cut into pieces, and in whatever order they are read, the
// frames are those of a reading from its beginning to its end.
func TestPiecesGiveTheSameFrames(t *testing.T) {
	for name, b := range samples() {
		t.Run(name, func(t *testing.T) {
			path := write(t, "a", b)
			want := readAll(t, Config{Inputs: []string{path}, Serial: true})
			if len(want.frames) == 0 || len(want.damage) > 0 {
				t.Fatalf("%d frames, %v", len(want.frames), want.damage)
			}
			for _, size := range []int{64, 65, 100, 127, 333, 1000, 1024, 4096, 10_000, 64 << 10, 1 << 20} {
				c := Config{Inputs: []string{path}, BatchSize: size}
				if d := differ(readAll(t, c), want); d != "" {
					t.Fatalf("size %d: %s", size, d)
				}
				if d := differ(readParallel(t, c), want); d != "" {
					t.Fatalf("size %d, in parallel: %s", size, d)
				}
				c.Serial = true
				if d := differ(readAll(t, c), want); d != "" {
					t.Fatalf("size %d, serial: %s", size, d)
				}
			}
		})
	}
}

// Records much larger than pieces are read right, and a guess does not read a
// large record that may be a false one.
func TestLargeRecords(t *testing.T) {
	c := newPcap(little, magicMicro, 231) // D-Bus, whose messages may be large
	for i := range 2 {
		c.record(1, uint32(i), payload(50, i)).record(1, uint32(i), payload(guess+1000, i))
	}
	path := write(t, "a", c.b)
	want := readAll(t, Config{Inputs: []string{path}, Serial: true})
	for _, size := range []int{100, 5000, 1 << 20} {
		if d := differ(readParallel(t, Config{Inputs: []string{path}, BatchSize: size}), want); d != "" {
			t.Fatalf("size %d: %s", size, d)
		}
	}
	s, err := Open(Config{Inputs: []string{path}, BatchSize: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var p Piece
	for p.hi < 150 {
		s.Take(&p)
		s.Read(&p)
		if cap(p.Bytes) > 10_000 {
			t.Errorf("a guess has read %d bytes", cap(p.Bytes))
		}
		s.Verify(&p)
	}
}

// A record that any number of pieces may complete takes no room but its own:
// what is kept for large ones is much more.
func TestOrdinaryPiecesStaySmall(t *testing.T) {
	c := newPcap(little, magicNano, 1) // of which there are no variants to decide on
	for i := range 20 {
		c.record(1, uint32(i), payload(maxCaptured, i))
	}
	for name, config := range map[string]Config{
		"chunks": {Inputs: []string{write(t, "a", c.b)}},
		"stream": {Inputs: []string{"-"}, Stdin: bytes.NewReader(c.b)},
	} {
		s, err := Open(config)
		if err != nil {
			t.Fatal(err)
		}
		for p := new(Piece); s.Take(p); p = new(Piece) {
			s.Read(p)
			s.Verify(p)
			if most := DefaultBatchSize + slack + guess; cap(p.Bytes) > most {
				t.Errorf("%s: room for %d bytes, of which %d are used", name, cap(p.Bytes), len(p.Bytes))
			}
		}
		s.Close()
	}
}

// A file that is cut at any byte gives the frames before the cut, and then one
// error at the record that the cut is in, unless the cut is between records.
func TestCutAtEveryByte(t *testing.T) {
	for name, b := range map[string][]byte{"pcap": classicRecords(little, magicNano, 12), "pcapng": manyBlocks(big, 2)} {
		t.Run(name, func(t *testing.T) {
			whole := readAll(t, Config{Inputs: []string{write(t, "whole", b)}})
			bounds := boundaries(b, whole)
			path := write(t, "cut", b)
			for n := len(b) - 1; n >= 12; n-- {
				if err := os.Truncate(path, int64(n)); err != nil {
					t.Fatal(err)
				}
				r := readAll(t, Config{Inputs: []string{path}, Serial: true})
				if d := differ(readAll(t, Config{Inputs: []string{path}, BatchSize: 500}), r); d != "" {
					t.Fatalf("cut at %d: %s", n, d)
				}
				checkCut(t, n, r, whole, bounds)
			}
		})
	}
}

func checkCut(t *testing.T, n int, r, whole reading, bounds []int64) {
	t.Helper()
	for i := range r.frames {
		r.frames[i].Path = whole.frames[i].Path
	}
	if !slices.Equal(r.frames, whole.frames[:len(r.frames)]) {
		t.Fatalf("cut at %d: not the frames before the cut", n)
	}
	if i := len(r.frames); i < len(whole.frames) {
		at, _ := slices.BinarySearch(bounds, whole.frames[i].Offset)
		if bounds[at+1] <= int64(n) {
			t.Fatalf("cut at %d: only %d frames", n, i)
		}
	}
	_, between := slices.BinarySearch(bounds, int64(n))
	switch len(r.damage) {
	case 0:
		if !between {
			t.Fatalf("cut at %d: no damage", n)
		}
	case 1:
		d := r.damage[0]
		_, begins := slices.BinarySearch(bounds, d.Offset)
		if between || !begins || d.Offset > int64(n) || !errors.Is(d.Err, ErrTruncated) || d.Frame != uint64(len(r.frames))+1 || d.Field == "" {
			t.Fatalf("cut at %d: %v", n, &d)
		}
	default:
		t.Fatalf("cut at %d: %v", n, r.damage)
	}
}

// boundaries returns where the records or blocks of b begin, and where the last
// ends: found without the code that is tested. A pcap's own header is one too:
// its damage stands at 0.
func boundaries(b []byte, whole reading) []int64 {
	at := int64(0)
	bounds := []int64{at}
	if whole.frames[0].Offset == pcapHeader {
		for _, f := range whole.frames {
			bounds = append(bounds, f.Offset)
			at = f.Offset + recordHeader + int64(len(f.Data))
		}
		return append(bounds, at)
	}
	o := big
	for at < int64(len(b)) {
		switch string(b[at+8 : at+12]) {
		case "\x4d\x3c\x2b\x1a":
			o = little
		case "\x1a\x2b\x3c\x4d":
			o = big
		}
		at += int64(o.Uint32(b[at+4:]))
		bounds = append(bounds, at)
	}
	return bounds
}

// A frame that is too large is left out and named, and a large block without
// frames is passed over, wherever they stand and however they are read.
func TestWhatIsTooLargeIsPassed(t *testing.T) {
	huge := make([]byte, largest+1)
	options := make([]byte, guess+4)
	classic := newPcap(little, magicMicro, 231)
	blocks := newPcapng(big).idb(231, 0)
	classic.record(1, 1, payload(50, 1)).record(1, 2, huge).record(1, 3, payload(guess+1000, 3))
	blocks.block(0x0bad, options).epb(0, 1, payload(50, 1)).epb(0, 2, huge).spb(largest+1, huge)
	blocks.epb(0, 3, payload(guess+1000, 3)).block(blockNames, options)
	for _, row := range []struct {
		name            string
		b               []byte
		frames, damaged int
		skipped         int
	}{
		{"pcap", classic.b, 2, 1, 0},
		{"pcapng", blocks.b, 2, 2, 1},
		{"pcap, cut", classic.b[:len(classic.b)-guess-2000], 1, 1, 0},
		{"pcapng, cut", blocks.b[:len(blocks.b)-100], 2, 3, 1},
	} {
		path := write(t, "a", row.b)
		want := readAll(t, Config{Inputs: []string{path}, Serial: true})
		if len(want.frames) != row.frames || len(want.damage) != row.damaged || want.skipped != row.skipped {
			t.Fatalf("%s: %d frames, %d skipped, %v", row.name, len(want.frames), want.skipped, want.damage)
		}
		if d := differ(readParallel(t, Config{Inputs: []string{path}}), want); d != "" {
			t.Fatalf("%s: %s", row.name, d)
		}
		piped := readAll(t, Config{Inputs: []string{"-"}, Stdin: &dribble{row.b, 70_001}, BatchSize: 5000})
		for i := range piped.frames {
			piped.frames[i].Path = path
		}
		for i := range piped.damage {
			piped.damage[i].Path = path
		}
		if d := differ(piped, want); d != "" {
			t.Fatalf("%s through a pipe: %s", row.name, d)
		}
	}
}
