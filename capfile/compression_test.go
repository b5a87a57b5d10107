package capfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

// pack compresses with a writer, in as many members as there are parts.
func pack(t testing.TB, open func(io.Writer) (io.WriteCloser, error), parts ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		w, err := open(&b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(p); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func gzipWriter(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }

func zstdWriter(w io.Writer) (io.WriteCloser, error) {
	return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
}

func lz4Writer(w io.Writer) (io.WriteCloser, error) { return lz4.NewWriter(w), nil }

func lz4Legacy(w io.Writer) (io.WriteCloser, error) {
	z := lz4.NewWriter(w)
	return z, z.Apply(lz4.LegacyOption(true))
}

func xzWriter(check byte) func(w io.Writer) (io.WriteCloser, error) {
	return func(w io.Writer) (io.WriteCloser, error) {
		return xz.WriterConfig{CheckSum: check, NoCheckSum: check == 0, BlockSize: 5000, DictCap: 1 << 16}.NewWriter(w)
	}
}

// A compressed file gives the frames of what is in it, however many members it has.
func TestCompressedGivesTheSameFrames(t *testing.T) {
	for name, b := range map[string][]byte{"pcap": classicRecords(little, magicMicro, 40), "pcapng": manyBlocks(big, 3)} {
		want := readAll(t, Config{Inputs: []string{write(t, "a", b)}})
		half := len(b) / 2
		for kind, packed := range map[string][]byte{
			"gz":             pack(t, gzipWriter, b[:half], b[half:]),
			"zst":            pack(t, zstdWriter, b[:half], nil, b[half:]),
			"zst, skippable": append([]byte("\x50\x2a\x4d\x18\x01\x00\x00\x00x"), pack(t, zstdWriter, b)...),
			"lz4":            pack(t, lz4Writer, b[:half], b[half:]),
			"lz4, legacy":    pack(t, lz4Legacy, b),
			"xz":             pack(t, xzWriter(xz.CRC64), b[:half], b[half:]),
			"xz, CRC-32":     pack(t, xzWriter(xz.CRC32), b),
			"xz, SHA-256":    pack(t, xzWriter(xz.SHA256), b),
			"xz, no check":   pack(t, xzWriter(xz.None), b, b[:0]),
			"xz, padded":     append(pack(t, xzWriter(xz.CRC64), b), make([]byte, 8)...),
		} {
			path := write(t, "a", packed)
			for _, size := range []int{0, 100, 4096} {
				got := readAll(t, Config{Inputs: []string{path}, BatchSize: size})
				for i := range got.frames {
					got.frames[i].Path = want.frames[0].Path
				}
				if d := differ(got, want); d != "" {
					t.Fatalf("%s, %s, size %d: %s", name, kind, size, d)
				}
			}
			s, err := Open(Config{Inputs: []string{path}})
			if err != nil {
				t.Fatal(err)
			}
			suffix, _, _ := strings.Cut(kind, ",")
			if format := s.Files()[0].Format; !strings.HasSuffix(format, "."+suffix) || s.Size() != int64(len(packed)) {
				t.Errorf("%s, %s: format %s, %d bytes", name, kind, format, s.Size())
			}
			s.Close()
		}
	}
}

// What is cut or damaged inside a compressed file gives the frames before it,
// and one error.
func TestDamagedCompression(t *testing.T) {
	b := classicRecords(little, magicMicro, 400)
	want := readAll(t, Config{Inputs: []string{write(t, "a", b)}})
	for kind, packed := range map[string][]byte{
		"gz":  pack(t, gzipWriter, b),
		"zst": pack(t, zstdWriter, b),
		"lz4": pack(t, lz4Writer, b),
		"xz":  pack(t, xzWriter(xz.CRC64), b),
	} {
		t.Run(kind, func(t *testing.T) {
			path := write(t, "cut", packed)
			for n := len(packed) - 1; n > len(packed)/3; n -= 1 + len(packed)/50 {
				if err := os.Truncate(path, int64(n)); err != nil {
					t.Fatal(err)
				}
				checkDamaged(t, path, want, ErrTruncated)
			}
			wrong := slices.Clone(packed)
			for i := range 4 {
				wrong[len(wrong)*3/4+i] ^= 0x55
			}
			checkDamaged(t, write(t, "wrong", wrong), want, nil)
		})
	}
}

func checkDamaged(t *testing.T, path string, want reading, reason error) {
	t.Helper()
	s, err := Open(Config{Inputs: []string{path}})
	if err != nil {
		return // too little is left to see a capture
	}
	s.Close()
	got := readAll(t, Config{Inputs: []string{path}, BatchSize: 2000})
	for i := range got.frames {
		got.frames[i].Path = want.frames[0].Path
	}
	if len(got.frames) > len(want.frames) || !slices.Equal(got.frames, want.frames[:len(got.frames)]) {
		t.Fatalf("%d frames, and not those before the damage", len(got.frames))
	}
	if len(got.damage) != 1 || !errors.Is(got.damage[0].Err, cmpErr(reason, got.damage[0].Err)) {
		t.Fatalf("damage %v", got.damage)
	}
	if d := got.damage[0]; d.Frame != uint64(len(got.frames))+1 || !errors.Is(d.Err, ErrTruncated) && !errors.Is(d.Err, ErrCompressed) && !errors.Is(d.Err, ErrLength) {
		t.Fatalf("damage %v", &d)
	}
}

func cmpErr(want, otherwise error) error {
	if want != nil {
		return want
	}
	return otherwise
}

// A window over 64 MiB is refused before it is allocated.
func TestLargeWindowsAreRefused(t *testing.T) {
	b := classicRecords(little, magicMicro, 4)
	zst := append([]byte("\x28\xb5\x2f\xfd\x00"), (27-10)<<3) // a window of 128 MiB
	zst = append(zst, byte(len(b)<<3|1), byte(len(b)>>5), byte(len(b)>>13))
	zst = append(zst, b...)
	packed := pack(t, xzWriter(xz.CRC64), b)
	const block = 12 // after the stream's header: size, flags, …, filter, its size, the dictionary, …, CRC
	size := (int(packed[block]) + 1) * 4
	dictionary := bytes.Index(packed[block:block+size], []byte{0x21, 1}) + 2
	packed[block+dictionary] = 30 // 128 MiB
	binary.LittleEndian.PutUint32(packed[block+size-4:], crc32.ChecksumIEEE(packed[block:block+size-4]))
	for name, packed := range map[string][]byte{"zstd": zst, "xz": packed} {
		s, err := Open(Config{Inputs: []string{write(t, "a", packed)}})
		if err == nil {
			s.Close()
			t.Errorf("%s: opened", name)
		} else if !errors.Is(err, ErrWindow) {
			t.Errorf("%s: %v", name, err)
		}
	}
	zst[5] = (26 - 10) << 3 // 64 MiB
	if r := readAll(t, Config{Inputs: []string{write(t, "a", zst)}}); len(r.frames) != 4 || len(r.damage) > 0 {
		t.Errorf("a window of 64 MiB: %s", describe(r))
	}
}

type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("index out of range") }

// A decompressor that panics is damage in the file, not in the program.
func TestPanicOfDecompressor(t *testing.T) {
	n, err := (&translated{panicking{}}).Read(make([]byte, 1))
	if n != 0 || !errors.Is(err, ErrCompressed) {
		t.Errorf("%d, %v", n, err)
	}
}

// A block of a few bytes gets a dictionary of no more than they become, whatever
// it asks for; a long one what it asks for.
func TestShortBlocksGetShortDictionaries(t *testing.T) {
	b := classicRecords(little, magicMicro, 40)
	asking := func(dict int) func(io.Writer) (io.WriteCloser, error) {
		return func(w io.Writer) (io.WriteCloser, error) {
			return xz.WriterConfig{DictCap: dict, BlockSize: 1 << 30}.NewWriter(w)
		}
	}
	for _, n := range []int{len(b), 100, lzma.MinDictCap} {
		z, err := newXZ(bytes.NewReader(pack(t, asking(1<<20), b[:n])))
		if err != nil || z.dict != max(n, lzma.MinDictCap) {
			t.Errorf("%d bytes get a dictionary of %d (%v)", n, z.dict, err)
		}
	}
	noise := make([]byte, 2*xzAhead)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	if z, err := newXZ(bytes.NewReader(pack(t, asking(maxWindow), noise))); err != nil || z.dict != maxWindow {
		t.Errorf("a long block gets a dictionary of %d (%v)", z.dict, err)
	}
}
