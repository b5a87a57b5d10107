package output

import "github.com/pcappipe/pcappipe/record"

// A jsonMark is how far an object is written: behind it come fields after last.
type jsonMark struct {
	at    int // in what is written
	value int // the row's value that is to come
	last  int
}

// object adds what stands in the object that begins with the row's value first, that
// of a layer or of a packet, and returns which value ends it.
func (e *jsonl) object(dst []byte, r *record.Row, l *jsonLayer, first int) ([]byte, int) {
	begin := jsonMark{len(dst), first, -1}
	header := begin // where the last header ended
	last := -1      // the field or, from nested on, the layer that was written last
	v := r.Values
	for i := first; i < len(v); {
		n, x := 0, &v[i]
		switch x.Op {
		case record.Close, record.Inner:
			return dst, i
		case record.Open:
			if place := nested + e.layers[x.Field].order; place > last {
				dst, n, last = e.member(dst, r, i, last)
			} else if place == last && e.layers[x.Field].repeats {
				dst, n = e.another(dst, r, i)
			}
		case record.Fixed:
			if h := &l.headers[x.Field]; h.first < 0 {
				n = 1
			} else if h.first > last {
				dst, n, last = e.header(dst, r, l, h, int(x.Num)), 1, h.last
				header = jsonMark{len(dst), i + 1, last}
			}
		default:
			dst, n, last = e.values(dst, r, l, v[i:], last)
		}
		if n == 0 {
			return e.arranged(dst, r, l, begin, header)
		}
		i += n
	}
	return dst, len(v)
}

// member adds the object of the layer that opens with the row's value i, in an array
// where it can repeat. It returns how many values that is, and the layer, or what
// was written before it, if nothing that was chosen is in it.
func (e *jsonl) member(dst []byte, r *record.Row, i, before int) (_ []byte, n, last int) {
	l := &e.layers[r.Values[i].Field]
	start := len(dst)
	if l.short {
		b, n := reserve(dst)
		dst = b[:n+l.begin.put((*[blockLen]byte)(b[n:]))]
	} else {
		dst = append(dst, l.open...)
	}
	dst, end := e.object(dst, r, l, i+1)
	n = end + 1 - i
	switch {
	case l.key == "":
	case e.chosen && dst[len(dst)-1] == '{':
		return dst[:start], n, before
	default:
		if dst = append(closeObject(dst), ','); l.repeats {
			dst = append(dst[:len(dst)-1], ']', ',')
		}
	}
	return dst, n, nested + l.order
}

// another adds one more object to the array that was written last.
func (e *jsonl) another(dst []byte, r *record.Row, i int) (_ []byte, n int) {
	dst = append(dst[:len(dst)-2], ',', '{')
	dst, end := e.object(dst, r, &e.layers[r.Values[i].Field], i+1)
	if e.chosen && dst[len(dst)-1] == '{' {
		dst = dst[:len(dst)-2]
	} else {
		dst = closeObject(dst)
	}
	return append(dst, ']', ','), end + 1 - i
}
