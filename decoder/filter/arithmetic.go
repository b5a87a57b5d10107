package filter

// A calc is what a term of arithmetic does.
type calc uint8

const (
	calcNumber calc = iota
	calcLen
	calcLoad // size bytes at off, reg and hdr as in an instr, and index
	calcLoadIPv4
	calcAdd
	calcSub
	calcMul
	calcDiv
	calcMod
	calcAnd
	calcOr
	calcXor
	calcLeft
	calcRight
)

// A value is an arithmetic expression in 32 bits without sign, made for one
// link type.
type value struct {
	left, right *value // left is the index of a load
	k           uint32
	off, hdr    uint32
	calc        calc
	reg, size   uint8
}

// eval computes a value; it fails where a load leaves the frame or a divisor is
// zero.
func (v *value) eval(data []byte, wire uint32, regs *registers) (uint32, bool) {
	switch v.calc {
	case calcNumber:
		return v.k, true
	case calcLen:
		return wire, true
	}
	a, ok := v.left.eval(data, wire, regs)
	if !ok {
		return 0, false
	}
	switch v.calc {
	case calcLoad:
		return load(data, uint64(a+regs[v.reg&15])+uint64(v.off), v.size)
	case calcLoadIPv4:
		first, ok := load(data, uint64(regs[v.reg&15])+uint64(v.hdr), 1)
		if !ok {
			return 0, false
		}
		return load(data, uint64(a+regs[v.reg&15]+first&15*4)+uint64(v.off), v.size)
	}
	b, ok := v.right.eval(data, wire, regs)
	if !ok {
		return 0, false
	}
	return v.calc.apply(a, b)
}

// apply computes. A shift by 32 or more gives 0.
func (c calc) apply(a, b uint32) (uint32, bool) {
	switch c {
	case calcAdd:
		return a + b, true
	case calcSub:
		return a - b, true
	case calcMul:
		return a * b, true
	case calcAnd:
		return a & b, true
	case calcOr:
		return a | b, true
	case calcXor:
		return a ^ b, true
	case calcLeft:
		return a << b, true
	case calcRight:
		return a >> b, true
	}
	if b == 0 {
		return 0, false
	}
	if c == calcMod {
		return a % b, true
	}
	return a / b, true
}

// A comparison is the operator of a relation. The others are these negated.
type comparison struct {
	operator string // "=", ">" or ">="
	negated  bool
}

var comparisons = map[string]comparison{
	"=": {operator: "="}, "!=": {operator: "=", negated: true},
	">": {operator: ">"}, "<=": {operator: ">", negated: true},
	">=": {operator: ">="}, "<": {operator: ">=", negated: true},
}

// with compares what an instruction yields, masked, with a number.
func (c comparison) with(in instr, mask, v uint32) *block {
	in.mask, in.lo, in.width = mask, v, 0
	b := &block{how: leaf, leaf: in}
	switch c.operator {
	case ">":
		b.leaf.lo, b.leaf.width = 0, v
		b = not(b)
	case ">=":
		b.leaf.width = all - v
	}
	if c.negated {
		return not(b)
	}
	return b
}

// A relation is a comparison of two values that is no comparison of a field with
// a number.
type relation struct {
	left, right *value
	operator    string
}

func (r *relation) holds(data []byte, wire uint32, regs *registers) (uint32, bool) {
	a, ok := r.left.eval(data, wire, regs)
	if !ok {
		return 0, false
	}
	b, ok := r.right.eval(data, wire, regs)
	switch r.operator {
	case "=":
		return truth(a == b), ok
	case ">":
		return truth(a > b), ok
	}
	return truth(a >= b), ok
}
