package http2

// A Verdict is an answer about bytes of which more may follow.
type Verdict uint8

const (
	No    Verdict = iota
	Yes           // nothing else is like this
	More          // it can be said when more has come
	Maybe         // a server can begin so, and so can others: its client decides
)

// MaxRecognise is how many bytes it takes at most to say what a direction speaks.
const MaxRecognise = 2 * (frameHeader + defaultMaxFrame)

// Recognise says whether the first bytes of one direction are HTTP/2. first says that they are
// the first that were sent, not only the first that were captured. A client's first bytes are
// its preface, and certain; a server's are SETTINGS, which is Maybe. Bytes from the middle are
// HTTP/2 when they are frames, one behind the other, each of which obeys all that is known of its kind:
// two, and one of them more than DATA, or one whose fields are a request's. known says whether
// fromClient is.
func Recognise(b []byte, first bool) (fromClient, known bool, v Verdict) {
	n := min(len(b), len(Preface))
	switch {
	case n == 0:
		return false, false, More
	case string(b[:n]) == Preface[:n]:
		if n < len(Preface) {
			return true, true, More
		}
		return true, true, Yes
	case first:
		return false, true, recogniseServer(b)
	}
	e := examine(b)
	if v = e.verdict(); v == More && len(b) >= MaxRecognise {
		v = No
	}
	return e.client, e.client || e.server, v
}

// recogniseServer looks at the first bytes of a connection's server.
func recogniseServer(b []byte) Verdict {
	if len(b) < frameHeader {
		if !possible(b) || len(b) > 3 && kind(b[3]) != settings {
			return No
		}
		return More
	}
	f, payload := parseFrame((*[frameHeader]byte)(b)), b[frameHeader:]
	switch {
	case !possible(b) || !plausible(f) || !begins(f) || !plausibleSettings(payload[:min(len(payload), int(f.length))]):
		return No
	case len(payload) < int(f.length):
		return More
	}
	return Maybe
}

// found says whether bytes that come in one piece begin with frames of this side. One that
// was looked into is enough where they end with it.
func found(b []byte, client bool) bool {
	e := examine(b)
	switch {
	case e.bad || client && e.server || !client && e.client:
		return false
	case e.verdict() == Yes:
		return true
	}
	return e.solid && e.ends
}

// Evidence is what a chain of frames says.
type evidence struct {
	bad            bool // something in it is no frame
	weight         int  // of the frames
	solid          bool // one of them was looked into
	ends           bool // the bytes end with a frame
	client, server bool // who says it
}

func (e *evidence) verdict() Verdict {
	switch {
	case e.bad:
		return No
	case e.weight >= 2 && e.solid:
		return Yes
	}
	return More
}

// examine follows frames from the first byte on, until it is certain or something is wrong.
func examine(b []byte) (e evidence) {
	for len(b) > 0 && e.verdict() == More {
		if e.bad = !possible(b); e.bad || len(b) < frameHeader {
			e.ends = false
			return e
		}
		f := parseFrame((*[frameHeader]byte)(b))
		b = b[frameHeader:]
		payload := b[:min(len(b), int(f.length))]
		b = b[len(payload):]
		e.ends = len(payload) == int(f.length)
		e.frame(f, payload)
	}
	return e
}

// frame weighs a frame, of whose payload a part may not be there.
func (e *evidence) frame(f frame, payload []byte) {
	whole := len(payload) == int(f.length)
	switch {
	case !plausible(f):
		e.bad = true
	case f.kind == data:
		e.weight++
	case f.kind == headers:
		if whole {
			e.headers(f, payload)
		}
	case !plausiblePayload(f, payload):
		e.bad = true
	case whole:
		e.weight++
		e.solid = true
	}
}

// headers weighs a header block: it has to decode, whatever is in the table, to names that
// HTTP/2 allows, pseudo-header fields first. A request's are worth two frames.
func (e *evidence) headers(f frame, payload []byte) {
	fixed, pad := f.fixed(), 0
	if f.padded() {
		pad = int(payload[0])
	}
	if e.bad = fixed+pad >= len(payload); e.bad {
		return
	}
	var d decoder
	d.reset()
	d.forget()
	fields, _ := d.decode(payload[fixed : len(payload)-pad])
	p := pseudo(fields)
	switch {
	case d.refused || p.odd:
		e.bad = true
	case p.request > 0:
		e.client = true
		if p.request > 2 {
			e.weight++
		}
	case p.status:
		e.server = true
	default:
		e.bad = !f.has(flagEndStream) || !p.named // trailers
	}
	e.weight++
	e.solid = true
}
