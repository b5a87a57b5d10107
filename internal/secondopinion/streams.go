package secondopinion

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CompareStreams compares all TCP connections of a capture that either side
// knows. bytes returns what a flow's ends sent, the lower end first; it is called
// where they differ.
func (s *Sheet) CompareStreams(ours, theirs []Duplex, bytes func(flow uint64) [2]Side) {
	a, b := byTalk(ours), byTalk(theirs)
	talks := maps.Clone(b)
	maps.Copy(talks, a)
	for _, talk := range slices.SortedFunc(maps.Keys(talks), Talk.Compare) {
		s.talk(talk, a[talk], b[talk], bytes)
	}
}

// byTalk sorts connections by their ends, and those of the same ends by their
// first frames. Of what tshark numbers and does not follow there are no ends.
func byTalk(list []Duplex) map[Talk][]Duplex {
	all := make(map[Talk][]Duplex)
	for _, d := range list {
		if d.Ends[0].IsValid() {
			all[d.Talk()] = append(all[d.Talk()], d)
		}
	}
	for _, same := range all {
		slices.SortStableFunc(same, func(a, b Duplex) int { return cmp.Compare(a.First, b.First) })
	}
	return all
}

// talk compares the connections of two ends: one by one where both sides have as
// many, else their bytes added up.
func (s *Sheet) talk(talk Talk, ours, theirs []Duplex, bytes func(uint64) [2]Side) {
	where := talk.String()
	s.Value(where, "connections", fmt.Sprint(len(ours)), fmt.Sprint(len(theirs)))
	if len(ours) == len(theirs) {
		for i := range ours {
			s.duplex(where, &ours[i], &theirs[i], bytes)
		}
		return
	}
	if len(ours) > 0 && len(theirs) > 0 {
		s.Value(where, "sums of bytes", sumBytes(talk, ours), sumBytes(talk, theirs))
		s.Apart("streams of connections that begin anew at other places: bytes were added up, nothing else compared", 2*len(theirs))
	}
}

func sumBytes(talk Talk, list []Duplex) string {
	var a, b uint64
	for i := range list {
		a += list[i].from(talk.A).Bytes
		b += list[i].other(talk.A).Bytes
	}
	return fmt.Sprint(a, b)
}

// duplex compares one connection: the lower end's stream first.
func (s *Sheet) duplex(where string, ours, theirs *Duplex, bytes func(uint64) [2]Side) {
	s.Value(where, "first frame", fmt.Sprint(ours.First), fmt.Sprint(theirs.First))
	talk := ours.Talk()
	for i, end := range []struct {
		name string
		of   func(*Duplex) *Side
	}{
		{talk.A.String() + " > " + talk.B.String(), func(d *Duplex) *Side { return d.from(talk.A) }},
		{talk.B.String() + " > " + talk.A.String(), func(d *Duplex) *Side { return d.other(talk.A) }},
	} {
		a, b := end.of(ours), end.of(theirs)
		name := fmt.Sprintf("stream %d %s", theirs.Number, end.name)
		if a.Notes != nil {
			name += " (" + strings.Join(a.Notes, ", ") + ")"
		}
		if a.Bytes > b.Bytes && a.hasGap(b.Bytes) {
			name += " (theirs ends before a gap)"
		}
		s.gaps(name, a, b)
		if a.same() != b.same() {
			marked := bytes(ours.Number)[i]
			name += " (" + parting(a, &marked, b) + ")"
		}
		s.Value(name, "bytes", a.same(), b.same())
	}
}

// gaps compares what was missing. What only the other end's acknowledgement
// tells of, behind the last byte, tshark does not follow.
func (s *Sheet) gaps(where string, ours, theirs *Side) {
	a, behind := ours.between()
	b, _ := theirs.between()
	s.Value(where, "gaps", a, b)
	if behind > 0 {
		s.Apart("gaps behind a stream's last byte, which tshark's follow does not have", 1)
	}
}
