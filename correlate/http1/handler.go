package http1

// A Handler is told what a stream says, in the order of the stream. Each
// message is one Begin, at most one Head, any number of Body, and one End.
// Without a Head, what began as a start line was none, or was cut. Bytes comes
// at any place between Begin and End.
type Handler interface {
	// Begin says that a message's first byte stands here: what comes has been
	// found to be most likely a start line. (That byte may have come in an
	// earlier call, if the stream was cut in a method or behind so few bytes.)
	Begin(offset uint64)
	// Head is the message's head, and the answer says what follows it. The head
	// and its views die with the call.
	Head(m *Head) Follows
	// Body is content, after transfer coding, as it comes.
	Body(b []byte)
	// Bytes says that these bytes of the stream belong to the message that has
	// begun: head, body, framing and trailers. It is told once for each run of
	// bytes in a call of Data. The first run begins where the message does.
	Bytes(start, end uint64)
	// End says that the message is over. It and its views die with the call.
	End(e *End)
}

// A Head is a message's start line and fields.
type Head struct {
	Method, Target []byte // of a request
	Status         int    // of a response
	Reason         []byte // of a response
	Major, Minor   uint8
	Fields         []Field // as they came, each folded one in one line
	Lost           bool    // not all of it is told: it was cut by a gap or the close, or is beyond what is kept
}

// A Field is a line of a head or of a trailer section. A line without a colon
// is a name without a value.
type Field struct{ Name, Value []byte }

// An End is how a message ended.
type End struct {
	Offset   uint64  // behind its last byte, as far as that is known
	Body     uint64  // bytes of content that were told, after transfer coding
	Missing  uint64  // bytes that were certainly lost in it
	Complete bool    // all of it was there, and told
	Lost     bool    // framing was lost: any number of messages may be lost before the next Begin
	Trailers []Field // that followed a chunked body
}

// Follows is what follows a head.
type Follows uint8

const (
	ByFraming Follows = iota // what its own fields say
	Nothing                  // no body whatever they say: it answers HEAD
	Other                    // another protocol: it is a 101, or a 2xx to CONNECT
)

// A Side is a direction of an HTTP connection.
type Side uint8

const (
	Requests Side = iota
	Responses
)

// A Verdict is an answer to a question about bytes of which more may come.
type Verdict uint8

const (
	No Verdict = iota
	Yes
	More // it depends on what comes next
)
