package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A bodyWriter writes one body in random pieces and keeps what its file must be.
type bodyWriter struct {
	*rand.Rand
	name     BodyName
	file     BodyFile
	encoding string
	content  []byte // as it was before its codings
	sent     []byte // what is still to be written
	raw      []byte // all that was
	whole    bool
	damaged  bool // sent with other bytes
	result   BodyResult
}

// newBodyWriter makes a body of random size, coding and damage.
func newBodyWriter(t *testing.T, r *rand.Rand, name BodyName) *bodyWriter {
	w := &bodyWriter{Rand: r, name: name, whole: true}
	w.content = prose(r.IntN([]int{2, 100, 5000, 30_000}[r.IntN(4)]))
	w.sent = w.content
	encoder := []string{"", "", "gzip", "deflate", "bare deflate", "br", "zstd"}[r.IntN(7)]
	if encoder != "" {
		w.encoding, w.sent = codingOf(encoder), encode(t, encoder, w.content)
	}
	switch n := max(1, len(w.sent)); r.IntN(5) {
	case 0:
		w.sent, w.whole = w.sent[:r.IntN(n)], false
	case 1:
		w.sent, w.damaged = bytes.Clone(w.sent), true
		for range min(5, len(w.sent)) {
			w.sent[r.IntN(n)] ^= 0xff
		}
	}
	w.raw = w.sent
	return w
}

// step writes a piece and says whether there was one.
func (w *bodyWriter) step(b *Bodies) bool {
	piece := bytes.Clone(w.sent[:min(len(w.sent), 1+w.IntN([]int{2, 50, 1500}[w.IntN(3)]))])
	w.sent = w.sent[len(piece):]
	b.Write(&w.file, w.name, piece)
	invalidate(piece)
	return len(w.sent) > 0
}

func (w *bodyWriter) finish(b *Bodies) {
	w.result = b.Finish(&w.file, w.name, w.encoding, w.whole)
}

// writeBodies writes many bodies in many goroutines, some of each at once, and says what is
// there then and what was said of it.
func writeBodies(t *testing.T, decode bool, c shelfConfig) (files string, all []*bodyWriter) {
	t.Helper()
	dir := t.TempDir() + "/out"
	b, err := openBodies(dir, decode, c)
	if err != nil {
		t.Fatal(err)
	}
	const goroutines, each, live = 5, 15, 5
	var wg sync.WaitGroup
	for g := range goroutines {
		r := rand.New(rand.NewPCG(uint64(g), 9))
		var mine []*bodyWriter
		for i := range each {
			mine = append(mine, newBodyWriter(t, r, NameBody(uint64(g), uint64(i+1), i%2 == 0)))
		}
		all = append(all, mine...)
		wg.Go(func() {
			for first := 0; first < each; first += live {
				for writing := append([]*bodyWriter(nil), mine[first:first+live]...); len(writing) > 0; {
					i := r.IntN(len(writing))
					if !writing[i].step(b) {
						writing[i].finish(b)
						writing = append(writing[:i], writing[i+1:]...)
					}
				}
			}
		})
	}
	wg.Wait()
	if err := b.Commit(); err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		got, err := os.ReadFile(filepath.Join(dir, w.result.File))
		if w.result.File != "" && (err != nil || uint64(len(got)) != w.result.Size) {
			t.Errorf("%+v: %v, there are %d bytes", w.result, err, len(got))
		}
	}
	return tree(t, dir), all
}

func TestBodiesAreAsTheyWereSent(t *testing.T) {
	for name, c := range map[string]shelfConfig{"tight": tight, "as it is": bodyDefaults} {
		t.Run(name, func(t *testing.T) {
			files, all := writeBodies(t, false, c)
			want := 1
			for _, w := range all {
				r := BodyResult{}
				if len(w.raw) > 0 {
					want++
					r = BodyResult{File: string(w.name.Append(nil)), Size: uint64(len(w.raw)), Encoding: w.encoding}
				}
				if w.result != r {
					t.Errorf("of %d bytes: %+v", len(w.raw), w.result)
				}
				if !strings.Contains(files, r.File+": "+string(w.raw)) {
					t.Errorf("%s has not what was written", r.File)
				}
			}
			if got := strings.Count(files, "-request: ") + strings.Count(files, "-response: ") + 1; got != want {
				t.Errorf("there are %d files, not %d", got, want)
			}
		})
	}
}

// TestDecodedBodiesAreWhatTheyWere says that a body that came whole is what it was before its
// coding, and that what is said of others does not depend on what waited where.
func TestDecodedBodiesAreWhatTheyWere(t *testing.T) {
	files, all := writeBodies(t, true, bodyDefaults)
	again, tightly := writeBodies(t, true, tight)
	if files != again {
		t.Error("with little room there are other bytes")
	}
	for i, w := range all {
		if w.result != tightly[i].result {
			t.Errorf("with little room it is %+v, not %+v", tightly[i].result, w.result)
		}
		if r := w.result; w.whole && !w.damaged && len(w.content) > 0 &&
			(r.Err != "" || r.Encoding != "" || r.Size != uint64(len(w.content)) || !strings.Contains(files, r.File+": "+string(w.content))) {
			t.Errorf("of %d bytes, %s: %+v", len(w.content), w.encoding, r)
		}
	}
}

// writeBody opens dir, writes one body and ends as told.
func writeBody(t *testing.T, dir string, decode bool, encoding string, write func(*Bodies, *BodyFile, BodyName), end func(*Bodies) error) (BodyResult, error) {
	t.Helper()
	b, err := openBodies(dir, decode, tight)
	if err != nil {
		return BodyResult{}, err
	}
	var f BodyFile
	name := NameBody(12, 3, false)
	write(b, &f, name)
	r := b.Finish(&f, name, encoding, true)
	b.Manifest([]byte("{12.3}\n"))
	return r, end(b)
}

// atOnce is a body that is written as one piece.
func atOnce(data []byte) func(*Bodies, *BodyFile, BodyName) {
	return func(b *Bodies, f *BodyFile, name BodyName) { b.Write(f, name, data) }
}

// spilled is a body of which a part is in its file before the rest is written.
func spilled(data []byte) func(*Bodies, *BodyFile, BodyName) {
	return func(b *Bodies, f *BodyFile, name BodyName) {
		b.Write(f, name, data[:len(data)/2])
		h := b.backlog(&f.file)
		b.flush(h, 0)
		b.store.drop(h)
		h.mu.Unlock()
		b.Write(f, name, data[len(data)/2:])
	}
}

func TestWhatBecomesOfABody(t *testing.T) {
	text := []byte("hello, hello")
	zipped := encode(t, "gzip", text)
	n := len(zipped)
	for _, c := range []struct {
		name     string
		decode   bool
		encoding string
		data     []byte
		want     BodyResult // of the file 12.3-response, if it has a size
		content  string
	}{
		{"sent", false, "gzip", zipped, BodyResult{Encoding: "gzip", Size: uint64(n)}, string(zipped)},
		{"decoded", true, "gzip", zipped, BodyResult{Size: 12}, "hello, hello"},
		{"without a coding", true, "", text, BodyResult{Size: 12}, "hello, hello"},
		{"identity", true, "Identity", text, BodyResult{Size: 12}, "hello, hello"},
		{"empty", true, "gzip", nil, BodyResult{}, ""},
		{"empty when decoded", true, "gzip", encode(t, "gzip", nil), BodyResult{}, ""},
		{"of an unknown coding", true, "gzip, sdch", text, BodyResult{Size: 12, Encoding: "gzip, sdch", Err: `the coding "sdch" is not known`}, "hello, hello"},
		{"not what it says", true, "gzip", text, BodyResult{Size: 12, Encoding: "gzip", Err: "gzip has no header where one should be: 10 of 12 bytes read"}, "hello, hello"},
		{"cut in its content", true, "gzip", zipped[:n-9], BodyResult{Size: 12, Err: fmt.Sprintf("gzip ends early: %d of %[1]d bytes read", n-9)}, "hello, hello"},
	} {
		for way, write := range map[string]func([]byte) func(*Bodies, *BodyFile, BodyName){"from memory": atOnce, "from a file": spilled} {
			if len(c.data) == 0 && way == "from a file" {
				continue
			}
			dir := t.TempDir() + "/out"
			got, err := writeBody(t, dir, c.decode, c.encoding, write(c.data), (*Bodies).Commit)
			files := "bodies.jsonl: {12.3}\n"
			if want := c.want; want.Size > 0 {
				c.want.File = "12.3-response"
				files = "12.3-response: " + c.content + files
			}
			if got != c.want || err != nil {
				t.Errorf("%s, %s: %+v, %v", c.name, way, got, err)
			}
			if got := tree(t, dir); got != files {
				t.Errorf("%s, %s: there is %q", c.name, way, got)
			}
		}
	}
}

// TestWhatIsMissingIsAHole says that a body's bytes stand where they belong, if that is known,
// and that what is behind a gap is not decoded.
func TestWhatIsMissingIsAHole(t *testing.T) {
	content := prose(400)
	zipped := encode(t, "deflate", content)
	for _, missing := range []uint64{0, 7, 8000} {
		hole := func(data []byte) func(*Bodies, *BodyFile, BodyName) {
			return func(b *Bodies, f *BodyFile, name BodyName) {
				b.Write(f, name, data[:100])
				f.Gap(missing)
				b.Write(f, name, data[100:])
				f.Gap(3)
			}
		}
		want := string(content[:100]) + string(make([]byte, missing)) + string(content[100:]) + "\x00\x00\x00"
		r, err := writeBody(t, t.TempDir()+"/out", false, "", hole(content), func(b *Bodies) error {
			b.Commit()
			if got, _ := os.ReadFile(b.path + "/12.3-response"); string(got) != want {
				t.Errorf("with %d bytes missing there are %d", missing, len(got))
			}
			return b.Err()
		})
		if r != (BodyResult{File: "12.3-response", Size: uint64(len(want))}) || err != nil {
			t.Errorf("with %d bytes missing: %+v, %v", missing, r, err)
		}
		r, err = writeBody(t, t.TempDir()+"/out", true, "deflate", hole(zipped), func(b *Bodies) error {
			b.Commit()
			if got, _ := os.ReadFile(b.path + "/12.3-response"); len(got) == 0 || !bytes.HasPrefix(content, got) {
				t.Errorf("decoded, with %d bytes missing there are %d", missing, len(got))
			}
			return b.Err()
		})
		if want := fmt.Sprintf("deflate is not all there: 100 of %d bytes read", uint64(len(zipped))+missing+3); r.Err != want || r.Encoding != "" || err != nil {
			t.Errorf("decoded, with %d bytes missing: %+v, %v", missing, r, err)
		}
	}
}

// TestWhatEndsBeforeAGapIsNotWhole cuts a body that is decoded before its first byte,
// and behind the last that its coding needs.
func TestWhatEndsBeforeAGapIsNotWhole(t *testing.T) {
	for encoder := range encoders {
		zipped := encode(t, encoder, prose(50))
		for _, at := range []int{0, len(zipped)} {
			r, err := writeBody(t, t.TempDir()+"/out", true, codingOf(encoder), func(b *Bodies, f *BodyFile, name BodyName) {
				b.Write(f, name, zipped[:at])
				f.Gap(2)
				b.Write(f, name, []byte("more"))
			}, (*Bodies).Commit)
			want := BodyResult{File: "12.3-response", Size: 50, Err: fmt.Sprintf("%s is not all there: %d of %d bytes read", codingOf(encoder), at, at+6)}
			if at == 0 {
				want.Size, want.Encoding = 6, codingOf(encoder)
			}
			if r != want || err != nil {
				t.Errorf("%s: %+v, %v", encoder, r, err)
			}
		}
	}
}

// TestAGapMayBeAsLargeAsAnyNumber says so of what a message announces.
func TestAGapMayBeAsLargeAsAnyNumber(t *testing.T) {
	r, err := writeBody(t, t.TempDir()+"/out", false, "", func(b *Bodies, f *BodyFile, name BodyName) {
		b.Write(f, name, []byte("abc"))
		for range 9 {
			f.Gap(1<<64 - 1)
			b.Write(f, name, []byte("abc"))
		}
	}, (*Bodies).Abort)
	if want := (BodyResult{File: "12.3-response", Size: fileLimit, Err: "is larger than a file can be"}); r != want || err != nil {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWhatWaitsOfBodiesIsAtMost16MiB(t *testing.T) {
	c := bodyDefaults
	if most := c.blocks*c.blockSize + c.pens*c.gather + 2*bodyUnpackers*c.gather; most > 16<<20 {
		t.Errorf("it can be %d bytes", most)
	}
	if open := c.pens + 2*bodyUnpackers; open > 16 {
		t.Errorf("%d files can be open", open)
	}
}

// TestWhoeverDecodesGetsOn says that many who take several decoders at a time do not wait for
// each other for ever, and give all back.
func TestWhoeverDecodesGetsOn(t *testing.T) {
	b, err := openBodies(t.TempDir()+"/out", true, tight)
	if err != nil {
		t.Fatal(err)
	}
	content := prose(2000)
	sent := map[string][]byte{
		"gzip, br":  encode(t, "br", encode(t, "gzip", content)),
		"zstd, br":  encode(t, "br", encode(t, "zstd", content)),
		"br, zstd":  encode(t, "zstd", encode(t, "br", content)),
		"gzip,gzip": encode(t, "gzip", encode(t, "gzip", content)),
	}
	var wg sync.WaitGroup
	for g := range uint64(8) {
		wg.Go(func() {
			for i := range uint64(4) {
				for encoding, data := range sent {
					var f BodyFile
					name := NameBody(g, i, len(encoding)%2 == 0)
					b.Write(&f, name, data)
					if r := b.Finish(&f, name, encoding, true); r.Err != "" || r.Size != 2000 {
						t.Errorf("%s: %+v", encoding, r)
					}
				}
			}
		})
	}
	wg.Wait()
	if len(b.unpackers) != bodyUnpackers || len(b.windows) != bodyWindows || len(b.pens) != tight.pens || len(b.store.free) != tight.blocks {
		t.Errorf("there are %d unpackers, %d windows, %d pens, %d blocks", len(b.unpackers), len(b.windows), len(b.pens), len(b.store.free))
	}
	b.Abort()
}

func TestABodyThatFitsHasNoFileBeforeItsEnd(t *testing.T) {
	writeBody(t, t.TempDir()+"/out", true, "gzip", func(b *Bodies, f *BodyFile, name BodyName) {
		b.Write(f, name, encode(t, "gzip", prose(200)))
		if got := listing(t, b.temp); got != bodiesName {
			t.Errorf("there is %s", got)
		}
	}, (*Bodies).Abort)
}

func TestWritingABodyAllocatesNothing(t *testing.T) {
	b, err := OpenBodies(t.TempDir()+"/out", true)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	var f BodyFile
	piece := make([]byte, 1448)
	if n := testing.AllocsPerRun(100, func() { b.Write(&f, NameBody(1, 1, true), piece) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestBodiesAndStreamsCanBeInOneDirectory(t *testing.T) {
	dir := t.TempDir() + "/out"
	_, err := writeBody(t, dir, false, "", atOnce([]byte("body")), func(b *Bodies) error {
		return errors.Join(writeStream(t, dir, (*Streams).Commit), b.Commit())
	})
	if got := tree(t, dir); err != nil || got != "12.3-response: body7-10.0.0.1_40000-10.0.0.2_80: newbodies.jsonl: {12.3}\nmanifest.jsonl: {7}\n" {
		t.Errorf("%v, there is %s", err, got)
	}
}

func TestAfterTheirEndNothingHappensToBodies(t *testing.T) {
	for name, end := range map[string]func(*Bodies) error{"Commit": (*Bodies).Commit, "Abort": (*Bodies).Abort} {
		dir := t.TempDir()
		var before string
		_, err := writeBody(t, dir+"/out", true, "gzip", atOnce([]byte("x")), func(b *Bodies) error {
			var begun, late BodyFile
			b.Write(&begun, NameBody(8, 1, true), encode(t, "gzip", []byte("begun")))
			if err := end(b); err != nil {
				return err
			}
			before = tree(t, dir)
			b.Finish(&begun, NameBody(8, 1, true), "gzip", true)
			b.Write(&late, NameBody(9, 1, true), []byte("late"))
			b.Finish(&late, NameBody(9, 1, true), "gzip", true)
			return errors.Join(b.Manifest([]byte("late")), b.Commit(), b.Abort(), b.Err())
		})
		if got := tree(t, dir); err != nil || got != before {
			t.Errorf("%s: %v, there is %s", name, err, got)
		}
	}
}

// TestWhatFailsWhileDecodingIsKept puts directories where files should be.
func TestWhatFailsWhileDecodingIsKept(t *testing.T) {
	zipped := encode(t, "gzip", prose(300))
	for op, c := range map[string]struct {
		write func([]byte) func(*Bodies, *BodyFile, BodyName)
		at    string
	}{"create": {atOnce, "12.3-response"}, "create ": {spilled, "12.3-response.decoded"}} {
		dir := t.TempDir() + "/out"
		_, err := writeBody(t, dir, true, "gzip", func(b *Bodies, f *BodyFile, name BodyName) {
			c.write(zipped)(b, f, name)
			if err := os.Mkdir(filepath.Join(b.temp, c.at), 0o777); err != nil {
				t.Fatal(err)
			}
		}, (*Bodies).Commit)
		e, ok := errors.AsType[*fs.PathError](err)
		if !ok || e.Op != strings.TrimSpace(op) || e.Path != dir+"/12.3-response" {
			t.Errorf("%s: the error is %v", c.at, err)
		}
		if got := listing(t, filepath.Dir(dir)); got != "" {
			t.Errorf("%s: there is %s", c.at, got)
		}
	}
}

func TestBodiesThatCannotBeOpenedSayWhy(t *testing.T) {
	if _, err := OpenBodies("", true); err == nil || err.Error() != `bodies "": is no directory` {
		t.Errorf("no name: %v", err)
	}
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBodies(file, true); err == nil {
		t.Error("a file is a directory")
	}
}

func TestBodiesHaveNamesOfTheirOwn(t *testing.T) {
	for want, n := range map[string]BodyName{
		"12.3-request":  NameBody(12, 3, true),
		"12.3-response": NameBody(12, 3, false),
		"18446744073709551615.18446744073709551615-response": NameBody(1<<64-1, 1<<64-1, false),
	} {
		if got := string(n.Append([]byte("x"))); got != "x"+want {
			t.Errorf("%s is called %s", want, got)
		}
	}
}
