package secondopinion

import (
	"net/netip"
	"strings"
	"testing"
)

const zeekLog = `#fields	ts	id.orig_h	id.orig_p	id.resp_h	id.resp_p	proto	duration	orig_bytes	resp_bytes	conn_state	missed_bytes	history	orig_pkts	orig_ip_bytes	resp_pkts	resp_ip_bytes
1.000000	10.0.0.2	80	10.0.0.1	1024	tcp	0.500000	7	-	SF	20	ShADtcdGFf	3	100	2	80
2.000000	10.0.0.1	1024	10.0.0.2	80	tcp	0.500000	1	2	S0	0	S	1	40	0	0
`

const ourFlows = `{"record":"flow","flow":1,"ts":1.000000999,"id.orig_h":"10.0.0.2","id.orig_p":80,"id.resp_h":"10.0.0.1","id.resp_p":1024,"proto":"tcp","ip_proto":6,"duration":0.500000999,"orig_bytes":7,"conn_state":"SF","missed_bytes":20,"history":"ShADtdGFf","orig_pkts":3,"orig_ip_bytes":100,"resp_pkts":2,"resp_ip_bytes":80}
{"record":"flow","flow":2,"ts":2.000000000,"id.orig_h":"10.0.0.1","id.orig_p":1024,"id.resp_h":"10.0.0.2","id.resp_p":80,"proto":"tcp","ip_proto":6,"duration":0.500000000,"orig_bytes":1,"resp_bytes":2,"conn_state":"S0","missed_bytes":0,"history":"S","orig_pkts":1,"orig_ip_bytes":40,"resp_pkts":0,"resp_ip_bytes":0}
`

func connections(t *testing.T) (ours, theirs Connections) {
	t.Helper()
	rows, err := ParseZeek([]byte(zeekLog))
	if err != nil {
		t.Fatal(err)
	}
	if theirs, err = ReadConnections(rows); err != nil {
		t.Fatal(err)
	}
	var r Run
	if err := r.read(strings.NewReader(ourFlows)); err != nil {
		t.Fatal(err)
	}
	if ours, err = r.Connections(); err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

// The same conversation reads the same from both programs: all columns where
// both have it in as many parts, else what its ends sent together.
func TestConnections(t *testing.T) {
	ours, theirs := connections(t)
	var s Sheet
	s.CompareConnections("log", ours, theirs)
	if got := s.Total(); got != (Count{33, 33}) {
		t.Errorf("in pairs: %+v, %v", got, s.differences)
	}
	talk, _ := NewTalk(tcp, netip.MustParseAddrPort("10.0.0.1:1024"), netip.MustParseAddrPort("10.0.0.2:80"))
	ours[talk] = ours[talk][:1]
	s = Sheet{}
	s.CompareConnections("log", ours, theirs)
	if got := s.Total(); got != (Count{4, 1}) || len(s.apart) != 1 {
		t.Errorf("added up: %+v, %v", got, s.differences)
	}
	if got := s.differences[2].what(); got != "log 6 10.0.0.1:1024 10.0.0.2:80: 0 7 != 1 9" {
		t.Errorf("added up: %s", got)
	}
	delete(ours, talk)
	s = Sheet{}
	s.CompareConnections("log", ours, theirs)
	if got := s.Total(); got != (Count{1, 0}) {
		t.Errorf("one side has none: %+v", got)
	}
}
