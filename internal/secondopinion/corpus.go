package secondopinion

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Capture is one file of the corpus.
type Capture struct {
	Name string // its path inside the corpus, with slashes
	Path string // where it stands
}

// captureMagics are the first four bytes of the formats that are promised to
// be read: pcap in its three kinds and both byte orders, and pcapng.
var captureMagics = []string{
	"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", // microseconds
	"\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d", // nanoseconds
	"\x34\xcd\xb2\xa1", "\xa1\xb2\xcd\x34", // longer record headers
	"\x0a\x0d\x0d\x0a",
}

// packedMagics are the first bytes of the compressions that are promised to be
// read and that the standard library cannot look into. Nothing but captures is
// packed so in the corpus.
var packedMagics = []string{"\x28\xb5\x2f\xfd", "\x04\x22\x4d\x18", "\xfd7zXZ"}

// List returns the captures below root, and the other files, in lexical order.
// What a file is, its first bytes say; many captures bear other extensions.
func List(root string) (captures, others []Capture, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		c := Capture{Name: filepath.ToSlash(name), Path: path}
		is, err := isCapture(path)
		if err != nil {
			return err
		}
		if is {
			captures = append(captures, c)
		} else {
			others = append(others, c)
		}
		return nil
	})
	if err == nil && len(captures) == 0 {
		err = fmt.Errorf("no captures below %s", root)
	}
	return captures, others, err
}

func isCapture(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, 6)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false, err
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return false, err
		}
		return begins(gzipHead(f), captureMagics), nil
	}
	return begins(head, captureMagics) || begins(head, packedMagics), nil
}

// gzipHead returns the first bytes inside a gzip file, none where it is damaged.
func gzipHead(r io.Reader) []byte {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil
	}
	head := make([]byte, 4)
	n, _ := io.ReadFull(z, head)
	return head[:n]
}

func begins(head []byte, magics []string) bool {
	for _, m := range magics {
		if strings.HasPrefix(string(head), m) {
			return true
		}
	}
	return false
}
