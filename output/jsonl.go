package output

import (
	"slices"

	"github.com/pcappipe/pcappipe/record"
)

// A jsonl encoder writes one JSON object a line. Every member is written with a
// comma behind it, which the bracket that closes its object replaces: so no
// member asks whether it is the first.
type jsonl struct {
	arranger
	head   []byte // {"record":"frame",
	layers []jsonLayer
	iso    bool
	chosen bool // not all fields are kept, so that an object can be left with nothing
}

// A jsonLayer is a layer with what never changes about it written out.
type jsonLayer struct {
	key     string // "tcp": with quotes and colon; empty for the record itself
	fields  []jsonField
	order   int
	repeats bool
}

// A jsonField is a field with what never changes about it written out.
type jsonField struct {
	form    form
	truths  [2]token // what is copied: whole members for truth; for number, the first is the key
	typ     record.Type
	repeats bool
	skip    bool
	key     string // "flags": with quotes and colon
	raw     string // "flags.raw": for text that is not UTF-8
}

// A form says how a field is written that stands once in its object. Two of
// three are numbers and truths, which the loop over an object's members writes
// itself: a call for each would cost as much again.
type form uint8

const (
	other  form = iota
	number      // a Uint with a short key
	truth       // a Bool with a short key
)

func newJSONL(s selection) Encoder {
	e := &jsonl{iso: s.time == ISO, chosen: s.fields != nil}
	e.head = append(e.head, '{')
	e.head = append(e.head, jsonKey(record.KindKey)...)
	e.head = append(e.head, '"')
	e.head, _ = appendText(e.head, []byte(s.schema.Kind))
	e.head = append(e.head, `",`...)
	first := make(map[string]int) // layers that share a key stand together
	for i, l := range s.schema.Layers {
		j := jsonLayer{order: i, repeats: l.Repeats}
		if l.Key != "" {
			j.key = jsonKey(l.Key)
			if k, shared := first[l.Key]; shared {
				j.order = k
				e.layers[k].repeats = e.layers[k].repeats || l.Repeats
			} else {
				first[l.Key] = i
			}
		}
		for f := range l.Fields {
			j.fields = append(j.fields, newJSONField(l, f, s))
		}
		e.layers = append(e.layers, j)
		e.order = append(e.order, uint32(nested+j.order))
	}
	return e
}

func newJSONField(l *record.Layer, i int, s selection) jsonField {
	f, key := &l.Fields[i], l.FieldKey(i)
	j := jsonField{
		typ:     f.Type,
		repeats: f.Repeats,
		skip:    s.fields != nil && !slices.Contains(s.fields, f.Name),
		key:     jsonKey(key),
		raw:     jsonKey(key + record.RawSuffix),
	}
	if j.repeats || j.skip {
		return j
	}
	no, yes, form := j.key, "", number
	switch f.Type {
	case record.Uint:
	case record.Bool:
		no, yes, form = j.key+"false,", j.key+"true,", truth
	default:
		return j
	}
	var fits, fit bool
	j.truths[0], fits = newToken(no)
	j.truths[1], fit = newToken(yes)
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

var innerKey = []byte(jsonKey(record.InnerKey))

// Append adds one record as a line.
func (e *jsonl) Append(dst []byte, r *record.Row) []byte {
	dst = append(dst, e.head...)
	dst, n := e.contents(dst, r, nil, r.Values)
	inner := 0
	for n < len(r.Values) {
		if r.Values[n].Op == record.Inner {
			dst = append(append(dst, innerKey...), '{')
			inner++
		}
		d, m := e.contents(dst, r, nil, r.Values[n+1:])
		dst, n = d, n+1+m
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

// contents adds what stands in one object, and returns how many of v that is.
func (e *jsonl) contents(dst []byte, r *record.Row, fields []jsonField, v []record.Value) ([]byte, int) {
	start := len(dst)
	dst, n, ok := e.members(dst, r, fields, v)
	if ok {
		return dst, n
	}
	n = extent(v)
	copied := e.arrange(v[:n])
	dst, _, _ = e.members(dst[:start], r, fields, copied)
	e.drop(copied)
	return dst, n
}

// members adds what stands in one object, as long as it is in the order of its
// definition, and says whether all of it was.
func (e *jsonl) members(dst []byte, r *record.Row, fields []jsonField, v []record.Value) (_ []byte, n int, ordered bool) {
	last := -1
	for i := 0; i < len(v); i += n {
		x := &v[i]
		switch x.Op {
		case record.Number, record.InData, record.InText:
			if int(x.Field) <= last {
				return dst, 0, false
			}
			if dst, n = plainMembers(dst, fields, v[i:]); n == 0 {
				dst, n = e.field(dst, r, &fields[x.Field], v[i:])
			}
			last = int(v[i+n-1].Field)
		case record.Open:
			l := &e.layers[x.Field]
			if nested+l.order <= last {
				return dst, 0, false
			}
			last = nested + l.order
			dst, n = e.layer(dst, r, &e.layers[l.order], v[i:])
		default:
			return dst, i, true
		}
	}
	return dst, len(v), true
}

// plainMembers adds the numbers and truths that v begins with, as long as they
// are in order, stand alone and find room, and returns how many they are.
func plainMembers(dst []byte, fields []jsonField, v []record.Value) ([]byte, int) {
	b, at := dst[:cap(dst)], len(dst)
	last := -1
	for i := range v {
		x := &v[i]
		place := int(x.Field)
		if x.Op != record.Number || place <= last || place >= len(fields) || len(b)-at < room {
			return dst[:at], i
		}
		f := &fields[place]
		if f.form == other || i+1 < len(v) && v[i+1].Field == x.Field && v[i+1].Op <= record.InText {
			return dst[:at], i
		}
		last = place
		p := (*[room]byte)(b[at:])
		switch {
		case f.form == truth:
			at += f.truths[x.Num&1].put(p)
		default:
			n := f.truths[0].put(p)
			n += putUint((*[longest]byte)(p[n:]), x.Num)
			p[n] = ','
			at += n + 1
		}
	}
	return dst[:at], len(v)
}

// layer adds the layer that v begins with and those of the same key behind it,
// and returns how many of v they are.
func (e *jsonl) layer(dst []byte, r *record.Row, l *jsonLayer, v []record.Value) ([]byte, int) {
	if l.key == "" {
		dst, n := e.contents(dst, r, l.fields, v[1:])
		return dst, min(1+n+1, len(v))
	}
	dst = append(dst, l.key...)
	start := len(dst)
	if l.repeats {
		dst = append(dst, '[')
	}
	i, objects := 0, 0
	for i < len(v) && v[i].Op == record.Open && e.layers[v[i].Field].order == l.order {
		before := len(dst)
		d, n := e.contents(append(dst, '{'), r, e.layers[v[i].Field].fields, v[i+1:])
		if dst = e.closeMember(d, 0); len(dst) > before {
			objects++
		}
		i = min(i+1+n+1, len(v))
	}
	switch {
	case objects == 0:
		return dst[:start-len(l.key)], i
	case l.repeats:
		dst = closeArray(dst)
	case objects > 1: // it should not, but nothing is lost
		dst = closeArray(slices.Insert(dst, start, '['))
	}
	return dst, i
}

// closeArray ends an array that is a member.
func closeArray(dst []byte) []byte {
	dst[len(dst)-1] = ']'
	return append(dst, ',')
}

// field adds the value that v begins with and those of the same field behind
// it, and returns how many they are.
func (e *jsonl) field(dst []byte, r *record.Row, f *jsonField, v []record.Value) ([]byte, int) {
	if f.repeats || f.skip || twice(v) {
		return e.values(dst, r, f, v)
	}
	if f.typ == record.Bool {
		if v[0].Num != 0 {
			return append(append(dst, f.key...), "true,"...), 1
		}
		return append(append(dst, f.key...), "false,"...), 1
	}
	dst, valid := e.value(append(dst, f.key...), r, f.typ, &v[0])
	dst = append(dst, ',')
	if !valid {
		dst = append(append(dst, f.raw...), '"')
		dst = append(appendHex(dst, r.Of(&v[0])), '"', ',')
	}
	return dst, 1
}

// values adds an array. Where one of its texts is not UTF-8, the array of raw
// bytes has all of them, each at its text's place.
func (e *jsonl) values(dst []byte, r *record.Row, f *jsonField, v []record.Value) ([]byte, int) {
	n := run(v)
	if f.skip {
		return dst, n
	}
	dst = append(append(dst, f.key...), '[')
	valid := true
	for i := range v[:n] {
		d, ok := e.value(dst, r, f.typ, &v[i])
		dst, valid = append(d, ','), valid && ok
	}
	dst = closeArray(dst)
	if valid {
		return dst, n
	}
	dst = append(append(dst, f.raw...), '[')
	for i := range v[:n] {
		dst = append(appendHex(append(dst, '"'), r.Of(&v[i])), '"', ',')
	}
	return closeArray(dst), n
}

// value adds one value. It is false for text that is not UTF-8.
func (e *jsonl) value(dst []byte, r *record.Row, t record.Type, x *record.Value) (_ []byte, valid bool) {
	valid = true
	switch t {
	case record.Uint:
		return appendUint(dst, x.Num), true
	case record.Int:
		return appendInt(dst, int64(x.Num)), true
	case record.Bool:
		if x.Num != 0 {
			return append(dst, "true"...), true
		}
		return append(dst, "false"...), true
	case record.Duration:
		return appendSeconds(dst, int64(x.Num)), true
	case record.Time:
		if !e.iso {
			return appendSeconds(dst, int64(x.Num)), true
		}
		dst = appendISO(append(dst, '"'), int64(x.Num))
	case record.Text:
		dst, valid = appendText(append(dst, '"'), r.Of(x))
	default:
		dst = appendOctets(append(dst, '"'), t, r.Of(x))
	}
	return append(dst, '"'), valid
}
