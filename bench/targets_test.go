package bench

import "testing"

func TestVerdicts(t *testing.T) {
	for _, row := range []struct {
		target Target
		want   Verdict
	}{
		{most("", "", 0.5, "", 0.75, 0), Holds},
		{most("", "", 0.75, "", 0.75, 0), Holds},
		{most("", "", 0.76, "", 0.75, 0), Missed},
		{most("", "", 0.5, "", 0.75, 0.6), Beyond},
		{most("", "", 1.7, "", 0, 1.6), Short},
		{most("", "", 1.5, "", 0, 1.6), Beyond},
		{most("", "", 0, "", 0.75, 0), Unknown},
		{least("", "", 4, "", 4, 0), Holds},
		{least("", "", 3.9, "", 4, 5), Missed},
		{least("", "", 6, "", 4, 5), Beyond},
		{least("", "", 0, "", 4, 5), Unknown},
		{inform("", "", 3, ""), Informs},
		{inform("", "", 0, ""), Unknown},
		{none("", "", nil), Unknown},
		{none("", "", &Inside{}), Holds},
		{none("", "", &Inside{Allocations: -0.1}), Holds}, // the second reading allocated less
		{none("", "", &Inside{Allocations: 1}), Missed},
	} {
		if row.target.Verdict != row.want {
			t.Errorf("%+v, want %q", row.target, row.want)
		}
	}
}

func TestTargetsOfAReport(t *testing.T) {
	want := []struct {
		id      string
		value   float64
		verdict Verdict
	}{
		{"P1", 0.5, Holds}, {"P1", 7.5, Holds}, {"P1", 2, Short}, {"P1a", 0.8, Beyond}, {"P2", 2, Holds}, {"P2", 4, Short}, {"P2", 1.75, Informs}, {"P2", 150, Missed},
		{"P3", 2006, Beyond}, {"P4", 80 / 0.3, Beyond}, {"P5", 4, Holds},
		{"P6", 25, Beyond}, {"P6", 26, Beyond}, {"P6", 1.04, Informs},
		{"P6", 70, Beyond}, {"P6", 80, Beyond}, {"P6", 80.0 / 70, Informs},
		{"P6", 60, Beyond}, {"P6", 350, Missed}, {"P6", 350.0 / 60, Informs},
		{"P7", 2, Beyond}, {"P7", 1.75, Holds}, {"P7", 0.6 / 0.35, Holds}, {"P7", 2, Beyond},
		{"P8", 1.5, Beyond}, {"P8", 2.5, Informs}, {"P8", 1.8, Holds}, {"P8", 0, Unknown},
		{"P9", 0.5, Missed}, {"P9", 0, Holds}, {"P9", 0.0001, Holds}, {"P10", 15, Holds}, {"P10", 25, Missed},
	}
	got := fake().Targets
	if len(got) != len(want) {
		t.Fatalf("%d targets, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.ID != w.id || g.Verdict != w.verdict || g.Value < w.value*0.999 || g.Value > w.value*1.001 {
			t.Errorf("%s %q is %v and %q, want %s, %v and %q", g.ID, g.Claim, g.Value, g.Verdict, w.id, w.value, w.verdict)
		}
	}
}

// What did not end well, or was not there, decides no target.
func TestNoTargetRestsOnAFailure(t *testing.T) {
	r := fake()
	for i := range r.Results {
		if r.Results[i].Name == capinfos {
			r.Results[i].Ended = "exit status 1"
		}
	}
	if got := judge(r)[0]; got.Verdict != Unknown {
		t.Errorf("without capinfos the verdict is %q", got.Verdict)
	}
	for _, target := range judge(&Report{}) {
		if target.Verdict != Unknown {
			t.Errorf("of an empty report, %s %q %s", target.ID, target.Claim, target.Verdict)
		}
	}
}

// A machine that is ever slower changes no ratio, and what ran in fewer rounds is
// compared with what ran beside it.
func TestARatioIsOfOneRound(t *testing.T) {
	var r Report
	for name, seconds := range map[string]Seconds{cat: 1, flows2: 2} {
		s := Result{Command: Command{Name: name}}
		for round := range 5 {
			slower := Seconds(uint(1) << round)
			s.Runs = append(s.Runs, Spent{Wall: seconds * slower})
		}
		r.Results = append(r.Results, s)
	}
	r.Results = append(r.Results, Result{Command: Command{Name: nfpcapd}, Runs: []Spent{{Wall: 10}}})
	if got := r.times(flows2, cat); got != 2 {
		t.Errorf("the ratio is %v, want 2", got)
	}
	if got := r.times(nfpcapd, flows2); got != 5 {
		t.Errorf("the ratio of one round is %v, want 5", got)
	}
}
