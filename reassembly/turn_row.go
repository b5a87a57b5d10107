package reassembly

import "github.com/pcappipe/pcappipe/record"

// Fields of a turn record, in the order in which they are written.
const (
	turnFlow = iota
	turnUID
	turnDirection
	turnStart
	turnEnd
	turnAck
	turnFrames
	turnFramesTruncated
	turnGaps
	turnGapsTruncated
	turnComplete
	turnPayload
	turnPayloadTruncated
)

const streamSource = "pcappipe"

var turnLayer = &record.Layer{Fields: []record.Field{
	turnFlow:             {Name: "flow", Type: record.Uint, Source: streamSource, Doc: "number of the flow"},
	turnUID:              {Name: "uid", Type: record.Text, Source: streamSource, Doc: "name of the flow"},
	turnDirection:        {Name: "direction", Type: record.Text, Source: streamSource, Doc: "who sent it: orig or resp"},
	turnStart:            {Name: "start", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "offset of its first byte in the stream"},
	turnEnd:              {Name: "end", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "offset after its last byte"},
	turnAck:              {Name: "ack", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "how much of the other stream its sender had acknowledged; a FIN counts one"},
	turnFrames:           {Name: "frames", Type: record.Uint, Repeats: true, Source: streamSource, Doc: "numbers of the frames that brought its bytes, in the order of the bytes, at most 1,024"},
	turnFramesTruncated:  {Name: "frames_truncated", Type: record.Bool, Source: streamSource, Doc: "there were more frames"},
	turnGaps:             {Name: "gaps", Type: record.Range, Repeats: true, Unit: "bytes", Source: streamSource, Doc: "what of it was never seen, at most 256 ranges of offsets in the stream"},
	turnGapsTruncated:    {Name: "gaps_truncated", Type: record.Bool, Source: streamSource, Doc: "there were more gaps"},
	turnComplete:         {Name: "complete", Type: record.Bool, Source: streamSource, Doc: "all of it was seen"},
	turnPayload:          {Name: "payload", Type: record.Bytes, Source: streamSource, Doc: "its bytes, without what was never seen, at most 1 MiB"},
	turnPayloadTruncated: {Name: "payload_truncated", Type: record.Bool, Source: streamSource, Doc: "there were more bytes"},
}}

// TurnSchema is what a turn record holds.
var TurnSchema = record.NewSchema("turn", "what one side of a TCP connection sent until it had learned more of the other", turnLayer)

// Row fills a row with the turn's record: which flow it is of, whether the flow's
// originator sent it, and whether the payload is asked for.
func (t *Turn) Row(row *record.Row, flow uint64, uid string, originator, payload bool) {
	row.Begin(TurnSchema, nil)
	row.Open(turnLayer)
	row.Uint(turnFlow, flow)
	row.String(turnUID, uid)
	row.String(turnDirection, directionName(originator))
	row.Uint(turnStart, t.Start)
	row.Uint(turnEnd, t.End)
	if t.AckKnown {
		row.Uint(turnAck, t.Ack)
	}
	for _, frame := range t.Frames {
		row.Uint(turnFrames, frame)
	}
	truncated(row, turnFramesTruncated, t.FramesTruncated)
	for _, g := range t.Gaps {
		row.Range(turnGaps, g.Start, g.End)
	}
	truncated(row, turnGapsTruncated, t.GapsTruncated)
	row.Bool(turnComplete, t.Complete())
	if payload {
		row.Own(turnPayload, t.Payload)
		truncated(row, turnPayloadTruncated, t.PayloadTruncated)
	}
	row.Close()
}

// directionName says who sends.
func directionName(originator bool) string {
	if originator {
		return "orig"
	}
	return "resp"
}

// truncated says that a list is longer than what the record has of it.
func truncated(row *record.Row, field int, is bool) {
	if is {
		row.Bool(field, true)
	}
}
