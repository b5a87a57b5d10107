package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/decoder"
)

func TestProtocolTreeReadsFromOutsideIn(t *testing.T) {
	nodes := protocolTree([]decoder.Stack{
		{Path: "eth:arp", Frames: 1, Bytes: 60},
		{Path: "eth:ip:udp", Frames: 2, Bytes: 200},
		{Path: "eth:ip:tcp", Frames: 5, Bytes: 500},
		{Path: "eth:ip:udp:gtp:ip:udp", Frames: 1, Bytes: 150},
		{Path: "raw", Frames: 9, Bytes: 90},
		{Path: ""},
	})
	var got []string
	for _, n := range nodes {
		got = append(got, strings.Repeat(">", n.depth())+n.name()+" "+grouped(n.frames)+" "+grouped(n.bytes))
	}
	want := "eth 9 910, >ip 8 850, >>tcp 5 500, >>udp 3 350, >>>gtp 1 150, >>>>ip 1 150, >>>>>udp 1 150, >arp 1 60, raw 9 90"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

// However many nodes are kept, what is kept is a tree: the node above each is
// there too, and before it.
func TestTheMostFrequentNodesAreATree(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var stacks []decoder.Stack
	for range 200 {
		var path strings.Builder
		path.WriteString("eth")
		for range random.IntN(6) {
			path.WriteString(":" + string(rune('a'+random.IntN(3))))
		}
		stacks = append(stacks, decoder.Stack{Path: path.String(), Frames: uint64(random.IntN(3)), Bytes: 1})
	}
	nodes := protocolTree(stacks)
	for n := range len(nodes) + 2 {
		kept := mostFrequent(nodes, n)
		if len(kept) != min(n, len(nodes)) {
			t.Fatalf("%d of %d nodes are kept, not %d", len(kept), len(nodes), n)
		}
		seen := map[string]bool{}
		for _, k := range kept {
			seen[k.path] = true
			if above := strings.LastIndexByte(k.path, ':'); above > 0 && !seen[k.path[:above]] {
				t.Fatalf("of %d nodes, %s stands without what is above it", n, k.path)
			}
		}
	}
}
