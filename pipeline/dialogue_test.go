package pipeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
)

// A heard is what records say of a dialogue.
type heard struct {
	Record     string
	Flow       uint64
	UID        string
	ClientHost string `json:"id.orig_h"`
	Client     uint16 `json:"id.orig_p"`
	Server     uint16 `json:"id.resp_p"`
	Proto      string
	Missed     uint64 `json:"missed_bytes"`
	History    string

	Direction   string
	Length      uint64
	Delivered   uint64
	Conflicting uint64
	Gaps        [][2]uint64
	SHA256      string

	Start, End uint64
	Ack        *uint64
	Complete   bool
	Payload    string
	Frames     []uint64
}

// What two ends said to each other is what records and files say that they said,
// and in the same turns, when nothing was lost: whatever the order in which it came, in
// whatever it was wrapped, however it was cut up and sent again.
func TestWhatWasSaidIsHeard(t *testing.T) {
	for seed := range rounds(6, 60) {
		frames, said := capture.Dialogues(seed, 30)
		dir := filepath.Join(t.TempDir(), "streams")
		c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(frames))}, Engine: Pipeline, Workers: 2, BatchSize: 50_000, Payload: true, StreamDir: dir}
		of := make(map[uint64][]heard) // by flow
		ports := make(map[uint16]uint64)
		for line := range strings.Lines(string(records(t, c, "turns", "streams", "flows"))) {
			var r heard
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%v in %.200s", err, line)
			}
			if r.Record == "flow" && r.Proto == "tcp" {
				ports[r.Client] = r.Flow
			}
			of[r.Flow] = append(of[r.Flow], r)
		}
		for i := range said {
			d := &said[i]
			flow, known := ports[d.Client.Port()]
			if !known {
				t.Fatalf("seed %d: there is no flow from %v", seed, d.Client)
			}
			what := fmt.Sprintf("seed %d, flow %d from %v", seed, flow, d.Client)
			list := of[flow]
			hears(t, what, d, list)
			if i%10 == 0 {
				follows(t, what, d, c, list[len(list)-1].UID)
			}
			takesTurns(t, what, d, slices.DeleteFunc(list, func(r heard) bool { return r.Record != "turn" }))
		}
		filesHave(t, fmt.Sprint("seed ", seed), dir, said)
	}
}

// hears checks a dialogue's flow and streams.
func hears(t *testing.T, what string, d *capture.Dialogue, list []heard) {
	t.Helper()
	streams := 0
	for _, r := range list {
		switch r.Record {
		case "flow":
			if r.Missed != 0 || strings.ContainsAny(r.History, "gG") || r.Server != d.Server.Port() {
				t.Fatalf("%s: %+v", what, r)
			}
		case "stream":
			want := d.Said[streams] // the originator's comes first
			sum := sha256.Sum256(want)
			if r.Direction != []string{"orig", "resp"}[streams] || r.Length != uint64(len(want)) || r.Delivered != r.Length ||
				len(r.Gaps) > 0 || r.Conflicting > 0 || r.SHA256 != hex.EncodeToString(sum[:]) {
				t.Fatalf("%s: %+v, want %d bytes, %x", what, r, len(want), sum)
			}
			streams++
		}
	}
	if streams != 2 {
		t.Fatalf("%s: %d streams", what, streams)
	}
}

// follows checks that one who follows a dialogue hears it turn by turn.
func follows(t *testing.T, what string, d *capture.Dialogue, c Config, uid string) {
	t.Helper()
	var want []byte
	for _, turn := range d.Turns {
		from := 0
		if turn.Server {
			from = 1
		}
		want = append(want, d.Said[from][turn.Start:turn.End]...)
	}
	c.StreamDir, c.Follow, c.Output.Raw = "", &Follow{UID: uid, Format: output.FollowRaw}, true
	if got := records(t, c); !bytes.Equal(got, want) {
		t.Fatalf("%s: who follows it hears %d bytes, of %d that were said, or in another order", what, len(got), len(want))
	}
}

// takesTurns checks the turns of a dialogue: those of each end are in the order in which they were said.
func takesTurns(t *testing.T, what string, d *capture.Dialogue, list []heard) {
	t.Helper()
	at := 0
	for from, direction := range []string{"orig", "resp"} {
		for _, turn := range d.Turns {
			if turn.Server != (from == 1) {
				continue
			}
			i := slices.IndexFunc(list, func(r heard) bool { return r.Direction == direction && r.Start == uint64(turn.Start) })
			if i < 0 {
				t.Fatalf("%s: there is no turn %+v among %+v", what, turn, list)
			}
			r := &list[i]
			if r.End != uint64(turn.End) || !r.Complete || r.Ack != nil && *r.Ack != uint64(turn.Heard) || len(r.Frames) == 0 ||
				r.Payload != hex.EncodeToString(d.Said[from][turn.Start:turn.End]) {
				t.Fatalf("%s: %+v, want %+v", what, r, turn)
			}
			at++
		}
	}
	if at != len(list) {
		t.Fatalf("%s: %d turns, want %d", what, len(list), at)
	}
}

// filesHave checks that there is a file with what each end of each dialogue said,
// and beside their list no other.
func filesHave(t *testing.T, what, dir string, said []capture.Dialogue) {
	t.Helper()
	var got, want [][]byte
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == "manifest.jsonl" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, b)
	}
	for i := range said {
		want = append(want, said[i].Said[0], said[i].Said[1])
	}
	slices.SortFunc(got, bytes.Compare)
	slices.SortFunc(want, bytes.Compare)
	if !slices.EqualFunc(got, want, bytes.Equal) {
		t.Fatalf("%s: %d files do not have what was said in %d streams", what, len(got), len(want))
	}
}
