package filter

// A block is a condition on a frame: a test, or blocks combined. Its order is
// that of evaluation, which shows where a test reads past the frame.
type block struct {
	how  combination
	a, b *block
	leaf instr
}

type combination uint8

const (
	never combination = iota
	always
	leaf
	both
	either
	negation
)

var (
	falseBlock = &block{how: never}
	trueBlock  = &block{how: always}
)

// and holds where all of blocks hold. What follows a constant falls away, as
// libpcap's optimizer has it.
func and(first *block, rest ...*block) *block {
	for _, b := range rest {
		switch {
		case first.how == never || b.how == always:
		case first.how == always:
			first = b
		default:
			first = &block{how: both, a: first, b: b}
		}
	}
	return first
}

// or holds where one of blocks holds.
func or(first *block, rest ...*block) *block {
	for _, b := range rest {
		switch {
		case first.how == always || b.how == never:
		case first.how == never:
			first = b
		default:
			first = &block{how: either, a: first, b: b}
		}
	}
	return first
}

func not(b *block) *block {
	switch b.how {
	case never:
		return trueBlock
	case always:
		return falseBlock
	case negation:
		return b.a
	}
	return &block{how: negation, a: b}
}

// test is a block of one instruction that holds where it yields 1.
func test(in instr) *block {
	in.mask, in.lo = 1, 1
	return &block{how: leaf, leaf: in}
}

// emit adds a block to the program so that it goes on at jt where it holds and
// at jf where not, and returns where it begins. A test that leads to the same
// place either way is left out, as libpcap's optimizer does.
func (p *program) emit(b *block, jt, jf uint32) uint32 {
	switch b.how {
	case never:
		return jf
	case always:
		return jt
	case negation:
		return p.emit(b.a, jf, jt)
	case both:
		return p.emit(b.a, p.emit(b.b, jt, jf), jf)
	case either:
		return p.emit(b.a, jt, p.emit(b.b, jt, jf))
	}
	in := b.leaf
	in.jt, in.jf = p.thread(in, jt, true), p.thread(in, jf, false)
	if in.jt == in.jf && !in.acts() {
		return in.jt
	}
	p.code = append(p.code, in)
	return uint32(len(p.code) - 1)
}

// acts says whether an instruction does more than to tell.
func (in *instr) acts() bool { return in.op == opGeneve4 || in.op == opGeneve6 }

// thread follows a jump over tests whose outcome the jump itself tells: when
// the EtherType is IPv6's it is not IPv4's, and nobody need ask.
func (p *program) thread(from instr, to uint32, held bool) uint32 {
	for {
		next := &p.code[to]
		if !from.sameField(next) {
			return to
		}
		low, high := uint64(from.lo), uint64(from.lo)+uint64(from.width)
		nextLow, nextHigh := uint64(next.lo), uint64(next.lo)+uint64(next.width)
		switch {
		case held && low >= nextLow && high <= nextHigh:
			to = next.jt
		case held && (high < nextLow || low > nextHigh), !held && nextLow >= low && nextHigh <= high:
			to = next.jf
		default:
			return to
		}
	}
}

// sameField says whether two instructions look at the same number.
func (in *instr) sameField(next *instr) bool {
	return in.op >= opByte && in.op <= opIPv4 && in.op == next.op && in.off == next.off &&
		in.hdr == next.hdr && in.reg == next.reg && in.size == next.size && in.mask == next.mask
}
