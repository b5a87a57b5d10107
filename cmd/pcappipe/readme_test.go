package main

import (
	"os"
	"strings"
	"testing"
)

// Every command that a page shows with its output, "    $ bin/pcappipe …" and
// what is indented below it, prints just that.
func TestTheReadmeShowsRealOutput(t *testing.T) {
	t.Chdir("../..")
	for _, page := range []string{"README.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		got, shown := rerun(t, string(text))
		if shown == 0 {
			t.Errorf("%s shows no command", page)
		}
		if *update {
			err = os.WriteFile(page, []byte(got), 0o666)
		} else if got != string(text) {
			t.Errorf("%s shows what is not printed; -update rewrites it. Printed is\n%s", page, got)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// rerun puts below each command of a page what it prints now.
func rerun(t *testing.T, page string) (rewritten string, commands int) {
	t.Helper()
	const prompt, indent = "    $ bin/pcappipe ", "    "
	var b strings.Builder
	lines := strings.SplitAfter(page, "\n")
	for i := 0; i < len(lines); i++ {
		b.WriteString(lines[i])
		command, shown := strings.CutPrefix(lines[i], prompt)
		if !shown {
			continue
		}
		commands++
		stdout, stderr, s := program(t, nil, strings.Fields(command)...)
		if s != success {
			t.Fatalf("%s: exit status %d\n%s", command, s, stderr)
		}
		for line := range strings.Lines(stdout) {
			if line != "\n" {
				line = indent + line
			}
			b.WriteString(line)
		}
		b.WriteString("\n")
		for i+1 < len(lines) && (lines[i+1] == "\n" || strings.HasPrefix(lines[i+1], indent)) && !strings.HasPrefix(lines[i+1], prompt) {
			i++
		}
	}
	return b.String(), commands
}
