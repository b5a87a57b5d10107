package bench

import (
	"slices"
	"strconv"
	"strings"
)

// A Side is who a command belongs to.
type Side string

const (
	Floor Side = "floor" // what any reader has to do at least
	Peer  Side = "peer"
	Ours  Side = "pcappipe"
)

// A Command reads the capture. Among its arguments {} stands for the capture's
// path, {out} for a directory that is empty before each run and removed after,
// and {n} for how many frames to read.
type Command struct {
	Name    string   `json:"name"`
	Side    Side     `json:"side"`
	Does    string   `json:"does"`
	Args    []string `json:"args"`
	Stdin   bool     `json:"stdin,omitempty"`  // the capture is standard input
	Frames  uint64   `json:"frames,omitempty"` // it reads only so many; 0 is all
	Times   int      `json:"times,omitempty"`  // the capture is given so often; 0 is once
	Rounds  int      `json:"rounds,omitempty"` // it runs only in so many; 0 is all
	Package string   `json:"package,omitempty"`
	Absent  string   `json:"absent,omitempty"` // why it is not run
}

// line returns the arguments with everything in its place.
func (c *Command) line(capture, out string, frames uint64) []string {
	var line []string
	fill := strings.NewReplacer("{out}", out, "{n}", strconv.FormatUint(frames, 10))
	for _, a := range c.Args {
		if a == "{}" {
			line = append(line, slices.Repeat([]string{capture}, max(1, c.Times))...)
			continue
		}
		line = append(line, fill.Replace(a))
	}
	return line
}

// shown returns the command as a reader would type it, shortened to its program's name.
func (c *Command) shown() string {
	args := slices.Clone(c.Args)
	args[0] = args[0][strings.LastIndexByte(args[0], '/')+1:]
	line := strings.Join(args, " ")
	if c.Frames > 0 {
		line = strings.ReplaceAll(line, "{n}", strconv.FormatUint(c.Frames, 10))
	}
	line = strings.ReplaceAll(strings.ReplaceAll(line, "{}", "big.pcap"), "{out}", "DIR")
	if c.Stdin {
		line += " < big.pcap"
	}
	if c.Times > 1 {
		line += " … (" + strconv.Itoa(c.Times) + " times)"
	}
	return line
}
