package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/pipeline"
)

// How much of a list the summary shows; what is left out is counted.
const (
	inputRows  = 10
	ifaceRows  = 10
	errorRows  = 20
	reasonRows = 20
)

// summaryText is the summary for a reader. It depends on the input and the
// options alone: how long the run took is said elsewhere.
func summaryText(s *pipeline.Summary) string {
	var b strings.Builder
	writeHead(&b, s)
	writeInputs(&b, s)
	writeTime(&b, s)
	writeProtocols(&b, s)
	writeFlows(&b, s)
	writeExchanges(&b, s)
	writeErrors(&b, "Not read", s.Failed)
	writeErrors(&b, "Damage", s.Damage)
	writeUnread(&b, s.Unread)
	writeRecords(&b, s)
	writeLedger(&b, &s.Ledger)
	return b.String()
}

func writeHead(b *strings.Builder, s *pipeline.Summary) {
	fmt.Fprintf(b, "%s, %s captured", count(s.Frames, "frame"), count(s.Bytes, "byte"))
	if s.WireBytes != s.Bytes {
		fmt.Fprintf(b, " of %s on the wire", grouped(s.WireBytes))
	}
	b.WriteString("\n")
	if s.Unwritten {
		fmt.Fprintf(b, "Ended after frame %s: the output failed.\n", grouped(s.Frames))
	}
	if s.Interrupted {
		fmt.Fprintf(b, "Interrupted after frame %s: what was complete by then is written.\n", grouped(s.Frames))
	}
}

func writeInputs(b *strings.Builder, s *pipeline.Summary) {
	if len(s.Inputs) == 0 {
		return
	}
	b.WriteString("\nInputs\n")
	t := table{align: "lllrl"}
	for i := range s.Inputs[:min(len(s.Inputs), inputRows)] {
		t.add(inputCells(&s.Inputs[i])...)
	}
	t.appendTo(b)
	writeMore(b, len(s.Inputs)-inputRows, "further input")
	writeInterfaces(b, s)
	if s.Skipped > 0 {
		fmt.Fprintf(b, "  %s in directories: no captures\n", count(uint64(s.Skipped), "further file"))
	}
}

// writeInterfaces names the interfaces that pcapng files say something of.
func writeInterfaces(b *strings.Builder, s *pipeline.Summary) {
	t, more := table{align: "lrll"}, 0
	for i := range s.Inputs {
		for _, n := range s.Inputs[i].Interfaces {
			switch {
			case n.Name == "" && n.Description == "" && !n.Counted:
			case len(t.rows) == ifaceRows:
				more++
			default:
				name, said := plain(cmp.Or(n.Name, n.Description)), ""
				if n.Name != "" && n.Description != "" {
					name += " (" + plain(n.Description) + ")"
				}
				if n.Counted {
					said = fmt.Sprintf("%s received, %s dropped", grouped(n.Received), grouped(n.Dropped))
				}
				t.add("interface", strconv.Itoa(n.Number), name, said)
			}
		}
	}
	t.appendTo(b)
	writeMore(b, more, "further interface")
}

func inputCells(in *pipeline.Input) []string {
	state := ""
	if in.Err != nil {
		state = "ended early: see Damage"
	}
	return []string{plain(in.File.Path), in.File.Format, linkNames(in.Links), count(in.Frames, "frame"), state}
}

func linkNames(links []frame.LinkType) string {
	names := make([]string, len(links))
	for i, l := range links {
		names[i] = linkName(l)
	}
	return strings.Join(names, ", ")
}

func writeTime(b *strings.Builder, s *pipeline.Summary) {
	if !s.Timed {
		return
	}
	span := uint64(s.Last - s.First)
	b.WriteString("\nTime, UTC\n")
	fmt.Fprintf(b, "  %s  first frame\n", moment(s.First))
	fmt.Fprintf(b, "  %s  last frame, %s s later\n", moment(s.Last), seconds(span))
	if span > 0 {
		in := float64(span) / 1e9
		fmt.Fprintf(b, "  on average %s/s and %s/s on the wire\n",
			scaled(float64(s.Frames)/in, "frames"), scaled(8*float64(s.WireBytes)/in, "bit"))
	}
}

func writeProtocols(b *strings.Builder, s *pipeline.Summary) {
	if len(s.Stacks) == 0 {
		return
	}
	all := s.MoreStacks
	for _, stack := range s.Stacks {
		all += stack.Frames
	}
	nodes := protocolTree(s.Stacks)
	shown := mostFrequent(nodes, treeRows)
	b.WriteString("\nProtocols\n")
	t := table{align: "lrrr"}
	t.add("", "frames", "%", "bytes")
	for _, n := range shown {
		t.add(strings.Repeat("  ", n.depth())+n.name(), grouped(n.frames), share(n.frames, all), grouped(n.bytes))
	}
	t.appendTo(b)
	writeMore(b, len(nodes)-len(shown), "less frequent one")
	if s.MoreStacks > 0 {
		fmt.Fprintf(b, "  %s of further stacks: too many to tell apart\n", count(s.MoreStacks, "frame"))
	}
}

func writeFlows(b *strings.Builder, s *pipeline.Summary) {
	f := &s.Flows
	if f.Total == 0 {
		return
	}
	fmt.Fprintf(b, "\nFlows\n  %s\n", count(f.Total, "flow"))
	var ends []string
	for _, end := range []struct {
		how string
		n   uint64
	}{{"FIN", f.Fin}, {"RST", f.Rst}, {"idle", f.Idle}, {"reuse", f.Reuse}, {"evicted", f.Evicted}, {"end of capture", f.End}} {
		if end.n > 0 {
			ends = append(ends, end.how+" "+grouped(end.n))
		}
	}
	fmt.Fprintf(b, "  ended: %s\n", strings.Join(ends, ", "))
	if len(s.Talkers) == 0 {
		return
	}
	b.WriteString("\nLargest flows\n")
	t := table{align: "rlrr"}
	t.add("flow", "", "packets", "bytes")
	for _, k := range s.Talkers {
		t.add(strconv.FormatUint(k.Flow, 10), k.Name, grouped(k.Packets), grouped(k.Bytes))
	}
	t.appendTo(b)
}

// writeExchanges says how many HTTP exchanges there were, where they were looked for.
func writeExchanges(b *strings.Builder, s *pipeline.Summary) {
	e := s.Exchanges
	if e == nil || e.Total() == 0 {
		return
	}
	fmt.Fprintf(b, "\nHTTP\n  %s\n", count(e.Total(), "exchange"))
	var ends []string
	for _, end := range []struct {
		how string
		n   uint64
	}{{"responded", e.Responded}, {"timeout", e.Timeout}, {"aborted", e.Aborted}, {"evicted", e.Evicted}} {
		if end.n > 0 {
			ends = append(ends, end.how+" "+grouped(end.n))
		}
	}
	fmt.Fprintf(b, "  ended: %s\n", strings.Join(ends, ", "))
	if s.Ledger.LateLabels > 0 {
		fmt.Fprintf(b, "  %s left before it was known which exchanges they take part in\n", count(s.Ledger.LateLabels, "frame"))
	}
	if s.TracesEvicted > 0 {
		fmt.Fprintf(b, "  %s closed early for want of memory\n", count(s.TracesEvicted, "trace"))
	}
}

// writeErrors lists what was wrong with the input.
func writeErrors(b *strings.Builder, title string, list []error) {
	if len(list) == 0 {
		return
	}
	b.WriteString("\n" + title + "\n")
	for _, err := range list[:min(len(list), errorRows)] {
		b.WriteString("  " + plain(err.Error()) + "\n")
	}
	writeMore(b, len(list)-errorRows, "further one")
}

// writeUnread names the inputs that the run did not come to: it was
// interrupted, had all the frames that were asked for, or --strict ended it.
func writeUnread(b *strings.Builder, paths []string) {
	if len(paths) == 0 {
		return
	}
	b.WriteString("\nNot reached\n")
	for _, path := range paths[:min(len(paths), inputRows)] {
		b.WriteString("  " + plain(path) + "\n")
	}
	writeMore(b, len(paths)-inputRows, "further input")
}

func writeRecords(b *strings.Builder, s *pipeline.Summary) {
	if len(s.Records) == 0 {
		return
	}
	b.WriteString("\nRecords written\n")
	t := table{align: "lr"}
	for _, kind := range slices.Sorted(maps.Keys(s.Records)) {
		t.add(kind, grouped(s.Records[kind]))
	}
	t.appendTo(b)
}

// writeLedger accounts for every frame. What does not add up says so.
func writeLedger(b *strings.Builder, l *pipeline.Ledger) {
	b.WriteString("\nLedger\n")
	t := table{align: "lr"}
	t.add("frames read", grouped(l.Read))
	t.add("= decoded", grouped(l.Decoded))
	t.add("+ decoded with a fault", grouped(l.Faulty))
	addReasons(&t, l.Faults)
	t.add("+ filtered", grouped(l.Filtered))
	t.add("+ not decodable", grouped(l.Unknown))
	addReasons(&t, l.Unknowns)
	addFragments(&t, l)
	addPayload(&t, l.TCP)
	t.appendTo(b)
	if !l.Balances() {
		b.WriteString("  THIS DOES NOT BALANCE: a fault in pcappipe\n")
	}
}

// An entry is a line of the ledger that says what became of something.
type entry struct {
	what string
	n    uint64
}

// addFragments accounts for IP fragments, where there are any.
func addFragments(t *table, l *pipeline.Ledger) {
	if l.Fragments == 0 {
		return
	}
	t.add("IP fragments", grouped(l.Fragments))
	if f := l.Pieces; f != nil {
		addEntries(t, []entry{
			{"reassembled", f.Reassembled}, {"timed out", f.TimedOut}, {"evicted", f.Evicted},
			{"overlapping, IPv6", f.Overlapped}, {"refused", f.Refused}, {"incomplete at the end", f.End}, {"left alone", f.Alone},
		})
	}
}

// addPayload accounts for the bytes of TCP, where streams were put together.
func addPayload(t *table, p *pipeline.Payload) {
	if p == nil {
		return
	}
	t.add("TCP payload bytes", grouped(p.Announced))
	addEntries(t, []entry{
		{"delivered", p.Delivered}, {"duplicate", p.Duplicate}, {"conflicting", p.Conflicting},
		{"out of window", p.OutOfWindow}, {"after close", p.AfterClose}, {"evicted", p.Evicted},
		{"cut by the snap length", p.Cut}, {"in incomplete datagrams", p.Incomplete}, {"still held at the end", p.Held},
	})
	if p.Missed > 0 {
		t.add("TCP bytes never seen", grouped(p.Missed))
		if p.GivenUp > 0 {
			t.add("    given up: too much waited behind them", grouped(p.GivenUp))
		}
	}
}

// addEntries adds the entries that count something, of which the first is always said.
func addEntries(t *table, entries []entry) {
	sign := "= "
	for i, e := range entries {
		if i == 0 || e.n > 0 {
			t.add(sign+e.what, grouped(e.n))
			sign = "+ "
		}
	}
}

// addReasons adds what a line of the ledger consists of, the most frequent first.
func addReasons(t *table, reasons map[string]uint64) {
	names := slices.SortedFunc(maps.Keys(reasons), func(a, b string) int {
		return cmp.Or(cmp.Compare(reasons[b], reasons[a]), cmp.Compare(a, b))
	})
	rest := uint64(0)
	for i, name := range names {
		if i < reasonRows {
			t.add("    "+plain(name), grouped(reasons[name]))
		} else {
			rest += reasons[name]
		}
	}
	if rest > 0 {
		t.add("    other reasons", grouped(rest))
	}
}

// writeMore says how many rows of a list are not shown.
func writeMore(b *strings.Builder, n int, what string) {
	if n > 0 {
		fmt.Fprintf(b, "  and %s\n", count(uint64(n), what))
	}
}

// count writes "1 frame", "2 frames".
func count(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return grouped(n) + " " + what + "s"
}
