package output

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// A coding is a content coding (RFC 9110, 8.4.1).
type coding struct {
	name   string
	window bool // its decoder keeps some MiB of what it has given
	open   func() unwrapper
}

// An unwrapper takes a coding off one source after another.
type unwrapper interface {
	io.Reader
	Reset(io.Reader) error
}

// codings are those that can be taken off, by their registered names.
//
// The first two are taken off by the standard library. klauspost/compress takes a quarter
// less time for megabytes, and none less for kilobytes; but there, where a body leaves
// a Huffman table empty, what it is decoded with is a table of another body, before it.
var codings = map[string]*coding{
	"gzip":    gzipCoding,
	"x-gzip":  gzipCoding, // RFC 9110, 8.4.1.3: the same
	"deflate": {name: "deflate", open: func() unwrapper { return new(deflated) }},
	"br":      {name: "br", window: true, open: func() unwrapper { return new(brotlied) }},
	"zstd":    {name: "zstd", window: true, open: func() unwrapper { return new(zstandard) }},
}

var gzipCoding = &coding{name: "gzip", open: func() unwrapper { return new(gzip.Reader) }}

// mostCodings are as many as a list may have: each takes a decoder. Nobody is known to use
// more than two.
const mostCodings = 4

// codingsOf returns the codings of a Content-Encoding, in the order in which
// they were applied, or why they cannot be taken off.
func codingsOf(encoding string) (list []*coding, err string) {
	for name := range strings.SplitSeq(encoding, ",") {
		name = strings.Trim(name, " \t")
		lower := strings.ToLower(name)
		if lower == "" || lower == "identity" {
			continue
		}
		c, known := codings[lower]
		switch {
		case !known:
			return nil, "the coding " + quote(name) + " is not known"
		case len(list) == mostCodings:
			return nil, "it has more than " + strconv.Itoa(mostCodings) + " codings"
		case c.window && slices.Contains(list, c):
			return nil, "the coding " + c.name + " is applied twice"
		}
		list = append(list, c)
	}
	return list, ""
}

// quote makes a name, which may be anything, one that can be read.
func quote(name string) string {
	const most = 32
	if len(name) > most {
		return strconv.QuoteToASCII(name[:most]) + "…"
	}
	return strconv.QuoteToASCII(name)
}

// deflated takes "deflate" off, which is zlib's format (RFC 9110, 8.4.1.2), but
// which some send without zlib's header and checksum.
type deflated struct {
	io.Reader
	zlib, bare io.ReadCloser
}

// Reset looks at the first byte. The low bits of a zlib header's say "deflate", 8. A bare
// stream that began so would begin with a stored block (RFC 1951, 3.2.3), with a bit set
// among those that are skipped up to the next byte, and nobody writes that.
func (d *deflated) Reset(r io.Reader) (err error) {
	from := r.(*bufio.Reader)
	first, err := from.Peek(1)
	switch {
	case err != nil:
		return err
	case first[0]&0x0f != 8 && d.bare == nil:
		d.bare = flate.NewReader(from)
		d.Reader = d.bare
	case first[0]&0x0f != 8:
		d.Reader, err = d.bare, d.bare.(flate.Resetter).Reset(from, nil)
	case d.zlib == nil:
		d.zlib, err = zlib.NewReader(from)
		d.Reader = d.zlib
	default:
		d.Reader, err = d.zlib, d.zlib.(zlib.Resetter).Reset(from, nil)
	}
	return err
}

// brotlied takes "br" off. The decoder gives what it has decoded when it has read all
// that it was given. Where it finds damage it does not: so it is given little at a time,
// which costs nothing that could be measured.
type brotlied struct {
	brotli.Reader
	from io.Reader
}

func (d *brotlied) Reset(r io.Reader) error {
	d.from = r
	return d.Reader.Reset(sips{d})
}

// sips reads what a brotlied reads.
type sips struct{ d *brotlied }

func (s sips) Read(p []byte) (int, error) { return s.d.from.Read(p[:min(len(p), 1024)]) }

// mostWindow is what RFC 9659 allows a body's window to be with zstd. With br it is
// at most twice as much: the format has no larger ones.
const mostWindow = 8 << 20

// zstandard takes "zstd" off.
type zstandard struct{ *zstd.Decoder }

func (d *zstandard) Reset(r io.Reader) (err error) {
	if d.Decoder != nil {
		return d.Decoder.Reset(r)
	}
	d.Decoder, err = zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(mostWindow))
	return err
}
