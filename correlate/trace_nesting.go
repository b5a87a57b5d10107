package correlate

import (
	"net/netip"
	"slices"
)

// hopKeys are numbers for what hops have in common: two hops of a trace have the
// same number where they have the same thing. No number is 0, but that of an id that is not told.
type hopKeys struct {
	flow                   uint32
	client, server         uint32 // addresses with ports
	clientHost, serverHost uint32 // addresses, numbered together
	span, from             uint32 // ids, numbered together
}

// A key is some of them; 0 is left out.
type key [2]uint32

// shares says whether two keys have one of their numbers in common.
func (k key) shares(other key) bool {
	return k[0] != 0 && k[0] == other[0] || k[1] != 0 && k[1] == other[1]
}

func keysOf(hops []hop) []hopKeys {
	flows, ends, hosts, spans := numbers[uint64]{}, numbers[netip.AddrPort]{}, numbers[netip.Addr]{}, numbers[string]{}
	keys := make([]hopKeys, len(hops))
	for i := range hops {
		h := &hops[i]
		keys[i] = hopKeys{
			flow: flows.of(h.flow), client: ends.of(h.client), server: ends.of(h.server),
			clientHost: hosts.of(h.client.Addr()), serverHost: hosts.of(h.server.Addr()), span: spans.of(h.span), from: spans.of(h.from),
		}
	}
	return keys
}

// numbers counts different things, in the order in which they come, from 1.
type numbers[T comparable] map[T]uint32

func (n numbers[T]) of(x T) uint32 {
	var nothing T
	number, known := n[x]
	if !known && x != nothing {
		number = uint32(len(n)) + 1
		n[x] = number
	}
	return number
}

// A question is what is looked for by a hop, and what others find in it.
type question struct {
	is   key // what others ask for
	asks key // the hop that it looks for is this
	not  key // and shares none of these
}

// A group is the hops that have one key: as many ends as it has hops, and of the
// hops that were added the shortest that end not before each of these.
type group struct {
	ends []int64    // sorted
	best []shortest // a Fenwick tree over ends, from the latest on
}

// shortest is those of some hops that can be the shortest of all which share nothing with
// one that asks: the best first, 0 behind the last, each counted from 1. There are four at most. Who passes
// over all before one of them, and not over that, has for each a key of two numbers, which shares one with each of those and
// none with it: of such sequences of pairs there are none longer (Alon, 1985).
type shortest [4]int32

// innermost returns for each hop the shortest of the hops before it that encloses it and is
// what it asks for. With -1 there is none. It takes n log n steps.
func (j *joining) innermost(ask func(*hopKeys) question) []int {
	all := make([]question, len(j.hops))
	for i := range all {
		all[i] = ask(&j.keys[i])
	}
	places, groups := j.groups(all)
	found := make([]int, len(j.hops))
	for i := range j.hops {
		found[i] = -1
		if !j.hops[i].timed {
			continue
		}
		if at, some := places[all[i].asks]; some {
			found[i] = j.find(&groups[at], i, all)
		}
		g := &groups[places[all[i].is]]
		for at := g.rank(j.hops[i].last); at < len(g.best); at += at & -at {
			j.add(&g.best[at], i, all)
		}
	}
	return found
}

// groups returns the groups of hops that have a time, without any hop in them, and where each
// key's is. Most have one hop or two: so the memory of all is taken at once.
func (j *joining) groups(all []question) (places map[key]int32, groups []group) {
	places = make(map[key]int32, len(all))
	of := make([]int32, 0, len(all)) // of each hop that has a time
	var sizes []int32
	for i := range all {
		if !j.hops[i].timed {
			continue
		}
		at, known := places[all[i].is]
		if !known {
			at = int32(len(sizes))
			places[all[i].is] = at
			sizes = append(sizes, 0)
		}
		sizes[at]++
		of = append(of, at)
	}
	groups = make([]group, len(sizes))
	ends, best := make([]int64, len(of)), make([]shortest, len(of)+len(sizes))
	for at, n := range sizes {
		groups[at] = group{ends[:0:n], best[: n+1 : n+1]}
		ends, best = ends[n:], best[n+1:]
	}
	for i := range all {
		if j.hops[i].timed {
			g := &groups[of[0]]
			g.ends, of = append(g.ends, j.hops[i].last), of[1:]
		}
	}
	for i := range groups {
		slices.Sort(groups[i].ends)
	}
	return places, groups
}

// rank returns how many of the group's ends are not before this one.
func (g *group) rank(end int64) int {
	before, _ := slices.BinarySearch(g.ends, end)
	return len(g.ends) - before
}

// find returns the shortest of the group's hops that ends not before this hop
// and shares nothing with it.
func (j *joining) find(g *group, i int, all []question) int {
	found := -1
	for at := g.rank(j.hops[i].last); at > 0; at -= at & -at {
		for _, k := range g.best[at] {
			if k > 0 && !all[k-1].not.shares(all[i].not) {
				found = j.shorter(found, int(k-1))
				break
			}
		}
	}
	return found
}

// add puts a hop among the shortest, if it is one.
func (j *joining) add(best *shortest, i int, all []question) {
	var now shortest
	n, next := 0, int32(i+1)
	take := func(k int32) {
		if needed(now[:n], k, all) {
			now[n] = k
			n++
		}
	}
	for _, k := range best {
		if k > 0 && next > 0 && j.shorter(int(k-1), i) == i {
			take(next)
			next = 0
		}
		if k > 0 {
			take(k)
		}
	}
	if next > 0 {
		take(next)
	}
	*best = now
}

// needed says whether there may be a hop that shares something with each of
// those that are better, and nothing with this one.
func needed(better []int32, k int32, all []question) bool {
	if len(better) == 0 {
		return true
	}
	this, first := all[k-1].not, all[better[0]-1].not
	for side := range first {
		if first[side] == 0 || first[side] == this[side] {
			continue
		}
		// It has this number of the first. The other has to be shared by all that do not have it.
		shared, alike := uint32(0), true
		for _, b := range better[1:] {
			if not := all[b-1].not; not[side] != first[side] {
				other := not[1-side]
				alike = alike && other != 0 && (shared == 0 || shared == other)
				shared = other
			}
		}
		if alike && (shared == 0 || shared != this[1-side]) {
			return true
		}
	}
	return false
}
