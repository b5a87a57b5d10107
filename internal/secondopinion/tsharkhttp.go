package secondopinion

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// httpForm names what TsharkHTTP makes of tshark's output.
const httpForm = "HTTP 1"

// HTTPArgs are tshark's arguments for HTTP, but for the capture. tshark looks for
// HTTP/2 at the ports of HTTP only: it is told of others, by server port.
func HTTPArgs(http2 []uint16) []string {
	args := []string{
		"-n", "-o", "http.decompress_body:FALSE",
		"-Y", "http || http2", "-T", "pdml", "-J", "ip ipv6 tcp http http2",
	}
	for _, port := range http2 {
		args = append(args, "-d", fmt.Sprintf("tcp.port==%d,http2", port))
	}
	return append(args, "-r")
}

// An HTTPMessage is one that tshark found.
type HTTPMessage struct {
	Link
	Request bool
	Account
}

// An HTTPReply is what is kept of what tshark says.
type HTTPReply struct {
	Messages []*HTTPMessage
	Hidden   int // messages in TLS that tshark could decrypt, and in what ICMP quotes
}

// TsharkHTTP digests what tshark writes.
func TsharkHTTP(out []byte) ([]byte, error) {
	r := httpReader{streams: make(map[httpStream]*HTTPMessage)}
	for tag := range Tags(out) {
		switch {
		case tag.Is("packet"):
			r.packet, r.names = packetEnds{}, r.names[:0]
		case tag.Is("proto") && !tag.Empty():
			r.proto(tag)
		case tag.Is("field"):
			r.field(tag)
		case tag.Ends("proto"):
			r.end()
		}
		if r.err != nil {
			return nil, r.err
		}
	}
	return json.Marshal(r.HTTPReply)
}

// packetEnds are the innermost addresses and ports of a packet.
type packetEnds struct {
	src, dst         netip.Addr
	srcport, dstport uint16
	hidden           bool // it stands in TLS or in what ICMP quotes
}

// An httpStream is one side of a stream of HTTP/2.
type httpStream struct {
	from, to netip.AddrPort
	number   string
}

// An httpReader reads tshark's tags.
type httpReader struct {
	HTTPReply
	packet  packetEnds
	names   []string // of protocols, each inside the one before
	h1      *h1Message
	h2      *h2Frame
	streams map[httpStream]*HTTPMessage
	err     error
}

// An h1Message is one of HTTP/1, whose fields come one after the other.
type h1Message struct {
	method, uri, host, code string
	version, agent          string
	body, chunks            uint64 // how long the content is; its chunks together
}

// An h2Frame is a frame of HTTP/2.
type h2Frame struct {
	kind, stream, promised string
	length, padding        uint64
	name                   string // of the header that follows
	headers                map[string]string
}

// proto begins a protocol's part of a packet.
func (r *httpReader) proto(t Tag) {
	name := t.Name()
	r.names = append(r.names, name)
	switch name {
	case "icmp", "icmpv6", "tls":
		r.packet.hidden = true
	case "http":
		r.h1 = new(h1Message)
	}
}

// inside returns the name of the innermost protocol.
func (r *httpReader) inside() string {
	if len(r.names) == 0 {
		return ""
	}
	return r.names[len(r.names)-1]
}

func (r *httpReader) field(t Tag) {
	switch r.inside() {
	case "ip", "ipv6", "tcp":
		r.end1(t)
	case "http":
		r.field1(t)
	case "http2":
		if t.Name() == "http2.stream" {
			r.frame()
			r.h2 = &h2Frame{headers: make(map[string]string)}
		}
		if r.h2 != nil {
			r.h2.field(t)
		}
	}
}

// end1 takes an address or a port.
func (r *httpReader) end1(t Tag) {
	var err error
	switch t.Name() {
	case "ip.src", "ipv6.src":
		r.packet.src, err = netip.ParseAddr(t.Show())
	case "ip.dst", "ipv6.dst":
		r.packet.dst, err = netip.ParseAddr(t.Show())
	case "tcp.srcport":
		r.packet.srcport, err = port(t.Show())
	case "tcp.dstport":
		r.packet.dstport, err = port(t.Show())
	}
	if err != nil {
		r.err = err
	}
}

func port(text string) (uint16, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	return uint16(n), err
}

func (r *httpReader) field1(t Tag) {
	m := r.h1
	if m == nil {
		return
	}
	switch t.Name() {
	case "": // compressed
		if strings.HasPrefix(t.Show(), "Content-encoded entity body (") {
			m.body = t.Size()
		}
	case "http.file_data":
		m.body = t.Size()
	case "http.request.method":
		m.method = t.Bytes()
	case "http.request.uri":
		m.uri = t.Bytes()
	case "http.request.version", "http.response.version":
		m.version = strings.TrimPrefix(t.Bytes(), "HTTP/")
	case "http.response.code":
		m.code = t.Show()
	case "http.host":
		m.host = t.header()
	case "http.user_agent":
		m.agent = t.header()
	case "http.chunk_size":
		n, err := strconv.ParseUint(t.Show(), 10, 64)
		m.chunks, r.err = m.chunks+n, err
	}
}

// end ends a protocol's part of a packet.
func (r *httpReader) end() {
	switch r.inside() {
	case "http":
		r.message()
	case "http2":
		r.frame()
	}
	if len(r.names) > 0 {
		r.names = r.names[:len(r.names)-1]
	}
}

// ends returns the packet's.
func (r *httpReader) ends() (from, to netip.AddrPort) {
	return netip.AddrPortFrom(r.packet.src, r.packet.srcport), netip.AddrPortFrom(r.packet.dst, r.packet.dstport)
}

// message adds one of HTTP/1.
func (r *httpReader) message() {
	m := r.h1
	r.h1 = nil
	if m == nil || m.method == "" && m.code == "" || len(m.code) == 3 && m.code[0] == '1' && m.code != "101" {
		return // bytes of a body, or an interim response
	}
	if r.packet.hidden {
		r.Hidden++
		return
	}
	from, to := r.ends()
	body := strconv.FormatUint(cmp.Or(m.chunks, m.body), 10)
	if m.code != "" {
		r.Messages = append(r.Messages, &HTTPMessage{Link{to, from}, false, Account{"status": m.code, "response body": body}})
		return
	}
	a := Account{"version": m.version, "user agent": m.agent, "request body": body}
	a.ask(m.method, m.uri, m.host)
	r.Messages = append(r.Messages, &HTTPMessage{Link{from, to}, true, a})
}

// field takes what a frame of HTTP/2 has.
func (f *h2Frame) field(t Tag) {
	switch t.Name() {
	case "http2.type":
		f.kind = t.Show()
	case "http2.length":
		f.length, _ = strconv.ParseUint(t.Show(), 10, 64) // tshark writes a number
	case "http2.streamid":
		f.stream = t.Show()
	case "http2.push_promise.promised_stream_id":
		f.promised = t.Show()
	case "http2.pad_length":
		if t.Size() > 0 {
			n, _ := strconv.ParseUint(t.Show(), 10, 64)
			f.padding = 1 + n
		}
	case "http2.header.name":
		f.name = t.Bytes()
	case "http2.header.value":
		if _, has := f.headers[f.name]; !has {
			f.headers[f.name] = t.Bytes()
		}
	}
}

// frame adds what a frame of HTTP/2 tells of its stream.
func (r *httpReader) frame() {
	f := r.h2
	r.h2 = nil
	if f == nil {
		return
	}
	from, to := r.ends()
	switch {
	case f.kind == "0":
		if m := r.streams[httpStream{from, to, f.stream}]; m != nil && f.length >= f.padding {
			m.body(f.length - f.padding)
		}
	case r.packet.hidden && (f.headers[":method"] != "" || f.headers[":status"] != ""):
		r.Hidden++
	case f.headers[":method"] != "":
		a := Account{"version": "2", "stream": f.stream, "user agent": f.headers["user-agent"], "request body": "0"}
		a.ask(f.headers[":method"], f.headers[":path"], f.headers[":authority"])
		if f.promised != "" {
			a["stream"] = f.promised
			from, to = to, from
		}
		r.add(httpStream{from, to, a["stream"]}, &HTTPMessage{Link{from, to}, true, a})
	case f.headers[":status"] != "" && f.headers[":status"][0] != '1':
		r.add(httpStream{from, to, f.stream}, &HTTPMessage{Link{to, from}, false,
			Account{"stream": f.stream, "status": f.headers[":status"], "response body": "0"}})
	}
	if status, has := f.headers["grpc-status"]; has {
		if m := r.streams[httpStream{from, to, f.stream}]; m != nil && !m.Request {
			m.Account["RPC status"] = grpcName(status)
		}
	}
}

func (r *httpReader) add(s httpStream, m *HTTPMessage) {
	r.streams[s] = m
	r.Messages = append(r.Messages, m)
}

// body adds bytes of content.
func (m *HTTPMessage) body(n uint64) {
	term := "response body"
	if m.Request {
		term = "request body"
	}
	before, _ := strconv.ParseUint(m.Account[term], 10, 64) // it is a number
	m.Account[term] = strconv.FormatUint(before+n, 10)
}

// Accounts returns those of requests, or of responses.
func (r *HTTPReply) Accounts(requests bool) Accounts {
	all := make(Accounts)
	for _, m := range r.Messages {
		if m.Request == requests {
			all[m.Link] = append(all[m.Link], m.Account)
		}
	}
	return all
}

// HTTP2Ports are the ports of servers that speak nothing but HTTP/2, those at
// which tshark looks for HTTP aside.
func (r *Exchanged) HTTP2Ports() (ports []uint16, err error) {
	other := []uint16{80, 3128, 3132, 5985, 8080, 8088, 11371, 1900, 2869, 2710}
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		link, err := r.link(e)
		if err != nil {
			return nil, err
		}
		if e.Stream == nil {
			other = append(other, link.Server.Port())
		} else {
			ports = append(ports, link.Server.Port())
		}
	}
	slices.Sort(ports)
	ports = slices.DeleteFunc(slices.Compact(ports), func(p uint16) bool { return slices.Contains(other, p) })
	return ports, nil
}
