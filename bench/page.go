package bench

import (
	_ "embed"
	"fmt"
	"strings"
)

// notes is the part of the page that no measurement writes.
//
//go:embed notes.md
var notes string

// Page returns docs/performance.md.
func (r *Report) Page() string {
	var b strings.Builder
	say := func(text string) { b.WriteString(text + "\n\n") }
	part := func(title, text string, t *table) {
		if len(t.rows) > 0 {
			say("## " + title)
			if text != "" {
				say(text)
			}
			say(strings.TrimSuffix(t.markdown(), "\n"))
		}
	}
	say("# Performance")
	say("`make bench` measured this and wrote this page, [performance.json](performance.json) and [performance.svg](performance.svg). " +
		"Machines differ and are noisy: a figure counts only beside the others of this page, as a ratio.")
	say(r.where())
	say("![Time for the capture, by program; the cost of a frame by open flows; the speed-up to expect](performance.svg)")
	part("Targets", "Two workers unless another number is said. A ratio is one of wall times: the median of the ratios of each round.", r.targets())
	part("Beside others", "Medians of wall and processor time. Every command ran once a round, in an order of the round's own. "+
		"What is printed goes to /dev/null; files go to "+r.directory()+" that is the same for all, and emptied each time, outside of the time that is measured.",
		r.comparison(func(s Side) bool { return s != Ours }))
	part("pcappipe", "Where no engine is named, one worker is the default engine and more are the pipeline engine. "+
		"“One reader slices”: the capture is standard input, which cannot be cut.",
		r.comparison(func(s Side) bool { return s == Ours }))
	say(strings.ReplaceAll(r.footnotes(), "\n", "\n\n"))
	part("What was not measured", "", r.absent())
	part("Commands", "As they ran; DIR is the directory that is emptied.", r.commands())
	part("Reordering", fmt.Sprintf("Processor time of a frame, one worker, in captures of %d transfers side by side, in segments of %s bytes. "+
		"They differ in how many segments are made late, each behind 1 to %d of those that follow it; “reordered” are those that then come behind a later one (RFC 4737). "+
		"Flow records want no bytes of streams; stream records want all, for a SHA-256.",
		atOnce, grouped(fullPayload), mostOvertake), r.reordering())
	part("Open flows", "Processor time of a frame while so many TCP connections are open and visited at random, one worker, flow records as CSV. "+
		"The time to open the flows, each with a handshake and a full segment either way, to end them and to write their records is told apart. "+
		"With --tcp, --memory is "+openFlowsMemory+": what open connections cost is measured, and not what giving them up does.", r.openFlows())
	part("File size", "Wall time of a frame in the beginnings of the capture, flow records as CSV.", r.sizes())
	part("Stages", "Nanoseconds a frame, of all workers together, and allocations a frame once a run has been going for a while. "+
		"† is done in order by one. “In order”: not the capture, but transfers of which no segment is late, as under Reordering.", r.insides())
	r.law(&b)
	for _, p := range r.Profiles {
		part("Profile: "+p.Job, "Share of the processor time, two workers, by package and by function.", shares(p.Packages))
		say(strings.TrimSuffix(shares(p.Functions).markdown(), "\n"))
	}
	part("Benchmarks", "`make bench-stages`: what each package does, on data of its own.", r.benchmarks())
	say(strings.TrimSpace(notes))
	say("## Again")
	b.WriteString(again)
	return b.String()
}

const again = "    make peers    # Debian's packages of the peers\n" +
	"    make bench    # all of this page; CAPTURE=big.pcap reads a capture of your own\n" +
	"    make bench MIB=64 RUNS=1    # a quick look, which writes no page\n"

// where says on which machine what was read by which programs.
func (r *Report) where() string {
	k := r.Capture
	made := "The capture"
	if k.Made != "" {
		made = "The capture, made of several hundred real ones whose copies have their own addresses and overlap (`" + k.Made + "`),"
	}
	var programs []string
	for _, v := range r.Versions {
		says := v.Says
		if !strings.Contains(strings.ToLower(says), strings.ToLower(v.Program)) {
			says = v.Program + ": " + says
		}
		programs = append(programs, strings.TrimSuffix(says, "."))
	}
	return fmt.Sprintf("%s is %s MB with %s frames, %s bytes each on average, in %s flows. It was in the page cache.\n\n"+
		"%s, on %s. %s, %d of what is slow.\n\nPrograms: %s.",
		made, megabytesOf(k.FileBytes), grouped(k.Frames), grouped(k.Bytes/max(1, k.Frames)), grouped(k.Flows),
		r.Date, r.Machine, counted(r.Rounds, "round"), r.SlowRounds, strings.Join(programs, "; "))
}

// directory says what files were written to.
func (r *Report) directory() string {
	if r.InMemory {
		return "a directory in memory (tmpfs)"
	}
	return "a directory"
}

// law writes what to expect on more cores, and why.
func (r *Report) law(b *strings.Builder) {
	if len(r.Speedups) == 0 {
		return
	}
	b.WriteString("## More cores\n\n" +
		"Of the time t that a frame takes in all, what is done in order by one is the rest that more cores do not shorten. " +
		"It is three batons (take, sequence, deliver) that different workers can hold at the same time. So with n cores:\n\n" +
		"* bound: min(n, t / longest baton): the others go on while one is held;\n" +
		"* Amdahl: 1 / (f + (1−f)/n), f = all three / t: as though they kept each other waiting.\n\n" +
		"What is seen should lie between, as long as cores do not hold each other up in memory. Seen is the time of one worker (the default engine) by that of more. From the stages above, with two workers:\n\n")
	for _, s := range r.Speedups {
		fmt.Fprintf(b, "* %s: t = %s ns, in order %s ns (f = %.1f %%); the sequencer takes %s ns (%.1f %%); the longest baton is %s with %s ns.\n",
			s.Job, figure(s.Work), figure(s.InOrder), 100*ratio(s.InOrder, s.Work),
			figure(s.Sequence), 100*ratio(s.Sequence, s.Work), s.Which, figure(s.Longest))
	}
	b.WriteString("\n" + r.speedups().markdown() + "\n")
}

// Short returns the README's form: the main figures.
func (r *Report) Short() string {
	var b strings.Builder
	fmt.Fprintf(&b, "A capture of %s MB, %s frames, on %s (%s):\n\n", megabytesOf(r.Capture.FileBytes), grouped(r.Capture.Frames),
		counted(r.Machine.Cores, "core"), r.Machine.CPU)
	t := &table{head: []string{"", ">seconds", ">peak MB"}}
	for _, name := range []string{cat, capinfos, tcpdump, flows2, nfpcapd, tcp2, files2, tcpflow, fields2, tsharkFields, frames2, tsharkEK} {
		s := r.result(name)
		if s == nil {
			continue
		}
		shown := name
		if s.Side == Ours {
			shown = "**pcappipe**: " + s.Does + ", 2 workers"
		} else {
			shown += ": " + s.Does
		}
		if s.partial(r) {
			shown += " (scaled from a part)"
		}
		t.add(shown, figure(float64(s.Wall(r.Capture.Frames))), r.peak(s))
	}
	b.WriteString(t.markdown())
	b.WriteString("\ntshark dissects far more protocols than pcappipe. How this was measured, what else was, and where the time goes: [docs/performance.md](docs/performance.md).\n")
	return b.String()
}
