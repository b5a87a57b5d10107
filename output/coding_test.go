package output

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// encoders apply each coding, "deflate" as it should be and as many send it.
var encoders = map[string]func(io.Writer) io.WriteCloser{
	"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"bare deflate": func(w io.Writer) io.WriteCloser {
		z, _ := flate.NewWriter(w, 6)
		return z
	},
	"br": func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, 5) },
	"zstd": func(w io.Writer) io.WriteCloser {
		z, _ := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		return z
	},
}

// codingOf is what a message calls what an encoder makes.
func codingOf(encoder string) string { return strings.TrimPrefix(encoder, "bare ") }

func encode(t testing.TB, encoder string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := encoders[encoder](&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// prose is content that can be compressed, but not to nothing.
func prose(n int) []byte {
	r := rand.New(rand.NewPCG(5, uint64(n)))
	words := strings.Fields("<p> the of content 0.25 {\"id\": 17} response </p> and")
	var b []byte
	for len(b) < n {
		b = append(append(b, words[r.IntN(len(words))]...), byte(' '+r.IntN(3)))
	}
	return b[:n]
}

// newTestUnpacker returns one that decodes into memory.
func newTestUnpacker() *unpacker {
	u := newUnpacker("", 0)
	u.windows = make(spares)
	return u
}

// decode returns what becomes of a body, and what ended it.
func decode(t testing.TB, u *unpacker, data []byte, encoding string, whole bool) ([]byte, string) {
	t.Helper()
	list, err := codingsOf(encoding)
	if err != "" {
		t.Fatal(err)
	}
	defer u.unstack()
	got, _ := io.ReadAll(u.stack(bytes.NewReader(data), uint64(len(data)), list)) // u keeps the error
	return got, u.ended(&BodyFile{length: uint64(len(data))}, whole)
}

func TestEachCodingIsTakenOff(t *testing.T) {
	u := newTestUnpacker()
	for encoder := range encoders {
		for _, n := range []int{0, 1, 100, 1023, 1024, 1025, 70_000, 300_000} {
			content := prose(n)
			got, err := decode(t, u, encode(t, encoder, content), codingOf(encoder), true)
			if err != "" || !bytes.Equal(got, content) {
				t.Errorf("%s: of %d bytes there are %d, %s", encoder, n, len(got), err)
			}
		}
	}
}

func TestListsOfCodingsAreTakenOffInOrder(t *testing.T) {
	u := newTestUnpacker()
	content := prose(50_000)
	for _, list := range []string{"gzip, br", "br, gzip", "zstd,br", "gzip, gzip", "deflate ,\tgzip,identity,, zstd", "gzip, gzip, gzip, deflate"} {
		data := content
		for name := range strings.SplitSeq(list, ",") {
			if name = strings.TrimSpace(name); encoders[name] != nil {
				data = encode(t, name, data)
			}
		}
		if got, err := decode(t, u, data, list, true); err != "" || !bytes.Equal(got, content) {
			t.Errorf("%s: there are %d bytes, %s", list, len(got), err)
		}
	}
}

func TestWhatAListOfCodingsSays(t *testing.T) {
	for encoding, want := range map[string]string{
		"":                             "",
		" identity , IDENTITY,":        "",
		"GZip":                         "gzip",
		"x-gzip":                       "gzip",
		"gzip,\t br":                   "gzip br",
		"deflate, zstd":                "deflate zstd",
		"gzip, compress":               `the coding "compress" is not known`,
		"gzip;q=1":                     `the coding "gzip;q=1" is not known`,
		"\x00\xff" + "\n":              `the coding "\x00\xff\n" is not known`,
		strings.Repeat("a", 1000):      `the coding "` + strings.Repeat("a", 32) + `"… is not known`,
		"br, gzip, br":                 "the coding br is applied twice",
		"zstd, zstd":                   "the coding zstd is applied twice",
		"gzip, gzip, gzip, gzip, gzip": "it has more than 4 codings",
	} {
		list, err := codingsOf(encoding)
		var names []string
		for _, c := range list {
			names = append(names, c.name)
		}
		if got := strings.Join(names, " ") + err; got != want {
			t.Errorf("%q: %q", encoding, got)
		}
	}
}

// TestOfACutBodyComesWhatIsThere cuts at every byte. What comes is the beginning of the
// content, grows with what is there, and an error goes with it.
func TestOfACutBodyComesWhatIsThere(t *testing.T) {
	u := newTestUnpacker()
	content := prose(900)
	for encoder := range encoders {
		data := encode(t, encoder, content)
		before := 0
		for cut := 1; cut < len(data); cut++ {
			got, err := decode(t, u, data[:cut], codingOf(encoder), false)
			want := fmt.Sprintf("%s is not all there: %d of %d bytes read", codingOf(encoder), cut, cut)
			if err != want {
				t.Errorf("%s, cut at %d: %q", encoder, cut, err)
			}
			if !bytes.HasPrefix(content, got) || len(got) < before {
				t.Errorf("%s, cut at %d: %d bytes, %d before", encoder, cut, len(got), before)
			}
			before = len(got)
		}
		// zstd gives whole blocks, and this is one.
		if encoder != "zstd" && before < len(content)*9/10 {
			t.Errorf("%s: without its last byte it is only %d bytes", encoder, before)
		}
		if _, err := decode(t, u, data[:len(data)-1], codingOf(encoder), true); !strings.Contains(err, " ends early: ") {
			t.Errorf("%s: a body that came whole and is cut: %s", encoder, err)
		}
	}
}

// TestDamageIsTold changes every byte. What comes is no longer than it may be, and where it
// is another content, a checksum or the format tells, if there is one that can.
func TestDamageIsTold(t *testing.T) {
	u := newTestUnpacker()
	content := prose(600)
	for encoder := range encoders {
		data := encode(t, encoder, content)
		for i := range data {
			bad := bytes.Clone(data)
			bad[i] ^= 0x5a
			got, err := decode(t, u, bad, codingOf(encoder), true)
			checked := encoder == "gzip" || encoder == "deflate" || encoder == "zstd"
			if checked && err == "" && !bytes.Equal(got, content) {
				t.Errorf("%s: with another byte %d, %d bytes are no error", encoder, i, len(got))
			}
			if err != "" && !strings.HasPrefix(err, codingOf(encoder)+" ") {
				t.Errorf("%s: %s", encoder, err)
			}
		}
	}
}

// TestDamageFarInsideCostsLittle says that what stands before damage comes.
func TestDamageFarInsideCostsLittle(t *testing.T) {
	u := newTestUnpacker()
	content := prose(1_000_000)
	for encoder := range encoders {
		data := encode(t, encoder, content)
		at := len(data) * 3 / 4
		copy(data[at:], bytes.Repeat([]byte{0xff}, 500))
		got, err := decode(t, u, data, codingOf(encoder), true)
		same := 0
		for same < min(len(got), len(content)) && got[same] == content[same] {
			same++
		}
		if err == "" && encoder != "bare deflate" || same < len(content)*6/10 { // which has no checksum
			t.Errorf("%s: %d bytes, the first %d are right: %s", encoder, len(got), same, err)
		}
	}
}

func TestWhatIsSaidOfDamage(t *testing.T) {
	u := newTestUnpacker()
	content := []byte("some content, some content")
	flip := func(encoder string, at int) []byte {
		b := encode(t, encoder, content)
		if at < 0 {
			at += len(b)
		}
		b[at] ^= 1
		return b
	}
	largeWindow := []byte{0x28, 0xb5, 0x2f, 0xfd, 0, (24 - 10) << 3, 1, 0, 0}
	withDictionary := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 1, 1, 0, 0}
	for _, c := range []struct {
		coding, want string
		data         []byte
		decoded      string
	}{
		{"gzip", "has no header where one should be", content, ""},
		{"gzip", "has no header where one should be", append(encode(t, "gzip", content), "and something else"...), string(content)},
		{"gzip", "has another checksum", flip("gzip", -6), string(content)},
		{"deflate", "has another checksum", flip("deflate", -1), string(content)},
		{"deflate", "has no header where one should be", flip("deflate", 1), ""},
		{"deflate", "needs a dictionary", []byte{0x78, 0xbb, 1, 2, 3, 4, 5}, ""},
		{"deflate", "goes on behind its end", append(encode(t, "deflate", content), 'x'), string(content)},
		{"deflate", "goes on behind its end", append(encode(t, "bare deflate", content), 'x'), string(content)},
		{"br", "is damaged", append(encode(t, "br", content), 'x'), string(content)},
		{"zstd", "has another checksum", flip("zstd", -1), ""},
		{"zstd", "has no header where one should be", content, ""},
		{"zstd", "has no header where one should be", append(encode(t, "zstd", content), "and something else"...), string(content)},
		{"zstd", "has a window or a block that is too large", largeWindow, ""},
		{"zstd", "needs a dictionary", withDictionary, ""},
	} {
		got, err := decode(t, u, c.data, c.coding, true)
		if !strings.HasPrefix(err, c.coding+" "+c.want+": ") || string(got) != c.decoded {
			t.Errorf("%s, %s: %q, with %q", c.coding, c.want, err, got)
		}
	}
}

// TestHowLargeWindowsMayBe says that those of zstd may be 8 MiB, and those of br as large as its
// format has them, 16 MiB.
func TestHowLargeWindowsMayBe(t *testing.T) {
	u := newTestUnpacker()
	content := prose(3000)
	for window, allowed := range map[int]bool{mostWindow: true, 2 * mostWindow: false} {
		var b bytes.Buffer
		z, err := zstd.NewWriter(&b, zstd.WithWindowSize(window), zstd.WithEncoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		z.Write(content[:1000])
		z.Flush() // or it would take the window that it needs
		z.Write(content[1000:])
		z.Close()
		if got, err := decode(t, u, b.Bytes(), "zstd", true); (err == "") != allowed || bytes.Equal(got, content) != allowed {
			t.Errorf("zstd with %d bytes: %d bytes, %q", window, len(got), err)
		}
	}
	var b bytes.Buffer
	z := brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: 2, LGWin: 24})
	z.Write(content)
	z.Close()
	if got, err := decode(t, u, b.Bytes(), "br", true); err != "" || !bytes.Equal(got, content) {
		t.Errorf("br with 16 MiB: %d bytes, %q", len(got), err)
	}
}

func TestSeveralMembersAreOneBody(t *testing.T) {
	u := newTestUnpacker()
	for _, encoder := range []string{"gzip", "zstd"} {
		data := append(encode(t, encoder, []byte("one, ")), encode(t, encoder, []byte("two"))...)
		if got, err := decode(t, u, data, encoder, true); string(got) != "one, two" || err != "" {
			t.Errorf("%s: %q, %s", encoder, got, err)
		}
	}
}

// TestOfSeveralCodingsThatAtFaultIsNamed damages the outer and then the inner one.
func TestOfSeveralCodingsThatAtFaultIsNamed(t *testing.T) {
	u := newTestUnpacker()
	inner := encode(t, "gzip", prose(20_000))
	outer := encode(t, "zstd", inner)
	if _, err := decode(t, u, outer[:len(outer)/2], "gzip, zstd", true); !strings.HasPrefix(err, "zstd ends early: ") {
		t.Errorf("the outer one: %s", err)
	}
	inner[len(inner)-5] ^= 1
	if _, err := decode(t, u, encode(t, "zstd", inner), "gzip, zstd", true); !strings.HasPrefix(err, "gzip has another checksum: ") {
		t.Errorf("the inner one: %s", err)
	}
}

func TestABombEndsWhereItMay(t *testing.T) {
	u := newTestUnpacker()
	zeros := make([]byte, 16<<20)
	for _, list := range [][]string{{"br"}, {"zstd"}, {"gzip", "gzip"}, {"gzip", "br"}} {
		data := zeros
		for _, encoder := range list {
			data = encode(t, encoder, data)
		}
		encoding := strings.Join(list, ",")
		got, err := decode(t, u, data, encoding, true)
		if want := mostDecoded(uint64(len(data))); uint64(len(got)) != want || !strings.Contains(err, "decodes to more than is allowed") {
			t.Errorf("%s: %d bytes become %d, and may become %d: %s", encoding, len(data), len(got), want, err)
		}
	}
	for length, want := range map[uint64]uint64{0: 1 << 20, 1000: 1_000_000 + 1<<20, 1 << 20: 1000<<20 + 1<<20, 2 << 20: 1 << 30, 1 << 42: 1 << 30} {
		if got := mostDecoded(length); got != want {
			t.Errorf("%d bytes may become %d", length, got)
		}
	}
}

func TestWhatIsJustAllowedIsWhole(t *testing.T) {
	content := prose(5000)
	for encoder := range encoders {
		for _, most := range []int{0, 1, len(content) - 1, len(content)} {
			c := codings[codingOf(encoder)]
			w := newWrapping(c, c.open(), bufio.NewReader(bytes.NewReader(encode(t, encoder, content))), uint64(most))
			got, err := io.ReadAll(w)
			if !bytes.Equal(got, content[:most]) || (err == nil) != (most == len(content)) {
				t.Errorf("%s: of %d bytes where %d may be, there are %d, %v", encoder, len(content), most, len(got), err)
			}
		}
	}
}

// Whatever a body is, to decode it ends, gives no more than it may, and does not depend
// on what was decoded before.
func FuzzDecode(f *testing.F) {
	lists := []string{"gzip", "deflate", "br", "zstd", "gzip, br", "zstd, gzip"}
	for encoder := range encoders {
		data := encode(f, encoder, prose(700))
		for i, list := range lists {
			if list == codingOf(encoder) {
				f.Add(byte(i), data)
			}
		}
	}
	f.Add(byte(1), []byte("L\x00\x00\x00")) // a Huffman table without any code
	f.Add(byte(4), encode(f, "br", encode(f, "gzip", prose(700))))
	f.Add(byte(5), encode(f, "gzip", encode(f, "zstd", prose(700))))
	used := newTestUnpacker()
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		list := lists[int(which)%len(lists)]
		got, err := decode(t, used, data, list, true)
		again, errAgain := decode(t, newTestUnpacker(), data, list, true)
		if !bytes.Equal(got, again) || err != errAgain {
			t.Errorf("used, it gives %d bytes, %q; new, %d, %q", len(got), err, len(again), errAgain)
		}
		if uint64(len(got)) > mostDecoded(uint64(len(data))) {
			t.Errorf("%d bytes become %d", len(data), len(got))
		}
	})
}
