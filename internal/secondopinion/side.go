package secondopinion

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"net/netip"
	"slices"
	"strings"
)

// A Duplex is both directions of one TCP connection, put together.
type Duplex struct {
	Number uint64            `json:"number"` // its writer's: tcp.stream, or a flow's
	First  uint64            `json:"first"`  // frame
	Ends   [2]netip.AddrPort `json:"ends"`   // each sends what stands at its place in Sides
	Sides  [2]Side           `json:"sides"`
}

// Talk returns the conversation that a connection is of.
func (d *Duplex) Talk() Talk {
	t, _ := NewTalk(tcp, d.Ends[0], d.Ends[1])
	return t
}

// from returns the side that an end sent.
func (d *Duplex) from(end netip.AddrPort) *Side {
	if d.Ends[0] == end {
		return &d.Sides[0]
	}
	return &d.Sides[1]
}

// other returns the side that the other end sent.
func (d *Duplex) other(end netip.AddrPort) *Side {
	if d.Ends[0] == end {
		return &d.Sides[1]
	}
	return &d.Sides[0]
}

// A Side is one direction: the bytes that were handed on, by their digests, and
// what was missing between them.
type Side struct {
	Bytes  uint64   `json:"bytes"`
	SHA256 string   `json:"sha256"`
	Gaps   []Gap    `json:"gaps,omitempty"`
	Marks  string   `json:"marks,omitempty"` // a checksum of each stretch of bytes, in eight digits
	Notes  []string `json:"-"`               // what was unusual
}

// A Gap is bytes that were never seen. Its place is told by the bytes that were
// handed on before it, which does not depend on how long other gaps are.
type Gap struct {
	After  uint64 `json:"after"`
	Length uint64 `json:"length"`
}

// same is the text by which two sides are compared.
func (s *Side) same() string {
	if s.Bytes == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%d bytes, %.12s", s.Bytes, s.SHA256)
}

// between returns the gaps that have bytes behind them, and how many bytes the
// last one is long that has none.
func (s *Side) between() (text string, behind uint64) {
	var list []string
	for i := 0; i < len(s.Gaps); {
		g := s.Gaps[i]
		for i++; i < len(s.Gaps) && s.Gaps[i].After == g.After; i++ {
			g.Length += s.Gaps[i].Length
		}
		if g.After == s.Bytes {
			behind = g.Length
			break
		}
		list = append(list, fmt.Sprintf("%d after %d", g.Length, g.After))
	}
	if list == nil {
		return "none", behind
	}
	return strings.Join(list, ", "), behind
}

// hasGap says whether bytes are missing behind so many.
func (s *Side) hasGap(after uint64) bool {
	return slices.ContainsFunc(s.Gaps, func(g Gap) bool { return g.After == after })
}

// stretch is how many bytes a mark is of: a difference can be found to as many.
const stretch = 128

// A sideWriter takes the bytes of a side and keeps what its digests need.
type sideWriter struct {
	Side
	sum   hash.Hash
	part  uint32 // of the stretch that is not full
	marks []byte
}

func newSideWriter() *sideWriter { return &sideWriter{sum: sha256.New()} }

// Write adds bytes.
func (w *sideWriter) Write(b []byte) {
	w.sum.Write(b)
	for len(b) > 0 {
		n := min(len(b), stretch-int(w.Bytes%stretch))
		w.part = crc32.Update(w.part, crc32.IEEETable, b[:n])
		b, w.Bytes = b[n:], w.Bytes+uint64(n)
		if w.Bytes%stretch == 0 {
			w.mark()
		}
	}
}

func (w *sideWriter) mark() {
	w.marks = fmt.Appendf(w.marks, "%08x", w.part)
	w.part = 0
}

// Gap adds bytes that are missing here.
func (w *sideWriter) Gap(length uint64) {
	w.Gaps = append(w.Gaps, Gap{w.Bytes, length})
}

// Done returns what was written.
func (w *sideWriter) Done() Side {
	if w.Bytes%stretch != 0 {
		w.mark()
	}
	w.SHA256 = hex.EncodeToString(w.sum.Sum(nil))
	w.Marks = string(w.marks)
	return w.Side
}

// parting says where two sides that have different bytes part. ours is what the
// comparison has, marked what could be had of its bytes.
func parting(ours, marked, theirs *Side) string {
	if marked.Bytes != ours.Bytes {
		return "they part somewhere"
	}
	const digits = 8 // of a mark
	whole := int(min(ours.Bytes, theirs.Bytes) / stretch)
	for i := range whole {
		if at := i * digits; marked.Marks[at:at+digits] != theirs.Marks[at:at+digits] {
			return fmt.Sprintf("they part in %d-%d", i*stretch, (i+1)*stretch)
		}
	}
	end := ""
	switch {
	case ours.Bytes < theirs.Bytes:
		end = ", where ours ends"
	case theirs.Bytes < ours.Bytes:
		end = ", where theirs ends"
	}
	return fmt.Sprintf("they part in %d-%d%s", whole*stretch, min(ours.Bytes, theirs.Bytes), end)
}
