package conn

import (
	"bytes"
	"math"
	"strings"

	"github.com/pcappipe/pcappipe/flow"
)

// historyRoom is what four cache lines leave. Real histories stay below 20.
const historyRoom = 48

// A history is the story of a flow in Zeek's letters, upper case where the
// originator acts. One that has no more room ends with 'x', Zeek's letter for
// what was given up.
type history struct {
	letters [historyRoom]byte
	n       uint8
	attempt attempt
}

func (h *history) add(letter byte) {
	h.attempt = h.attempt.after(letter)
	if int(h.n) < len(h.letters) {
		h.letters[h.n] = letter
		h.n++
		return
	}
	h.letters[len(h.letters)-1] = 'x'
}

func (h *history) text() string { return string(h.letters[:h.n]) }

// onlyFirst says whether nothing is told after the first letter but that data came with it.
func (h *history) onlyFirst() bool { return len(bytes.TrimLeft(h.letters[1:h.n], "T")) == 0 }

// lower makes a letter one that is about the responder.
const lower = 'a' - 'A'

// An attempt is what a history tells of a SYN by the originator that it gave up
// itself. It is followed from letter to letter, and not read from the letters
// in the end: how many of them there is room for must not matter.
type attempt uint8

const (
	notBegun  attempt = iota
	begun             // the first thing was a SYN, and nothing could follow an answer
	abandoned         // and then came a RST
	otherwise         // it went otherwise
)

func (a attempt) after(letter byte) attempt {
	switch {
	case a == notBegun && letter == '^':
		return notBegun
	case a == notBegun && letter == 'S':
		return begun
	case a == begun && letter == 'R':
		return abandoned
	case a == notBegun, a == begun && strings.IndexByte("HAFIQ", letter) >= 0:
		return otherwise
	}
	return a
}

// A seen is the set of letters that an endpoint has in the history.
type seen uint8

const (
	sawSYN seen = 1 << iota
	sawFIN
	sawRST
	sawFINandRST
	sawSeveral // of SYN, FIN, RST
	sawData
	sawACK
)

// tell adds a letter, given in upper case, that is about this direction.
func (c *Conn) tell(dir flow.Direction, letter byte) {
	if dir != c.orig {
		letter |= lower
	}
	c.history.add(letter)
}

// mark adds a letter that is told once a direction. It says whether it was told before.
func (c *Conn) mark(dir flow.Direction, what seen, letter byte) (before bool) {
	if c.ends[dir].seen&what != 0 {
		return true
	}
	c.markFirst(dir, what, letter)
	return false
}

// markFirst is apart, for mark to be small enough to stand where it is called.
func (c *Conn) markFirst(dir flow.Direction, what seen, letter byte) {
	c.ends[dir].seen |= what
	c.tell(dir, letter)
}

// repeat adds a letter that is told again when it stands at another place.
func (c *Conn) repeat(dir flow.Direction, what seen, letter byte, place uint32, last *uint32) {
	if c.mark(dir, what, letter) && place != *last {
		c.tell(dir, letter)
	}
	*last = place
}

// tellSegment adds what the flags and the length of a segment tell.
func (c *Conn) tellSegment(p *flow.Piece, dir flow.Direction) {
	e := &c.ends[dir]
	place := p.Seq - e.start
	switch p.Flags & (flow.SYN | flow.FIN | flow.RST) {
	case 0:
		if p.Length > 0 {
			c.mark(dir, sawData, 'D')
		} else if p.Flags&flow.ACK != 0 {
			c.mark(dir, sawACK, 'A')
		}
	case flow.SYN:
		letter := byte('S')
		if p.Flags&flow.ACK != 0 {
			letter = 'H'
		}
		c.repeat(dir, sawSYN, letter, place, &e.lastSYN)
	case flow.FIN:
		c.repeat(dir, sawFIN, 'F', place+p.Length, &e.lastFIN) // it follows the data
	case flow.RST:
		c.repeat(dir, sawRST, 'R', place, &e.lastRST)
	case flow.FIN | flow.RST, flow.FIN | flow.RST | flow.SYN:
		c.mark(dir, sawFINandRST, 'I')
	default:
		c.mark(dir, sawSeveral, 'Q')
	}
}

// tellZeroWindow adds a window of zero. It means nothing after a RST or once
// the peer will send no more.
func (c *Conn) tellZeroWindow(p *flow.Piece, dir flow.Direction) {
	e, peer := &c.ends[dir], &c.ends[dir^1]
	if p.Flags&flow.RST != 0 || peer.state == closed || e.state == reset {
		return
	}
	if e.zeroWindows.more() {
		c.tell(dir, 'W')
	}
}

// A tally counts what is told the first time, the tenth, the hundredth …
type tally uint32

// more counts one more and says whether it is told.
func (t *tally) more() bool {
	if *t < math.MaxUint32 {
		*t++
	}
	switch *t {
	case 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9:
		return true
	}
	return false
}
