package http1

import (
	"math/rand/v2"
	"testing"
)

// What a parser tells, however the stream is cut, is what the model reads in the
// whole of it.
func TestAnyCutTellsWhatTheModelReads(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1500 {
		side := Side(r.IntN(2))
		text := messages(r, side)
		if r.IntN(3) == 0 {
			text = damaged(r, text)
		}
		want := modelled(side, heads, text)
		for _, parts := range [][]string{{text}, inParts(text, 1), inParts(text, 1+r.IntN(40)), atRandom(r, text)} {
			if got := certain(tell(side, heads, parts...)); got != want {
				t.Fatalf("of %q in %d parts is told\n%s, the model reads\n%s", text, len(parts), got, want)
			}
		}
	}
}

// Two cuts are enough to find a state that is not carried on.
func TestAnyTwoCutsTellTheSame(t *testing.T) {
	for side, text := range map[Side]string{
		Requests:  "\r\nPOST /a b HTTP/1.1\r\nA : b\r\n c\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n0\r\nT: u\r\n\r\nGET / HTTP/1.0\n\n",
		Responses: "HTTP/1.1 100\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 304 N\r\nA: b\r\n\r\nHTTP/1.0 200\r\n\r\nrest",
	} {
		want := modelled(side, nil, text)
		for i := range text {
			for j := i; j <= len(text); j++ {
				if got := tell(side, nil, text[:i], text[i:j], text[j:]); got != want {
					t.Fatalf("cut at %d and %d:\n%swant\n%s", i, j, got, want)
				}
			}
		}
	}
}

func atRandom(r *rand.Rand, text string) (parts []string) {
	for len(text) > 0 {
		n := 1 + r.IntN(len(text))
		parts = append(parts, text[:n])
		text = text[n:]
	}
	return parts
}
