package secondopinion

import (
	"slices"
	"strings"
	"testing"
)

const ourRecords = `{"record":"frame","frame":{"number":1,"time_epoch":1.000000001,"len":60,"cap_len":54},"eth":{"type":2048},"vlan":[{"id":1}],"ip":{"src":"10.0.0.1","dst":"10.0.0.2"},"udp":{"srcport":4789,"dstport":4789},"pcappipe":{"protocols":"eth:vlan:ip:udp:vxlan:eth:ip:tcp","flow":[1,2]},"inner":{"ip":{"src":"10.1.0.1","dst":"10.1.0.2"},"tcp":{"srcport":1,"fault":{"layer":"tcp"}}}}
{"record":"flow","flow":1,"id.orig_h":"10.0.0.1","id.orig_p":8,"id.resp_h":"10.0.0.2","id.resp_p":0,"proto":"icmp","ip_proto":1,"duration":0.500000000,"orig_bytes":7,"orig_pkts":3}
`

func TestOwnRecords(t *testing.T) {
	var r Run
	if err := r.read(strings.NewReader(ourRecords)); err != nil {
		t.Fatal(err)
	}
	if len(r.Frames) != 1 || len(r.Flows) != 1 {
		t.Fatalf("got %d frames and %d flows", len(r.Frames), len(r.Flows))
	}
	f := r.Frames[0]
	columns := f.Columns()
	for name, want := range map[string]string{
		"frame.time_epoch": "1.000000001", "frame.cap_len": "54", "frame.interface_id": "",
		"ip.src": "10.0.0.1,10.1.0.1", "udp.dstport": "4789", "tcp.srcport": "1", "tcp.dstport": "",
	} {
		if columns[name] != want {
			t.Errorf("%s: %q, not %q", name, columns[name], want)
		}
	}
	if !f.Faulty || !slices.Equal(f.Flows, []uint64{1, 2}) {
		t.Errorf("got %+v", f)
	}
	orig, resp, err := r.Flows[0].Ends()
	if err != nil || orig.String() != "10.0.0.1:8" || resp.String() != "10.0.0.2:0" {
		t.Errorf("ends %s %s, %v", orig, resp, err)
	}
	for _, bad := range []string{`{"record":"frame"`, `{"record":"dream"}` + "\n", "\n"} {
		if err := new(Run).read(strings.NewReader(bad)); err == nil {
			t.Errorf("read without complaint: %q", bad)
		}
	}
}
