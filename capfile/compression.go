package capfile

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// maxWindow is the largest window, or dictionary, that a decompressor may have
// to keep: it is allocated because the file says so.
const maxWindow = 64 << 20

// A compression is one way in which a capture can be packed.
type compression struct {
	suffix string
	name   string
	begins func(magic []byte) bool
	open   func(*spares, io.Reader) (io.Reader, func(), error)
}

var compressions = []compression{
	{"gz", "gzip", begins("\x1f\x8b"), openGzip},
	{"zst", "zstd", begins("\x28\xb5\x2f\xfd"), openZstd},
	{"zst", "zstd", skippable, openZstd},
	{"lz4", "lz4", begins("\x04\x22\x4d\x18"), openLZ4},
	{"lz4", "lz4", begins("\x02\x21\x4c\x18"), openLZ4}, // legacy frames
	{"xz", "xz", begins("\xfd7zXZ\x00"), openXZ},
}

// start opens the decompressor.
func (c *compression) start(w *spares, r io.Reader) (body io.Reader, release func(), err error) {
	defer recovered(&err)
	return c.open(w, r)
}

func begins(magic string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(magic)) }
}

// skippable recognises a frame that zstd skips. Parallel compressors begin with one.
func skippable(b []byte) bool {
	return len(b) >= 4 && b[0]&0xf0 == 0x50 && string(b[1:4]) == "\x2a\x4d\x18"
}

func openGzip(_ *spares, r io.Reader) (io.Reader, func(), error) {
	z, err := gzip.NewReader(r)
	return z, nil, err
}

func openZstd(w *spares, r io.Reader) (io.Reader, func(), error) {
	keep := func(z *zstd.Decoder) func() {
		return func() {
			if z.Reset(nil); !w.zstd.CompareAndSwap(nil, z) {
				z.Close()
			}
		}
	}
	if z := w.zstd.Swap(nil); z != nil {
		return z, keep(z), z.Reset(r)
	}
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, nil, err
	}
	return z, keep(z), nil
}

func openLZ4(_ *spares, r io.Reader) (io.Reader, func(), error) {
	z := lz4.NewReader(r)
	return z, nil, z.Apply(lz4.ConcurrencyOption(1))
}

func openXZ(w *spares, r io.Reader) (io.Reader, func(), error) {
	w.drop()
	z, err := newXZ(r)
	if err != nil {
		return nil, nil, err
	}
	return z, z.close, nil
}
