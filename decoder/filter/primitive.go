package filter

// directions are the words for a direction.
var directions = map[string]direction{
	"src": dirSrc, "dst": dirDst, "addr1": dirAddr1, "addr2": dirAddr2, "addr3": dirAddr3,
	"addr4": dirAddr4, "ra": dirRA, "ta": dirTA,
}

// primitive reads one that begins with a keyword, and returns the qualifier that
// holds after it.
func (p *parser) primitive() (expression, qualifier, error) {
	t := p.peek()
	if e, err := p.plain(); e != nil || err != nil {
		return e, qualifier{}, err
	}
	q := qualifier{set: true}
	if t.text == "link" || t.text == "radio" || isProtocol(t.text) != nil {
		p.take()
		q.protocol = t.text
		if e, err := p.afterProtocol(t); e != nil || err != nil {
			return e, qualifier{}, err
		}
	}
	if !p.qualify(&q) {
		e := isProtocol(t.text)
		if e == nil {
			return nil, q, wrong(p.peek(), "unexpected %v", p.peek())
		}
		return at(t, e), qualifier{}, nil
	}
	e, err := p.ids(q)
	return e, q, err
}

// qualify reads direction and kind. It returns false if there is neither.
func (p *parser) qualify(q *qualifier) bool {
	t := p.peek()
	if dir, ok := directions[t.text]; ok && t.kind == keyword {
		p.take()
		q.dir = p.bothWays(dir)
		if p.accept("host") || p.accept("net") || p.accept("port") || p.accept("portrange") {
			q.kind = p.list[p.next-1].text
		}
		return true
	}
	for _, kind := range []string{"host", "net", "port", "portrange", "proto", "protochain", "gateway"} {
		if p.accept(kind) {
			q.kind = kind
			return true
		}
	}
	return false
}

// bothWays reads what makes src "src or dst".
func (p *parser) bothWays(dir direction) direction {
	if dir != dirSrc && dir != dirDst || p.next+1 >= len(p.list) {
		return dir
	}
	other := "dst"
	if dir == dirDst {
		other = "src"
	}
	join := p.peek()
	if !join.is("or") && !join.is("and") || !p.list[p.next+1].is(other) {
		return dir
	}
	p.next += 2
	if join.is("or") {
		return dirOr
	}
	return dirAnd
}

// afterProtocol reads the primitives that can have a protocol before them; nil
// if there is none.
func (p *parser) afterProtocol(protocol token) (expression, error) {
	word := ""
	if protocol.kind == keyword {
		word = protocol.text
	}
	t := p.peek()
	switch {
	case p.accept("broadcast"):
		if e := broadcast(word); e != nil {
			return at(t, e), nil
		}
		return nil, wrong(t, "broadcast is of the link layer or of ip, not of %s", word)
	case p.accept("multicast"):
		if e := multicast(word); e != nil {
			return at(t, e), nil
		}
		return nil, wrong(t, "multicast is of the link layer, of ip or of ip6, not of %s", word)
	case p.accept("type"):
		return p.wlanType()
	case p.accept("subtype"):
		return p.wlanSubtype()
	case p.accept("dir"):
		v, err := p.named("802.11 direction", wlanDirections, 0xff)
		return wlanControlField(1, v, wlanDSMask), err
	}
	return nil, nil
}

// plain reads the primitives that have no qualifier; nil if there is none.
func (p *parser) plain() (expression, error) {
	t := p.peek()
	if e, ok := atmWords[t.text]; ok {
		p.take()
		return onATM(e), nil
	}
	if optional, ok := shifting[t.text]; ok {
		p.take()
		n, err := p.optional(t, optional.most)
		return at(t, optional.make(n)), err
	}
	switch p.take(); t.text {
	case "pppoed":
		return at(t, pppoed), nil
	case "less", "greater", "ifindex", "rnr", "srnr":
		n, err := p.number()
		return numbered[t.text](n), err
	case "inbound", "outbound":
		return bound(t.text == "outbound"), nil
	case "byte":
		return p.byteTest()
	case "llc":
		return p.llc()
	case "vpi", "vci":
		return p.atmNumber(t.text)
	case "ifname", "rset":
		return p.pfName(t.text)
	case "reason":
		v, err := p.named("PF reason", pfReasons, 0xff)
		return pfNumber(pfReason, 1, v), err
	case "action":
		v, err := p.named("PF action", pfActions, 0)
		return pfNumber(pfAction, 1, v), err
	}
	p.next--
	return p.afterProtocol(token{})
}

// shifting are the words that move the rest of the expression, with the largest
// number each can have.
var shifting = map[string]struct {
	most uint32
	make func(optional) expression
}{
	"vlan": {0xfff, vlan}, "mpls": {0xfffff, mpls}, "pppoes": {0xffff, pppoes}, "geneve": {0xffffff, geneve},
}

// numbered are the words that need a number.
var numbered = map[string]func(uint32) expression{
	"less":    func(n uint32) expression { return compared(comparisons["<="], lengthTerm, numberTerm(n)) },
	"greater": func(n uint32) expression { return compared(comparisons[">="], lengthTerm, numberTerm(n)) },
	"ifindex": ifindex,
	"rnr":     func(n uint32) expression { return pfNumber(pfRule, 4, n) },
	"srnr":    func(n uint32) expression { return pfNumber(pfSubrule, 4, n) },
}

func (p *parser) number() (uint32, error) {
	t := p.take()
	if t.kind != number {
		return 0, wrong(t, "number expected, not %v", t)
	}
	return t.value, nil
}

// named reads a name of a table, or a number that has no bits outside mask.
func (p *parser) named(what string, names map[string]uint32, mask uint32) (uint32, error) {
	t := p.take()
	if t.kind == number && mask != 0 {
		if t.value&^mask != 0 {
			return 0, wrong(t, "%s cannot be %v", what, t)
		}
		return t.value, nil
	}
	if v, ok := names[t.text]; ok && t.kind == name {
		return v, nil
	}
	return 0, wrong(t, "unknown %s %v", what, t)
}

// optional reads the number that may follow a word, in parentheses or not.
func (p *parser) optional(word token, most uint32) (optional, error) {
	open := 0
	for p.list[p.next+open].is("(") {
		open++
	}
	t := p.list[p.next+open]
	if t.kind != number {
		return optional{}, nil
	}
	for i := range open {
		if !p.list[min(p.next+open+1+i, len(p.list)-1)].is(")") {
			return optional{}, nil
		}
	}
	p.next += 2*open + 1
	if t.value > most {
		return optional{}, wrong(t, "%s goes up to %d", word.text, most)
	}
	return optional{value: t.value, given: true}, nil
}

// byteTest reads "byte N op N", a test of the link-layer header.
func (p *parser) byteTest() (expression, error) {
	off, err := p.number()
	if err != nil {
		return nil, err
	}
	op := p.take()
	v, err := p.number()
	if err != nil {
		return nil, err
	}
	field, value := indexed("link", numberTerm(off), 1), numberTerm(v)
	switch {
	case op.is("&"):
		return compared(comparisons["!="], combine(op.at+1, calcAnd, field, value), numberTerm(0)), nil
	case op.is("|"):
		return compared(comparisons["!="], combine(op.at+1, calcOr, field, value), numberTerm(0)), nil
	case op.is("="), op.is("<"), op.is(">"):
		return compared(comparisons[op.text], field, value), nil
	}
	return nil, wrong(op, "one of = < > & | expected, not %v", op)
}

func (p *parser) llc() (expression, error) {
	t := p.peek()
	if t.kind != name && !t.is("rnr") {
		return llc, nil
	}
	p.take()
	k, ok := llcKinds[t.text]
	if !ok {
		return nil, wrong(t, "unknown LLC type %v", t)
	}
	return llcControl(k.value, k.mask), nil
}

func (p *parser) wlanType() (expression, error) {
	kind, err := p.named("802.11 type", wlanTypes, wlanTypeMask)
	if err != nil || !p.accept("subtype") {
		return wlanControlField(0, kind, wlanTypeMask), err
	}
	var names map[string]uint32
	for _, s := range wlanSubtypes {
		if s.kind == kind {
			names = s.names
		}
	}
	sub, err := p.named("802.11 subtype", names, wlanSubtypeMask)
	return wlanControlField(0, kind|sub, wlanTypeMask|wlanSubtypeMask), err
}

func (p *parser) wlanSubtype() (expression, error) {
	t := p.take()
	for _, s := range wlanSubtypes {
		if sub, ok := s.names[t.text]; ok && t.kind == name {
			return wlanControlField(0, s.kind|sub, wlanTypeMask|wlanSubtypeMask), nil
		}
	}
	return nil, wrong(t, "unknown 802.11 subtype %v", t)
}

func (p *parser) pfName(word string) (expression, error) {
	t := p.take()
	if t.kind != name || len(t.text) > longestPFName {
		return nil, wrong(t, "name of up to %d characters expected, not %v", longestPFName, t)
	}
	if word == "ifname" {
		return pfName(pfIfname, t.text), nil
	}
	return pfName(pfRuleset, t.text), nil
}

// atmNumber reads what follows vpi or vci: a number, a comparison with one, or
// numbers joined by or in parentheses.
func (p *parser) atmNumber(word string) (expression, error) {
	size := uint8(1)
	if word == "vci" {
		size = 2
	}
	compare := comparisons["="]
	list := p.accept("(")
	if t := p.peek(); !list && t.kind == symbol {
		c, ok := comparisons[t.text]
		if !ok {
			return nil, wrong(t, "number expected, not %v", t)
		}
		compare = c
		p.take()
	}
	var values []uint32
	for {
		v, err := p.number()
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if !list || !p.accept("or") {
			break
		}
	}
	if list {
		if err := p.expect(")"); err != nil {
			return nil, err
		}
	}
	return onATM(atmNumber(size, compare, values)), nil
}
