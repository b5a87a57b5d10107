package secondopinion

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// A reply is kept under what it depends on, and comes back whole.
func TestReplies(t *testing.T) {
	dir := t.TempDir()
	capture := func(name, content string) Capture {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return Capture{Name: name, Path: path}
	}
	a, copied, other := capture("a", "frames"), capture("b", "frames"), capture("c", "other frames")
	tool := Tool{path: "tshark", args: []string{"-n", "-r"}, version: "4", cache: dir}
	newer, more := tool, tool
	newer.version, more.args = "5", []string{"-n-r"}
	digested := *tool.With("lengths", nil, tool.args...)

	key := func(tool Tool, c Capture) string {
		k, err := tool.key(c)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	k := key(tool, a)
	if key(tool, copied) != k {
		t.Error("a copy has another key")
	}
	for what, k2 := range map[string]string{"content": key(tool, other), "version": key(newer, a), "arguments": key(more, a), "digest": key(digested, a)} {
		if k2 == k {
			t.Errorf("another %s has the same key", what)
		}
	}

	if _, ok := tool.recall(k); ok {
		t.Error("a reply is recalled before it was kept")
	}
	want := Reply{Stdout: []byte("1\teth\n"), Stderr: "cut\nshort\n", Status: 2}
	if err := tool.keep(k, want); err != nil {
		t.Fatal(err)
	}
	if got, ok := tool.recall(k); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("recalled %+v, not %+v", got, want)
	}
}
