package correlate

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/correlate/tracecontext"
	"github.com/pcappipe/pcappipe/record"
)

// A scripted exchange is one of a script, which has a line for each: its name, who asks whom, when, and what
// headers tell: "2.1 B>C 10-50 span=s2 from=s1". Hosts are letters; a client's port is
// its flow's number unless it stands behind the letter. Without a time it is untimed.
type scripted struct {
	e  Exchange
	of ExchangeOf
}

func scriptedExchange(t testing.TB, line string) scripted {
	t.Helper()
	words := strings.Fields(line)
	var s scripted
	if _, err := fmt.Sscanf(words[0], "%d.%d", &s.of.Flow, &s.e.Number); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	client, server, _ := strings.Cut(words[1], ">")
	s.of.ClientAddress, s.of.ClientPort = scriptedEnd(t, client, uint16(s.of.Flow))
	s.of.ServerAddress, s.of.ServerPort = scriptedEnd(t, server, 80)
	c := tracecontext.Context{TraceID: "t"}
	for _, word := range words[2:] {
		name, value, named := strings.Cut(word, "=")
		switch {
		case !named:
			if _, err := fmt.Sscanf(word, "%d-%d", &s.e.Start, &s.e.Last); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			s.e.Timed = true
		case name == "trace":
			c.TraceID = value
		case name == "span":
			c.SpanID = value
		case name == "from":
			c.ParentID = value
		default:
			t.Fatalf("%s: what is %s?", line, name)
		}
	}
	s.e.Trace = []tracecontext.Context{c}
	return s
}

func scriptedEnd(t testing.TB, end string, port uint16) ([]byte, uint16) {
	t.Helper()
	host, digits, named := strings.Cut(end, ":")
	if named {
		n, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		port = uint16(n)
	}
	return []byte{10, 0, 0, host[0] - 'A' + 1}, port
}

// scriptedTrace returns the trace of a script's exchanges.
func scriptedTrace(t testing.TB, script string) *Trace {
	t.Helper()
	traces := NewTraces(TracesConfig{})
	for line := range strings.Lines(script) {
		if strings.TrimSpace(line) != "" {
			s := scriptedExchange(t, line)
			traces.Add(&s.e, &s.of, 0)
		}
	}
	trace := traces.Remaining()
	if traces.Remaining() != nil {
		t.Error("there are several traces")
	}
	return trace
}

// treeText draws a trace's tree: an exchange a line, below its parent and further in.
func treeText(t testing.TB, trace *Trace) string {
	t.Helper()
	var row record.Row
	trace.Row(&row)
	if err := row.Check(); err != nil {
		t.Error(err)
	}
	var b strings.Builder
	for _, x := range trace.tree() {
		fmt.Fprintf(&b, "%s%d.%d", strings.Repeat("  ", x.depth), x.flow, x.number)
		if x.parent >= 0 {
			fmt.Fprintf(&b, " %s", x.by)
		}
		if x.timed {
			fmt.Fprintf(&b, " self %d", x.self)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
