//go:build corpus

package conn_test

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/decoder"
)

// TestCommunityIDAgainstTshark asks tshark for the Community ID of every frame
// of the captures that Zeek's baselines are made of.
func TestCommunityIDAgainstTshark(t *testing.T) {
	root := filepath.Join(cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../shared/corpus"), "zeek")
	var traces []string
	for _, b := range baselines(t, root) {
		traces = append(traces, b.trace)
	}
	slices.Sort(traces)
	odd := map[string]string{
		"gtp2_different_udp_port.pcap":    "fragments, which are not reassembled here",
		"Teredo.pcap":                     "tshark mixes the outer ports with the inner addresses",
		"teredo_bubble_with_payload.pcap": "tshark mixes the outer ports with the inner addresses",
		"gtp8_teredo.pcap":                "tshark mixes the outer ports with the inner addresses",
		"vxlan-encapsulated-igmp-v2.pcap": "tshark mixes the outer ports with the inner addresses",
	}
	same, differ := 0, 0
	for _, trace := range slices.Compact(traces) {
		ids := communityIDs(t, trace)
		out, err := exec.Command("tshark", "-n", "--enable-protocol", "communityid", "-o", "ip.defragment:FALSE",
			"-r", trace, "-T", "fields", "-e", "frame.number", "-e", "communityid").Output()
		if err != nil {
			continue // tshark does not read it
		}
		for line := range bytes.Lines(out) {
			number, want, _ := strings.Cut(strings.TrimSpace(string(line)), "\t")
			n, _ := strconv.ParseUint(number, 10, 64)
			if want == "" || len(ids[n]) == 0 {
				continue
			}
			if slices.Contains(ids[n], want) {
				same++
				continue
			}
			differ++
			if odd[filepath.Base(trace)] != "" {
				continue
			}
			t.Errorf("%s frame %d: %v, tshark %s", filepath.Base(trace), n, ids[n], want)
		}
	}
	t.Logf("%d frames the same, %d differ", same, differ)
}

// communityIDs returns those of every frame's packets, by its number.
func communityIDs(t *testing.T, path string) map[uint64][]string {
	src, err := capfile.Open(capfile.Config{Inputs: []string{path}, Serial: true})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	d := decoder.New(decoder.Config{Flows: true})
	var r decoder.Result
	var p capfile.Piece
	ids := map[uint64][]string{}
	for {
		if !src.Take(&p) {
			return ids
		}
		src.Read(&p)
		src.Verify(&p)
		d.Reset(&r)
		for i := range p.Frames {
			d.Decode(&p.Frames[i], p.Data(i), uint32(i), &r)
		}
		for i := range r.Groups.Pieces {
			piece := &r.Groups.Pieces[i]
			n := p.Number(int(piece.Frame))
			ids[n] = append(ids[n], r.Groups.List[piece.Group].Key.CommunityID())
		}
	}
}
