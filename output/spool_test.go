package output

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// A spool gives what was added, in its order, whenever it is taken, and leaves no file.
func TestASpoolGivesWhatWasAdded(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	r := rand.New(rand.NewPCG(1, 1))
	var s Spool
	var added, taken []byte
	for range 200 {
		part := make([]byte, r.IntN(8000))
		for i := range part {
			part[i] = byte(r.Uint32())
		}
		added = append(added, part...)
		if err := s.Add(part); err != nil {
			t.Fatal(err)
		}
		n := len(added) - len(taken)
		if r.IntN(8) > 0 {
			n = r.IntN(n + 1)
		}
		if err := s.Take(int64(n), func(b []byte) error { taken = append(taken, b...); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.HasPrefix(added, taken) {
		t.Error("other bytes are taken than were added")
	}
	s.Close()
	if left := tree(t, dir); left != "" {
		t.Errorf("there is left %q", left)
	}
}
