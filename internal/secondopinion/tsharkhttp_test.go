package secondopinion

import (
	"encoding/json"
	"strings"
	"testing"
)

// pdml returns a packet with these elements behind its addresses.
func pdml(from, to, rest string) string {
	src, srcport, _ := strings.Cut(from, ":")
	dst, dstport, _ := strings.Cut(to, ":")
	return "<packet>\n  <proto name=\"ip\" size=\"20\">\n    <field name=\"ip.src\" show=\"" + src + "\"/>\n    <field name=\"ip.dst\" show=\"" + dst + "\"/>\n  </proto>\n" +
		"  <proto name=\"tcp\" size=\"20\"><field name=\"tcp.srcport\" show=\"" + srcport + "\"/><field name=\"tcp.dstport\" show=\"" + dstport + "\"/></proto>\n" + rest + "</packet>\n"
}

func digestHTTP(t *testing.T, text string) (r HTTPReply) {
	t.Helper()
	kept, err := TsharkHTTP([]byte(text))
	if err == nil {
		err = json.Unmarshal(kept, &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const (
	client, server = "10.0.0.1:40000", "10.0.0.2:80"
	anyRequest     = `<proto name="http"><field name="http.request.method" value="474554"/></proto>`
	h1Request      = `<proto name="http"><field name="" show="GET /&amp; HTTP/1.0\r\n"><field name="http.request.method" show="GET" value="474554"/>
<field name="http.request.uri" show="/&amp;" value="2f26"/><field name="http.request.version" show="HTTP/1.0" value="485454502f312e30"/></field>
<field name="http.host" show="a" value="486f73743a20610d0a"/></proto>`
	h1Response = `<proto name="http"><field name="http.response.code" show="200"/><field name="" show="HTTP chunked response">
<field name="http.chunk_size" show="100"/><field name="http.chunk_size" show="7"/><field name="http.chunk_size" show="0"/></field>
<field name="http.file_data" show="not &lt;this&gt;" size="99"/><proto name="data-text-lines"><field name="" show="x"/></proto></proto>`
	h1Encoded = `<proto name="http"><field name="http.response.code" show="404"/><proto name="_ws.malformed" size="0"/><field name="" show="Content-encoded entity body (gzip): 590 bytes" size="590"/></proto>`
	h1Interim = `<proto name="http"><field name="http.response.code" show="100"/></proto>`
)

func TestTsharkHTTP(t *testing.T) {
	r := digestHTTP(t, pdml(client, server, h1Request+h1Request)+pdml(server, client, h1Interim+h1Response+h1Encoded)+
		pdml(client, server, `<proto name="tls"></proto>`+anyRequest)+pdml(client, server, anyRequest))
	link := Link{end(client), end(server)}
	requests, responses := r.Accounts(true)[link], r.Accounts(false)[link]
	if len(r.Messages) != 5 || len(requests) != 3 || len(responses) != 2 || r.Hidden != 1 {
		t.Fatalf("got %+v", r)
	}
	if want := (Account{"version": "1.0", "method": "GET", "target": "/&", "host": "a", "user agent": "", "request body": "0"}); !requests[1].is(want) {
		t.Errorf("%v, not %v", requests[1], want)
	}
	for i, want := range []Account{{"status": "200", "response body": "107"}, {"status": "404", "response body": "590"}} {
		if !responses[i].is(want) {
			t.Errorf("%v, not %v", responses[i], want)
		}
	}
}

// h2 returns a frame of HTTP/2.
func h2(kind, stream, length, rest string) string {
	return `<field name="http2.stream" show=""><field name="http2.length" show="` + length + `"/><field name="http2.type" show="` + kind +
		`"/><field name="http2.streamid" show="` + stream + `"/>` + rest + `</field>`
}

// h2Header returns a header: its name and value in hexadecimal.
func h2Header(name, value string) string {
	return `<field name="http2.header"><field name="http2.header.name" value="` + name + `"/><field name="http2.header.value" value="` + value + `"/></field>`
}

func TestTsharkHTTP2(t *testing.T) {
	get, ok := h2Header("3a6d6574686f64", "474554")+h2Header("3a70617468", "2f61"), h2Header("3a737461747573", "323030")
	continued, failed := h2Header("3a737461747573", "313030"), h2Header("677270632d737461747573", "34")
	in := func(frames ...string) string { return `<proto name="http2">` + strings.Join(frames, "") + `</proto>` }
	r := digestHTTP(t, pdml(client, server, in(h2("1", "1", "9", get), h2("1", "3", "9", get)))+
		pdml(server, client, in(h2("1", "3", "9", continued), h2("1", "3", "9", ok))+in(h2("5", "1", "9", `<field name="http2.push_promise.promised_stream_id" show="2"/>`+get)))+
		pdml(server, client, in(h2("0", "3", "100", `<field name="http2.pad_length" show="9" size="1"/>`))+in(h2("0", "3", "10", `<field name="http2.pad_length" show="0" size="0"/>`))+
			in(h2("1", "3", "9", failed)))+
		pdml(client, server, in(h2("0", "1", "33", ""))))
	link := Link{end(client), end(server)}
	requests, responses := r.Accounts(true)[link], r.Accounts(false)[link]
	if len(requests) != 3 || len(responses) != 1 {
		t.Fatalf("got %v, %v", requests, responses)
	}
	for i, want := range []Account{
		{"version": "2", "stream": "1", "method": "GET", "target": "/a", "user agent": "", "request body": "33"},
		{"version": "2", "stream": "3", "method": "GET", "target": "/a", "user agent": "", "request body": "0"},
		{"version": "2", "stream": "2", "method": "GET", "target": "/a", "user agent": "", "request body": "0"},
	} {
		if !requests[i].is(want) {
			t.Errorf("%v, not %v", requests[i], want)
		}
	}
	if want := (Account{"stream": "3", "status": "200", "response body": "100", "RPC status": "DEADLINE_EXCEEDED"}); !responses[0].is(want) {
		t.Errorf("%v, not %v", responses[0], want)
	}
}
