package output

import (
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

// A jsonStep writes one field, or some whose text is remembered together. What
// is needed for every frame is in one cache line.
type jsonStep struct {
	mask   uint64
	way    way
	load   uint8 // where in the header the eight bytes begin that the step's are read with
	shift  uint8 // how far its last is from the end of these
	at     uint8 // where its own begin
	len    uint8
	ends   uint8   // how many bytes of after
	after  [2]byte // what stands behind the value
	before token   // and before it

	memory64  *memory[[64]byte]
	memory128 *memory[[128]byte]
	memory256 *memory[[256]byte]

	most  int // how many bytes are written, at most
	words []record.Word
}

// A way is how a step writes.
type way uint8

const (
	spelled      way = iota // as the single fields that it stands for
	remembered64            // as they were written last time, in a block of this length
	remembered128
	remembered256
	decimal // of up to four bytes
	ipv4
	ipv6
	hexadecimal
)

// newJSONHeader prepares a header's steps.
func newJSONHeader(h *record.Header, fields []jsonField) jsonHeader {
	j := jsonHeader{first: -1, last: -1, size: h.Size}
	most := 0
	var words []record.Word // those that have fields left
	for _, w := range h.Words {
		w.Parts = slices.DeleteFunc(slices.Clone(w.Parts), func(p record.Part) bool { return fields[p.Field].form == dropped })
		if len(w.Parts) > 0 {
			words = append(words, w)
		}
	}
	for len(words) > 0 {
		n := together(words)
		s := newJSONStep(words[:n], h.Size, fields)
		if most += s.most; most > within {
			s.way = spelled
		}
		j.steps = append(j.steps, s)
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
		s.remember()
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

// remember prepares a step whose text is remembered, if it is not the longest of texts.
func (s *jsonStep) remember() {
	switch {
	case s.most <= 64:
		s.way, s.memory64 = remembered64, &blank64
	case s.most <= 128:
		s.way, s.memory128 = remembered128, &blank128
	default:
		s.way, s.memory256 = remembered256, &blank256
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
		if s.len <= 4 {
			s.way = decimal
		}
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
