package bench

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// OpenFlows is what a frame costs while so many flows are open.
type OpenFlows struct {
	Flows      int     `json:"flows"`
	FrameBytes int     `json:"frame_bytes"`
	Frames     int     `json:"frames"`        // after those that open the flows
	TCP        bool    `json:"tcp,omitempty"` // streams are put together
	Steady     float64 `json:"steady"`        // processor time of one of these frames, ns: the least
	Opening    float64 `json:"opening"`       // processor time to open a flow, to end it and to write it, ns
	PeakRSS    int64   `json:"peak_rss"`      // bytes
}

// job returns what is done with the flows.
func (o *OpenFlows) job() string {
	if o.TCP {
		return tcpJob
	}
	return flowsJob
}

// The frames that the curve is measured with: as long as those of the capture are
// on average, and as short as TCP's are, where looking the flow up weighs most.
const (
	averageFrame = 490
	shortFrame   = leastFrame
)

// openFlowsMemory is the ceiling under which streams are put together here: what a
// million connections keep is to be measured, and not what giving them up costs.
const openFlowsMemory = "8GiB"

// openFlowCounts returns where the curve has its points. A small run leaves out
// those that would take longer than all the rest.
func openFlowCounts(frames int) []int {
	counts := []int{1_000, 10_000, 100_000, 1_000_000}
	for len(counts) > 1 && counts[len(counts)-1] > frames {
		counts = counts[:len(counts)-1]
	}
	return counts
}

// steadyFrames is how many frames are measured for a capture of so many bytes.
func steadyFrames(fileBytes int64) int { return int(max(1<<16, min(1<<21, fileBytes>>9))) }

// measureOpenFlows measures, with one worker, captures in which so many flows are
// opened and then visited at random. Reading only the openings tells what those
// cost, with ends and records, so that the rest is the cost of a frame while the
// flows are open.
func measureOpenFlows(ctx context.Context, c Config, r *Report, temp string) error {
	path := filepath.Join(temp, "open.pcap")
	defer os.Remove(path)
	frames := steadyFrames(r.Capture.FileBytes)
	for _, flows := range openFlowCounts(frames) { // the largest last: making it takes memory
		for _, size := range []int{averageFrame, shortFrame} {
			if err := writeOpenFlows(path, flows, frames, size); err != nil {
				return err
			}
			for _, tcp := range []bool{false, true} {
				o, err := visit(ctx, c, path, temp, OpenFlows{Flows: flows, FrameBytes: size, Frames: frames, TCP: tcp})
				if err != nil {
					return err
				}
				c.logf("%s, %d open, frames of %d bytes: %.0f ns a frame, %.0f ns a flow", o.job(), flows, size, o.Steady, o.Opening)
				r.OpenFlows = append(r.OpenFlows, o)
			}
		}
	}
	slices.SortStableFunc(r.OpenFlows, func(a, b OpenFlows) int {
		return cmp.Or(cmp.Compare(a.job(), b.job()), cmp.Compare(b.FrameBytes, a.FrameBytes))
	})
	return nil
}

// visit measures one point of the curve.
func visit(ctx context.Context, c Config, path, temp string, o OpenFlows) (OpenFlows, error) {
	run := []string{c.Program, "-q", "--workers", "1", "--emit", "flows", "-f", "csv", "-o", "/dev/null", "{}"}
	if o.TCP {
		run = append(run, "--tcp", "--memory", openFlowsMemory)
	}
	first := func(n int) []string { return append(run[:len(run):len(run)], "--count", strconv.Itoa(n)) }
	t := turns{rounds: c.Rounds, limit: c.Limit, capture: path, out: filepath.Join(temp, "out"), logf: func(string, ...any) {}}
	results, err := t.run(ctx, []Command{
		{Name: "start", Side: Ours, Args: first(1)},
		{Name: "openings", Side: Ours, Args: first(openings * o.Flows)},
		{Name: "all", Side: Ours, Args: run},
	})
	if err != nil {
		return o, err
	}
	for i := range results {
		if !results[i].Sound() {
			return o, errors.New("pcappipe on open flows: " + results[i].Ended)
		}
	}
	// The least of each: a small difference of medians would be mostly noise.
	least := func(r *Result) Seconds { return slices.Min(each(r.Runs, cpu)) }
	start, opened, all := least(&results[0]), least(&results[1]), least(&results[2])
	o.Steady = max(0, all-opened).PerFrame(uint64(o.Frames))
	o.Opening = max(0, opened-start).PerFrame(uint64(o.Flows))
	o.PeakRSS = results[2].RSS()
	return o, nil
}

// openings is how many frames open a flow: SYN, SYN-ACK, and a full segment each
// way, with which a connection keeps as many bytes for comparison as it ever will
// while all is acknowledged.
const openings = 4

// openingBytes is how long they are together.
const openingBytes = 2*leastFrame + 2*(headers+fullPayload)

// writeOpenFlows writes a capture of TCP connections: the frames that open each,
// then so many of this length with data, each of a connection and a side chosen
// at random and next in order there, and all within seconds, so that no flow is idle.
func writeOpenFlows(path string, flows, frames, size int) error {
	to, err := createCapture(path)
	if err != nil {
		return err
	}
	empty := [2]segment{newSegment(client, 0), newSegment(server, 0)}
	full := [2]segment{newSegment(client, fullPayload), newSegment(server, fullPayload)}
	for n := range flows {
		to.add(empty[client].says(syn, 0, 0), n)
		to.add(empty[server].says(syn|ack, 0, 1), n)
		to.add(full[client].says(push, 1, 1), n)
		to.add(full[server].says(push, 1, 1+fullPayload), n)
	}
	payload := size - headers
	data := [2]segment{newSegment(client, payload), newSegment(server, payload)}
	segments := make([][2]uint32, flows) // sent
	visits := rand.New(rand.NewPCG(1, uint64(flows)))
	for range frames {
		n, from := visits.IntN(flows), side(visits.IntN(2))
		at := func(s side) uint32 { return 1 + fullPayload + segments[n][s]*uint32(payload) }
		to.add(data[from].says(push, at(from), at(from^1)), n)
		segments[n][from]++
	}
	return to.close()
}
