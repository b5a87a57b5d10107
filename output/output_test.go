package output

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/record"
)

var (
	flowLayer    = layer("", false, define("", "flow:uint uid:text id.orig_h:address duration:duration")...)
	flowSchema   = record.NewSchema("flow", "flows", flowLayer)
	summaryLayer = layer("", false, define("", "frames:uint")...)
	summary      = record.NewSchema("summary", "summaries", summaryLayer)
)

func schemas() []*record.Schema { return []*record.Schema{newSample().schema, flowSchema, summary} }

// flowRow returns a flow as its JSON and csv lines have it.
func flowRow() *record.Row {
	r := &record.Row{}
	r.Begin(flowSchema, nil)
	r.Open(flowLayer)
	r.Uint(0, 7)
	r.String(1, "C1")
	r.Own(2, []byte{10, 0, 0, 1})
	r.Uint(3, 1500)
	r.Close()
	return r
}

const (
	flowJSON = `{"record":"flow","flow":7,"uid":"C1","id.orig_h":"10.0.0.1","duration":0.000001500}` + "\n"
	flowCSV  = "flow,uid,id.orig_h,duration\n7,C1,10.0.0.1,0.000001500\n"
)

// writeFlow opens c, writes one flow and ends as told.
func writeFlow(t *testing.T, c Config, end func(*Output) error) error {
	t.Helper()
	o, err := Open(c, schemas()...)
	if err != nil {
		return err
	}
	if err := o.Write(o.Stream("flow"), o.Encoder("flow").Append(nil, flowRow())); err != nil {
		o.Abort()
		return err
	}
	return end(o)
}

// tree lists a directory's files with what they hold.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		fmt.Fprintf(&b, "%s: %s", rel, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRecordsGoWhereThePathSays(t *testing.T) {
	for _, c := range []struct {
		name, path string
		format     Format
		kinds      string
		want       string
	}{
		{"a file", "out.jsonl", "", "flows", "out.jsonl: " + flowJSON},
		{"a file by its extension", "out.csv", "", "flows", "out.csv: " + flowCSV},
		{"capital letters", "OUT.CSV", "", "flows", "OUT.CSV: " + flowCSV},
		{"a named format wins", "out.csv", JSONL, "flows", "out.csv: " + flowJSON},
		{"no extension", "out", "", "flows", "out: " + flowJSON},
		{"a directory that is there", "", "", "flows", "flows.jsonl: " + flowJSON},
		{"a directory to be made", "deep/down/", CSV, "flows", "deep/down/flows.csv: " + flowCSV},
		{"kinds that share a file", "out.jsonl", "", "flows summary", "out.jsonl: " + flowJSON},
		{"kinds with a file each", "", "", "flows summary", "flows.jsonl: " + flowJSON + "summary.jsonl: "},
		{"csv of several kinds", "new", CSV, "summary flows", "new/flows.csv: " + flowCSV + "new/summary.csv: frames\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			config := Config{Path: dir + "/" + c.path, Format: c.format, Kinds: strings.Fields(c.kinds)}
			if err := writeFlow(t, config, (*Output).Commit); err != nil {
				t.Fatal(err)
			}
			if got := tree(t, dir); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestStandardOutputIsWrittenAsItIs(t *testing.T) {
	for _, path := range []string{"", "-", "/dev/stdout"} {
		var stdout bytes.Buffer
		c := Config{Path: path, Kinds: []string{"flows"}, Stdout: &stdout}
		if err := writeFlow(t, c, (*Output).Commit); err != nil || stdout.String() != flowJSON {
			t.Errorf("path %q: %q, %v", path, stdout.String(), err)
		}
	}
}

func TestKindsThatShareAPlaceShareAStream(t *testing.T) {
	for _, c := range []struct {
		path    string
		streams [3]int // of frames, flows and summary
		count   int
	}{
		{"-", [3]int{0, -1, 0}, 1},
		{t.TempDir(), [3]int{1, -1, 0}, 2},
	} {
		o, err := Open(Config{Path: c.path, Kinds: []string{"summary", "frames"}, Stdout: io.Discard}, schemas()...)
		if err != nil {
			t.Fatal(err)
		}
		defer o.Abort()
		for i, names := range [3][2]string{{"frames", "frame"}, {"flows", "flow"}, {"summary", "summary"}} {
			for _, name := range names {
				if got := o.Stream(name); got != c.streams[i] {
					t.Errorf("%s: stream of %s is %d", c.path, name, got)
				}
				if wants := c.streams[i] >= 0; o.Wants(name) != wants || (o.Encoder(name) != nil) != wants {
					t.Errorf("%s: %s is asked for: %v", c.path, name, o.Wants(name))
				}
			}
		}
		if o.Streams() != c.count {
			t.Errorf("%s: %d streams", c.path, o.Streams())
		}
	}
}

func TestNothingIsAskedForAndNothingMade(t *testing.T) {
	dir := t.TempDir()
	o, err := Open(Config{Path: dir + "/none.jsonl"}, schemas()...)
	if err != nil || o.Streams() != 0 {
		t.Fatal(o, err)
	}
	if err := o.Commit(); err != nil || tree(t, dir) != "" {
		t.Errorf("%v, and there is %s", err, tree(t, dir))
	}
}

func TestAFileIsReplacedOnlyWhenComplete(t *testing.T) {
	dir := t.TempDir()
	path := dir + "/out.jsonl"
	if err := os.WriteFile(path, []byte("old\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	link := t.TempDir() + "/link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	o, err := Open(Config{Path: link, Kinds: []string{"flows"}}, schemas()...)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Write(0, []byte("new\n")); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "old\n" {
		t.Errorf("before it is complete there is %q", got)
	}
	if err := o.Commit(); err != nil || tree(t, dir) != "out.jsonl: new\n" {
		t.Errorf("after it there is %s, %v", tree(t, dir), err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o640 {
		t.Errorf("its mode became %v", info.Mode())
	}
	if info, _ := os.Lstat(link); info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
}

func TestWhatFailsLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	c := Config{Path: dir + "/made/", Kinds: []string{"frames", "flows"}}
	if err := writeFlow(t, c, (*Output).Abort); err != nil || tree(t, dir) != "" {
		t.Errorf("%v, and there is %s", err, tree(t, dir))
	}
	if _, err := os.Stat(dir + "/made"); err == nil {
		t.Error("the directory that was made is there")
	}
	if err := os.WriteFile(dir+"/flows.jsonl", []byte("old\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	c.Path = dir
	err := writeFlow(t, c, func(o *Output) error {
		o.sinks[1].file.Close() // a disk that fails late looks like this
		return o.Commit()
	})
	if !errors.Is(err, fs.ErrClosed) || !strings.Contains(err.Error(), dir+"/flows.jsonl") {
		t.Errorf("the error is %v", err)
	}
	if got := tree(t, dir); got != "flows.jsonl: old\n" {
		t.Errorf("there is %s", got)
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	for _, path := range []string{"/nowhere/out.jsonl", "/proc/out.jsonl"} {
		_, err := Open(Config{Path: path, Kinds: []string{"flows"}}, schemas()...)
		var e *fs.PathError
		if !errors.As(err, &e) || e.Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestLeftoversOfTheDeadDoNotStandInTheWay(t *testing.T) {
	dir := t.TempDir()
	leftover := fmt.Sprintf("%s/.out.jsonl.tmp-%d-0", dir, os.Getpid())
	if err := os.WriteFile(leftover, []byte("left\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := Config{Path: dir + "/out.jsonl", Kinds: []string{"flows"}}
	if err := writeFlow(t, c, (*Output).Commit); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); !slices.Contains(strings.SplitAfter(got, "\n"), "out.jsonl: "+flowJSON) || !strings.Contains(got, "left\n") {
		t.Errorf("there is %s", got)
	}
}
