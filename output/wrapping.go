package output

import (
	"bufio"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strconv"

	"github.com/klauspost/compress/zstd"
)

// A wrapping is one coding of a body, which is being taken off. It keeps the error that
// ended it, since the one within it may make another of it.
type wrapping struct {
	coding  *coding
	decoder unwrapper
	from    *bufio.Reader // what the decoder reads
	left    uint64        // bytes that it may still give
	err     error
}

// These end one, beside what its decoder says.
var (
	errLarge  = errors.New("more than is allowed")
	errBehind = errors.New("bytes behind the end")
)

// newWrapping begins to take a coding off what from gives.
func newWrapping(c *coding, d unwrapper, from *bufio.Reader, most uint64) *wrapping {
	w := &wrapping{coding: c, decoder: d, from: from, left: most}
	if w.err = d.Reset(from); w.err == io.EOF {
		w.err = io.ErrUnexpectedEOF // there is nothing, not even a header
	}
	return w
}

// Read gives what is decoded. One byte more than may be given is asked for, to know
// whether there is one.
func (w *wrapping) Read(p []byte) (n int, err error) {
	if w.err != nil {
		return 0, w.err
	}
	if w.left < uint64(len(p)) {
		p = p[:w.left+1]
	}
	n, w.err = w.decoder.Read(p)
	if uint64(n) > w.left {
		n, w.err = int(w.left), errLarge
	}
	w.left -= uint64(n)
	if w.err == io.EOF {
		w.err = w.end()
	}
	return n, w.err
}

// end says whether the end of what is decoded is that of what it comes from.
func (w *wrapping) end() error {
	if _, err := w.from.Peek(1); err == nil {
		return errBehind
	}
	return io.EOF
}

// why says what ended one before its end. The body itself may not be whole.
func why(err error, whole bool) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) && !whole:
		return "is not all there"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "ends early"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, zlib.ErrHeader), errors.Is(err, zstd.ErrMagicMismatch):
		return "has no header where one should be"
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, zlib.ErrChecksum), errors.Is(err, zstd.ErrCRCMismatch):
		return "has another checksum"
	case errors.Is(err, zlib.ErrDictionary), errors.Is(err, zstd.ErrUnknownDictionary):
		return "needs a dictionary"
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return "has a window or a block that is too large"
	case errors.Is(err, errLarge):
		return "decodes to more than is allowed"
	case errors.Is(err, errBehind):
		return "goes on behind its end"
	}
	return "is damaged"
}

// explainWrapping says of one what ended it, and how much of the body was read by then.
func explainWrapping(w *wrapping, whole bool, read, length uint64) string {
	b := append([]byte(w.coding.name), ' ')
	b = append(append(b, why(w.err, whole)...), ": "...)
	b = strconv.AppendUint(b, read, 10)
	b = strconv.AppendUint(append(b, " of "...), length, 10)
	return string(append(b, " bytes read"...))
}

// mostDecoded is how much a body of a length may become: hostile ones become a thousand
// times as much for as long as one lets them.
func mostDecoded(length uint64) uint64 { return min(1<<30, 1000*length+1<<20) }
