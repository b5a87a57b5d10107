package pipeline

import (
	"bytes"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/output"
)

// An entry of Cloud Logging is made of the whole frame, whatever fields of it are kept.
func TestEntriesAreMadeOfMoreThanIsKept(t *testing.T) {
	var b bytes.Buffer
	_, err := Run(t.Context(), Config{Inputs: []string{"../testdata/http.pcap"}, Output: output.Config{
		Kinds: []string{"frames", "exchanges"}, Format: output.CloudLogging, Fields: []string{"frame.len"}, Stdout: &b}})
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = `"message":"#6 | flow:4 | TCP | 141.142.220.118:35634 > 208.80.152.2:80 | [PSH|ACK] | len/seq/ack:463/1375720274/3103668877 | exchange:4.1",`, `"frame":{"len":529}}`
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, `"#6 `) {
			if !strings.Contains(line, begin) || !strings.HasSuffix(line, end+"\n") {
				t.Errorf("the sixth frame's entry is %s", line)
			}
			return
		}
	}
	t.Errorf("there is no sixth frame: %s", b.String())
}
