package pipeline

import (
	"errors"
	"maps"
	"slices"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/record"
)

// The summary record's layers. A field's whole name begins with its layer's key.
var (
	runLayer = record.Layer{Fields: []record.Field{
		{Name: "frames", Unit: "frames", Doc: "Frames read."},
		{Name: "bytes", Unit: "bytes", Doc: "Captured bytes of these frames."},
		{Name: "wire_bytes", Unit: "bytes", Doc: "Bytes that they had on the wire."},
		{Name: "first", Type: record.Time, Doc: "Earliest capture time."},
		{Name: "last", Type: record.Time, Doc: "Latest capture time."},
		{Name: "interrupted", Type: record.Bool, Doc: "The run was ended before its input was."},
		{Name: "skipped", Unit: "files", Doc: "Files in directories that are no captures."},
		{Name: "unread", Type: record.Text, Repeats: true, Doc: "Inputs that the run did not come to: interrupted, all frames asked for, or --strict."},
	}}
	inputLayer = record.Layer{Key: "inputs", Repeats: true, Fields: []record.Field{
		{Name: "inputs.path", Type: record.Text, Doc: "The file as it was named; - is standard input."},
		{Name: "inputs.format", Type: record.Text, Doc: "Its format and compression."},
		{Name: "inputs.link_types", Repeats: true, Doc: "Link types of its frames (LINKTYPE_ values), as they were met."},
		{Name: "inputs.frames", Unit: "frames", Doc: "Frames read from it."},
		{Name: "inputs.bytes", Unit: "bytes", Doc: "Bytes read from it, decompressed."},
	}}
	interfaceLayer = record.Layer{Key: "interfaces", Repeats: true, Fields: []record.Field{
		{Name: "interfaces.section", Doc: "Which section of a pcapng file describes the interface, from 0."},
		{Name: "interfaces.number", Doc: "Its number in the section, as frame.interface_id has it."},
		{Name: "interfaces.link_type", Doc: "Its link type (LINKTYPE_ value)."},
		{Name: "interfaces.name", Type: record.Text, Doc: "Its name (if_name)."},
		{Name: "interfaces.description", Type: record.Text, Doc: "Its description (if_description)."},
		{Name: "interfaces.comment", Type: record.Text, Doc: "A comment on it (opt_comment)."},
		{Name: "interfaces.received", Unit: "packets", Doc: "Packets that it received, by its last statistics (isb_ifrecv)."},
		{Name: "interfaces.dropped", Unit: "packets", Doc: "Packets that it and the operating system dropped (isb_ifdrop, isb_osdrop)."},
	}}
	failedLayer = record.Layer{Key: "failed", Repeats: true, Fields: []record.Field{
		{Name: "failed.path", Type: record.Text, Doc: "An input that could not be opened or is no capture."},
		{Name: "failed.reason", Type: record.Text, Doc: "Why, or what it looks like."},
	}}
	protocolLayer = record.Layer{Key: "protocols", Repeats: true, Fields: []record.Field{
		{Name: "protocols.path", Type: record.Text, Doc: "A stack of protocols, as pcappipe.protocols of frame records."},
		{Name: "protocols.frames", Unit: "frames", Doc: "Frames that have just this stack."},
		{Name: "protocols.bytes", Unit: "bytes", Doc: "Captured bytes of these frames."},
	}}
	flowsLayer = record.Layer{Key: "flows", Fields: []record.Field{
		{Name: "flows.total", Doc: "Flows."},
		{Name: "flows.fin", Doc: "Flows that both ends closed."},
		{Name: "flows.rst", Doc: "Flows that an end reset."},
		{Name: "flows.idle", Doc: "Flows that ended after their idle time."},
		{Name: "flows.reuse", Doc: "Flows in whose place a new one of the same key began."},
		{Name: "flows.evicted", Doc: "Flows that were given up because the ceiling of --memory was reached."},
		{Name: "flows.end", Doc: "Flows that were open at the end of the capture."},
	}}
	exchangesLayer = record.Layer{Key: "exchanges", Fields: []record.Field{
		{Name: "exchanges.total", Doc: "HTTP exchanges, where they were looked for: the sum of the next four."},
		{Name: "exchanges.responded", Doc: "Exchanges whose final response began."},
		{Name: "exchanges.timeout", Doc: "Exchanges whose response did not come in time."},
		{Name: "exchanges.aborted", Doc: "Exchanges whose connection, stream or capture ended before the response."},
		{Name: "exchanges.evicted", Doc: "Exchanges that were given up because the ceiling of --memory was reached."},
		{Name: "exchanges.traces_evicted", Doc: "Traces that were closed early because a sixteenth of the ceiling of --memory was reached."},
	}}
	talkerLayer = record.Layer{Key: "largest", Repeats: true, Fields: []record.Field{
		{Name: "largest.flow", Doc: "Number of one of the largest flows."},
		{Name: "largest.name", Type: record.Text, Doc: "Its protocol and ends, originator first."},
		{Name: "largest.packets", Unit: "packets", Doc: "Its packets, both ways."},
		{Name: "largest.bytes", Unit: "bytes", Doc: "Their bytes, IP headers included."},
	}}
	damageLayer = record.Layer{Key: "damage", Repeats: true, Fields: []record.Field{
		{Name: "damage.file", Type: record.Text, Doc: "A file that is damaged or cut; everything before that was read."},
		{Name: "damage.offset", Unit: "bytes", Doc: "Where the record at fault begins in the (decompressed) file."},
		{Name: "damage.frame", Doc: "The number that its frame would have."},
		{Name: "damage.field", Type: record.Text, Doc: "What was being read there."},
		{Name: "damage.reason", Type: record.Text, Doc: "What is wrong with it."},
	}}
	ledgerLayer = record.Layer{Key: "ledger", Fields: []record.Field{
		{Name: "ledger.read", Unit: "frames", Doc: "Frames read: the sum of the next four."},
		{Name: "ledger.decoded", Unit: "frames", Doc: "Frames decoded to their innermost known layer."},
		{Name: "ledger.faulty", Unit: "frames", Doc: "Frames decoded until a fault."},
		{Name: "ledger.filtered", Unit: "frames", Doc: "Frames that --filter, --from or --to left out."},
		{Name: "ledger.unknown", Unit: "frames", Doc: "Frames that could not be decoded at all."},
		{Name: "ledger.fragments", Unit: "packets", Doc: "IP packets that are fragments, also those inside of what was put together: the sum of the next seven."},
		{Name: "ledger.fragments.reassembled", Unit: "packets", Doc: "Fragments of datagrams that became complete, copies among them."},
		{Name: "ledger.fragments.timeout", Unit: "packets", Doc: "Fragments whose datagram was not complete in time (60 s)."},
		{Name: "ledger.fragments.evicted", Unit: "packets", Doc: "Fragments that were given up because a quarter of the ceiling of --memory was reached."},
		{Name: "ledger.fragments.overlapped", Unit: "packets", Doc: "Fragments of IPv6 datagrams that overlapping fragments made void (RFC 5722)."},
		{Name: "ledger.fragments.refused", Unit: "packets", Doc: "Fragments that contradict themselves, or nest too deep."},
		{Name: "ledger.fragments.end", Unit: "packets", Doc: "Fragments whose datagram was not complete at the end of the capture."},
		{Name: "ledger.fragments.alone", Unit: "packets", Doc: "Fragments of a version of IP that was not to be put together."},
		{Name: "ledger.tcp.announced", Unit: "bytes", Doc: "Payload that TCP headers announce, with --tcp: the sum of the next nine."},
		{Name: "ledger.tcp.delivered", Unit: "bytes", Doc: "Bytes that streams handed on, wanted or not."},
		{Name: "ledger.tcp.duplicate", Unit: "bytes", Doc: "Bytes that had come before."},
		{Name: "ledger.tcp.conflicting", Unit: "bytes", Doc: "Bytes that differ from what had come before in their place, and lost against it."},
		{Name: "ledger.tcp.out_of_window", Unit: "bytes", Doc: "Bytes for what was passed over already, or absurdly far ahead."},
		{Name: "ledger.tcp.after_close", Unit: "bytes", Doc: "Bytes behind a FIN or a RST."},
		{Name: "ledger.tcp.evicted", Unit: "bytes", Doc: "Bytes out of order that were given up with their flow because the ceiling of --memory was reached."},
		{Name: "ledger.tcp.cut", Unit: "bytes", Doc: "Bytes that the capture cut off."},
		{Name: "ledger.tcp.incomplete", Unit: "bytes", Doc: "Bytes in IP datagrams that never were complete."},
		{Name: "ledger.tcp.held", Unit: "bytes", Doc: "Bytes out of order that were still kept at the end of the run."},
		{Name: "ledger.tcp.missed", Unit: "bytes", Doc: "Bytes of streams that were never seen, or not in time: gaps, which are apart from the sum."},
		{Name: "ledger.tcp.given_up", Unit: "bytes", Doc: "Of the bytes missed, those that were not waited for any longer, because too much waited behind them (--memory)."},
		{Name: "ledger.labels.late", Unit: "frames", Doc: "Frames whose record left before it was known which exchanges they take part in."},
		{Name: "ledger.balances", Type: record.Bool, Doc: "All is accounted for."},
	}}
	faultsLayer = record.Layer{Key: "faults", Repeats: true, Fields: []record.Field{
		{Name: "faults.reason", Type: record.Text, Doc: "A layer and what was wrong with it."},
		{Name: "faults.frames", Unit: "frames", Doc: "Faulty frames of this reason."},
	}}
	unknownsLayer = record.Layer{Key: "unknowns", Repeats: true, Fields: []record.Field{
		{Name: "unknowns.reason", Type: record.Text, Doc: "Why frames could not be decoded."},
		{Name: "unknowns.frames", Unit: "frames", Doc: "Frames of this reason."},
	}}
)

// SummarySchema is the summary record.
var SummarySchema = record.NewSchema("summary",
	"What a run read, found, lost and wrote: its last record.",
	&runLayer, &inputLayer, &interfaceLayer, &failedLayer, &protocolLayer, &flowsLayer, &exchangesLayer, &talkerLayer, &damageLayer,
	&ledgerLayer, &faultsLayer, &unknownsLayer,
)

// Row fills a row with the summary record.
func (s *Summary) Row(row *record.Row) {
	row.Begin(SummarySchema, nil)
	object(row, &runLayer, func() {
		numbers(row, s.Frames, s.Bytes, s.WireBytes)
		if s.Timed {
			row.Uint(3, uint64(s.First))
			row.Uint(4, uint64(s.Last))
		}
		row.Bool(5, s.Interrupted)
		row.Uint(6, uint64(s.Skipped))
		for _, path := range s.Unread {
			row.String(7, path)
		}
	})
	s.inputRows(row)
	for _, p := range s.Stacks {
		object(row, &protocolLayer, func() {
			row.String(0, p.Path)
			row.Uint(1, p.Frames)
			row.Uint(2, p.Bytes)
		})
	}
	if s.Tracked {
		s.flowRows(row)
	}
	for _, err := range s.Damage {
		object(row, &damageLayer, func() { damage(row, err) })
	}
	s.Ledger.row(row)
}

func (s *Summary) inputRows(row *record.Row) {
	for _, in := range s.Inputs {
		object(row, &inputLayer, func() {
			row.String(0, in.File.Path)
			row.String(1, in.File.Format)
			for _, link := range in.Links {
				row.Uint(2, uint64(link))
			}
			row.Uint(3, in.Frames)
			row.Uint(4, uint64(in.Bytes))
			for i := range in.Interfaces {
				object(row, &interfaceLayer, func() { interfaceRow(row, &in.Interfaces[i]) })
			}
		})
	}
	for _, err := range s.Failed {
		object(row, &failedLayer, func() {
			if e, ok := errors.AsType[*capfile.InputError](err); ok {
				row.String(0, e.Path)
				err = e.Err
			}
			row.String(1, err.Error())
		})
	}
}

func interfaceRow(row *record.Row, i *capfile.Interface) {
	numbers(row, uint64(i.Section), uint64(i.Number), uint64(i.Link))
	for n, text := range []string{i.Name, i.Description, i.Comment} {
		if text != "" {
			row.String(3+n, text)
		}
	}
	if i.Counted {
		row.Uint(6, i.Received)
		row.Uint(7, i.Dropped)
	}
}

func (s *Summary) flowRows(row *record.Row) {
	f := &s.Flows
	object(row, &flowsLayer, func() {
		numbers(row, f.Total, f.Fin, f.Rst, f.Idle, f.Reuse, f.Evicted, f.End)
	})
	if e := s.Exchanges; e != nil {
		object(row, &exchangesLayer, func() {
			numbers(row, e.Total(), e.Responded, e.Timeout, e.Aborted, e.Evicted, s.TracesEvicted)
		})
	}
	for _, t := range s.Talkers {
		object(row, &talkerLayer, func() {
			row.Uint(0, t.Flow)
			row.String(1, t.Name)
			row.Uint(2, t.Packets)
			row.Uint(3, t.Bytes)
		})
	}
}

func damage(row *record.Row, err error) {
	e, ok := errors.AsType[*capfile.FormatError](err)
	if !ok {
		row.String(4, err.Error())
		return
	}
	row.String(0, e.Path)
	row.Uint(1, uint64(e.Offset))
	row.Uint(2, e.Frame)
	row.String(3, e.Field)
	row.String(4, e.Err.Error())
}

func (l *Ledger) row(row *record.Row) {
	object(row, &ledgerLayer, func() {
		numbers(row, l.Read, l.Decoded, l.Faulty, l.Filtered, l.Unknown, l.Fragments)
		field := len(ledgerLayer.Fields) - 1
		row.Bool(field, l.Balances())
		if l.LateLabels > 0 {
			row.Uint(field-1, l.LateLabels)
		}
		if f := l.Pieces; f != nil {
			numbersFrom(row, 6, f.Reassembled, f.TimedOut, f.Evicted, f.Overlapped, f.Refused, f.End, f.Alone)
		}
		if p := l.TCP; p != nil {
			numbersFrom(row, 13, p.Announced, p.Delivered, p.Duplicate, p.Conflicting, p.OutOfWindow, p.AfterClose,
				p.Evicted, p.Cut, p.Incomplete, p.Held, p.Missed, p.GivenUp)
		}
		reasons(row, &faultsLayer, l.Faults)
		reasons(row, &unknownsLayer, l.Unknowns)
	})
}

// reasons adds an object for each reason, in the order of their texts.
func reasons(row *record.Row, layer *record.Layer, counts map[string]uint64) {
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		object(row, layer, func() {
			row.String(0, reason)
			row.Uint(1, counts[reason])
		})
	}
}

// object adds a layer with what f puts into it.
func object(row *record.Row, layer *record.Layer, f func()) {
	row.Open(layer)
	f()
	row.Close()
}

// numbers adds the layer's first fields.
func numbers(row *record.Row, values ...uint64) { numbersFrom(row, 0, values...) }

// numbersFrom adds fields from one of the layer's on.
func numbersFrom(row *record.Row, first int, values ...uint64) {
	for i, v := range values {
		row.Uint(first+i, v)
	}
}
