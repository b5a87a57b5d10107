package filter

// atArithmetic says whether the next token begins arithmetic.
func (p *parser) atArithmetic() bool {
	t := p.peek()
	return t.kind == number || t.is("len") || t.is("-") ||
		t.kind == keyword && p.next+1 < len(p.list) && p.list[p.next+1].is("[")
}

// relation reads arithmetic, which may have begun with left, and the comparison
// after it. Where there is none, what it read may still be a number by itself or
// arithmetic in parentheses.
func (p *parser) relation(left operand) (operand, error) {
	first := p.next
	t, err := p.arithmetic(left.term, 0)
	if err != nil {
		return operand{}, err
	}
	compare, ok := comparisons[p.peek().text]
	if !ok || p.peek().kind != symbol {
		only := left.number
		if left.term == nil && p.next == first+1 && p.list[first].kind == number {
			only = &p.list[first]
		} else if p.next != first {
			only = nil
		}
		return operand{term: t, number: only}, nil
	}
	p.take()
	right, err := p.arithmetic(nil, 0)
	if err != nil {
		return operand{}, err
	}
	return operand{condition: compared(compare, t, right)}, nil
}

// An infix is an operator of arithmetic and how tightly it binds.
type infix struct {
	calc     calc
	strength int
}

var infixes = map[string]infix{
	"|": {calcOr, 1}, "&": {calcAnd, 2}, "<<": {calcLeft, 3}, ">>": {calcRight, 3},
	"+": {calcAdd, 4}, "-": {calcSub, 4}, "*": {calcMul, 5}, "/": {calcDiv, 5},
	"%": {calcMod, loose}, "^": {calcXor, loose},
}

// loose is for the two operators that libpcap's grammar gives no strength: they
// take the operand before them, whatever is left of it, and all that follows.
const loose = 6

// arithmetic reads terms joined by operators that bind at least as tightly as
// least. left, if any, was read before.
func (p *parser) arithmetic(left term, least int) (term, error) {
	var err error
	if left == nil {
		if left, err = p.term(); err != nil {
			return nil, err
		}
	}
	for {
		t := p.peek()
		op, ok := infixes[t.text]
		if !ok || t.kind != symbol || op.strength < least {
			return left, nil
		}
		p.take()
		tighter := op.strength + 1
		if op.strength == loose {
			tighter = 0
		}
		if err := p.nest(t); err != nil {
			return nil, err
		}
		right, err := p.arithmetic(nil, tighter)
		if err != nil {
			return nil, err
		}
		p.depth--
		left = combine(t.at+1, op.calc, left, right)
	}
}

// term reads one term of arithmetic.
func (p *parser) term() (term, error) {
	t := p.take()
	switch {
	case t.kind == number:
		return numberTerm(t.value), nil
	case t.is("len"):
		return lengthTerm, nil
	case t.is("-"), t.is("("):
		if err := p.nest(t); err != nil {
			return nil, err
		}
		defer func() { p.depth-- }()
		if t.is("-") {
			v, err := p.arithmetic(nil, loose)
			if err != nil {
				return nil, err
			}
			return negative(v), nil
		}
		v, err := p.arithmetic(nil, 0)
		if err != nil {
			return nil, err
		}
		return v, p.expect(")")
	case t.kind == keyword && p.accept("["):
		return p.index(t)
	}
	return nil, wrong(t, "number, len or proto[...] expected, not %v", t)
}

// index reads what stands in brackets after a protocol.
func (p *parser) index(word token) (term, error) {
	if err := p.nest(word); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	i, err := p.arithmetic(nil, 0)
	if err != nil {
		return nil, err
	}
	size := uint8(1)
	if p.accept(":") {
		switch t := p.take(); {
		case t.kind == number && (t.value == 1 || t.value == 2 || t.value == 4):
			size = uint8(t.value)
		default:
			return nil, wrong(t, "size 1, 2 or 4 expected, not %v", t)
		}
	}
	if err := p.expect("]"); err != nil {
		return nil, err
	}
	v := indexed(word.text, i, size)
	if v == nil {
		return nil, wrong(word, "%q has no bytes to index", word.text)
	}
	return v, nil
}
