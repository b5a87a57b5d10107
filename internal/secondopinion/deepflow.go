package secondopinion

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// DeepFlow's tests print what they understood of each segment, one on a line, as
// Rust prints a structure.
var (
	deepflowField = map[string]*regexp.Regexp{
		"type": deepflowValue("msg_type", `(\w+)`), "protocol": deepflowValue("proto", `(\w+)`), "version": deepflowValue("version", `V(\w+)`),
		"stream": deepflowValue("stream_id", `Some\((\d+)\)`), "method": deepflowValue("method", `([A-Z]\w*)`),
		"path": deepflowValue("path", `"([^"]+)"`), "host": deepflowValue("host", `"([^"]+)"`), "endpoint": deepflowValue("endpoint", `Some\("([^"?]+)[^"]*"\)`),
		"user agent": deepflowValue("user_agent", `Some\("([^"]*)"\)`),
		"status":     deepflowValue("status_code", `Some\((\d+)\)`), "RPC status": deepflowValue("grpc_status_code", `Some\((\d+)\)`),
		"request length": deepflowValue("req_content_length", `Some\((\d+)\)`), "response length": deepflowValue("resp_content_length", `Some\((\d+)\)`),
		"request bytes": deepflowValue("captured_request_byte", `(\d+)`), "response bytes": deepflowValue("captured_response_byte", `(\d+)`),
		"trace": deepflowValue("trace_ids", `PrioFields\(\[PrioField \{ prio: \d+, field: "([^"]+)"`), "span": deepflowValue("span_id", `PrioField \{ prio: \d+, field: "([^"]+)"`),
	}
	deepflowHTTP = regexp.MustCompile(`^HttpInfo \{ .* \} is_http: true$`)
)

func deepflowValue(name, value string) *regexp.Regexp {
	return regexp.MustCompile(`[ {]` + name + `: ` + value + `[ ,]`)
}

// A DeepFlow is what DeepFlow says of a capture's messages.
type DeepFlow struct {
	Requests, Responses []Account
	Other               int // lines that are of no HTTP
}

// ParseDeepFlow reads one of DeepFlow's results.
func ParseDeepFlow(text []byte) (d DeepFlow, err error) {
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if !deepflowHTTP.MatchString(line) {
			d.Other++
			continue
		}
		values := make(map[string]string)
		for name, expression := range deepflowField {
			if m := expression.FindStringSubmatch(line); m != nil {
				values[name] = m[1]
			}
		}
		switch values["type"] {
		case "Request":
			d.Requests = append(d.Requests, deepflowRequest(values))
		case "Response":
			d.Responses = append(d.Responses, deepflowResponse(values))
		default:
			return d, fmt.Errorf("a message that is none: %.200q", line)
		}
	}
	return d, nil
}

// deepflowRequest makes an account of a request. Of HTTP/2 a method that DeepFlow
// does not know is a kind of frame, and lengths are of the segment.
func deepflowRequest(values map[string]string) Account {
	a := Account{"version": strings.TrimSuffix(strings.Replace(values["version"], "_", ".", 1), ".0")}
	if a["version"] == "1" {
		a["version"] = "1.0"
	}
	a.take(values, map[string]string{"stream": "stream", "user agent": "user agent", "trace": "trace", "span": "span", "request length": "request body"})
	a.ask(strings.ToUpper(values["method"]), values["path"], values["host"])
	a.lacks("target", "")
	a.lacks("method", "", "NONE")
	if values["protocol"] == "Http1" {
		a["request size"] = values["request bytes"]
	}
	return a
}

func deepflowResponse(values map[string]string) Account {
	a := make(Account)
	a.take(values, map[string]string{"stream": "stream", "status": "status", "endpoint": "endpoint", "response length": "response body"})
	if code, has := values["RPC status"]; has {
		a["RPC status"] = grpcName(code)
	}
	if values["protocol"] == "Http1" {
		a["response size"] = values["response bytes"]
	}
	return a
}

// grpcStatus are the names of gRPC's status codes.
var grpcStatus = []string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
	"FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// grpcName returns the name of a status code, which is the code where it has none.
func grpcName(code string) string {
	if n, err := strconv.Atoi(code); err == nil && n >= 0 && n < len(grpcStatus) {
		return grpcStatus[n]
	}
	return code
}

// take sets terms to the values that there are.
func (a Account) take(values, as map[string]string) {
	for name, term := range as {
		if value, has := values[name]; has {
			a[term] = value
		}
	}
}
