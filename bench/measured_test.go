package bench

// fake returns a report with every kind of figure in it, none of them measured:
// two workers are twice as fast as one, tshark is slow, argus ends badly and
// tcptrace is not installed.
func fake() *Report {
	const frames = 1_000_000
	result := func(name string, side Side, wall Seconds, rss int64) Result {
		r := Result{Command: Command{Name: name, Side: side, Does: "something", Args: []string{"x"}}}
		for _, factor := range []Seconds{1.1, 0.9, 1} {
			r.Runs = append(r.Runs, Spent{wall * factor, wall * factor, rss})
		}
		return r
	}
	r := &Report{
		Date: "2026-01-02", Rounds: 5, SlowRounds: 3, FloorRSS: 8e6,
		Machine:  Machine{"A CPU <fast>", 2, 16e9, "An OS", "6.1", "go1.26", "0.10"},
		Capture:  Capture{"made | so", 1 << 30, frames, 5e8, 1000},
		Versions: []Version{{"cat", "cat 9.1"}},
		Results: []Result{
			result(cat, Floor, 0.1, 2e6), result(capinfos, Floor, 0.4, 8e6), result(tcpdump, Floor, 0.5, 9e6),
			result(nfpcapd, Peer, 1.5, 150e6), result("argus", Peer, 2, 100e6),
			{Command: Command{Name: "tcptrace", Side: Peer, Absent: "not installed", Package: "tcptrace"}},
			result(tsharkEK, Peer, 13, 200e6), result(tsharkFields, Peer, 80, 1600e6),
			result(flows1, Ours, 0.4, 20e6), result(flows2, Ours, 0.2, 25e6), result(flowsTen, Ours, 2, 26e6),
			result(tcp1, Ours, 0.6, 50e6), result(tcp2, Ours, 0.35, 60e6), result(tcpTen, Ours, 3.5, 350e6),
			result(http1, Ours, 0.7, 60e6), result(http2, Ours, 0.4, 70e6), result(httpTen, Ours, 4, 80e6),
			result(tsharkHTTP, Peer, 60, 1600e6), result(exchanges2, Ours, 0.4, 70e6),
			result(tcpflow, Peer, 3.6, 50e6), result(files2, Ours, 0.9, 60e6),
			result(frames1, Ours, 1, 30e6), result(frames2, Ours, 0.5, 40e6), result(fields2, Ours, 0.3, 20e6),
		},
		OpenFlows: []OpenFlows{
			{1000, averageFrame, 100, false, 100, 900, 1e7}, {1_000_000, averageFrame, 100, false, 150, 900, 1e9},
			{1000, shortFrame, 100, false, 50, 900, 1e7}, {1_000_000, shortFrame, 100, false, 125, 900, 1e9},
			{1000, averageFrame, 100, true, 200, 1900, 1e7}, {1_000_000, averageFrame, 100, true, 360, 1900, 2e9},
		},
		Reordering: []Reordering{{tcpJob, 0, 0, 200, 1, 3e7}, {tcpJob, 0.5, 0.45, 250, 1.25, 3e7}},
		Sizes:      []Size{{16 << 20, 30_000, 200, 110, 2e7}, {1 << 30, frames, 180, 100, 2e7}},
		Inside: []Inside{
			{Job: "flows", Workers: 1, Take: 1, Read: 80, Decode: 40, Sequence: 15, Jobs: 10, Encode: 10, Deliver: 4, Wall: 160},
			{Job: "flows", Workers: 2, Take: 1, Read: 80, Decode: 40, Sequence: 15, Jobs: 10, Encode: 10, Deliver: 4, Wall: 90, Allocations: 0.5},
			{Job: tcpJob, Workers: 2, Take: 1, Read: 80, Decode: 40, Sequence: 25, Jobs: 60, Encode: 10, Deliver: 4, Wall: 120},
			{Job: inOrderJob, Workers: 2, Take: 1, Read: 80, Decode: 40, Sequence: 9, Jobs: 60, Encode: 1, Deliver: 4, Wall: 100, Allocations: 0.0001},
			{Job: "frames", Workers: 2, Take: 1, Read: 80, Decode: 40, Sequence: 1, Jobs: 1, Encode: 400, Deliver: 37, Wall: 300},
		},
		Profiles: []Profile{{"flows", []Share{{"decoder", 40}}, []Share{{"decoder.(*walk).ipv4", 20}}}},
		Stages:   []Benchmark{{"decoder", "Decode/tcp4", 30, "frame", 0}},
	}
	for i := range r.Results {
		switch s := &r.Results[i]; s.Name {
		case "argus":
			s.Ended = "signal: aborted"
		case tsharkEK:
			s.Frames, s.Starts = frames/100, []Spent{{3, 3, 0}}
		case flowsTen, tcpTen, httpTen:
			s.Times = 10
		}
	}
	r.conclude()
	return r
}
