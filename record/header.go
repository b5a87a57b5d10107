package record

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// A Header is a run of fields that stand at fixed places of a protocol's
// header. A row has one value for all of them, which says where the header begins,
// so that reading a header costs the same however many fields it has, and an
// encoder can prepare for its fields together. Fields are in the order of their layer.
type Header struct {
	Size  int // bytes
	Words []Word
}

// A Word is some bytes of a header, and the fields that are taken from them. It is
// a big-endian number where it has up to eight bytes.
type Word struct {
	At, Len int  // which bytes
	Steady  bool // it has few values in a capture, as an EtherType does
	Parts   []Part
}

// A Part is a field that is taken from a word.
type Part struct {
	Field int
	Mask  uint64 // the bits that it has of the word; 0: all of it
	Unit  uint64 // what the number in the header counts in the field's unit; 0: 1

	shift  uint8
	truth  bool // any of the bits is set
	ranged bool // not a number: the word's bytes
}

// prepare makes what parts need to be read from their fields' definitions.
func (h *Header) prepare(l *Layer) {
	for i := range h.Words {
		w := &h.Words[i]
		for k := range w.Parts {
			p := &w.Parts[k]
			t := l.Fields[p.Field].Type
			p.ranged, p.truth = t > Duration, t == Bool
			if p.Mask == 0 {
				p.Mask = 1<<(8*min(w.Len, 8)) - 1
			}
			p.Unit = max(p.Unit, 1)
			p.shift = uint8(bits.TrailingZeros64(p.Mask))
		}
	}
}

// check says what makes a header unfit: bytes outside it, fields out of order,
// masks that reach beyond their words.
func (h *Header) check(l *Layer) error {
	last := -1
	for i := range h.Words {
		w := &h.Words[i]
		if w.At < 0 || w.Len < 1 || w.At+w.Len > h.Size || len(w.Parts) == 0 {
			return fmt.Errorf("layer %q: word of %d bytes at %d of %d, with %d fields", l.Key, w.Len, w.At, h.Size, len(w.Parts))
		}
		for k := range w.Parts {
			p := &w.Parts[k]
			f := &l.Fields[p.Field]
			switch {
			case p.Field < last || p.Field == last && !f.Repeats:
				return fmt.Errorf("field %s: is out of order in its header", f.Name)
			case !p.ranged && (w.Len > 8 || bits.Len64(p.Mask) > 8*w.Len):
				return fmt.Errorf("field %s: has bits %#x of %d bytes", f.Name, p.Mask, w.Len)
			case f.Type == Address && w.Len != 4 && w.Len != 16:
				return fmt.Errorf("field %s: an address of %d bytes", f.Name, w.Len)
			case f.Type == Range && w.Len != rangeSize:
				return fmt.Errorf("field %s: a range of %d bytes", f.Name, w.Len)
			}
			last = p.Field
		}
	}
	return nil
}

// Ranged says whether the field is the word's bytes, and not a number of it.
func (p *Part) Ranged() bool { return p.ranged }

// Number returns the field's value in a word.
func (p *Part) Number(word uint64) uint64 {
	if word &= p.Mask; p.truth {
		return min(word, 1)
	}
	return word >> p.shift * p.Unit
}

// Read returns the number that the word is in the header that begins at this
// offset of data; of more than eight bytes, that of the last.
func (w *Word) Read(data []byte, at int) uint64 {
	at += w.At
	switch b := data[at : at+w.Len]; len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.BigEndian.Uint16(b))
	case 4:
		return uint64(binary.BigEndian.Uint32(b))
	default:
		word := uint64(0)
		for _, c := range b {
			word = word<<8 | uint64(c)
		}
		return word
	}
}

// Value returns a part of the word, which was read in the header that begins
// at this offset.
func (w *Word) Value(p *Part, word uint64, at int) Value {
	if p.ranged {
		return Value{Op: InData, Field: uint16(p.Field), Num: uint64(at + w.At), Len: uint32(w.Len)}
	}
	return Value{Op: Number, Field: uint16(p.Field), Num: p.Number(word)}
}

// Append adds the values of the word in the header that begins at this offset
// of data.
func (w *Word) Append(dst []Value, data []byte, at int) []Value {
	word := w.Read(data, at)
	for i := range w.Parts {
		dst = append(dst, w.Value(&w.Parts[i], word, at))
	}
	return dst
}

// Header adds a header of the open layer that begins at this offset of the
// data and is there as a whole.
func (r *Row) Header(header, at int) {
	r.Values = append(r.Values, Value{Op: Fixed, Field: uint16(header), Num: uint64(at)})
}

// Spell adds the fields of a header of l one by one, those whose words lie
// within its first n bytes: for what is cut, or where a value is to be changed.
func (r *Row) Spell(l *Layer, header, at, n int) {
	h := &l.Headers[header]
	for i := range h.Words {
		if w := &h.Words[i]; w.At+w.Len <= n {
			r.Values = w.Append(r.Values, r.Data, at)
		}
	}
}

// Spelled adds the row's values to dst, in place of headers their fields.
func (r *Row) Spelled(dst []Value) []Value {
	dst, _ = r.spelled(dst, nil, r.Values)
	return dst
}

// SpelledIn does so for some values of the row that begin in this layer.
func (r *Row) SpelledIn(dst []Value, l *Layer, v []Value) []Value {
	dst, _ = r.spelled(dst, l, v)
	return dst
}

// spelled returns how many of v there are before the layer that they begin in closes.
func (r *Row) spelled(dst []Value, l *Layer, v []Value) ([]Value, int) {
	for i := 0; i < len(v); i++ {
		switch x := &v[i]; x.Op {
		case Fixed:
			h := &l.Headers[x.Field]
			for k := range h.Words {
				dst = h.Words[k].Append(dst, r.Data, int(x.Num))
			}
		case Open:
			var n int
			dst, n = r.spelled(append(dst, *x), r.Schema.Layers[x.Field], v[i+1:])
			i += n
		case Close:
			return append(dst, *x), i + 1
		default:
			dst = append(dst, *x)
		}
	}
	return dst, len(v)
}
