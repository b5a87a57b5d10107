package record

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func field(name string, t Type) Field { return Field{Name: name, Type: t, Doc: name} }

// sample returns a schema with a layer that repeats, one that stands within
// another, and two that share a key.
func sample() *Schema {
	many := field("vlan.ids", Uint)
	many.Repeats = true
	return NewSchema("frame", "frames",
		&Layer{Fields: []Field{field("whole.name", Uint)}},
		&Layer{Key: "vlan", Repeats: true, Fields: []Field{field("vlan.id", Uint), many}},
		&Layer{Key: "ip", Fields: []Field{field("ip.src", Address), field("ip.flags.df", Bool), field("ip.name", Text), field("ip.at", Time), field("ip.hole", Range)}},
		&Layer{Key: "sll", Fields: []Field{field("sll.type", Uint)}},
		&Layer{Key: "sll", Fields: []Field{field("sll.type", Uint), field("sll.mac", MAC)}},
		&Layer{Key: "fault", Fields: []Field{field("fault.reason", Text), field("own.fault.layer", Text), field("odd.one", Uint), field("plain", Uint)}},
	)
}

func TestFieldsAreFoundByTheirWholeNames(t *testing.T) {
	s := sample()
	for name, want := range map[string][]Place{
		"ip.src":   {{s.Layers[2], 0}},
		"sll.type": {{s.Layers[3], 0}, {s.Layers[4], 0}},
		"ip":       nil,
		"src":      nil,
		"":         nil,
	} {
		got := s.Find(name)
		if !slices.Equal(got, want) {
			t.Errorf("%q is at %v", name, got)
		}
		for _, p := range got {
			if p.Field().Name != name {
				t.Errorf("%q is found as %q", name, p.Field().Name)
			}
		}
	}
	want := "whole.name vlan.id vlan.ids ip.src ip.flags.df ip.name ip.at ip.hole sll.type sll.mac fault.reason own.fault.layer odd.one plain"
	if got := strings.Join(s.Names(), " "); got != want {
		t.Errorf("the names are %s", got)
	}
}

func TestAFieldsKeyIsItsNameWithoutItsLayers(t *testing.T) {
	s := sample()
	for _, c := range []struct {
		layer, field int
		want         string
	}{
		{0, 0, "whole.name"}, {1, 0, "id"}, {2, 1, "flags.df"}, {5, 0, "reason"}, {5, 1, "layer"}, {5, 2, "one"}, {5, 3, "plain"},
	} {
		if got := s.Layers[c.layer].FieldKey(c.field); got != c.want {
			t.Errorf("%s has key %q", s.Layers[c.layer].Fields[c.field].Name, got)
		}
	}
}

func TestUnfitSchemasAreFound(t *testing.T) {
	if err := sample().Check(); err != nil {
		t.Errorf("the sample: %v", err)
	}
	layer := func(key string, fields ...Field) *Layer { return &Layer{Key: key, Fields: fields} }
	for _, c := range []struct {
		name   string
		schema *Schema
		want   string
	}{
		{"no kind", NewSchema("", "doc"), "kind or doc is missing"},
		{"a field without doc", NewSchema("a", "doc", layer("l", Field{Name: "l.x"})), "name or doc is missing"},
		{"a key twice", NewSchema("a", "doc", layer("l", field("l.x", Uint), field("l.x", Uint))), `key "x": used twice`},
		{"a key that raw bytes need", NewSchema("a", "doc", layer("l", field("l.x", Text), field("l.x.raw", Uint))), `key "x.raw": used twice`},
		{"the record's key", NewSchema("a", "doc", layer("", field("record", Uint))), `key "record": used twice`},
		{"the inner packet's key", NewSchema("a", "doc", layer("inner", field("inner.x", Uint))), `key "inner": is a layer's and a field's`},
		{"a name of two types", NewSchema("a", "doc", layer("l", field("l.x", Uint)), layer("l", field("l.x", Int))), "is uint and int"},
		{"a layer and a field of one key", NewSchema("a", "doc", layer("", field("l", Uint)), layer("l", field("l.x", Uint))), `key "l": is a layer's and a field's`},
	} {
		if err := c.schema.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestUnfitRowsAreFound(t *testing.T) {
	s := sample()
	const none, vlan, ip, fault = 0, 1, 2, 5
	for _, c := range []struct {
		name string
		fill func(r *Row)
		want string // "" is fit
	}{
		{"all that is allowed", func(r *Row) {
			r.Open(s.Layers[none])
			r.Uint(0, 1)
			r.Close()
			for range 2 {
				r.Open(s.Layers[vlan])
				r.Uint(1, 1)
				r.Uint(0, 1)
				r.Uint(1, 2)
				r.Close()
			}
			for i := range 2 {
				if i > 0 {
					r.Inner()
				}
				r.Open(s.Layers[ip])
				r.Bytes(0, 0, 4)
				r.Bool(1, true)
				r.Open(s.Layers[fault])
				r.String(0, "cut")
				r.Close()
				r.Own(2, []byte("\xff"))
				r.Range(4, 9, 9)
				r.Close()
			}
		}, ""},
		{"a value outside", func(r *Row) { r.Uint(0, 1) }, "outside a layer"},
		{"a layer left open", func(r *Row) { r.Open(s.Layers[ip]) }, `layer "ip" is not closed`},
		{"a layer closed twice", func(r *Row) { r.Open(s.Layers[ip]); r.Close(); r.Close() }, "no layer is open"},
		{"a layer that repeats", func(r *Row) { r.Open(s.Layers[ip]); r.Close(); r.Open(s.Layers[ip]) }, `layer "ip" repeats`},
		{"a layer of another schema", func(r *Row) { r.Open(&Layer{id: 99}) }, "layer 99 of 6"},
		{"a field that repeats", func(r *Row) { r.Open(s.Layers[vlan]); r.Uint(0, 1); r.Uint(0, 1) }, "field vlan.id repeats"},
		{"a field that is not there", func(r *Row) { r.Open(s.Layers[vlan]); r.Uint(2, 1) }, "field 2 of 2"},
		{"a packet inside a layer", func(r *Row) { r.Open(s.Layers[ip]); r.Inner() }, `inside layer "ip"`},
		{"bytes beyond the frame", func(r *Row) { r.Open(s.Layers[ip]); r.Bytes(0, 5, 4) }, "4 bytes at 5 of 8"},
		{"bytes for a number", func(r *Row) { r.Open(s.Layers[ip]); r.Bytes(1, 0, 1) }, "ip.flags.df: bool has a value of op 1"},
		{"a number for text", func(r *Row) { r.Open(s.Layers[ip]); r.Uint(2, 1) }, "ip.name: text has a value of op 0"},
		{"more than true", func(r *Row) { r.Open(s.Layers[ip]); r.Uint(1, 2) }, "2 is no truth"},
		{"an odd address", func(r *Row) { r.Open(s.Layers[ip]); r.Bytes(0, 0, 6) }, "an address of 6 bytes"},
		{"an odd range", func(r *Row) { r.Open(s.Layers[ip]); r.Own(4, make([]byte, 8)) }, "a range of 8 bytes"},
		{"a range that ends before it begins", func(r *Row) { r.Open(s.Layers[ip]); r.Range(4, 9, 8) }, "a range from 9 to 8"},
	} {
		var r Row
		r.Begin(s, make([]byte, 8))
		c.fill(&r)
		err := r.Check()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := new(Row).Check(); err == nil {
		t.Error("a row without a schema is fit")
	}
}

func TestARowIsEmptyAfterBegin(t *testing.T) {
	s, r := sample(), Row{}
	fill := func() {
		r.Begin(s, nil)
		r.Open(s.Layers[2])
		r.String(2, "text")
		r.Bool(1, true)
		r.Range(4, 5, 9)
		r.Close()
	}
	fill()
	if got := string(r.Of(&r.Values[1])); got != "text" || len(r.Values) != 5 {
		t.Errorf("it holds %q in %d values", got, len(r.Values))
	}
	if n := testing.AllocsPerRun(10, fill); n != 0 {
		t.Errorf("filling it again makes %v allocations", n)
	}
	r.Begin(s, nil)
	if len(r.Values)+len(r.Text) != 0 {
		t.Errorf("it holds %v", r)
	}
}

func TestARangeHasItsBounds(t *testing.T) {
	s, r := sample(), Row{}
	r.Begin(s, nil)
	r.Open(s.Layers[2])
	r.String(2, "before")
	r.Range(4, 1<<40, math.MaxUint64)
	r.Close()
	if start, end := Bounds(r.Of(&r.Values[2])); start != 1<<40 || end != math.MaxUint64 {
		t.Errorf("it is from %d to %d", start, end)
	}
}

func TestTypesHaveNames(t *testing.T) {
	for ty := Uint; ty <= Range; ty++ {
		if s := ty.String(); s == "" || strings.HasPrefix(s, "type") {
			t.Errorf("type %d is called %q", uint8(ty), s)
		}
	}
}
