package output

import (
	"slices"

	"github.com/pcappipe/pcappipe/record"
)

// A jsonl encoder writes one JSON object a line, in one pass over the row. An object
// in which something comes out of order is begun again from an arranged copy. Every member is written with a
// comma behind it, which the bracket that closes its object replaces: so no
// member asks whether it is the first.
type jsonl struct {
	arranger
	head    []byte // {"record":"frame",
	layers  []jsonLayer
	place   jsonPlace // of a header
	written []byte    // what is before the window that a header is written into
	words   []uint64  // of its steps
	iso     bool
	chosen  bool // not all fields are kept, so that an object can be left with nothing
}

// A jsonLayer is a layer with what never changes about it written out.
type jsonLayer struct {
	layer   *record.Layer
	key     string // "tcp": with quotes and colon; empty for the record itself
	fields  []jsonField
	headers []jsonHeader
	open    string // how its object begins, after the key and in the array that it may have
	begin   token  // so too
	short   bool   // which holds it
	order   int
	repeats bool
}

// A jsonField is a field with what never changes about it written out.
type jsonField struct {
	form    form
	text    [2]token // of a truth the whole members, false and true; of others the first is the key
	typ     record.Type
	repeats bool
	key     string // "flags": with quotes and colon
	raw     string // "flags.raw": of a text, for what is not UTF-8
}

// A form says how a field is written that stands once in its object.
type form uint8

const (
	other     form = iota // always as an array, or under a long key
	dropped               // not at all
	value                 // key and value
	number                // a Uint
	truth                 // a Bool
	inSeconds             // a Duration, or a Time since 1970
	inQuotes              // a Text
)

func newJSONL(s selection) Encoder {
	e := &jsonl{iso: s.time == ISO, chosen: s.fields != nil}
	e.head = append(e.head, '{')
	e.head = append(e.head, jsonKey(record.KindKey)...)
	e.head = append(e.head, '"')
	e.head, _ = appendText(e.head, []byte(s.schema.Kind))
	e.head = append(e.head, `",`...)
	first := make(map[string]int) // layers that share a key stand together
	e.layers = make([]jsonLayer, 0, len(s.schema.Layers))
	for i, l := range s.schema.Layers {
		j := jsonLayer{layer: l, order: i, repeats: l.Repeats}
		if l.Key != "" {
			j.key = jsonKey(l.Key)
			if k, shared := first[l.Key]; shared {
				j.order = k
				e.layers[k].repeats = e.layers[k].repeats || l.Repeats
			} else {
				first[l.Key] = i
			}
		}
		j.fields = make([]jsonField, len(l.Fields))
		for f := range l.Fields {
			j.fields[f] = newJSONField(l, f, s)
		}
		for h := range l.Headers {
			j.headers = append(j.headers, newJSONHeader(&l.Headers[h], j.fields))
			e.words = make([]uint64, max(len(e.words), len(j.headers[h].steps)))
		}
		e.layers = append(e.layers, j)
		e.order = append(e.order, uint32(nested+j.order))
	}
	for i := range e.layers {
		l := &e.layers[i]
		l.repeats = e.layers[l.order].repeats
		switch {
		case l.key == "":
		case l.repeats:
			l.open = l.key + "[{"
		default:
			l.open = l.key + "{"
		}
		l.begin, l.short = newToken(l.open)
	}
	return e
}

func newJSONField(l *record.Layer, i int, s selection) jsonField {
	f, key := &l.Fields[i], l.FieldKey(i)
	j := jsonField{
		typ:     f.Type,
		repeats: f.Repeats,
		key:     jsonKey(key),
	}
	if f.Type == record.Text {
		j.raw = jsonKey(key + record.RawSuffix)
	}
	if s.fields != nil && !slices.Contains(s.fields, f.Name) {
		j.form = dropped
		return j
	}
	if j.repeats {
		return j
	}
	no, yes, form := j.key, "", value
	switch f.Type {
	case record.Uint:
		form = number
	case record.Bool:
		no, yes, form = j.key+"false,", j.key+"true,", truth
	case record.Duration:
		form = inSeconds
	case record.Text:
		form = inQuotes
	case record.Time:
		if s.time == Epoch {
			form = inSeconds
		}
	}
	var fits, fit bool
	j.text[0], fits = newToken(no)
	j.text[1], fit = newToken(yes)
	if fits && fit {
		j.form = form
	}
	return j
}

// jsonKey returns a key with its quotes and colon.
func jsonKey(key string) string {
	text, _ := appendText([]byte{'"'}, []byte(key))
	return string(append(text, `":`...))
}

// Begin adds nothing: every line stands for itself.
func (e *jsonl) Begin(dst []byte) []byte { return dst }

// End adds nothing.
func (e *jsonl) End(dst []byte) []byte { return dst }

// packet is the object that layers stand in.
var packet jsonLayer

var innerKey = []byte(jsonKey(record.InnerKey))

// Append adds one record as a line.
func (e *jsonl) Append(dst []byte, r *record.Row) []byte {
	dst, i := e.object(append(dst, e.head...), r, &packet, 0)
	inner := 0
	for ; i < len(r.Values); inner++ {
		dst, i = e.object(append(append(dst, innerKey...), '{'), r, &packet, i+1)
	}
	for range inner {
		dst = e.closeMember(dst, len(innerKey))
	}
	return append(closeObject(dst), '\n')
}

// closeObject ends the object that was begun last.
func closeObject(dst []byte) []byte {
	if last := len(dst) - 1; dst[last] == ',' {
		dst[last] = '}'
		return dst
	}
	return append(dst, '}')
}

// closeMember ends an object that is a member with a key of this length.
// Where nothing that was chosen is in it, it is taken back.
func (e *jsonl) closeMember(dst []byte, key int) []byte {
	if e.chosen && dst[len(dst)-1] == '{' {
		return dst[:len(dst)-1-key]
	}
	return append(closeObject(dst), ',')
}
