package bench

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// figure returns a number with three digits that count, more before the point.
func figure(v float64) string {
	switch {
	case v < 0.00001:
		return "0"
	case v >= 99.95:
		return grouped(uint64(v + 0.5))
	}
	return strconv.FormatFloat(v, 'f', 2-int(math.Floor(math.Log10(v))), 64)
}

// grouped returns a number with its thousands set apart.
func grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// megabytesOf returns a size in MB, which are 10⁶ bytes, as in targets.
func megabytesOf(bytes int64) string { return grouped(uint64(float64(bytes)/1e6 + 0.5)) }

// comparison has what every command took for the whole capture.
func (r *Report) comparison(side func(Side) bool) *table {
	t := &table{head: []string{"", "what it does", ">wall s", ">least – most", ">CPU s", ">ns a frame", ">peak MB"}}
	for i := range r.Results {
		s := &r.Results[i]
		if !side(s.Side) || len(s.Runs) == 0 {
			continue
		}
		walls := rangeOf(s.scaled(r.Capture.Frames, wall))
		spread := figure(float64(walls.Min)) + " – " + figure(float64(walls.Max))
		name := s.Name
		if s.partial(r) {
			name += " ¹"
		}
		if s.Ended != "" {
			name += " ²"
		}
		median := s.Wall(r.Capture.Frames)
		t.add(name, s.Does, figure(float64(median)), spread, figure(float64(s.CPU(r.Capture.Frames))),
			figure(median.PerFrame(r.Capture.Frames)), r.peak(s))
	}
	return t
}

// partial says that a result was scaled from a part of the capture.
func (s *Result) partial(r *Report) bool { return s.Frames > 0 && s.Frames < r.Capture.Frames }

// peak returns a result's peak memory. What is at the floor cannot be told from it.
func (r *Report) peak(s *Result) string {
	if rss := s.RSS(); rss > r.FloorRSS*21/20 {
		return megabytesOf(rss)
	}
	return "< " + megabytesOf(r.FloorRSS*21/20)
}

// absent has what was not measured, and why.
func (r *Report) absent() *table {
	t := &table{head: []string{"", "what it does", "why not"}}
	for i := range r.Results {
		s := &r.Results[i]
		if len(s.Runs) > 0 {
			continue
		}
		why := cmp.Or(s.Absent, s.Ended)
		if s.Absent != "" && s.Package != "" {
			why += ": Debian's package " + s.Package
		}
		t.add(s.Name, s.Does, why)
	}
	return t
}

// commands has how each was called.
func (r *Report) commands() *table {
	t := &table{head: []string{"", "command"}}
	for i := range r.Results {
		if s := &r.Results[i]; len(s.Runs) > 0 {
			t.add(s.Name, "`"+s.shown()+"`")
		}
	}
	return t
}

// endings has what ended otherwise than it should, but was measured.
func (r *Report) endings() (list []string) {
	for i := range r.Results {
		if s := &r.Results[i]; len(s.Runs) > 0 && s.Ended != "" {
			list = append(list, s.Name+" ended with "+s.Ended)
		}
	}
	return list
}

func (r *Report) targets() *table {
	t := &table{head: []string{"", "what", ">measured", ">target", ">stretch", "verdict"}}
	for i := range r.Targets {
		g := &r.Targets[i]
		sign := "≥ "
		if g.AtMost {
			sign = "≤ "
		}
		limit := func(v float64) string {
			if v == 0 {
				return ""
			}
			return sign + strconv.FormatFloat(v, 'f', -1, 64)
		}
		value := ""
		if g.Verdict != Unknown {
			value = strings.TrimSpace(figure(g.Value) + " " + g.Unit)
		}
		t.add(g.ID, g.Claim, value, limit(g.Limit), limit(g.Stretch), string(g.Verdict))
	}
	return t
}

func (r *Report) openFlows() *table {
	t := &table{head: []string{"job", ">open flows", ">bytes a frame", ">ns a frame", ">ns to open and end a flow", ">peak MB"}}
	for i := range r.OpenFlows {
		o := &r.OpenFlows[i]
		t.add(o.job(), grouped(uint64(o.Flows)), grouped(uint64(o.FrameBytes)), figure(o.Steady), figure(o.Opening), megabytesOf(o.PeakRSS))
	}
	return t
}

func (r *Report) sizes() *table {
	t := &table{head: []string{">MiB", ">frames", ">ns a frame, 1 worker", ">2 workers", ">peak MB"}}
	for i := range r.Sizes {
		s := &r.Sizes[i]
		t.add(grouped(uint64((s.Bytes+1<<19)>>20)), grouped(s.Frames), figure(s.One), figure(s.Two), megabytesOf(s.PeakRSS))
	}
	return t
}

func (r *Report) reordering() *table {
	t := &table{head: []string{"job", ">late, %", ">reordered, %", ">ns a frame", ">to none late", ">peak MB"}}
	for i := range r.Reordering {
		o := &r.Reordering[i]
		t.add(o.Job, figure(100*o.Late), figure(100*o.Reordered), figure(o.Nanos), figure(o.Ratio)+" ×", megabytesOf(o.PeakRSS))
	}
	return t
}

func (r *Report) insides() *table {
	t := &table{head: []string{"job", ">workers", ">take †", ">read", ">decode", ">sequence †", ">jobs", ">records", ">deliver †",
		">all", ">wall", ">allocations"}}
	for i := range r.Inside {
		s := &r.Inside[i]
		t.add(s.Job, strconv.Itoa(s.Workers), figure(s.Take), figure(s.Read), figure(s.Decode), figure(s.Sequence), figure(s.Jobs),
			figure(s.Encode), figure(s.Deliver), figure(s.Work()), figure(s.Wall), fmt.Sprintf("%.4f", max(0, s.Allocations)))
	}
	return t
}

func (r *Report) speedups() *table {
	t := &table{head: []string{"job", ""}}
	for _, n := range manyCores {
		t.head = append(t.head, ">"+strconv.Itoa(n))
	}
	for _, s := range r.Speedups {
		amdahl, bound := []string{s.Job, "Amdahl"}, []string{s.Job, "bound"}
		for _, c := range s.Cores {
			amdahl, bound = append(amdahl, figure(c.Amdahl)), append(bound, figure(c.Bound))
		}
		if len(s.Cores) == len(manyCores) {
			t.add(amdahl...)
			t.add(bound...)
			t.add(append([]string{s.Job, "seen"}, r.seen(s.Job)...)...)
		}
	}
	return t
}

// seen returns the speed-ups that were measured, on cores that there are.
func (r *Report) seen(job string) (cells []string) {
	for _, n := range manyCores {
		cell := ""
		if times := r.times(job+", 1 worker", job+", "+workersOf(n)); n <= r.Machine.Cores && times > 0 {
			cell = figure(times)
		}
		cells = append(cells, cell)
	}
	return cells
}

func (r *Report) benchmarks() *table {
	t := &table{head: []string{"package", "benchmark", ">ns", "a", ">allocations"}}
	for _, b := range r.Stages {
		t.add(b.Package, b.Name, figure(b.Nanos), b.Per, figure(b.Allocations))
	}
	return t
}

func shares(list []Share) *table {
	t := &table{head: []string{"", ">%"}}
	for _, s := range list {
		t.add("`"+s.Name+"`", strconv.FormatFloat(s.Percent, 'f', 1, 64))
	}
	return t
}
