package output

import "github.com/pcappipe/pcappipe/record"

// values adds those that v begins with, as many as are in order. It returns how
// many they are and the last field that is written, which before them was last.
func (e *jsonl) values(dst []byte, r *record.Row, l *jsonLayer, v []record.Value, last int) ([]byte, int, int) {
	dst, n, last := e.singles(dst, r, l.fields, v, last)
	if place := int(v[0].Field); n == 0 && place > last {
		last = place
		dst, n = e.field(dst, r, &l.fields[place], v)
	}
	return dst, n, last
}

// singles adds the values that v begins with, as long as they are in order and
// their fields stand alone and have short keys. It returns how many they are and
// the last field that is written, which before them was last. Most are written
// without a call.
func (e *jsonl) singles(dst []byte, r *record.Row, fields []jsonField, v []record.Value, last int) ([]byte, int, int) {
	p, k := e.open(dst), 0 // what is written is e.written and p[:k]
	for i := range v {
		x := &v[i]
		if x.Op > record.InText {
			return e.close(k), i, last
		}
		place := int(x.Field)
		f := &fields[place]
		if f.form == dropped {
			continue
		}
		if f.form == other || place <= last {
			return e.close(k), i, last
		}
		last = place
		if k > within-room {
			p, k = e.open(e.close(k)), 0
		}
		switch f.form {
		case truth:
			k += f.text[x.Num&1].put((*[blockLen]byte)(p[k&within:]))
			continue
		case number:
			k += f.text[0].put((*[blockLen]byte)(p[k&within:]))
			switch {
			case x.Num < 1e6:
				k += putFirst((*[8]byte)(p[k&within:]), x.Num)
			case x.Num < 1e12:
				k += putLong((*[longest]byte)(p[k&within:]), x.Num)
			default:
				k += putUint((*[longest]byte)(p[k&within:]), x.Num)
			}
			p[k&within] = ','
			k++
			continue
		case inSeconds:
			k += f.text[0].put((*[blockLen]byte)(p[k&within:]))
			k += putSeconds((*[longest]byte)(p[k&within:]), int64(x.Num))
			p[k&within] = ','
			k++
			continue
		case inQuotes:
			if s := r.Of(x); len(s) <= blockLen && bare(s, backslashes) {
				k += f.text[0].put((*[blockLen]byte)(p[k&within:]))
				p[k&within] = '"'
				k += 1 + copy(p[(k+1)&within:], s)
				*(*[2]byte)(p[k&within:]) = [2]byte{'"', ','}
				k += 2
				continue
			}
		}
		p, k = e.open(e.single(e.close(k), r, f, x)), 0
	}
	return e.close(k), len(v), last
}

// single adds a value of any kind.
func (e *jsonl) single(dst []byte, r *record.Row, f *jsonField, x *record.Value) []byte {
	dst, valid := e.value(f.text[0].append(dst), r, f.typ, x)
	if dst = append(dst, ','); !valid {
		dst = append(append(dst, f.raw...), '"')
		dst = append(appendHex(dst, r.Of(x)), '"', ',')
	}
	return dst
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
	case record.Range:
		start, end := record.Bounds(r.Of(x))
		return append(appendUint(append(appendUint(append(dst, '['), start), ','), end), ']'), true
	default:
		dst = appendOctets(append(dst, '"'), t, r.Of(x))
	}
	return append(dst, '"'), valid
}
