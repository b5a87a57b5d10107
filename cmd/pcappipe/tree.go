package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pcappipe/pcappipe/decoder"
)

// treeRows is how many protocols the summary shows: the most frequent ones.
const treeRows = 40

// A node is one protocol where it stands in the stack, with the frames that
// have it there and whatever follows.
type node struct {
	path     string
	frames   uint64
	bytes    uint64
	children []*node
}

// name is the protocol itself, depth how many stand before it.
func (n *node) name() string { return n.path[strings.LastIndexByte(n.path, ':')+1:] }
func (n *node) depth() int   { return strings.Count(n.path, ":") }

// protocolTree counts every stack at each of its protocols. The nodes come
// back in the order in which a tree is read, the more frequent branch first.
func protocolTree(stacks []decoder.Stack) []*node {
	root := new(node)
	known := map[string]*node{"": root}
	for _, s := range stacks {
		at := root
		for end := 0; end < len(s.Path); end++ {
			next := strings.IndexByte(s.Path[end:], ':')
			if next < 0 {
				next = len(s.Path) - end
			}
			end += next
			path := s.Path[:end]
			child := known[path]
			if child == nil {
				child = &node{path: path}
				known[path] = child
				at.children = append(at.children, child)
			}
			child.frames += s.Frames
			child.bytes += s.Bytes
			at = child
		}
	}
	return root.descendants(nil)
}

func (n *node) descendants(list []*node) []*node {
	slices.SortFunc(n.children, moreFrequent)
	for _, c := range n.children {
		list = c.descendants(append(list, c))
	}
	return list
}

// moreFrequent puts more frames first. A node stands before what is under it,
// which can have as many frames but has a longer path.
func moreFrequent(a, b *node) int {
	return cmp.Or(cmp.Compare(b.frames, a.frames), cmp.Compare(a.path, b.path))
}

// mostFrequent keeps the n most frequent of a tree's nodes, in their order. It
// is a tree again: no node has more frames than the one above it.
func mostFrequent(nodes []*node, n int) []*node {
	if len(nodes) <= n {
		return nodes
	}
	ranked := slices.SortedFunc(slices.Values(nodes), moreFrequent)
	kept := make(map[*node]bool, n)
	for _, k := range ranked[:n] {
		kept[k] = true
	}
	return slices.DeleteFunc(slices.Clone(nodes), func(n *node) bool { return !kept[n] })
}
