package pipeline

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// The files of bodies have what was sent, without its framing, each in one, and the
// records say which, where nothing was lost.
func TestBodiesAreWhatWasSent(t *testing.T) {
	for seed := range rounds(2, 60) {
		w := capture.Exchanges(500+seed, 10, capture.Disorderly)
		dir := filepath.Join(t.TempDir(), "bodies")
		c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(w.Frames))}, Engine: Pipeline, Workers: 2, BatchSize: 50_000, Bodies: dir}
		of := make(map[string]exchangeRecord)
		for _, r := range parsed[exchangeRecord](t, records(t, c, "exchanges"), "exchange") {
			_, number, _ := strings.Cut(r.Exchange, ".")
			of[fmt.Sprintf("%d.%s", r.ClientPort, number)] = r
		}
		files := 0
		for _, c := range w.Conversations {
			for _, e := range c.Exchanges {
				r := of[fmt.Sprintf("%d.%d", c.Client.Port(), e.Number)]
				what := fmt.Sprintf("seed %d, %s of %v", seed, r.Exchange, c.Client)
				files += hasBody(t, what, dir, r.RequestFile, e.Request.Content) + hasBody(t, what, dir, r.ResponseFile, e.Response.Content)
			}
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != files+1 || files < 10 { // and their list
			t.Errorf("seed %d: %d files, want %d and a list, %v", seed, len(entries), files, err)
		}
	}
}

// hasBody checks what a file has, and returns how many there are.
func hasBody(t *testing.T, what, dir, name string, content []byte) int {
	t.Helper()
	if name == "" {
		if len(content) > 0 {
			t.Errorf("%s: %d bytes of content are in no file", what, len(content))
		}
		return 0
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil || !bytes.Equal(b, content) {
		t.Errorf("%s: %s has %d bytes, want %d, %v", what, name, len(b), len(content), err)
	}
	return 1
}
