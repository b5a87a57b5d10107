package pipeline

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/internal/capture"
)

// What comes behind a frame that waits for its labels comes in its order, also where it
// is too much to be kept in memory.
func TestMuchComesBehindAFrameThatWaits(t *testing.T) {
	const often = 150
	waits := capture.NewCall("10.0.0.1:40000", "10.0.0.9:80").Open().Client("GET / HTTP/1.1\r\nX: ")
	busy := capture.NewCall("10.0.0.2:40000", "10.0.0.9:80").Open()
	for range often {
		busy.Client(strings.Repeat("GET / HTTP/1.1\n\n", 90)).Server(strings.Repeat("HTTP/1.1 204 \n\n", 90))
	}
	waits.Wait(5e9).Client("y\r\n\r\n").Server("HTTP/1.1 204 \r\n\r\n")
	both := capture.Together(waits, busy)
	c := Config{Inputs: []string{file(t, "a.pcap", capture.Pcap(both))}}
	all := records(t, c, "frames", "exchanges")
	alone := records(t, c, "exchanges")
	var got []byte
	frames, late := 0, 0
	for line := range bytes.Lines(all) {
		if bytes.HasPrefix(line, []byte(`{"record":"exchange"`)) {
			got = append(got, line...)
			continue
		}
		if bytes.Contains(line, []byte(`"label":"late"`)) {
			late++
		}
		frames++
	}
	if len(all) < leastSpooled || !bytes.Equal(got, alone) || frames != len(both) || late > 0 {
		t.Errorf("%d bytes, %d frames, %d late", len(all), frames, late)
	}
}
