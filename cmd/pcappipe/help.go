package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/pflag"
)

const helpHead = `pcappipe reads packet captures and writes what is in them.

Usage:
  pcappipe [flags] INPUT...

INPUT is a file, a directory, a glob, or - (standard input). Several inputs are
one capture, read in the order given: a glob in lexical order, a directory and
those below it by each file's first timestamp. pcap and pcapng, plain or
compressed with gzip, zstd, lz4 or xz, are recognised by their content.

Examples:
  pcappipe big.pcap                               a summary to read
  pcappipe --emit flows big.pcap > flows.jsonl    a line for each flow
  pcappipe --emit exchanges big.pcap              a line for each HTTP request
  pcappipe --emit frames -f csv -e frame.number,ip.src,ip.dst big.pcap
  pcappipe --filter 'tcp port 443' --to +15m --emit frames,flows -o out/ day/
`

const helpTail = `
Where it goes: records go to standard output or -o; progress, messages and
errors to standard error. The summary is text on standard output when no records
go there, else on standard error; with -f or -o, --emit summary writes it as a
record instead. A file appears under its name when it is complete.

A long flag may have one dash: -workers 4 is --workers 4.

Exit status:
  0    all read and written
  1    usage, or an input that cannot be opened or is no capture
  2    input damaged or cut; all that is readable was processed
  3    the ledger does not balance, or another internal fault
  4    output failed
  130  interrupted; what was complete is written
`

// Where the explanation of a flag begins, and where its lines end.
const (
	helpColumn = 27
	helpWidth  = 80
)

// printHelp writes all flags by subject.
func (c *command) printHelp(w io.Writer) {
	io.WriteString(w, helpHead)
	for _, g := range c.groups {
		fmt.Fprintf(w, "\n%s:\n", g.title)
		g.flags.VisitAll(func(f *pflag.Flag) { printFlag(w, f) })
	}
	io.WriteString(w, helpTail)
}

func printFlag(w io.Writer, f *pflag.Flag) {
	name := "    "
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", "
	}
	name += "--" + f.Name
	value, usage := pflag.UnquoteUsage(f)
	if value != "" {
		name += " " + value
	}
	if hasDefault(f) {
		usage += " (default: " + f.DefValue + ")"
	}
	lines := wrap(usage, helpWidth-helpColumn)
	fmt.Fprintf(w, "  %-*s %s\n", helpColumn-3, name, lines[0])
	for _, line := range lines[1:] {
		fmt.Fprintf(w, "%*s%s\n", helpColumn, "", line)
	}
}

// wrap breaks a text between words into lines of at most so many columns.
func wrap(text string, columns int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > columns {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// hasDefault says whether a flag's default is a value worth telling.
func hasDefault(f *pflag.Flag) bool {
	switch f.DefValue {
	case "", "0", "false":
		return false
	}
	return true
}

// printVersion writes version, commit and Go version, as the build recorded them.
func printVersion(w io.Writer) {
	version, commit := "(unknown)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		commit = commitOf(info)
	}
	fmt.Fprintf(w, "pcappipe %s%s, %s %s/%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func commitOf(info *debug.BuildInfo) string {
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if settings["vcs.revision"] == "" {
		return ""
	}
	commit := ", commit " + settings["vcs.revision"]
	if settings["vcs.modified"] == "true" {
		commit += " with changes"
	}
	return commit
}
