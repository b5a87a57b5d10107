//go:build corpus

package secondopinion

import (
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
		log, text := connLog(filepath.Join(root, parts[0]))
		if text == nil {
			continue
		}
		c, known := byName["zeek/"+parts[1]]
		if !known || strings.Contains(parts[2], " -f ") || !namesEnds(text) {
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

// namesEnds says whether a log has what names a conversation.
func namesEnds(log []byte) bool {
	rows, err := ParseZeek(log)
	if err != nil || len(rows) == 0 {
		return false
	}
	_, ends := rows[0]["id.orig_h"]
	_, proto := rows[0]["proto"]
	return ends && proto
}

// connLog returns a baseline's conn.log, or what zeek-cut left of it.
func connLog(folder string) (path string, text []byte) {
	for _, name := range []string{"conn.log", "conn.log.cut"} {
		path := filepath.Join(folder, name)
		if text, err := os.ReadFile(path); err == nil {
			return path, text
		}
	}
	return "", nil
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
		c.connections(b, rows[0], talk, mine[talk], theirs[talk])
	}
}

// connections compares one conversation of which either side knows, by the
// columns that the log has.
func (c *comparison) connections(b baseline, has ZeekRow, talk Talk, ours, theirs *Connections) {
	where := b.name + " " + talk.String()
	c.value(b.capture, where, "connections", logged(talk, ours), logged(talk, theirs))
	if ours == nil || theirs == nil {
		return
	}
	single := ours.Count == 1 && theirs.Count == 1
	for _, f := range []struct {
		column       string
		sums         bool // can be added up over several connections
		ours, theirs string
	}{
		{"orig_pkts", true, ours.Packets.String(), theirs.Packets.String()},
		{"orig_ip_bytes", true, ours.IPBytes.String(), theirs.IPBytes.String()},
		{"orig_bytes", true, ours.Bytes.String(), theirs.Bytes.String()},
		{"id.orig_h", false, ours.Originator, theirs.Originator},
		{"conn_state", false, ours.State, theirs.State},
		{"history", false, ours.History, theirs.History},
		{"duration", false, ours.Duration, theirs.Duration},
	} {
		switch _, there := has[f.column]; {
		case !there:
		case f.sums || single:
			c.value(b.capture, where, f.column, f.ours, f.theirs)
		default:
			c.Apart(f.column, max(ours.Count, theirs.Count))
		}
	}
}

func logged(t Talk, c *Connections) string {
	if c == nil {
		return "none"
	}
	return t.String()
}
