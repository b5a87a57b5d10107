package correlate

import (
	"math"
	"testing"

	"github.com/pcappipe/pcappipe/flow"
)

// Streams that stay open for hours and take turns do not make a conversation keep more and more.
func TestStreamsThatStayOpenKeepLittle(t *testing.T) {
	script := []said{{by: flow.FromA, b: preface2 + head2(1, false, get2) + head2(3, false, get2)}, {by: flow.FromB, b: settings}}
	for second := range int64(20_000) {
		script = append(script, said{by: flow.FromA, b: frame2(0, 0, 1, "x") + frame2(0, 0, 3, "y"), at: second})
	}
	l := &listening{bodies: make(map[string]string)}
	_, c := hearTo(l, script, math.MaxInt)
	if marks := len(c.d.labels.marks[0]); marks > 5000 {
		t.Errorf("%d marks are kept", marks)
	}
}
