package record

import (
	"slices"
	"strings"
	"testing"
)

// headed returns a schema of one layer, with a header of seven bytes: numbers,
// truths, an address, and bits that count fours.
func headed() *Schema {
	return NewSchema("frame", "frames", &Layer{Key: "ip", Fields: []Field{
		field("ip.version", Uint), field("ip.hdr_len", Uint), field("ip.id", Uint), field("ip.flags.any", Bool), field("ip.src", Address), field("ip.hole", Range),
	}, Headers: []Header{{Size: 7, Words: []Word{
		{At: 0, Len: 1, Parts: []Part{{Field: 0, Mask: 0xf0}, {Field: 1, Mask: 0x0f, Unit: 4}}},
		{At: 1, Len: 2, Parts: []Part{{Field: 2}, {Field: 3, Mask: 0x6000}}},
		{At: 3, Len: 4, Parts: []Part{{Field: 4}}},
	}}}})
}

func headedRow(s *Schema, fill func(r *Row)) *Row {
	r := &Row{}
	r.Begin(s, []byte{0xff, 0x45, 0x20, 0x07, 10, 0, 0, 1})
	r.Open(s.Layers[0])
	fill(r)
	r.Close()
	return r
}

func TestAHeaderStandsForItsFields(t *testing.T) {
	s := headed()
	r := headedRow(s, func(r *Row) { r.Header(0, 1) })
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	want := []Value{
		{Op: Open},
		{Op: Number, Field: 0, Num: 4},
		{Op: Number, Field: 1, Num: 20},
		{Op: Number, Field: 2, Num: 0x2007},
		{Op: Number, Field: 3, Num: 1},
		{Op: InData, Field: 4, Num: 4, Len: 4},
		{Op: Close},
	}
	if got := r.Spelled(nil); !slices.Equal(got, want) {
		t.Errorf("it is spelled %v", got)
	}
	if got := headedRow(s, func(r *Row) { r.Spell(s.Layers[0], 0, 1, 7) }).Values; !slices.Equal(got, want) {
		t.Errorf("its fields are %v", got)
	}
}

func TestACutHeaderHasTheWordsThatAreThere(t *testing.T) {
	s := headed()
	for n, want := range map[int]int{-5: 0, 0: 0, 1: 2, 2: 2, 3: 4, 6: 4, 7: 5} {
		if got := len(headedRow(s, func(r *Row) { r.Spell(s.Layers[0], 0, 1, n) }).Values) - 2; got != want {
			t.Errorf("%d bytes have %d fields", n, got)
		}
	}
}

func TestUnfitHeadersAreFound(t *testing.T) {
	for _, c := range []struct {
		name  string
		words []Word
		want  string
	}{
		{"a word beyond the end", []Word{{At: 6, Len: 2, Parts: []Part{{Field: 0}}}}, "word of 2 bytes at 6 of 7"},
		{"a word of nothing", []Word{{At: 0, Len: 1}}, "with 0 fields"},
		{"fields out of order", []Word{{At: 0, Len: 1, Parts: []Part{{Field: 1}, {Field: 0}}}}, "ip.version: is out of order"},
		{"a field twice", []Word{{At: 0, Len: 1, Parts: []Part{{Field: 1}, {Field: 1}}}}, "ip.hdr_len: is out of order"},
		{"bits beyond the word", []Word{{At: 0, Len: 1, Parts: []Part{{Field: 0, Mask: 0x100}}}}, "bits 0x100 of 1 bytes"},
		{"an odd address", []Word{{At: 0, Len: 5, Parts: []Part{{Field: 4}}}}, "an address of 5 bytes"},
		{"an odd range", []Word{{At: 0, Len: 4, Parts: []Part{{Field: 5}}}}, "a range of 4 bytes"},
	} {
		s := headed()
		s.Layers[0].Headers[0].Words = c.words
		err := NewSchema(s.Kind, s.Doc, s.Layers...).Check()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestUnfitHeadersInRowsAreFound(t *testing.T) {
	s := headed()
	for _, c := range []struct {
		name string
		fill func(r *Row)
		want string
	}{
		{"beyond the frame", func(r *Row) { r.Header(0, 2) }, "header of 7 bytes at 2 of 8"},
		{"none of the layer's", func(r *Row) { r.Header(1, 0) }, "header 1 of 1"},
		{"of fields that are there", func(r *Row) { r.Uint(2, 1); r.Header(0, 1) }, "field ip.id repeats"},
		{"outside a layer", func(r *Row) { r.Close(); r.Header(0, 1); r.Open(s.Layers[0]) }, "outside a layer"},
	} {
		if err := headedRow(s, c.fill).Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
