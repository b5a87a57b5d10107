//go:build promises

package promises

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// captures are directories with captures: each is one capture to the program.
func captures(t *testing.T) (dirs []string) {
	t.Helper()
	root := os.Getenv("PCAPPIPE_CORPUS")
	if root == "" {
		return []string{filepath.Join("..", "..", "testdata")}
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && hasCaptures(filepath.Join(root, e.Name())) {
			dirs = append(dirs, filepath.Join(root, e.Name()))
		}
	}
	return dirs
}

func hasCaptures(dir string) (found bool) {
	filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.Contains(filepath.Ext(path), "cap") {
			found = true
			return filepath.SkipAll
		}
		return err
	})
	return found
}

// sum runs the program and returns the digest of what it writes.
func sum(t *testing.T, procs string, args ...string) string {
	t.Helper()
	digest := sha256.New()
	cmd := command(t, args...)
	cmd.Env = append(cmd.Env, "GOMAXPROCS="+procs)
	cmd.Stdout = digest
	end := run(t, cmd, nil)
	if end.code != 0 && end.code != 1 && end.code != damaged {
		t.Errorf("%q: exit status %d\n%.2000s", args, end.code, end.stderr)
	}
	return fmt.Sprintf("%x, status %d", digest.Sum(nil), end.code)
}

// ways are how a run can be made that change nothing.
var ways = []struct{ args, procs string }{
	{"-E pipeline --workers 1", "1"}, {"-E pipeline --workers 2", "2"}, {"-E pipeline --workers 3", "1"},
	{"-E pipeline --workers 8", "2"}, {"-E pipeline --workers 16", "2"}, {"-E pipeline --workers 64", "2"},
	{"-E server --workers 1", "2"}, {"-E server --workers 2", "1"}, {"-E server --workers 3", "2"}, {"-E server --workers 64", "2"},
	{"-E auto", ""},
}

const everything = "datagrams,frames,turns,streams,exchanges,traces,flows,summary"

// Real captures give the same bytes however they are run, with a ceiling that is
// hit and without.
func TestSameBytesOfRealCaptures(t *testing.T) {
	for _, dir := range captures(t) {
		for _, memory := range []string{"1GiB", "64KiB"} {
			args := []string{"-q", "--emit", everything, "--payload", "--memory", memory, dir}
			want := sum(t, "", append([]string{"-E", "default"}, args...)...)
			for _, way := range ways {
				if got := sum(t, way.procs, append(strings.Fields(way.args), args...)...); got != want {
					t.Errorf("%s, %s, %s, GOMAXPROCS %s: %s, want %s", filepath.Base(dir), memory, way.args, way.procs, got, want)
				}
			}
		}
	}
}

// Floods that hit the ceiling have the same flows and datagrams evicted by all.
func TestSameEvictions(t *testing.T) {
	for name, flood := range map[string]traffic{
		"one-packet flows": floods["one-packet flows"], "SYN flood": floods["SYN flood"], "a tunnel a frame": floods["a tunnel a frame"],
		"holes in many flows": pieces["holes in many flows"], "last fragments": pieces["last fragments"], "first fragments": pieces["first fragments"],
		"open connections": openConnections(30_000), "turns without end": pieces["turns without end"], "everything out of order": pieces["everything out of order"],
	} {
		flood.frames = min(flood.frames, 120_000)
		path := filepath.Join(t.TempDir(), "a.pcap")
		store(t, path, flood.pcap)
		args := []string{"-q", "--emit", "datagrams,turns,streams,flows,summary", "--memory", "8MiB", path}
		want := sum(t, "", append([]string{"-E", "default"}, args...)...)
		for _, way := range []int{1, 5, 9} {
			if got := sum(t, ways[way].procs, append(strings.Fields(ways[way].args), args...)...); got != want {
				t.Errorf("%s, %s: %s, want %s", name, ways[way].args, got, want)
			}
		}
	}
}
