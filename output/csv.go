package output

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"

	"github.com/pcappipe/pcappipe/record"
)

// A csv encoder writes one line of cells (RFC 4180, lines ending in LF).
//
// Of a row it gathers what has a column, and chains what shares one; then it
// writes the columns that have any in their order, and the empty cells between
// them, which can be nine of ten, many at once. So neither the order of the
// columns nor what nobody asked for costs anything.
type csv struct {
	names  []string
	layers []csvLayer
	iso    bool
	types  []record.Type // of each column
	flat   bool          // there is one layer, whose values come in the order of the columns, nearly always

	// Of one record:
	used  []uint64  // which columns have values, as bits
	cells []csvCell // of each column the first value, valid where it is used
	more  []csvCell // the others
	open  []uint16  // layers
}

// A csvCell is a value of a column.
type csvCell struct {
	record.Value
	next uint32 // the next of its column in more, from 1; 0 for none
	last uint32 // of a first value: the last, so too
}

// A csvLayer is where a layer's values go.
type csvLayer struct {
	columns []int32 // of each field; negative where it is not kept
	headers [][]csvPart
}

// A csvPart is a field of a header that is kept.
type csvPart struct {
	word   record.Word
	part   record.Part
	column int32
}

func newCSV(s selection) Encoder {
	defined := s.schema.Names()
	e := &csv{names: s.fields, iso: s.time == ISO}
	if e.names == nil {
		e.names = defined
	}
	columns := make(map[string]int32)
	for c, name := range e.names {
		columns[name] = int32(c)
	}
	e.types = make([]record.Type, len(e.names))
	for _, l := range s.schema.Layers {
		var c csvLayer
		for i := range l.Fields {
			column, kept := columns[l.Fields[i].Name]
			if kept {
				e.types[column] = l.Fields[i].Type
			} else {
				column = -1
			}
			c.columns = append(c.columns, column)
		}
		for i := range l.Headers {
			c.headers = append(c.headers, newCSVParts(&l.Headers[i], c.columns))
		}
		e.layers = append(e.layers, c)
	}
	e.flat = len(e.layers) == 1 && slices.IsSorted(e.layers[0].columns)
	e.used = make([]uint64, (len(e.names)+63)/64)
	e.cells = make([]csvCell, len(e.names))
	return e
}

// newCSVParts returns what is kept of a header.
func newCSVParts(h *record.Header, columns []int32) []csvPart {
	var kept []csvPart
	for _, w := range h.Words {
		for _, p := range w.Parts {
			if c := columns[p.Field]; c >= 0 {
				kept = append(kept, csvPart{w, p, c})
			}
		}
	}
	return kept
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
	if e.flat {
		dst, column, done = e.direct(dst, r)
	}
	if !done {
		e.gather(r)
		dst, column = e.write(dst[:start], r)
	}
	dst = appendCommas(dst, len(e.names)-1-column)
	if len(dst) == start { // an empty line would be no record to most readers
		dst = append(dst, `""`...)
	}
	return append(dst, '\n')
}

// direct adds the values of a row of one layer as they come, as long as they are in
// the order of their columns. It returns the column that it ended in.
func (e *csv) direct(dst []byte, r *record.Row) (_ []byte, column int, ordered bool) {
	columns := e.layers[0].columns
	next := 0 // the first column that has nothing yet
	for i := range r.Values {
		x := &r.Values[i]
		if x.Op > record.InText {
			if x.Op == record.Open || x.Op == record.Close {
				continue
			}
			return dst, 0, false
		}
		c := int(columns[x.Field])
		if c < 0 {
			continue
		}
		if c < next {
			return dst, 0, false
		}
		dst = e.cell(appendCommas(dst, c-column), r, e.types[c], x)
		column, next = c, c+1
	}
	return dst, column, true
}

// gather puts each value into its column.
func (e *csv) gather(r *record.Row) {
	e.more, e.open = e.more[:0], e.open[:0]
	var l *csvLayer
	for i := range r.Values {
		x := &r.Values[i]
		switch x.Op {
		case record.Open:
			e.open = append(e.open, x.Field)
			l = &e.layers[x.Field]
		case record.Close:
			last := len(e.open) - 1
			if e.open = e.open[:last]; last > 0 {
				l = &e.layers[e.open[last-1]]
			}
		case record.Inner:
		case record.Fixed:
			parts := l.headers[x.Field]
			for k := range parts {
				p := &parts[k]
				word := p.word.Read(r.Data, int(x.Num))
				e.put(int(p.column), p.word.Value(&p.part, word, int(x.Num)))
			}
		default:
			if c := l.columns[x.Field]; c >= 0 {
				e.put(int(c), *x)
			}
		}
	}
}

// put adds a value to a column.
func (e *csv) put(c int, v record.Value) {
	first := &e.cells[c]
	if bit := uint64(1) << (c % 64); e.used[c/64]&bit == 0 {
		e.used[c/64] |= bit
		first.Value, first.next = v, 0
		return
	}
	e.more = append(e.more, csvCell{Value: v})
	n := uint32(len(e.more))
	if first.next == 0 {
		first.next = n
	} else {
		e.more[first.last-1].next = n
	}
	first.last = n
}

// write adds the columns that have values, and returns the last of them.
func (e *csv) write(dst []byte, r *record.Row) (_ []byte, column int) {
	for i, word := range e.used {
		for ; word != 0; word &= word - 1 {
			c := 64*i + bits.TrailingZeros64(word)
			x := &e.cells[c]
			if dst = appendCommas(dst, c-column); x.next == 0 {
				dst = e.cell(dst, r, e.types[c], &x.Value)
			} else {
				dst = e.joined(dst, r, e.types[c], x)
			}
			column = c
		}
		e.used[i] = 0
	}
	return dst, column
}

// joined adds the values of a column that has several.
func (e *csv) joined(dst []byte, r *record.Row, t record.Type, x *csvCell) []byte {
	dst = e.value(append(dst, '"'), r, t, &x.Value)
	for x.next != 0 {
		x = &e.more[x.next-1]
		dst = e.value(append(dst, ','), r, t, &x.Value)
	}
	return append(dst, '"')
}

// cell adds one value as a cell. What is in most cells is written without a
// further call.
func (e *csv) cell(dst []byte, r *record.Row, t record.Type, x *record.Value) []byte {
	b, n := reserve(dst)
	p := (*[window]byte)(b[n:])
	switch {
	case t <= record.Bool:
		if t == record.Int {
			break
		}
		if x.Num < 1e6 {
			return b[:n+putFirst((*[8]byte)(p[:]), x.Num)]
		}
		return b[:n+putUint((*[longest]byte)(p[:]), x.Num)]
	case t == record.Duration || t == record.Time && !e.iso:
		return b[:n+putSeconds((*[longest]byte)(p[:]), int64(x.Num))]
	case t == record.Address && x.Len == 4:
		return b[:n+putIPv4((*[longest]byte)(p[:]), binary.BigEndian.Uint32(r.Of(x)))]
	case t == record.Text:
		s := r.Of(x)
		if bare(s, commaBytes) {
			return append(dst, s...)
		}
		if needsQuotes(s) {
			return append(e.value(append(dst, '"'), r, t, x), '"')
		}
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
	case record.Range:
		start, end := record.Bounds(r.Of(x))
		return appendUint(append(appendUint(dst, start), '-'), end)
	default:
		return appendOctets(dst, t, r.Of(x))
	}
}

// commas end empty cells, many at once: a frame has some forty of a thousand fields.
var commas = strings.Repeat(",", 1024)

func appendCommas(dst []byte, n int) []byte {
	if n == 1 {
		return append(dst, ',')
	}
	for ; n > len(commas); n -= len(commas) {
		dst = append(dst, commas...)
	}
	return append(dst, commas[:n]...)
}
