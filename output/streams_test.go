package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/pcappipe/pcappipe/flow"
)

// tight has a store that is nearly always full.
var tight = shelfConfig{blocks: 12, blockSize: 64, gather: 256, pens: 2}

func streamName(flow uint64) StreamName {
	return StreamName{Flow: flow, Src: [16]byte{10, 0, 0, 1}, Dst: [16]byte{10, 0, 0, 2}, SrcPort: 40000, DstPort: 80}
}

func nameOf(flow uint64) string { n := streamName(flow); return string(n.Append(nil)) }

// A streamWriter writes one stream in random pieces and keeps what its file must be.
type streamWriter struct {
	*rand.Rand
	name   StreamName
	file   StreamFile
	at     uint64
	want   []byte
	length uint64
}

// step writes one piece, behind a gap or not.
func (w *streamWriter) step(s *Streams) {
	if w.IntN(4) == 0 {
		w.at += uint64(w.IntN([]int{3, 100, 9000}[w.IntN(3)]))
	}
	b := make([]byte, w.IntN([]int{2, 50, 700}[w.IntN(3)]))
	for i := range b {
		b[i] = byte(w.Uint32())
	}
	s.Write(&w.file, w.name, w.at, b)
	if len(b) > 0 {
		w.want = append(w.want, make([]byte, int(w.at)-len(w.want))...)
		w.want = append(w.want, b...)
	}
	w.at += uint64(len(b))
	invalidate(b)
}

// invalidate does what becomes of a view when its call is over.
func invalidate(b []byte) {
	for i := range b {
		b[i] = 0xCC
	}
}

func (w *streamWriter) finish(s *Streams) {
	w.length = w.at
	s.Finish(&w.file, w.name, w.length)
	if w.file.Written() {
		w.want = append(w.want, make([]byte, int(w.length)-len(w.want))...)
	}
}

// check says whether the file has what was written, and is there only if anything was.
func (w *streamWriter) check(t *testing.T, dir string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, string(w.name.Append(nil))))
	switch {
	case !w.file.Written():
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("flow %d: a file without bytes: %v", w.name.Flow, err)
		}
	case err != nil:
		t.Error(err)
	case !bytes.Equal(got, w.want):
		t.Errorf("flow %d: %d bytes are not the %d that were written", w.name.Flow, len(got), len(w.want))
	}
}

// TestFilesHaveWhatWasWritten says so of random pieces with gaps, of many
// streams, in many goroutines, with little room.
func TestFilesHaveWhatWasWritten(t *testing.T) {
	for name, c := range map[string]shelfConfig{"tight": tight, "as it is": streamDefaults} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir() + "/out"
			s, err := openStreams(dir, c)
			if err != nil {
				t.Fatal(err)
			}
			const goroutines, each = 6, 12
			all := make([][]*streamWriter, goroutines)
			var wg sync.WaitGroup
			for g := range all {
				r := rand.New(rand.NewPCG(uint64(g), 7))
				for i := range each {
					all[g] = append(all[g], &streamWriter{Rand: r, name: streamName(uint64(g*each + i + 1))})
				}
				wg.Go(func() {
					for range 40 * each {
						all[g][r.IntN(each)].step(s)
					}
					for _, w := range all[g] {
						w.finish(s)
					}
				})
			}
			wg.Wait()
			if err := s.Commit(); err != nil {
				t.Fatal(err)
			}
			for _, list := range all {
				for _, w := range list {
					w.check(t, dir)
				}
			}
		})
	}
}

// TestBytesInAnyOrderStandWhereTheyBelong says that a later write wins, also
// over bytes that still wait.
func TestBytesInAnyOrderStandWhereTheyBelong(t *testing.T) {
	dir := t.TempDir() + "/out"
	s, err := openStreams(dir, tight)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var files [20]StreamFile
	var want [20][]byte
	for range 2000 {
		i := r.IntN(len(files))
		at, b := r.IntN(1000), bytes.Repeat([]byte{byte(r.Uint32())}, 1+r.IntN(90))
		if grown := at + len(b) - len(want[i]); grown > 0 {
			want[i] = append(want[i], make([]byte, grown)...)
		}
		copy(want[i][at:], b)
		s.Write(&files[i], streamName(uint64(i)), uint64(at), b)
	}
	if err := s.Commit(); err != nil { // which writes what was not finished, too
		t.Fatal(err)
	}
	for i := range files {
		if got, err := os.ReadFile(filepath.Join(dir, nameOf(uint64(i)))); err != nil || !bytes.Equal(got, want[i]) {
			t.Errorf("file %d: %v, %d bytes are not the %d that were written", i, err, len(got), len(want[i]))
		}
	}
}

func TestWhatWaitsIsAtMost16MiB(t *testing.T) {
	c := streamDefaults
	if most := c.blocks*c.blockSize + c.pens*c.gather; most > 16<<20 {
		t.Errorf("it can be %d bytes", most)
	}
	if c.gather%c.blockSize != 0 {
		t.Errorf("%d bytes are no whole number of blocks", c.gather)
	}
}

func TestAStoreGivesBackWhatItLends(t *testing.T) {
	s, err := openStreams(t.TempDir()+"/out", tight)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	var list []*streamWriter
	for i := range 30 {
		list = append(list, &streamWriter{Rand: r, name: streamName(uint64(i))})
	}
	for range 3000 {
		list[r.IntN(len(list))].step(s)
	}
	for _, w := range list {
		w.finish(s)
	}
	seen := make(map[uint32]bool)
	for _, block := range s.store.free {
		seen[block] = true
	}
	if len(seen) != tight.blocks || len(s.store.free) != tight.blocks {
		t.Errorf("of %d blocks %d are free, %d different ones", tight.blocks, len(s.store.free), len(seen))
	}
	s.Abort()
}

// TestWithoutRoomBytesAreWrittenAtOnce holds all backlogs, as other goroutines may.
func TestWithoutRoomBytesAreWrittenAtOnce(t *testing.T) {
	dir := t.TempDir() + "/out"
	s, err := openStreams(dir, tight)
	if err != nil {
		t.Fatal(err)
	}
	s.store.free = nil
	for i := range s.store.backlogs {
		s.store.backlogs[i].mu.Lock()
	}
	var f StreamFile
	s.Write(&f, streamName(1), 2, []byte("abc"))
	s.Write(&f, streamName(1), 5, []byte("de"))
	s.Finish(&f, streamName(1), 8)
	for i := range s.store.backlogs {
		s.store.backlogs[i].mu.Unlock()
	}
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	if got, want := tree(t, dir), nameOf(1)+": \x00\x00abcde\x00manifest.jsonl: "; got != want {
		t.Errorf("there is %q", got)
	}
}

// TestALongStreamIsWrittenInLargePieces says that a backlog takes as many blocks as
// it fills, and is written when it has all that may be written at once.
func TestALongStreamIsWrittenInLargePieces(t *testing.T) {
	s, err := openStreams(t.TempDir()+"/out", tight)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	var f StreamFile
	for at := range uint64(3 * tight.gather) {
		s.Write(&f, streamName(1), at, []byte{1})
		h := &s.store.backlogs[f.backlog-1]
		if want := int(at) / tight.gather * tight.gather; h.start != uint64(want) {
			t.Fatalf("behind %d bytes those from %d wait", at+1, h.start)
		}
		if got, want := tight.blocks-len(s.store.free), (h.length+tight.blockSize-1)/tight.blockSize; got != want {
			t.Fatalf("%d bytes wait in %d blocks", h.length, got)
		}
	}
}

// TestOnlyAPenOpensAFile says that no more files are open than there are pens: while
// all are in use, a file waits for one.
func TestOnlyAPenOpensAFile(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, err := openStreams(dir+"/out", tight)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Abort()
		var pens []*pen
		for range tight.pens {
			pens = append(pens, <-s.pens)
		}
		for i := range uint64(5) {
			go func() {
				var f StreamFile
				s.Write(&f, streamName(i), 0, []byte("x"))
				s.Finish(&f, streamName(i), 1)
			}()
		}
		synctest.Wait()
		if got := tree(t, s.temp); got != manifestName+": " {
			t.Errorf("without a pen there is %s", got)
		}
		for _, p := range pens {
			s.pens <- p
		}
		synctest.Wait()
		if list, err := os.ReadDir(s.temp); err != nil || len(list) != 5+1 {
			t.Errorf("%v, then there are %d files", err, len(list))
		}
	})
}

func TestTheManifestHasItsLinesInOrder(t *testing.T) {
	dir := t.TempDir() + "/out"
	s, err := OpenStreams(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := s.Manifest(fmt.Appendf(nil, "{%d}\n", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); got != "manifest.jsonl: {0}\n{1}\n{2}\n" {
		t.Errorf("there is %s", got)
	}
}

func TestAFileEndsWhereItsStreamDoes(t *testing.T) {
	for _, c := range []struct {
		name              string
		at, length        uint64
		size              int64 // of the file, -1 for none
		truncated, nobyte bool
	}{
		{name: "with its last byte", at: 5, length: 8, size: 8},
		{name: "with a gap", at: 5, length: 1 << 30, size: 1 << 30},
		{name: "with a gap beyond the limit", at: 5, length: 1 << 60, size: fileLimit, truncated: true},
		{name: "with bytes at the limit", at: fileLimit - 1, length: fileLimit + 2, size: fileLimit, truncated: true},
		{name: "with bytes beyond the limit", at: 1 << 60, length: 1<<60 + 3, size: -1, truncated: true},
		{name: "with bytes at the end of all offsets", at: 1<<64 - 3, length: 1<<64 - 1, size: -1, truncated: true},
		{name: "with nothing but a gap", length: 70, size: -1, nobyte: true},
	} {
		dir := t.TempDir() + "/out"
		s, err := OpenStreams(dir)
		if err != nil {
			t.Fatal(err)
		}
		var f StreamFile
		if !c.nobyte {
			s.Write(&f, streamName(1), c.at, []byte("abc"))
		}
		s.Finish(&f, streamName(1), c.length)
		if err := s.Commit(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		size := int64(-1)
		if info, err := os.Stat(filepath.Join(dir, nameOf(1))); err == nil {
			size = info.Size()
		}
		if size != c.size || f.Truncated() != c.truncated || f.Written() != (c.size >= 0) {
			t.Errorf("%s: %d bytes, truncated %v, written %v", c.name, size, f.Truncated(), f.Written())
		}
	}
}

func TestWritingAllocatesNothingButToFlush(t *testing.T) {
	s, err := OpenStreams(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	var f StreamFile
	b, at := make([]byte, 1448), uint64(0)
	if n := testing.AllocsPerRun(100, func() {
		s.Write(&f, streamName(1), at, b)
		at += uint64(len(b))
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestStreamsHaveSafeNamesOfTheirOwn(t *testing.T) {
	k, from := flow.NewKey(flow.IPv4, 6, []byte{10, 0, 0, 2}, []byte{10, 0, 0, 1}, 80, 40000, 0)
	if a, b := NameStream(7, &k, from), NameStream(7, &k, 1-from); string(a.Append(nil)) != "7-10.0.0.2_80-10.0.0.1_40000" || b != streamName(7) {
		t.Errorf("the directions are called %s and %s", a.Append(nil), b.Append(nil))
	}
	mapped := StreamName{Flow: 3, IPv6: true, SrcPort: 1, DstPort: 1,
		Src: [16]byte{10: 0xff, 11: 0xff, 12: 1, 13: 2, 14: 3, 15: 4},
		Dst: [16]byte{6: 0xff, 7: 0xff, 9: 1, 11: 2, 13: 3, 15: 4}}
	for want, n := range map[string]StreamName{
		"7-10.0.0.1_40000-10.0.0.2_80": streamName(7),
		"18446744073709551615-2001.db8.._65535-..1_0": {Flow: 1<<64 - 1, IPv6: true, SrcPort: 65535,
			Src: [16]byte{0x20, 0x01, 0x0d, 0xb8}, Dst: [16]byte{15: 1}},
		"3-..ffff.102.304_1-..ffff.1.2.3.4_1": mapped,
	} {
		if got := string(n.Append([]byte("x"))); got != "x"+want {
			t.Errorf("%s is called %s", want, got)
		}
	}
}
