package output

import (
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/record"
)

// made makes a schema and a row of it. A line is an object: its key, "-" for the record
// itself, and fields, "name:type=value"; a field that comes twice in a line repeats. After "inner"
// comes a packet inside the packet; a line that begins with "+" is in the one before it.
func made(t testing.TB, kind, text string) *record.Row {
	t.Helper()
	var layers []*record.Layer
	byKey := make(map[string]*record.Layer)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
		key, words, _ := strings.Cut(strings.TrimPrefix(lines[i], "+"), " ")
		if key == "inner" {
			continue
		}
		l := byKey[key]
		if l == nil {
			l = &record.Layer{Key: strings.Trim(key, "-")}
			byKey[key], layers = l, append(layers, l)
		}
		for w := range strings.FieldsSeq(words) {
			definition, _, _ := strings.Cut(w, "=")
			f := define(l.Key, definition)[0]
			if at := fieldOf(l, f.Name); at < 0 {
				l.Fields = append(l.Fields, f)
			}
			f.Repeats = strings.Count(words, definition+"=") > 1
			l.Fields[fieldOf(l, f.Name)].Repeats = l.Fields[fieldOf(l, f.Name)].Repeats || f.Repeats
		}
	}
	r := &record.Row{}
	r.Begin(record.NewSchema(kind, "made", layers...), nil)
	for i, line := range lines {
		if line == "inner" {
			r.Inner()
			continue
		}
		key, words, _ := strings.Cut(strings.TrimPrefix(line, "+"), " ")
		r.Open(byKey[key])
		for w := range strings.FieldsSeq(words) {
			definition, value, _ := strings.Cut(w, "=")
			fillField(t, r, byKey[key], fieldOf(byKey[key], define(byKey[key].Key, definition)[0].Name), value)
		}
		if i+1 == len(lines) || !strings.HasPrefix(lines[i+1], "+") {
			if strings.HasPrefix(line, "+") {
				r.Close()
			}
			r.Close()
		}
	}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	return r
}

func fieldOf(l *record.Layer, name string) int {
	for i := range l.Fields {
		if l.Fields[i].Name == name {
			return i
		}
	}
	return -1
}

// fillField adds a value; in a text _ stands for a blank.
func fillField(t testing.TB, r *record.Row, l *record.Layer, i int, value string) {
	t.Helper()
	switch l.Fields[i].Type {
	case record.Text:
		r.String(i, strings.ReplaceAll(value, "_", " "))
	case record.Address:
		r.Own(i, netip.MustParseAddr(value).AsSlice())
	case record.Bool:
		r.Bool(i, value == "true")
	default:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		r.Uint(i, uint64(n))
	}
}

// A segment of the reference, as far as a record of ours has it.
const cloudFrame = `
	frame number:uint=20 time_epoch:time=1795175161553880237 len:uint=209 interface_id:uint=6
	ip version:uint=4 hdr_len:uint=20 len:uint=195 src:address=10.77.0.1 dst:address=10.77.0.2
	tcp srcport:uint=8080 dstport:uint=47354 seq_raw:uint=80123690 ack_raw:uint=2489359471 hdr_len:uint=32 flags:uint=24
	pcappipe file:text=a.pcap protocols:text=eth:ip:tcp flow:uint=3 exchange:text=3.1 trace_id:text=105445aa7843bc8bf206b12000100000 span_id:text=00f067aa0ba902b7`

const cloudExchange = `
	- exchange:text=3.1 flow:uint=3 uid:text=C1 network.protocol.version:text=1.1 http.request.method:text=GET url.scheme:text=http url.path:text=/a url.query:text=b=c server.address:text=10.77.0.1 server.port:uint=8080 client.address:address=10.77.0.2 network.peer.address:address=10.77.0.1 http.response.status_code:uint=201 http.request.size:uint=120 http.response.size:uint=143 user_agent.original:text=curl/8 start:time=1795175161553375183 duration:duration=498000 outcome:text=responded
	trace trace_id:text=105445aa7843bc8bf206b12000100000 span_id:text=0000000000000001 sampled:bool=true`

func TestEntriesOfCloudLogging(t *testing.T) {
	for _, c := range []struct {
		name, kind, row string
		project         string
		alone           bool
		want            string // before the record's own fields, and after its kind
	}{
		{
			name: "a frame", kind: "frame", row: cloudFrame, project: "demo",
			want: `"timestamp":{"seconds":1795175161,"nanos":553880237},"severity":"INFO",` +
				`"message":"#20 | @6 | flow:3 | TCP | 10.77.0.1:8080 > 10.77.0.2:47354 | [PSH|ACK] | len/seq/ack:143/80123690/2489359471 | exchange:3.1",` +
				`"logging.googleapis.com/labels":{"tool":"pcappipe","record":"frame","flow":"3","file":"a.pcap","interface":"6"},` +
				`"logging.googleapis.com/operation":{"id":"flow/3","producer":"pcappipe"},` +
				`"logging.googleapis.com/trace":"projects/demo/traces/105445aa7843bc8bf206b12000100000","logging.googleapis.com/spanId":"00f067aa0ba902b7",`,
		},
		{
			name: "an exchange", kind: "exchange", row: cloudExchange, project: "demo",
			want: `"timestamp":{"seconds":1795175161,"nanos":553375183},"severity":"INFO",` +
				`"message":"exchange:3.1 | HTTP/1.1 GET http://10.77.0.1:8080/a?b=c | 201 | 0.000498000s",` +
				`"httpRequest":{"requestMethod":"GET","requestUrl":"http://10.77.0.1:8080/a?b=c","requestSize":"120","status":201,"responseSize":"143","userAgent":"curl/8","remoteIp":"10.77.0.2","serverIp":"10.77.0.1","latency":"0.000498000s","protocol":"HTTP/1.1"},` +
				`"logging.googleapis.com/labels":{"tool":"pcappipe","record":"exchange","flow":"3"},` +
				`"logging.googleapis.com/operation":{"id":"exchange/3.1","producer":"pcappipe","first":true,"last":true},` +
				`"logging.googleapis.com/trace":"projects/demo/traces/105445aa7843bc8bf206b12000100000","logging.googleapis.com/spanId":"0000000000000001","logging.googleapis.com/trace_sampled":true,`,
		},
		{
			name: "an exchange of which little is known", kind: "exchange",
			row: `- exchange:text=3.2 flow:uint=3 network.protocol.version:text=2 start:time=-1 duration:duration=10 outcome:text=aborted end_reason:text=rst`,
			want: `"timestamp":{"seconds":-1,"nanos":999999999},"severity":"WARNING","message":"exchange:3.2 | HTTP/2 | aborted rst | 0.000000010s",` +
				`"httpRequest":{"protocol":"HTTP/2"},"logging.googleapis.com/labels":{"tool":"pcappipe","record":"exchange","flow":"3"},` +
				`"logging.googleapis.com/operation":{"id":"exchange/3.2","producer":"pcappipe","first":true,"last":true},`,
		},
		{
			name: "a call", kind: "exchange",
			row: `- exchange:text=4.1 network.protocol.version:text=2 http.request.method:text=_OTHER http.request.method_original:text=FETCH url.scheme:text=https url.path:text=/a.B/C server.address:text=::1 server.port:uint=443 http.response.status_code:uint=200 outcome:text=responded rpc.system.name:text=grpc rpc.method:text=a.B/C rpc.response.status_code:text=OK`,
			want: `"severity":"INFO","message":"exchange:4.1 | HTTP/2 FETCH https://[::1]/a.B/C | 200 | grpc a.B/C OK",` +
				`"httpRequest":{"requestMethod":"FETCH","requestUrl":"https://[::1]/a.B/C","status":200,"protocol":"HTTP/2"},` +
				`"logging.googleapis.com/labels":{"tool":"pcappipe","record":"exchange"},"logging.googleapis.com/operation":{"id":"exchange/4.1","producer":"pcappipe","first":true,"last":true},`,
		},
		{
			name: "a flow among frames", kind: "flow",
			row: `- flow:uint=3 ts:time=1000000005 uid:text=C1 id.orig_h:address=10.0.0.1 id.orig_p:uint=4000 id.resp_h:address=10.0.0.2 id.resp_p:uint=80 proto:text=tcp service:text=http duration:duration=304000000 orig_bytes:uint=120 resp_bytes:uint=3400 conn_state:text=SF orig_pkts:uint=10 resp_pkts:uint=8`,
			want: `"timestamp":{"seconds":1,"nanos":5},"severity":"INFO","message":"flow:3 | TCP | 10.0.0.1:4000 > 10.0.0.2:80 | http | SF | packets:10/8 | bytes:120/3400 | 0.304000000s",` +
				`"logging.googleapis.com/labels":{"tool":"pcappipe","record":"flow","flow":"3"},"logging.googleapis.com/operation":{"id":"flow/3","producer":"pcappipe","last":true},`,
		},
		{
			name: "a flow alone", kind: "flow", alone: true, row: `- flow:uint=9 id.orig_h:address=fe80::1 id.orig_p:uint=128 id.resp_h:address=fe80::2 id.resp_p:uint=129 proto:text=icmp`,
			want: `"severity":"INFO","message":"flow:9 | ICMP | fe80::1 > fe80::2","logging.googleapis.com/labels":{"tool":"pcappipe","record":"flow","flow":"9"},` +
				`"logging.googleapis.com/operation":{"id":"flow/9","producer":"pcappipe","first":true,"last":true},`,
		},
		{
			name: "a datagram with a hole", kind: "datagram", row: `- src:address=10.0.0.1 dst:address=10.0.0.2 proto:uint=17 complete:bool=false length:uint=3008 outcome:text=timeout`,
			want: `"severity":"WARNING","message":"datagram | 10.0.0.1 > 10.0.0.2 | bytes:3008 | timeout","logging.googleapis.com/labels":{"tool":"pcappipe","record":"datagram"},`,
		},
		{
			name: "a stream with a gap", kind: "stream", row: `- flow:uint=3 direction:text=orig length:uint=3400 missed:uint=120 end_reason:text=fin`,
			want: `"severity":"WARNING","message":"flow:3 | stream orig | bytes:3400 | missed:120","logging.googleapis.com/labels":{"tool":"pcappipe","record":"stream","flow":"3"},` +
				`"logging.googleapis.com/operation":{"id":"flow/3","producer":"pcappipe"},`,
		},
		{
			name: "a turn", kind: "turn", row: `- flow:uint=3 direction:text=resp start:uint=0 end:uint=143 complete:bool=true`,
			want: `"severity":"INFO","message":"flow:3 | turn resp | bytes:0-143","logging.googleapis.com/labels":{"tool":"pcappipe","record":"turn","flow":"3"},` +
				`"logging.googleapis.com/operation":{"id":"flow/3","producer":"pcappipe"},`,
		},
		{
			name: "a trace whose id is text", kind: "trace", project: "demo", row: `- trace_id:text=a."b start:time=1 duration:duration=2 continued:bool=true exchanges:text=1.1 exchanges:text=2.1`,
			want: `"timestamp":{"seconds":0,"nanos":1},"severity":"INFO","message":"trace:a.\"b | exchanges:2 | 0.000000002s | continued","logging.googleapis.com/labels":{"tool":"pcappipe","record":"trace"},"logging.googleapis.com/trace":"a.\"b",`,
		},
		{
			name: "a summary", kind: "summary", row: "- frames:uint=1024 bytes:uint=90210 last:time=7\nflows total:uint=17\ndamage file:text=a.pcap\nledger balances:bool=true",
			want: `"timestamp":{"seconds":0,"nanos":7},"severity":"WARNING","message":"frames:1024 | bytes:90210 | flows:17 | damaged","logging.googleapis.com/labels":{"tool":"pcappipe","record":"summary"},`,
		},
		{
			name: "a ledger that does not balance", kind: "summary", row: "- frames:uint=1\nledger balances:bool=false",
			want: `"severity":"ERROR","message":"frames:1 | does not balance","logging.googleapis.com/labels":{"tool":"pcappipe","record":"summary"},`,
		},
		{
			name: "a kind of later", kind: "later", row: "- what:uint=1",
			want: `"severity":"INFO","message":"later","logging.googleapis.com/labels":{"tool":"pcappipe","record":"later"},`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := made(t, c.kind, c.row)
			line := string(newCloudLogging(selection{schema: r.Schema, project: c.project, alone: c.alone}).Append(nil, r))
			own := strings.TrimPrefix(string(newJSONL(selection{schema: r.Schema}).Append(nil, r)), `{"record":"`+c.kind+`",`)
			if got, found := strings.CutSuffix(line, own); !found || got != `{"record":"`+c.kind+`",`+c.want {
				t.Errorf("got\n%s\nwant\n%s", line, `{"record":"`+c.kind+`",`+c.want+own)
			}
			if !json.Valid([]byte(line)) {
				t.Errorf("no JSON: %s", line)
			}
		})
	}
}

func TestMessagesOfFrames(t *testing.T) {
	const ip, ip6 = "ip version:uint=4 hdr_len:uint=20 len:uint=40 src:address=10.0.0.1 dst:address=10.0.0.2\n", "ipv6 version:uint=6 plen:uint=28 src:address=fe80::1 dst:address=fe80::2\n"
	for _, c := range []struct{ name, row, want string }{
		{"nothing but a number", "frame number:uint=1", "#1"},
		{"no IP", "frame number:uint=1 interface_id:uint=0\npcappipe protocols:text=eth:llc:stp", "#1 | @0 | eth:llc:stp"},
		{"ARP", "frame number:uint=2\narp src.proto_ipv4:address=10.0.0.1 dst.proto_ipv4:address=10.0.0.2", "#2 | ARP | 10.0.0.1 > 10.0.0.2"},
		{"another transport", ip + "pcappipe protocols:text=eth:ip:ospf flow:uint=4", "#0 | flow:4 | 10.0.0.1 > 10.0.0.2"},
		{"UDP", ip + "udp srcport:uint=53 dstport:uint=4000", "#0 | UDP | 10.0.0.1:53 > 10.0.0.2:4000"},
		{"SCTP", ip6 + "sctp srcport:uint=1 dstport:uint=2", "#0 | SCTP | fe80::1:1 > fe80::2:2"},
		{"a cut UDP header", ip + "udp srcport:uint=53", "#0 | UDP | 10.0.0.1:53 > 10.0.0.2"},
		{"a cut TCP header", ip + "tcp srcport:uint=53 dstport:uint=1 seq_raw:uint=1", "#0 | TCP | 10.0.0.1:53 > 10.0.0.2:1"},
		{"all flags", ip + "tcp seq_raw:uint=1 ack_raw:uint=2 hdr_len:uint=20 flags:uint=511", "#0 | TCP | 10.0.0.1 > 10.0.0.2 | [SYN|FIN|RST|PSH|ACK|URG|ECE|CWR|AE] | len/seq/ack:0/1/2"},
		{"no flags, and a length that is too small", ip + "tcp seq_raw:uint=1 ack_raw:uint=2 hdr_len:uint=60 flags:uint=0", "#0 | TCP | 10.0.0.1 > 10.0.0.2 | [] | seq/ack:1/2"},
		{"an echo", ip + "icmp type:uint=8 code:uint=0", "#0 | ICMPv4 | 10.0.0.1 > 10.0.0.2 | EchoRequest"},
		{"another echo", ip6 + "icmpv6 type:uint=129 code:uint=0", "#0 | ICMPv6 | fe80::1 > fe80::2 | EchoReply"},
		{"a type without a name", ip + "icmp type:uint=253 code:uint=2", "#0 | ICMPv4 | 10.0.0.1 > 10.0.0.2 | Type253(2)"},
		{"an error and what it quotes", ip + "icmp type:uint=3 code:uint=3\ninner\nip version:uint=4 src:address=1.1.1.1 dst:address=2.2.2.2\nudp srcport:uint=53 dstport:uint=4000",
			"#0 | ICMPv4 | 10.0.0.1 > 10.0.0.2 | DestinationUnreachable(3)"},
		{"a tunnel", ip + "udp srcport:uint=1 dstport:uint=4789\ninner\n" + ip6 + "sctp srcport:uint=3 dstport:uint=4\npcappipe flow:uint=1 flow:uint=2", "#0 | flow:2 | SCTP | fe80::1:3 > fe80::2:4"},
		{"a tunnel with nothing of ours in it", ip + "udp srcport:uint=1 dstport:uint=4789\ninner\neth type:uint=1", "#0 | UDP | 10.0.0.1:1 > 10.0.0.2:4789"},
		{"a tunnel that quotes", ip + "inner\n" + ip6 + "icmpv6 type:uint=1\ninner\n" + ip + "udp srcport:uint=1 dstport:uint=2", "#0 | ICMPv6 | fe80::1 > fe80::2 | DestinationUnreachable"},
		{"several exchanges", "pcappipe exchange:text=1.1 exchange:text=1.2 exchange:text=1.3", "#0 | exchange:1.1,1.2,1.3"},
		{"a fault", ip + "tcp srcport:uint=80\n+fault layer:text=tcp reason:text=header_\"cut\"", `#0 | TCP | 10.0.0.1:80 > 10.0.0.2 | FAULT tcp: header "cut"`},
	} {
		r := made(t, "frame", c.row)
		line := newCloudLogging(selection{schema: r.Schema}).Append(nil, r)
		var entry struct{ Message, Severity string }
		if err := json.Unmarshal(line, &entry); err != nil {
			t.Fatalf("%s: %v: %s", c.name, err, line)
		}
		if entry.Message != c.want {
			t.Errorf("%s: %s\nand should be %s", c.name, entry.Message, c.want)
		}
		if bad := entry.Severity == "ERROR"; bad != strings.Contains(c.want, "FAULT") {
			t.Errorf("%s: severity is %s", c.name, entry.Severity)
		}
	}
}

func TestSeverityOfExchanges(t *testing.T) {
	for status, want := range map[string]string{"101": "INFO", "200": "INFO", "302": "INFO", "404": "WARNING", "500": "ERROR", "503": "ERROR"} {
		r := made(t, "exchange", "- exchange:text=1.1 http.response.status_code:uint="+status+" outcome:text=responded")
		if line := string(newCloudLogging(selection{schema: r.Schema}).Append(nil, r)); !strings.Contains(line, `"severity":"`+want+`"`) {
			t.Errorf("%s: %s", status, line)
		}
	}
}

func TestTraceOfAFrame(t *testing.T) {
	const hex, other = "105445aa7843bc8bf206b12000100000", "205445aa7843bc8bf206b12000100000"
	for _, c := range []struct{ name, labels, want string }{
		{"none", "exchange:text=1.1", ""},
		{"a trace alone", "trace_id:text=" + hex, `"logging.googleapis.com/trace":"` + hex + `",`},
		{"its span", "trace_id:text=" + hex + " span_id:text=00f067aa0ba902b7", `"logging.googleapis.com/trace":"` + hex + `","logging.googleapis.com/spanId":"00f067aa0ba902b7",`},
		{"a span of another form", "trace_id:text=" + hex + " span_id:text=abc-2", `"logging.googleapis.com/trace":"` + hex + `",`},
		{"two spans", "trace_id:text=" + hex + " span_id:text=00f067aa0ba902b7 span_id:text=00f067aa0ba902b8", `"logging.googleapis.com/trace":"` + hex + `",`},
		{"two traces", "trace_id:text=" + hex + " trace_id:text=" + other + " span_id:text=00f067aa0ba902b7", `"logging.googleapis.com/trace":"` + hex + `",`},
	} {
		r := made(t, "frame", "frame number:uint=1\npcappipe "+c.labels)
		line := string(newCloudLogging(selection{schema: r.Schema}).Append(nil, r))
		_, rest, _ := strings.Cut(line, `"record":"frame"},`)
		if got, _, _ := strings.Cut(rest, `"frame":{`); got != c.want {
			t.Errorf("%s: %s, and should be %s", c.name, got, c.want)
		}
	}
}

func TestEntriesAllocateNothing(t *testing.T) {
	for kind, text := range map[string]string{"frame": cloudFrame, "exchange": cloudExchange} {
		r := made(t, kind, text)
		e := newCloudLogging(selection{schema: r.Schema, project: "demo"})
		dst := e.Append(nil, r)
		if n := testing.AllocsPerRun(100, func() { dst = e.Append(dst[:0], r) }); n != 0 {
			t.Errorf("%s: %v allocations a record", kind, n)
		}
	}
}

func BenchmarkCloudLogging(b *testing.B) {
	benchmark(b, selection{schema: newSample().schema, project: "demo"}, newCloudLogging)
}
