package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/frame"
	"github.com/pcappipe/pcappipe/pipeline"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a text with the file of this name under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what it was; -update rewrites it. Got\n%s", file, got)
	}
}

// captures are those of the project's testdata, with the exit status that
// reading them has.
var captures = []struct {
	name string
	want status
}{
	{"http.pcap", success},
	{"interfaces.pcapng", success},
	{"vlan-mpls.pcap", success},
	{"ipv6-fragments.pcap", success},
	{"gtp-teredo.pcap", success},
	{"vxlan.pcap", success},
	{"short-headers.pcap", success},
	{"cut.pcap", damaged},
}

func TestSummaryOfACapture(t *testing.T) {
	t.Chdir("../..")
	for _, c := range captures {
		out, _, got := program(t, nil, "testdata/"+c.name)
		if got != c.want {
			t.Errorf("%s: exit status %d, not %d", c.name, got, c.want)
		}
		t.Run(c.name, func(t *testing.T) {
			t.Chdir("cmd/pcappipe")
			golden(t, c.name, out)
		})
	}
}

func TestSummaryOfEverything(t *testing.T) {
	sum := pipeline.Summary{
		Inputs: []pipeline.Input{
			{File: &frame.File{Path: "a.pcap", Format: "pcap"}, Links: []frame.LinkType{1}, Frames: 1234567},
			{File: &frame.File{Path: "b\x1b[2J.pcapng.gz", Format: "pcapng.gz"}, Links: []frame.LinkType{276, 4711}, Frames: 1, Err: capfile.ErrTruncated},
		},
		Frames: 1234568, Bytes: 98765432, WireBytes: 198765432,
		First: -1, Last: 59e9, Timed: true,
		Stacks:     []decoder.Stack{{Path: "eth:ip:tcp", Frames: 1234000, Bytes: 98000000}, {Path: "sll:ip:udp", Frames: 500, Bytes: 65432}},
		MoreStacks: 68,
		Flows:      pipeline.Flows{Total: 21, Fin: 1, Rst: 2, Idle: 3, Reuse: 4, Evicted: 5, End: 6},
		Talkers: []pipeline.Talker{
			{Flow: 12, Name: "tcp 10.0.0.1:1234 > 10.0.0.2:80", Packets: 1000, Bytes: 9e6},
			{Flow: 3, Name: "udp [2001:db8::1]:53 > [2001:db8::2]:53", Packets: 2, Bytes: 99},
		},
		Records: map[string]uint64{"frame": 1234568, "flow": 21},
		Failed:  []error{&capfile.InputError{Path: "c.png", Err: errors.New("is a PNG image")}},
		Skipped: 2,
		Damage:  []error{&capfile.FormatError{Path: "b\x1b[2J.pcapng.gz", Offset: 24, Frame: 1234569, Field: "captured length", Err: capfile.ErrTruncated}},
		Ledger: pipeline.Ledger{
			Read: 1234568, Decoded: 1234000, Faulty: 500, Filtered: 50, Unknown: 18,
			Faults:    map[string]uint64{"tcp: cut by the snap length": 400, "ip: wrong version": 100},
			Unknowns:  map[string]uint64{"link type 4711": 17},
			Fragments: 7,
		},
		Interrupted: true,
		Tracked:     true,
	}
	golden(t, "everything", summaryText(&sum))
}

// What is long is cut short, and what is left out is counted.
func TestSummaryOfTooMuch(t *testing.T) {
	sum := pipeline.Summary{Ledger: pipeline.Ledger{Faults: map[string]uint64{}}}
	for i := range 1000 {
		sum.Inputs = append(sum.Inputs, pipeline.Input{File: &frame.File{Path: fmt.Sprint(i), Format: "pcap"}})
		sum.Damage = append(sum.Damage, fmt.Errorf("damage %d", i))
		sum.Stacks = append(sum.Stacks, decoder.Stack{Path: fmt.Sprintf("eth:%d", i), Frames: 1})
		sum.Ledger.Faults[fmt.Sprintf("reason %d", i)] = 1
	}
	text := summaryText(&sum)
	if n := strings.Count(text, "\n"); n > 200 {
		t.Errorf("%d lines", n)
	}
	words := strings.Join(strings.Fields(text), " ")
	for _, want := range []string{"and 990 further inputs", "and 980 further ones", "and 961 less frequent ones", "other reasons 980"} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

func TestNoLineOfASummaryEndsInSpaceOrMovesTheCursor(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			if bytes.ContainsAny(line, "\x1b\r\t") || bytes.HasSuffix(line, []byte(" \n")) {
				t.Errorf("%s has the line %q", file, line)
			}
		}
	}
}
