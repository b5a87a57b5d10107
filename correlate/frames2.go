package correlate

import (
	"strconv"
	"strings"

	"github.com/pcappipe/pcappipe/correlate/http2"
	"github.com/pcappipe/pcappipe/flow"
)

// read2 reads a piece of HTTP/2.
func (d *dialogue) read2(from flow.Direction) {
	fromClient, p := from == d.client, &d.now
	if p.bytes == nil {
		d.h2.Gap(fromClient, p.start, p.end, (*frames2)(d))
		return
	}
	d.h2.Data(fromClient, p.start, p.bytes, (*frames2)(d))
	if d.h2.Failed(fromClient) {
		d.protocol = foreign
	}
}

// upgrade2 goes on in HTTP/2: the request that asked for it is stream 1.
func (d *dialogue) upgrade2() {
	d.protocol = speaks2
	d.h2 = http2.NewUpgraded()
	d.streams = make(map[uint32]*pending)
	d.highest[0] = 1
	if e := d.pending.first; e != nil {
		e.StreamID, e.Multiplexed, e.Upgrade, e.Status = 1, true, "h2c", 0
		e.Answered = false
		d.streams[1] = e
	}
}

// frames2 is what the parser of HTTP/2 tells.
type frames2 dialogue

// direction returns who sends.
func (d *dialogue) direction(fromClient bool) flow.Direction {
	if fromClient {
		return d.client
	}
	return d.client ^ 1
}

// of returns a message of an exchange.
func (e *pending) of(fromClient bool) *Message {
	if fromClient {
		return &e.Request
	}
	return &e.Response
}

// Bytes counts bytes of a stream.
func (q *frames2) Bytes(fromClient bool, stream uint32, start, end uint64) {
	d := (*dialogue)(q)
	if stream == 0 {
		return
	}
	d.parts(d.direction(fromClient), start, end, func(start, end uint64) { d.part(fromClient, stream, start, end) })
}

// part counts bytes of a stream that one piece brought.
func (d *dialogue) part(fromClient bool, stream uint32, start, end uint64) {
	e := d.streams[stream]
	if e == nil {
		if !d.h2.InMessage(fromClient) || !d.opened(fromClient, stream) {
			return
		}
		e = d.stream(stream)
		if !fromClient {
			e.unasked()
		}
	}
	if !fromClient && d.h2.InHead(false) && !e.Answered && e.begins == 0 {
		e.begins = d.now.nanos
	}
	d.mark(d.direction(fromClient), start, e.label)
	d.bytes(e, e.of(fromClient), start, end)
}

// mostLeap is how far above the highest stream a new one can be, where the
// frames between may be lost: streams are begun one after the other, and what is found behind a gap may be no frame.
const mostLeap = 1 << 16

// opened says whether a stream that is not open can be a new one, and not one that is over.
func (d *dialogue) opened(fromClient bool, stream uint32) bool {
	of := &d.highest[stream&1^1]
	if *of != 0 && (stream <= *of || stream-*of > mostLeap) {
		return false
	}
	*of = stream
	return true
}

// unasked marks an exchange whose request was not captured.
func (e *pending) unasked() {
	e.asked, e.Timed, e.Request.HeadLost = true, false, true
}

// stream begins the exchange of a stream.
func (d *dialogue) stream(id uint32) *pending {
	e := d.ask()
	e.Version, e.StreamID, e.Multiplexed = "2", id, true
	d.streams[id] = e
	return e
}

// Headers takes a header block.
func (q *frames2) Headers(h *http2.Headers) {
	d := (*dialogue)(q)
	id := h.Stream
	if h.Promised != 0 {
		id = h.Promised
		if d.streams[id] == nil && d.opened(false, id) {
			e := d.stream(id)
			e.asked = true
		}
	}
	e := d.streams[id]
	if e == nil {
		return
	}
	switch {
	case h.FromClient || h.Promised != 0:
		d.request2(e, h)
	case h.Trailers:
		d.status(e, h)
	default:
		d.response2(e, h)
	}
}

// request2 fills an exchange with what a request's fields say.
func (d *dialogue) request2(e *pending, h *http2.Headers) {
	e.Request.Unknown = e.Request.Unknown || h.Partial
	if h.Trailers {
		return
	}
	path := ""
	for i := range h.Fields {
		f := &h.Fields[i]
		if f.Unknown {
			continue
		}
		switch f.Name {
		case ":method":
			e.Method = strings.Clone(f.Value)
		case ":scheme":
			e.Scheme = strings.Clone(f.Value)
		case ":authority":
			e.Authority = strings.Clone(f.Value)
		case ":path":
			path = strings.Clone(f.Value)
		case "host":
			if e.Authority == "" {
				e.Authority = strings.Clone(f.Value)
			}
		case "user-agent":
			e.UserAgent = strings.Clone(f.Value)
		case "content-encoding":
			e.ContentEncoding[0] = strings.Clone(f.Value)
		case "content-type":
			if isGRPC(f.Value) && e.RPC == nil {
				e.RPC = &RPC{System: "grpc"}
				e.messages = new([2]http2.Messages)
				d.spend(e, 256)
			}
		default:
			d.by.fields.Field([]byte(f.Name), []byte(f.Value))
			continue
		}
		d.spend(e, len(f.Value))
	}
	e.Path, e.Query, e.HasQuery = strings.Cut(path, "?")
	if e.RPC != nil {
		e.RPC.Method = strings.TrimPrefix(e.Path, "/")
	}
	d.trace(e)
}

// isGRPC says whether a content type is gRPC's, with a message format or without.
func isGRPC(contentType string) bool {
	rest, is := strings.CutPrefix(contentType, "application/grpc")
	return is && (rest == "" || rest[0] == '+' || rest[0] == ';')
}

// response2 fills an exchange with what a response's fields say.
func (d *dialogue) response2(e *pending, h *http2.Headers) {
	if d.expire(); e.over {
		return
	}
	status := 0
	for i := range h.Fields {
		f := &h.Fields[i]
		if f.Unknown {
			continue
		}
		switch f.Name {
		case ":status":
			status, _ = strconv.Atoi(f.Value)
		case "content-type":
			e.ContentType = strings.Clone(f.Value)
			if isGRPC(f.Value) && e.RPC == nil {
				e.RPC = &RPC{System: "grpc", Method: strings.TrimPrefix(e.Path, "/")}
				e.messages = new([2]http2.Messages)
				e.RPC.MessagesTruncated = true
				d.spend(e, 256)
			}
		case "content-encoding":
			e.ContentEncoding[1] = strings.Clone(f.Value)
		default:
			continue
		}
		d.spend(e, len(f.Value))
	}
	if 100 <= status && status < 200 {
		e.begins = 0
		return
	}
	e.Response.Unknown = e.Response.Unknown || h.Partial
	e.Status = status
	e.Response.HeadLost = status == 0
	if !e.Answered {
		e.FirstByte, e.Answered = e.begins, e.begins != Timeless
	}
	d.known(e)
	d.status(e, h)
}

// status takes the outcome of a call, which stands in the trailers, or in the
// head of a response that has none.
func (d *dialogue) status(e *pending, h *http2.Headers) {
	if e.RPC == nil {
		return
	}
	for i := range h.Fields {
		if f := &h.Fields[i]; f.Name == "grpc-status" && !f.Unknown {
			if n, err := strconv.Atoi(f.Value); err == nil && n >= 0 {
				e.RPC.Status, e.RPC.HasStatus = n, true
			}
		}
	}
}

// Data counts content.
func (q *frames2) Data(fromClient bool, stream uint32, b []byte) {
	d := (*dialogue)(q)
	e := d.streams[stream]
	if e == nil {
		return
	}
	e.of(fromClient).Body += uint64(len(b))
	if !fromClient && e.Status == 0 {
		e.Response.HeadLost = true
		d.known(e)
	}
	if fromClient && e.Method == "" {
		e.Request.HeadLost = true
		d.known(e)
	}
	if e.messages != nil {
		e.messages[side2(fromClient)].Data(b)
	}
	d.by.to.Body(&e.Exchange, fromClient, b)
}

// side2 returns the place of a message's side: 0, the request's.
func side2(fromClient bool) int {
	if fromClient {
		return 0
	}
	return 1
}

// End ends one side of a stream.
func (q *frames2) End(fromClient bool, stream uint32) {
	d := (*dialogue)(q)
	e := d.streams[stream]
	if e == nil {
		return
	}
	m := e.of(fromClient)
	m.Complete = m.Missing == 0 && !m.HeadLost
	if fromClient {
		e.asked = true
	} else {
		e.answered = true
	}
	if e.asked && e.answered {
		d.finish(e)
	}
}

// Reset ends a stream.
func (q *frames2) Reset(fromClient bool, stream uint32, code uint32) {
	d := (*dialogue)(q)
	if e := d.streams[stream]; e != nil {
		d.cancel(e, "reset")
	}
}

// mostGoaways is how many of a connection are looked at. Who ends one in good order sends two
// (RFC 9113, 6.8), and each is held against all streams.
const mostGoaways = 16

// Goaway ends the streams that the other side has not looked at (RFC 9113, 6.8).
func (q *frames2) Goaway(fromClient bool, last uint32, code uint32) {
	d := (*dialogue)(q)
	if d.goaways++; d.goaways > mostGoaways {
		return
	}
	for e := d.pending.first; e != nil; {
		next := e.after
		mine := e.StreamID%2 == 1 == !fromClient // begun by who is told
		if e.Multiplexed && mine && e.StreamID > last && e.Status == 0 {
			d.cancel(e, "goaway")
		}
		e = next
	}
}

// cancel ends the exchange of a stream before it is complete, or when all that
// matters was said.
func (d *dialogue) cancel(e *pending, reason string) {
	switch {
	case e.Status == 0 && !e.Response.HeadLost:
		e.Outcome, e.EndReason = Aborted, reason
	case !e.Response.Complete:
		e.EndReason = reason
	}
	d.finish(e)
}

// Lost counts a gap. Whose bytes they were is known where it lies in one frame.
func (q *frames2) Lost(fromClient bool, l http2.Loss) {
	d := (*dialogue)(q)
	e := d.streams[l.Stream]
	if e == nil {
		return
	}
	e.of(fromClient).Missing += l.Bytes
	if l.Content > 0 {
		d.by.to.BodyGap(&e.Exchange, fromClient, l.Content)
	}
	if e.messages != nil {
		e.messages[side2(fromClient)].Gap(l.Content)
	}
}
