package correlate

import (
	"math"
	"net/netip"
	"unicode/utf8"

	"github.com/pcappipe/pcappipe/correlate/tracecontext"
)

const (
	// traceHops is how many exchanges a trace keeps. More are counted.
	traceHops = 4096
	// hopText is how much a trace keeps of a path and a host: their beginnings, so that a tree of so
	// many exchanges is a record of 16 MiB at most. All of a path stands in its exchange's. Ids
	// that are longer are not looked at: those in hex have 16 digits, those of sw8 some 60 bytes.
	hopText = 128
)

// A Trace is the exchanges that told one trace id, over flows and files, in the
// order in which they were given. It belongs to whom it was returned to.
type Trace struct {
	ID          string
	Flow        uint64 // of the exchange that was first given
	Clock       int64  // the capture clock at the one that was last given
	Start, Last int64  // capture times of the first byte of all, and of the last
	Timed       bool   // Start and Last are known
	Truncated   uint64 // exchanges beyond those that it keeps
	Continued   bool   // a trace of this id was there before and is over
	End         TraceEnd

	hops    []hop
	sources uint64 // a bit for each tracecontext.Source that told the id
	charge  int64
	ordinal uint64 // among all traces, by their first exchanges
	place   int    // in the queue of Traces
}

// Len returns how many exchanges the trace keeps.
func (t *Trace) Len() int { return len(t.hops) }

// A TraceEnd is why a trace is over.
type TraceEnd uint8

const (
	TraceIdle    TraceEnd = iota // no exchange came for so long
	TraceEvicted                 // the memory ceiling was reached
	TraceClosed                  // the capture is over
)

func (e TraceEnd) String() string { return [...]string{"idle", "evicted", "end"}[e] }

// A hop is what a trace keeps of an exchange.
type hop struct {
	flow, number   uint64
	start, last    int64 // last is not before start
	client, server netip.AddrPort
	span, from     string // ids of the span that made the request, and of the one before; "" where none is told
	method         string
	host, path     string
	status         uint16
	outcome        Outcome
	timed          bool
}

// newHop returns what is kept of an exchange, in memory of its own, and how
// many bytes of text that is.
func newHop(e *Exchange, of *ExchangeOf) (h hop, size int) {
	host, _, _ := e.server(of)
	h = hop{
		flow: of.Flow, number: e.Number, start: e.Start, last: max(e.Start, e.Last), timed: e.Timed,
		client: addrPort(of.ClientAddress, of.ClientPort), server: addrPort(of.ServerAddress, of.ServerPort),
		host: beginning(host), path: beginning(e.Path),
		status: uint16(min(max(e.Status, 0), math.MaxUint16)), outcome: e.Outcome,
	}
	if e.Method != "" {
		h.method = knownMethod(e.Method)
	}
	h.span, h.from = spans(e.Trace)
	for _, id := range []*string{&h.span, &h.from} {
		if len(*id) > hopText {
			*id = ""
		}
	}
	return h, h.pack()
}

// appendID adds the exchange's name.
func (h *hop) appendID(dst []byte) []byte { return appendExchangeID(dst, h.flow, h.number) }

// pack moves the texts into one piece of memory and returns its size.
func (h *hop) pack() int {
	texts := []*string{&h.span, &h.from, &h.host, &h.path}
	all := h.span + h.from + h.host + h.path
	rest := all
	for _, s := range texts {
		*s, rest = rest[:len(*s)], rest[len(*s):]
	}
	return len(all)
}

// spans returns the ids of the span that made the request and of the one before
// it. The best source need not tell the latter: another that says the same does as well.
func spans(all []tracecontext.Context) (span, parent string) {
	span = all[0].SpanID
	for i := range all {
		c := &all[i]
		if c.ParentID != "" && c.SpanID == span && sameTrace(c.TraceID, all[0].TraceID) {
			return span, c.ParentID
		}
	}
	return span, ""
}

// beginning returns as much of a text as a hop keeps, and no part of a character.
func beginning(s string) string {
	if len(s) <= hopText {
		return s
	}
	for i := hopText; i > hopText-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			return s[:i]
		}
	}
	return s[:hopText]
}

func addrPort(address []byte, port uint16) netip.AddrPort {
	addr, _ := netip.AddrFromSlice(address)
	return netip.AddrPortFrom(addr, port)
}

// add gives the trace an exchange. It returns what that is charged.
func (t *Trace) add(e *Exchange, of *ExchangeOf) int64 {
	for i := range e.Trace {
		if e.Trace[i].TraceID == t.ID {
			t.sources |= 1 << e.Trace[i].Source
		}
	}
	if e.Timed {
		t.extend(e.Start, max(e.Start, e.Last))
	}
	if len(t.hops) == traceHops {
		t.Truncated++
		return 0
	}
	h, size := newHop(e, of)
	t.hops = append(t.hops, h)
	return hopCost + int64(size)
}

// extend makes the trace reach over this time too.
func (t *Trace) extend(start, last int64) {
	if t.Timed {
		start, last = min(start, t.Start), max(last, t.Last)
	}
	t.Start, t.Last, t.Timed = start, last, true
}
