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

// and holds where all of blocks hold, asked in this order.
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

// or holds where one of blocks holds, asked in this order.
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
// at jf where not, and returns where it begins.
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
	in.jt, in.jf = jt, jf
	p.code = append(p.code, in)
	return uint32(len(p.code) - 1)
}
