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
	layer   *record.Layer
	key     string // "tcp": with quotes and colon; empty for the record itself
	fields  []jsonField
	headers []jsonHeader
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
	raw     string // "flags.raw": for text that is not UTF-8
}

// A form says how a field is written that stands once in its object.
type form uint8

const (
	other   form = iota // always as an array, or under a long key
	dropped             // not at all
	value               // key and value
	number              // a Uint
	truth               // a Bool
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
		for f := range l.Fields {
			j.fields = append(j.fields, newJSONField(l, f, s))
		}
		for h := range l.Headers {
			j.headers = append(j.headers, newJSONHeader(&l.Headers[h], j.fields))
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
		key:     jsonKey(key),
		raw:     jsonKey(key + record.RawSuffix),
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
	dst = append(dst, e.head...)
	dst, n := e.contents(dst, r, &packet, r.Values)
	inner := 0
	for n < len(r.Values) {
		if r.Values[n].Op == record.Inner {
			dst = append(append(dst, innerKey...), '{')
			inner++
		}
		d, m := e.contents(dst, r, &packet, r.Values[n+1:])
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

// contents adds what stands in one object, that of a layer or, of none, the
// record's or a packet's. It returns how many of v that is.
func (e *jsonl) contents(dst []byte, r *record.Row, l *jsonLayer, v []record.Value) ([]byte, int) {
	start := len(dst)
	dst, n, ok := e.members(dst, r, l, v, false)
	if ok {
		return dst, n
	}
	n = extent(v)
	base := len(e.stack)
	e.stack = r.SpelledIn(e.stack, l.layer, v[:n])
	dst, _, _ = e.members(dst[:start], r, l, e.arrange(e.stack[base:]), true)
	e.stack = e.stack[:base]
	return dst, n
}

// members adds what stands in one object, as long as it is in the order of its
// definition and nothing that may not repeat does, and says whether all of it
// was so. What is arranged is in order, and what repeats stands together.
func (e *jsonl) members(dst []byte, r *record.Row, l *jsonLayer, v []record.Value, arranged bool) (_ []byte, n int, ordered bool) {
	last := -1
	for i := 0; i < len(v); i += n {
		x := &v[i]
		switch x.Op {
		case record.Number, record.InData, record.InText:
			if n = 0; !arranged {
				dst, n, last = e.singles(dst, r, l.fields, v[i:], last)
			}
			if n > 0 {
				continue
			}
			if int(x.Field) <= last {
				return dst, 0, false
			}
			last = int(x.Field)
			dst, n = e.field(dst, r, &l.fields[last], v[i:])
		case record.Open:
			order := e.layers[x.Field].order
			if nested+order <= last {
				return dst, 0, false
			}
			last = nested + order
			dst, n = e.layer(dst, r, &e.layers[order], v[i:])
		case record.Fixed:
			h := &l.headers[x.Field]
			if n = 1; h.first < 0 {
				continue
			}
			if h.first <= last {
				return dst, 0, false
			}
			last = h.last
			dst = e.header(dst, r, l, h, int(x.Off))
		default:
			return dst, i, true
		}
	}
	return dst, len(v), true
}

// singles adds the values that v begins with, as long as they are in order and
// their fields stand alone and have short keys. It returns how many they are and
// the last field that is written, which before them was last. This is where the
// time of a record goes, so it is one loop, in which numbers and truths, two of
// three values, are written without a call.
func (e *jsonl) singles(dst []byte, r *record.Row, fields []jsonField, v []record.Value, last int) ([]byte, int, int) {
	b, at := dst[:cap(dst)], len(dst) // dst is b[:at]
	for i := range v {
		x := &v[i]
		if x.Op > record.InText {
			return b[:at], i, last
		}
		place := int(x.Field)
		f := &fields[place]
		if f.form == dropped {
			continue
		}
		if f.form == other || place <= last {
			return b[:at], i, last
		}
		last = place
		if len(b)-at < room {
			b = slices.Grow(b[:at], room)
			b = b[:cap(b)]
		}
		p := (*[room]byte)(b[at:])
		switch {
		case f.form == truth:
			at += f.text[x.Num&1].put(p)
		case f.form == value:
			d, valid := e.value(b[:at+f.text[0].put(p)], r, f.typ, x)
			if d = append(d, ','); !valid {
				d = append(append(d, f.raw...), '"')
				d = append(appendHex(d, r.Of(x)), '"', ',')
			}
			b, at = d[:cap(d)], len(d)
		case x.Num < 10:
			n := f.text[0].put(p)
			p[n], p[n+1] = byte('0'+x.Num), ','
			at += n + 2
		default:
			n := f.text[0].put(p)
			n += putUint((*[longest]byte)(p[n:]), x.Num)
			p[n] = ','
			at += n + 1
		}
	}
	return b[:at], len(v), last
}

// layer adds the layer that v begins with and those of the same key behind it,
// and returns how many of v they are.
func (e *jsonl) layer(dst []byte, r *record.Row, l *jsonLayer, v []record.Value) ([]byte, int) {
	if l.key == "" {
		dst, n := e.contents(dst, r, l, v[1:])
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
		d, n := e.contents(append(dst, '{'), r, &e.layers[v[i].Field], v[i+1:])
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
// it, and returns how many they are: one as it is, several as an array.
func (e *jsonl) field(dst []byte, r *record.Row, f *jsonField, v []record.Value) ([]byte, int) {
	n := run(v)
	if f.form == dropped {
		return dst, n
	}
	begin, end := "", ","
	if n > 1 || f.repeats {
		begin, end = "[", "],"
	}
	dst = append(append(dst, f.key...), begin...)
	valid := true
	for i := range v[:n] {
		d, ok := e.value(dst, r, f.typ, &v[i])
		dst, valid = append(d, ','), valid && ok
	}
	dst = append(dst[:len(dst)-1], end...)
	if valid {
		return dst, n
	}
	// The array of raw bytes has those of all texts, each at its text's place.
	dst = append(append(dst, f.raw...), begin...)
	for i := range v[:n] {
		dst = append(appendHex(append(dst, '"'), r.Of(&v[i])), '"', ',')
	}
	return append(dst[:len(dst)-1], end...), n
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
