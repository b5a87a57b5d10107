package bench

// A Verdict says what became of a target.
type Verdict string

const (
	Holds   Verdict = "holds"
	Beyond  Verdict = "holds, with its stretch"
	Short   Verdict = "stretch not reached" // there is no other limit
	Missed  Verdict = "missed"
	Unknown Verdict = "not measured"
	Informs Verdict = "–" // a figure without a limit
)

// A Target is a promise about speed or memory, with what was measured.
type Target struct {
	ID      string  `json:"id"`
	Claim   string  `json:"claim"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	AtMost  bool    `json:"at_most"` // the value is to stay at or below its limits
	Limit   float64 `json:"limit,omitempty"`
	Stretch float64 `json:"stretch,omitempty"`
	Verdict Verdict `json:"verdict"`
}

// judge compares what was measured with what is aimed at.
func judge(r *Report) []Target {
	flows, frames, tcp := r.inside(flowsJob, 2), r.inside(framesJob, 2), r.inside(tcpJob, 2)
	return []Target{
		most("P1", "flows, to hopping over the records (capinfos -c)", r.times(flows2, capinfos), "×", 0.75, 0),
		least("P1", "flows, faster than nfpcapd", r.times(nfpcapd, flows2), "×", 4, 0),
		most("P1", "flows, to reading the file (cat)", r.times(flows2, cat), "×", 0, 1.6),
		most("P1a", "flows with one worker, to tcpdump -w /dev/null", r.times(flows1, tcpdump), "×", 1, 0.8),
		most("P2", "flows, exchanges and traces, to flows", r.times(http2, flows2), "×", 2, 0),
		most("P2", "flows, exchanges and traces, to reading the file (cat)", r.times(http2, cat), "×", 0, 3),
		inform("P2", "flows with --tcp, to flows", r.times(tcp2, flows2), "×"),
		least("P2", "exchanges, faster than tshark -Y http.request", r.times(tsharkHTTP, exchanges2), "×", 200, 0),
		least("P3", "frames with every field, faster than tshark -T ek", r.times(tsharkEK, frames2), "×", 400, 1000),
		least("P4", "8 fields, faster than tshark -T fields", r.times(tsharkFields, fields2), "×", 150, 250),
		least("P5", "streams to files, faster than tcpflow", r.times(tcpflow, files2), "×", 3, 6),
		most("P6", "peak memory, flows", r.megabytes(flows2), "MB", 60, 30),
		most("P6", "peak memory, ten times the capture", r.megabytes(flowsTen), "MB", 60, 30),
		inform("P6", "peak memory, ten times the capture to once", ratio(r.megabytes(flowsTen), r.megabytes(flows2)), "×"),
		most("P6", "peak memory, flows, exchanges and traces", r.megabytes(http2), "MB", 300, 150),
		most("P6", "peak memory, flows, exchanges and traces, ten times the capture", r.megabytes(httpTen), "MB", 300, 150),
		inform("P6", "peak memory, flows, exchanges and traces, ten times the capture to once", ratio(r.megabytes(httpTen), r.megabytes(http2)), "×"),
		most("P6", "peak memory, flows with --tcp", r.megabytes(tcp2), "MB", 300, 150),
		most("P6", "peak memory, flows with --tcp, ten times the capture", r.megabytes(tcpTen), "MB", 300, 150),
		inform("P6", "peak memory, flows with --tcp, ten times the capture to once", ratio(r.megabytes(tcpTen), r.megabytes(tcp2)), "×"),
		least("P7", "second worker, flows", r.times(flows1, flows2), "×", 1.5, 1.8),
		least("P7", "second worker, flows, exchanges and traces", r.times(http1, http2), "×", 1.5, 1.8),
		least("P7", "second worker, flows with --tcp", r.times(tcp1, tcp2), "×", 1.5, 1.8),
		least("P7", "second worker, frames", r.times(frames1, frames2), "×", 1.7, 1.8),
		most("P8", "a frame with most to fewest open flows", r.growth(flowsJob, averageFrame), "×", 2, 1.5),
		inform("P8", "the same, with the shortest frames", r.growth(flowsJob, shortFrame), "×"),
		most("P8", "a frame with most to fewest open connections, --tcp", r.growth(tcpJob, averageFrame), "×", 2, 1.5),
		inform("P8", "the same, with the shortest frames", r.growth(tcpJob, shortFrame), "×"),
		none("P9", "allocations a frame in the steady state, flows", flows),
		none("P9", "allocations a frame in the steady state, frames", frames),
		none("P9", "allocations a frame in the steady state, flows with --tcp, in order", r.inside(inOrderJob, 2)),
		most("P10", "the sequencer, flows", sequence(flows), "ns a frame", 20, 10),
		most("P10", "the sequencer, flows with --tcp", sequence(tcp), "ns a frame", 20, 10),
	}
}

// times returns the wall time of one command by that of another: the median of the
// ratios of each round, in which both had the machine as it was then. 0: one is missing.
func (r *Report) times(name, by string) float64 {
	a, b := r.result(name), r.result(by)
	if a == nil || b == nil {
		return 0
	}
	return byRound(a.scaled(r.Capture.Frames, wall), b.scaled(r.Capture.Frames, wall))
}

// byRound returns the median of the ratios of each round.
func byRound(over, under []Seconds) float64 {
	var ratios []float64
	for i := range min(len(over), len(under)) { // what is slow runs in the first rounds
		ratios = append(ratios, ratio(float64(over[i]), float64(under[i])))
	}
	return Median(ratios)
}

// megabytes returns the peak memory of a command, 0 if there is none.
func (r *Report) megabytes(name string) float64 {
	s := r.result(name)
	if s == nil {
		return 0
	}
	return float64(s.RSS()) / 1e6
}

// inside returns what was seen inside of a job, or nil.
func (r *Report) inside(job string, workers int) *Inside {
	for i := range r.Inside {
		if r.Inside[i].Job == job && r.Inside[i].Workers == workers {
			return &r.Inside[i]
		}
	}
	return nil
}

// growth returns how much more a frame costs a job with the most open flows than
// with the fewest, among frames of this length.
func (r *Report) growth(job string, frameBytes int) float64 {
	var first, last *OpenFlows
	for i := range r.OpenFlows {
		if o := &r.OpenFlows[i]; o.job() == job && o.FrameBytes == frameBytes {
			if first == nil {
				first = o
			}
			last = o
		}
	}
	if first == nil || first == last {
		return 0
	}
	return ratio(last.Steady, first.Steady)
}

// ratio returns a/b, and 0 where either is missing.
func ratio(a, b float64) float64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	return a / b
}

// most is a target that is not to be exceeded. A value of 0 was not measured, a
// limit of 0 is none.
func most(id, claim string, value float64, unit string, limit, stretch float64) Target {
	t := Target{ID: id, Claim: claim, Value: value, Unit: unit, AtMost: true, Limit: limit, Stretch: stretch}
	return t.judged(value > 0)
}

// least is a target that is to be reached.
func least(id, claim string, value float64, unit string, limit, stretch float64) Target {
	t := Target{ID: id, Claim: claim, Value: value, Unit: unit, Limit: limit, Stretch: stretch}
	return t.judged(value > 0)
}

// almostNone is what counts as no allocation a frame: one in a thousand frames is
// what flows and batches cost, not frames.
const almostNone = 0.001

// none is the target that nothing is allocated for a frame.
func none(id, claim string, seen *Inside) Target {
	t := Target{ID: id, Claim: claim, AtMost: true, Limit: almostNone}
	if seen != nil {
		t.Value = max(0, seen.Allocations)
	}
	return t.judged(seen != nil)
}

// inform is a figure without a limit.
func inform(id, claim string, value float64, unit string) Target {
	t := Target{ID: id, Claim: claim, Value: value, Unit: unit, Verdict: Informs}
	if value == 0 {
		t.Verdict = Unknown
	}
	return t
}

func sequence(seen *Inside) float64 {
	if seen == nil {
		return 0
	}
	return seen.Sequence
}

// judged returns the target with its verdict.
func (t Target) judged(measured bool) Target {
	switch {
	case !measured:
		t.Verdict = Unknown
	case t.Stretch > 0 && t.within(t.Stretch):
		t.Verdict = Beyond
	case t.Limit == 0:
		t.Verdict = Short
	case t.within(t.Limit):
		t.Verdict = Holds
	default:
		t.Verdict = Missed
	}
	return t
}

func (t Target) within(limit float64) bool {
	if t.AtMost {
		return t.Value <= limit
	}
	return t.Value >= limit
}
