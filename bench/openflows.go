package bench

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// OpenFlows is what a frame costs while so many flows are open.
type OpenFlows struct {
	Flows      int     `json:"flows"`
	FrameBytes int     `json:"frame_bytes"`
	Frames     int     `json:"frames"`   // after those that open the flows
	Steady     float64 `json:"steady"`   // processor time of one of these frames, ns: the least
	Opening    float64 `json:"opening"`  // processor time to open a flow, to end it and to write it, ns
	PeakRSS    int64   `json:"peak_rss"` // bytes
}

// The frames that the curve is measured with: as long as those of the capture are
// on average, and as short as TCP's are, where looking the flow up weighs most.
const (
	averageFrame = 490
	shortFrame   = 60
)

// openFlowCounts returns where the curve has its points. A small run leaves out
// those that would take longer than all the rest.
func openFlowCounts(frames int) []int {
	counts := []int{1_000, 10_000, 100_000, 1_000_000}
	for len(counts) > 1 && counts[len(counts)-1] > 2*frames {
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
	for _, size := range []int{averageFrame, shortFrame} {
		for _, flows := range openFlowCounts(frames) {
			if err := writeOpenFlows(path, flows, frames, size); err != nil {
				return err
			}
			o, err := visit(ctx, c, path, temp, OpenFlows{Flows: flows, FrameBytes: size, Frames: frames})
			if err != nil {
				return err
			}
			c.logf("%d flows open, frames of %d bytes: %.0f ns a frame, %.0f ns a flow", flows, size, o.Steady, o.Opening)
			r.OpenFlows = append(r.OpenFlows, o)
		}
	}
	return nil
}

// visit measures one point of the curve.
func visit(ctx context.Context, c Config, path, temp string, o OpenFlows) (OpenFlows, error) {
	run := []string{c.Program, "-q", "--workers", "1", "--emit", "flows", "-f", "csv", "-o", "/dev/null", "{}"}
	first := func(n int) []string { return append(run[:len(run):len(run)], "--count", strconv.Itoa(n)) }
	t := turns{rounds: c.Rounds, limit: c.Limit, capture: path, out: filepath.Join(temp, "out"), logf: func(string, ...any) {}}
	results, err := t.run(ctx, []Command{
		{Name: "start", Side: Ours, Args: first(1)},
		{Name: "openings", Side: Ours, Args: first(o.Flows)},
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

// writeOpenFlows writes a capture of TCP segments: one that opens each flow, then
// so many of flows chosen at random, all of this length, and all within seconds,
// so that no flow is idle.
func writeOpenFlows(path string, flows, frames, size int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	to := bufio.NewWriterSize(file, 1<<20)
	_, err = to.Write(capture.Pcap(nil))
	s := newSegment(size)
	for n := 0; err == nil && n < flows; n++ {
		s.of(n, n)
		_, err = to.Write(s)
	}
	s.established()
	visits := rand.New(rand.NewPCG(1, uint64(flows)))
	for n := flows; err == nil && n < flows+frames; n++ {
		s.of(n, visits.IntN(flows))
		_, err = to.Write(s)
	}
	return errors.Join(err, to.Flush(), file.Close())
}

// A segment is a record of a nanosecond pcap with one TCP segment, a SYN at first.
type segment []byte

// Where things stand in a segment.
const (
	recordHeader = 16
	ipHeader     = recordHeader + 14
	tcpHeader    = ipHeader + 20
	payload      = tcpHeader + 20
)

func newSegment(size int) segment {
	const syn = 2
	tcp := capture.TCP(0, 443, syn, 1, 0, make([]byte, recordHeader+size-payload))
	packet := capture.IP(netip.AddrFrom4([4]byte{10}), netip.AddrFrom4([4]byte{192, 0, 2, 1}), 6, tcp)
	s := append(make(segment, recordHeader), capture.Ethernet(0x0800, packet)...)
	binary.LittleEndian.PutUint32(s[8:], uint32(size))
	binary.LittleEndian.PutUint32(s[12:], uint32(size))
	return s
}

// of makes it frame n, of this flow: a microsecond after the one before, from one
// of 256 ports of an address.
func (s segment) of(n, flow int) {
	const second = 1_000_000
	binary.LittleEndian.PutUint32(s, uint32(n/second))
	binary.LittleEndian.PutUint32(s[4:], uint32(n%second*1000))
	binary.BigEndian.PutUint16(s[ipHeader+14:], uint16(flow>>8))
	binary.BigEndian.PutUint16(s[tcpHeader:], uint16(40000+flow&0xff))
	binary.BigEndian.PutUint32(s[tcpHeader+4:], uint32(n))
}

// established makes it a segment with data.
func (s segment) established() {
	const pushAck = 0x18
	s[tcpHeader+13] = pushAck
}
