package output

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/pcappipe/pcappipe/record"
)

// A jsonHeader is how the fields of a header are written, prepared as a few
// steps: a header of seventeen fields has eight, each with nothing to decide that
// does not depend on the frame.
type jsonHeader struct {
	first, last int // the fields that are kept; -1 where none is
	size        int
	steps       []jsonStep
}

// A jsonStep writes one field, or some whose text is remembered together.
type jsonStep struct {
	way    way
	at     uint8 // where its bytes begin in the header
	len    uint8
	load   uint8 // where the eight bytes begin that they are read with
	shift  uint8 // and how far their last is from the end of these
	mask   uint64
	most   int   // how many bytes are written, at most
	before token // the key
	after  [2]byte
	ends   uint8 // how many bytes of after
	memory memory
	words  []record.Word
}

// A way is how a step writes.
type way uint8

const (
	spelled    way = iota // as the single fields that it stands for
	remembered            // as they were written last time
	decimal
	ipv4
	ipv6
	hexadecimal
)

// newJSONHeader prepares a header's steps.
func newJSONHeader(h *record.Header, fields []jsonField) jsonHeader {
	j := jsonHeader{first: -1, last: -1, size: h.Size}
	var words []record.Word // those that have fields left
	for _, w := range h.Words {
		w.Parts = slices.DeleteFunc(slices.Clone(w.Parts), func(p record.Part) bool { return fields[p.Field].form == dropped })
		if len(w.Parts) > 0 {
			words = append(words, w)
		}
	}
	for len(words) > 0 {
		n := together(words)
		j.steps = append(j.steps, newJSONStep(words[:n], h.Size, fields))
		if j.first < 0 {
			j.first = words[0].Parts[0].Field
		}
		j.last = lastField(&words[n-1])
		words = words[n:]
	}
	return j
}

func lastField(w *record.Word) int { return w.Parts[len(w.Parts)-1].Field }

// steady says whether a word has few values in a capture, so that its text is
// worth remembering: addresses of stations, flags, types.
func steady(w *record.Word) bool { return w.Steady || w.Len == 1 || len(w.Parts) > 1 && w.Len <= 8 }

// together returns how many words one step takes: steady neighbours in four
// bytes, and those that a field goes on in.
func together(words []record.Word) int {
	const span = 4
	n := 1
	for n < len(words) {
		w := &words[n]
		goesOn := w.Parts[0].Field == lastField(&words[n-1])
		if !goesOn && !(steady(&words[0]) && steady(w) && w.At+w.Len-words[0].At <= span) {
			break
		}
		n++
	}
	return n
}

func newJSONStep(words []record.Word, size int, fields []jsonField) jsonStep {
	s := jsonStep{words: words, at: uint8(words[0].At)}
	end, alike := 0, true
	for i := range words {
		w := &words[i]
		end = max(end, w.At+w.Len)
		alike = alike && steady(w)
		for k := range w.Parts {
			s.most += longestMember(&fields[w.Parts[k].Field], w, &w.Parts[k])
		}
	}
	s.len = uint8(end - words[0].At)
	if s.len > 8 || !alike && len(words) > 1 {
		s.wide(fields)
		return s
	}
	s.read(size)
	if alike {
		s.way, s.memory = remembered, newMemory(s.most, bits.OnesCount64(s.mask))
		return s
	}
	s.single(fields)
	return s
}

// read finds where the step's bytes are read from, eight at a time, so that
// this never reaches beyond the header.
func (s *jsonStep) read(size int) {
	load := max(min(int(s.at), size-8), 0)
	s.load = uint8(load)
	s.shift = uint8(8 * (8 - (int(s.at) - load) - int(s.len)))
	for i := range s.words {
		w := &s.words[i]
		below := 8 * (int(s.at) + int(s.len) - w.At - w.Len)
		for k := range w.Parts {
			if p := &w.Parts[k]; p.Ranged() {
				s.mask |= (1<<(8*w.Len) - 1) << below
			} else {
				s.mask |= p.Mask << below
			}
		}
	}
}

// single prepares a step of one field that is written without remembering.
func (s *jsonStep) single(fields []jsonField) {
	p := &s.words[0].Parts[0]
	f := &fields[p.Field]
	if !s.frame(f) {
		return
	}
	switch {
	case f.typ == record.Uint && p.Unit == 1 && bits.TrailingZeros64(s.mask) == 0:
		s.way = decimal
	case f.typ == record.Address && s.len == 4:
		s.way = ipv4
	}
}

// wide prepares a step of more than eight bytes.
func (s *jsonStep) wide(fields []jsonField) {
	if len(s.words) > 1 || len(s.words[0].Parts) > 1 {
		return
	}
	f := &fields[s.words[0].Parts[0].Field]
	if !s.frame(f) {
		return
	}
	switch {
	case f.typ == record.Address && s.len == 16:
		s.way = ipv6
	case f.typ == record.Bytes:
		s.way = hexadecimal
	}
}

// frame prepares what stands around the value, and says whether it fits.
func (s *jsonStep) frame(f *jsonField) bool {
	before, after := f.key, ""
	if f.repeats {
		before, after = before+"[", "]"
	}
	if f.typ > record.Duration {
		before, after = before+`"`, `"`+after
	}
	var fits bool
	s.before, fits = newToken(before)
	after += ","
	s.ends = uint8(copy(s.after[:], after))
	return fits && len(after) <= len(s.after)
}

// longestMember returns how many bytes a field's key and value have, at most.
func longestMember(f *jsonField, w *record.Word, p *record.Part) int {
	const punctuation = len(`"[",]`)
	value := 0
	switch {
	case f.typ == record.Bool:
		value = len("false")
	case !p.Ranged():
		value = len(appendUint(nil, p.Mask>>bits.TrailingZeros64(p.Mask)*p.Unit))
	case f.typ == record.Address:
		value = len("ffff:") * 8
	default:
		value = 3 * w.Len
	}
	return len(f.key) + value + punctuation
}

// header adds the fields of a header that begins at this offset.
func (e *jsonl) header(dst []byte, r *record.Row, l *jsonLayer, h *jsonHeader, at int) []byte {
	head := r.Data[at : at+h.size]
	var short [8]byte
	if len(head) < len(short) {
		copy(short[:], head)
		head = short[:]
	}
	b, n := dst[:cap(dst)], len(dst) // what is written is b[:n]
	for i := range h.steps {
		s := &h.steps[i]
		if len(b)-n < s.most+2*room {
			b = slices.Grow(b[:n], s.most+2*room)
			b = b[:cap(b)]
		}
		word := binary.BigEndian.Uint64(head[s.load:]) >> (s.shift & 63) & s.mask
		switch s.way {
		case remembered:
			if text := s.memory.find(word); text != nil {
				n += copy(b[n:], text)
				continue
			}
			d := e.spell(b[:n], r, l, s, at)
			s.memory.keep(word, d[n:])
			b, n = d[:cap(d)], len(d)
			continue
		case decimal:
			p := (*[room]byte)(b[n:])
			k := s.before.put(p)
			n += k + putUint((*[longest]byte)(p[k:]), word)
		case ipv4:
			p := (*[room]byte)(b[n:])
			k := s.before.put(p)
			n += k + putIPv4((*[longest]byte)(p[k:]), [4]byte(head[s.at:]))
		case ipv6:
			n += s.before.put((*[room]byte)(b[n:]))
			n = len(appendIPv6(b[:n], (*[16]byte)(head[s.at:])))
		case hexadecimal:
			n += s.before.put((*[room]byte)(b[n:]))
			n = len(appendHex(b[:n], head[s.at:s.at+s.len]))
		default:
			d := e.spell(b[:n], r, l, s, at)
			b, n = d[:cap(d)], len(d)
			continue
		}
		*(*[2]byte)(b[n:]) = s.after
		n += int(s.ends)
	}
	return b[:n]
}

// spell adds a step's fields one by one.
func (e *jsonl) spell(dst []byte, r *record.Row, l *jsonLayer, s *jsonStep, at int) []byte {
	base := len(e.stack)
	for i := range s.words {
		e.stack = s.words[i].Append(e.stack, r.Data, at)
	}
	dst, _, _ = e.members(dst, r, l, e.stack[base:], true)
	e.stack = e.stack[:base]
	return dst
}
