package http1

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Whatever the bytes are, and whatever of them is lost: what is told obeys the
// laws, and where nothing is lost it does not depend on the cuts, and is what
// the model reads.
func FuzzParser(f *testing.F) {
	r := rand.New(rand.NewPCG(7, 8))
	for i := range uint64(40) {
		f.Add(i%2 == 0, i, []byte(messages(r, Side(i%2))))
	}
	f.Fuzz(func(t *testing.T, responses bool, seed uint64, text []byte) {
		side := Requests
		if responses {
			side = Responses
		}
		r := rand.New(rand.NewPCG(seed, 0))
		(&lawful{t: t}).read(r, side, text)
		if len(text) > 4096 {
			return
		}
		text = bytes.ReplaceAll(text, []byte("~"), []byte("-")) // which stands for what is lost
		want := modelled(side, heads, string(text))
		for _, parts := range [][]string{{string(text)}, inParts(string(text), 1), atRandom(r, string(text))} {
			if got := certain(tell(side, heads, parts...)); got != want {
				t.Errorf("in %d parts is told\n%s, the model reads\n%s", len(parts), got, want)
			}
		}
	})
}
