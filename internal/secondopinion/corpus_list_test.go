package secondopinion

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is a capture, its content says and not its name.
func TestList(t *testing.T) {
	packed := func(content string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	root := t.TempDir()
	for name, content := range map[string]string{
		"a/capture.txt":  "\xd4\xc3\xb2\xa1 and so on",
		"b/ng":           "\x0a\x0d\x0d\x0a",
		"c/packed.pcap":  packed("\xa1\xb2\x3c\x4d and so on"),
		"d/zstd":         "\x28\xb5\x2f\xfd\x00",
		"a/text.pcap":    "# a text",
		"b/empty.pcap":   "",
		"c/text.pcap.gz": packed("# a text"),
		"d/damaged.gz":   "\x1f\x8b\x00",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	captures, others, err := List(root)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(captures); got != "a/capture.txt b/ng c/packed.pcap d/zstd" {
		t.Errorf("captures: %s", got)
	}
	if got := names(others); got != "a/text.pcap b/empty.pcap c/text.pcap.gz d/damaged.gz" {
		t.Errorf("others: %s", got)
	}
	if _, _, err := List(t.TempDir()); err == nil {
		t.Error("a corpus without captures is no error")
	}
}

func names(list []Capture) string {
	var all []string
	for _, c := range list {
		all = append(all, c.Name)
	}
	return strings.Join(all, " ")
}
