package capfile

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	captures "github.com/pcappipe/pcappipe/internal/capture"
	"github.com/ulikunitz/xz"
)

// Whatever the bytes are, reading them must not panic or hang, must keep every
// frame inside its batch, and must give the same whether they are cut into
// pieces, read from the beginning to the end, or come through a pipe.
func FuzzRead(f *testing.F) {
	for _, o := range []order{little, big} {
		f.Add(classicRecords(o, magicMicro, 8), 100)
		f.Add(classicRecords(o, magicModified, 3), 64)
		f.Add(manyBlocks(o, 2), 200)
	}
	f.Add(samples()["pcap in pcap"], 300)
	f.Add(samples()["pcapng in pcapng"], 300)
	f.Add(pack(f, gzipWriter, classicRecords(little, magicNano, 4)), 50)
	f.Add(pack(f, zstdWriter, classicRecords(little, magicNano, 4)), 50)
	f.Add(pack(f, lz4Writer, classicRecords(little, magicNano, 4)), 50)
	f.Add(pack(f, xzWriter(4), classicRecords(little, magicNano, 4)), 50)
	for _, path := range captures.Corpus(f, "..", 60, 16<<10) {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, 100)
	}
	path := filepath.Join(f.TempDir(), "a")
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		c := Config{Inputs: []string{path}, BatchSize: 1 + size&0xfff}
		s, err := Open(c)
		if err != nil {
			return
		}
		s.FirstTime()
		s.Close()
		want := readAll(t, Config{Inputs: []string{path}, Serial: true})
		if d := differ(readParallel(t, c), want); d != "" {
			t.Fatalf("in pieces: %s", d)
		}
		c.Inputs, c.Stdin = []string{"-"}, bytes.NewReader(b)
		piped := readAll(t, c)
		for i := range piped.frames {
			piped.frames[i].Path = path
		}
		for i := range piped.damage {
			piped.damage[i].Path = path
		}
		if d := differ(piped, want); d != "" {
			t.Fatalf("through a pipe: %s", d)
		}
	})
}

// Whatever the bytes are, the reader of .xz containers must not panic or hang,
// and what both it and the library's own reader take for whole is the same.
func FuzzXZ(f *testing.F) {
	b := classicRecords(little, magicNano, 3)
	for _, check := range []byte{0, 1, 4, 10} {
		f.Add(pack(f, xzWriter(check), b, b))
	}
	f.Add(append(pack(f, xzWriter(1), b), 0, 0, 0, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		z, err := newXZ(bytes.NewReader(b))
		if err != nil {
			return
		}
		const most = 1 << 20
		ours, err := io.ReadAll(io.LimitReader(z, most))
		if err != nil || len(ours) == most {
			return
		}
		library, err := xz.NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		if theirs, err := io.ReadAll(library); err == nil && !bytes.Equal(ours, theirs) {
			t.Fatalf("%d bytes; the library gives %d", len(ours), len(theirs))
		}
	})
}

// Whatever the bytes are, a decompressor ends without a panic and gives what it
// gave before with reads of another size, also the one that was used for other bytes.
func FuzzDecompress(f *testing.F) {
	b := classicRecords(little, magicNano, 30)
	for _, open := range []func(io.Writer) (io.WriteCloser, error){gzipWriter, zstdWriter, lz4Writer, lz4Legacy, xzWriter(4)} {
		f.Add(pack(f, open, b[:100], b[100:]), uint16(700))
	}
	f.Add(append([]byte("\x50\x2a\x4d\x18\x01\x00\x00\x00x"), pack(f, zstdWriter, b)...), uint16(1))
	var used spares
	f.Fuzz(func(t *testing.T, b []byte, size uint16) {
		one, oneErr := decompressed(&used, b, 64<<10)
		two, twoErr := decompressed(new(spares), b, 1+int(size))
		if !bytes.Equal(one, two) || (oneErr == nil) != (twoErr == nil) {
			t.Fatalf("%d bytes and %v; then %d and %v", len(one), oneErr, len(two), twoErr)
		}
	})
}

// decompressed returns what a stream gives, up to a MiB, with reads of so many bytes.
func decompressed(w *spares, b []byte, size int) (out []byte, err error) {
	s := &stream{raw: counted{r: bytes.NewReader(b)}, spares: w}
	defer s.close()
	if err := s.decompress(); err != nil {
		return nil, err
	}
	buffer := make([]byte, size)
	for len(out) < 1<<20 {
		n, err := s.Read(buffer)
		out = append(out, buffer[:n]...)
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
	}
	return out[:1<<20], nil
}
