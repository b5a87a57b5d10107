package output

import (
	"math/rand/v2"
	"testing"
)

// TestBareTextNeedsNothing says that what is bare is ASCII without control
// characters and needs no quotes, wherever in a text something else stands, and
// whatever is behind the text in its memory.
func TestBareTextNeedsNothing(t *testing.T) {
	odd := []byte{0, '\n', '\r', 0x1f, '"', ',', 0x80, 0xff}
	for n := range 40 {
		for _, c := range odd {
			memory := make([]byte, n+8)
			for i := range memory {
				memory[i] = 'a' + byte(rand.IntN(26))
			}
			if s := memory[:n]; !bare(s, commaBytes) {
				t.Errorf("%q is not bare", s)
			}
			memory[n] = c
			if s := memory[:n]; !bare(s, commaBytes) {
				t.Errorf("%q is not bare, for what is behind it", s)
			}
			memory[n] = 'a'
			for i := range n {
				was := memory[i]
				memory[i] = c
				if s := memory[:n]; bare(s, commaBytes) {
					t.Errorf("%q is bare", s)
				}
				memory[i] = was
			}
		}
	}
}

// TestBareTextStaysInItsMemory says so of texts whose memory ends with them.
func TestBareTextStaysInItsMemory(t *testing.T) {
	for n := range 40 {
		s := make([]byte, n)
		for i := range s {
			s[i] = 'a'
		}
		if got := bare(s[:n:n], commaBytes); got && n%8 != 0 {
			t.Errorf("%d bytes: what is behind them was read", n)
		}
		if n > 0 {
			s[n-1] = ','
			if bare(s[:n:n], commaBytes) {
				t.Errorf("%d bytes with a comma are bare", n)
			}
		}
	}
}
