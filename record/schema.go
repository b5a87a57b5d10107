package record

import (
	"fmt"
	"strings"
)

// typeNames are what the documentation calls the types.
var typeNames = [...]string{
	Uint: "uint", Int: "int", Bool: "bool", Time: "time", Duration: "duration",
	Text: "text", Bytes: "bytes", MAC: "mac", Address: "address", Range: "range",
}

// String returns the type's name as the documentation has it.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("type %d", t)
}

// A Place is where a field is defined.
type Place struct {
	Layer *Layer
	Index int // in Layer.Fields
}

// Field returns the definition.
func (p Place) Field() *Field { return &p.Layer.Fields[p.Index] }

// Find returns the places of the field with this whole name, in the order of
// the layers. There are several where protocols share a name, as the two Linux
// cooked captures share "sll.etype"; there are none when nothing is called so.
func (s *Schema) Find(name string) []Place {
	var places []Place
	for _, l := range s.Layers {
		for i := range l.Fields {
			if l.Fields[i].Name == name {
				places = append(places, Place{l, i})
			}
		}
	}
	return places
}

// Names returns the whole names of all fields, each once, in their order.
func (s *Schema) Names() []string {
	var names []string
	seen := make(map[string]bool)
	for _, l := range s.Layers {
		for i := range l.Fields {
			if name := l.Fields[i].Name; !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// FieldKey returns the key of a field within its layer: its name without what
// is the layer's, all of it where the layer has no key.
func (l *Layer) FieldKey(i int) string {
	name := l.Fields[i].Name
	if l.Key == "" {
		return name
	}
	if rest, ok := strings.CutPrefix(name, l.Key+"."); ok {
		return rest
	}
	if _, rest, ok := strings.Cut(name, "."+l.Key+"."); ok {
		return rest // a layer within a layer: "pcappipe.fault.reason" in "fault"
	}
	if _, rest, ok := strings.Cut(name, "."); ok {
		return rest
	}
	return name
}

// Keys that a record itself has: no layer and no field may take them.
const (
	KindKey  = "record"
	InnerKey = "inner"
)

// RawSuffix ends the key under which text that is not UTF-8 stands once more, as hex.
const RawSuffix = ".raw"

// Check says what makes a schema unfit: a key or a name that could mean two
// things, or a field that nobody could look up. It is for tests.
func (s *Schema) Check() error {
	if s.Kind == "" || s.Doc == "" {
		return fmt.Errorf("schema %q: kind or doc is missing", s.Kind)
	}
	types := make(map[string]Type)
	top := keys{KindKey: true, InnerKey: true}
	for _, l := range s.Layers {
		if err := l.check(top, types); err != nil {
			return fmt.Errorf("schema %s: %w", s.Kind, err)
		}
	}
	for _, l := range s.Layers {
		if l.Key != "" && top[l.Key] {
			return fmt.Errorf("schema %s: key %q: is a layer's and a field's or the record's own", s.Kind, l.Key)
		}
	}
	return nil
}

// keys are the keys of one JSON object.
type keys map[string]bool

func (k keys) add(key string) error {
	if k[key] {
		return fmt.Errorf("key %q: used twice", key)
	}
	k[key] = true
	return nil
}

// check adds the layer's keys to those of the record and its names to types.
// Layers may share a key (two protocols that Wireshark has under one name).
func (l *Layer) check(top keys, types map[string]Type) error {
	in := top
	if l.Key != "" {
		in = keys{}
	}
	for i := range l.Fields {
		f := &l.Fields[i]
		if f.Name == "" || f.Doc == "" {
			return fmt.Errorf("layer %q: field %d (%q): name or doc is missing", l.Key, i, f.Name)
		}
		if t, known := types[f.Name]; known && t != f.Type {
			return fmt.Errorf("field %s: is %v and %v", f.Name, t, f.Type)
		}
		types[f.Name] = f.Type
		if err := in.add(l.FieldKey(i)); err != nil {
			return fmt.Errorf("layer %q: %w", l.Key, err)
		}
		if f.Type == Text {
			if err := in.add(l.FieldKey(i) + RawSuffix); err != nil {
				return fmt.Errorf("layer %q: %w", l.Key, err)
			}
		}
	}
	for i := range l.Headers {
		if err := l.Headers[i].check(l); err != nil {
			return err
		}
	}
	return nil
}
