package capture

import (
	"cmp"
	"math/rand/v2"
	"net/netip"
	"slices"
)

// A Web is random HTTP of many connections, as it was captured, and the truth of it.
type Web struct {
	Frames        []Frame
	Conversations []*Conversation
}

// A Conversation is a connection, what both ends said in it, and the exchanges of that.
type Conversation struct {
	Client, Server netip.AddrPort
	Said           [2][]byte   // the bytes of the client's stream and of the server's
	Exchanges      []*Exchange // in the order in which requests begin
	Version        string      // "1" or "2"
	Ending         Ending
	Begun          bool      // its handshake was captured
	Pipelined      bool      // requests of HTTP/1 were sent before the ones before were answered
	Segments       []Segment // in the order in which they were captured
	Starts         [2][]int  // of HTTP/2, where frames begin in both streams
}

// An Ending is how a connection ends, as its ends see it.
type Ending uint8

const (
	Open   Ending = iota // not at all
	Closed               // both ends have said that they have said all
	Broken               // one end has reset it
)

// A Segment is what a frame of a conversation carries.
type Segment struct {
	Frame      uint64 // its number, from 1
	Nanos      int64
	Server     bool // sent it
	Flags      uint8
	Start, End int // bytes of its sender's stream
	Heard      int // bytes of the other's stream that it acknowledges
}

// An Exchange is a request and its response, as they were sent.
type Exchange struct {
	Number  uint64 // among its connection's, from 1
	Version string // "1.0", "1.1", "2"

	Method, Target                 string
	Scheme, Authority, Path, Query string
	HasQuery                       bool
	UserAgent                      string
	Status                         int // 0: there was no final response
	ContentType                    string
	Upgrade                        string // the protocol that was switched to
	StreamID                       uint32 // of HTTP/2
	Pushed                         bool   // the server has asked in the client's place
	Reset                          bool   // its stream was reset
	Refused                        bool   // a GOAWAY has said that it will not be answered

	Request, Response Message
	Interim           [][2]int // of the response, 1xx that came before the final one
	Final             int      // where the final response begins, in the server's stream
	Promise           int      // of what was pushed, the last byte of what promised it, in that stream
	Traces            []Trace  // of the request, best first
	RPC               *RPC
}

// A Message is a request or a response: which bytes of its sender's stream it was.
type Message struct {
	Ranges  [][2]int // all of it: head, content, framing, trailers; in order
	Heads   [][2]int // of these, what fields stand in
	Content []byte   // without framing
	Whole   bool     // it was sent to its end
}

// An RPC is the remote procedure call that an exchange was.
type RPC struct {
	Method   string
	Status   int       // -1: none was told
	Messages [2]uint64 // that were sent as a whole: in the request, in the response
}

// Size returns how many bytes a message was.
func (m *Message) Size() (n int) {
	for _, r := range m.Ranges {
		n += r[1] - r[0]
	}
	return n
}

// cover adds a run of bytes to runs of bytes.
func cover(list [][2]int, start, end int) [][2]int {
	if start == end {
		return list
	}
	if n := len(list); n > 0 && list[n-1][1] == start {
		list[n-1][1] = end
		return list
	}
	return append(list, [2]int{start, end})
}

// Harm is what happens to segments on their way into the capture.
type Harm uint8

const (
	Orderly    Harm = iota // each is captured once, in the order in which it was sent
	Disorderly             // segments come in another order, and some again; nothing is lost
	Lossy                  // and some are not captured, although their receiver got them
)

// A web is a conversation that is being made.
type web struct {
	*talk
	Conversation
	pauses map[int]int64 // before bursts, nanoseconds
	loses  bool          // segments of it will be lost
}

// Exchanges returns so many random connections over which HTTP is spoken, and what
// was said: requests one by one and in pipelines, of all framings, with and without
// answers, HTTP/2 with streams between each other, tunnels and upgrades; in segments
// cut anywhere, in VLANs and tunnels.
func Exchanges(seed uint64, connections int, harm Harm) *Web {
	r := rand.New(rand.NewPCG(seed, 5))
	f := &fragmenter{r: r}
	var all []timed
	w := new(Web)
	for n := range connections {
		c := conversation(r, uint16(40000+n), harm)
		c.harm(harm)
		e := newEnvelope(r, f)
		e.often = 0
		all = append(all, c.timed(n, &e)...)
		c.Conversation.Said = c.talk.Said
		w.Conversations = append(w.Conversations, &c.Conversation)
	}
	slices.SortStableFunc(all, func(a, b timed) int { return cmp.Compare(a.Nanos, b.Nanos) })
	for i := range all {
		w.Frames = append(w.Frames, all[i].Frame)
		c, s := w.Conversations[all[i].conversation], all[i].segment
		s.Frame, s.Nanos = uint64(i+1), all[i].Nanos
		c.Segments = append(c.Segments, s)
	}
	return w
}

// A timed is a segment in the frame that it is captured in.
type timed struct {
	Frame
	conversation int
	segment      Segment
}

// conversation returns a connection from a port that no other has.
func conversation(r *rand.Rand, port uint16, harm Harm) *web {
	client, server := ends(r, port)
	server = netip.AddrPortFrom(server.Addr(), []uint16{80, 8080, 443, 9090, 3000}[r.IntN(5)])
	w := &web{talk: newTalk(r, client, server), pauses: make(map[int]int64), loses: harm == Lossy}
	w.Conversation.Client, w.Conversation.Server = client, server
	if r.IntN(6) > 0 {
		w.handshake(0)
		w.Begun = true
	}
	if r.IntN(5) < 2 {
		w.http2()
	} else {
		w.http1()
	}
	return w
}

// tell has one end say bytes, in segments that are cut anywhere.
func (w *web) tell(from int, b []byte) {
	most := []int{3, 40, 400, 1460, 1460}[w.r.IntN(5)]
	most = max(most, len(b)/60)
	first := w.sent[from] == 0
	for len(b) > 0 {
		k := min(len(b), 1+w.r.IntN(most))
		s := w.add(from, ack, b[:k])
		s.fixed = first
		if b = b[k:]; len(b) == 0 {
			s.flags |= psh
		}
		first = false
		if w.r.IntN(8) == 0 && len(b) > 0 { // the other has got all that up to here
			w.turn()
			w.add(1-from, ack, nil)
			w.turn()
		}
	}
}

// heard ends a burst, which the other end acknowledges, and lets time go by.
func (w *web) heard(from int) {
	w.turn()
	if w.r.IntN(3) > 0 {
		w.add(1-from, ack, nil)
		w.turn()
	}
	w.pauses[w.last] = w.r.Int64N([]int64{1e3, 1e6, 50e6, 3e9}[w.r.IntN(4)])
}

// at returns how many bytes one end has said.
func (w *web) at(from int) int { return len(w.talk.Said[from]) }

// end ends the connection.
func (w *web) end(how Ending) {
	w.Ending = how
	first := w.r.IntN(2)
	switch how {
	case Closed:
		for _, from := range []int{first, 1 - first} {
			w.turn()
			w.add(from, fin|ack, nil)
		}
		w.turn()
		w.add(first, ack, nil)
	case Broken:
		w.turn()
		w.add(first, rst|ack, nil)
	}
}

// harm does to the segments what happens to them.
func (w *web) harm(harm Harm) {
	if harm == Orderly {
		return
	}
	w.shuffle()
	if harm != Lossy {
		return
	}
	often := []int{1000, 40, 12, 5}[w.r.IntN(4)]
	w.list = slices.DeleteFunc(w.list, func(s segment) bool {
		return s.flags&(syn|fin|rst) == 0 && !s.fixed && len(s.payload) > 0 && w.r.IntN(often) == 0
	})
}

// timed returns the segments in frames, with their times.
func (w *web) timed(number int, e *envelope) (list []timed) {
	nanos := int64(1_700_000_000e9) + int64(number)*20e6 + w.r.Int64N(20e6)
	burst := 0
	for i := range w.list {
		s := &w.list[i]
		for ; burst < s.burst; burst++ {
			nanos += w.pauses[burst+1]
		}
		nanos += 1 + w.r.Int64N(100e3)
		from := Segment{Server: s.from == 1, Flags: s.flags, Heard: int(int32(s.ack - w.isn[1-s.from] - 1))}
		from.Start = int(int32(s.seq - w.isn[s.from] - 1))
		from.End = from.Start + len(s.payload)
		for _, data := range e.frames(w.packet(s)) {
			list = append(list, timed{Frame{Nanos: nanos, Data: data}, number, from})
		}
	}
	return list
}
