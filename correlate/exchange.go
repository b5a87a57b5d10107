// Package correlate finds HTTP exchanges in TCP streams, and the traces that they belong to.
package correlate

import (
	"math"

	"github.com/pcappipe/pcappipe/correlate/tracecontext"
	"github.com/pcappipe/pcappipe/flow"
)

// An Exchange is an HTTP request and its response, or what there is of them. It
// ends exactly once, with its Outcome.
type Exchange struct {
	Number  uint64         // among its flow's, from 1, in the order in which requests begin
	Client  flow.Direction // who asks
	Version string         // "1.0", "1.1", "2"

	Method          string // as it came; "" where it is not known
	Scheme          string // where the request tells it
	Authority       string // of the target, :authority or Host
	Path, Query     string
	HasQuery        bool
	UserAgent       string
	Status          int    // of the final response; 0: none was seen
	ContentType     string // of the response
	ContentEncoding [2]string
	Upgrade         string // the protocol that the connection speaks from here on
	StreamID        uint32 // of HTTP/2
	Multiplexed     bool   // it is a stream of HTTP/2

	Request, Response Message

	Start     int64 // capture time of the request's first byte, nanoseconds
	FirstByte int64 // of the final response's first byte
	Last      int64 // of the last byte of either
	Timed     bool  // Start and Last are known
	Answered  bool  // FirstByte is known

	Outcome   Outcome
	EndReason string // why there is no response, or not all of it: what ended the flow, or reset, goaway

	Trace []tracecontext.Context // of the request, best first
	Keep  any                    // the listener's own

	RPC *RPC // of gRPC, else nil
}

// A Message is a request or a response.
type Message struct {
	Body    uint64 // bytes of content: after transfer coding, before content coding
	Size    uint64 // bytes of all of it as it was sent: heads, framing and trailers too
	Missing uint64 // of these, bytes that were not captured

	Frames          []uint64 // that brought its bytes, in the order of the bytes: the first 1,024
	FramesTruncated bool

	Complete  bool   // all of it was seen
	HeadLost  bool   // a part of its head was not
	Unknown   bool   // fields of its head stand in a part of HPACK's table that was not seen
	File      string // that its body was written to
	FileError string // why not, or not whole
}

// An RPC is what an exchange says of a remote procedure call.
type RPC struct {
	System            string // "grpc"
	Method            string // fully qualified: "package.Service/Method"
	Status            int
	HasStatus         bool
	RequestMessages   uint64
	ResponseMessages  uint64
	MessagesTruncated bool // a part of a body was not seen: there may be more
}

// Timeless is the time of a chunk whose frame has none: what would be measured from it is not known.
const Timeless int64 = math.MinInt64

// An Outcome is how an exchange ended.
type Outcome uint8

const (
	Responded Outcome = iota // the final response began
	Timeout                  // none came in time
	Aborted                  // the connection, the stream or the capture ended before
	Evicted                  // the memory ceiling was reached
)

func (o Outcome) String() string {
	return [...]string{"responded", "timeout", "aborted", "evicted"}[o]
}
