package secondopinion

import (
	"reflect"
	"testing"
)

func TestTally(t *testing.T) {
	var a, b Tally
	a.Compare("ip.src", true)
	a.Compare("ip.src", false)
	b.Compare("ip.src", true)
	b.Compare("ip.dst", true)
	b.Apart("frames that are cut", 4)
	b.Apart("frames that are cut", 0)
	a.Merge(&b)
	a.Merge(&b)
	if *a.counts["ip.src"] != (Count{4, 3}) || a.Total() != (Count{6, 5}) {
		t.Errorf("got\n%s", &a)
	}
	if want := []Apart{{"frames that are cut", 8}}; !reflect.DeepEqual(a.apart, want) {
		t.Errorf("apart: %v", a.apart)
	}
	if got := (Count{8, 5}).Percent(); got != 62.5 {
		t.Errorf("%v percent", got)
	}
}
