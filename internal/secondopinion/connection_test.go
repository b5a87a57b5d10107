package secondopinion

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

const zeekLog = `#fields	id.orig_h	id.orig_p	id.resp_h	id.resp_p	proto	duration	orig_bytes	resp_bytes	conn_state	history	orig_pkts	orig_ip_bytes	resp_pkts	resp_ip_bytes
10.0.0.2	80	10.0.0.1	1024	tcp	0.500000	7	-	SF	ShADtdGFf	3	100	2	80
10.0.0.1	1024	10.0.0.2	80	tcp	0.500000	1	2	S0	S	1	40	0	0
`

const ourFlows = `{"record":"flow","flow":1,"id.orig_h":"10.0.0.2","id.orig_p":80,"id.resp_h":"10.0.0.1","id.resp_p":1024,"proto":"tcp","ip_proto":6,"duration":0.500000999,"orig_bytes":7,"conn_state":"SF","history":"ShADdFf","orig_pkts":3,"orig_ip_bytes":100,"resp_pkts":2,"resp_ip_bytes":80}
{"record":"flow","flow":2,"id.orig_h":"10.0.0.1","id.orig_p":1024,"id.resp_h":"10.0.0.2","id.resp_p":80,"proto":"tcp","ip_proto":6,"duration":0.500000000,"orig_bytes":1,"resp_bytes":2,"conn_state":"S0","history":"S","orig_pkts":1,"orig_ip_bytes":40,"resp_pkts":0,"resp_ip_bytes":0}
`

// The same conversation reads the same from both programs, its connections added up end by end.
func TestConnections(t *testing.T) {
	rows, err := ParseZeek([]byte(zeekLog))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := ZeekConnections(rows)
	if err != nil {
		t.Fatal(err)
	}
	var r Run
	if err := r.read(strings.NewReader(ourFlows)); err != nil {
		t.Fatal(err)
	}
	ours, err := r.Connections()
	if err != nil {
		t.Fatal(err)
	}
	talk, _ := NewTalk(tcp, netip.MustParseAddrPort("10.0.0.1:1024"), netip.MustParseAddrPort("10.0.0.2:80"))
	want := &Connections{
		Count: 2, Originator: "10.0.0.2:80", State: "SF", History: "ShADdFf", Duration: "0.500000",
		Packets: Sides{"3", "3"}, IPBytes: Sides{"120", "100"}, Bytes: Sides{"1", "9"},
	}
	for _, got := range []map[Talk]*Connections{ours, theirs} {
		if len(got) != 1 || !reflect.DeepEqual(got[talk], want) {
			t.Errorf("got %+v, not %+v", got[talk], want)
		}
	}
}
