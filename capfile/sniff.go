package capfile

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// errNoCapture is why a file is skipped in a directory. What wraps it says what
// the file looks like.
var errNoCapture = errors.New("not a capture")

// A signature is how files of one kind begin.
type signature struct {
	prefix string
	offset int
	what   string
}

// signatures are what people hand to a capture reader by mistake, and capture
// formats that cannot be read.
var signatures = []signature{
	{"\x7fELF", 0, "an ELF file"},
	{"\x89PNG\r\n\x1a\n", 0, "a PNG image"},
	{"\xff\xd8\xff", 0, "a JPEG image"},
	{"GIF8", 0, "a GIF image"},
	{"%PDF-", 0, "a PDF document"},
	{"PK\x03\x04", 0, "a zip archive"},
	{"BZh", 0, "bzip2, which is not supported"},
	{"\x1f\x9d", 0, "compress(1) data, which is not supported"},
	{"7z\xbc\xaf\x27\x1c", 0, "a 7-zip archive"},
	{"ustar", 257, "a tar archive"},
	{"PAR1", 0, "a Parquet file"},
	{"SQLite format 3\x00", 0, "an SQLite database"},
	{"snoop\x00\x00\x00", 0, "a snoop capture, which is not supported"},
	{"btsnoop\x00", 0, "a btsnoop capture, which is not supported"},
	{"GMBU", 0, "a Network Monitor capture, which is not supported"},
	{"RTSS", 0, "a Network Monitor capture, which is not supported"},
	{"TRSNIFF data", 0, "a Sniffer capture, which is not supported"},
	{"XCP\x00", 0, "a NetXRay capture, which is not supported"},
	{"5view", 0, "a 5View capture, which is not supported"},
	{"#!", 0, "a script"},
	{"<?xml", 0, "XML"},
}

// headSize is how much of a file looks looks at: a tar archive says what it is
// after 257 bytes.
const headSize = 512

// looks says what the beginning of a file looks like that is no capture.
func looks(head []byte) error {
	for _, s := range signatures {
		if len(head) >= s.offset && bytes.HasPrefix(head[s.offset:], []byte(s.prefix)) {
			return fmt.Errorf("%w: looks like %s", errNoCapture, s.what)
		}
	}
	switch {
	case len(head) == 0:
		return fmt.Errorf("%w: is empty", errNoCapture)
	case isText(head):
		return fmt.Errorf("%w: looks like text", errNoCapture)
	}
	return fmt.Errorf("%w: begins with % x", errNoCapture, head[:min(len(head), 8)])
}

// isText says whether b is UTF-8 without control characters. The end of a longer
// file's head may have cut a character.
func isText(b []byte) bool {
	cut := len(b) >= headSize
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			return cut && !utf8.FullRune(b)
		}
		if r < ' ' && !bytes.ContainsRune([]byte("\n\r\t\f\x1b"), r) {
			return false
		}
		b = b[n:]
	}
	return true
}
