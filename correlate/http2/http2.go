// Package http2 reads HTTP/2 (RFC 9113) as somebody who watches it: both directions of
// one TCP connection, in pieces of any size, with gaps, from its beginning or from its middle.
//
// A [Conn] is fed with what each side sent, and tells a [Handler] what it means before
// the call returns. How the bytes are cut makes no difference to what is told, except for
// [Handler.Bytes] and [Handler.Data], which are told in as many runs as the bytes come in.
//
// All bytes that it is given, and all that it tells, are views that die with the call. A
// Conn keeps a frame's header, a header block that is not whole yet and the two HPACK
// tables, each bounded and charged. No length that a frame claims allocates anything.
// One goroutine uses a Conn at a time.
package http2

// A Handler is told what comes on a connection, in the order of each direction's bytes.
type Handler interface {
	// Bytes: these bytes of the TCP stream belong to a stream of HTTP/2, frame headers
	// included. Stream 0 is the connection's own: its preface, its settings, and what was
	// skipped because no frame could be found in it. A frame header that came in pieces is
	// told when its last byte has come. Bytes are told before what they mean.
	Bytes(fromClient bool, stream uint32, start, end uint64)

	// Headers: a header block is over. It dies with the call.
	Headers(h *Headers)

	// Data: content, without padding. A view.
	Data(fromClient bool, stream uint32, b []byte)

	// End: one side of a stream is over, in good order (END_STREAM).
	End(fromClient bool, stream uint32)

	// Reset: a side gave a stream up (RST_STREAM).
	Reset(fromClient bool, stream uint32, code uint32)

	// Goaway: a side will not look at streams above last that the other has begun.
	Goaway(fromClient bool, last uint32, code uint32)

	// Lost: a gap took something.
	Lost(fromClient bool, l Loss)
}

// Headers is a header block: HEADERS or PUSH_PROMISE, with its CONTINUATION frames. It, and
// Fields, die with the call. The strings may be kept, but share memory with the others of
// their block: who keeps one for long clones it.
type Headers struct {
	FromClient bool
	Stream     uint32
	Promised   uint32 // the stream that PUSH_PROMISE announces, with its request's fields; else 0
	Fields     []Field
	Trailers   bool // it ends a message and is not its head
	Partial    bool // fields are missing, or Unknown
	EndStream  bool // nothing follows from this side; [Handler.End] says so too
}

// A Field is a line of a header. What HPACK's table held before it was seen is Unknown:
// then Name is empty, and so is Value unless the block itself had it.
type Field struct {
	Name, Value string
	Unknown     bool
}

// A Loss is what a gap took.
type Loss struct {
	Stream  uint32 // in whose frame the gap lies; 0: the connection's own
	Bytes   uint64 // of the TCP stream
	Content uint64 // of these, what Data would have told

	// Framing is set where it is not known whose bytes they were. Frames of any stream may be
	// among them, and nothing is told of this direction until frames are found again. Bytes is 0
	// where none are missing, but what came in the middle of a connection can be no frame.
	Framing bool
}
