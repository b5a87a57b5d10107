package output

import (
	"math/bits"

	"github.com/pcappipe/pcappipe/record"
)

// A csv encoder writes one line of cells (RFC 4180, lines ending in LF). Values
// are first chained by column, in the order found, which is from outer to inner;
// then the columns that have any are written. Most have none: a frame has
// some forty of several hundred fields, so whole runs of empty cells are added at once.
type csv struct {
	names   []string
	types   []record.Type
	columns [][]uint16 // by layer and field; none where it is not kept
	iso     bool

	// Of one record:
	used        []uint64   // which columns have values, as bits
	first, last []uint32   // of each column: values, valid where it is used
	next        []uint32   // of each value: the next in its column; 0 (a row begins with a layer) for none
	open        [][]uint16 // of the layers that are open: their columns
}

// none is the column of a field that is not kept.
const none = ^uint16(0)

func newCSV(s selection) Encoder {
	e := &csv{names: s.fields, iso: s.time == ISO}
	if e.names == nil {
		e.names = s.schema.Names()
	}
	e.columns = make([][]uint16, len(s.schema.Layers))
	for i, l := range s.schema.Layers {
		e.columns[i] = make([]uint16, len(l.Fields))
		for f := range l.Fields {
			e.columns[i][f] = none
		}
	}
	for c, name := range e.names {
		places := s.schema.Find(name)
		e.types = append(e.types, places[0].Field().Type)
		for _, p := range places {
			e.columns[p.Layer.ID()][p.Index] = uint16(c)
		}
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
	e.chain(r)
	start, column := len(dst), 0 // column: the cell that dst stands in
	for i, word := range e.used {
		for ; word != 0; word &= word - 1 {
			c := 64*i + bits.TrailingZeros64(word)
			dst = appendCommas(dst, c-column)
			dst, column = e.cell(dst, r, c), c
		}
		e.used[i] = 0
	}
	dst = appendCommas(dst, len(e.names)-1-column)
	if len(dst) == start { // an empty line would be no record to most readers
		dst = append(dst, `""`...)
	}
	return append(dst, '\n')
}

// chain puts each value behind those of its column.
func (e *csv) chain(r *record.Row) {
	if len(e.next) < len(r.Values) {
		e.next = make([]uint32, 2*len(r.Values))
	}
	e.open = e.open[:0]
	var columns []uint16
	for i := range r.Values {
		x := &r.Values[i]
		switch x.Op {
		case record.Open:
			e.open = append(e.open, columns)
			columns = e.columns[x.Field]
		case record.Close:
			last := len(e.open) - 1
			columns, e.open = e.open[last], e.open[:last]
		case record.Inner:
		default:
			if c := columns[x.Field]; c != none {
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

// cell adds the values of a column, joined with commas where there are several.
func (e *csv) cell(dst []byte, r *record.Row, c int) []byte {
	i, t := e.first[c], e.types[c]
	x := &r.Values[i]
	if e.next[i] == 0 && (t != record.Text || !needsQuotes(r.Of(x))) {
		return e.value(dst, r, t, x)
	}
	dst = e.value(append(dst, '"'), r, t, x)
	for i = e.next[i]; i != 0; i = e.next[i] {
		dst = e.value(append(dst, ','), r, t, &r.Values[i])
	}
	return append(dst, '"')
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

// commas end empty cells, many at once.
const commas = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"

func appendCommas(dst []byte, n int) []byte {
	for ; n > len(commas); n -= len(commas) {
		dst = append(dst, commas...)
	}
	return append(dst, commas[:n]...)
}
