package bench

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/pipeline"
)

// The captures of open flows have the flows and the frames that they are said to,
// and what is sent in them is in order.
func TestOpenFlows(t *testing.T) {
	for _, size := range []int{averageFrame, shortFrame} {
		path := filepath.Join(t.TempDir(), "open.pcap")
		const flows, frames = 3000, 5000
		if err := writeOpenFlows(path, flows, frames, size); err != nil {
			t.Fatal(err)
		}
		s, err := pipeline.Run(t.Context(), pipeline.Config{Inputs: []string{path}, Summary: true, TCP: true})
		if err != nil {
			t.Fatal(err)
		}
		if s.Frames != openings*flows+frames || s.Bytes != openingBytes*flows+frames*uint64(size) ||
			s.Flows.Total != flows || s.Flows.End != flows || s.Ledger.Decoded != s.Frames || len(s.Damage) != 0 {
			t.Errorf("frames of %d bytes: %+v", size, s)
		}
		if p := s.Ledger.TCP; p.Announced != 2*fullPayload*flows+frames*uint64(size-headers) || p.Delivered != p.Announced || p.Missed != 0 {
			t.Errorf("frames of %d bytes: %+v", size, p)
		}
	}
}

// Of a transfer everything comes, nothing twice, and as many segments are late as
// the capture is said to have.
func TestTransfers(t *testing.T) {
	for _, late := range lateShares {
		path := filepath.Join(t.TempDir(), "transfers.pcap")
		const size = 1 << 20
		made, err := writeTransfers(path, size, late)
		if err != nil {
			t.Fatal(err)
		}
		var flows bytes.Buffer
		s, err := pipeline.Run(t.Context(), pipeline.Config{Inputs: []string{path}, TCP: true,
			Output: output.Config{Kinds: []string{"flows"}, Format: "jsonl", Stdout: &flows}})
		if err != nil {
			t.Fatal(err)
		}
		p := s.Ledger.TCP
		if s.Frames != uint64(made.frames) || s.Flows.Total != atOnce || s.Flows.Fin != atOnce || len(s.Damage) != 0 ||
			p.Announced != uint64(made.segments)*fullPayload || p.Delivered != p.Announced || p.Missed != 0 {
			t.Errorf("%v late: made %+v, found %+v, %+v", late, made, s, p)
		}
		if bytes := s.Bytes + s.Frames*recordHeader; bytes < size*8/10 || bytes > size*12/10 {
			t.Errorf("%v late: %d bytes, want about %d", late, bytes, size)
		}
		found := 0
		for lines := json.NewDecoder(&flows); lines.More(); {
			var flow struct {
				Resp int `json:"resp_reordered"`
			}
			if err := lines.Decode(&flow); err != nil {
				t.Fatal(err)
			}
			found += flow.Resp
		}
		if found != made.reordered {
			t.Errorf("%v late: %d segments are reordered, found are %d", late, made.reordered, found)
		}
		if share := float64(made.reordered) / float64(made.segments); share > late || share < late/3 {
			t.Errorf("%v late: %v are reordered", late, share)
		}
	}
}
