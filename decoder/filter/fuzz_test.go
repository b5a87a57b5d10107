package filter

import (
	"testing"

	"github.com/pcappipe/pcappipe/frame"
)

// Whatever the text is, Compile gives a filter or an error with a place in the
// text; a filter's String compiles to the same verdicts, and its contrary never
// passes what it passes.
func FuzzCompile(f *testing.F) {
	for _, expr := range expressions() {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		one, err := Compile(expr)
		if err != nil {
			e, ok := err.(*Error)
			if !ok || e.Column < 1 || e.Column > len(expr)+1 {
				t.Fatalf("%q: %v", expr, err)
			}
			return
		}
		two := compiled(t, one.String())
		contrary, _ := Compile("not (" + expr + ")")
		for name, s := range samples {
			passes := s.passes(one)
			if s.passes(two) != passes {
				t.Errorf("%q passes %s once", expr, name)
			}
			if contrary != nil && passes && s.passes(contrary) {
				t.Errorf("%q and its contrary pass %s", expr, name)
			}
		}
	})
}

// Whatever a frame holds, Match ends, and says the same again and of a copy.
func FuzzMatch(f *testing.F) {
	for _, s := range samples {
		f.Add(uint16(s.link), s.data, len(s.data))
	}
	var filters []*Filter
	for _, expr := range expressions() {
		filters = append(filters, compiled(f, expr))
	}
	f.Fuzz(func(t *testing.T, link uint16, data []byte, wire int) {
		clone := append(make([]byte, 0, len(data)), data...)
		for _, f := range filters {
			got := f.Match(frame.LinkType(link), data, wire)
			if f.Match(frame.LinkType(link), clone, wire) != got {
				t.Errorf("%v says two things", f)
			}
		}
	})
}
