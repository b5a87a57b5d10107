package main

import (
	"io"
	"math"
	"strings"
	"time"

	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/pipeline"
	"github.com/pcappipe/pcappipe/reassembly"
	"github.com/spf13/pflag"
)

// Options are a command line, understood and checked.
type options struct {
	config pipeline.Config

	workers   uint64
	kinds     []string
	fields    []string
	format    string
	timeForm  string
	filter    string
	vlanScope bool
	ip        bool
	ipv4      bool
	ipv6      bool
	follow    pipeline.Follow
	only      pipeline.Only
	traceID   string
	bodyForm  string
	progress  string
	logFormat string

	verbose, quiet bool
	help, version  bool
}

// A command is the flags, by subject, bound to the options that they set.
type command struct {
	options
	inputs *inputs
	groups []group
	all    *pflag.FlagSet // the flags of all groups
}

// A group is the flags of one subject, in the order of the help.
type group struct {
	title string
	flags *pflag.FlagSet
}

// The words that some flags allow.
var (
	bodyForms     = []string{"raw", "decoded"}
	timeForms     = []string{"epoch", "iso"}
	progressModes = []string{"auto", "always", "never"}
	logFormats    = []string{"console", "json"}
)

// summaryKind is the kind that a human reads: where nothing asks for it as a
// record, it is written as text.
const summaryKind = "summary"

func newCommand() *command {
	c := &command{options: options{
		kinds:     []string{summaryKind},
		timeForm:  "epoch",
		vlanScope: true,
		follow:    pipeline.Follow{Format: output.FollowRaw},
		bodyForm:  "raw",
		progress:  "auto",
		logFormat: "console",
		config: pipeline.Config{
			Engine: pipeline.Auto,
			Memory: 1 << 30,
			Hold:   10 * time.Second,
			Idle:   pipeline.Idle{TCP: 5 * time.Minute, UDP: time.Minute, ICMP: time.Minute, Other: time.Minute},
		},
	}}
	c.all = pflag.NewFlagSet("pcappipe", pflag.ContinueOnError)
	c.all.Usage = func() {}
	c.all.SetOutput(io.Discard) // what is wrong is said once, by main

	o, run := &c.options, &c.config
	c.group("What is read", func(f *pflag.FlagSet) {
		c.inputs = &inputs{to: &run.Inputs, flags: c.all}
		f.VarP(c.inputs, "read", "r", "the same as giving FILE as INPUT")
		f.StringVar(&o.filter, "filter", "", "only frames that match the pcap-filter(7) expression `EXPR`")
		f.Var(&bound{to: &run.From}, "from", "only frames from T on: epoch seconds, RFC 3339, or +1h30m from the first frame")
		f.Var(&bound{to: &run.To}, "to", "only frames up to T")
		f.VarP(number{&run.Count, 1, math.MaxUint64}, "count", "c", "stop after N frames that pass the filter")
		f.BoolVar(&run.Strict, "strict", false, "any damage in the input is an error, at once")
	})
	c.group("What is written", func(f *pflag.FlagSet) {
		f.Var(&list{to: &o.kinds}, "emit", "kinds of records: "+strings.Join(output.Kinds(), ", "))
		f.StringVarP(&run.Output.Path, "output", "o", "-", "`PATH` of a file, of a directory, which is there or ends in / (one file per kind), or -")
		f.StringVarP(&o.format, "format", "f", "", "`FORMAT` of records: jsonl, csv or cloudlogging (JSON Lines with the special fields of Google Cloud Logging); of frames that --trace-id or --exchange writes: pcap or pcapng")
		f.VarP(&list{to: &o.fields}, "fields", "e", "only these fields of frame records, by their Wireshark names; can be given again")
		f.BoolVar(&run.Payload, "payload", false, "payload bytes in records of frames, datagrams and turns")
		f.Var(choice[string]{&o.timeForm, timeForms, "FORM"}, "time", "epoch (seconds, nine decimals) or iso (RFC 3339, nine decimals, UTC)")
		f.Lookup("format").DefValue = "by the extension of PATH, else jsonl"
	})
	c.group("Flows", func(f *pflag.FlagSet) {
		f.Var(span{&run.Idle.TCP}, "idle-tcp", "time on the capture clock without a frame that ends a TCP flow")
		f.Var(span{&run.Idle.UDP}, "idle-udp", "the same for UDP")
		f.Var(span{&run.Idle.ICMP}, "idle-icmp", "the same for ICMP")
		f.Var(span{&run.Idle.Other}, "idle-other", "the same for other protocols")
		f.Var(toggle{&o.vlanScope}, "vlan-scope", "whether VLAN ids belong to a flow's identity; off is for mirror ports that tag the directions differently")
	})
	c.group("Reassembly", func(f *pflag.FlagSet) {
		f.BoolVar(&o.ip, "ip", false, "put IP fragments together; flows need it and do so")
		f.BoolVar(&o.ipv4, "ipv4", false, "only those of version 4")
		f.BoolVar(&o.ipv6, "ipv6", false, "only those of version 6")
		f.BoolVar(&run.TCP, "tcp", false, "put TCP streams together; turns, streams, exchanges, traces, --streams and --follow need it and do so")
		f.Var(named[reassembly.Policy]{&run.Overlap, reassembly.ParsePolicy, reassembly.Policies(), "POLICY"}, "overlap", "which bytes win where fragments or segments overlap: "+strings.Join(reassembly.Policies(), ", "))
		f.StringVar(&run.StreamDir, "streams", "", "write the bytes of every TCP stream into `DIR`, one file per direction, and a list of them")
		f.Var(&flowName{to: &o.follow}, "follow", "write the bytes of this TCP flow, by its number or uid (see --emit flows), instead of records")
		f.Var(named[output.FollowFormat]{&o.follow.Format, output.ParseFollowFormat, output.FollowFormats(), "FORM"}, "follow-format", "raw (the bytes of both ends, as they came), text or hex")
	})
	c.group("HTTP exchanges and traces", func(f *pflag.FlagSet) {
		f.StringVar(&o.traceID, "trace-id", "", "write the frames of the exchanges of the trace `ID`, as a capture, instead of records")
		f.Var(&exchangeName{to: &o.only}, "exchange", "write the frames of this exchange, by its number (see --emit exchanges), as a capture, instead of records")
		f.StringVar(&run.Bodies, "bodies", "", "write the content of every HTTP message into `DIR`, one file each, and a list of them")
		f.Var(choice[string]{&o.bodyForm, bodyForms, "FORM"}, "body-form", "raw (as it was sent, without transfer coding) or decoded (without its content coding too: gzip, deflate, br, zstd)")
		f.Var(span{&run.Hold}, "hold", "how long on the capture clock an answer is waited for behind its connection's FIN or RST")
		f.StringVar(&run.Output.Project, "project", "", "`NAME` of the Google Cloud project that traces belong to, for -f cloudlogging")
	})
	c.group("Machine", func(f *pflag.FlagSet) {
		f.Var(number{&o.workers, 1, pipeline.MaxWorkers}, "workers", "decode workers")
		f.VarP(choice[pipeline.Engine]{&run.Engine, pipeline.Engines, "ENGINE"}, "engine", "E", alternatives(pipeline.Engines)+"; all write the same bytes")
		f.Var(size{&run.Memory, 64 << 10, 1 << 44}, "memory", "ceiling of all per-flow state together: 512MiB, 2G, 64000000")
		f.Lookup("workers").DefValue = "as many as CPUs"
	})
	c.group("Messages", func(f *pflag.FlagSet) {
		f.Var(choice[string]{&o.progress, progressModes, "WHEN"}, "progress", "auto (when stderr is a terminal), always or never")
		f.BoolVarP(&o.verbose, "verbose", "v", false, "say more")
		f.BoolVarP(&o.quiet, "quiet", "q", false, "no summary, progress or information; damage and errors are printed all the same")
		f.Var(choice[string]{&o.logFormat, logFormats, "FORM"}, "log-format", alternatives(logFormats))
		f.BoolVar(&o.version, "version", false, "print version, commit and Go version")
		f.BoolVarP(&o.help, "help", "h", false, "print this help")
	})
	return c
}

func (c *command) group(title string, add func(*pflag.FlagSet)) {
	f := pflag.NewFlagSet(title, pflag.ContinueOnError)
	f.SortFlags = false
	add(f)
	c.all.AddFlagSet(f)
	c.groups = append(c.groups, group{title, f})
}
