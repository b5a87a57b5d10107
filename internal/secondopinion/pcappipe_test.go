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
	if f.Time != "1.000000001" || f.CapLen != 54 || len(f.Packets) != 2 || f.Packets[1].TCP.Dst != nil {
		t.Errorf("got %+v", f)
	}
	from, to, err := f.Ends(0)
	if err != nil || from.String() != "10.0.0.1:4789" || to.String() != "10.0.0.2:4789" {
		t.Errorf("ends of the outer packet: %s %s, %v", from, to, err)
	}
	if !slices.Equal(f.Flows, []uint64{1, 2}) {
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

// Status, log and frames must agree before damage is believed.
func TestDamage(t *testing.T) {
	const damage = `{"level":"warn","message":"damaged input","file":"a.pcap","offset":2119,"frame":2,"field":"captured length","error":"length is out of range"}` + "\n"
	for _, row := range []struct {
		name   string
		status int
		frames int
		log    string
		offset int64 // -1 where there is no damage
		fails  bool
	}{
		{"a whole file", 0, 1, "", -1, false},
		{"no capture", 1, 0, `{"message":"a: not a capture"}` + "\n", -1, false},
		{"damage", 2, 1, damage, 2119, false},
		{"damage without the status", 0, 1, damage, -1, true},
		{"the status without damage", 2, 1, "", -1, true},
		{"damage at another frame", 2, 5, damage, -1, true},
		{"damage twice", 2, 1, damage + damage, -1, true},
	} {
		r := Run{Status: row.status, Frames: make([]Frame, row.frames)}
		if err := r.readLog(strings.NewReader(row.log)); err != nil {
			t.Fatal(err)
		}
		got, err := r.Damage()
		if (err != nil) != row.fails || (got != nil) != (row.offset >= 0) || got != nil && *got.Offset != row.offset {
			t.Errorf("%s: %+v, %v", row.name, got, err)
		}
	}
	if err := new(Run).readLog(strings.NewReader("panic: no\n")); err == nil {
		t.Error("a panic is taken for a log")
	}
}
