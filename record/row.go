// Package record says what goes out: the kinds of records, the names and types
// of their fields, and the rows that carry their values to an encoder.
//
// One place defines a field: its [Layer]. Every format and the documentation
// are made from these definitions. A [Row] holds values without pointers into
// the heap: numbers, and ranges of the frame's bytes or of the row's own text. It is
// filled, encoded and reset, and dies with its batch.
package record

import "encoding/binary"

// A Type says how a value is written.
type Type uint8

const (
	Uint     Type = iota // decimal number
	Int                  // decimal number, signed
	Bool                 // JSON true and false, csv 1 and 0
	Time                 // nanoseconds since 1970, written as --time says
	Duration             // nanoseconds, written as seconds with nine decimals
	Text                 // UTF-8, or what should be
	Bytes                // lower-case hex without separators
	MAC                  // lower-case hex pairs with colons, any length
	Address              // 4 bytes: IPv4; 16 bytes: IPv6, RFC 5952
	Range                // [start, end): two big-endian numbers of 8 bytes; JSON [start,end], csv start-end
)

// A Field is one value's definition.
type Field struct {
	Name    string // whole, as Wireshark, Zeek or OpenTelemetry call it: "ip.src"
	Type    Type
	Repeats bool   // can occur more than once in its layer: always an array
	Unit    string // "bytes", "seconds", … where it has one
	Source  string // where it is defined: "RFC 791, 3.1"
	Doc     string // what it is, in one line
}

// A Layer is a list of fields that are written together: in a frame record,
// one protocol's, under the part of their names before the first dot; in other
// records, all fields, with Key empty. Fields are written in this order.
type Layer struct {
	Key     string // "ip"; empty where fields stand in the record itself
	Repeats bool   // can occur more than once in a packet: always an array
	Fields  []Field
	Headers []Header // those whose fields stand at fixed places

	id uint16 // in its Schema
}

// A Schema is all layers of one kind of record, in a fixed order.
type Schema struct {
	Kind   string // "frame", "flow", "summary"
	Doc    string
	Layers []*Layer
}

// NewSchema returns the schema of one kind of record. A layer belongs to one schema.
func NewSchema(kind, doc string, layers ...*Layer) *Schema {
	for i, l := range layers {
		l.id = uint16(i)
		for h := range l.Headers {
			l.Headers[h].prepare(l)
		}
	}
	return &Schema{Kind: kind, Doc: doc, Layers: layers}
}

// ID returns the layer's place in its schema.
func (l *Layer) ID() int { return int(l.id) }

// An Op says what a Value is.
type Op uint8

const (
	Number Op = iota // Num
	InData           // Data[Num:Num+Len]
	InText           // Text[Num:Num+Len]
	Open             // a layer begins: Field is its place in the schema
	Close            // the layer that was opened last ends
	Inner            // a packet inside the packet begins; it ends with the row
	Fixed            // the fields of a header at Data[Num:]: Field is its place in its layer's Headers
)

// A Value is one step of a row. It has four fields and not one more, with which the
// compiler holds it in registers: then adding one to a row is two stores,
// and not six that a copy has to wait for.
type Value struct {
	Num   uint64
	Len   uint32
	Field uint16 // its place in its layer's Fields
	Op    Op
}

// A Row is one record's values, in the order in which they were found: an
// encoder puts a layer's fields into the order of its definition.
type Row struct {
	Schema *Schema
	Values []Value
	Data   []byte // the frame's bytes; the row only refers to them
	Text   []byte // the row's own
}

// Begin empties the row, keeping its memory, for a record of this schema.
func (r *Row) Begin(s *Schema, data []byte) {
	r.Schema, r.Data = s, data
	r.Values, r.Text = r.Values[:0], r.Text[:0]
}

// Open begins a layer.
func (r *Row) Open(l *Layer) { r.Values = append(r.Values, Value{Op: Open, Field: l.id}) }

// Close ends the layer that was opened last.
func (r *Row) Close() { r.Values = append(r.Values, Value{Op: Close}) }

// Inner begins a packet inside the packet.
func (r *Row) Inner() { r.Values = append(r.Values, Value{Op: Inner}) }

// Uint adds a number, a time, a duration or, as 0 and 1, a truth.
func (r *Row) Uint(field int, v uint64) {
	r.Values = append(r.Values, Value{Op: Number, Field: uint16(field), Num: v})
}

// Bool adds a truth.
func (r *Row) Bool(field int, v bool) {
	n := uint64(0)
	if v {
		n = 1
	}
	r.Uint(field, n)
}

// Bytes adds a range of the frame's bytes.
func (r *Row) Bytes(field, off, n int) {
	r.Values = append(r.Values, Value{Op: InData, Field: uint16(field), Num: uint64(off), Len: uint32(n)})
}

// String adds a text of the row's own.
func (r *Row) String(field int, s string) {
	off := len(r.Text)
	r.Text = append(r.Text, s...)
	r.Values = append(r.Values, Value{Op: InText, Field: uint16(field), Num: uint64(off), Len: uint32(len(s))})
}

// Own adds bytes of the row's own.
func (r *Row) Own(field int, b []byte) {
	off := len(r.Text)
	r.Text = append(r.Text, b...)
	r.Values = append(r.Values, Value{Op: InText, Field: uint16(field), Num: uint64(off), Len: uint32(len(b))})
}

// Range adds the range from start to before end.
func (r *Row) Range(field int, start, end uint64) {
	off := len(r.Text)
	r.Text = binary.BigEndian.AppendUint64(r.Text, start)
	r.Text = binary.BigEndian.AppendUint64(r.Text, end)
	r.Values = append(r.Values, Value{Op: InText, Field: uint16(field), Num: uint64(off), Len: rangeSize})
}

// rangeSize is how many bytes the value of a Range has.
const rangeSize = 16

// Bounds returns where the range that these bytes are begins and ends.
func Bounds(b []byte) (start, end uint64) {
	b = b[:rangeSize]
	return binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
}

// Of returns the bytes of a value of Op InData or InText.
func (r *Row) Of(v *Value) []byte {
	if v.Op == InData {
		return r.Data[v.Num : v.Num+uint64(v.Len)]
	}
	return r.Text[v.Num : v.Num+uint64(v.Len)]
}
