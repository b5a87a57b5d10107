package decoder

import "strings"

// maxNodes bounds the trie: 4,096 nodes are about 0.5 MiB, and real captures
// know some hundred stacks.
const maxNodes = 4096

// A node is one sequence of protocols.
type node struct {
	child  [Protocols]uint16 // the node of the sequence with one protocol more, 0 for none yet
	parent uint16
	last   Protocol // of the sequence
	epoch  uint32   // the batch that stack belongs to
	stack  uint32   // its place in the batch's Stacks
	path   string   // made when first counted
}

// Stacks counts frames by their stack. Its trie turns a sequence of protocols
// into a number, so that counting takes no comparison of names. It is a cache: results do not depend on what is in it.
type stacks struct {
	nodes  []node
	epoch  uint32
	result *Result // whose Stacks the nodes of this epoch know
	search bool    // the result may have stacks that no node knows
}

func (s *stacks) init() { s.nodes = append(make([]node, 0, 64), node{}) }

// begin makes r, which is empty, the result that is counted in.
func (s *stacks) begin(r *Result) {
	s.epoch++
	s.result, s.search = r, false
}

// count counts a frame of so many bytes with this path, and returns its
// stack's place in r.Stacks. A label stack has one name, as frame.protocols has it.
func (s *stacks) count(path []Protocol, r *Result, bytes int) uint32 {
	if s.result != r || len(s.nodes) > maxNodes {
		s.forget(r)
	}
	n, last := uint32(0), Protocol(0)
	for _, p := range path {
		if p == MPLS && last == MPLS {
			continue
		}
		c := uint32(s.nodes[n].child[p])
		if c == 0 {
			c = s.grow(n, p)
		}
		n, last = c, p
	}
	e := &s.nodes[n]
	if e.epoch != s.epoch {
		e.epoch, e.stack = s.epoch, s.place(n, r)
	}
	k := &r.Stacks[e.stack]
	k.Frames++
	k.Bytes += uint64(bytes)
	return e.stack
}

// forget empties the trie: it is full, or the result was not begun with it.
// What r has is then to be looked up.
func (s *stacks) forget(r *Result) {
	s.nodes = append(s.nodes[:0], node{})
	s.result, s.search = r, true
}

// grow makes the node of the sequence at n with p behind it.
func (s *stacks) grow(n uint32, p Protocol) uint32 {
	c := len(s.nodes)
	s.nodes = append(s.nodes, node{parent: uint16(n), last: p})
	s.nodes[n].child[p] = uint16(c)
	return uint32(c)
}

// place finds or makes the stack of node n in r.
func (s *stacks) place(n uint32, r *Result) uint32 {
	e := &s.nodes[n]
	if e.path == "" {
		e.path = s.path(n)
	}
	if s.search {
		for i := range r.Stacks {
			if r.Stacks[i].Path == e.path {
				return uint32(i)
			}
		}
	}
	r.Stacks = append(r.Stacks, Stack{Path: e.path})
	return uint32(len(r.Stacks) - 1)
}

func (s *stacks) path(n uint32) string {
	var all [maxLayers]string
	at := len(all)
	for ; n != 0; n = uint32(s.nodes[n].parent) {
		at--
		all[at] = s.nodes[n].last.String()
	}
	return strings.Join(all[at:], ":")
}
