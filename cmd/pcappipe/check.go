package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/decoder/filter"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/output"
	"github.com/spf13/pflag"
)

// parse reads a command line and checks all of it, so that what is wrong is
// known before any input is opened.
func (c *command) parse(args []string) error {
	if err := c.all.Parse(doubleDashes(c.all, args)); err != nil {
		return c.explain(err)
	}
	if c.help || c.version {
		return nil
	}
	c.inputs.takeWords()
	return c.explain(c.check())
}

func (c *command) check() error {
	if len(c.config.Inputs) == 0 {
		return errors.New("no INPUT: name a file, a directory, a glob, or - for standard input")
	}
	if c.verbose && c.quiet {
		return errors.New("--verbose and --quiet exclude each other")
	}
	from, to := c.config.From, c.config.To
	if from.Set && to.Set && from.Relative == to.Relative && from.Nanos > to.Nanos {
		return fmt.Errorf("--to %s lies before --from %s", c.all.Lookup("to").Value, c.all.Lookup("from").Value)
	}
	if c.filter != "" {
		f, err := filter.Compile(c.filter)
		if err != nil {
			return fmt.Errorf("--filter %q: %w", c.filter, err)
		}
		c.config.Filter = f
	}
	c.config.Workers = int(c.workers)
	c.config.NoVLANs = !c.vlanScope
	c.config.IP = c.versions()
	return c.checkOutput()
}

// versions returns which versions of IP were asked for to be put together.
func (c *command) versions() (kinds flow.Kind) {
	if c.ip || c.ipv4 {
		kinds |= flow.IPv4
	}
	if c.ip || c.ipv6 {
		kinds |= flow.IPv6
	}
	return kinds
}

// checkOutput settles which records are wanted and where they go.
func (c *command) checkOutput() error {
	out := &c.config.Output
	out.Format = output.Format(c.format)
	out.Fields = c.fields
	if c.timeForm == "iso" {
		out.Time = output.ISO
	}
	if dir := c.config.StreamDir; c.all.Changed("streams") && (dir == "" || dir == "-") {
		return fmt.Errorf("--streams %q: allowed is the name of a directory", dir)
	}
	if dir := c.config.Bodies; c.all.Changed("bodies") && (dir == "" || dir == "-") {
		return fmt.Errorf("--bodies %q: allowed is the name of a directory", dir)
	}
	c.config.Decoded = c.bodyForm == "decoded"
	if c.all.Changed("body-form") && c.config.Bodies == "" {
		return errors.New("--body-form is of no use without --bodies")
	}
	if c.all.Changed("project") {
		if out.Project == "" {
			return errors.New(`--project "": allowed is the name of a Google Cloud project`)
		}
		if out.Format != output.CloudLogging {
			return errors.New("--project is of no use without --format cloudlogging")
		}
	}
	if c.all.Changed("trace-id") || c.all.Changed("exchange") {
		return c.checkOnly()
	}
	if c.all.Changed("follow") {
		return c.checkFollow()
	}
	if c.all.Changed("follow-format") {
		return errors.New("--follow-format is of no use without --follow")
	}
	// Whether flows are tracked shows in frame records, so it depends on what
	// was asked for and not on whether the text is printed.
	c.config.Summary = c.summaryAsText()
	if !c.config.Summary {
		out.Kinds = c.kinds
	}
	return out.Check(fields.Schema)
}

// checkOnly settles what --trace-id and --exchange write: frames, and no records.
func (c *command) checkOnly() error {
	flag := "exchange"
	if c.all.Changed("trace-id") {
		flag = "trace-id"
		if c.all.Changed("exchange") {
			return errors.New("--trace-id and --exchange exclude each other")
		}
		if c.traceID == "" {
			return errors.New(`--trace-id "": allowed is a trace's id, as exchange records have it`)
		}
		c.only.TraceID = normalTraceID(c.traceID)
	}
	for _, name := range []string{"emit", "fields", "follow"} {
		if c.all.Changed(name) {
			return fmt.Errorf("--%s %q: --%s writes frames in the place of records", name, c.all.Lookup(name).Value, flag)
		}
	}
	if err := c.checkCapture(flag); err != nil {
		return err
	}
	c.config.Only = &c.only
	return c.checkRaw(flag)
}

// otherwise are the extensions that promise something else than a capture as it is.
var otherwise = []string{".jsonl", ".ndjson", ".json", ".csv", ".parquet", ".plist", ".txt", ".gz", ".zst", ".lz4", ".xz"}

// checkCapture settles the format of the capture that a flag writes.
func (c *command) checkCapture(flag string) error {
	path := c.config.Output.Path
	ext := strings.ToLower(filepath.Ext(path))
	c.config.Output.Format = ""
	switch {
	case c.format == string(output.PCAP) || c.format == string(output.PCAPNG):
		c.only.Format = output.Format(c.format)
	case c.format != "":
		return fmt.Errorf("--format %q: of the frames that --%s writes, allowed is pcap or pcapng", c.format, flag)
	case slices.Contains(otherwise, ext):
		return fmt.Errorf("--output %q: --%s writes a capture, .pcap or .pcapng (name a --format to use this path all the same)", path, flag)
	case ext == ".pcapng":
		c.only.Format = output.PCAPNG
	default:
		c.only.Format = output.PCAP
	}
	return nil
}

// normalTraceID writes an id as records have it, where it is one of hexadecimal digits.
func normalTraceID(id string) string {
	const digits = 32
	if strings.Trim(id, "0123456789abcdefABCDEF") != "" || len(id) > digits {
		return id
	}
	return strings.Repeat("0", digits-len(id)) + strings.ToLower(id)
}

// checkRaw settles that a flag's bytes are written in the place of records.
func (c *command) checkRaw(flag string) error {
	info, err := os.Stat(c.config.Output.Path)
	if err == nil && info.IsDir() || strings.HasSuffix(c.config.Output.Path, "/") {
		return fmt.Errorf("--output %q: is a directory; --%s writes one file", c.config.Output.Path, flag)
	}
	c.config.Output.Raw = true
	c.config.Summary = true
	return c.config.Output.Check()
}

// checkFollow settles what --follow writes: bytes, and no records.
func (c *command) checkFollow() error {
	for _, name := range []string{"emit", "format", "fields"} {
		if c.all.Changed(name) {
			return fmt.Errorf("--%s %q: --follow writes bytes in the place of records", name, c.all.Lookup(name).Value)
		}
	}
	c.config.Follow = &c.follow
	return c.checkRaw("follow")
}

// summaryAsText says whether the summary is all that was asked for, and not as
// a record: neither a format nor a place of its own was named.
func (c *command) summaryAsText() bool {
	return slices.Equal(c.kinds, []string{summaryKind}) && c.format == "" && c.fields == nil && c.toStdout()
}

// writesToStdout says whether records or a stream's bytes go to standard output.
func (c *command) writesToStdout() bool {
	return (len(c.config.Output.Kinds) > 0 || c.config.Output.Raw) && c.toStdout()
}

// toStdout says whether records, if there are any, go to standard output.
func (c *command) toStdout() bool {
	switch c.config.Output.Path {
	case "", "-", "/dev/stdout":
		return true
	}
	return false
}

// outputFlags are the flags that parts of an output's configuration come from.
var outputFlags = map[string]string{"Kinds": "emit", "Path": "output", "Format": "format", "Fields": "fields"}

// explain says what is wrong with a command line: the flag, the value, and what
// is allowed.
func (c *command) explain(err error) error {
	if e, ok := errors.AsType[*output.ConfigError](err); ok {
		return fmt.Errorf("--%s %q: %s%s", outputFlags[e.Part], e.Value, e.Reason, onlyOfCaptures(e))
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return fmt.Errorf("--%s %q: %w", e.GetFlag().Name, e.GetValue(), e.Unwrap())
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		_, usage := pflag.UnquoteUsage(e.GetFlag())
		return fmt.Errorf("--%s needs a value: %s", e.GetFlag().Name, strings.Join(strings.Fields(usage), " "))
	}
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return c.unknown(e)
	}
	return err
}

// onlyOfCaptures says where the formats of captures are allowed, if one is named.
func onlyOfCaptures(e *output.ConfigError) string {
	if e.Part == "Format" && (e.Value == string(output.PCAP) || e.Value == string(output.PCAPNG)) {
		return "; pcap and pcapng are for --trace-id and --exchange"
	}
	return ""
}

// unknown names a flag that does not exist, and the ones that may be meant.
func (c *command) unknown(e *pflag.NotExistError) error {
	name := e.GetSpecifiedName()
	if group := e.GetSpecifiedShortnames(); group != "" {
		if group == name {
			return fmt.Errorf("unknown flag -%s", name)
		}
		return fmt.Errorf("unknown flag -%s in -%s", name, group)
	}
	var near []string
	slips := min(2, len(name)/2) // or every short name would be near --to
	c.all.VisitAll(func(f *pflag.Flag) {
		if strings.HasPrefix(f.Name, name) || distance(f.Name, name) <= slips {
			near = append(near, "--"+f.Name)
		}
	})
	if near == nil {
		return fmt.Errorf("unknown flag --%s", name)
	}
	return fmt.Errorf("unknown flag --%s: is %s meant?", name, alternatives(near))
}

// distance is Levenshtein's: how many bytes to put in, take out or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
