package record

import (
	"errors"
	"fmt"
)

// Check says what makes a row unfit for its schema: values outside a layer,
// layers that do not close, ranges outside the bytes, values that do not suit
// their field's type, and fields or layers that repeat and may not. Encoders rely
// on rows being filled right and do not look; Check is for the tests of who fills them.
func (r *Row) Check() error {
	if r.Schema == nil {
		return errors.New("row without a schema")
	}
	c := rowCheck{row: r, seen: []map[int]bool{{}}}
	for i := range r.Values {
		if err := c.step(&r.Values[i]); err != nil {
			return fmt.Errorf("value %d: %w", i, err)
		}
	}
	if len(c.open) > 0 {
		return fmt.Errorf("layer %q is not closed", c.open[len(c.open)-1].Key)
	}
	return nil
}

// A rowCheck is how far a check has come.
type rowCheck struct {
	row  *Row
	open []*Layer       // innermost last
	seen []map[int]bool // per open layer, and before them the packet: layers (negative) and fields met
}

func (c *rowCheck) step(v *Value) error {
	switch v.Op {
	case Open:
		return c.enter(int(v.Field))
	case Close:
		if len(c.open) == 0 {
			return errors.New("no layer is open")
		}
		c.open = c.open[:len(c.open)-1]
		c.seen = c.seen[:len(c.seen)-1]
		return nil
	case Inner:
		if len(c.open) > 0 {
			return fmt.Errorf("a packet begins inside layer %q", c.open[len(c.open)-1].Key)
		}
		c.seen[0] = map[int]bool{}
		return nil
	case Fixed:
		return c.header(v)
	default:
		return c.value(v)
	}
}

func (c *rowCheck) enter(id int) error {
	if id >= len(c.row.Schema.Layers) {
		return fmt.Errorf("layer %d of %d", id, len(c.row.Schema.Layers))
	}
	l := c.row.Schema.Layers[id]
	in := c.seen[len(c.seen)-1]
	if in[-1-id] && !l.Repeats {
		return fmt.Errorf("layer %q repeats", l.Key)
	}
	in[-1-id] = true
	c.open = append(c.open, l)
	c.seen = append(c.seen, map[int]bool{})
	return nil
}

func (c *rowCheck) header(v *Value) error {
	if len(c.open) == 0 {
		return errors.New("outside a layer")
	}
	l := c.open[len(c.open)-1]
	if int(v.Field) >= len(l.Headers) {
		return fmt.Errorf("layer %q: header %d of %d", l.Key, v.Field, len(l.Headers))
	}
	h := &l.Headers[v.Field]
	if n := uint64(len(c.row.Data)); v.Num > n || uint64(h.Size) > n-v.Num {
		return fmt.Errorf("layer %q: header of %d bytes at %d of %d", l.Key, h.Size, v.Num, n)
	}
	for i := range h.Words {
		for _, x := range h.Words[i].Append(nil, c.row.Data, int(v.Num)) {
			if err := c.value(&x); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *rowCheck) value(v *Value) error {
	if len(c.open) == 0 {
		return errors.New("outside a layer")
	}
	l, in := c.open[len(c.open)-1], c.seen[len(c.seen)-1]
	if int(v.Field) >= len(l.Fields) {
		return fmt.Errorf("layer %q: field %d of %d", l.Key, v.Field, len(l.Fields))
	}
	f := &l.Fields[v.Field]
	if in[int(v.Field)] && !f.Repeats {
		return fmt.Errorf("field %s repeats", f.Name)
	}
	in[int(v.Field)] = true
	return c.suits(f, v)
}

// suits says why a value cannot be one of its field.
func (c *rowCheck) suits(f *Field, v *Value) error {
	numeric := f.Type <= Duration
	if numeric != (v.Op == Number) {
		return fmt.Errorf("field %s: %v has a value of op %d", f.Name, f.Type, v.Op)
	}
	if f.Type == Bool && v.Num > 1 {
		return fmt.Errorf("field %s: %d is no truth", f.Name, v.Num)
	}
	if v.Op == Number {
		return nil
	}
	bytes := c.row.Text
	if v.Op == InData {
		bytes = c.row.Data
	}
	if n := uint64(len(bytes)); v.Num > n || uint64(v.Len) > n-v.Num {
		return fmt.Errorf("field %s: %d bytes at %d of %d", f.Name, v.Len, v.Num, n)
	}
	if f.Type == Address && v.Len != 4 && v.Len != 16 {
		return fmt.Errorf("field %s: an address of %d bytes", f.Name, v.Len)
	}
	if f.Type == Range {
		return suitsRange(f, c.row.Of(v))
	}
	return nil
}

func suitsRange(f *Field, b []byte) error {
	if len(b) != rangeSize {
		return fmt.Errorf("field %s: a range of %d bytes", f.Name, len(b))
	}
	if start, end := Bounds(b); start > end {
		return fmt.Errorf("field %s: a range from %d to %d", f.Name, start, end)
	}
	return nil
}
