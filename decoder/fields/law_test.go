package fields

import (
	"fmt"
	"slices"

	"github.com/pcappipe/pcappipe/record"
)

// wellFormed says whether layers are closed, ranges lie in their bytes, fields
// that stand once stand once, and a packet has a layer that stands once only once.
func wellFormed(row *record.Row) error {
	type level struct {
		layer *record.Layer
		seen  []uint16
	}
	var open []level
	var packet []uint16
	for i, x := range row.Spelled(nil) {
		v := &x
		switch v.Op {
		case record.Open:
			l := Schema.Layers[v.Field]
			if len(open) == 0 {
				if slices.Contains(packet, v.Field) && !l.Repeats {
					return fmt.Errorf("layer %s stands twice", l.Key)
				}
				packet = append(packet, v.Field)
			}
			open = append(open, level{layer: l})
		case record.Close:
			if len(open) == 0 {
				return fmt.Errorf("value %d closes nothing", i)
			}
			open = open[:len(open)-1]
		case record.Inner:
			if len(open) != 0 {
				return fmt.Errorf("value %d: a packet begins inside a layer", i)
			}
			packet = packet[:0]
		default:
			if len(open) == 0 {
				return fmt.Errorf("value %d stands in no layer", i)
			}
			top := &open[len(open)-1]
			if int(v.Field) >= len(top.layer.Fields) {
				return fmt.Errorf("%s has no field %d", top.layer.Key, v.Field)
			}
			f := &top.layer.Fields[v.Field]
			if slices.Contains(top.seen, v.Field) && !f.Repeats {
				return fmt.Errorf("%s stands twice", f.Name)
			}
			top.seen = append(top.seen, v.Field)
			if err := fits(row, v, f); err != nil {
				return err
			}
		}
	}
	if len(open) != 0 {
		return fmt.Errorf("%s is not closed", open[0].layer.Key)
	}
	return nil
}

// fits says whether a value is one that its field's type can have.
func fits(row *record.Row, v *record.Value, f *record.Field) error {
	switch v.Op {
	case record.Number:
		if f.Type == record.Bool && v.Num > 1 {
			return fmt.Errorf("%s is %d", f.Name, v.Num)
		}
		if f.Type > record.Duration {
			return fmt.Errorf("%s is a number", f.Name)
		}
		return nil
	case record.InData:
		if v.Num+uint64(v.Len) > uint64(len(row.Data)) {
			return fmt.Errorf("%s is %d bytes at %d of %d", f.Name, v.Len, v.Num, len(row.Data))
		}
	}
	if f.Type < record.Text {
		return fmt.Errorf("%s is bytes", f.Name)
	}
	if f.Type == record.Address && v.Len != 4 && v.Len != 16 {
		return fmt.Errorf("%s has %d bytes", f.Name, v.Len)
	}
	return nil
}
