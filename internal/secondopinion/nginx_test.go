package secondopinion

import "testing"

// nginx logs a request when it ends; they are compared in the order in which
// they began.
func TestNginx(t *testing.T) {
	all, err := ParseNginx([]byte("1.0\t10.0.0.1\t40000\t10.0.0.2\t8080\t7\t2\tHTTP/1.1\tGET\t/b?c\t200\t118\t367\t238\t00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\t-\ta=1\tgzip\tchunked\n" +
		"1.0\t10.0.0.1\t40000\t10.0.0.2\t8080\t7\t1\tHTTP/2.0\tPOST\t/\t404\t3\t69\t78\t-\tt/1;o=1\ta=1\t-\t-\n"))
	if err != nil {
		t.Fatal(err)
	}
	list := all[Link{end("10.0.0.1:40000"), end("10.0.0.2:8080")}]
	if len(list) != 2 {
		t.Fatalf("got %v", all)
	}
	for term, want := range map[string]string{"method": "POST", "version": "2", "response body": "3", "x-cloud-trace-context": "t/1;o=1", "traceparent": ""} {
		if list[0][term] != want {
			t.Errorf("%s: %q, not %q", term, list[0][term], want)
		}
	}
	if state, has := list[0]["tracestate"]; has {
		t.Errorf("a tracestate without traceparent: %q", state)
	}
	for term, want := range map[string]string{"target": "/b?c", "version": "1.1", "response body": "107", "request size": "238", "tracestate": "a=1"} {
		if list[1][term] != want {
			t.Errorf("%s: %q, not %q", term, list[1][term], want)
		}
	}
}

func TestNginxRefuses(t *testing.T) {
	for _, bad := range []string{
		"1.0\t10.0.0.1\n",
		"1.0\t10.0.0.1\t40000\t10.0.0.2\tx\t7\t2\tHTTP/1.1\tGET\t/b?c\t200\t118\t367\t238\t-\t-\t-\t-\t-\n",
		"1.0\t10.0.0.1\t40000\t10.0.0.2\t80\t7\t2\tHTTP/1.1\tGET\t/b?c\t200\t4\t367\t238\t-\t-\t-\t-\tchunked\n",
	} {
		if _, err := ParseNginx([]byte(bad)); err == nil {
			t.Errorf("read without complaint: %q", bad)
		}
	}
}

func TestH2Client(t *testing.T) {
	all, err := ParseH2Client([]byte("local_addr\tlocal_port\tremote_addr\tremote_port\tstream_id\tmethod\tpath\tstatus\trx_bytes\ttraceparent\tx_cloud_trace_context\ttracestate\treq_body\n" +
		"fd09::1\t40000\tfd09::2\t8082\t5\tPOST\t/a\t200\t3\t-\t-\t-\t208\n"))
	if err != nil {
		t.Fatal(err)
	}
	list := all[Link{end("[fd09::1]:40000"), end("[fd09::2]:8082")}]
	if len(list) != 1 || list[0]["stream"] != "5" || list[0]["request body"] != "208" || list[0]["target"] != "/a" {
		t.Errorf("got %v", all)
	}
}
