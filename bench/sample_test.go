package bench

import (
	"math"
	"testing"
)

func TestMedian(t *testing.T) {
	for _, row := range []struct {
		list []float64
		want float64
	}{
		{nil, 0},
		{[]float64{3}, 3},
		{[]float64{9, 1, 2}, 2},
		{[]float64{4, 1, 3, 2}, 2.5},
		{[]float64{1, 1, 1, 1e9, 1}, 1},
	} {
		if got := Median(row.list); got != row.want {
			t.Errorf("the median of %v is %v, want %v", row.list, got, row.want)
		}
	}
}

func TestMedianLeavesItsListAsItWas(t *testing.T) {
	list := []int64{3, 1, 2}
	Median(list)
	if list[0] != 3 || list[1] != 1 || list[2] != 2 {
		t.Errorf("the list is now %v", list)
	}
}

func TestAPartIsScaledWithoutItsStart(t *testing.T) {
	r := Result{Command: Command{Frames: 100}, Starts: []Spent{{Wall: 2}}, Runs: []Spent{{Wall: 3}}}
	if got := r.Wall(1000); got != 12 { // 2 to start, then ten times 1
		t.Errorf("a part of a tenth is scaled to %v, want 12", got)
	}
	if got := r.Wall(100); got != 3 {
		t.Errorf("a part that is the whole is scaled to %v, want 3", got)
	}
	r = Result{Command: Command{Times: 10}, Runs: []Spent{{Wall: 30}}}
	if got := r.Wall(100); got != 3 {
		t.Errorf("one of ten readings takes %v, want 3", got)
	}
}

// More cores never make it slower, no law promises more than there are cores, and
// what can be done while others go on is never worse than what cannot.
func TestSpeedups(t *testing.T) {
	if got := amdahl(0.1, 10); math.Abs(got-5.263) > 0.001 {
		t.Errorf("a tenth in order gives %v on 10 cores, want 5.263", got)
	}
	for _, share := range []float64{0, 0.001, 0.1, 0.5, 1} {
		last := 0.0
		for _, n := range manyCores {
			a, b := amdahl(share, n), bound(share, n)
			if a > b+1e-9 || b > float64(n) || b < last {
				t.Errorf("%v in order on %d cores: Amdahl %v, bound %v, after %v", share, n, a, b, last)
			}
			last = b
		}
	}
}

func TestTheLongestBatonBounds(t *testing.T) {
	s := fake().Speedups
	if len(s) != 3 || s[0].Which != "sequence" || s[2].Which != "deliver" || s[0].Work != 160 || s[0].InOrder != 20 {
		t.Errorf("%+v", s)
	}
}
