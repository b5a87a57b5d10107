package filter

// A term is a part of arithmetic before the link type is known: it gives the
// value and what must hold for it to make sense, as "tcp[13]" needs TCP.
type term func(*layers) (*value, *block)

func numberTerm(k uint32) term {
	return func(*layers) (*value, *block) { return &value{calc: calcNumber, k: k}, trueBlock }
}

func lengthTerm(*layers) (*value, *block) { return &value{calc: calcLen}, trueBlock }

func negative(t term) term {
	return func(l *layers) (*value, *block) {
		v, check := t(l)
		if v.calc == calcNumber {
			return &value{calc: calcNumber, k: -v.k}, check
		}
		return &value{calc: calcSub, left: &value{calc: calcNumber}, right: v}, check
	}
}

// combine computes with two terms. Only what the left one needs is asked for:
// "ip[0] + tcp[0]" does not ask for TCP. So does libpcap.
func combine(column int, c calc, left, right term) term {
	return func(l *layers) (*value, *block) {
		a, check := left(l)
		b, _ := right(l)
		if b.calc == calcNumber {
			switch {
			case (c == calcDiv || c == calcMod) && b.k == 0:
				l.column = column
				l.fail("division by zero")
			case (c == calcLeft || c == calcRight) && b.k > 31:
				l.column = column
				l.fail("shift by more than 31 bits")
			}
			if k, ok := c.apply(a.k, b.k); ok && (a.calc == calcNumber || b.k == 0 && (c == calcMul || c == calcAnd)) {
				return &value{calc: calcNumber, k: k}, check
			}
		}
		return &value{calc: c, left: a, right: b}, check
	}
}

// indexed is word[index:size]; nil where a word has no bytes to index.
func indexed(word string, index term, size uint8) term {
	switch word {
	case "link":
		return fieldTerm(calcLoad, inHeader, index, size, func(_ *layers, check *block) *block { return check })
	case "radio":
		return radioTerm(index, size)
	case "ip", "ip6", "arp", "rarp", "atalk", "decnet", "sca", "lat", "mopdl", "moprc":
		return fieldTerm(calcLoad, inNet, index, size, func(l *layers, check *block) *block {
			return and(check, l.carries(etherWords[word]))
		})
	case "tcp", "udp", "sctp", "icmp", "igmp", "igrp", "pim", "vrrp", "carp":
		needs := isProtocol(word)
		return fieldTerm(calcLoadIPv4, inIPv4, index, size, func(l *layers, check *block) *block {
			return and(l.carries(typeIP), check, needs(l), l.firstFragment())
		})
	case "icmp6":
		return fieldTerm(calcLoad, inIPv6, index, size, func(l *layers, check *block) *block {
			return and(check, l.carries(typeIPv6), l.equal(inNet, 6, 1, protoICMPv6))
		})
	}
	return nil
}

// fieldTerm reads at an index from a place. needs gets what the index needs.
func fieldTerm(c calc, p place, index term, size uint8, needs func(*layers, *block) *block) term {
	return func(l *layers) (*value, *block) {
		i, check := index(l)
		at, header := l.locate(p, 0)
		return field(c, i, at, header, size), needs(l, check)
	}
}

// radioTerm reads from the start of the frame, where radio information stands.
func radioTerm(index term, size uint8) term {
	return func(l *layers) (*value, *block) {
		i, check := index(l)
		switch l.link {
		case linkRadiotap, linkAVS, linkPrism:
		default:
			l.refused = true
		}
		return field(calcLoad, i, offset{}, 0, size), check
	}
}

// field is a load. A number as index becomes part of the offset; at a fixed
// place the sum wraps around, so that ether[-1] counts back, as it does in
// libpcap.
func field(c calc, index *value, at offset, header uint32, size uint8) *value {
	v := &value{calc: c, left: index, off: at.k, reg: at.reg, hdr: header, size: size}
	fixed := c == calcLoad && at.reg == 0
	if index.calc == calcNumber && (fixed || index.k < 1<<31) {
		v.off += index.k
		v.left = &value{calc: calcNumber}
	}
	return v
}

// compared holds where two terms compare so.
func compared(c comparison, left, right term) expression {
	return func(l *layers) *block {
		l.refused = false
		a, checkA := left(l)
		b, checkB := right(l)
		if l.refused {
			return falseBlock
		}
		return and(checkA, checkB, c.block(a, b))
	}
}

// block compares two values, with one instruction where it can.
func (c comparison) block(a, b *value) *block {
	if a.calc == calcNumber && b.calc == calcNumber {
		yes, _ := (&relation{left: a, right: b, operator: c.operator}).holds(nil, 0, nil)
		return constant(yes == 1 != c.negated)
	}
	if a.calc == calcNumber && c.operator == "=" {
		a, b = b, a
	}
	if b.calc == calcNumber {
		if in, mask, ok := a.instr(); ok {
			return c.with(in, mask, b.k)
		}
	}
	held := test(instr{op: opRelation, relation: &relation{left: a, right: b, operator: c.operator}})
	if c.negated {
		return not(held)
	}
	return held
}

// instr returns the instruction that yields a value, and the mask on it.
func (v *value) instr() (in instr, mask uint32, ok bool) {
	if v.calc == calcAnd {
		field, number := v.left, v.right
		if field.calc == calcNumber {
			field, number = number, field
		}
		if number.calc != calcNumber {
			return instr{}, 0, false
		}
		in, mask, ok = field.instr()
		return in, mask & number.k, ok
	}
	switch v.calc {
	case calcLen:
		return instr{op: opLen}, all, true
	case calcLoad, calcLoadIPv4:
		if v.left.calc != calcNumber || v.left.k != 0 {
			return instr{}, 0, false
		}
		return instr{op: v.op(), off: v.off, hdr: v.hdr, reg: v.reg, size: v.size}, all, true
	}
	return instr{}, 0, false
}

// op is the instruction of a load.
func (v *value) op() op {
	switch {
	case v.calc == calcLoadIPv4 && v.size == 2:
		return opPort
	case v.calc == calcLoadIPv4:
		return opIPv4
	case v.reg != 0:
		return opAway
	case v.size == 1:
		return opByte
	case v.size == 2:
		return opHalf
	}
	return opWord
}
