package reassembly

import (
	"strings"
	"testing"
)

func TestPolicyNames(t *testing.T) {
	for p := First; p <= Solaris; p++ {
		if got, known := ParsePolicy(p.String()); !known || got != p {
			t.Errorf("%v: parsed as %v, %v", p, got, known)
		}
	}
	if p, known := ParsePolicy("unknown"); known || p != First {
		t.Errorf("unknown: parsed as %v, %v", p, known)
	}
	if got := (Solaris + 1).String(); got != "unknown" {
		t.Errorf("no policy is called %q", got)
	}
}

// The overlaps of Novak, "Target-Based Fragmentation Reassembly": the first nine
// fragments leave holes, the others fill and overlap them in every way. A letter
// is eight bytes.
var novak = []struct {
	at   uint32
	text string
	last bool
}{
	{0, "AAA", false}, {4, "BB", false}, {6, "CCC", false}, {10, "D", false}, {13, "EE", false},
	{15, "FFF", false}, {18, "GG", false}, {20, "HH", false}, {22, "I", false},
	{1, "JJJJ", false}, {6, "KKK", false}, {9, "LLL", false}, {12, "MMM", false}, {16, "N", false},
	{19, "O", false}, {20, "P", false}, {22, "QQ", true},
}

// What hosts of each kind make of it. Published for all but the second half of bsd-right,
// which follows from its rule.
func TestFragmentPolicies(t *testing.T) {
	for _, row := range []struct {
		policy Policy
		want   string
	}{
		{First, "AAAJBBCCCLDLMEEFFFGGHHIQ"},
		{Last, "AJJJJBKKKLLLMMMFNFGOPHQQ"},
		{BSD, "AAAJJBCCCLLLMMMFFFGGHHIQ"},
		{BSDRight, "AJJJBBKKKLLLMMMFFFGGHHQQ"},
		{Linux, "AAAJJBKKKLLLMMMFFFGGPHQQ"},
		{Windows, "AAAJBBCCCLLLMEEFFFGGHHIQ"},
		{Solaris, "AAAJBBCCCLLLMMMFFFGGHHIQ"},
	} {
		h := newDatagramHarness(t, DatagramConfig{Policy: row.policy})
		var whole *Datagram
		for _, f := range novak {
			if whole != nil {
				t.Fatalf("%v: complete too early", row.policy)
			}
			whole = h.add(4, f.at*8, widened(f.text), !f.last)
		}
		if whole == nil {
			t.Errorf("%v: not complete", row.policy)
			continue
		}
		if got := string(whole.Payload()); got != widened(row.want) {
			t.Errorf("%v:\n got %s\nwant %s", row.policy, got, widened(row.want))
		}
		if whole.Overlap != OverlapConflict || whole.ConflictCount == 0 {
			t.Errorf("%v: overlap %v, %d conflicts", row.policy, whole.Overlap, whole.ConflictCount)
		}
	}
}

// The small pattern of Shankar and Paxson, "Active Mapping", table 2.
func TestActiveMapping(t *testing.T) {
	for _, row := range []struct {
		policy Policy
		want   string
	}{
		{BSD, "111442333666"}, {BSDRight, "144422555666"}, {Linux, "111442555666"},
		{First, "111422333666"}, {Last, "144442555666"},
	} {
		h := newDatagramHarness(t, DatagramConfig{Policy: row.policy})
		h.add(4, 0, widened("111"), true)
		h.add(4, 4*8, widened("22"), true)
		h.add(4, 6*8, widened("333"), true)
		h.add(4, 1*8, widened("4444"), true)
		h.add(4, 6*8, widened("555"), true)
		whole := h.add(4, 9*8, widened("666"), false)
		if got := string(whole.Payload()); got != widened(row.want) {
			t.Errorf("%v:\n got %s\nwant %s", row.policy, got, widened(row.want))
		}
	}
}

// widened makes each letter eight bytes.
func widened(letters string) string {
	var b strings.Builder
	for _, letter := range letters {
		b.WriteString(strings.Repeat(string(letter), 8))
	}
	return b.String()
}
