// Package pipeline runs captures through pcappipe: it reads, decodes, tracks
// flows and writes records, in parallel and in order. [Run] is all there is to call.
package pipeline

import (
	"io"
	"sync/atomic"
	"time"

	"github.com/pcappipe/pcappipe/decoder/filter"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/reassembly"
	"go.uber.org/zap"
)

// A Config says what to run. Its zero value, with Inputs, is the documented default.
type Config struct {
	Inputs  []string  // files, directories, globs, "-"
	Stdin   io.Reader // what "-" reads; default os.Stdin
	Workers int       // default: as many as CPUs
	Engine  Engine

	// Output says where which kinds of records go. Without flows and the summary
	// among them, flows are tracked only for Summary.
	Output  output.Config
	Summary bool // track flows for the summary that Run returns

	Filter *filter.Filter // nil lets everything pass
	From   Bound          // earliest frame; the zero Bound is none
	To     Bound          // latest frame
	Count  uint64         // stop after so many frames that pass; 0 is no limit

	Idle    Idle
	Memory  int64 // ceiling of all per-flow state together, bytes; default 1 GiB
	NoVLANs bool  // leave VLAN ids out of a flow's identity
	Payload bool  // payload bytes in records

	IP        flow.Kind         // versions of IP whose fragments are put together; flows need both
	TCP       bool              // put streams together
	Overlap   reassembly.Policy // which bytes win where segments or fragments overlap
	StreamDir string            // the bytes of every TCP stream, one file per direction; "": none
	Follow    *Follow           // the bytes of one TCP stream take the place of all records; nil: none

	Hold    time.Duration // how long an answer is waited for behind its connection's FIN or RST; default 10 s
	Bodies  string        // the content of every HTTP message, one file each; "": none
	Decoded bool          // content as it was before its content coding
	Only    *Only         // the frames of some exchanges, as a capture, take the place of all records; nil: none

	Strict    bool // any damage in the input is an error, at once
	Log       *zap.Logger
	Progress  *Progress // may be nil
	Timing    *Timing   // may be nil
	BatchSize int       // bytes of input in a batch; default 384 KiB, less for more than 8 workers. Changes no output.
	Serial    bool      // slice plain files by one reader, not by all workers. Changes no output.

	alwaysTight bool // for tests: decide at every epoch
}

// Idle has the idle times, on the capture clock. Zero is the default.
type Idle struct {
	TCP, UDP, ICMP, Other time.Duration // 5m 1m 1m 1m
}

// An Engine is a way to wire the same stages. The bytes that come out are the same.
type Engine string

const (
	Auto     Engine = "auto"     // what the machine and the input are best served by
	Default  Engine = "default"  // one goroutine: the reference
	Pipeline Engine = "pipeline" // workers decode, sequence and analyse
	Server   Engine = "server"   // workers decode; flows belong to analysis goroutines
)

// Engines are all engines, for help and checks.
var Engines = []Engine{Auto, Default, Pipeline, Server}

// A Bound is an end of the wanted part of a capture: a time, or a distance from
// the first frame.
type Bound struct {
	Set      bool
	Relative bool
	Nanos    int64 // since 1970, or since the first frame
}

// Progress is written by a run and may be read at any moment.
type Progress struct {
	Frames atomic.Uint64 // written so far
	Bytes  atomic.Int64  // of the input files, consumed so far
	Total  atomic.Int64  // of the input files; 0 when not known (a pipe among them)
}
