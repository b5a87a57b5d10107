package filter

import "github.com/pcappipe/pcappipe/frame"

// An offset is a place in a frame: a fixed one, or one counted from a register.
type offset struct {
	k   uint32
	reg uint8
}

// A place is what a field's offset is counted from.
type place uint8

const (
	inHeader place = iota // link-layer header
	inOuter               // header of the link layer around this one
	inType                // field that says what the link layer carries
	inLLC                 // right behind the link-layer header
	inNet                 // network-layer header
	inRawNet              // network-layer header where LLC has no SNAP
	inLabel               // MPLS label passed last
	inIPv4                // what IPv4 carries
	inIPv6                // what follows the fixed header of IPv6
)

// layers says where the layers of a frame stand, as far as the expression has
// told: vlan, mpls, pppoes, geneve and lane move them for all that is written
// after them.
type layers struct {
	outermost, link, around frame.LinkType

	header, outer, typ, payload offset

	net, rawNet uint32 // from payload
	labels      int    // MPLS labels passed
	inGeneve    bool
	free        uint8 // next free register

	usesHeader, usesPayload bool // registers that the prologue has to set

	refused bool // the last word asked for what libpcap has not for the link type

	column int    // of the word that is being compiled
	err    *Error // the first thing that can be on no link type
}

// An expression, or a part of one, says what it means where layers stand as
// they do. It can move them for what is written after it, so that parts are
// asked in the order of the text, each once.
type expression func(*layers) *block

// compile turns an expression into the program of one link type.
func compile(e expression, link frame.LinkType) (*program, error) {
	l := newLayers(link)
	b := e(l)
	if l.err != nil {
		return nil, l.err
	}
	p := &program{code: append([]instr(nil), verdicts...), prologue: l.prologue()}
	p.entry = p.emit(b, accepts, rejects)
	p.optimize()
	return p, nil
}

// fail notes what makes the expression wrong on every link type.
func (l *layers) fail(reason string) *block {
	if l.err == nil {
		l.err = &Error{Column: l.column, Reason: reason}
	}
	return falseBlock
}

// locate returns an offset in the frame, and for inIPv4 where the IPv4 header
// stands.
func (l *layers) locate(p place, off uint32) (at offset, header uint32) {
	switch p {
	case inHeader:
		at = l.header
	case inOuter:
		at = l.outer
	case inType:
		at = l.typ
	case inLLC:
		at = l.payload
	case inRawNet:
		at, off = l.payload, off+l.rawNet
	case inLabel:
		at, off = l.payload, off+l.net-4
	case inIPv6:
		at, off = l.payload, off+l.net+40
	default:
		at, off = l.payload, off+l.net
	}
	l.usesHeader = l.usesHeader || at.reg == regHeader
	l.usesPayload = l.usesPayload || at.reg == regPayload
	at.k += off
	return at, l.payload.k + l.net
}

// within holds where a field, masked, is in [lo, lo+width]. A field that is all
// masked away is not read.
func (l *layers) within(p place, off uint32, size uint8, mask, lo, width uint32) *block {
	if mask == 0 {
		return constant(lo == 0)
	}
	at, header := l.locate(p, off)
	in := instr{off: at.k, reg: at.reg, size: size, mask: mask, lo: lo, width: width}
	switch {
	case p == inIPv4 && size == 2:
		in.op, in.hdr = opPort, header
	case p == inIPv4:
		in.op, in.hdr = opIPv4, header
	case at.reg != 0:
		in.op = opAway
	case size == 1:
		in.op = opByte
	case size == 2:
		in.op = opHalf
	default:
		in.op = opWord
	}
	return &block{how: leaf, leaf: in}
}

const all = ^uint32(0)

func (l *layers) equal(p place, off uint32, size uint8, v uint32) *block {
	return l.within(p, off, size, all, v, 0)
}

func (l *layers) masked(p place, off uint32, size uint8, v, mask uint32) *block {
	return l.within(p, off, size, mask, v, 0)
}

func (l *layers) atMost(p place, off uint32, size uint8, v uint32) *block {
	return l.within(p, off, size, all, 0, v)
}

func (l *layers) atLeast(p place, off uint32, size uint8, v uint32) *block {
	return l.within(p, off, size, all, v, all-v)
}

// bits holds where one of the bits of mask is set.
func (l *layers) bits(p place, off uint32, size uint8, mask uint32) *block {
	return not(l.within(p, off, size, mask, 0, 0))
}

// same holds where the bytes at off are those of want. As in libpcap the last
// bytes are compared first.
func (l *layers) same(p place, off uint32, want []byte) *block {
	b := trueBlock
	for n := len(want); n > 0; {
		size := 1
		if n >= 4 {
			size = 4
		} else if n >= 2 {
			size = 2
		}
		n -= size
		var v uint32
		for _, c := range want[n : n+size] {
			v = v<<8 | uint32(c)
		}
		b = and(b, l.equal(p, off+uint32(n), uint8(size), v))
	}
	return b
}

// push makes a new link layer the current one.
func (l *layers) push(link frame.LinkType, at offset) {
	l.around, l.outer = l.link, l.header
	l.link, l.header = link, at
	l.inGeneve = false
}
