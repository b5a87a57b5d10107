package bench

import (
	"fmt"
	"io"
	"strings"
)

// Text writes the report for a terminal.
func (r *Report) Text(to io.Writer) error {
	var b strings.Builder
	fmt.Fprintln(&b, r.about())
	part := func(title string, t *table) {
		if len(t.rows) > 0 {
			fmt.Fprintf(&b, "\n%s\n\n%s", title, t.text())
		}
	}
	part("Floors and peers (medians)", r.comparison(func(s Side) bool { return s != Ours }))
	part("pcappipe (medians)", r.comparison(func(s Side) bool { return s == Ours }))
	fmt.Fprintf(&b, "\n%s\n", r.footnotes())
	part("Not measured", r.absent())
	part("A frame where TCP segments are late, one worker, processor time", r.reordering())
	part("A frame with so many flows open, one worker, processor time", r.openFlows())
	part("A frame in a capture of this size, flows, wall time", r.sizes())
	part("Stages, ns a frame, all workers together; † in order by one", r.insides())
	part("Speed-up to expect, by cores", r.speedups())
	for _, p := range r.Profiles {
		part("Processor time by package, %: "+p.Job, shares(p.Packages))
	}
	part("Benchmarks of the stages", r.benchmarks())
	part("Targets", r.targets())
	_, err := io.WriteString(to, b.String())
	return err
}

// about says what was read where.
func (r *Report) about() string {
	k := r.Capture
	return fmt.Sprintf("%s MB, %s frames of %s bytes on average, %s flows\n%s\n%s, %d of what is slow; %s",
		megabytesOf(k.FileBytes), grouped(k.Frames), grouped(k.Bytes/max(1, k.Frames)), grouped(k.Flows),
		r.Machine, counted(r.Rounds, "round"), r.SlowRounds, r.Date)
}

// footnotes say how to read what stands in the tables of commands.
func (r *Report) footnotes() string {
	notes := []string{"tshark dissects far more protocols than pcappipe."}
	for i := range r.Results {
		if r.Results[i].partial(r) {
			notes = append(notes, "¹ Read the first part of the capture ("+r.parts()+"), in fewer rounds. "+
				"What it takes to start is taken off, the rest is scaled to all frames, and the start put on again. "+
				"This favours tshark, which slows down as it remembers more.")
			break
		}
	}
	if list := r.endings(); len(list) > 0 {
		notes = append(notes, "² "+strings.Join(list, "; ")+". No target rests on it.")
	}
	return strings.Join(notes, "\n")
}

// parts says how many frames were read by what reads only a part.
func (r *Report) parts() string {
	var list []string
	for i := range r.Results {
		if s := &r.Results[i]; s.partial(r) {
			list = append(list, fmt.Sprintf("%s: %s frames", s.Name, grouped(s.Frames)))
		}
	}
	return strings.Join(list, ", ")
}
