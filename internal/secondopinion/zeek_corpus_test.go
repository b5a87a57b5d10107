//go:build corpus

package secondopinion

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A baseline is a conn.log that Zeek made of one capture.
type baseline struct {
	capture Capture
	log     string // its path
	name    string
}

// baselines lists the logs that were made of one whole capture each: not those
// of a run with a filter, nor of a test that reads several captures, nor those
// whose columns the test chose itself.
func baselines(t *testing.T) (list []baseline, left int) {
	t.Helper()
	byName := make(map[string]Capture)
	for _, c := range captures {
		byName[c.Name] = c
	}
	root := filepath.Dir(findOther(t, "zeek/TEST_TRACE_MAP.tsv").Path)
	text, err := os.ReadFile(filepath.Join(root, "TEST_TRACE_MAP.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string][]baseline)
	for line := range strings.Lines(string(text)) {
		parts := strings.Split(strings.TrimSpace(line), "\t")
		log := filepath.Join(root, parts[0], "conn.log")
		text, err := os.ReadFile(log)
		if err != nil {
			continue
		}
		c, known := byName["zeek/"+parts[1]]
		if !known || strings.Contains(parts[2], " -f ") || !bytes.Contains(text, []byte("\tid.orig_h\t")) {
			left++
			continue
		}
		found[log] = append(found[log], baseline{c, log, filepath.Base(parts[0])})
	}
	for _, log := range slices.Sorted(maps.Keys(found)) {
		if len(found[log]) > 1 {
			left++
			continue
		}
		list = append(list, found[log][0])
	}
	return list, left
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

// Zeek's connections have the same packets, bytes and states.
func TestZeekAgrees(t *testing.T) {
	c := compare(t, "zeek")
	list, left := baselines(t)
	c.Apart("baselines", left)
	for _, b := range list {
		c.Compare("baselines", true)
		c.baseline(t, b)
	}
	c.finish(t)
}

func (c *comparison) baseline(t *testing.T, b baseline) {
	t.Helper()
	log, err := os.ReadFile(b.log)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ParseZeek(log)
	if err != nil {
		t.Fatalf("%s: %v", b.name, err)
	}
	theirs, err := ZeekConnections(rows)
	if err != nil {
		t.Fatalf("%s: %v", b.name, err)
	}
	run, err := ours(b.capture)
	if err != nil {
		t.Fatal(err)
	}
	mine, err := run.Connections()
	if err != nil {
		t.Fatalf("%s: %v", b.capture.Name, err)
	}
	talks := maps.Clone(theirs)
	maps.Copy(talks, mine)
	for _, talk := range slices.SortedFunc(maps.Keys(talks), Talk.Compare) {
		c.connections(b, talk, mine[talk], theirs[talk])
	}
}

// connections compares one conversation of which either side knows.
func (c *comparison) connections(b baseline, talk Talk, ours, theirs *Connections) {
	where := b.name + " " + talk.String()
	c.value(b.capture, where, "connections", logged(talk, ours), logged(talk, theirs))
	if ours == nil || theirs == nil {
		return
	}
	c.value(b.capture, where, "packets", ours.Packets.String(), theirs.Packets.String())
	c.value(b.capture, where, "ip bytes", ours.IPBytes.String(), theirs.IPBytes.String())
	c.value(b.capture, where, "bytes", ours.Bytes.String(), theirs.Bytes.String())
	if ours.Count > 1 || theirs.Count > 1 {
		c.Apart("conn_state", max(ours.Count, theirs.Count))
		c.Apart("history", max(ours.Count, theirs.Count))
		return
	}
	c.value(b.capture, where, "originator", ours.Originator, theirs.Originator)
	c.value(b.capture, where, "conn_state", ours.State, theirs.State)
	c.value(b.capture, where, "history", ours.History, theirs.History)
	c.value(b.capture, where, "duration", ours.Duration, theirs.Duration)
}

func logged(t Talk, c *Connections) string {
	if c == nil {
		return "none"
	}
	return t.String()
}
