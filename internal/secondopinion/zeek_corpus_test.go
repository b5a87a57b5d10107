//go:build corpus

package secondopinion

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A baseline is a conn.log that Zeek made of one capture.
type baseline struct {
	capture Capture
	name    string // the test's, and the log's where it is not conn.log
	rows    []Row
	filter  string // Zeek's -f
}

// baselines lists the logs that were made of one capture of the corpus each, by
// that capture; the rest is counted. logs are those that a command of a test
// left in a folder.
func (c comparison) baselines(logs func(folder, command string) []string) map[string][]baseline {
	root := filepath.Dir(findOther(c.t, "zeek/TEST_TRACE_MAP.tsv").Path)
	text, err := os.ReadFile(filepath.Join(root, "TEST_TRACE_MAP.tsv"))
	if err != nil {
		c.t.Fatal(err)
	}
	byLog := make(map[string][]baseline)
	for line := range strings.Lines(string(text)) {
		parts := strings.Split(strings.TrimSpace(line), "\t")
		if len(parts) < 3 {
			continue
		}
		for _, log := range logs(filepath.Join(root, parts[0]), parts[2]) {
			b, err := readBaseline(log, parts)
			if err != nil {
				c.t.Fatalf("%s: %v", log, err)
			}
			byLog[log] = append(byLog[log], b)
		}
	}
	list := make(map[string][]baseline)
	for _, log := range slices.Sorted(maps.Keys(byLog)) {
		b := byLog[log][0]
		switch {
		case len(byLog[log]) > 1:
			c.Apart("logs of tests that read several captures", 1)
		case b.capture.Path == "":
			c.Apart("logs of captures that the corpus does not have", 1)
		case len(b.rows) == 0:
			c.Apart("logs without a line", 1)
		default:
			list[b.capture.Name] = append(list[b.capture.Name], b)
		}
	}
	return list
}

var zeekFilter = regexp.MustCompile(` -f ["']([^"']+)["']`)

func readBaseline(log string, parts []string) (b baseline, err error) {
	b.name = filepath.Base(parts[0])
	if base := strings.TrimSuffix(filepath.Base(log), ".cut"); base != "conn.log" {
		b.name += "/" + base
	}
	if i := slices.IndexFunc(captures, func(c Capture) bool { return c.Name == "zeek/"+parts[1] }); i >= 0 {
		b.capture = captures[i]
	}
	if m := zeekFilter.FindStringSubmatch(parts[2]); m != nil {
		b.filter = m[1]
	}
	text, err := os.ReadFile(log)
	if err != nil {
		return b, err
	}
	b.rows, err = ParseZeek(text)
	return b, err
}

// connLogs returns the logs of connections that a command of a test left.
func connLogs(folder, command string) []string {
	logs, _ := filepath.Glob(filepath.Join(folder, "conn*.log*")) // the pattern is a valid one
	return slices.DeleteFunc(logs, func(log string) bool {
		name := strings.TrimSuffix(filepath.Base(log), ".cut")
		return name != "conn.log" && !strings.Contains(command, name)
	})
}

func findOther(t *testing.T, name string) Capture {
	t.Helper()
	for _, c := range others {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("the corpus has no %s", name)
	return Capture{}
}

// Zeek's connections have the same values in every column that both sides have.
func TestZeekAgrees(t *testing.T) {
	c := compare(t, "zeek", "Zeek's own baselines")
	logs := c.baselines(connLogs)
	list := slices.DeleteFunc(slices.Clone(captures), func(c Capture) bool { return logs[c.Name] == nil })
	c.over(list, func(capture Capture, s *Sheet) error {
		for _, b := range logs[capture.Name] {
			if err := s.baseline(b); err != nil {
				return fmt.Errorf("%s: %w", b.name, err)
			}
		}
		return nil
	})
	c.finish()
}

func (s *Sheet) baseline(b baseline) error {
	var options []string
	if b.filter != "" {
		options = []string{"--filter", b.filter}
	}
	reassembled, err := RunReassembly(program, b.capture, "flows", options...)
	if err != nil {
		return err
	}
	run := &reassembled.Run
	if !b.rows[0].namesEnds() {
		s.alone(b, run)
		return nil
	}
	theirs, err := ReadConnections(b.rows)
	if err != nil {
		return err
	}
	mine, err := run.Connections()
	if err == nil {
		s.CompareConnections(b.name, mine, theirs)
	}
	return err
}

// namesEnds says whether a log's columns name a conversation.
func (row Row) namesEnds() bool {
	_, orig := row["id.orig_p"]
	_, resp := row["id.resp_p"]
	return orig && resp && cmp.Or(row["proto"], row["ip_proto"]) != ""
}

// alone compares a log that does not name its conversations, where there is only one.
func (s *Sheet) alone(b baseline, run *Run) {
	if len(b.rows) != 1 || len(run.Flows) != 1 {
		s.Apart("connections in logs without the columns that name them", len(b.rows))
		return
	}
	s.row(b.name, run.Flows[0].ZeekRow(), b.rows[0])
}
