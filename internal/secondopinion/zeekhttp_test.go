package secondopinion

import "testing"

func TestZeekHTTP(t *testing.T) {
	rows, err := ParseZeek([]byte("#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\tversion\tuser_agent\trequest_body_len\tresponse_body_len\tstatus_code\n" +
		"1.0\tC1\t10.0.0.1\t40000\t10.0.0.2\t80\t2\t-\t-\t-\t1.1\t-\t0\t4\t200\n" +
		"1.0\tC1\t10.0.0.1\t40000\t10.0.0.2\t80\t1\tGET\ta.example:81\t/\\xfc\\\\x?y\t1.1\tcurl/8\t0\t4\t-\n"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := ReadHTTP(rows)
	list := all[Link{end("10.0.0.1:40000"), end("10.0.0.2:80")}]
	if err != nil || len(list) != 2 {
		t.Fatalf("got %v, %v", all, err)
	}
	for i, want := range []Account{
		{"method": "GET", "host": "a.example", "port": "81", "decoded target": "/\xfc\\x?y", "user agent": "curl/8", "request body": "0", "response body": "4", "status": ""},
		{"method": "", "decoded target": "", "user agent": "", "request body": "0", "response body": "4", "status": "200"},
	} {
		if !list[i].is(want) {
			t.Errorf("%d: %v, not %v", i, list[i], want)
		}
	}
}

func TestDecodeHex(t *testing.T) {
	for from, to := range map[string]string{"/%41%zz%4": "/A%zz%4", "%": "%", "%2541": "%41", "": ""} {
		if got := decodeHex(from, "%"); got != to {
			t.Errorf("%q: %q, not %q", from, got, to)
		}
	}
}

// Of a log that was cut, what is left is compared.
func TestZeekHTTPCut(t *testing.T) {
	rows, err := ParseZeek([]byte("uid\tstatus_code\tstatus_msg\nC1\t206\tPartial Content\n"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := ReadHTTP(rows)
	if list := all[Link{}]; err != nil || len(list) != 1 || !list[0].is(Account{"status": "206"}) {
		t.Errorf("got %v, %v", all, err)
	}
}
