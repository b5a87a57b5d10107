package http2

import (
	"bytes"
	"math"

	"golang.org/x/net/http2/hpack"
)

// A decoder is HPACK's (RFC 7541), of one direction. It goes on where a receiver has to give
// up: at an index into what was not seen.
type decoder struct {
	table   table
	refused bool // the block is not HPACK, or refers to what cannot be there

	in     []byte // of the block, still to be decoded
	fields []Field
	size   int  // of the fields, as RFC 9113, 6.5.2 counts
	hidden bool // a field is unknown

	text  bytes.Buffer // names and values that go into no table
	spans []span       // where they stand in it
}

// A span says where a field's name and value stand in the text, one behind the other.
type span struct {
	field             int
	from, middle, end int
	named             bool // the name is not there, but in the field
}

func (d *decoder) reset() {
	*d = decoder{table: table{limit: defaultTable, whole: true}}
}

// forget takes notice that blocks may have gone by unseen.
func (d *decoder) forget() { d.table.forget() }

func (d *decoder) charge() int64 { return d.table.charge() }

// decode returns a block's fields, and whether they are all there and known. They live until
// release. Where the block is damaged, they are what comes before the damage, and refused is set.
func (d *decoder) decode(block []byte) (fields []Field, complete bool) {
	d.in, d.refused, d.size, d.hidden = block, false, 0, false
	for len(d.in) > 0 && !d.refused {
		d.representation()
	}
	text := d.text.String()
	for _, s := range d.spans {
		f := &d.fields[s.field]
		if !s.named {
			f.Name = text[s.from:s.middle]
		}
		f.Value = text[s.middle:s.end]
	}
	return d.fields, !d.refused && !d.hidden && d.size <= maxBlock
}

// release lets go of the last block. What a usual one needs is used again.
func (d *decoder) release() {
	const usual, usualText = 64, 4 << 10
	d.in = nil
	clear(d.fields)
	d.fields, d.spans = d.fields[:0], d.spans[:0]
	if cap(d.fields) > usual {
		d.fields, d.spans = nil, nil
	}
	d.text.Reset()
	if d.text.Cap() > usualText {
		d.text = bytes.Buffer{}
	}
}

// representation decodes a field or a change of the table's size (RFC 7541, 6).
func (d *decoder) representation() {
	switch b := d.in[0]; {
	case b&0x80 != 0:
		d.indexed()
	case b&0xc0 == 0x40:
		d.literal(6, true)
	case b&0xe0 == 0x20:
		d.resize()
	default:
		d.literal(4, false)
	}
}

func (d *decoder) indexed() {
	index, ok := d.integer(7)
	if !ok {
		return
	}
	f, ok := d.table.at(index)
	if !ok {
		d.refused = true
		return
	}
	d.emit(f)
}

// literal decodes a field whose value stands here, and perhaps its name.
func (d *decoder) literal(prefix uint, insert bool) {
	index, ok := d.integer(prefix)
	if !ok {
		return
	}
	var f Field
	if index != 0 {
		if f, ok = d.table.at(index); !ok {
			d.refused = true
			return
		}
		f.Value = ""
	}
	from := d.text.Len()
	switch {
	case index == 0:
		if !d.stringLiteral() {
			return
		}
	case insert && index > uint64(len(static)):
		d.text.WriteString(f.Name)
	}
	middle := d.text.Len()
	if !d.stringLiteral() {
		return
	}
	if insert {
		d.insert(f, from, middle)
		return
	}
	s := span{len(d.fields), from, middle, d.text.Len(), index != 0}
	if index == 0 {
		d.size += middle - from
	}
	d.size += s.end - middle
	if d.emit(f) {
		d.spans = append(d.spans, s)
	} else {
		d.text.Truncate(from)
	}
}

// insert puts a field into the table whose value, and name unless it is static, stand at the
// end of the text. The table's strings are its own: an entry that shared the memory of an older one
// would keep that alive.
func (d *decoder) insert(f Field, from, middle int) {
	own := string(d.text.Bytes()[from:])
	d.text.Truncate(from)
	if middle > from {
		f.Name = own[:middle-from]
	}
	f.Value = own[middle-from:]
	d.table.insert(f)
	d.emit(f)
}

// emit adds a field to those of the block, if there is room.
func (d *decoder) emit(f Field) bool {
	d.size += len(f.Name) + len(f.Value) + entryOverhead
	if d.size > maxBlock {
		return false
	}
	d.hidden = d.hidden || f.Unknown
	d.fields = append(d.fields, f)
	return true
}

// resize follows the encoder in the size of its table. What the receiver has allowed is not
// held against it: that may be told later in a capture, or stand in a gap. Nor is a change behind
// a field, which RFC 7541, 4.2 forbids: receivers differ in that.
func (d *decoder) resize() {
	size, ok := d.integer(5)
	if !ok {
		return
	}
	if size > math.MaxUint32 {
		d.refused = true
		return
	}
	d.table.resize(size)
}

// integer reads one whose first byte has prefix bits of it (RFC 7541, 5.1).
func (d *decoder) integer(prefix uint) (uint64, bool) {
	if len(d.in) == 0 {
		d.refused = true
		return 0, false
	}
	mask := byte(1<<prefix - 1)
	n := uint64(d.in[0] & mask)
	if n < uint64(mask) {
		d.in = d.in[1:]
		return n, true
	}
	for i, b := range d.in[1:] {
		if 7*i >= 63 {
			break
		}
		if n += uint64(b&0x7f) << (7 * i); b < 0x80 {
			d.in = d.in[i+2:]
			return n, true
		}
	}
	d.refused = true
	return 0, false
}

// stringLiteral reads one to the end of the text (RFC 7541, 5.2).
func (d *decoder) stringLiteral() bool {
	huffman := len(d.in) > 0 && d.in[0]&0x80 != 0
	n, ok := d.integer(7)
	if !ok {
		return false
	}
	if n > uint64(len(d.in)) {
		d.refused = true
		return false
	}
	s := d.in[:n]
	d.in = d.in[n:]
	if !huffman {
		d.text.Write(s)
		return true
	}
	if _, err := hpack.HuffmanDecode(&d.text, s); err != nil {
		d.refused = true
		return false
	}
	return true
}
