package capfile

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// tree makes files in a new directory; one that ends in a slash is a directory.
func tree(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			err := os.MkdirAll(path, 0o777)
			if err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func at(seconds uint32) []byte {
	return newPcap(little, magicMicro, 1).record(seconds, 0, []byte("x")).b
}

// opened lists what a Source will read, and why not the rest.
func opened(t *testing.T, dir string, inputs ...string) string {
	t.Helper()
	for i := range inputs {
		if inputs[i] != "-" {
			inputs[i] = filepath.Join(dir, inputs[i])
		}
	}
	s, err := Open(Config{Inputs: inputs, Stdin: bytes.NewReader(at(9))})
	if err != nil {
		return strings.ReplaceAll(err.Error(), dir+"/", "")
	}
	defer s.Close()
	var words []string
	for i, f := range s.Files() {
		if f.Index != i {
			t.Errorf("%s has index %d, not %d", f.Path, f.Index, i)
		}
		words = append(words, f.Path)
	}
	for _, err := range s.Errors() {
		var in *InputError
		if !errors.As(err, &in) {
			t.Errorf("not an InputError: %v", err)
		}
		words = append(words, "\n"+err.Error())
	}
	return strings.ReplaceAll(strings.Join(words, " "), dir+"/", "")
}

func TestInputs(t *testing.T) {
	dir := tree(t, map[string][]byte{
		"b.pcap": at(1), "a.pcap": at(2), "c.pcap": at(3),
		"d/late.pcap": at(30), "d/early.pcap": at(10), "d/mid": newPcapng(little).idb(1, 0).epb(0, 20e6, nil).b,
		"d/no time": newPcap(little, magicMicro, 1).b, "d/notes.txt": []byte("notes"), "d/below/x.pcap": at(5),
		"[x].pcap": at(4), "empty/": nil, "texts/a": []byte("hello"), "texts/b": nil,
		"none": nil, "text": []byte("just some text\n"), "elf": []byte("\x7fELF\x02\x01\x01"), "png": []byte("\x89PNG\r\n\x1a\n0000"),
		"bin": {1, 2, 3, 4, 5, 6, 7, 8, 9}, "gz": pack(t, gzipWriter, []byte("a text")), "gz of none": pack(t, gzipWriter, nil),
		"gz cut": pack(t, gzipWriter, at(1))[:8], "short": {0xd4, 0xc3, 0xb2},
		"ng-like": []byte("\n\r\r\n0123456789012345"), "magic": {0xd4, 0xc3, 0xb2, 0xa1},
	})
	for _, row := range []struct {
		inputs []string
		want   string
	}{
		{[]string{"b.pcap", "a.pcap", "b.pcap"}, "b.pcap a.pcap b.pcap"},
		{[]string{"[a-c].pcap"}, "a.pcap b.pcap c.pcap"},
		{[]string{"[x].pcap"}, "[x].pcap"},
		{[]string{"d"}, "d/below/x.pcap d/early.pcap d/mid d/late.pcap d/no time"},
		{[]string{"c.pcap", "d", "-", "a.pcap"}, "c.pcap d/below/x.pcap d/early.pcap d/mid d/late.pcap d/no time - a.pcap"},
		{[]string{"?"}, "d/below/x.pcap d/early.pcap d/mid d/late.pcap d/no time"},
		{[]string{"-", "-"}, "- \n-: standard input can be read only once"},
		{[]string{"magic"}, "magic"},
		{[]string{"a.pcap", "missing", "none", "text", "elf", "png"}, "a.pcap \nmissing: no such file or directory " +
			"\nnone: not a capture: is empty \ntext: not a capture: looks like text " +
			"\nelf: not a capture: looks like an ELF file \npng: not a capture: looks like a PNG image"},
		{[]string{"missing", "x*", "[", "bin"}, "missing: no such file or directory\nx*: no such file, and no file matches\n" +
			"[: syntax error in pattern\nbin: not a capture: begins with 01 02 03 04 05 06 07 08"},
		{[]string{"empty", "texts"}, "empty: is a directory with no captures (0 other files)\ntexts: is a directory with no captures (2 other files)"},
		{[]string{"gz", "gz of none", "gz cut"}, "gz: not a capture: is gzip of something that is no capture\n" +
			"gz of none: not a capture: is gzip of nothing\ngz cut: gzip that cannot be decompressed: unexpected EOF"},
		{[]string{"short", "ng-like"}, "short: not a capture: begins with d4 c3 b2\nng-like: not a capture: looks like text"},
	} {
		name := strings.Join(row.inputs, " ")
		if got := opened(t, dir, row.inputs...); got != row.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, row.want)
		}
	}
	if _, err := Open(Config{}); err == nil {
		t.Error("no inputs are accepted")
	}
	if _, err := Open(Config{Inputs: []string{"-"}, BatchSize: -1}); err == nil {
		t.Error("a negative batch size is accepted")
	}
}

func TestSkippedFilesAreCounted(t *testing.T) {
	dir := tree(t, map[string][]byte{"a.pcap": at(1), "b": nil, "c": []byte("text"), "d/e": nil})
	for _, to := range []string{"nowhere", "d"} { // neither is followed
		if err := os.Symlink(to, filepath.Join(dir, "to "+to)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(Config{Inputs: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Skipped() != 5 || len(s.Errors()) != 0 {
		t.Errorf("%d skipped, %v", s.Skipped(), s.Errors())
	}
}

// Several inputs are one capture: their frames are numbered through.
func TestFramesAreNumberedOverAllInputs(t *testing.T) {
	var inputs []string
	for range 5 {
		inputs = append(inputs, write(t, "a", classicRecords(little, magicMicro, 7)))
	}
	r := readParallel(t, Config{Inputs: inputs, BatchSize: 300})
	if len(r.frames) != 35 || len(r.damage) > 0 {
		t.Fatal(describe(r))
	}
	for i, f := range r.frames {
		if f.Number != uint64(i)+1 || f.Path != inputs[i/7] {
			t.Fatalf("frame %d is %d of %s", i+1, f.Number, f.Path)
		}
	}
}

func TestFirstTime(t *testing.T) {
	timeless := newPcapng(little).idb(1, 0).spb(1, []byte("x")).b
	late := newPcapng(little).block(blockNames, make([]byte, 200_000)).idb(1, 0).spb(1, []byte("x")).epb(0, 7, nil).b
	secret := newPcapng(big).block(blockSecrets, make([]byte, guess+4)).block(0x0bad, make([]byte, 2<<20)).idb(1, 0).epb(0, 8000, nil).b
	long := newPcap(little, magicMicro, 231).record(6, 0, make([]byte, 2<<20)).b
	huge := newPcap(little, magicMicro, 231).record(6, 0, make([]byte, largest+1)).record(7, 0, nil).b
	for _, row := range []struct {
		name  string
		files [][]byte
		want  int64
		ok    bool
	}{
		{"of the first file", [][]byte{at(3), at(2)}, 3e9, true},
		{"the first file has none", [][]byte{timeless, at(2)}, 2e9, true},
		{"after other blocks", [][]byte{late}, 7000, true},
		{"compressed", [][]byte{pack(t, gzipWriter, at(5))}, 5e9, true},
		{"after large blocks", [][]byte{secret}, 8000000, true},
		{"of a frame of two megabytes", [][]byte{long, at(7)}, 6e9, true},
		{"behind a frame that is left out", [][]byte{huge}, 7e9, true},
		{"none", [][]byte{timeless}, 0, false},
	} {
		var inputs []string
		for _, b := range row.files {
			inputs = append(inputs, write(t, "a", b))
		}
		s, err := Open(Config{Inputs: inputs})
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := s.FirstTime(); got != row.want || ok != row.ok {
			t.Errorf("%s: %d, %t", row.name, got, ok)
		}
		s.Close()
	}
	c := Config{Inputs: []string{"-"}, Stdin: bytes.NewReader(at(4))}
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, ok := s.FirstTime()
	var p Piece
	if more := s.Take(&p); got != 4e9 || !ok || !more || len(p.Frames) != 1 {
		t.Errorf("standard input: %d, %t, %d frames", got, ok, len(p.Frames))
	}
}

// A pipe gives what the file gives, however its writer cuts it.
func TestPipes(t *testing.T) {
	for name, b := range samples() {
		want := readAll(t, Config{Inputs: []string{write(t, "a", b)}})
		for _, packed := range [][]byte{b, pack(t, gzipWriter, b)} {
			for _, size := range []int{1, 13, 1000, 1 << 20} {
				if size == 1 && len(b) > 50_000 {
					continue
				}
				got := readAll(t, Config{Inputs: []string{"-"}, Stdin: &dribble{packed, size}, BatchSize: 1000})
				for i := range got.frames {
					got.frames[i].Path = want.frames[0].Path
				}
				if d := differ(got, want); d != "" {
					t.Fatalf("%s in writes of %d: %s", name, size, d)
				}
			}
		}
	}
}

// A dribble gives a few bytes at a time.
type dribble struct {
	b    []byte
	size int
}

func (d *dribble) Read(b []byte) (int, error) {
	if len(d.b) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), d.size)], d.b)
	d.b = d.b[n:]
	return n, nil
}

func TestFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	b := classicRecords(big, magicNano, 100)
	go func() { os.WriteFile(path, b, 0) }()
	r := readAll(t, Config{Inputs: []string{path}})
	if len(r.frames) != 100 || len(r.damage) > 0 {
		t.Error(describe(r))
	}
}

// A frame that has come through a pipe is handed out before the next one comes.
func TestPipeIsNotHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := io.Pipe()
		records := classicRecords(little, magicNano, 8)
		go func() {
			for len(records) > 0 {
				n := min(len(records), 50)
				to.Write(records[:n])
				records = records[n:]
				time.Sleep(time.Second)
			}
			to.Close()
		}()
		s, err := Open(Config{Inputs: []string{"-"}, Stdin: from})
		if err != nil {
			t.Fatal(err)
		}
		var p Piece
		s.Take(&p)
		synctest.Wait()
		if len(p.Frames) == 0 || len(p.Frames) == 8 {
			t.Errorf("%d frames at first", len(p.Frames))
		}
		for s.Take(&p) {
		}
		s.Close()
	})
}

// Stop wakes a Take that waits for a pipe.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from, to := io.Pipe()
		go to.Write(newPcap(little, magicNano, 1).b)
		s, err := Open(Config{Inputs: []string{"-"}, Stdin: from})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(time.Hour)
			s.Stop()
		}()
		var p Piece
		for range 2 {
			if s.Take(&p) {
				t.Error("there is more after Stop")
			}
		}
		s.Close()
		s.Close()
		to.Close() // now the reading goroutine ends, or the bubble fails
	})
}

// Closing in the middle leaves no goroutine behind, and no file open.
func TestCloseInTheMiddle(t *testing.T) {
	b := classicRecords(little, magicMicro, 5000)
	plain, packed := write(t, "plain", b), write(t, "packed", pack(t, gzipWriter, b))
	before := openFiles(t)
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []Config{{}, {Serial: true}} {
			for taken := range 5 {
				c.Inputs, c.BatchSize = []string{packed, plain, packed}, 1000
				s, err := Open(c)
				if err != nil {
					t.Fatal(err)
				}
				pieces := make([]Piece, taken)
				for i := range pieces {
					s.Take(&pieces[i])
					s.Read(&pieces[i])
				}
				s.Close()
			}
		}
	})
	if after := openFiles(t); after != before {
		t.Errorf("%d files open, %d before", after, before)
	}
}

// However many inputs there are, few are open at a time, and none in the end.
func TestFewFilesAreOpen(t *testing.T) {
	dir := t.TempDir()
	for i := range 100 {
		name := filepath.Join(dir, string(rune('a'+i%26))+strings.Repeat("x", i/26))
		if err := os.WriteFile(name, at(uint32(i)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	before, most := openFiles(t), 0
	s, err := Open(Config{Inputs: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	var p Piece
	for n := 0; ; n++ {
		more := s.Take(&p)
		if !more {
			if n != 100 || p.First != 100 {
				t.Errorf("%d pieces, the last frame is %d", n, p.First)
			}
			break
		}
		most = max(most, openFiles(t))
		s.Read(&p)
		s.Verify(&p)
	}
	if after := openFiles(t); most > before+2 || after != before {
		t.Errorf("%d files open before, at most %d, %d after", before, most, after)
	}
	s.Close()
}

func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// The pieces together cover every byte on disk.
func TestConsumedIsTheSize(t *testing.T) {
	b := classicRecords(little, magicMicro, 500)
	inputs := []string{write(t, "a", b), write(t, "b", pack(t, gzipWriter, b)), write(t, "c", manyBlocks(big, 3)), write(t, "d", b[:20])}
	for _, serial := range []bool{false, true} {
		s, err := Open(Config{Inputs: inputs, BatchSize: 1000, Serial: serial})
		if err != nil {
			t.Fatal(err)
		}
		var p Piece
		var consumed int64
		for {
			if !s.Take(&p) {
				break
			}
			s.Read(&p)
			s.Verify(&p)
			consumed += p.Consumed
		}
		if consumed != s.Size() {
			t.Errorf("serial %t: %d bytes, the inputs have %d", serial, consumed, s.Size())
		}
		s.Close()
	}
}

// A file that shrinks while it is read is truncated, wherever it ends now; one
// that grows is read to the size that it had.
func TestFilesThatChange(t *testing.T) {
	b := classicRecords(little, magicMicro, 50)
	whole := readAll(t, Config{Inputs: []string{write(t, "a", b)}})
	for _, serial := range []bool{false, true} {
		for _, size := range []int{100, 1000, 1 << 20} {
			for n := len(b) + 100; n >= 0; n -= 397 {
				path := write(t, "a", b)
				s, err := Open(Config{Inputs: []string{path}, BatchSize: size, Serial: serial})
				if err != nil {
					t.Fatal(err)
				}
				if err := os.Truncate(path, int64(n)); err != nil {
					t.Fatal(err)
				}
				var r reading
				var p Piece
				for {
					if !s.Take(&p) {
						break
					}
					s.Read(&p)
					s.Verify(&p)
					r.take(&p)
				}
				s.Close()
				for i := range r.frames {
					r.frames[i].Path = whole.frames[0].Path
				}
				if n >= len(b) {
					if d := differ(r, whole); d != "" {
						t.Fatalf("grown: %s", d)
					}
					continue
				}
				if len(r.damage) != 1 || !errors.Is(r.damage[0].Err, ErrTruncated) || r.damage[0].Offset > int64(max(n, pcapHeader)) {
					t.Fatalf("cut to %d of %d, size %d, serial %t:\n%s", n, len(b), size, serial, describe(reading{damage: r.damage}))
				}
			}
		}
	}
}

// Frames goes on after what it cannot open and after damage, and can be left.
func TestFramesGoesOn(t *testing.T) {
	cut := classicRecords(little, magicMicro, 3)
	dir := tree(t, map[string][]byte{"cut": cut[:len(cut)-1], "whole": at(7)})
	inputs := []string{filepath.Join(dir, "missing"), filepath.Join(dir, "cut"), filepath.Join(dir, "whole")}
	var got []string
	for f, err := range Frames(inputs...) {
		if err != nil {
			got = append(got, strings.ReplaceAll(err.Error(), dir+"/", ""))
		} else {
			got = append(got, f.File.Path[len(dir)+1:])
		}
	}
	want := "missing: no such file or directory, cut, cut, cut at byte 67, frame 3: packet data: file ends in the middle, whole"
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got %s", text)
	}
	for range 5 {
		for range Frames(inputs...) {
			break
		}
	}
	for _, err := range Frames(inputs[0]) {
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	}
}
