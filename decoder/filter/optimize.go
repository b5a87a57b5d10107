package filter

// A fact is what is known on a way through a program: that a test held, or did
// not.
type fact struct {
	test *instr
	held bool
}

const (
	// mostFacts is how many are kept: an expression asks again for the link
	// type or the protocol it asked for a few tests ago.
	mostFacts = 8
	// mostHops is how many tests a jump can be taken over in one round, so that
	// the work grows with the expression and not with its square. The next round
	// takes it over as many that have been shortened themselves.
	mostHops = 64
	// mostRounds is enough for expressions that people write.
	mostRounds = 3
)

// optimize takes jumps over tests whose outcome is known where the jump begins
// (an EtherType that is IPv6's is not IPv4's), and over tests that lead to the
// same place either way. The second changes the verdict on frames that such a
// test would read past; libpcap's optimizer does so too, and like it this one
// leaves programs alone that find their way at run time.
func (p *program) optimize() {
	if !p.optimizable() {
		return
	}
	p.collapse()
	for round := 0; round < mostRounds && p.shorten(); round++ {
		p.collapse()
	}
}

// collapse takes jumps over tests that lead to the same place either way. It
// goes up, so that it sees what has become of those below.
func (p *program) collapse() {
	over := func(to uint32) uint32 {
		if to > accepts && p.code[to].jt == p.code[to].jf {
			return p.code[to].jt
		}
		return to
	}
	for i := accepts + 1; i < len(p.code); i++ {
		in := &p.code[i]
		in.jt, in.jf = over(in.jt), over(in.jf)
	}
	p.entry = over(p.entry)
}

func (p *program) optimizable() bool {
	if p.prologue.needed && (p.prologue.payload || p.prologue.link == linkPrism) {
		return false
	}
	for i := range p.code {
		if op := p.code[i].op; op >= opChain4 && op <= opDiffer {
			return false
		}
	}
	return true
}

// shorten goes through the program once, from the entry, with what is known on
// all ways to each test. Jumps go down, so that a test comes after all that lead
// to it. It returns whether a jump changed.
func (p *program) shorten() bool {
	known := make([][]fact, len(p.code))
	reached := make([]bool, len(p.code))
	changed := false
	jump := func(facts []fact, to *uint32) {
		end := p.follow(facts, *to)
		changed = changed || end != *to
		*to = end
		if reached[end] {
			known[end] = common(known[end], facts)
		} else {
			reached[end], known[end] = true, facts
		}
	}
	jump(nil, &p.entry)
	for i := p.entry; i > accepts; i-- {
		if reached[i] {
			in := &p.code[i]
			jump(learn(known[i], fact{in, true}), &in.jt)
			jump(learn(known[i], fact{in, false}), &in.jf)
		}
	}
	return changed
}

// follow returns where a jump ends that knows facts.
func (p *program) follow(facts []fact, to uint32) uint32 {
	for range mostHops {
		if to <= accepts {
			break
		}
		held, ok := decided(facts, &p.code[to])
		if !ok {
			break
		}
		if held {
			to = p.code[to].jt
		} else {
			to = p.code[to].jf
		}
	}
	return to
}

// learn adds a fact to a copy of facts; the oldest goes where there are many.
func learn(facts []fact, f fact) []fact {
	if len(facts) == mostFacts {
		facts = facts[1:]
	}
	return append(facts[:len(facts):len(facts)], f)
}

// common returns the facts that are in both.
func common(a, b []fact) []fact {
	var in []fact
	for _, f := range a {
		for _, g := range b {
			if f.held == g.held && f.test.sameField(g.test) && f.test.lo == g.test.lo && f.test.width == g.test.width {
				in = append(in, f)
				break
			}
		}
	}
	return in
}

// decided says whether facts tell how a test ends, and how.
func decided(facts []fact, in *instr) (held, ok bool) {
	low, high := uint64(in.lo), uint64(in.lo)+uint64(in.width)
	for _, f := range facts {
		if !f.test.sameField(in) {
			continue
		}
		from, to := uint64(f.test.lo), uint64(f.test.lo)+uint64(f.test.width)
		switch {
		case f.held && from >= low && to <= high:
			return true, true
		case f.held && (to < low || from > high), !f.held && low >= from && high <= to:
			return false, true
		}
	}
	return false, false
}

// sameField says whether two tests look at the same number.
func (in *instr) sameField(other *instr) bool {
	return in.op >= opByte && in.op <= opLen && in.op == other.op && in.off == other.off &&
		in.hdr == other.hdr && in.reg == other.reg && in.size == other.size && in.mask == other.mask
}
