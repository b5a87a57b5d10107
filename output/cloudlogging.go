package output

import (
	"bytes"

	"github.com/pcappipe/pcappipe/record"
)

// A cloudLogging encoder writes JSON Lines for Google Cloud Logging: before a
// record's own fields stand those that Cloud Logging's agents take out of a line to
// make a LogEntry of it. What an entry says is gathered from the record's fields by
// their names; what the record does not have, its entry has not.
type cloudLogging struct {
	gathering
	lines   *jsonl // the record's own fields
	head    []byte // {"record":"frame",
	kind    string
	project []byte // projects/NAME/traces/ as it stands in a JSON string; empty where no project is named
	alone   bool
}

func newCloudLogging(s selection) Encoder {
	e := &cloudLogging{gathering: newGathering(s.schema), lines: newJSONL(s).(*jsonl), kind: s.schema.Kind, alone: s.alone}
	e.head, e.lines.head = e.lines.head, nil
	if s.project != "" {
		e.project = append(e.project, "projects/"...)
		e.project, _ = appendText(e.project, []byte(s.project))
		e.project = append(e.project, "/traces/"...)
	}
	return e
}

// Begin adds nothing: every line stands for itself.
func (e *cloudLogging) Begin(dst []byte) []byte { return dst }

// End adds nothing.
func (e *cloudLogging) End(dst []byte) []byte { return dst }

// Append adds one record as a line.
func (e *cloudLogging) Append(dst []byte, r *record.Row) []byte {
	e.take(r)
	dst = append(dst, e.head...)
	dst = e.timestamp(dst)
	dst = append(append(append(dst, `"severity":"`...), e.severity()...), `",`...)
	dst = append(e.message(append(dst, `"message":"`...)), `",`...)
	if e.kind == "exchange" {
		dst = e.request(dst)
	}
	dst = e.labels(dst)
	dst = e.operation(dst)
	dst = e.trace(dst)
	return e.lines.Append(dst, r)
}

// timestamp adds when it was, as protobuf counts: from the second below.
func (e *cloudLogging) timestamp(dst []byte) []byte {
	if !e.has(termTime) {
		return dst
	}
	nanos := int64(e.number(termTime))
	second, rest := nanos/1e9, nanos%1e9
	if rest < 0 {
		second, rest = second-1, rest+1e9
	}
	dst = appendInt(append(dst, `"timestamp":{"seconds":`...), second)
	return append(appendInt(append(dst, `,"nanos":`...), rest), `},`...)
}

// severity returns how bad it is. ERROR: a fault, a status that blames the server, a
// ledger that does not balance. WARNING: a request without a response, a status that blames the
// client, something that is missing. INFO: all else.
func (e *cloudLogging) severity() string {
	status := e.number(termStatus)
	switch {
	case e.has(termFault), e.has(termFaultReason), status >= 500, e.denied(termBalances):
		return "ERROR"
	case e.kind == "exchange" && string(e.bytes(termOutcome)) != "responded", status >= 400,
		e.denied(termComplete), e.number(termMissed) > 0, e.has(termDamage), e.number(termInterrupted) > 0:
		return "WARNING"
	}
	return "INFO"
}

// denied says whether a truth is there and is false.
func (e *cloudLogging) denied(t term) bool { return e.has(t) && e.number(t) == 0 }

// labels adds by what entries are to be found that are of several operations.
func (e *cloudLogging) labels(dst []byte) []byte {
	dst = append(dst, `"logging.googleapis.com/labels":{"tool":"pcappipe","record":"`...)
	dst, _ = appendText(dst, []byte(e.kind))
	dst = append(dst, '"')
	if e.has(termFlow) {
		dst = append(appendUint(append(dst, `,"flow":"`...), e.number(termFlow)), '"')
	}
	if e.has(termFile) {
		dst = append(e.text(append(dst, `,"file":"`...), termFile), '"')
	}
	if e.has(termInterface) {
		dst = append(appendUint(append(dst, `,"interface":"`...), e.number(termInterface)), '"')
	}
	return append(dst, '}', ',')
}

// operation adds what the entry is a part of: an exchange is one of its own, which
// begins and ends with its entry; all else is of a flow, whose own record comes last.
func (e *cloudLogging) operation(dst []byte) []byte {
	const begin, end = `"logging.googleapis.com/operation":{"id":"`, `","producer":"pcappipe"`
	switch {
	case e.kind == "exchange" && e.has(termExchange):
		dst = e.text(append(append(dst, begin...), "exchange/"...), termExchange)
		return append(append(dst, end...), `,"first":true,"last":true},`...)
	case !e.has(termFlow):
		return dst
	}
	dst = append(appendUint(append(append(dst, begin...), "flow/"...), e.number(termFlow)), end...)
	if e.kind == "flow" {
		if e.alone {
			dst = append(dst, `,"first":true`...)
		}
		dst = append(dst, `,"last":true`...)
	}
	return append(dst, '}', ',')
}

// trace adds the trace: under its project where one is named and the id is one that a project's
// trace can have. The span is added where it is of this trace and has the form that is asked for. Whether it
// is sampled is never guessed.
func (e *cloudLogging) trace(dst []byte) []byte {
	if !e.has(termTrace) {
		return dst
	}
	dst = append(dst, `"logging.googleapis.com/trace":"`...)
	if hexID(e.bytes(termTrace), 32) {
		dst = append(dst, e.project...)
	}
	dst = append(e.text(dst, termTrace), '"', ',')
	if e.counts[termTrace] == 1 && e.counts[termSpan] == 1 && hexID(e.bytes(termSpan), 16) {
		dst = append(e.text(append(dst, `"logging.googleapis.com/spanId":"`...), termSpan), '"', ',')
	}
	if !e.has(termSampled) {
		return dst
	}
	if e.number(termSampled) != 0 {
		return append(dst, `"logging.googleapis.com/trace_sampled":true,`...)
	}
	return append(dst, `"logging.googleapis.com/trace_sampled":false,`...)
}

// hexID says whether an id has so many digits, in lower case.
func hexID(id []byte, digits int) bool {
	return len(id) == digits && len(bytes.Trim(id, "0123456789abcdef")) == 0
}

// text adds a term that is a text.
func (e *cloudLogging) text(dst []byte, t term) []byte {
	dst, _ = appendText(dst, e.bytes(t))
	return dst
}
