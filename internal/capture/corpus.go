package capture

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Corpus returns at most so many captures of at most so many bytes, spread evenly
// over the directory that PCAPPIPE_CORPUS names; without it, those of testdata,
// which stands below root. They are seeds for fuzzing.
func Corpus(t testing.TB, root string, most int, size int64) (paths []string) {
	t.Helper()
	dir := os.Getenv("PCAPPIPE_CORPUS")
	if dir == "" {
		dir = filepath.Join(root, "testdata")
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		switch filepath.Ext(path) {
		case ".pcap", ".pcapng", ".cap", ".gz", ".zst":
		default:
			return nil
		}
		if info, err := d.Info(); err == nil && info.Size() <= size {
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil || len(paths) == 0 {
		t.Fatalf("no captures below %s: %v", dir, err)
	}
	if n := len(paths); n > most {
		for i := range most {
			paths[i] = paths[i*n/most]
		}
		paths = paths[:most]
	}
	return paths
}
