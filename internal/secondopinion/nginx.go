package secondopinion

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// nginxColumns are the columns of nginx's access log, as its variables are named.
var nginxColumns = []string{
	"msec", "remote_addr", "remote_port", "server_addr", "server_port", "connection", "connection_requests",
	"protocol", "method", "uri", "status", "body_bytes_sent", "bytes_sent", "request_length",
	"traceparent", "x-cloud-trace-context", "tracestate", "content-encoding", "transfer-encoding",
}

// A logged request of nginx: its place among those of its connection, which
// nginx logs as they end.
type nginxRequest struct {
	connection, request uint64
	link                Link
	account             Account
}

// ParseNginx reads nginx's access log, requests of a connection in their order.
func ParseNginx(log []byte) (Accounts, error) {
	var list []nginxRequest
	for line := range strings.Lines(string(log)) {
		row, err := tabbed(nginxColumns, line)
		if err != nil {
			return nil, err
		}
		r, err := row.nginxRequest()
		if err != nil {
			return nil, fmt.Errorf("%w: %q", err, line)
		}
		list = append(list, r)
	}
	slices.SortStableFunc(list, func(a, b nginxRequest) int {
		if a.connection != b.connection {
			return int(int64(a.connection - b.connection))
		}
		return int(int64(a.request - b.request))
	})
	all := make(Accounts)
	for _, r := range list {
		all[r.link] = append(all[r.link], r.account)
	}
	return all, nil
}

func (row Row) nginxRequest() (r nginxRequest, err error) {
	if r.connection, err = strconv.ParseUint(row["connection"], 10, 63); err != nil {
		return r, err
	}
	if r.request, err = strconv.ParseUint(row["connection_requests"], 10, 63); err != nil {
		return r, err
	}
	if r.link, err = row.link("remote_addr", "remote_port", "server_addr", "server_port"); err != nil {
		return r, err
	}
	a := Account{"status": row["status"], "response size": row["bytes_sent"]}
	a.ask(row["method"], row["uri"], "")
	a.traced(row.set("traceparent"), row.set("x-cloud-trace-context"), row.set("tracestate"))
	if a["response body"], err = row.nginxBody(); err != nil {
		return r, err
	}
	a["version"] = strings.TrimSuffix(strings.TrimPrefix(row["protocol"], "HTTP/"), ".0")
	switch { // of HTTP/2 nginx does not count the headers of frames that came
	case a["version"] == "2":
	case a["method"] == "POST": // of which it was told to answer before it reads the content
		a["request head"] = row["request_length"]
	default:
		a["request size"] = row["request_length"]
	}
	r.account = a
	return r, nil
}

// nginxBody returns how long the content of the response is. Of one that is
// chunked nginx counts the framing too: it sends one chunk, and the last.
func (row Row) nginxBody() (string, error) {
	sent := row["body_bytes_sent"]
	if row["transfer-encoding"] != "chunked" {
		return sent, nil
	}
	n, err := strconv.Atoi(sent)
	for digits := range 16 {
		if body := n - digits - len("\r\n\r\n0\r\n\r\n"); body > 0 && len(strconv.FormatInt(int64(body), 16)) == digits {
			return strconv.Itoa(body), nil
		}
	}
	return "", fmt.Errorf("no chunk is %s bytes long with its framing: %w", sent, err)
}

// traced sets what the headers say of a trace. Without traceparent, tracestate
// is to be ignored (W3C Trace Context, 3.3).
func (a Account) traced(traceparent, cloud, state string) {
	a["traceparent"], a["x-cloud-trace-context"] = traceparent, cloud
	if traceparent != "" {
		a["tracestate"] = state
	}
}

// ParseH2Client reads what a client wrote of its HTTP/2 requests, by stream.
func ParseH2Client(log []byte) (Accounts, error) {
	var names []string
	all := make(Accounts)
	for line := range strings.Lines(string(log)) {
		if names == nil {
			names = strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			continue
		}
		row, err := tabbed(names, line)
		if err != nil {
			return nil, err
		}
		link, err := row.link("local_addr", "local_port", "remote_addr", "remote_port")
		if err != nil {
			return nil, fmt.Errorf("%w: %q", err, line)
		}
		a := Account{
			"version": "2", "stream": row["stream_id"], "status": row["status"],
			"request body": row["req_body"], "response body": row["rx_bytes"],
		}
		a.ask(row["method"], row["path"], "")
		a.traced(row.set("traceparent"), row.set("x_cloud_trace_context"), row.set("tracestate"))
		all[link] = append(all[link], a)
	}
	return all, nil
}
