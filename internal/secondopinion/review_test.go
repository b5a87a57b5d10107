package secondopinion

import (
	"strings"
	"testing"
)

const lines = `
# a comment
tshark | stack | zeek/**.pcap | != eth:x$ | 2 | pcappipe | x is no protocol
tshark | *     | tcpdump/*    | .         | 1 | tshark   | not understood here
zeek   | *     | **           | .         | 1 | both     | of another source
`

func TestReview(t *testing.T) {
	r, err := ReadReview(strings.NewReader(lines), "tshark")
	if err != nil {
		t.Fatal(err)
	}
	add := func(capture, theirs string) {
		r.Add(Difference{Source: "tshark", Field: "stack", Capture: capture, Ours: "eth", Theirs: theirs})
	}
	add("zeek/a/b.pcap", "eth:x")
	add("tcpdump/a.pcap", "eth:y")
	if stale := r.Stale(); len(stale) != 1 || !strings.Contains(stale[0], "1 differences, not 2") {
		t.Errorf("one difference is missing, but: %q", stale)
	}
	add("zeek/c.pcap", "eth:x")
	if stale := r.Stale(); len(stale) != 0 || len(r.New) != 0 {
		t.Errorf("all is reviewed, but: %q, %v", stale, r.New)
	}
	add("zeek/c.pcap", "eth:xx")
	add("tcpdump/a/b.pcap", "eth:y")
	if len(r.New) != 2 {
		t.Errorf("two differences are new, not %v", r.New)
	}
	if right := r.Right(); right["pcappipe"] != 2 || right["tshark"] != 1 {
		t.Errorf("right: %v", right)
	}
}

func TestReviewRefuses(t *testing.T) {
	for _, bad := range []string{
		"tshark | stack | a | . | 1 | tshark",
		"tshark | stack | a | . | 1 | tshark | ",
		"tshark | stack | a | . | 0 | tshark | why",
		"tshark | stack | a | ( | 1 | tshark | why",
		"tshark | stack | a | . | 1 | zeek | why",
	} {
		if _, err := ReadReview(strings.NewReader(bad), "tshark"); err == nil {
			t.Errorf("read without complaint: %q", bad)
		}
	}
}

// The file itself can be read without the corpus, and every line is of a source
// that is compared.
func TestDifferencesFile(t *testing.T) {
	lines := 0
	for _, s := range Sources {
		r, err := ReadReview(strings.NewReader(differences), s.Name)
		if err != nil {
			t.Fatal(err)
		}
		lines += len(r.lines)
	}
	all := 0
	for line := range strings.Lines(differences) {
		if line != "\n" && line[0] != '#' {
			all++
		}
	}
	if lines != all {
		t.Errorf("%d lines of %d are of a source that is compared", lines, all)
	}
}

// Counting anew changes the counts of what this source found and nothing else.
func TestRecount(t *testing.T) {
	r, err := ReadReview(strings.NewReader(lines), "tshark")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		r.Add(Difference{Source: "tshark", Field: "stack", Capture: "zeek/a.pcap", Theirs: "eth:x"})
	}
	want := strings.Replace(lines, "| 2 | pcappipe", "| 3 | pcappipe", 1)
	if got := r.Recount(lines); got != want {
		t.Errorf("got %s", got)
	}
}
