package main

import (
	"strings"
	"testing"
)

// Whatever the command line is, it is understood or refused with words, and what is
// understood is within what is allowed.
func FuzzCommandLine(f *testing.F) {
	for _, seed := range []string{
		"-workers 16 a.pcap", "--emit frames,flows -o out/ -f csv -e ip.src a", "--from +1h30m --to 2004-05-13T10:17:07Z -c 5 -",
		"--memory 64MiB --idle-tcp 2d --vlan-scope off a b c", "-E server -q --time iso --filter tcp x", "--from 1084443427.311224 -r a -r b",
	} {
		f.Add(strings.ReplaceAll(seed, " ", "\n"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := newCommand()
		if err := c.parse(strings.Split(text, "\n")); err != nil {
			if err.Error() == "" {
				t.Errorf("%q is refused without a word", text)
			}
			return
		}
		if c.help || c.version {
			return
		}
		run := &c.config
		if len(run.Inputs) == 0 || run.Workers < 0 || run.Workers > 1024 || run.Memory < 64<<10 ||
			min(run.Idle.TCP, run.Idle.UDP, run.Idle.ICMP, run.Idle.Other) <= 0 {
			t.Errorf("%q is understood as %+v", text, run)
		}
	})
}
