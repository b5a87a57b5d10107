package output

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/pcappipe/pcappipe/record"
)

// A csv encoder writes one line of cells (RFC 4180, lines ending in LF).
//
// Most rows are in the order of the columns, so their values are written as they
// come, and the empty cells between them, which are nine of ten, many at once.
// Where a value's cell lies behind, as that of a packet inside the packet does, the line
// is begun again in another way: values are chained by column, and then the
// columns that have any are written.
type csv struct {
	names  []string
	layers [][]csvField
	iso    bool
	sorted bool // the columns are in the order of the definitions, so that rows can be

	// Of one record, when it is chained:
	used  []uint64      // which columns have values, as bits
	types []record.Type // of each column
	first []uint32      // of each column: its first value, valid where it is used
	last  []uint32      // and its last
	next  []uint32      // of each value: the next in its column; 0 (a row begins with a layer) for none
	open  [][]csvField  // of the layers that are open
}

// A csvField is a field's column and type.
type csvField struct {
	column int32 // negative where it is not kept
	typ    record.Type
}

func newCSV(s selection) Encoder {
	defined := s.schema.Names()
	e := &csv{names: s.fields, iso: s.time == ISO}
	if e.names == nil {
		e.names = slices.Clone(defined)
	}
	columns := make(map[string]int32)
	for c, name := range e.names {
		columns[name] = int32(c)
	}
	kept := slices.DeleteFunc(defined, func(name string) bool { _, kept := columns[name]; return !kept })
	e.sorted = slices.IsSortedFunc(kept, func(a, b string) int { return int(columns[a] - columns[b]) })
	e.types = make([]record.Type, len(e.names))
	for _, l := range s.schema.Layers {
		var fields []csvField
		for i := range l.Fields {
			c, kept := columns[l.Fields[i].Name]
			if kept {
				e.types[c] = l.Fields[i].Type
			} else {
				c = -1
			}
			fields = append(fields, csvField{c, l.Fields[i].Type})
		}
		e.layers = append(e.layers, fields)
	}
	e.used = make([]uint64, (len(e.names)+63)/64)
	e.first, e.last = make([]uint32, len(e.names)), make([]uint32, len(e.names))
	return e
}

// Begin adds the header: the whole names of the columns.
func (e *csv) Begin(dst []byte) []byte {
	for i, name := range e.names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCell(dst, []byte(name))
	}
	return append(dst, '\n')
}

// End adds nothing.
func (e *csv) End(dst []byte) []byte { return dst }

// Append adds one record as a line.
func (e *csv) Append(dst []byte, r *record.Row) []byte {
	start, column, done := len(dst), 0, false
	if e.sorted {
		dst, column, done = e.direct(dst, r)
	}
	if !done {
		e.chain(r)
		dst, column = e.chained(dst[:start], r)
	}
	dst = appendCommas(dst, len(e.names)-1-column)
	if len(dst) == start { // an empty line would be no record to most readers
		dst = append(dst, `""`...)
	}
	return append(dst, '\n')
}

// direct adds the row's values as they come, as long as they are in the order
// of their columns. It returns the column that it ended in.
func (e *csv) direct(dst []byte, r *record.Row) (_ []byte, column int, ordered bool) {
	e.open = e.open[:0]
	var fields []csvField
	next := 0 // the first column that has nothing yet
	for i := 0; i < len(r.Values); i++ {
		x := &r.Values[i]
		switch x.Op {
		case record.Open:
			e.open = append(e.open, fields)
			fields = e.layers[x.Field]
			continue
		case record.Close:
			fields, e.open = pop(e.open)
			continue
		case record.Inner:
			continue
		}
		f := fields[x.Field]
		if f.column < 0 {
			continue
		}
		c := int(f.column)
		if c < next {
			return dst, 0, false
		}
		dst = appendCommas(dst, c-column)
		column, next = c, c+1
		switch {
		case twice(r.Values[i:]):
			n := run(r.Values[i:])
			dst = e.joined(dst, r, f.typ, r.Values[i:i+n])
			i += n - 1
		case f.typ == record.Uint || f.typ == record.Bool:
			dst = appendUint(dst, x.Num)
		default:
			dst = e.single(dst, r, f.typ, x)
		}
	}
	return dst, column, true
}

// pop returns the last of what is open, and the rest.
func pop(open [][]csvField) ([]csvField, [][]csvField) {
	last := len(open) - 1
	return open[last], open[:last]
}

// chain puts each value behind those of its column.
func (e *csv) chain(r *record.Row) {
	if len(e.next) < len(r.Values) {
		e.next = make([]uint32, 2*len(r.Values))
	}
	e.open = e.open[:0]
	var fields []csvField
	for i := range r.Values {
		x := &r.Values[i]
		switch x.Op {
		case record.Open:
			e.open = append(e.open, fields)
			fields = e.layers[x.Field]
		case record.Close:
			fields, e.open = pop(e.open)
		case record.Inner:
		default:
			if c := fields[x.Field].column; c >= 0 {
				e.put(int(c), uint32(i))
			}
		}
	}
}

// put adds a value to a column.
func (e *csv) put(c int, value uint32) {
	e.next[value] = 0
	if bit := uint64(1) << (c % 64); e.used[c/64]&bit == 0 {
		e.used[c/64] |= bit
		e.first[c] = value
	} else {
		e.next[e.last[c]] = value
	}
	e.last[c] = value
}

// chained adds the columns that have values, and returns the last of them.
func (e *csv) chained(dst []byte, r *record.Row) (_ []byte, column int) {
	for i, word := range e.used {
		for ; word != 0; word &= word - 1 {
			c := 64*i + bits.TrailingZeros64(word)
			dst = e.cell(appendCommas(dst, c-column), r, c)
			column = c
		}
		e.used[i] = 0
	}
	return dst, column
}

// cell adds the values of a column.
func (e *csv) cell(dst []byte, r *record.Row, c int) []byte {
	i, t := e.first[c], e.types[c]
	if e.next[i] == 0 {
		return e.single(dst, r, t, &r.Values[i])
	}
	dst = e.value(append(dst, '"'), r, t, &r.Values[i])
	for i = e.next[i]; i != 0; i = e.next[i] {
		dst = e.value(append(dst, ','), r, t, &r.Values[i])
	}
	return append(dst, '"')
}

// joined adds several values as one cell.
func (e *csv) joined(dst []byte, r *record.Row, t record.Type, v []record.Value) []byte {
	dst = append(dst, '"')
	for i := range v {
		dst = append(e.value(dst, r, t, &v[i]), ',')
	}
	dst[len(dst)-1] = '"'
	return dst
}

// single adds one value as a cell.
func (e *csv) single(dst []byte, r *record.Row, t record.Type, x *record.Value) []byte {
	if t == record.Text && needsQuotes(r.Of(x)) {
		return append(e.value(append(dst, '"'), r, t, x), '"')
	}
	return e.value(dst, r, t, x)
}

// value adds one value, the quotes in it doubled: it has some only where its
// cell is quoted.
func (e *csv) value(dst []byte, r *record.Row, t record.Type, x *record.Value) []byte {
	switch t {
	case record.Uint, record.Bool:
		return appendUint(dst, x.Num)
	case record.Int:
		return appendInt(dst, int64(x.Num))
	case record.Time:
		if e.iso {
			return appendISO(dst, int64(x.Num))
		}
		return appendSeconds(dst, int64(x.Num))
	case record.Duration:
		return appendSeconds(dst, int64(x.Num))
	case record.Text:
		return appendCell(dst, r.Of(x))
	default:
		return appendOctets(dst, t, r.Of(x))
	}
}

// commas end empty cells, many at once: a frame has some forty of a thousand fields.
var commas = strings.Repeat(",", 1024)

func appendCommas(dst []byte, n int) []byte {
	for ; n > len(commas); n -= len(commas) {
		dst = append(dst, commas...)
	}
	return append(dst, commas[:n]...)
}
