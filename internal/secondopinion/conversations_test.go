package secondopinion

import (
	"net/netip"
	"strings"
	"testing"
)

const tsharkTables = `================================================================================
IPv6 Conversations
Filter:<No Filter>
2001:db8::1          <-> 2001:db8::2                1 77 bytes        0 0 bytes         1 77 bytes        0.500000000         0.0000
================================================================================
================================================================================
TCP Conversations
Filter:<No Filter>
                                                           |       <-      | |       ->      | |     Total     |    Relative    |   Duration   |
                                                           | Frames  Bytes | | Frames  Bytes | | Frames  Bytes |      Start     |              |
10.0.0.2:1024              <-> 10.0.0.1:80                     20 37 kB           1 214 bytes      21 37 kB         2.518590000         0.3211
[2001:db8::1]:9            <-> 2001:db8::2:80                   0 0 bytes         1 60 bytes        1 60 bytes        0.000000000         0.0000
================================================================================
`

func TestConversations(t *testing.T) {
	frames, tables := CutTshark([]byte("1\teth\n" + tsharkTables))
	if string(frames) != "1\teth\n" {
		t.Errorf("frames: %q", frames)
	}
	all, err := ParseConversations(tables)
	if err != nil || len(all) != 3 {
		t.Fatalf("got %v, %v", all, err)
	}
	talk, _ := NewTalk(tcp, netip.MustParseAddrPort("10.0.0.1:80"), netip.MustParseAddrPort("10.0.0.2:1024"))
	c := all[talk]
	if c == nil || c.PacketsA != 20 || c.PacketsB != 1 || c.SizeA != "37 kB" || c.SizeB != "214 bytes" || c.Start != 2518590000 || c.End-c.Start != 321100000 {
		t.Errorf("got %+v", c)
	}
	if _, err := ParseConversations([]byte("TCP Conversations\na <-> b\n")); err == nil {
		t.Error("a broken line is read without complaint")
	}
	if _, tables := CutTshark([]byte(tsharkTables)); string(tables) != tsharkTables {
		t.Error("tables without frames are lost")
	}
}

// Frame bytes count in every packet's conversation, and flows in two tables.
func TestOwnConversations(t *testing.T) {
	var r Run
	records := ourRecords + `{"record":"flow","flow":2,"id.orig_h":"10.1.0.1","id.orig_p":1,"id.resp_h":"10.1.0.2","id.resp_p":0,"proto":"tcp","ip_proto":6,"ts":1.000000001,"orig_pkts":1}` + "\n"
	if err := r.read(strings.NewReader(records)); err != nil {
		t.Fatal(err)
	}
	all, err := r.Conversations()
	if err != nil || len(all) != 3 {
		t.Fatalf("got %v, %v", all, err)
	}
	talk, _ := NewTalk(0, netip.MustParseAddrPort("10.1.0.1:0"), netip.MustParseAddrPort("10.1.0.2:0"))
	if c := all[talk]; c == nil || c.PacketsA != 1 || c.BytesA != 60 || c.BytesB != 0 {
		t.Errorf("got %+v", c)
	}
}

func TestSizes(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 bytes", 1: "1 byte", 9999: "9999 bytes", 10000: "10 kB", 9999999: "9999 kB", 10000000: "10 MB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s, not %s", n, got, want)
		}
	}
}

func TestNanos(t *testing.T) {
	for text, want := range map[string]int64{"1.5": 1_500_000_000, "-0.000000001": -1, "142449792.607367992": 142449792607367992, "7": 7_000_000_000} {
		if got, err := nanos(text); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "x", "1.0000000001", "18445321545205.667968750"} {
		if n, err := nanos(bad); err == nil {
			t.Errorf("%q is read as %d", bad, n)
		}
	}
}
