package capture

import (
	"fmt"
	"strconv"
	"strings"
)

// http1 has both ends speak HTTP/1.
func (w *web) http1() {
	w.Conversation.Version = "1"
	version := []string{"1.1", "1.1", "1.1", "1.0"}[w.r.IntN(4)]
	for n := 1 + w.r.IntN(6); n > 0; n-- {
		var over bool
		switch {
		case version == "1.1" && w.r.IntN(5) == 0:
			over = w.pipelined(2 + w.r.IntN(3))
		case version == "1.1" && w.r.IntN(8) == 0:
			over = w.switching()
		default:
			over = w.single(version, n == 1)
		}
		if over {
			return
		}
	}
	switch w.r.IntN(6) {
	case 0:
		w.end(Open)
	case 1:
		w.end(Broken)
	case 2:
		w.unanswered(version)
	case 3:
		w.unfinished(version)
	default:
		w.end(Closed)
	}
}

// A draft is a message before it is sent, and what will be said of it.
type draft struct {
	head, body string // body is framed
	content    []byte
}

// exchange begins an exchange.
func (w *web) exchange(version string) *Exchange {
	e := &Exchange{Number: uint64(len(w.Exchanges) + 1), Version: version}
	w.Exchanges = append(w.Exchanges, e)
	return e
}

// send has one end say a message, or a part of it that belongs to it.
func (w *web) send(from int, m *Message, d draft) {
	w.sendHead(from, m, d)
	w.sendBody(from, m, d.body)
	m.Content, m.Whole = d.content, true
}

// answer sends a final response.
func (w *web) answer(e *Exchange, d draft) {
	e.Final = w.at(1)
	w.send(1, &e.Response, d)
}

func (w *web) sendHead(from int, m *Message, d draft) {
	at := w.at(from)
	w.tell(from, []byte(d.head))
	m.Ranges, m.Heads = cover(m.Ranges, at, w.at(from)), cover(m.Heads, at, w.at(from))
}

func (w *web) sendBody(from int, m *Message, body string) {
	at := w.at(from)
	w.tell(from, []byte(body))
	m.Ranges = cover(m.Ranges, at, w.at(from))
}

// single sends a request, and its response when it has come.
func (w *web) single(version string, last bool) (over bool) {
	e := w.exchange(version)
	var extra []field
	waits := version == "1.1" && w.r.IntN(6) == 0
	method := []string{"GET", "GET", "GET", "POST", "PUT", "HEAD", "DELETE", "PROPFIND", "OPTIONS"}[w.r.IntN(9)]
	if waits {
		method, extra = "POST", []field{{"Expect", "100-continue"}}
	}
	d := w.request(e, method, extra...)
	w.sendHead(0, &e.Request, d)
	if waits {
		w.heard(0)
		w.interim(e, 100)
		w.heard(1)
	}
	w.sendBody(0, &e.Request, d.body)
	e.Request.Content, e.Request.Whole = d.content, true
	w.heard(0)
	closes := last && w.r.IntN(2) == 0
	w.respond(e, closes)
	w.heard(1)
	if closes {
		w.add(1, fin|ack, nil)
		w.turn()
		w.add(0, fin|ack, nil)
		w.turn()
		w.add(1, ack, nil)
		w.Ending = Closed
	}
	return closes
}

// pipelined sends requests before any response has come.
func (w *web) pipelined(n int) (over bool) {
	w.Pipelined = true
	var list []*Exchange
	var all []byte
	at := w.at(0)
	for range n {
		e := w.exchange("1.1")
		d := w.request(e, []string{"GET", "GET", "HEAD", "PUT"}[w.r.IntN(4)])
		start := at + len(all)
		all = append(append(all, d.head...), d.body...)
		e.Request = Message{Ranges: [][2]int{{start, at + len(all)}}, Heads: [][2]int{{start, start + len(d.head)}}, Content: d.content, Whole: true}
		list = append(list, e)
	}
	w.tell(0, all) // cut without regard to where one ends
	w.heard(0)
	for _, e := range list {
		w.respond(e, false)
		if w.r.IntN(3) == 0 {
			w.heard(1)
		}
	}
	w.heard(1)
	return false
}

// switching asks for another protocol, or for a tunnel. The server may agree.
func (w *web) switching() (over bool) {
	e := w.exchange("1.1")
	tunnel := either(w.r)
	method, extra := "GET", []field{{"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}
	if tunnel {
		method, extra = "CONNECT", nil
	}
	d := w.request(e, method, extra...)
	w.send(0, &e.Request, d)
	w.heard(0)
	if w.r.IntN(3) == 0 {
		w.respond(e, false)
		w.heard(1)
		return false
	}
	head := "HTTP/1.1 200 Connection established\r\n\r\n"
	e.Status = 200
	if !tunnel {
		head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
		e.Status, e.Upgrade = 101, "websocket"
	}
	w.answer(e, draft{head: head})
	for range w.r.IntN(4) {
		from := w.r.IntN(2)
		w.heard(1 - from)
		w.tell(from, w.bytes(1+w.r.IntN(300)))
	}
	w.end(Ending(w.r.IntN(3)))
	return true
}

// unanswered sends a request to which no response comes.
func (w *web) unanswered(version string) {
	e := w.exchange(version)
	w.send(0, &e.Request, w.request(e, "GET"))
	w.heard(0)
	w.end(Ending(w.r.IntN(3)))
}

// unfinished sends a response that ends too early.
func (w *web) unfinished(version string) {
	e := w.exchange(version)
	w.send(0, &e.Request, w.request(e, "GET"))
	w.heard(0)
	content := w.text(10 + w.r.IntN(3000))
	d := draft{head: fmt.Sprintf("HTTP/%s 200 OK\r\nContent-Length: %d\r\n\r\n", version, len(content)+1+w.r.IntN(1000)), body: content, content: []byte(content)}
	e.Status = 200
	w.answer(e, d)
	e.Response.Whole = false
	w.heard(1)
	w.end([]Ending{Closed, Broken, Open}[w.r.IntN(3)])
}

// words are what text is made of: lines too, so that content looks like heads. The first two are
// left out where segments are lost: who looks for the next message may believe them.
var words = []string{"GET / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n", "\r\n", "0\r\n", "\n", "a", "Content-Length: 7\r\n", "lorem ", "ipsum ", "\x00\xff", "{}"}

// text returns content of so many bytes.
func (w *web) text(n int) string {
	var b strings.Builder
	words := words
	if w.loses {
		words = words[2:]
	}
	for b.Len() < n {
		b.WriteString(words[w.r.IntN(len(words))])
	}
	return b.String()[:n]
}

// request makes a request, with these fields and others, and notes what it is.
func (w *web) request(e *Exchange, method string, fields ...field) (d draft) {
	r := w.r
	e.Method = method
	host := fmt.Sprintf("h%d.example", r.IntN(3))
	e.Path = fmt.Sprintf("/c%d/e%d-%x", w.Conversation.Client.Port(), e.Number, r.Uint32())
	e.Target = e.Path
	if r.IntN(3) == 0 {
		e.HasQuery, e.Query = true, []string{"", "a=b", "q=%20&x=?"}[r.IntN(3)]
		e.Target += "?" + e.Query
	}
	switch {
	case method == "CONNECT":
		e.Authority, e.Path, e.Query, e.HasQuery = host+":443", "", "", false
		e.Target = e.Authority
		fields = append(fields, field{"Host", e.Authority})
	case e.Version == "1.0" && either(r):
	case r.IntN(8) == 0: // to a proxy
		e.Scheme, e.Authority = "http", host
		e.Target = "http://" + host + e.Target
		fields = append(fields, field{"Host", host})
	default:
		e.Authority = host
		fields = append(fields, field{"hOsT", host})
	}
	if either(r) {
		e.UserAgent = "curl/8." + strconv.Itoa(r.IntN(9))
		fields = append(fields, field{"User-Agent", e.UserAgent})
	}
	if e.Version == "1.0" {
		fields = append(fields, field{"Connection", "keep-alive"})
	}
	tellings, traces := traced(r)
	e.Traces = traces
	fields = append(append(fields, tellings...), w.noise()...)
	if method == "POST" || method == "PUT" || method == "PROPFIND" {
		d = w.framed(e.Version, w.text([]int{0, r.IntN(60), r.IntN(9000)}[r.IntN(3)]), false, &fields)
	}
	d.head = w.head(method+" "+e.Target+" HTTP/"+e.Version, fields)
	return d
}

// noise returns fields that nobody asks about.
func (w *web) noise() (list []field) {
	for range w.r.IntN(5) {
		list = append(list, []field{{"Accept", "*/*"}, {"Cookie", "a=b; c=d"}, {"X-Empty", ""}, {"X-Long", strings.Repeat("x", w.r.IntN(900))},
			{"X-Folded", "one\r\n two"}, {"Via", "1.1 proxy"}, {"X-Traceparent", "00-1-2-3"}, {"X-Not-Text", "\xff\xfe"}}[w.r.IntN(8)])
	}
	return list
}

// head writes a head, as tidy as its writer.
func (w *web) head(start string, fields []field) string {
	w.r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	line := []string{"\r\n", "\r\n", "\r\n", "\r\n", "\n"}[w.r.IntN(5)]
	var b strings.Builder
	b.WriteString(start + line)
	for _, f := range fields {
		name := f.name
		switch w.r.IntN(4) {
		case 0:
			name = strings.ToLower(name)
		case 1:
			name = strings.ToUpper(name)
		}
		b.WriteString(name + ":" + []string{" ", " ", "", "\t", "  "}[w.r.IntN(5)] + f.value + []string{"", "", " "}[w.r.IntN(3)] + line)
	}
	return b.String() + line
}

// framed returns content in its framing, and adds the fields that say so.
func (w *web) framed(version, content string, closes bool, fields *[]field) draft {
	d := draft{body: content, content: []byte(content)}
	switch {
	case version == "1.1" && either(w.r):
		*fields = append(*fields, field{"Transfer-Encoding", []string{"chunked", "Chunked"}[w.r.IntN(2)]})
		d.body = w.chunked(content)
	case closes && either(w.r):
	default:
		*fields = append(*fields, field{"Content-Length", strconv.Itoa(len(content))})
	}
	return d
}

// chunked returns content in chunks, some with extensions, and trailers behind.
func (w *web) chunked(content string) string {
	var b strings.Builder
	for len(content) > 0 {
		k := min(len(content), 1+w.r.IntN(1+len(content)))
		fmt.Fprintf(&b, []string{"%x\r\n", "%X\r\n", "%04x\r\n", "%x;name=value\r\n"}[w.r.IntN(4)], k)
		b.WriteString(content[:k] + "\r\n")
		content = content[k:]
	}
	b.WriteString("0\r\n")
	if w.r.IntN(3) == 0 {
		b.WriteString("X-Checksum: abc\r\ntraceparent: 00-11111111111111111111111111111111-1111111111111111-01\r\n")
	}
	b.WriteString("\r\n")
	return b.String()
}

// interim sends a response before the response.
func (w *web) interim(e *Exchange, status int) {
	at := w.at(1)
	w.sendHead(1, &e.Response, draft{head: w.head(fmt.Sprintf("HTTP/1.1 %d Wait", status), w.noise())})
	e.Interim = cover(e.Interim, at, w.at(1))
}

// respond sends the response to a request. One that closes may have no other end.
func (w *web) respond(e *Exchange, closes bool) {
	r := w.r
	if e.Version == "1.1" && r.IntN(8) == 0 {
		w.interim(e, []int{102, 103}[r.IntN(2)])
	}
	e.Status = []int{200, 200, 200, 201, 204, 301, 304, 404, 500}[r.IntN(9)]
	if e.Method == "CONNECT" {
		e.Status = 403
	}
	fields := w.noise()
	if either(r) {
		e.ContentType = []string{"text/plain", "application/json; charset=utf-8", "text/html"}[r.IntN(3)]
		fields = append(fields, field{"Content-Type", e.ContentType})
	}
	var d draft
	switch content := w.text([]int{0, r.IntN(60), r.IntN(700), r.IntN(20_000)}[r.IntN(4)]); {
	case e.Status == 204:
	case e.Status == 304 || e.Method == "HEAD":
		if either(r) {
			fields = append(fields, field{"Content-Length", strconv.Itoa(len(content))})
		}
	default:
		d = w.framed(e.Version, content, closes, &fields)
	}
	if closes {
		fields = append(fields, field{"Connection", "close"})
	} else if e.Version == "1.0" {
		fields = append(fields, field{"Connection", "Keep-Alive"})
	}
	reason := []string{" OK", " Whatever It Is", " ", ""}[r.IntN(4)]
	d.head = w.head(fmt.Sprintf("HTTP/%s %d%s", e.Version, e.Status, reason), fields)
	w.answer(e, d)
}
