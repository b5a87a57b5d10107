package pipeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A part is what a record says of a datagram, a turn or a stream.
type part struct {
	Record     string
	Flow       uint64
	Direction  string
	Start, End uint64
	Length     uint64
	Delivered  uint64
	Missed     uint64
	Gaps       [][2]uint64
	Holes      [][2]uint64
	Complete   bool
	Payload    string
	SHA256     string
	File       string
	Reason     string `json:"end_reason"`
	Frames     []uint64

	Duplicate, Conflicting, Evicted, Cut uint64

	OutOfWindow uint64 `json:"out_of_window"`
	AfterClose  uint64 `json:"after_close"`
}

func (p *part) bytes(t *testing.T) []byte {
	t.Helper()
	b, err := hex.DecodeString(p.Payload)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A half is one direction of a flow, as far as its turns have told it.
type half struct {
	end     uint64
	gaps    uint64
	payload []byte
}

// What is said of streams adds up: the turns of each are all of it, one behind the
// other; their payload is what the stream's digest is of, and what stands in its
// file; and all streams' bytes, and all datagrams' fragments, are those of the ledger.
func TestWhatIsSaidOfStreamsAddsUp(t *testing.T) {
	for seed := range rounds(3, 60) {
		for _, memory := range ceilings {
			dir := filepath.Join(t.TempDir(), "streams")
			var out bytes.Buffer
			frames := capture.Sessions(3000+seed, 400)
			s, err := Run(t.Context(), Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(frames))}, Engine: Pipeline, Workers: 2, BatchSize: 10_000,
				Memory: memory, Payload: true, StreamDir: dir, Output: output.Config{Kinds: []string{"datagrams", "turns", "streams"}, Stdout: &out}})
			if err != nil {
				t.Fatal(err)
			}
			balanced(t, &s)
			what := fmt.Sprintf("seed %d, memory %d", seed, memory)
			halves := make(map[string]*half)
			var sum reassembly.Bytes
			missed, fragments := uint64(0), uint64(0)
			for line := range bytes.Lines(out.Bytes()) {
				var p part
				if err := json.Unmarshal(line, &p); err != nil {
					t.Fatalf("%s: %v in %.200s", what, err, line)
				}
				name := fmt.Sprint(p.Flow, p.Direction)
				h := halves[name]
				if h == nil {
					h = new(half)
					halves[name] = h
				}
				switch p.Record {
				case "datagram":
					fragments += uint64(len(p.Frames))
					p.addsUp(t, what)
				case "turn":
					h.turn(t, what, &p)
				case "stream":
					h.stream(t, what, &p, dir)
					sum.Add(&reassembly.Bytes{Delivered: p.Delivered, Duplicate: p.Duplicate, Conflicting: p.Conflicting,
						OutOfWindow: p.OutOfWindow, AfterClose: p.AfterClose, Evicted: p.Evicted, Cut: p.Cut})
					missed += p.Missed
				}
			}
			sum.Seen = sum.Sum()
			if l := s.Ledger.TCP; sum != l.Bytes || missed != l.Missed {
				t.Fatalf("%s: streams come to %+v and %d missed, the ledger to %+v", what, sum, missed, *l)
			}
			if l := s.Ledger; fragments != l.Fragments {
				t.Fatalf("%s: datagrams have %d fragments, the ledger %d: %+v", what, fragments, l.Fragments, *l.Pieces)
			}
		}
	}
}

// addsUp checks that a datagram has what it does not miss.
func (p *part) addsUp(t *testing.T, what string) {
	t.Helper()
	missing := uint64(0)
	for _, h := range p.Holes {
		missing += h[1] - h[0]
	}
	if n := uint64(len(p.bytes(t))); p.Complete && n != p.Length || !p.Complete && n > 0 && n+missing != p.Length {
		t.Fatalf("%s: a datagram of %d bytes has %d, and %d are missing", what, p.Length, n, missing)
	}
}

// turn adds a turn, which follows those before it.
func (h *half) turn(t *testing.T, what string, p *part) {
	t.Helper()
	gaps := uint64(0)
	for _, g := range p.Gaps {
		gaps += g[1] - g[0]
	}
	payload := p.bytes(t)
	if p.Start != h.end || p.End <= p.Start || uint64(len(payload))+gaps != p.End-p.Start || p.Complete != (gaps == 0) {
		t.Fatalf("%s: behind byte %d stands %+v", what, h.end, p)
	}
	h.end = p.End
	h.gaps += gaps
	h.payload = append(h.payload, payload...)
}

// stream checks that a stream is all of its turns, and that its file has them where they belong.
func (h *half) stream(t *testing.T, what string, p *part, dir string) {
	t.Helper()
	if sum := sha256.Sum256(h.payload); p.Delivered != uint64(len(h.payload)) || p.Missed != h.gaps || p.SHA256 != hex.EncodeToString(sum[:]) ||
		p.Reason != "evicted" && p.Length != h.end || p.Length < h.end {
		t.Fatalf("%s: turns have %d bytes and %d missing, up to %d, the stream is %+v", what, len(h.payload), h.gaps, h.end, p)
	}
	if p.File == "" {
		if len(h.payload) > 0 {
			t.Fatalf("%s: no file has %+v", what, p)
		}
		return
	}
	f, err := os.Open(filepath.Join(dir, p.File))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	at, rest := uint64(0), h.payload
	for _, g := range append(p.Gaps, [2]uint64{h.end, h.end}) {
		b := make([]byte, g[0]-at)
		if _, err := f.ReadAt(b, int64(at)); err != nil || !bytes.Equal(b, rest[:len(b)]) {
			t.Fatalf("%s: bytes %d to %d of %s are others than in its turns, or not there: %v", what, at, g[0], p.File, err)
		}
		at, rest = g[1], rest[len(b):]
	}
}
