package correlate

import (
	"cmp"
	"math"
	"slices"
)

// A branch is the place of an exchange in its trace's tree.
type branch struct {
	hop
	parent int // its place in the tree, or -1
	by     joint
	depth  int
	self   uint64 // nanoseconds in which none of its children was going on
}

// branches returns the tree.
func (j *joining) branches() []branch {
	const none = -1
	first, next := make([]int, len(j.hops)), make([]int, len(j.hops)) // child, sibling
	for i := range first {
		first[i] = none
	}
	root := none
	for i := len(j.hops) - 1; i >= 0; i-- {
		before := &root
		if parent := j.parent[i]; parent >= 0 {
			before = &first[parent]
		}
		next[i], *before = *before, i
	}
	tree := make([]branch, 0, len(j.hops))
	at := make([]int, len(j.hops)) // place in the tree
	for i := root; i != none; {
		b := branch{hop: j.hops[i], parent: none, by: j.by[i]}
		if parent := j.parent[i]; parent >= 0 {
			b.parent = at[parent]
			b.depth = tree[b.parent].depth + 1
		}
		b.self = j.self(i, first[i], next)
		at[i] = len(tree)
		tree = append(tree, b)
		i = j.after(i, first, next)
	}
	return tree
}

// after returns the hop that follows in the tree.
func (j *joining) after(i int, first, next []int) int {
	if first[i] >= 0 {
		return first[i]
	}
	for next[i] < 0 && j.parent[i] >= 0 {
		i = j.parent[i]
	}
	return next[i]
}

// self returns how long none of the hop's children was going on, of the time that it took itself.
func (j *joining) self(i, child int, next []int) uint64 {
	h := &j.hops[i]
	covered, at := uint64(0), h.start
	for ; child >= 0; child = next[child] {
		c := &j.hops[child]
		if start, last := max(c.start, at), min(c.last, h.last); c.timed && last > start {
			covered += nanos(start, last)
			at = last
		}
	}
	return h.length() - covered
}

// length returns how long the exchange took.
func (h *hop) length() uint64 { return nanos(h.start, h.last) }

// nanos returns the time between two moments, the earlier first.
func nanos(from, to int64) uint64 { return uint64(to) - uint64(from) }

// busy returns how long at least one of the hops was going on.
func busy(hops []hop) (sum uint64) {
	spans := make([][2]int64, 0, len(hops))
	for i := range hops {
		if h := &hops[i]; h.timed {
			spans = append(spans, [2]int64{h.start, h.last})
		}
	}
	slices.SortFunc(spans, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	at := int64(math.MinInt64)
	for _, s := range spans {
		if start, last := max(s[0], at), s[1]; last > start {
			sum += nanos(start, last)
			at = last
		}
	}
	return sum
}
