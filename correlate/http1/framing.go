package http1

import (
	"bytes"
	"math"
)

// A framing is what the fields of a head say of what follows it (RFC 9112, 6.3).
type framing struct {
	length  uint64
	counted bool // there is a Content-Length
	faulty  bool // and it is no number, or they differ
	coded   bool // there is a transfer coding
	chunked bool // and the last is chunked
}

// add reads a field.
func (f *framing) add(field Field) {
	switch len(field.Name) {
	case len("Content-Length"):
		if bytes.EqualFold(field.Name, []byte("Content-Length")) {
			each(field.Value, f.addLength)
		}
	case len("Transfer-Encoding"):
		if bytes.EqualFold(field.Name, []byte("Transfer-Encoding")) {
			each(field.Value, f.addCoding)
		}
	}
}

// addLength reads a length. The same one may be told again. SSTP sends the
// largest of 64 bits, where it means to go on for ever.
func (f *framing) addLength(digits []byte) {
	var n uint64
	for _, c := range digits {
		digit := uint64(c) - '0'
		if digit > 9 || n > (math.MaxUint64-digit)/10 {
			f.faulty = true
			return
		}
		n = n*10 + digit
	}
	f.faulty = f.faulty || f.counted && f.length != n
	f.length, f.counted = n, true
}

// addCoding reads a transfer coding. Identity was one in RFC 2616, and is none.
func (f *framing) addCoding(coding []byte) {
	if bytes.EqualFold(coding, []byte("identity")) {
		return
	}
	f.coded = true
	f.chunked = bytes.EqualFold(coding, []byte("chunked"))
}

// each calls do for the members of a list that are not empty.
func each(list []byte, do func(member []byte)) {
	for len(list) > 0 {
		member, after, _ := bytes.Cut(list, []byte{','})
		if member = bytes.Trim(member, " \t"); len(member) > 0 {
			do(member)
		}
		list = after
	}
}

// then says what follows a head, and of how many bytes it is. Of a head that is
// not whole only what its fields say positively is known.
func (f framing) then(side Side, m *Head, follows Follows, whole bool) (step, uint64) {
	switch {
	case follows == Other:
		return switched, 0
	case follows == Nothing || bodyless(side, m):
		return between, 0
	case f.chunked:
		return chunkStart, 0
	case f.coded && side == Responses:
		return rest, 0
	case f.coded || f.faulty:
		return searching, 0
	case f.counted:
		return body, f.length
	case !whole:
		return searching, 0
	case side == Responses:
		return rest, 0
	}
	return between, 0
}

// bodyless says whether such a message never has a body.
func bodyless(side Side, m *Head) bool {
	if side == Requests {
		return string(m.Method) == "CONNECT"
	}
	return m.Status < 200 || m.Status == 204 || m.Status == 304
}
