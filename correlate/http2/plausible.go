package http2

import (
	"encoding/binary"
	"strings"
)

// The rules here are narrower than RFC 9113's, since they have to tell frames from
// anything else. Unknown kinds, flags that are not defined, long frames, streams of the
// server's and header blocks in pieces are left out: frames that obey come soon.

const (
	maxSettings = 6 * 32
	maxGoaway   = 1024
	lastError   = 0xd // HTTP_1_1_REQUIRED (RFC 9113, 7)
)

// definedFlags has the flags that a kind of frame may bear.
var definedFlags = [kinds]uint8{
	data:     flagEndStream | flagPadded,
	headers:  flagEndStream | flagEndHeaders | flagPadded | flagPriority,
	settings: flagACK,
	ping:     flagACK,
}

// possible says whether a frame's header can begin so. It need not be there as a whole.
func possible(b []byte) bool {
	return b[0] == 0 && (len(b) < 2 || b[1] <= defaultMaxFrame>>8) && (len(b) < 4 || kind(b[3]) < continuation) &&
		(len(b) < 6 || b[5]&reservedBit == 0)
}

// plausible says whether a frame's header is as they are in practice.
func plausible(f frame) bool {
	if f.kind >= continuation || !f.wellFormed(false) || f.length > defaultMaxFrame || f.flags&^definedFlags[f.kind] != 0 {
		return false
	}
	switch ours := f.stream%2 == 1; f.kind {
	case data:
		return ours
	case headers:
		return ours && f.has(flagEndHeaders) && f.length > 0
	case priority:
		return ours && f.length == 5
	case rstStream:
		return ours
	case settings:
		return f.length <= maxSettings
	case ping:
		return true
	case goaway:
		return f.length <= maxGoaway
	case windowUpdate:
		return f.stream == 0 || ours
	}
	return false
}

// plausiblePayload says the same of what stands in a frame, as far as it is there.
func plausiblePayload(f frame, b []byte) bool {
	if f.kind == settings {
		return plausibleSettings(b)
	}
	if len(b) < f.fixed() || len(b) < 4 {
		return true
	}
	n := binary.BigEndian.Uint32(b)
	switch f.kind {
	case priority:
		return n&streamMask != f.stream
	case rstStream:
		return n <= lastError
	case goaway:
		return n <= streamMask && binary.BigEndian.Uint32(b[4:]) <= lastError
	case windowUpdate:
		return n > 0 && n <= streamMask
	}
	return true
}

// plausibleSettings says whether settings are known, and have values that are allowed (RFC 9113,
// 6.5.2; RFC 8441, 3; RFC 9218, 2.1).
func plausibleSettings(b []byte) bool {
	for ; len(b) >= 6; b = b[6:] {
		value := binary.BigEndian.Uint32(b[2:])
		switch id := binary.BigEndian.Uint16(b); id {
		case 1, 3, 6: // HEADER_TABLE_SIZE, MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE
		case 2, 8, 9: // ENABLE_PUSH, ENABLE_CONNECT_PROTOCOL, NO_RFC7540_PRIORITIES
			if value > 1 {
				return false
			}
		case 4: // INITIAL_WINDOW_SIZE
			if value > streamMask {
				return false
			}
		case 5: // MAX_FRAME_SIZE
			if value < defaultMaxFrame || value > 1<<24-1 {
				return false
			}
		default:
			if id&0x0f0f != 0x0a0a && id < 0xf000 { // reserved so that receivers learn to ignore them; for trials
				return false
			}
		}
	}
	return true
}

// pseudoFields says what kind of message a block begins.
type pseudoFields struct {
	request int  // how many there are of a request's
	status  bool // there is a response's
	named   bool // there is a field with a name
	odd     bool // there is what HTTP/2 does not allow
}

func pseudo(fields []Field) (p pseudoFields) {
	regular := false
	for _, f := range fields {
		if f.Unknown {
			continue
		}
		p.named = true
		switch f.Name {
		case ":method", ":scheme", ":path", ":authority", ":protocol":
			p.odd = p.odd || regular || p.status
			p.request++
		case ":status":
			p.odd = p.odd || regular || p.status || p.request > 0 || len(f.Value) != 3
			p.status = true
		default:
			p.odd = p.odd || !token(f.Name)
			regular = true
		}
	}
	return p
}

// token says whether a field may have this name: RFC 9110, 5.6.2, in lower case.
func token(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0) {
			return false
		}
	}
	return name != ""
}
