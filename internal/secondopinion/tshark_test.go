package secondopinion

import (
	"strings"
	"testing"
)

func TestTshark(t *testing.T) {
	const (
		head     = "1\teth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp\t10.0.0.1,10.1.0.1\t10.0.0.2,10.1.0.2"
		timed    = "\t60\t60\t1.000000000\t\n"
		timeless = "\t60\t60\t\t0\n"
		custom   = "\t60\t60\t\t\n"
	)
	none := strings.Repeat("\t", len(TsharkFields)-4-4)
	frames, err := ParseTshark([]byte(head + none + timed + head + none + custom + head + none + timeless))
	if err != nil || len(frames) != 2 {
		t.Fatalf("got %v, %v", frames, err)
	}
	last := frames[1]
	if last["ip.dst"] != "10.0.0.2,10.1.0.2" || last["frame.number"] != "2" || last["frame.interface_id"] != "0" {
		t.Errorf("got %v", last)
	}
	if _, err := ParseTshark([]byte("1\teth\n")); err == nil {
		t.Error("a line that lacks columns is read without complaint")
	}
}
