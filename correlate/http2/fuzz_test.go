package http2

import (
	"math/rand/v2"
	"testing"
)

// Whatever two sides send after their beginnings: what is told does not depend on how it is cut, what is kept is
// bounded and does not either, and a side that has failed says nothing more.
func FuzzConn(f *testing.F) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(10, seed))
		f.Add(randomScript(f, r, true, 10).Bytes()[len(Preface):], randomScript(f, r, false, 10).Bytes(), seed)
	}
	f.Fuzz(func(t *testing.T, fromClient, fromServer []byte, seed uint64) {
		r := rand.New(rand.NewPCG(11, seed))
		for _, side := range []bool{true, false} {
			b := append(client().Bytes(), fromClient...)
			if !side {
				b = append(server().Bytes(), fromServer...)
			}
			whole, cut := New(), New()
			once, often := newTranscript(t), newTranscript(t)
			whole.Data(side, 0, b, once)
			feed(r, cut, side, 0, b, often)
			if once.String() != often.String() || whole.Failed(side) != cut.Failed(side) || whole.Charge() != cut.Charge() {
				t.Fatalf("at once, failed %v, %d bytes kept:\n%s\ncut, failed %v, %d bytes kept:\n%s",
					whole.Failed(side), whole.Charge(), once, cut.Failed(side), cut.Charge(), often)
			}
			if most := int64(maxBlock + 3*maxTable); cut.Charge() > most {
				t.Fatalf("%d bytes are kept", cut.Charge())
			}
			lines := len(often.lines)
			if cut.Failed(side) {
				cut.Data(side, uint64(len(b)), client().headers(1, true, ":method", "GET").Bytes(), often)
				cut.Gap(side, 1<<20, 1<<21, often)
				cut.Close(side, often)
				if len(often.lines) != lines {
					t.Fatalf("a side that has failed says:\n%s", often)
				}
			}
		}
	})
}

// Whatever comes and whatever is missing, every byte is accounted for once, and Recognise is
// as sure of the whole as of a part.
func FuzzGaps(f *testing.F) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(12, seed))
		f.Add(randomScript(f, r, seed%2 == 0, 12).Bytes(), seed)
	}
	f.Fuzz(func(t *testing.T, b []byte, seed uint64) {
		r := rand.New(rand.NewPCG(13, seed))
		side := seed%2 == 0
		c, a := New(), &account{transcript: *newTranscript(t)}
		var came uint64
		for at := 0; at < len(b) && !c.Failed(side); {
			next := min(len(b), at+1+r.IntN(64))
			if r.IntN(5) == 0 {
				c.Gap(side, uint64(at), uint64(next), a)
			} else {
				came += uint64(next - at)
				c.Data(side, uint64(at), b[at:next], a)
			}
			at = next
		}
		c.Close(side, a)
		if !c.Failed(side) && a.told != came {
			t.Fatalf("%d bytes came, %d are told", came, a.told)
		}
		if _, _, v := Recognise(b[:len(b)/2], false); v == Yes || v == No {
			if _, _, w := Recognise(b, false); w != v {
				t.Fatalf("half of it says %d, all of it %d", v, w)
			}
		}
	})
}
