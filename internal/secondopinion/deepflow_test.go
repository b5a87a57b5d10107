package secondopinion

import (
	"strings"
	"testing"
)

const deepflowLine = `HttpInfo { headers_offset: Some(26), proto: Grpc, msg_type: Request, stream_id: Some(3), version: V2, trace_ids: PrioFields([]), span_id: PrioField { prio: 255, field: "" }, method: _RequestHeader, path: "/a.B/Get", host: "b.example:7070", user_agent: None, req_content_length: Some(43), resp_content_length: None, status_code: None, grpc_status_code: None, endpoint: Some("/a.B/Get"), captured_request_byte: 287, captured_response_byte: 0, service_name: Some("a.B") } is_http: true
HttpInfo { headers_offset: Some(167), proto: Grpc, msg_type: Response, stream_id: Some(3), version: V2, trace_ids: PrioFields([]), span_id: PrioField { prio: 255, field: "" }, method: _ResponseHeader, path: "", host: "", user_agent: None, req_content_length: None, resp_content_length: Some(21), status_code: Some(200), grpc_status_code: Some(5), endpoint: Some("/a.B/Get"), captured_request_byte: 0, captured_response_byte: 219, service_name: None } is_http: true
HttpInfo { headers_offset: None, proto: Http1, msg_type: Request, stream_id: None, version: V1_0, trace_ids: PrioFields([PrioField { prio: 1, field: "0af7" }]), span_id: PrioField { prio: 1, field: "b7ad" }, method: Post, path: "/query?1", host: "b.example", user_agent: None, req_content_length: None, resp_content_length: None, status_code: None, grpc_status_code: None, endpoint: Some("/query"), captured_request_byte: 231, captured_response_byte: 0, service_name: None } is_http: true
HttpInfo { headers_offset: None, proto: Http2, msg_type: Other, stream_id: None, version: Unknown, method: None, path: "", host: "" } is_http: false
`

func TestDeepFlow(t *testing.T) {
	d, err := ParseDeepFlow([]byte(deepflowLine))
	if err != nil || len(d.Requests) != 2 || len(d.Responses) != 1 || d.Other != 1 {
		t.Fatalf("got %+v, %v", d, err)
	}
	for i, want := range []Account{
		{"version": "2", "stream": "3", "target": "/a.B/Get", "host": "b.example", "port": "7070", "request body": "43"},
		{"version": "1.0", "method": "POST", "target": "/query?1", "host": "b.example", "request size": "231", "trace": "0af7", "span": "b7ad"},
	} {
		if !d.Requests[i].is(want) {
			t.Errorf("request %d: %v, not %v", i, d.Requests[i], want)
		}
	}
	if want := (Account{"stream": "3", "status": "200", "RPC status": "NOT_FOUND", "endpoint": "/a.B/Get", "response body": "21"}); !d.Responses[0].is(want) {
		t.Errorf("response: %v, not %v", d.Responses[0], want)
	}
	if _, err := ParseDeepFlow([]byte(strings.ReplaceAll(deepflowLine, "is_http: false", "is_http: true"))); err == nil {
		t.Error("a message that is neither is read without complaint")
	}
}

// is says whether an account has these values and no others.
func (a Account) is(b Account) bool {
	for term, value := range a {
		if got, has := b[term]; !has || got != value {
			return false
		}
	}
	return len(a) == len(b)
}
