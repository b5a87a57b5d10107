package conn

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/record"
)

func TestSchema(t *testing.T) {
	if err := Schema.Check(); err != nil {
		t.Error(err)
	}
	const want = "flow ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto ip_proto service duration orig_bytes resp_bytes " +
		"conn_state missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes vlan tunnel community_id first_frame last_frame " +
		"end_reason orig_flags resp_flags handshake_rtt orig_retrans resp_retrans orig_reordered resp_reordered"
	if got := strings.Join(Schema.Names(), " "); got != want {
		t.Errorf("fields\n got %s\nwant %s", got, want)
	}
}

// A whole record of an ordinary connection.
func TestRow(t *testing.T) {
	s := tcpScript("> S, < SA, > A, > PA 10, < PA 20, > FA, < FA, > A")
	c, key := s.play(t)
	scope := flow.Scope(nil).AppendVLAN(7).AppendTunnel(flow.TunnelVXLAN, flow.IPv4, []byte{1, 1, 1, 1}, []byte{2, 2, 2, 2}, 99).
		AppendVLAN(100).AppendVLAN(200)
	got := fields(t, &c, &key, scope, Fin)
	want := map[string]string{
		"flow": "1", "ts": "1700000000123456789", "uid": c.UID(&key, scope),
		"id.orig_h": clientAddress, "id.orig_p": "40000", "id.resp_h": serverAddress, "id.resp_p": "4444",
		"proto": "tcp", "ip_proto": "6", "duration": "6000000", "orig_bytes": "10", "resp_bytes": "20",
		"conn_state": "SF", "history": "ShADdFf",
		"orig_pkts": "5", "orig_ip_bytes": "210", "resp_pkts": "3", "resp_ip_bytes": "140",
		"vlan": "100", "tunnel": "vxlan", "community_id": key.CommunityID(), "first_frame": "1", "last_frame": "8",
		"end_reason": "fin", "orig_flags": "27", "resp_flags": "27", "handshake_rtt": "2000000",
	}
	compare(t, got, want)
	if c.Packets() != 8 || c.Bytes() != 350 || c.Number() != 1 {
		t.Errorf("%d packets, %d bytes, number %d", c.Packets(), c.Bytes(), c.Number())
	}
	if got, want := c.Label(&key), "tcp 10.0.0.1:40000 > 10.0.0.2:4444"; got != want {
		t.Errorf("label %q, want %q", got, want)
	}
}

// What does not apply is absent.
func TestRowOfLittle(t *testing.T) {
	s := script{clientPort: 5000, serverPort: 6000, proto: protoUDP, text: "> 10 timeless"}
	c, key := s.play(t)
	got := fields(t, &c, &key, nil, AtEnd)
	want := map[string]string{
		"flow": "1", "uid": c.UID(&key, nil),
		"id.orig_h": clientAddress, "id.orig_p": "5000", "id.resp_h": serverAddress, "id.resp_p": "6000",
		"proto": "udp", "ip_proto": "17", "conn_state": "S0", "history": "D",
		"orig_pkts": "1", "orig_ip_bytes": "50", "resp_pkts": "0", "resp_ip_bytes": "0",
		"community_id": key.CommunityID(), "first_frame": "1", "last_frame": "1", "end_reason": "end",
	}
	compare(t, got, want)
}

func compare(t *testing.T, got, want map[string]string) {
	t.Helper()
	names := slices.Sorted(maps.Keys(got))
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%s: got %q, want %q", name, got[name], want[name])
		}
	}
	for _, name := range names {
		if _, has := want[name]; !has {
			t.Errorf("%s: got %q, want none", name, got[name])
		}
	}
}

// UDP, ICMP, and what is only counted.
func TestOtherTransports(t *testing.T) {
	tests := []struct {
		name           string
		proto          uint8
		client, server uint16
		script, want   string
	}{
		{"UDP asked", protoUDP, 5000, 6000, "> 10, > 5", "S0 D 15/0"},
		{"UDP answered", protoUDP, 5000, 6000, "> 10, < 20, > 1", "SF Dd 11/20"},
		{"UDP without payload is an answer too", protoUDP, 5000, 6000, "> 10, < 0", "SF Dd 10/0"},
		{"UDP, one datagram: no duration, no sizes", protoUDP, 5000, 6000, "> 10", "S0 D -/-"},
		{"UDP, the answer first", protoUDP, 5000, 53, "< 20, > 10", "SF ^dD 10/20"},
		{"UDP, the answer only", protoUDP, 5000, 53, "< 20, < 20", "SHR ^d 0/40"},
		{"UDP between servers' ports", protoUDP, 53, 123, "< 20, > 10", "SF Dd 20/10"},
		{"UDP, cut before its header ends", protoUDP, 5000, 53, "> cut, < cut", "OTH - 0/0"},
		{"ICMP asked and answered", protoICMP, 8, 0, "> 56, < 56", "OTH - 56/56"},
		{"ICMPv6", protoICMPv6, 128, 129, "> 56, > 56", "OTH - 112/0"},
		{"GRE", 47, 0, 0, "> 100, < 100", "OTH - 0/0"},
		{"SCTP", 132, 5000, 6000, "> 100, < 100", "OTH - 0/0"},
	}
	for _, tt := range tests {
		s := script{clientPort: tt.client, serverPort: tt.server, proto: tt.proto, text: tt.script}
		c, key := s.play(t)
		if got := told(t, &c, &key); got != tt.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.name, tt.script, got, tt.want)
		}
	}
}

// Nobody has the broadcast address, so a server that sends to it begins.
func TestBroadcastIsNoOriginator(t *testing.T) {
	key, dir := flow.NewKey(flow.IPv4, protoUDP, []byte(serverAddress), []byte{255, 255, 255, 255}, 67, 68, 0)
	p := flow.Piece{Dir: dir, Marks: flow.HasTransport, Length: 300}
	var c Conn
	c.Begin(&key, 1, &p, 1, epoch)
	c.Add(&p, 1, epoch)
	if got := told(t, &c, &key); got != "S0 D -/-" {
		t.Errorf("got %s", got)
	}
}

// Of fragments that never became a datagram the payload is not known.
func TestFragments(t *testing.T) {
	key, dir := flow.NewKey(flow.IPv4|flow.Fragment, protoTCP, []byte(clientAddress), []byte(serverAddress), 0, 0, 0)
	p := flow.Piece{Dir: dir, IPLen: 1500, Length: 1480}
	var c Conn
	c.Begin(&key, 1, &p, 1, epoch)
	c.Add(&p, 1, epoch)
	c.Add(&p, 2, epoch+millisecond)
	if got := told(t, &c, &key); got != "OTH - -/-" {
		t.Errorf("got %s", got)
	}
	if got, want := c.Label(&key), "tcp 10.0.0.1 > 10.0.0.2"; got != want {
		t.Errorf("label %q, want %q", got, want)
	}
}

func TestHandshake(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"each once", "> S, < SA, > A", "2000000"},
		{"the ACK comes with data", "> S, < SA, > PA 10", "2000000"},
		{"a server that speaks at once", "> S, < SA, < PA 10, > A", "3000000"},
		{"a SYN with data", "> S 5, < SA, > A", "2000000"},
		{"a long way", "> S, < SA, > A +1s", "1002000000"},
		{"sent again later does not matter", "> S, < SA, > A, < SA @0, > A", "2000000"},
		{"SYN sent again", "> S, > S @0, < SA, > A", ""},
		{"SYN with ACK sent again", "> S, < SA, < SA @0, > A", ""},
		{"SYN with ACK of another SYN", "> S, < SA ^7, > A", ""},
		{"no SYN", "< SA, > A", ""},
		{"no SYN with ACK", "> S, > A", ""},
		{"no ACK", "> S, < SA", ""},
		{"refused", "> S, < RA", ""},
		{"a SYN without a time", "> S timeless, < SA, > A", ""},
	}
	for _, tt := range tests {
		c, key := tcpScript(tt.script).play(t)
		if got := fields(t, &c, &key, nil, AtEnd)["handshake_rtt"]; got != tt.want {
			t.Errorf("%s: %s: got %q, want %q", tt.name, tt.script, got, tt.want)
		}
	}
}

// The duration ends when both ends have closed; frames without a time have no part in it.
func TestTimes(t *testing.T) {
	tests := []struct{ name, script, ts, duration string }{
		{"what follows the close does not count", "> S, < SA, > A, > FA, < FA, > A +9s", "1700000000123456789", "4000000"},
		{"half closed is open", "> S, < SA, > A, > FA, < A +9s", "1700000000123456789", "9004000000"},
		{"the first without a time", "> S timeless, < SA, > A", "1700000000124456789", "1000000"},
		{"the last without a time", "> S, < SA, > A timeless", "1700000000123456789", "1000000"},
		{"all without a time", "> S timeless, < SA timeless", "", ""},
		{"time runs backwards", "> S +2s, < SA +-1s", "1700000002123456789", ""},
	}
	for _, tt := range tests {
		c, key := tcpScript(tt.script).play(t)
		m := fields(t, &c, &key, nil, AtEnd)
		if m["ts"] != tt.ts || m["duration"] != tt.duration {
			t.Errorf("%s: %s: got ts %q and duration %q, want %q and %q", tt.name, tt.script, m["ts"], m["duration"], tt.ts, tt.duration)
		}
	}
}

// The name of a flow is known from its first frame on, whatever comes.
func TestUIDStays(t *testing.T) {
	for _, text := range []string{"> S, < SA, > A, > FA, < FA", "< SA, > A", "> S timeless, < SA"} {
		s := tcpScript(text)
		key, _ := s.key()
		var c Conn
		first := ""
		for i, p := range s.pieces(t) {
			if i == 0 {
				c.Begin(&key, 1, &p.piece, p.frame, p.nanos)
				first = c.UID(&key, nil)
			}
			c.Add(&p.piece, p.frame, p.nanos)
			if got := c.UID(&key, nil); got != first {
				t.Errorf("%s: after frame %d %s, before %s", text, p.frame, got, first)
			}
		}
	}
}

func TestEnds(t *testing.T) {
	for end, want := range []string{"fin", "rst", "idle", "reuse", "evicted", "end", "end 6"} {
		if got := End(end).String(); got != want {
			t.Errorf("end %d is %q, want %q", end, got, want)
		}
	}
}

// Every tunnel has a name.
func TestTunnels(t *testing.T) {
	for n, name := range tunnels {
		if (name == "") != (flow.Tunnel(n) == flow.TunnelNone) {
			t.Errorf("tunnel %d is %q", n, name)
		}
	}
}

// Hundreds of thousands of flows are kept, so the state is four cache lines,
// and nothing that the garbage collector would follow.
func TestSize(t *testing.T) {
	if n := unsafe.Sizeof(Conn{}); n > 256 {
		t.Errorf("a Conn has %d bytes", n)
	}
	plain(t, reflect.TypeFor[Conn]())
}

func plain(t *testing.T, typ reflect.Type) {
	switch typ.Kind() {
	case reflect.Struct:
		for field := range typ.Fields() {
			plain(t, field.Type)
		}
	case reflect.Array:
		plain(t, typ.Elem())
	case reflect.Bool, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
	default:
		t.Errorf("a Conn holds a %v", typ)
	}
}

func TestAllocations(t *testing.T) {
	s := tcpScript("> S, < SA, > A, > PA 10, < PA 20, > FA, < FA, > A")
	key, _ := s.key()
	pieces := s.pieces(t)
	var c Conn
	var row record.Row
	n := testing.AllocsPerRun(100, func() {
		c.Begin(&key, 1, &pieces[0].piece, 1, epoch)
		for i := range pieces {
			c.Add(&pieces[i].piece, pieces[i].frame, pieces[i].nanos)
		}
	})
	if n != 0 {
		t.Errorf("following a connection allocates %v times", n)
	}
	scope := flow.Scope(nil)
	if n := testing.AllocsPerRun(100, func() { c.Row(&row, &key, scope, Fin, nil) }); n > 2 {
		t.Errorf("a row allocates %v times", n)
	}
}

func BenchmarkAdd(b *testing.B) {
	s := tcpScript("> S, < SA, > A, > PA 10, < A")
	key, _ := s.key()
	pieces := s.pieces(b)
	var c Conn
	c.Begin(&key, 1, &pieces[0].piece, 1, epoch)
	for i := range pieces {
		c.Add(&pieces[i].piece, pieces[i].frame, pieces[i].nanos)
	}
	p := pieces[3].piece
	n := uint64(0)
	for b.Loop() {
		p.Seq += p.Length
		n++
		c.Add(&p, n, epoch+int64(n))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/frame")
}

func BenchmarkRow(b *testing.B) {
	c, key := tcpScript("> S, < SA, > A, > PA 10, < PA 20, > FA, < FA, > A").play(b)
	var row record.Row
	for b.Loop() {
		c.Row(&row, &key, nil, Fin, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/flow")
}
