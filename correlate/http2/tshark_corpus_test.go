//go:build corpus

package http2

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
)

// Of connections that begin with a preface, tshark reads the same fields in the same order.
func TestTsharkReadsTheSameFields(t *testing.T) {
	root := cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../../shared/corpus")
	all := 0
	for _, name := range withHTTP2 {
		path := filepath.Join(root, name)
		ours, servers := fieldsIn(t, path)
		if len(ours) == 0 {
			continue
		}
		theirs := fieldsOfTshark(t, path, servers)
		for _, way := range slices.Sorted(maps.Keys(ours)) {
			if !slices.Equal(ours[way], theirs[way]) {
				t.Errorf("%s: %s: %d fields, tshark has %d: %.300q, %.300q", name, way, len(ours[way]), len(theirs[way]), ours[way], theirs[way])
			}
			all += len(ours[way])
		}
	}
	if t.Logf("%d fields", all); all == 0 {
		t.Error("none at all")
	}
}

// A way is one direction of a connection: its ports.
func way(from, to uint16) string { return fmt.Sprintf("%d>%d", from, to) }

// A reader reads one connection's segments, which come in order.
type reader struct {
	transcript
	conn   *Conn
	client uint16
	server uint16
	next   map[bool]uint32
	fields map[bool][]string
}

func (r *reader) Headers(h *Headers) {
	for _, f := range h.Fields {
		r.fields[h.FromClient] = append(r.fields[h.FromClient], f.Name+": "+f.Value)
	}
}

// fieldsIn returns the fields of each direction of the connections that have a preface, and the
// ports of the servers of those that begin with it: of others tshark knows by itself.
func fieldsIn(t *testing.T, path string) (found map[string][]string, servers map[uint16]bool) {
	readers, found, servers := map[string]*reader{}, map[string][]string{}, map[uint16]bool{}
	spoken := map[string]bool{}
	for c, err := range capfile.Frames(path) {
		if err != nil {
			continue
		}
		s, is := segmentIn(c.Data)
		if !is || len(s.payload) == 0 {
			continue
		}
		key := way(min(s.from, s.to), max(s.from, s.to))
		r := readers[key]
		if r == nil {
			first := !spoken[key]
			spoken[key] = true
			if !strings.HasPrefix(string(s.payload), Preface) {
				continue
			}
			if first {
				servers[s.to] = true
			}
			r = &reader{transcript: *newTranscript(t), conn: New(), client: s.from, server: s.to, next: map[bool]uint32{}, fields: map[bool][]string{}}
			readers[key] = r
		}
		side := s.from == r.client
		if next, begun := r.next[side]; begun && int32(s.seq-next) < 0 {
			continue // sent again
		}
		r.next[side] = s.seq + uint32(len(s.payload))
		r.conn.Data(side, uint64(s.seq), s.payload, r)
	}
	for _, r := range readers {
		found[way(r.client, r.server)], found[way(r.server, r.client)] = r.fields[true], r.fields[false]
	}
	return found, servers
}

// fieldsOfTshark returns the same as tshark has it.
func fieldsOfTshark(t *testing.T, path string, servers map[uint16]bool) map[string][]string {
	args := []string{"-r", path, "-Y", "http2.header", "-T", "fields", "-e", "tcp.srcport", "-e", "tcp.dstport",
		"-e", "http2.header.name", "-e", "http2.header.value", "-E", "aggregator=\x01"}
	for port := range servers {
		args = append(args, "-d", fmt.Sprintf("tcp.port==%d,http2", port))
	}
	out, err := exec.Command("tshark", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		names, values := strings.Split(columns[2], "\x01"), strings.Split(columns[3], "\x01")
		if len(names) != len(values) {
			t.Fatalf("%s: %q", path, line)
		}
		w := columns[0] + ">" + columns[1]
		for i := range names {
			found[w] = append(found[w], names[i]+": "+values[i])
		}
	}
	return found
}
