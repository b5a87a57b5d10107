package secondopinion

import (
	"net/netip"
	"strings"
	"testing"
)

const ourReassembly = `{"record":"datagram","ip.version":4,"src":"10.0.0.1","dst":"10.0.0.2","id":7,"proto":17,"complete":true,"length":3,"frames":[3,1,3],"overlap":"identical","payload":"616263"}
{"record":"datagram","ip.version":4,"src":"10.0.0.1","dst":"10.0.0.2","id":8,"proto":17,"complete":false,"length":16,"frames":[2],"overlap":"none","holes":[[0,8]],"payload":"6162636465666768"}
{"record":"stream","flow":1,"uid":"C1","direction":"orig","length":8,"delivered":4,"gaps":[[1,3],[4,5],[7,8]],"missed":4,"conflicts":[],"sha256":"aa","end_reason":"end","cut":1}
{"record":"stream","flow":1,"uid":"C1","direction":"resp","length":2,"delivered":2,"sha256":"bb","end_reason":"end"}
{"record":"turn","flow":1,"direction":"resp","start":0,"end":2,"payload":"7879"}
{"record":"turn","flow":1,"direction":"orig","start":5,"end":8,"payload":"6364"}
{"record":"turn","flow":1,"direction":"orig","start":0,"end":5,"payload":"6162"}
{"record":"flow","flow":1,"id.orig_h":"10.0.0.2","id.orig_p":1024,"id.resp_h":"10.0.0.1","id.resp_p":80,"proto":"tcp","ip_proto":6,"first_frame":2}
`

func readReassembled(t *testing.T, text string) (*Reassembled, Reassembly) {
	t.Helper()
	r := new(Reassembled)
	if err := r.read([]byte(text)); err != nil {
		t.Fatal(err)
	}
	all, err := r.Reassembly()
	if err != nil {
		t.Fatal(err)
	}
	return r, all
}

// Records say what tshark says: complete datagrams at the frame that completed
// them, gaps where the delivered bytes have them.
func TestReassembled(t *testing.T) {
	r, all := readReassembled(t, ourReassembly)
	if d := all.Datagrams; len(d) != 1 || d[0].Frame != 3 || len(d[0].Frames) != 2 || d[0].Length != 3 {
		t.Errorf("datagrams %+v", d)
	}
	if len(all.Streams) != 1 {
		t.Fatalf("streams %+v", all.Streams)
	}
	s := all.Streams[0]
	between, behind := s.from(netip.MustParseAddrPort("10.0.0.2:1024")).between()
	if between != "2 after 1, 1 after 2" || behind != 1 {
		t.Errorf("gaps %q, and %d behind", between, behind)
	}
	if got := s.Sides[0].Notes; len(got) != 1 || got[0] != "cut" {
		t.Errorf("notes %q", got)
	}
	if got := s.other(s.Ends[0]).same(); got != "2 bytes, bb" {
		t.Errorf("the other side is %s", got)
	}
	sides, err := r.Sides()
	if err != nil || string(sides[1][0]) != "abcd" || string(sides[1][1]) != "xy" {
		t.Errorf("bytes %v, %v", sides, err)
	}
}

// Where bytes differ, the comparison says where they part.
func TestParting(t *testing.T) {
	side := func(b string) *Side {
		w := newSideWriter()
		for len(b) > 0 { // in pieces that are no stretches
			n := min(len(b), 100)
			w.Write([]byte(b[:n]))
			b = b[n:]
		}
		s := w.Done()
		return &s
	}
	long := strings.Repeat("0123456789", 100)
	for _, row := range []struct{ ours, theirs, want string }{
		{long, long[:300] + "x" + long[301:], "they part in 256-384"},
		{long, long[:128], "they part in 128-128, where theirs ends"},
		{long[:130], long, "they part in 128-130, where ours ends"},
		{"abc", "abd", "they part in 0-3"},
	} {
		if got := parting(side(row.ours), side(row.ours), side(row.theirs)); got != row.want {
			t.Errorf("%s, not %s", got, row.want)
		}
	}
	if got := parting(side("abc"), new(Side), side("abd")); got != "they part somewhere" {
		t.Error(got)
	}
}

// Connections of the same ends are paired in their order, where both sides have
// as many.
func TestCompareStreams(t *testing.T) {
	_, all := readReassembled(t, ourReassembly)
	mine := all.Streams
	theirs := []Duplex{mine[0], {Number: 1}} // one that tshark does not follow
	theirs[0].Ends[0], theirs[0].Ends[1] = mine[0].Ends[1], mine[0].Ends[0]
	theirs[0].Sides[0], theirs[0].Sides[1] = mine[0].Sides[1], mine[0].Sides[0]
	var asked int
	bytes := func(uint64) (none [2]Side) { asked++; return none }

	same := NewSheet("tshark streams", Capture{})
	same.CompareStreams(mine, theirs, bytes)
	if total := same.Total(); total.Equal != 6 || total.Compared != 6 || asked != 0 {
		t.Errorf("the same, seen from the other end: %v %v", total, same.differences)
	}
	theirs[0].Sides[0].SHA256 = "cc"
	theirs = append(theirs, Duplex{First: 9, Ends: mine[0].Ends})
	other := NewSheet("tshark streams", Capture{})
	other.CompareStreams(mine, theirs[:1], bytes)
	other.CompareStreams(mine, theirs, bytes)
	if got := len(other.differences); got != 2 || asked != 1 {
		t.Errorf("%d differences: %v", got, other.differences)
	}
}
