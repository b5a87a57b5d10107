package secondopinion

import "testing"

func TestHAR(t *testing.T) {
	all, err := ParseHAR([]byte(`{"log":{"entries":[
		{"request":{"method":"GET","url":"http://a.example:81/b?c","httpVersion":"HTTP/1.1","bodySize":0,"headers":[{"name":"User-agent","value":"curl/8"}]},
		 "response":{"status":200,"bodySize":97845,"content":{"size":97845},"headers":[{"name":"content-encoding","value":"gzip"}]}},
		{"request":{"method":"PUT","url":"http://a.example/","httpVersion":"HTTP/1.0","bodySize":3,"headers":[]},
		 "response":{"status":204,"bodySize":0,"headers":[]}}]}}`))
	list := all[Link{}]
	if err != nil || len(list) != 2 {
		t.Fatalf("got %v, %v", all, err)
	}
	for i, want := range []Account{
		{"version": "1.1", "method": "GET", "target": "/b?c", "host": "a.example", "port": "81", "user agent": "curl/8", "status": "200", "request body": "0"},
		{"version": "1.0", "method": "PUT", "target": "/", "host": "a.example", "user agent": "", "status": "204", "request body": "3", "response body": "0"},
	} {
		if !list[i].is(want) {
			t.Errorf("%d: %v, not %v", i, list[i], want)
		}
	}
	if _, err := ParseHAR([]byte("{")); err == nil {
		t.Error("half an archive is read without complaint")
	}
}
