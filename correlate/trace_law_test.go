package correlate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// randomScript returns exchanges between few hosts, at few times and with few
// ids, so that all that can go wrong does.
func randomScript(r *rand.Rand, n int) []string {
	lines := make([]string, n)
	ids := []string{"s1", "s2", "s3", "s4", "s5"}
	next := make(map[int]int) // of a flow, the number of its next exchange
	for i := range lines {
		flow := 1 + r.IntN(1+n/2)
		next[flow]++
		client, server := r.IntN(4), r.IntN(4)
		if r.IntN(2) == 0 {
			client, server = flow%4, (flow+1)%4
		}
		line := fmt.Sprintf("%d.%d %c>%c:%d", flow, next[flow], 'A'+client, 'A'+server, 80+r.IntN(3))
		if r.IntN(4) == 0 {
			line = fmt.Sprintf("%d.%d %c:%d>%c", flow, next[flow], 'A'+client, 1+r.IntN(3), 'A'+server)
		}
		if r.IntN(20) > 0 {
			start := r.IntN(100)
			line += fmt.Sprintf(" %d-%d", start, start+r.IntN(1+r.IntN(100)))
		}
		if r.IntN(4) > 0 {
			line += " span=" + ids[r.IntN(len(ids))]
		}
		if r.IntN(4) == 0 {
			line += " from=" + ids[r.IntN(len(ids))]
		}
		lines[i] = line
	}
	return lines
}

// slowParents are the rules for parents, read out: nothing is sorted, and
// everybody looks at everybody.
type slowParents struct {
	hops   []hop // in the order of compareHops
	parent []int
	by     []joint
}

func newSlowParents(sorted []hop) *slowParents {
	s := &slowParents{hops: sorted, parent: make([]int, len(sorted)), by: make([]joint, len(sorted))}
	for i := range s.parent {
		s.parent[i] = -1
	}
	served := func(up, h *hop) bool { return up.server.Addr() == h.client.Addr() && up.server != h.server }
	twice := func(up, h *hop) bool { return up.client == h.client && up.flow != h.flow && up.span == h.span }
	other := func(up, h *hop) bool { return up.client.Addr() != h.client.Addr() }
	for i := range s.hops {
		if h := &s.hops[i]; h.span != "" {
			s.join(i, bySpan, s.shortest(i, func(up *hop) bool { return up.span == h.span && (served(up, h) || twice(up, h)) }))
			s.join(i, bySpan, s.shortest(i, func(up *hop) bool { return up.span == h.span && other(up, h) }))
		}
	}
	for i := range s.hops {
		if h := &s.hops[i]; h.from != "" {
			s.join(i, bySpan, s.shortest(i, func(up *hop) bool { return up.span == h.from }))
			for k := range s.hops {
				if s.hops[k].span == h.from {
					s.join(i, bySpan, k)
					break
				}
			}
		}
	}
	for i := range s.hops {
		h := &s.hops[i]
		s.join(i, byTime, s.shortest(i, func(up *hop) bool { return served(up, h) || h.span == "" && twice(up, h) }))
		s.join(i, byTime, s.shortest(i, func(up *hop) bool { return other(up, h) && up.server != h.server }))
	}
	return s
}

// shortest returns the shortest of those that enclose a hop and are fit.
func (s *slowParents) shortest(i int, fit func(*hop) bool) int {
	best, h := -1, &s.hops[i]
	for k := range s.hops[:i] {
		up := &s.hops[k]
		if up.timed && h.timed && up.start <= h.start && up.last >= h.last && fit(up) && (best < 0 || up.length() < s.hops[best].length()) {
			best = k
		}
	}
	return best
}

func (s *slowParents) join(i int, by joint, parent int) {
	if parent < 0 || s.parent[i] >= 0 {
		return
	}
	for k := parent; k >= 0; k = s.parent[k] {
		if k == i {
			return
		}
	}
	s.parent[i], s.by[i] = parent, by
}

// Whatever the exchanges are: each stands in the tree once, behind its parent and at its depth,
// children in order, and nobody above itself; its parent is the one of the rules; and neither
// depends on the order in which exchanges are given.
func TestLawsOfTrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 800 {
		script := randomScript(r, 1+r.IntN(8+round/25))
		trace := scriptedTrace(t, strings.Join(script, "\n"))
		if complaint := unlawful(trace); complaint != "" {
			t.Fatalf("%s\n%s", complaint, strings.Join(script, "\n"))
		}
		before := treeText(t, trace)
		r.Shuffle(len(script), func(i, k int) { script[i], script[k] = script[k], script[i] })
		if after := treeText(t, scriptedTrace(t, strings.Join(script, "\n"))); before != after {
			t.Fatalf("in this order\n%s\nit is\n%snot\n%s", strings.Join(script, "\n"), after, before)
		}
	}
}

// unlawful says what is wrong with a trace's tree, or nothing.
func unlawful(trace *Trace) string {
	tree := trace.tree()
	if len(tree) != len(trace.hops) {
		return fmt.Sprintf("of %d exchanges %d are in the tree", len(trace.hops), len(tree))
	}
	sorted := trace.inOrder()
	place := make(map[[2]uint64]int)
	for i := range sorted {
		place[[2]uint64{sorted[i].flow, sorted[i].number}] = i
	}
	slow := newSlowParents(sorted)
	last := make(map[int]int) // of a parent's children, the one that came last
	for at := range tree {
		b := &tree[at]
		i, there := place[[2]uint64{b.flow, b.number}]
		if !there {
			return fmt.Sprintf("%d.%d is there twice", b.flow, b.number)
		}
		delete(place, [2]uint64{b.flow, b.number})
		parent, depth := -1, 0
		if b.parent >= 0 {
			if b.parent >= at {
				return fmt.Sprintf("%d.%d stands before its parent", b.flow, b.number)
			}
			up := &tree[b.parent]
			depth = up.depth + 1
			for i := range sorted {
				if sorted[i] == up.hop {
					parent = i
				}
			}
		}
		if before, there := last[b.parent]; there && compareHops(tree[before].hop, b.hop) >= 0 {
			return fmt.Sprintf("%d.%d is out of order", b.flow, b.number)
		}
		last[b.parent] = at
		switch {
		case b.depth != depth:
			return fmt.Sprintf("%d.%d is at depth %d, not %d", b.flow, b.number, b.depth, depth)
		case at > 0 && b.depth > tree[at-1].depth+1:
			return fmt.Sprintf("%d.%d is too deep", b.flow, b.number)
		case parent != slow.parent[i] || b.by != slow.by[i]:
			return fmt.Sprintf("%d.%d has parent %d by %v, not %d by %v", b.flow, b.number, parent, b.by, slow.parent[i], slow.by[i])
		case b.timed && b.self > b.length():
			return fmt.Sprintf("%d.%d is %d alone, of %d", b.flow, b.number, b.self, b.length())
		}
	}
	return ""
}

// The time in which one at least is going on is counted here by looking at every moment.
func TestATraceIsBusyWhileOneIsGoingOn(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		trace := scriptedTrace(t, strings.Join(randomScript(r, 1+r.IntN(9)), "\n"))
		want := uint64(0)
		for moment := range int64(200) {
			for i := range trace.hops {
				if h := &trace.hops[i]; h.timed && h.start <= moment && moment < h.last {
					want++
					break
				}
			}
		}
		if got := busy(trace.hops); got != want || trace.Timed && got > nanos(trace.Start, trace.Last) {
			t.Errorf("%d, not %d, of %d to %d", got, want, trace.Start, trace.Last)
		}
	}
}

// A full trace is made a tree in a moment, however its exchanges lie.
func BenchmarkTree(b *testing.B) {
	for _, n := range []int{1, 8, traceHops} {
		for name, line := range map[string]func(i int) string{
			"nested":   func(i int) string { return fmt.Sprintf("%d.1 A>A:%d %d-%d", i+1, i%2, i, 2*n-i) },
			"together": func(i int) string { return fmt.Sprintf("%d.1 A>B 0-1 span=s", i+1) },
			"around":   func(i int) string { return fmt.Sprintf("%d.1 A>B %d-%d span=s%d from=s%d", i+1, i, i, i, (i+1)%n) },
		} {
			script := make([]string, n)
			for i := range script {
				script[i] = line(i)
			}
			trace := scriptedTrace(b, strings.Join(script, "\n"))
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					trace.tree()
				}
			})
		}
	}
}

// bytesScript makes an exchange of each six bytes.
func bytesScript(data []byte) string {
	var b strings.Builder
	next := make(map[byte]int) // of a flow, the number of its next exchange
	for ; len(data) >= 6 && b.Len() < 8<<10; data = data[6:] {
		flow := 1 + data[0]&15
		next[flow]++
		fmt.Fprintf(&b, "%d.%d %c:%d>%c:%d", flow, next[flow], 'A'+data[1]&7, 1+data[0]>>4, 'A'+data[1]>>4&7, 80+data[2]&3)
		if data[1]>>7 == 0 {
			fmt.Fprintf(&b, " %d-%d", data[2], int(data[2])+int(data[3]))
		}
		if data[4] > 0 {
			fmt.Fprintf(&b, " span=%d", data[4])
		}
		if data[5] > 0 {
			fmt.Fprintf(&b, " from=%d", data[5])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Whatever the exchanges are, their tree keeps the laws.
func FuzzTree(f *testing.F) {
	f.Add([]byte("\x01\x10\x00\xff\x01\x00" + "\x02\x21\x08\x20\x02\x01" + "\x03\x32\x09\x10\x02\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		script := bytesScript(data)
		if script == "" {
			return
		}
		if complaint := unlawful(scriptedTrace(t, script)); complaint != "" {
			t.Errorf("%s\n%s", complaint, script)
		}
	})
}
