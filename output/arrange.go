package output

import (
	"slices"

	"github.com/pcappipe/pcappipe/record"
)

// Rows come in the order in which things were found, and most are in the order
// of their definition as it is. So an encoder writes at once, notices where
// something stands too late, takes back what it wrote of that object and writes
// it again from an arranged copy.

// nested is added to the place of a layer, so that layers come after values.
const nested = 1 << 16

// An arranger puts the contents of one object, a packet's layers or a layer's values, into
// the order of their definition. Equals keep the order in which they were found.
type arranger struct {
	order []uint32       // of each layer of the schema
	keys  []uint64       // reused
	stack []record.Value // arranged copies, an outer object's below an inner's
}

// arrange puts an arranged copy of v, in which headers are spelled, on the stack
// and returns it. The caller takes it from there when it is done.
func (a *arranger) arrange(v []record.Value) []record.Value {
	a.keys = a.keys[:0]
	for i := 0; i < len(v); {
		order, n := uint32(v[i].Field), 1
		if v[i].Op == record.Open {
			order, n = a.order[v[i].Field], 1+extent(v[i+1:])+1
		}
		a.keys = append(a.keys, uint64(order)<<32|uint64(i))
		i += n
	}
	sort(a.keys)
	base := len(a.stack)
	for _, k := range a.keys {
		i, n := int(uint32(k)), 1
		if v[i].Op == record.Open {
			n = min(1+extent(v[i+1:])+1, len(v)-i)
		}
		a.stack = append(a.stack, v[i:i+n]...)
	}
	return a.stack[base:]
}

// sort sorts keys that are nearly in order, and few, as a frame's are; what
// is crafted to be many falls to the general way.
func sort(keys []uint64) {
	if len(keys) > 64 {
		slices.Sort(keys)
		return
	}
	for i := 1; i < len(keys); i++ {
		k, j := keys[i], i
		for ; j > 0 && keys[j-1] > k; j-- {
			keys[j] = keys[j-1]
		}
		keys[j] = k
	}
}

// extent returns how many of v belong to the object that v begins in: as many
// as there are before it closes, a packet inside begins, or the row ends.
func extent(v []record.Value) int {
	depth := 0
	for i := range v {
		switch v[i].Op {
		case record.Open:
			depth++
		case record.Close:
			if depth == 0 {
				return i
			}
			depth--
		case record.Inner:
			return i
		}
	}
	return len(v)
}

// twice says whether the value that v begins with has another of its field behind it.
func twice(v []record.Value) bool {
	return len(v) > 1 && v[1].Field == v[0].Field && v[1].Op <= record.InText
}

// run returns how many values of one field v begins with.
func run(v []record.Value) int {
	n := 1
	for n < len(v) && v[n].Field == v[0].Field && v[n].Op <= record.InText {
		n++
	}
	return n
}
