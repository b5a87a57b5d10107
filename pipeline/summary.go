package pipeline

import (
	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
)

// A Summary says what a run read, found, lost and wrote.
type Summary struct {
	Inputs      []Input
	Frames      uint64          // read
	Bytes       uint64          // captured, of these frames
	WireBytes   uint64          // on the wire
	First, Last int64           // earliest and latest capture time, nanoseconds
	Timed       bool            // whether any frame had a time
	Stacks      []decoder.Stack // by path
	MoreStacks  uint64          // frames whose stack was one too many to be listed
	Talkers     []Talker        // the largest flows
	Flows       Flows
	Exchanges   *Exchanges        // nil: none were looked for
	Records     map[string]uint64 // written, by kind
	Failed      []error           // inputs that could not be opened or are no captures: *capfile.InputError
	Unread      []string          // inputs that were not reached: the run ended before
	Skipped     int               // files in directories that are no captures
	Damage      []error           // *capfile.FormatError, in input order
	Ledger      Ledger
	Tracked     bool // flows were tracked: Flows and Talkers have them
	Interrupted bool

	TracesEvicted uint64 // that were closed because a sixteenth of the ceiling was reached
	Unwritten     bool   // output failed: the run ended there
}

// An Input is one file that was read.
type Input struct {
	File   *frame.File
	Links  []frame.LinkType // as met
	Frames uint64
	Bytes  int64 // of the file, decompressed, up to the end of its last frame
	// Interfaces is what a pcapng file says of its own, with what they dropped.
	Interfaces []capfile.Interface
	Err        error // what ended it early
}

// Flows counts flows by how they ended.
type Flows struct {
	Total                               uint64
	Fin, Rst, Idle, Reuse, Evicted, End uint64
}

// A Talker is a large flow.
type Talker struct {
	Flow           uint64
	Name           string // "tcp 10.0.0.1:1234 > 10.0.0.2:80"
	Packets, Bytes uint64
}
