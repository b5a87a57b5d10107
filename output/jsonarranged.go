package output

import (
	"slices"

	"github.com/pcappipe/pcappipe/record"
)

// arranged adds what stands in an object once more, in the order of its
// definition, and returns which of the row's values ends it. What is behind its last
// header is enough where none of that belongs before the header's end.
func (e *jsonl) arranged(dst []byte, r *record.Row, l *jsonLayer, begin, header jsonMark) ([]byte, int) {
	if behind(r.Values[header.value:], header.last) {
		begin = header
	}
	v := r.Values[begin.value:]
	n := extent(v)
	base := len(e.stack)
	e.stack = r.SpelledIn(e.stack, l.layer, v[:n])
	dst = e.contents(dst[:begin.at], r, l, e.stack[base:])
	e.stack = e.stack[:base]
	return dst, begin.value + n
}

// behind says whether what v has before its object closes are values of fields behind last.
func behind(v []record.Value, last int) bool {
	for i := range v {
		switch op := v[i].Op; {
		case op == record.Close || op == record.Inner:
			return true
		case op > record.InText || int(v[i].Field) <= last:
			return false
		}
	}
	return true
}

// contents adds what stands in one object, that of a layer or, of none, the
// record's or a packet's, in any order.
func (e *jsonl) contents(dst []byte, r *record.Row, l *jsonLayer, v []record.Value) []byte {
	base := len(e.stack)
	dst = e.members(dst, r, l, e.arrange(v))
	e.stack = e.stack[:base]
	return dst
}

// members adds what stands in one object and is arranged: in order, and what
// repeats together.
func (e *jsonl) members(dst []byte, r *record.Row, l *jsonLayer, v []record.Value) []byte {
	for i, n := 0, 0; i < len(v); i += n {
		if x := &v[i]; x.Op == record.Open {
			dst, n = e.layer(dst, r, &e.layers[e.layers[x.Field].order], v[i:])
		} else {
			dst, n = e.field(dst, r, &l.fields[x.Field], v[i:])
		}
	}
	return dst
}

// layer adds the layer that v begins with and those of the same key behind it,
// and returns how many of v they are.
func (e *jsonl) layer(dst []byte, r *record.Row, l *jsonLayer, v []record.Value) ([]byte, int) {
	if l.key == "" {
		n := extent(v[1:])
		return e.contents(dst, r, l, v[1:1+n]), 1 + n + 1
	}
	dst = append(dst, l.key...)
	start := len(dst)
	if l.repeats {
		dst = append(dst, '[')
	}
	i, objects := 0, 0
	for i < len(v) && v[i].Op == record.Open && e.layers[v[i].Field].order == l.order {
		before, n := len(dst), extent(v[i+1:])
		dst = e.contents(append(dst, '{'), r, &e.layers[v[i].Field], v[i+1:i+1+n])
		if dst = e.closeMember(dst, 0); len(dst) > before {
			objects++
		}
		i += 1 + n + 1
	}
	switch {
	case objects == 0:
		return dst[:start-len(l.key)], i
	case l.repeats:
		dst = closeArray(dst)
	case objects > 1: // it should not, but nothing is lost
		dst = closeArray(slices.Insert(dst, start, '['))
	}
	return dst, i
}

// closeArray ends an array that is a member.
func closeArray(dst []byte) []byte {
	dst[len(dst)-1] = ']'
	return append(dst, ',')
}
