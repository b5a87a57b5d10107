package conn

import "github.com/pcappipe/pcappipe/flow"

// historyRoom is what four cache lines leave. Real histories stay below 20.
const historyRoom = 55

// A history is the story of a flow in Zeek's letters, upper case where the
// originator acts. One that has no more room ends with 'x', Zeek's letter for
// what was given up.
type history struct {
	letters [historyRoom]byte
	n       uint8
}

func (h *history) add(letter byte) {
	if int(h.n) < len(h.letters) {
		h.letters[h.n] = letter
		h.n++
		return
	}
	h.letters[len(h.letters)-1] = 'x'
}

func (h *history) text() string { return string(h.letters[:h.n]) }

// abandonedSYN says whether the originator sent a SYN and then a RST, and
// nothing of it that could follow an answer.
func (h *history) abandonedSYN() bool {
	s := h.letters[:h.n]
	if len(s) > 0 && s[0] == '^' {
		s = s[1:]
	}
	if len(s) == 0 || s[0] != 'S' {
		return false
	}
	for _, letter := range s[1:] {
		switch letter {
		case 'R':
			return true
		case 'H', 'A', 'F', 'G', 'I', 'Q':
			return false
		}
	}
	return false
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
		letter |= 'a' - 'A'
	}
	c.history.add(letter)
}

// mark adds a letter that is told once a direction. It says whether it was told before.
func (c *Conn) mark(dir flow.Direction, what seen, letter byte) (before bool) {
	e := &c.ends[dir]
	if e.seen&what != 0 {
		return true
	}
	e.seen |= what
	c.tell(dir, letter)
	return false
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

// tellZeroWindow adds the first, tenth, hundredth … window of zero. It means
// nothing after a RST or once the peer will send no more.
func (c *Conn) tellZeroWindow(p *flow.Piece, dir flow.Direction) {
	e, peer := &c.ends[dir], &c.ends[dir^1]
	if p.Flags&flow.RST != 0 || peer.state == closed || e.state == reset {
		return
	}
	e.zeroWindows++
	if e.zeroWindows != e.zeroWindowAt+1 {
		return
	}
	c.tell(dir, 'W')
	if next := 10 * (uint64(e.zeroWindowAt) + 1); next < 1<<32 {
		e.zeroWindowAt = uint32(next) - 1
	}
}
