package flowlock

import (
	"time"

	"github.com/pcappipe/pcappipe/flow"
)

// A Trace is what a request says of the trace that it belongs to. The zero
// Trace is none.
type Trace struct {
	ID   string
	Span string
}

// A Request is one that was seen in a packet, traced or not: both are waited for.
type Request struct {
	Stream uint32         // HTTP/2's; of HTTP/1 always the same one
	From   flow.Direction // the client
	Offset uint64         // of its first byte, in what the client sends
	Time   int64          // of capture, nanoseconds
	Trace  Trace
}

// A Response is one that was seen in a packet, or word that none will come.
type Response struct {
	Stream uint32
	From   flow.Direction // the server; of a Reset whoever sent it
	Offset uint64         // of its first byte, in what the server sends
	Ack    uint64         // what the server acknowledged with it, in what the client sends; 0: not known
	Time   int64
	Reset  bool // the stream was reset: what was asked on it will not be answered
}

// answers says whether a response can be a request's: the server must have had the
// request's first byte. Times say that less well, as two interfaces of one
// capture can be out of step.
func (s *Response) answers(r *Request) bool {
	if s.Ack != 0 {
		return r.Offset < s.Ack
	}
	return r.Time <= s.Time
}

// An Outcome says how a request ended. Each request ends once.
type Outcome uint8

const (
	Responded Outcome = iota // its response came
	Timeout                  // none came before the flow was given up
	Aborted                  // its stream was reset, its flow began anew, or the table was closed
	Evicted                  // it had to make room
)

func (o Outcome) String() string {
	return [...]string{"responded", "timeout", "aborted", "evicted"}[o]
}

// An Exchange is a request that has ended.
type Exchange struct {
	Key        flow.Key
	Generation uint64 // of the flow
	Request    Request
	Response   Response // of Responded
	Outcome    Outcome
	Ended      int64 // when, on the table's clock
}

// Latency returns the capture time from the request to its response.
func (x *Exchange) Latency() time.Duration {
	return time.Duration(x.Response.Time - x.Request.Time)
}
