package reassembly

import "github.com/pcappipe/pcappipe/record"

// Fields of a stream record, in the order in which they are written.
const (
	streamFlow = iota
	streamUID
	streamDirection
	streamLength
	streamDelivered
	streamGaps
	streamGapsTruncated
	streamMissed
	streamGivenUp
	streamDuplicate
	streamConflicting
	streamOutOfWindow
	streamAfterClose
	streamEvicted
	streamCut
	streamSHA256
	streamEndReason
	streamFile
	streamFileTruncated
	streamConflictsTruncated
)

// Fields of one of its conflicts.
const (
	streamConflictStart = iota
	streamConflictEnd
	streamConflictFrame
	streamConflictKept
	streamConflictDropped
)

var (
	streamLayer = &record.Layer{Fields: []record.Field{
		streamFlow:               {Name: "flow", Type: record.Uint, Source: streamSource, Doc: "number of the flow"},
		streamUID:                {Name: "uid", Type: record.Text, Source: streamSource, Doc: "name of the flow"},
		streamDirection:          {Name: "direction", Type: record.Text, Source: streamSource, Doc: "who sent it: orig or resp"},
		streamLength:             {Name: "length", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "highest offset known of, what was never seen included"},
		streamDelivered:          {Name: "delivered", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "bytes of the stream that were seen"},
		streamGaps:               {Name: "gaps", Type: record.Range, Repeats: true, Unit: "bytes", Source: streamSource, Doc: "what was never seen, at most 256 ranges of offsets"},
		streamGapsTruncated:      {Name: "gaps_truncated", Type: record.Bool, Source: streamSource, Doc: "there were more gaps"},
		streamMissed:             {Name: "missed", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "bytes that were never seen, or not in time"},
		streamGivenUp:            {Name: "given_up", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "of the bytes missed, those that were not waited for any longer, because too much waited behind them (--memory)"},
		streamDuplicate:          {Name: "duplicate", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "bytes that came again"},
		streamConflicting:        {Name: "conflicting", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "bytes that came again and differed"},
		streamOutOfWindow:        {Name: "out_of_window", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "bytes before the beginning, too far ahead, too late, or of a SYN or RST that does not belong to the stream"},
		streamAfterClose:         {Name: "after_close", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "bytes beyond a FIN or RST"},
		streamEvicted:            {Name: "evicted", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "bytes given up for want of memory"},
		streamCut:                {Name: "cut", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "bytes that were announced and not captured"},
		streamSHA256:             {Name: "sha256", Type: record.Bytes, Source: "FIPS 180-4", Doc: "SHA-256 of the bytes delivered"},
		streamEndReason:          {Name: "end_reason", Type: record.Text, Source: streamSource, Doc: "why the flow is over, as in its record"},
		streamFile:               {Name: "file", Type: record.Text, Source: streamSource, Doc: "name of the file of its bytes in the directory of --streams, if it has any"},
		streamFileTruncated:      {Name: "file_truncated", Type: record.Bool, Source: streamSource, Doc: "the file ends before the stream does"},
		streamConflictsTruncated: {Name: "conflicts_truncated", Type: record.Bool, Source: streamSource, Doc: "there were more conflicts"},
	}}
	streamConflictLayer = &record.Layer{Key: "conflicts", Repeats: true, Fields: []record.Field{
		streamConflictStart:   {Name: "conflicts.start", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "offset of the first byte that differs"},
		streamConflictEnd:     {Name: "conflicts.end", Type: record.Uint, Unit: "bytes", Source: streamSource, Doc: "offset after the last one"},
		streamConflictFrame:   {Name: "conflicts.frame", Type: record.Uint, Source: streamSource, Doc: "number of the frame that came later"},
		streamConflictKept:    {Name: "conflicts.kept", Type: record.Bytes, Source: "FIPS 180-4", Doc: "SHA-256 of the bytes in the version that was kept"},
		streamConflictDropped: {Name: "conflicts.dropped", Type: record.Bytes, Source: "FIPS 180-4", Doc: "SHA-256 of the bytes in the other version"},
	}}
)

// StreamSchema is what a stream record holds.
var StreamSchema = record.NewSchema("stream", "one direction of a TCP connection: how much there was, and what became of each byte", streamLayer, streamConflictLayer)

// StreamOf says what a stream's record has beside what is known of the stream.
type StreamOf struct {
	Flow          uint64 // number of its flow
	UID           string
	Originator    bool   // the flow's originator sent it
	End           string // why the flow is over
	SHA256        []byte // of the bytes delivered; nil: it is left out
	File          string // that has the bytes; "": there is none
	FileTruncated bool
}

// Row fills a row with the record of one direction.
func (s *Stats) Row(row *record.Row, of *StreamOf) {
	row.Begin(StreamSchema, nil)
	row.Open(streamLayer)
	row.Uint(streamFlow, of.Flow)
	row.String(streamUID, of.UID)
	row.String(streamDirection, directionName(of.Originator))
	row.Uint(streamLength, s.Length)
	row.Uint(streamDelivered, s.Delivered)
	for _, g := range s.Gaps {
		row.Range(streamGaps, g.Start, g.End)
	}
	truncated(row, streamGapsTruncated, s.GapCount > uint64(len(s.Gaps)))
	row.Uint(streamMissed, s.Missed)
	row.Uint(streamGivenUp, s.GivenUp)
	row.Uint(streamDuplicate, s.Duplicate)
	row.Uint(streamConflicting, s.Conflicting)
	row.Uint(streamOutOfWindow, s.OutOfWindow)
	row.Uint(streamAfterClose, s.AfterClose)
	row.Uint(streamEvicted, s.Evicted)
	row.Uint(streamCut, s.Cut)
	if of.SHA256 != nil {
		row.Own(streamSHA256, of.SHA256)
	}
	row.String(streamEndReason, of.End)
	if of.File != "" {
		row.String(streamFile, of.File)
	}
	truncated(row, streamFileTruncated, of.FileTruncated)
	truncated(row, streamConflictsTruncated, s.ConflictCount > uint64(len(s.Conflicts)))
	row.Close()
	for i := range s.Conflicts {
		s.Conflicts[i].row(row)
	}
}

// row adds the conflict to the stream's row.
func (c *Conflict) row(row *record.Row) {
	row.Open(streamConflictLayer)
	row.Uint(streamConflictStart, c.Start)
	row.Uint(streamConflictEnd, c.End)
	row.Uint(streamConflictFrame, c.Frame)
	row.Own(streamConflictKept, c.Kept[:])
	row.Own(streamConflictDropped, c.Dropped[:])
	row.Close()
}
