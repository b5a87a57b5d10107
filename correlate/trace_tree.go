package correlate

import (
	"cmp"
	"slices"
)

// A joint is what makes one exchange of a trace the parent of another.
type joint uint8

const (
	unjoined joint = iota
	bySpan         // headers tell
	byTime         // it was going on all the while
)

func (j joint) String() string { return [...]string{"", "span", "time"}[j] }

// tree returns the exchanges in the order of the tree: each before its children,
// and these in the order in which they began. What is joined with what depends on the exchanges, and
// not on the order in which they were given.
//
// A trace's headers name the span that makes a request, and seldom the one that this span
// serves. So an exchange's parent is, of the exchanges that enclose it in time, where several do so the shortest:
//
//  1. one with the same span id that was served where this one was asked for (a proxy that passes headers on),
//     or the same span id and the same client, address and port, on another connection (the same call, captured twice);
//  2. else one with the same span id and a client with another address;
//  3. else the one with the span which its headers call the parent of its own, here also one that does
//     not enclose it, as what is done after the response does not;
//  4. else one that was served where this one was asked for, or, where no span is told, the same call as in 1;
//  5. else one whose client has another address and whose server is another: what one client asks for at once, or one
//     server is asked for at once, is no chain.
//
// 1 to 3 are by span and 4 and 5 by time. One was served where another was asked for if its server has the address
// of the other's client. It is not where both have one server, address and port: then all are
// on one host, and a service is asked twice at once more often than it asks itself.
func (t *Trace) tree() []branch {
	j := newJoining(t.inOrder())
	j.spans()
	j.parents()
	j.times()
	return j.branches()
}

// inOrder returns the hops in the order of compareHops.
func (t *Trace) inOrder() []hop {
	hops := slices.Clone(t.hops)
	slices.SortFunc(hops, compareHops)
	return hops
}

// compareHops puts what encloses another before that, what has no time last. No two are equal.
func compareHops(a, b hop) int {
	switch {
	case a.timed != b.timed:
		if a.timed {
			return -1
		}
		return 1
	case a.timed && a.start != b.start:
		return cmp.Compare(a.start, b.start)
	case a.timed && a.last != b.last:
		return cmp.Compare(b.last, a.last)
	}
	return cmp.Or(cmp.Compare(a.flow, b.flow), cmp.Compare(a.number, b.number))
}

// A joining is a tree that is being made of the hops of a trace, which are in
// the order of compareHops. They are known by their places.
type joining struct {
	hops   []hop
	keys   []hopKeys
	parent []int // -1: none yet
	by     []joint
	with   []int // leads to one hop of those that hang together, which all of them lead to
	again  []int // the hop that may be the same call, captured at another place; -1: none
}

func newJoining(hops []hop) *joining {
	j := &joining{hops: hops, keys: keysOf(hops), parent: make([]int, len(hops)), by: make([]joint, len(hops)), with: make([]int, len(hops))}
	for i := range hops {
		j.parent[i], j.with[i] = -1, i
	}
	j.again = j.innermost(func(k *hopKeys) question {
		return question{is: key{k.span, k.client}, asks: key{k.span, k.client}, not: key{k.flow}}
	})
	return j
}

// spans joins those with one span id, by 1 and 2.
func (j *joining) spans() {
	passed := j.innermost(func(k *hopKeys) question {
		return question{is: key{k.span, k.serverHost}, asks: key{k.span, k.clientHost}, not: key{k.server}}
	})
	other := j.innermost(func(k *hopKeys) question {
		return question{is: key{k.span}, asks: key{k.span}, not: key{k.clientHost}}
	})
	for i := range j.hops {
		if j.keys[i].span != 0 {
			j.join(i, bySpan, j.shorter(passed[i], j.again[i]), other[i])
		}
	}
}

// parents joins those whose headers name their parent, by 3.
func (j *joining) parents() {
	if !slices.ContainsFunc(j.keys, func(k hopKeys) bool { return k.from != 0 }) {
		return
	}
	first := make(map[uint32]int) // hop with this span id
	for i := range j.hops {
		if _, there := first[j.keys[i].span]; !there {
			first[j.keys[i].span] = i
		}
	}
	inside := j.innermost(func(k *hopKeys) question {
		return question{is: key{k.span}, asks: key{k.from}}
	})
	for i := range j.hops {
		from := j.keys[i].from
		if from == 0 {
			continue
		}
		outside, there := first[from]
		if !there {
			outside = -1
		}
		j.join(i, bySpan, inside[i], outside)
	}
}

// times joins the rest, by 4 and 5.
func (j *joining) times() {
	served := j.innermost(func(k *hopKeys) question {
		return question{is: key{k.serverHost}, asks: key{k.clientHost}, not: key{k.server}}
	})
	other := j.innermost(func(k *hopKeys) question {
		return question{not: key{k.clientHost, k.server}}
	})
	for i := range j.hops {
		near := served[i]
		if j.keys[i].span == 0 {
			near = j.shorter(near, j.again[i])
		}
		j.join(i, byTime, near, other[i])
	}
}

// join gives a hop that has none the first of these as parent that is one and is not below the hop.
func (j *joining) join(i int, by joint, parents ...int) {
	for _, parent := range parents {
		if j.parent[i] >= 0 {
			return
		}
		// The hop has no parent, so it is above all that it hangs together with.
		if parent >= 0 && j.root(parent) != j.root(i) {
			j.parent[i], j.by[i] = parent, by
			j.with[j.root(i)] = j.root(parent)
		}
	}
}

// root returns the hop that stands for all that hang together with this one.
func (j *joining) root(i int) int {
	for j.with[i] != i {
		j.with[i] = j.with[j.with[i]]
		i = j.with[i]
	}
	return i
}

// shorter returns which of two hops is preferred as a parent; -1 is none.
func (j *joining) shorter(a, b int) int {
	if a < 0 {
		return b
	} else if b < 0 {
		return a
	}
	if la, lb := j.hops[a].length(), j.hops[b].length(); la < lb || la == lb && a < b {
		return a
	}
	return b
}
