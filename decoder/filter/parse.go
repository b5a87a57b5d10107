package filter

import "fmt"

// deepest is how deep parentheses, not and minus can nest: nobody writes more,
// and the parser's stack has an end.
const deepest = 1000

// A parser reads one expression.
type parser struct {
	list  []token
	next  int
	depth int
}

// A qualifier is what stands before a name or number and says what it is. It
// also holds for what follows: "port 80 or 443".
type qualifier struct {
	protocol string // as keywords spell it; empty: all that make sense
	dir      direction
	kind     string // host, net, port, portrange, proto, protochain, gateway; empty: host
	set      bool
}

// An operand is what stands between "and" and "or": a condition; or, until what
// follows tells, arithmetic or a number.
type operand struct {
	condition expression
	term      term
	number    *token // where term is this number alone
	q         qualifier
}

func parse(s string) (expression, error) {
	list, err := tokens(s)
	if err != nil {
		return nil, err
	}
	p := &parser{list: list}
	if p.peek().kind == end {
		return func(*layers) *block { return trueBlock }, nil
	}
	o, err := p.sequence(qualifier{})
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != end {
		return nil, wrong(t, "unexpected %v", t)
	}
	e, err := p.settle(o, qualifier{})
	return e.condition, err
}

func (p *parser) peek() token { return p.list[p.next] }

// take returns the next token and goes on. The end stays.
func (p *parser) take() token {
	t := p.list[p.next]
	if t.kind != end {
		p.next++
	}
	return t
}

// accept takes the next token if it is word.
func (p *parser) accept(word string) bool {
	if p.peek().is(word) {
		p.next++
		return true
	}
	return false
}

func (p *parser) expect(word string) error {
	if t := p.peek(); !t.is(word) {
		return wrong(t, "%q expected, not %v", word, t)
	}
	p.next++
	return nil
}

// nest counts how deep the parser is.
func (p *parser) nest(t token) error {
	if p.depth++; p.depth > deepest {
		return wrong(t, "nested more than %d deep", deepest)
	}
	return nil
}

func wrong(t token, format string, args ...any) error {
	return &Error{Column: t.at + 1, Reason: fmt.Sprintf(format, args...)}
}

// at makes a condition remember where it stands, for what it may find wrong.
func at(t token, e expression) expression {
	return func(l *layers) *block {
		l.column = t.at + 1
		return e(l)
	}
}

// sequence reads operands joined by "and" and "or", which bind alike, from the
// left. A single operand stays what it is.
func (p *parser) sequence(q qualifier) (operand, error) {
	left, err := p.operand(q)
	for err == nil && (p.peek().is("and") || p.peek().is("or")) {
		if left, err = p.settle(left, q); err != nil {
			break
		}
		join := or
		if p.take().is("and") {
			join = and
		}
		var right operand
		if right, err = p.operand(left.q); err != nil {
			break
		}
		if right, err = p.settle(right, left.q); err != nil {
			break
		}
		a, b := left.condition, right.condition
		left = operand{q: right.q, condition: func(l *layers) *block {
			first := a(l)
			return join(first, b(l))
		}}
	}
	return left, err
}

// settle makes an operand a condition: a number alone is one of what the
// qualifier before it says.
func (p *parser) settle(o operand, q qualifier) (operand, error) {
	switch {
	case o.condition != nil:
		return o, nil
	case o.number != nil:
		e, err := q.number(*o.number)
		return operand{condition: e, q: q}, err
	}
	return operand{}, wrong(p.peek(), "comparison expected, not %v", p.peek())
}

// operand reads one operand where the qualifier of what stood before it is q.
func (p *parser) operand(q qualifier) (operand, error) {
	t := p.peek()
	switch {
	case t.is("!"):
		return p.negation(q)
	case t.is("("):
		return p.group(q)
	case p.atArithmetic():
		return p.relation(operand{})
	case t.kind == keyword:
		e, q, err := p.primitive()
		return operand{condition: e, q: q}, err
	}
	e, err := p.id(q)
	return operand{condition: e, q: q}, err
}

func (p *parser) negation(q qualifier) (operand, error) {
	if err := p.nest(p.take()); err != nil {
		return operand{}, err
	}
	o, err := p.operand(q)
	p.depth--
	if err == nil {
		o, err = p.settle(o, q)
	}
	if err != nil {
		return operand{}, err
	}
	return operand{q: o.q, condition: negated(o.condition)}, nil
}

func negated(e expression) expression {
	return func(l *layers) *block { return not(e(l)) }
}

// group reads parentheses around conditions, names or arithmetic. Qualifiers in
// them end with them.
func (p *parser) group(q qualifier) (operand, error) {
	if err := p.nest(p.take()); err != nil {
		return operand{}, err
	}
	inside, err := p.sequence(q)
	if err != nil {
		return operand{}, err
	}
	p.depth--
	if err := p.expect(")"); err != nil {
		return operand{}, err
	}
	if inside.condition == nil {
		return p.relation(inside)
	}
	return operand{condition: inside.condition, q: q}, nil
}

// ids reads what a qualifier was written for: a name, or names in parentheses.
func (p *parser) ids(q qualifier) (expression, error) {
	t := p.peek()
	switch {
	case t.is("!"):
		if err := p.nest(p.take()); err != nil {
			return nil, err
		}
		e, err := p.ids(q)
		p.depth--
		if err != nil {
			return nil, err
		}
		return negated(e), nil
	case t.is("("):
		return p.idGroup(q)
	}
	return p.id(q)
}

func (p *parser) idGroup(q qualifier) (expression, error) {
	if err := p.nest(p.take()); err != nil {
		return nil, err
	}
	left, err := p.ids(q)
	for err == nil && (p.peek().is("and") || p.peek().is("or")) {
		join := or
		if p.take().is("and") {
			join = and
		}
		a := left
		var b expression
		b, err = p.ids(q)
		left = func(l *layers) *block {
			first := a(l)
			return join(first, b(l))
		}
	}
	if err != nil {
		return nil, err
	}
	p.depth--
	return left, p.expect(")")
}
