package secondopinion

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// An Exchange is what is compared of an exchange record.
type Exchange struct {
	Name            string         `json:"exchange"` // its flow's number, a dot, and its own
	Flow            uint64         `json:"flow"`
	Version         string         `json:"network.protocol.version"`
	Method          string         `json:"http.request.method"`
	OriginalMethod  string         `json:"http.request.method_original"`
	Path            string         `json:"url.path"`
	PathBytes       string         `json:"url.path.raw"`
	Query           *string        `json:"url.query"`
	QueryBytes      string         `json:"url.query.raw"`
	Host            string         `json:"server.address"`
	HostBytes       string         `json:"server.address.raw"`
	HostPort        uint64         `json:"server.port"`
	Client          string         `json:"client.address"`
	ClientPort      uint64         `json:"client.port"`
	Status          int            `json:"http.response.status_code"`
	RequestBody     uint64         `json:"http.request.body.size"`
	ResponseBody    uint64         `json:"http.response.body.size"`
	RequestSize     uint64         `json:"http.request.size"`
	ResponseSize    uint64         `json:"http.response.size"`
	UserAgent       string         `json:"user_agent.original"`
	UserAgentBytes  string         `json:"user_agent.original.raw"`
	Stream          *uint64        `json:"stream_id"`
	RPCStatus       string         `json:"rpc.response.status_code"`
	Outcome         string         `json:"outcome"`
	RequestMissing  uint64         `json:"request_missing"`
	ResponseMissing uint64         `json:"response_missing"`
	Unknown         []string       `json:"unknown"`
	Trace           *TraceContext  `json:"trace"`
	TraceSeen       []TraceContext `json:"trace_seen"`
}

// A TraceContext is what one header of a request says of its trace.
type TraceContext struct {
	TraceID string `json:"trace_id"`
	SpanID  string `json:"span_id"`
	Sampled *bool  `json:"sampled"`
	Source  string `json:"source"` // the header
	State   string `json:"state"`
}

// number is the exchange's own among its flow's.
func (e *Exchange) number() (uint64, error) {
	_, n, _ := strings.Cut(e.Name, ".")
	return strconv.ParseUint(n, 10, 64)
}

// bytesOf returns a text as it came: the bytes where they are no UTF-8.
func bytesOf(text, hexadecimal string) string {
	if b, err := hex.DecodeString(hexadecimal); err == nil && hexadecimal != "" {
		return string(b)
	}
	return text
}

// target returns the request's path and query.
func (e *Exchange) target() string {
	path := bytesOf(e.Path, e.PathBytes)
	if e.Query != nil {
		path += "?" + bytesOf(*e.Query, e.QueryBytes)
	}
	return path
}

// note says what is unusual about the exchange, in parentheses.
func (e *Exchange) note() string {
	list := slices.Clone(e.Unknown)
	if e.RequestMissing > 0 {
		list = append(list, "request missing")
	}
	if e.ResponseMissing > 0 {
		list = append(list, "response missing")
	}
	if e.Outcome != "responded" {
		list = append(list, e.Outcome)
	}
	if list == nil {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}

// context returns what a header said; false if the record does not have it.
func (e *Exchange) context(source string) (c TraceContext, has bool) {
	if e.Trace != nil && e.Trace.Source == source {
		return *e.Trace, true
	}
	i := slices.IndexFunc(e.TraceSeen, func(c TraceContext) bool { return c.Source == source })
	if i < 0 {
		return c, false
	}
	return e.TraceSeen[i], true
}

// An Exchanged is what pcappipe says of a capture's exchanges.
type Exchanged struct {
	Run
	Exchanges []Exchange // by flow, in order
}

// RunExchanges runs the program over one capture and reads its flow and exchange
// records; options are further ones.
func RunExchanges(program string, c Capture, options ...string) (*Exchanged, error) {
	reply, err := ask(program, append([]string{"--emit", "flows,exchanges", "--format", "jsonl", c.Path}, options...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	r := &Exchanged{Run: Run{Status: reply.Status}}
	if err := r.read(reply.Stdout); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	return r, nil
}

// read reads records, one on each line.
func (r *Exchanged) read(records []byte) error {
	numbers := make(map[string]uint64)
	for line := range bytes.Lines(records) {
		var err error
		if bytes.HasPrefix(line, []byte(`{"record":"exchange"`)) {
			if err = appendRecord(&r.Exchanges, line); err == nil {
				last := &r.Exchanges[len(r.Exchanges)-1]
				numbers[last.Name], err = last.number()
			}
		} else {
			err = r.record(line)
		}
		if err != nil {
			return fmt.Errorf("%w: %.200s", err, line)
		}
	}
	slices.SortFunc(r.Flows, func(a, b Flow) int { return cmp.Compare(a.Number, b.Number) })
	slices.SortStableFunc(r.Exchanges, func(a, b Exchange) int {
		return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(numbers[a.Name], numbers[b.Name]))
	})
	return nil
}

// link returns who asked whom.
func (r *Exchanged) link(e *Exchange) (l Link, err error) {
	f := r.flow(e.Flow)
	if f == nil {
		return l, fmt.Errorf("exchange %s has no flow record", e.Name)
	}
	if l.Client, l.Server, err = f.Ends(); err != nil {
		return l, err
	}
	addr, err := netip.ParseAddr(e.Client)
	client := netip.AddrPortFrom(addr, uint16(e.ClientPort))
	if client == l.Server {
		l.Client, l.Server = l.Server, l.Client
	}
	if client != l.Client {
		err = fmt.Errorf("exchange %s has the client %s and is of the flow %s", e.Name, client, l)
	}
	return l, err
}

// Accounts returns what the records tell of exchanges, by who asked whom.
func (r *Exchanged) Accounts() (Accounts, error) {
	all := make(Accounts)
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		link, err := r.link(e)
		if err != nil {
			return nil, err
		}
		all[link] = append(all[link], e.account())
	}
	return all, nil
}

// account returns all that is compared of an exchange.
func (e *Exchange) account() Account {
	a := Account{
		noteTerm: e.note(), "version": e.Version, "method": cmp.Or(e.OriginalMethod, e.Method), "target": e.target(), "decoded target": decodeHex(e.target(), "%"),
		"host": bytesOf(e.Host, e.HostBytes), "port": optional(e.HostPort), "user agent": bytesOf(e.UserAgent, e.UserAgentBytes),
		"status": optional(uint64(e.Status)), "request body": strconv.FormatUint(e.RequestBody, 10), "response body": strconv.FormatUint(e.ResponseBody, 10),
		"request size": strconv.FormatUint(e.RequestSize, 10), "request head": strconv.FormatUint(e.RequestSize-e.RequestBody, 10), "response size": strconv.FormatUint(e.ResponseSize, 10),
		"RPC status": e.RPCStatus, "endpoint": bytesOf(e.Path, e.PathBytes),
		"traceparent": e.traceparent(), "x-cloud-trace-context": e.cloudTrace(), "tracestate": "",
	}
	if e.Stream != nil {
		a["stream"] = strconv.FormatUint(*e.Stream, 10)
	}
	if e.Trace != nil {
		a["trace"], a["span"] = e.Trace.TraceID, e.Trace.SpanID
	}
	if c, has := e.context("traceparent"); has {
		a["tracestate"] = c.State
	}
	return a
}

// optional writes a number that is absent where it is zero.
func optional(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// traceparent returns the header as it was (W3C Trace Context, 3.2), if its
// version was 00 and its flags say no more than whether it is sampled.
func (e *Exchange) traceparent() string {
	c, has := e.context("traceparent")
	if !has || c.Sampled == nil {
		return ""
	}
	flags := "00"
	if *c.Sampled {
		flags = "01"
	}
	return "00-" + c.TraceID + "-" + c.SpanID + "-" + flags
}

// cloudTrace returns X-Cloud-Trace-Context as it was: its span is a decimal
// number. Options are left out where it had none.
func (e *Exchange) cloudTrace() string {
	c, has := e.context("x-cloud-trace-context")
	if !has {
		return ""
	}
	text := c.TraceID
	if span, err := strconv.ParseUint(c.SpanID, 16, 64); err == nil {
		text += "/" + strconv.FormatUint(span, 10)
	}
	if c.Sampled != nil && *c.Sampled {
		return text + ";o=1"
	} else if c.Sampled != nil {
		return text + ";o=0"
	}
	return text
}
