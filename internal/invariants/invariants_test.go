//go:build invariants || race

package invariants

import (
	"bytes"
	"testing"
)

func TestPoisonReachesWhatIsKept(t *testing.T) {
	b := []byte("batch")
	kept := b[1:3]
	Poison(b[:0])
	if !bytes.Equal(kept, []byte{0xCC, 0xCC}) {
		t.Errorf("a kept view reads %x", kept)
	}
}

func TestASecondReturnPanics(t *testing.T) {
	var l Loan
	l.Take()
	l.Return()
	defer func() {
		if recover() == nil {
			t.Error("a second return went unnoticed")
		}
	}()
	l.Return()
}
