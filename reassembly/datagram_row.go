package reassembly

import (
	"slices"

	"github.com/pcappipe/pcappipe/record"
)

// Fields of a datagram record, in the order in which they are written.
const (
	datagramVersion = iota
	datagramSrc
	datagramDst
	datagramID
	datagramProto
	datagramComplete
	datagramLength
	datagramFrames
	datagramFramesTruncated
	datagramOverlap
	datagramHoles
	datagramCut
	datagramBeyond
	datagramEnds
	datagramOutcome
	datagramConflictsTruncated
	datagramPayload
)

const datagramSource = "pcappipe"

var datagramLayer = &record.Layer{Fields: []record.Field{
	datagramVersion:            {Name: "ip.version", Type: record.Uint, Source: "RFC 791, RFC 8200", Doc: "version of IP"},
	datagramSrc:                {Name: "src", Type: record.Address, Source: "RFC 791, RFC 8200", Doc: "address of the sender"},
	datagramDst:                {Name: "dst", Type: record.Address, Source: "RFC 791, RFC 8200", Doc: "address of the receiver"},
	datagramID:                 {Name: "id", Type: record.Uint, Source: "RFC 791, RFC 8200", Doc: "identification"},
	datagramProto:              {Name: "proto", Type: record.Uint, Source: "RFC 791, RFC 8200", Doc: "protocol of the payload; IPv6: as the first fragment says"},
	datagramComplete:           {Name: "complete", Type: record.Bool, Source: datagramSource, Doc: "whether there is no hole in it"},
	datagramLength:             {Name: "length", Type: record.Uint, Unit: "bytes", Source: datagramSource, Doc: "payload, without the IP header; as far as fragments reach when the last was not seen"},
	datagramFrames:             {Name: "frames", Type: record.Uint, Repeats: true, Source: datagramSource, Doc: "numbers of the fragments' frames, in order of arrival; at most 1,024"},
	datagramFramesTruncated:    {Name: "frames_truncated", Type: record.Bool, Source: datagramSource, Doc: "there are more frames"},
	datagramOverlap:            {Name: "overlap", Type: record.Text, Source: datagramSource, Doc: "whether bytes came more than once: none identical conflict"},
	datagramHoles:              {Name: "holes", Type: record.Range, Repeats: true, Unit: "bytes", Source: datagramSource, Doc: "what is missing, each from its first byte to the one behind it"},
	datagramCut:                {Name: "cut", Type: record.Uint, Unit: "bytes", Source: datagramSource, Doc: "bytes that fragments announce and the capture cut off"},
	datagramBeyond:             {Name: "beyond", Type: record.Uint, Unit: "bytes", Source: datagramSource, Doc: "bytes behind the end, which are left out"},
	datagramEnds:               {Name: "ends", Type: record.Uint, Source: datagramSource, Doc: "last fragments that put the end elsewhere than the first of them"},
	datagramOutcome:            {Name: "outcome", Type: record.Text, Source: datagramSource, Doc: "how it ended: complete timeout evicted overlapped refused end"},
	datagramConflictsTruncated: {Name: "conflicts_truncated", Type: record.Bool, Source: datagramSource, Doc: "there are more conflicts than the 16 that are listed"},
	datagramPayload:            {Name: "payload", Type: record.Bytes, Source: datagramSource, Doc: "the payload; with holes, the bytes that there are, in order"},
}}

// Fields of a conflict.
const (
	datagramConflictStart = iota
	datagramConflictEnd
	datagramConflictFrame
	datagramConflictKept
	datagramConflictDropped
)

var datagramConflictLayer = &record.Layer{Key: "conflicts", Repeats: true, Fields: []record.Field{
	datagramConflictStart:   {Name: "conflicts.start", Type: record.Uint, Unit: "bytes", Source: datagramSource, Doc: "where the bytes begin that came twice and differ"},
	datagramConflictEnd:     {Name: "conflicts.end", Type: record.Uint, Unit: "bytes", Source: datagramSource, Doc: "the byte behind them"},
	datagramConflictFrame:   {Name: "conflicts.frame", Type: record.Uint, Source: datagramSource, Doc: "number of the frame that came later"},
	datagramConflictKept:    {Name: "conflicts.kept", Type: record.Bytes, Source: datagramSource, Doc: "SHA-256 of the bytes that were kept; IPv6: that came first, none is kept"},
	datagramConflictDropped: {Name: "conflicts.dropped", Type: record.Bytes, Source: datagramSource, Doc: "SHA-256 of the others"},
}}

// DatagramSchema is what a datagram record holds.
var DatagramSchema = record.NewSchema("datagram", "an IP datagram that came in fragments, whole or as far as it came", datagramLayer, datagramConflictLayer)

// maxDatagramFrames is how many frames a record lists.
const maxDatagramFrames = 1024

// Row fills a row with the datagram's record.
func (g *Datagram) Row(row *record.Row, payload bool) {
	row.Begin(DatagramSchema, nil)
	row.Open(datagramLayer)
	g.identity(row)
	g.content(row)
	row.String(datagramOutcome, g.Outcome.String())
	if int(g.ConflictCount) > len(g.Conflicts) {
		row.Bool(datagramConflictsTruncated, true)
	}
	if payload {
		row.Own(datagramPayload, g.Payload())
	}
	row.Close()
	for i := range g.Conflicts {
		g.Conflicts[i].row(row)
	}
}

// identity adds which datagram it is.
func (g *Datagram) identity(row *record.Row) {
	n, proto := 4, g.Key.Proto
	if g.Key.Version == 6 {
		n, proto = 16, g.Next
	}
	row.Uint(datagramVersion, uint64(g.Key.Version))
	row.Own(datagramSrc, g.Key.Src[:n])
	row.Own(datagramDst, g.Key.Dst[:n])
	row.Uint(datagramID, uint64(g.Key.ID))
	row.Uint(datagramProto, uint64(proto))
}

// content adds what there was of it.
func (g *Datagram) content(row *record.Row) {
	row.Bool(datagramComplete, g.Outcome == Complete)
	row.Uint(datagramLength, uint64(g.Length))
	frames := min(len(g.Parts), maxDatagramFrames)
	row.Values = slices.Grow(row.Values, frames)
	for i := range g.Parts[:frames] {
		row.Uint(datagramFrames, g.Parts[i].Frame)
	}
	if len(g.Parts) > frames {
		row.Bool(datagramFramesTruncated, true)
	}
	row.String(datagramOverlap, g.Overlap.String())
	for start, end := range g.Holes() {
		row.Range(datagramHoles, uint64(start), uint64(end))
	}
	for _, count := range [...]struct {
		field int
		n     uint32
	}{{datagramCut, g.Cut}, {datagramBeyond, g.Beyond}, {datagramEnds, g.Ends}} {
		if count.n > 0 {
			row.Uint(count.field, uint64(count.n))
		}
	}
}

// row adds a conflict.
func (c *FragmentConflict) row(row *record.Row) {
	row.Open(datagramConflictLayer)
	row.Uint(datagramConflictStart, uint64(c.Start))
	row.Uint(datagramConflictEnd, uint64(c.End))
	row.Uint(datagramConflictFrame, c.Frame)
	row.Own(datagramConflictKept, c.Kept[:])
	row.Own(datagramConflictDropped, c.Dropped[:])
	row.Close()
}
