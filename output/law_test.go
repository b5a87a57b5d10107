package output

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/pcappipe/pcappipe/record"
)

// The laws of the encoders, over any rows of any schema: what they write reads
// back, with the standard library's readers, as what a plain reading of the
// row gives.

func FuzzJSONL(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, data []byte) {
		g := newGenerator(seed, data)
		s := g.selection()
		e := newJSONL(s)
		for range 3 { // one encoder for all, so that leftovers show
			r := g.row(s.schema)
			line := e.Append([]byte("before"), r)
			line, found := bytes.CutPrefix(line, []byte("before"))
			if !found || bytes.IndexByte(line, '\n') != len(line)-1 {
				t.Fatalf("not one line: %q", line)
			}
			got, err := parseJSON(line)
			if err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			if want := expectJSON(r, s); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s reads as\n%v, and should as\n%v", line, got, want)
			}
		}
	})
}

func FuzzCSV(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, seed uint64, data []byte) {
		g := newGenerator(seed, bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))) // which encoding/csv does too
		s := g.selection()
		e := newCSV(s)
		file := e.Begin(nil)
		var want [][]string
		want = append(want, header(s))
		for range 3 {
			r := g.row(s.schema)
			file = e.Append(file, r)
			want = append(want, expectCSV(r, s))
		}
		got, err := stdcsv.NewReader(bytes.NewReader(e.End(file))).ReadAll()
		if err != nil {
			t.Fatalf("%v in %q", err, file)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q reads as\n%q, and should as\n%q", file, got, want)
		}
	})
}

func addSeeds(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed, []byte("plain \"quoted\", \\ \x00\x1f\x7f\n\té\u2028\xff\xc3(\xed\xa0\x80 and more of it: 0123456789"))
	}
}

// A generator makes schemas and rows that pass their checks.
type generator struct {
	*rand.Rand
	data []byte
}

func newGenerator(seed uint64, data []byte) *generator {
	return &generator{rand.New(rand.NewPCG(seed, 1)), append(slices.Clone(data), make([]byte, 16)...)}
}

func (g *generator) selection() selection {
	var layers []*record.Layer
	if g.IntN(3) == 0 {
		layers = append(layers, g.layer("", 0))
	}
	for i := range 1 + g.IntN(5) {
		key := fmt.Sprintf("layer%d", i)
		if i > 0 && g.IntN(4) == 0 {
			key = fmt.Sprintf("layer%d", i-1) // shared
		}
		layers = append(layers, g.layer(key, i))
	}
	s := selection{schema: record.NewSchema("some", "random", layers...), time: TimeForm(g.IntN(2))}
	if g.IntN(3) == 0 {
		names := s.schema.Names()
		g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		s.fields = names[:1+g.IntN(len(names))]
	}
	return s
}

func (g *generator) layer(key string, number int) *record.Layer {
	l := &record.Layer{Key: key, Repeats: key != "" && g.IntN(3) == 0}
	for i := range 1 + g.IntN(9) {
		name := fmt.Sprintf("f%d.%d", number, i)
		if g.IntN(9) == 0 {
			name += ".of a very long name that no block holds"
		}
		if key != "" {
			name = key + "." + name
		}
		l.Fields = append(l.Fields, field(name, record.Type(g.IntN(int(record.Range)+1)), g.IntN(4) == 0))
	}
	for range g.IntN(3) {
		if h := g.header(l); len(h.Words) > 0 {
			l.Headers = append(l.Headers, h)
		}
	}
	return l
}

// header makes one of some of the layer's fields, with words that lie anywhere in it.
func (g *generator) header(l *record.Layer) record.Header {
	h := record.Header{Size: 1 + g.IntN(24)}
	for i := range l.Fields {
		f := &l.Fields[i]
		for range g.IntN(3) {
			w := record.Word{Len: 1 + g.IntN(min(12, h.Size)), Steady: g.IntN(2) == 0}
			part := record.Part{Field: i, Unit: uint64(g.IntN(5))}
			switch {
			case f.Type == record.Address:
				w.Len = []int{4, 16}[g.IntN(2)]
			case f.Type == record.Range:
				continue // its start may lie behind its end in any bytes
			case f.Type < record.Text:
				w.Len = min(w.Len, 8)
				part.Mask = g.Uint64() >> g.IntN(64) & (1<<(8*w.Len) - 1) // 0 is all
			}
			if w.Len > h.Size {
				break
			}
			w.At = g.IntN(h.Size - w.Len + 1)
			if last := len(h.Words) - 1; last >= 0 && f.Type != record.Address && g.IntN(2) == 0 && h.Words[last].Len == w.Len {
				h.Words[last].Parts = append(h.Words[last].Parts, part)
			} else {
				w.Parts = []record.Part{part}
				h.Words = append(h.Words, w)
			}
			if !f.Repeats {
				break
			}
		}
	}
	return h
}

func (g *generator) row(s *record.Schema) *record.Row {
	r := &record.Row{}
	r.Begin(s, g.data)
	for packet := range 1 + g.IntN(3) {
		if packet > 0 {
			r.Inner()
		}
		g.layers(r, s, 0)
	}
	if err := r.Check(); err != nil {
		panic(err)
	}
	return r
}

// layers opens some layers, in order or not.
func (g *generator) layers(r *record.Row, s *record.Schema, depth int) {
	some := slices.Clone(s.Layers)
	if g.IntN(2) == 0 {
		g.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	}
	for _, l := range some {
		times := g.IntN(2)
		if l.Repeats {
			times = g.IntN(4)
		}
		if depth > 0 && l.Key == "" {
			continue
		}
		for range times {
			r.Open(l)
			g.values(r, l)
			if depth == 0 && l.Key != "" && g.IntN(4) == 0 {
				g.layers(r, s, depth+1)
			}
			r.Close()
		}
	}
}

func (g *generator) values(r *record.Row, l *record.Layer) {
	order := g.Perm(len(l.Fields))
	if g.IntN(2) == 0 {
		slices.Sort(order)
	}
	var again []int
	written := make(map[int]bool)
	if len(l.Headers) > 0 && g.IntN(2) == 0 {
		written = g.head(r, l)
	}
	for _, i := range order {
		switch f := l.Fields[i]; {
		case written[i] && !f.Repeats:
		case f.Repeats:
			for range g.IntN(4) {
				g.value(r, i, f.Type)
			}
			if g.IntN(2) == 0 {
				again = append(again, i)
			}
		case g.IntN(3) > 0:
			g.value(r, i, f.Type)
		}
	}
	for _, i := range again {
		g.value(r, i, l.Fields[i].Type)
	}
}

// head adds one of the layer's headers, whole or spelled, and returns its fields.
func (g *generator) head(r *record.Row, l *record.Layer) map[int]bool {
	written := make(map[int]bool)
	k := g.IntN(len(l.Headers))
	h := &l.Headers[k]
	if h.Size > len(g.data) {
		return written
	}
	if at := g.IntN(len(g.data) - h.Size + 1); g.IntN(4) > 0 {
		r.Header(k, at)
	} else {
		r.Spell(l, k, at, h.Size)
	}
	for i := range h.Words {
		for _, p := range h.Words[i].Parts {
			written[p.Field] = true
		}
	}
	return written
}

func (g *generator) value(r *record.Row, field int, t record.Type) {
	size := g.IntN(len(g.data) + 1)
	switch t {
	case record.Bool:
		r.Bool(field, g.IntN(2) == 0)
		return
	case record.Address:
		size = []int{4, 16}[g.IntN(2)]
	case record.Range:
		start := g.number()
		r.Range(field, start, start+min(g.number(), math.MaxUint64-start))
		return
	case record.MAC:
		size = []int{0, 6, 6, 8}[g.IntN(4)]
	case record.Text, record.Bytes:
	default:
		r.Uint(field, g.number())
		return
	}
	off := g.IntN(len(g.data) - size + 1)
	if g.IntN(2) == 0 {
		r.Bytes(field, off, size)
	} else {
		r.Own(field, g.data[off:off+size])
	}
}

// number returns numbers of all lengths and both signs alike.
func (g *generator) number() uint64 {
	n := g.Uint64() >> g.IntN(64)
	if g.IntN(2) == 0 {
		return -n
	}
	return n
}

// A member is one key and value of an object, an object a list of them in the
// order in which they stand.
type member struct {
	key   string
	value any
}

// parseJSON reads what encoding/json takes for one value, numbers as they are
// written, and refuses a key that stands twice.
func parseJSON(b []byte) (any, error) {
	if !json.Valid(b) {
		return nil, fmt.Errorf("not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return parseValue(d)
}

func parseValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := []member{}
		for d.More() {
			key, _ := d.Token()
			value, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(object, func(m member) bool { return m.key == key }) {
				return nil, fmt.Errorf("key %q twice", key)
			}
			object = append(object, member{key.(string), value})
		}
		_, err = d.Token()
		return object, err
	case json.Delim('['):
		array := []any{}
		for d.More() {
			value, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			array = append(array, value)
		}
		_, err = d.Token()
		return array, err
	}
	return token, nil
}

// expectJSON reads a row in the plainest way.
func expectJSON(r *record.Row, s selection) any {
	packets := splitPackets(r.Spelled(nil))
	var inner any
	for i := len(packets) - 1; i >= 0; i-- {
		object := expectObject(r, s, nil, packets[i])
		if inner != nil && (s.fields == nil || len(inner.([]member)) > 0) {
			object = append(object, member{"inner", inner})
		}
		inner = object
	}
	return append([]member{{"record", s.schema.Kind}}, inner.([]member)...)
}

func splitPackets(values []record.Value) [][]record.Value {
	packets := [][]record.Value{nil}
	for _, v := range values {
		if v.Op == record.Inner {
			packets = append(packets, nil)
			continue
		}
		last := len(packets) - 1
		packets[last] = append(packets[last], v)
	}
	return packets
}

// expectObject returns the members of an object that has these values and layers.
func expectObject(r *record.Row, s selection, l *record.Layer, values []record.Value) []member {
	own := make(map[int][]record.Value)
	objects := make(map[string][]any)
	var flat []member
	for i := 0; i < len(values); i++ {
		v := values[i]
		if v.Op != record.Open {
			own[int(v.Field)] = append(own[int(v.Field)], v)
			continue
		}
		end := i + 1
		for depth := 1; depth > 0; end++ {
			switch values[end].Op {
			case record.Open:
				depth++
			case record.Close:
				depth--
			}
		}
		inside := s.schema.Layers[v.Field]
		object := expectObject(r, s, inside, values[i+1:end-1])
		switch {
		case inside.Key == "":
			flat = object
		case len(object) > 0 || s.fields == nil:
			objects[inside.Key] = append(objects[inside.Key], object)
		}
		i = end - 1
	}
	members := []member{}
	if l != nil {
		for i := range l.Fields {
			members = append(members, expectField(r, s, l, i, own[i])...)
		}
	}
	seen := make(map[string]bool)
	for _, inside := range s.schema.Layers {
		if inside.Key == "" {
			members = append(members, flat...)
			continue
		}
		if found := objects[inside.Key]; len(found) > 0 && !seen[inside.Key] {
			seen[inside.Key] = true
			if len(found) > 1 || slices.ContainsFunc(s.schema.Layers, func(l *record.Layer) bool { return l.Key == inside.Key && l.Repeats }) {
				members = append(members, member{inside.Key, found})
			} else {
				members = append(members, member{inside.Key, found[0]})
			}
		}
	}
	return members
}

func expectField(r *record.Row, s selection, l *record.Layer, i int, values []record.Value) []member {
	f := &l.Fields[i]
	if len(values) == 0 || s.fields != nil && !slices.Contains(s.fields, f.Name) {
		return nil
	}
	list, raw, valid := []any{}, []any{}, true
	for _, v := range values {
		list = append(list, expectValue(r, f.Type, &v, s.time))
		if v.Op != record.Number {
			raw = append(raw, hex.EncodeToString(r.Of(&v)))
		}
		valid = valid && (f.Type != record.Text || utf8.Valid(r.Of(&v)))
	}
	key := l.FieldKey(i)
	alone := !f.Repeats && len(values) == 1
	members := []member{{key, list}}
	if alone {
		members = []member{{key, list[0]}}
	}
	switch {
	case valid:
		return members
	case alone:
		return append(members, member{key + ".raw", raw[0]})
	}
	return append(members, member{key + ".raw", raw})
}

func expectValue(r *record.Row, t record.Type, v *record.Value, form TimeForm) any {
	text := expectText(r, t, v, form)
	switch {
	case t == record.Range:
		start, end, _ := strings.Cut(text, "-")
		return []any{json.Number(start), json.Number(end)}
	case t == record.Bool:
		return text == "1"
	case t == record.Time && form == ISO, t > record.Duration:
		return text
	default:
		return json.Number(text)
	}
}

// expectText returns what stands in a csv cell.
func expectText(r *record.Row, t record.Type, v *record.Value, form TimeForm) string {
	switch t {
	case record.Uint, record.Bool:
		return strconv.FormatUint(v.Num, 10)
	case record.Int:
		return strconv.FormatInt(int64(v.Num), 10)
	case record.Time:
		if form == ISO {
			return time.Unix(0, int64(v.Num)).UTC().Format("2006-01-02T15:04:05.000000000Z")
		}
		return seconds(int64(v.Num))
	case record.Duration:
		return seconds(int64(v.Num))
	case record.Text:
		return strings.Join(strings.Split(string([]rune(string(r.Of(v)))), ""), "")
	case record.MAC:
		return net.HardwareAddr(r.Of(v)).String()
	case record.Address:
		a, _ := netip.AddrFromSlice(r.Of(v))
		return a.String()
	case record.Range:
		b := r.Of(v)
		return fmt.Sprintf("%d-%d", new(big.Int).SetBytes(b[:8]), new(big.Int).SetBytes(b[8:]))
	default:
		return hex.EncodeToString(r.Of(v))
	}
}

// seconds divides by a thousand million, exactly.
func seconds(nanos int64) string {
	return new(big.Rat).SetFrac64(nanos, 1e9).FloatString(9)
}

func header(s selection) []string {
	if s.fields != nil {
		return s.fields
	}
	return s.schema.Names()
}

func expectCSV(r *record.Row, s selection) []string {
	cells := make(map[string][]string)
	var open []*record.Layer
	for _, v := range r.Spelled(nil) {
		switch v.Op {
		case record.Open:
			open = append(open, s.schema.Layers[v.Field])
		case record.Close:
			open = open[:len(open)-1]
		case record.Inner:
		default:
			f := &open[len(open)-1].Fields[v.Field]
			cells[f.Name] = append(cells[f.Name], expectText(r, f.Type, &v, s.time))
		}
	}
	var line []string
	for _, name := range header(s) {
		line = append(line, strings.Join(cells[name], ","))
	}
	return line
}
