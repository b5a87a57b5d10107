//go:build promises

package promises

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"
)

// Kinds of pcapng blocks.
const (
	sectionBlock   = 0x0a0d0d0a
	interfaceBlock = 1
	namesBlock     = 4
	statsBlock     = 5
	packetBlock    = 6
	customBlock    = 0xbad
)

// A writer writes pcapng blocks, in little-endian order; the first error stays.
type writer struct {
	to    io.Writer
	err   error
	zeros []byte
}

func (w *writer) write(b []byte) {
	if w.err == nil {
		_, w.err = w.to.Write(b)
	}
}

// pad writes so many zeros, a piece at a time.
func (w *writer) pad(n int) {
	if w.zeros == nil {
		w.zeros = make([]byte, 1<<16)
	}
	for ; n > 0; n -= len(w.zeros) {
		w.write(w.zeros[:min(n, len(w.zeros))])
	}
}

// block writes a block: a beginning and so many zeros, which divide by four.
func (w *writer) block(kind uint32, body []byte, zeros int) {
	total := uint32(12 + len(body) + zeros)
	w.write(words(kind, total))
	w.write(body)
	w.pad(zeros)
	w.write(words(total))
}

func words(list ...uint32) (b []byte) {
	for _, v := range list {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

// options are so many comments of this many bytes each, which divide by four.
func options(number, size int) (b []byte) {
	for range number {
		b = append(b, words(1|uint32(size)<<16)...)
		b = append(b, make([]byte, size)...)
	}
	return b
}

func (w *writer) section(options []byte) {
	w.block(sectionBlock, append(words(0x1a2b3c4d, 1, ^uint32(0), ^uint32(0)), options...), 0)
}

func (w *writer) link(link uint32, options []byte) {
	w.block(interfaceBlock, append(words(link, 0), options...), 0)
}

// packet writes a packet of zeros, and room behind it.
func (w *writer) packet(size int, options []byte) {
	w.write(words(packetBlock, uint32(32+(size+3)&^3+len(options)), 0, 0, 0, uint32(size), uint32(size)))
	w.pad((size + 3) &^ 3)
	w.write(options)
	w.write(words(uint32(32 + (size+3)&^3 + len(options))))
}

// dbus is a link type whose packets may have 128 MiB.
const dbus = 231

// hostile are files that ask for memory.
var hostile = map[string]struct {
	make   func(w *writer)
	status int
}{
	"packets that are just kept": {func(w *writer) {
		w.section(nil)
		w.link(dbus, nil)
		for range 12 {
			w.packet(16<<20, nil)
			w.packet(1000, nil)
		}
	}, 0},
	"packets that are not kept": {func(w *writer) {
		w.section(nil)
		w.link(dbus, nil)
		for range 3 {
			w.packet(128<<20, nil)
			w.packet(1000, nil)
		}
	}, 2},
	"records that are just kept": {func(w *writer) {
		w.write(pcapHeader(dbus))
		for range 12 {
			w.write(words(1, 0, 16<<20, 16<<20))
			w.pad(16 << 20)
		}
	}, 0},
	"records that are not kept": {func(w *writer) {
		w.write(pcapHeader(dbus))
		for range 3 {
			w.write(words(1, 0, 128<<20, 128<<20))
			w.pad(128 << 20)
		}
	}, 2},
	"blocks without packets": {func(w *writer) {
		w.section(nil)
		w.link(1, nil)
		for range 4 {
			w.block(customBlock, nil, 100<<20)
			w.packet(60, nil)
		}
	}, 0},
	"blocks of names": {func(w *writer) {
		w.section(nil)
		w.link(1, nil)
		for range 400 {
			w.block(namesBlock, nil, 500<<10)
			w.packet(60, nil)
		}
	}, 0},
	"options of packets": {func(w *writer) {
		w.section(nil)
		w.link(1, nil)
		comments := options(15<<5, 32<<10-4)
		for range 12 {
			w.packet(60, comments)
		}
	}, 0},
	"options of a section": {func(w *writer) {
		for range 4 {
			w.section(options(15<<5, 32<<10-4))
			w.link(1, options(15<<5, 32<<10-4))
			w.packet(60, nil)
		}
	}, 0},
	"as many interfaces as there can be": {func(w *writer) {
		for range 12 {
			w.section(nil)
			for range 1 << 16 {
				w.link(1, nil)
			}
			w.packet(60, nil)
		}
	}, 0},
	"interfaces of many words": {func(w *writer) {
		for range 12 {
			w.section(nil)
			for range 5000 {
				w.link(1, append(options(1, 256), append(words(2|256<<16), make([]byte, 256)...)...))
			}
			w.packet(60, nil)
		}
	}, 0},
	"statistics": {func(w *writer) {
		w.section(nil)
		w.link(1, nil)
		for range 2_000_000 {
			w.block(statsBlock, words(0, 0, 0), 0)
		}
	}, 0},
	"packets of nothing": {func(w *writer) {
		w.section(nil)
		w.link(1, nil)
		for range 2_000_000 {
			w.packet(0, nil)
		}
	}, 0},
	"a block that is announced": {func(w *writer) {
		w.section(nil)
		w.link(dbus, nil)
		w.write(words(packetBlock, 16<<20, 0, 0, 0, 15<<20, 15<<20))
	}, 2},
}

// asks runs a file, in a file and through a pipe, with as little memory as can be asked for.
func asks(t *testing.T, feed func(io.Writer) error, status int, inputs ...string) {
	t.Helper()
	const memory = 64 << 10
	args := []string{"--memory", "64KiB", "--workers", "8", "-E", "pipeline", "--emit", "frames,flows", "--payload"}
	check := func(how string, feed func(io.Writer) error, inputs ...string) {
		t.Helper()
		end, peak := measured(t, feed, append(args, inputs...)...)
		if most := within(memory, 8); peak > most {
			t.Errorf("%s: %d MiB, %d are promised", how, peak/mib, most/mib)
		}
		if end.code != status {
			t.Errorf("%s: exit status %d\n%.2000s", how, end.code, end.stderr)
		}
		t.Logf("%s: %d MiB", how, peak/mib)
	}
	if feed == nil {
		check("files", nil, inputs...)
		return
	}
	check("a pipe", feed, "-")
	path := filepath.Join(t.TempDir(), "a")
	store(t, path, feed)
	check("a file", nil, path)
}

func store(t *testing.T, path string, feed func(io.Writer) error) {
	t.Helper()
	f, err := os.Create(path)
	if err == nil {
		err = feed(f)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestMemoryIsBoundedWhateverAFileSays(t *testing.T) {
	for name, h := range hostile {
		t.Run(name, func(t *testing.T) {
			asks(t, func(to io.Writer) error {
				b := bytes.NewBuffer(make([]byte, 0, 1<<18))
				w := &writer{to: flushing{b, to}}
				h.make(w)
				if w.err == nil {
					_, w.err = to.Write(b.Bytes())
				}
				return w.err
			}, h.status)
		})
	}
}

// flushing collects small writes.
type flushing struct {
	b  *bytes.Buffer
	to io.Writer
}

func (f flushing) Write(p []byte) (int, error) {
	if f.b.Len()+len(p) > 1<<18 {
		if _, err := f.to.Write(f.b.Bytes()); err != nil {
			return 0, err
		}
		f.b.Reset()
	}
	return f.b.Write(p)
}

// bombs compress what has many times their size, with the largest windows.
var bombs = map[string]func(io.Writer) (io.WriteCloser, error){
	"gzip": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
	"zstd": func(w io.Writer) (io.WriteCloser, error) {
		return zstd.NewWriter(w, zstd.WithWindowSize(64<<20), zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	},
	"lz4": func(w io.Writer) (io.WriteCloser, error) {
		z := lz4.NewWriter(w)
		return z, z.Apply(lz4.BlockSizeOption(lz4.Block4Mb))
	},
	"xz": func(w io.Writer) (io.WriteCloser, error) {
		return xz.WriterConfig{DictCap: 64 << 20, BlockSize: 20 << 20}.NewWriter(w)
	},
	"xz of small blocks": func(w io.Writer) (io.WriteCloser, error) {
		return xz.WriterConfig{DictCap: 64 << 20, BlockSize: 1 << 20}.NewWriter(w)
	},
}

func TestMemoryIsBoundedWhateverIsCompressed(t *testing.T) {
	for name, open := range bombs {
		t.Run(name, func(t *testing.T) {
			frames := 500
			if strings.HasPrefix(name, "xz") {
				frames = 160 // it packs slowly
			}
			path := filepath.Join(t.TempDir(), "a")
			store(t, path, func(to io.Writer) error { return pack(to, open, frames) })
			asks(t, func(to io.Writer) error {
				f, err := os.Open(path)
				if err != nil {
					return err
				}
				defer f.Close()
				_, err = io.Copy(to, f)
				return err
			}, 0)
		})
	}
}

// pack writes so many large frames, compressed.
func pack(to io.Writer, open func(io.Writer) (io.WriteCloser, error), frames int) error {
	z, err := open(to)
	if err != nil {
		return err
	}
	large := floods["the largest frames"]
	large.frames = frames
	if err := large.pcap(z); err != nil {
		return err
	}
	return z.Close()
}

// However many inputs there are, and however they are compressed.
func TestMemoryIsBoundedWhateverTheNumberOfInputs(t *testing.T) {
	var packed bytes.Buffer
	if err := pack(&packed, bombs["zstd"], 300); err != nil {
		t.Fatal(err)
	}
	var plain bytes.Buffer
	w := &writer{to: &plain}
	w.section(nil)
	w.link(1, nil)
	w.packet(60, nil)
	for name, row := range map[string]struct {
		files int
		b     []byte
	}{"small": {10_000, plain.Bytes()}, "packed": {30, packed.Bytes()}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for n := range row.files {
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d-%s.pcap", n, strings.Repeat("x", 40))), row.b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			asks(t, nil, 0, dir)
		})
	}
}
