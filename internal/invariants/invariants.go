// Package invariants checks, in builds with the tag invariants and in race
// builds, what other builds take for granted: that nobody keeps a view of a
// batch that was given back, and that a batch is given back once. In other
// builds its functions do nothing and cost nothing.
package invariants

// A Loan watches one thing that goes round: it is out, or it is back.
type Loan struct{ out bool }

// Poison overwrites the bytes of a batch that was given back, so that a kept
// view shows as 0xCC in a test instead of as a wrong byte in an output.
func Poison(b []byte) {
	if !Enabled {
		return
	}
	b = b[:cap(b)]
	for i := range b {
		b[i] = 0xCC
	}
}

// Take says that the thing goes out. It must be back.
func (l *Loan) Take() {
	if Enabled && l.out {
		panic("invariants: taken while it is out")
	}
	l.out = true
}

// Return says that the thing is back. It must be out.
func (l *Loan) Return() {
	if Enabled && !l.out {
		panic("invariants: given back twice")
	}
	l.out = false
}
