package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/reassembly"
)

const (
	// mostStacks bounds the protocol tree: what is crafted to have more is counted together.
	mostStacks = 4096
	// mostTalkers is how many of the largest flows the summary names.
	mostTalkers = 10
)

// An account is what a run has read, found and written so far. Trips come to it in order.
type account struct {
	Summary
	stacks map[string]int          // path to its place in Summary.Stacks
	links  map[frame.LinkType]bool // those of the last input
}

func newAccount() *account {
	return &account{
		Summary: Summary{
			Records: make(map[string]uint64),
			Ledger:  Ledger{Faults: make(map[string]uint64), Unknowns: make(map[string]uint64)},
		},
		stacks: make(map[string]int),
		links:  make(map[frame.LinkType]bool),
	}
}

// add takes what a trip has brought.
func (a *account) add(t *trip) {
	if t.File != nil {
		a.input(t)
	}
	s, l := &t.sums, &a.Ledger
	a.Frames += uint64(len(t.Frames))
	a.Bytes += s.captured
	a.WireBytes += s.wire
	if s.timed {
		if !a.Timed {
			a.First, a.Last, a.Timed = s.first, s.last, true
		}
		a.First, a.Last = min(a.First, s.first), max(a.Last, s.last)
	}
	l.Decoded += s.status[decoder.Decoded]
	l.Faulty += s.status[decoder.Faulty]
	l.Filtered += s.status[decoder.Filtered]
	l.Unknown += s.status[decoder.Unknown]
	l.Fragments += s.fragments
	for _, f := range s.faults.list {
		l.Faults[fmt.Sprintf("%v: %v", f.key.proto, f.key.reason)] += f.n
	}
	for _, u := range s.undecoded.list {
		l.Unknowns[fmt.Sprintf("link type %d", u.key)] += u.n
	}
	a.addStacks(t.found.Stacks)
	a.addEnds(t.ends)
	a.addDatagrams(t)
	l.LateLabels += t.late
	for i := range t.exchanges {
		*a.Exchanges.ended(t.exchanges[i].Outcome)++
	}
	for k, n := range t.records {
		if n > 0 {
			a.Records[kind(k).String()] += n
		}
	}
}

// input counts towards the file that the trip is of. Trips of one file come together.
func (a *account) input(t *trip) {
	n := len(a.Inputs)
	if n == 0 || a.Inputs[n-1].File != t.File {
		a.Inputs = append(a.Inputs, Input{File: t.File})
		clear(a.links)
		n++
	}
	in := &a.Inputs[n-1]
	in.Frames += uint64(len(t.Frames))
	if last := len(t.Frames) - 1; last >= 0 {
		in.Bytes = t.Base + int64(t.Frames[last].Start+t.Frames[last].Len)
	}
	for _, link := range t.sums.links.list {
		if !a.links[link.key] {
			a.links[link.key] = true
			in.Links = append(in.Links, link.key)
		}
	}
	if t.Damage != nil {
		if !errors.Is(t.Damage, capfile.ErrLarge) {
			in.Err = t.Damage
		}
		a.Damage = append(a.Damage, t.Damage)
	}
}

// addStacks adds to the protocol tree.
func (a *account) addStacks(stacks []decoder.Stack) {
	for _, s := range stacks {
		at, known := a.stacks[s.Path]
		if !known {
			if len(a.Stacks) == mostStacks {
				a.MoreStacks += s.Frames
				continue
			}
			at = len(a.Stacks)
			a.stacks[s.Path] = at
			a.Stacks = append(a.Stacks, decoder.Stack{Path: s.Path})
		}
		a.Stacks[at].Frames += s.Frames
		a.Stacks[at].Bytes += s.Bytes
	}
}

// addDatagrams accounts for the fragments of datagrams that are complete or were
// given up, and for what their TCP headers announce.
func (a *account) addDatagrams(t *trip) {
	if p := a.Ledger.Pieces; p != nil {
		p.Refused += t.sums.refused
		p.Alone += t.sums.alone
		for i := range t.datagrams {
			*p.outcome(t.datagrams[i].Outcome) += uint64(len(t.datagrams[i].Parts))
		}
	}
	if p := a.Ledger.TCP; p != nil {
		p.Announced += t.sums.payload
		for i := range t.datagrams {
			n := t.datagrams[i].lostPayload()
			p.Announced += n
			p.Incomplete += n
		}
	}
}

// outcome returns the count of fragments whose datagram came to this.
func (f *Fragments) outcome(o reassembly.Outcome) *uint64 {
	switch o {
	case reassembly.Complete:
		return &f.Reassembled
	case reassembly.TimedOut:
		return &f.TimedOut
	case reassembly.Evicted:
		return &f.Evicted
	case reassembly.Overlapped:
		return &f.Overlapped
	case reassembly.Refused:
		return &f.Refused
	}
	return &f.End
}

// addEnds counts the flows that have ended, and keeps the largest.
func (a *account) addEnds(ends []end) {
	f := &a.Flows
	for i := range ends {
		e := &ends[i]
		if !e.gone {
			continue
		}
		f.Total++
		*f.ended(e.reason)++
		if p := a.Ledger.TCP; p != nil && e.tcp != nil {
			p.add(&e.tcp.Connection)
		}
		c := &e.flow.State
		t := Talker{Flow: c.Number(), Packets: c.Packets(), Bytes: c.Bytes()}
		if n := len(a.Talkers); n == mostTalkers && !t.above(&a.Talkers[n-1]) {
			continue
		}
		t.Name = c.Label(e.key)
		at, _ := slices.BinarySearchFunc(a.Talkers, t, func(has, t Talker) int {
			if has.above(&t) {
				return -1
			}
			return 1
		})
		a.Talkers = slices.Insert(a.Talkers, at, t)
		a.Talkers = a.Talkers[:min(len(a.Talkers), mostTalkers)]
	}
}

// above orders flows by size; of equals, the earlier is above.
func (t *Talker) above(u *Talker) bool {
	return cmp.Or(cmp.Compare(t.Bytes, u.Bytes), cmp.Compare(u.Flow, t.Flow)) > 0
}

// ended returns the count of flows with this reason.
func (f *Flows) ended(reason conn.End) *uint64 {
	switch reason {
	case conn.Fin:
		return &f.Fin
	case conn.Rst:
		return &f.Rst
	case conn.Idle:
		return &f.Idle
	case conn.Reuse:
		return &f.Reuse
	case conn.Evicted:
		return &f.Evicted
	}
	return &f.End
}

// close completes the summary with what the source knows at its end.
// Of a file that --count cut off nothing is known behind the cut, and so not
// which interfaces it has.
func (a *account) close(source *capfile.Source, table bool, cut *frame.File) {
	a.Failed = append(a.Failed, source.Errors()...)
	for i := range a.Inputs {
		if in := &a.Inputs[i]; in.File != cut {
			in.Interfaces = source.Interfaces(in.File)
		}
	}
	a.others(source.Files())
	a.Skipped = source.Skipped()
	slices.SortFunc(a.Stacks, func(x, y decoder.Stack) int { return cmp.Compare(x.Path, y.Path) })
	a.Tracked = table
}

// others lists the inputs that brought no trip: before the last that did, they
// have no frames; behind it, they were not reached.
func (a *account) others(files []*frame.File) {
	n := 0 // inputs that are in their places
	for _, f := range files {
		if n == len(a.Inputs) {
			a.Unread = append(a.Unread, f.Path)
			continue
		}
		if a.Inputs[n].File != f {
			a.Inputs = slices.Insert(a.Inputs, n, Input{File: f})
		}
		n++
	}
}
