//go:build corpus

package decoder

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
)

// question is what tshark is asked of every frame: its own bytes, without
// anything that was learned from another frame.
var question = []string{
	"-n", "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE",
	"-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,",
	"-e", "frame.number", "-e", "frame.protocols", "-e", "ip.src", "-e", "ip.dst", "-e", "ipv6.src", "-e", "ipv6.dst",
	"-e", "tcp.srcport", "-e", "tcp.dstport", "-e", "udp.srcport", "-e", "udp.dstport",
	"-e", "sctp.srcport", "-e", "sctp.dstport",
}

// TestCorpusAgreesWithTshark compares, for every frame of every capture of the
// corpus, layers, addresses and ports.
func TestCorpusAgreesWithTshark(t *testing.T) {
	v := verdicts{classes: map[string]*class{}}
	root := cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../shared/corpus")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			v.compare(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	v.report(t)
}

// verdicts counts what was compared.
type verdicts struct {
	files, frames, same, faulty, unknown, missing int
	lists, listsSame, beyond                      int
	classes                                       map[string]*class
}

// A class is frames that differ in the same way.
type class struct {
	frames  int
	example string
}

func (v *verdicts) differs(what, where string) {
	c := v.classes[what]
	if c == nil {
		c = &class{example: where}
		v.classes[what] = c
	}
	c.frames++
}

// compare compares one file, if it is a capture.
func (v *verdicts) compare(t *testing.T, path string) {
	d := New(Config{Layers: true, Flows: true})
	var r Result
	var theirs map[uint64][]string
	for c, err := range capfile.Frames(path) {
		if err != nil {
			continue // no capture, or damaged from here on
		}
		if theirs == nil {
			v.files++
			theirs = tshark(t, path)
		}
		d.Reset(&r)
		d.Decode(&c.Frame, c.Data, 0, &r)
		where := fmt.Sprintf("%s:%d", path, c.Number)
		switch row, has := theirs[c.Number]; {
		case r.Packets[0].Status == Unknown:
			v.unknown++
		case !has:
			v.missing++
		default:
			v.frame(&r, c.Data, row, where)
		}
	}
}

// frame compares one frame with tshark's row.
func (v *verdicts) frame(r *Result, data []byte, row []string, where string) {
	p := &r.Packets[0]
	v.frames++
	if p.Status == Faulty {
		v.faulty++
	}
	ours := r.Stacks[p.Stack].Path
	their, whole := normal(row[1])
	if ours != their {
		v.differs(fmt.Sprintf("stack %s | %s | %s %s", ours, row[1], p.Fault.Proto, p.Fault.Reason), where)
		return
	}
	v.same++
	for k, mine := range values(r.Of(p), data) {
		switch {
		case mine == row[k+2]:
			v.lists++
			v.listsSame++
		case !whole && strings.HasPrefix(row[k+2], mine):
			v.beyond++
		default:
			v.lists++
			v.differs(fmt.Sprintf("value %d of %s", k, ours), fmt.Sprintf("%s %q | %q", where, mine, row[k+2]))
		}
	}
}

func (v *verdicts) report(t *testing.T) {
	t.Logf("%d files, %d frames compared (%d faulty): %d have the same layers, %.3f %%", v.files, v.frames, v.faulty, v.same, percent(v.same, v.frames))
	t.Logf("%d lists of addresses and ports compared: %d are the same, %.3f %%; in %d tshark goes on behind our last layer", v.lists, v.listsSame, percent(v.listsSame, v.lists), v.beyond)
	t.Logf("not compared: %d frames of unknown link type, %d without an answer", v.unknown, v.missing)
	byCount := slices.SortedFunc(maps.Keys(v.classes), func(a, b string) int {
		return cmp.Or(v.classes[b].frames-v.classes[a].frames, strings.Compare(a, b))
	})
	for _, k := range byCount {
		t.Logf("%6d  %s\n\t\t%s", v.classes[k].frames, k, v.classes[k].example)
	}
	if percent(v.same, v.frames) < 99.9 || percent(v.listsSame, v.lists) < 99.9 {
		t.Error("fewer agree than did")
	}
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

// normal returns tshark's stack as far as the decoder goes: without what has no
// header of its own, and up to the first protocol that is none of ours; whole
// says that there is none.
func normal(protocols string) (stack string, whole bool) {
	known := map[string]bool{}
	for _, n := range names {
		known[n] = n != ""
	}
	var kept []string
	for p := range strings.SplitSeq(protocols, ":") {
		switch {
		case p == "ethertype", p == "data", p == "wlan_radio", p == "pwethheuristic", p == "pwethnocw":
		case len(kept) > 0 && p == "igmp" && kept[len(kept)-1] == p: // a field of it
		case len(kept) > 0 && p == "chdlc" && kept[len(kept)-1] == "ppp":
			kept[len(kept)-1] = p
		case !known[p]:
			return strings.Join(kept, ":"), false
		default:
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ":"), true
}

// tshark returns tshark's answers by frame number. They are kept under the
// capture's digest, since asking takes minutes.
func tshark(t *testing.T, path string) map[uint64][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	user, err := os.UserCacheDir()
	if err != nil {
		user = os.TempDir()
	}
	dir := filepath.Join(cmp.Or(os.Getenv("PCAPPIPE_CACHE"), filepath.Join(user, "pcappipe")), "decoder")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(append(data, strings.Join(question, " ")...))
	kept := filepath.Join(dir, fmt.Sprintf("%x.tsv", digest))
	text, err := os.ReadFile(kept)
	if err != nil {
		var exit *exec.ExitError
		text, err = exec.Command("tshark", append([]string{"-r", path}, question...)...).Output()
		if err != nil && !errors.As(err, &exit) { // a damaged file ends it with an error and is read so far
			t.Fatal(err)
		}
		if err := os.WriteFile(kept, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rows := map[uint64][]string{}
	for line := range bytes.Lines(text) {
		row := strings.Split(strings.TrimSuffix(string(line), "\n"), "\t")
		if n, err := strconv.ParseUint(row[0], 10, 64); err == nil && len(row) == 12 {
			rows[n] = row
		}
	}
	return rows
}
