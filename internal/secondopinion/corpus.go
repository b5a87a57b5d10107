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
	head, err := fileHead(path)
	if err != nil {
		return false, err
	}
	return begins(head, captureMagics) || begins(head, packedMagics), nil
}

// fileHead returns the first bytes of a file, or of what a gzip file holds: as
// many as there are, and none where it is damaged.
func fileHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 12)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	if !bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		return head[:n], nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, nil
	}
	n, _ = io.ReadFull(z, head)
	return head[:n], nil
}

// bigEndian says whether a capture is written with the high byte first: pcap by
// its magic number, pcapng by its first section's.
func bigEndian(path string) (bool, error) {
	head, err := fileHead(path)
	if err != nil || len(head) < 12 {
		return false, err
	}
	return begins(head, []string{"\xa1\xb2"}) || begins(head, captureMagics[6:]) && head[8] == 0x1a, nil
}

func begins(head []byte, magics []string) bool {
	for _, m := range magics {
		if strings.HasPrefix(string(head), m) {
			return true
		}
	}
	return false
}
