package bench

import "strconv"

// The jobs that are looked into.
const (
	flowsJob   = "flows"
	tcpJob     = "flows with --tcp"
	httpJob    = "flows, exchanges and traces"
	framesJob  = "frames"
	inOrderJob = "flows with --tcp, in order" // of transfers that the bench makes
)

// The commands that targets are about.
const (
	flows1     = "flows, 1 worker"
	flows2     = "flows, 2 workers"
	flowsTen   = "flows, 2 workers, ten times the capture"
	tcp1       = "flows with --tcp, 1 worker"
	tcp2       = "flows with --tcp, 2 workers"
	tcpTen     = "flows with --tcp, 2 workers, ten times the capture"
	http1      = "flows, exchanges and traces, 1 worker"
	http2      = "flows, exchanges and traces, 2 workers"
	httpTen    = "flows, exchanges and traces, 2 workers, ten times the capture"
	exchanges2 = "exchanges, 2 workers"
	files2     = "streams to files, 2 workers"
	frames1    = "frames, 1 worker"
	frames2    = "frames, 2 workers"
	fields2    = "8 fields, 2 workers"
	eightNames = "frame.number,frame.time_epoch,ip.src,ip.dst,ip.proto,tcp.srcport,tcp.dstport,frame.len"
)

// ours returns what pcappipe is measured at: its main jobs, with more and more
// workers, by each engine, from a file that is cut and from a stream that is not.
// Where no engine is named the program chooses: default with one worker, pipeline
// with more.
func ours(program string) []Command {
	var list []Command
	add := func(name, does string, args ...string) *Command {
		list = append(list, Command{Name: name, Side: Ours, Does: does, Args: append([]string{program, "-q"}, args...)})
		return &list[len(list)-1]
	}
	flows := func(name, input string, options ...string) *Command {
		return add(name, "flow records, CSV", append(options, "--emit", "flows", "-f", "csv", "-o", "{out}/flows.csv", input)...)
	}
	for _, n := range []int{1, 2, 4} {
		flows("flows, "+workersOf(n), "{}", "--workers", strconv.Itoa(n))
	}
	flows("flows, pipeline engine, 1 worker", "{}", "--engine", "pipeline", "--workers", "1")
	for _, n := range []int{1, 2, 4} {
		flows("flows, server engine, "+workersOf(n), "{}", "--engine", "server", "--workers", strconv.Itoa(n))
	}
	for _, n := range []int{1, 2} {
		flows("flows, one reader slices, "+workersOf(n), "-", "--workers", strconv.Itoa(n)).Stdin = true
	}
	flows(flowsTen, "{}", "--workers", "2").Times = 10
	tcp := func(name, workers string) *Command {
		c := flows(name, "{}", "--workers", workers, "--tcp")
		c.Does = "flow records, TCP put together, CSV"
		return c
	}
	for _, n := range []int{1, 2, 4} {
		tcp("flows with --tcp, "+workersOf(n), strconv.Itoa(n))
	}
	tcp(tcpTen, "2").Times = 10
	http := func(name, workers string) *Command {
		return add(name, "flow records, HTTP exchanges, traces, CSV",
			"--workers", workers, "--emit", "flows,exchanges,traces", "-f", "csv", "-o", "{out}/http/", "{}")
	}
	for _, n := range []int{1, 2, 4} {
		http("flows, exchanges and traces, "+workersOf(n), strconv.Itoa(n))
	}
	http(httpTen, "2").Times = 10
	add(exchanges2, "a record of each HTTP exchange, JSON Lines",
		"--workers", "2", "--emit", "exchanges", "-f", "jsonl", "-o", "{out}/exchanges.jsonl", "{}")
	add("frames with labels, 2 workers", "every field of a frame, with the exchanges that it takes part in, JSON Lines",
		"--workers", "2", "--emit", "frames,exchanges", "-f", "jsonl", "-o", "/dev/null", "{}")
	add("streams, 2 workers", "a record of each TCP stream, with its SHA-256, JSON Lines",
		"--workers", "2", "--emit", "streams", "-f", "jsonl", "-o", "{out}/streams.jsonl", "{}")
	add("turns, 2 workers", "a record of each turn of a TCP conversation, JSON Lines",
		"--workers", "2", "--emit", "turns", "-f", "jsonl", "-o", "{out}/turns.jsonl", "{}")
	for _, n := range []int{1, 2} {
		add("streams to files, "+workersOf(n), "TCP streams, a file each", "--workers", strconv.Itoa(n), "--streams", "{out}/streams", "{}")
	}
	for _, n := range []int{1, 2, 4} {
		add("frames, "+workersOf(n), "every field of a frame, JSON Lines",
			"--workers", strconv.Itoa(n), "--emit", "frames", "-f", "jsonl", "-o", "/dev/null", "{}")
	}
	for _, n := range []int{1, 2} {
		add("8 fields, "+workersOf(n), "8 fields of a frame, CSV",
			"--workers", strconv.Itoa(n), "--emit", "frames", "-f", "csv", "-e", eightNames, "-o", "/dev/null", "{}")
	}
	add("summary, 2 workers", "the summary alone", "--workers", "2", "-f", "jsonl", "-o", "/dev/null", "{}")
	return list
}

func workersOf(n int) string { return counted(n, "worker") }
