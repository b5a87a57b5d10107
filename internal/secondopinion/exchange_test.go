package secondopinion

import (
	"net/netip"
	"testing"
)

const exchangeRecords = `{"record":"exchange","exchange":"2.10","flow":2,"network.protocol.version":"1.1","http.request.method":"GET","url.path":"/b","server.address":"b.example","server.port":80,"client.address":"10.0.0.1","client.port":40001,"http.response.status_code":200,"http.response.body.size":5,"outcome":"responded"}
{"record":"exchange","exchange":"2.9","flow":2,"network.protocol.version":"1.1","http.request.method":"_OTHER","http.request.method_original":"BREW","url.path":"/p�t","url.path.raw":"2f70ff74","url.query":"","server.address":"b.example","client.address":"10.0.0.1","client.port":40001,"request_missing":3,"unknown":["request.body"],"outcome":"aborted","trace":{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"000000000000007b","sampled":true,"source":"x-cloud-trace-context"}}
{"record":"flow","flow":2,"ts":1.000000000,"id.orig_h":"10.0.0.2","id.orig_p":80,"id.resp_h":"10.0.0.1","id.resp_p":40001,"proto":"tcp","ip_proto":6}
{"record":"exchange","exchange":"1.1","flow":1,"network.protocol.version":"2","http.request.method":"GET","url.path":"/","url.query":"q","server.address":"fd09::2","server.port":8082,"client.address":"fd09::1","client.port":40000,"http.response.status_code":200,"stream_id":1,"outcome":"responded","trace":{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","sampled":false,"source":"traceparent","state":"a=1"},"trace_seen":[{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","sampled":false,"source":"traceparent","state":"a=1"},{"trace_id":"0af7651916cd43dd8448eb211c80319c","source":"x-cloud-trace-context"}]}
{"record":"flow","flow":1,"ts":1.000000000,"id.orig_h":"fd09::1","id.orig_p":40000,"id.resp_h":"fd09::2","id.resp_p":8082,"proto":"tcp","ip_proto":6}
`

func end(text string) netip.AddrPort { return netip.MustParseAddrPort(text) }

func readExchanges(t *testing.T, records string) *Exchanged {
	t.Helper()
	r := new(Exchanged)
	if err := r.read([]byte(records)); err != nil {
		t.Fatal(err)
	}
	return r
}

// Exchanges come in the order of their flow, whoever the flow says began it, and
// with the bytes that their texts stand for.
func TestExchanges(t *testing.T) {
	r := readExchanges(t, exchangeRecords)
	all, err := r.Accounts()
	if err != nil {
		t.Fatal(err)
	}
	list := all[Link{end("10.0.0.1:40001"), end("10.0.0.2:80")}]
	if len(all) != 2 || len(list) != 2 {
		t.Fatalf("got %v", all)
	}
	brew := list[0]
	for term, want := range map[string]string{
		"method": "BREW", "target": "/p\xfft?", "version": "1.1", "status": "", "note": " (request.body, request missing, aborted)",
		"x-cloud-trace-context": "0af7651916cd43dd8448eb211c80319c/123;o=1", "traceparent": "", "request body": "0",
	} {
		if brew[term] != want {
			t.Errorf("%s: %q, not %q", term, brew[term], want)
		}
	}
	two := all[Link{end("[fd09::1]:40000"), end("[fd09::2]:8082")}][0]
	for term, want := range map[string]string{
		"stream": "1", "target": "/?q", "host": "fd09::2", "port": "8082", "tracestate": "a=1", "note": "",
		"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "x-cloud-trace-context": "0af7651916cd43dd8448eb211c80319c",
	} {
		if two[term] != want {
			t.Errorf("%s: %q, not %q", term, two[term], want)
		}
	}
	if ports, err := r.HTTP2Ports(); err != nil || len(ports) != 1 || ports[0] != 8082 {
		t.Errorf("ports of HTTP/2: %v, %v", ports, err)
	}
}

func TestExchangesRefuse(t *testing.T) {
	for _, bad := range []string{
		`{"record":"exchange","exchange":"1","flow":1,"client.address":"10.0.0.1"}` + "\n",
		`{"record":"exchange","exchange":"1.1","flow":1` + "\n",
		`{"record":"turn"}` + "\n",
	} {
		if err := new(Exchanged).read([]byte(bad)); err == nil {
			t.Errorf("read without complaint: %s", bad)
		}
	}
	for name, records := range map[string]string{
		"no flow": `{"record":"exchange","exchange":"1.1","flow":1,"client.address":"10.0.0.1","client.port":1}` + "\n",
		"another client": `{"record":"exchange","exchange":"1.1","flow":1,"client.address":"10.0.0.3","client.port":1}
{"record":"flow","flow":1,"ts":1.0,"id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":80,"proto":"tcp","ip_proto":6}
`,
	} {
		if _, err := readExchanges(t, records).Accounts(); err == nil {
			t.Errorf("%s: no complaint", name)
		}
	}
}
