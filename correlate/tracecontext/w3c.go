package tracecontext

import "bytes"

// parseTraceparent reads what W3C Trace Context, 3.2 defines, and Elastic before it
// under a name of its own: version, trace-id, parent-id and flags.
func parseTraceparent(s Source, b []byte) (x Context, ok bool) {
	const (
		version = len("00")
		trace   = len("00-")
		span    = trace + traceDigits + 1
		flags   = span + spanDigits + 1
		all     = flags + 2
	)
	if len(b) < all || b[version] != '-' || b[span-1] != '-' || b[flags-1] != '-' {
		return x, false
	}
	switch v := b[:version]; {
	case !lowerHex(v) || v[0] == 'f' && v[1] == 'f':
		return x, false
	case zero(v) && len(b) > all:
		return x, false
	case len(b) > all && b[all] != '-': // a later version adds parts
		return x, false
	}
	x.Source = s
	if x.TraceID, ok = lowerID(b[trace:span-1], traceDigits); !ok {
		return x, false
	}
	if x.SpanID, ok = lowerID(b[span:flags-1], spanDigits); !ok {
		return x, false
	}
	bits, ok := hexByte(b[flags:all])
	x.Sampling = sampledIf(bits&1 != 0)
	return x, ok && lowerHex(b[flags:all])
}

// A tracestate is the list of the headers of this name (W3C Trace Context, 3.3).
// A list with anything wrong in it is none.
type tracestate struct {
	list    []byte // members, with commas between
	members int
	wrong   bool
}

const (
	maxMembers = 32
	maxKey     = 256
	maxValue   = 256
)

// add adds a line. Members that are empty are passed over.
func (t *tracestate) add(line []byte) {
	for more := true; more && !t.wrong; {
		var m []byte
		m, line, more = cut(line, ',')
		if m = trim(m); len(m) > 0 {
			t.member(m)
		}
	}
}

// member adds a member, which has a key that no other has.
func (t *tracestate) member(m []byte) {
	key, value, found := cut(m, '=')
	if !found || !stateKey(key) || !stateValue(value) || t.members == maxMembers || t.has(key) {
		t.list, t.wrong = t.list[:0], true
		return
	}
	if t.members++; t.members > 1 {
		t.list = append(t.list, ',')
	}
	t.list = append(t.list, m...)
}

// has says whether there is a member of this key.
func (t *tracestate) has(key []byte) bool {
	for rest, more := t.list, true; more; {
		var m []byte
		m, rest, more = cut(rest, ',')
		if len(m) > len(key) && m[len(key)] == '=' && bytes.Equal(m[:len(key)], key) {
			return true
		}
	}
	return false
}

// stateKey says whether b is a key, of the second level's grammar, which takes
// what the first takes and more.
func stateKey(b []byte) bool {
	if len(b) == 0 || len(b) > maxKey {
		return false
	}
	for i, c := range b {
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		case i > 0 && (c == '_' || c == '-' || c == '*' || c == '/' || c == '@'):
		default:
			return false
		}
	}
	return true
}

// stateValue says whether b, which ends in no blank, is a value. It has no comma.
func stateValue(b []byte) bool {
	if len(b) == 0 || len(b) > maxValue {
		return false
	}
	for _, c := range b {
		if c < ' ' || c > '~' || c == '=' {
			return false
		}
	}
	return true
}

func (t *tracestate) String() string { return string(t.list) }

// emptied returns an empty list in the same memory.
func (t *tracestate) emptied() tracestate { return tracestate{list: t.list[:0]} }
