package correlate

import (
	"cmp"
	"math"
	"time"

	"github.com/pcappipe/pcappipe/correlate/http1"
	"github.com/pcappipe/pcappipe/correlate/http2"
	"github.com/pcappipe/pcappipe/correlate/tracecontext"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A Config says what a Correlator does beside finding exchanges.
type Config struct {
	Labels bool          // keep what frames' labels are made of
	Hold   time.Duration // how long behind a connection's FIN or RST an answer is waited for; default 10 s
	Grace  time.Duration // how long what came late can be placed in an exchange that is over; default 10 s
}

func (c Config) withDefaults() Config {
	c.Hold = cmp.Or(c.Hold, 10*time.Second)
	c.Grace = cmp.Or(c.Grace, 10*time.Second)
	return c
}

// A Listener is told what conversations consist of.
type Listener interface {
	// Exchange hands over an exchange that is over.
	Exchange(e *Exchange)
	// Body tells content of a message, in order, after transfer coding. The
	// bytes die with the call. It is not told of the end: that is in the exchange.
	Body(e *Exchange, request bool, b []byte)
	// BodyGap tells content that was not captured; 0: it is not known how much.
	BodyGap(e *Exchange, request bool, missing uint64)
}

// A Correlator has what one goroutine needs to follow any number of conversations.
type Correlator struct {
	config Config
	to     Listener
	clock  int64          // capture clock at the frame that is brought
	first  bool           // the beginning of the connection is in the capture
	origin flow.Direction // who is likely to be the client, where what is said does not tell
	fields tracecontext.Collector
	join   []byte
	labels []*Label
}

// NewCorrelator returns a Correlator that tells a listener.
func NewCorrelator(c Config, to Listener) *Correlator {
	return &Correlator{config: c.withDefaults(), to: to}
}

// A Conversation is what is said on one TCP connection, as far as it is HTTP.
// The zero Conversation is a new one. It is worked on by one goroutine at a
// time, not always with the same Correlator.
type Conversation struct {
	d       *dialogue // nil: nothing was said yet, or nothing that could be HTTP
	looked  [2]uint16 // how much of each direction was none
	resumes [2]bool   // a direction's bytes are wanted again
	waiting *waiting  // frames whose labels are not known yet; nil: none
}

// A direction is looked at for a beginning of HTTP chunk by chunk, until it has had
// so many bytes, a chunk being taken for a few at least: what has none by then is
// something else, unless the other direction is HTTP. It is not only the first chunk, since a capture
// can begin in the midst of a body, and since something else can come before (a PROXY line, SOCKS).
const (
	mostLooked  = 16 << 10
	leastLooked = 256
)

// At says at which clock the next calls are, whether the connection's beginning was
// captured, and who began it, as far as is known.
func (k *Correlator) At(clock int64, first bool, origin flow.Direction) {
	k.clock, k.first, k.origin = clock, first, origin
}

// Data takes bytes that a stream hands on. It returns how many of the bytes
// that follow are not wanted, as [reassembly.Consumer] has it.
func (k *Correlator) Data(c *Conversation, from flow.Direction, h *reassembly.Chunk) (skip uint64) {
	if c.d == nil {
		if c.looked[from] >= mostLooked {
			return math.MaxUint64
		}
		speaks, v := k.recognise(from, h.Bytes, h.Offset == 0)
		if v == http1.No && !http1.Resembles(h.Bytes) {
			return c.look(from, len(h.Bytes))
		}
		c.d = newDialogue(c, k.first)
		if v == http1.Yes { // nothing has to wait for more
			c.d.by, c.d.of = k, c
			c.d.sides[from].told, c.d.sides[from].knows = h.Offset, true
			c.d.begin(from, speaks)
		}
	}
	d := c.d
	d.by, d.of = k, c
	d.arrive(from, h)
	skip = d.skip(from)
	d.leave()
	return skip
}

// Gap takes note of bytes that a stream cannot hand on.
func (k *Correlator) Gap(c *Conversation, from flow.Direction, start, end uint64) {
	if c.d == nil {
		c.looked[from] = max(c.looked[from], 1)
		return
	}
	d := c.d
	d.by, d.of = k, c
	defer d.leave()
	d.miss(from, start, end)
}

// Terminate says that a FIN or RST came from a side: what is pending is held for a while.
// A FIN ends what the side said in good order.
func (k *Correlator) Terminate(c *Conversation, from flow.Direction, fin bool) {
	d := c.d
	if d == nil {
		return
	}
	d.sides[from].finished = d.sides[from].finished || fin
	d.cut = d.cut || !fin
	if !d.terminated {
		d.terminated, d.closing = true, k.clock
	}
}

// Close ends a conversation: its streams are over, for this reason.
func (k *Correlator) Close(c *Conversation, reason string, outcome Outcome) {
	if c.d == nil {
		return
	}
	d := c.d
	d.by, d.of = k, c
	d.close(reason, outcome)
	d.by, d.of = nil, nil
}

// look counts a chunk that is no beginning of HTTP.
func (c *Conversation) look(from flow.Direction, n int) (skip uint64) {
	c.looked[from] = uint16(min(int(c.looked[from])+max(n, leastLooked), mostLooked))
	if c.looked[from] < mostLooked {
		return 0
	}
	return math.MaxUint64
}

// Resuming says whether the bytes of any direction are wanted again that were not.
func (c *Conversation) Resuming() bool { return c.resumes[0] || c.resumes[1] }

// Resumes says whether a direction's bytes are wanted again that were not, and
// forgets it.
func (c *Conversation) Resumes(from flow.Direction) (again bool) {
	again = c.resumes[from]
	c.resumes[from] = false
	return again
}

// Confirmed says whether what was said is HTTP.
func (c *Conversation) Confirmed() bool { return c.d != nil && c.d.confirmed }

// Forget drops all that the conversation keeps, but whether it was HTTP.
func (c *Conversation) Forget() { *c = Conversation{} }

// Charge returns how many bytes are kept for the conversation, without the
// Conversation itself. It depends on what was said alone, not on the allocator.
func (c *Conversation) Charge() int64 {
	bytes := c.waiting.memory()
	if c.d != nil {
		bytes += c.d.memory()
	}
	return bytes
}

// A speech is what the first bytes of a direction were taken for.
type speech uint8

const (
	request speech = iota
	response
	client2 // HTTP/2, from who began the connection
	server2
)

// recognise says what bytes begin, and with which certainty.
func (k *Correlator) recognise(from flow.Direction, b []byte, begins bool) (speech, http1.Verdict) {
	if side, v := http1.Recognise(b); v != http1.No {
		if side == http1.Requests {
			return request, v
		}
		return response, v
	}
	fromClient, known, v := http2.Recognise(b, k.first && begins)
	if !known {
		fromClient = from == k.origin
	}
	s := server2
	if fromClient {
		s = client2
	}
	switch v {
	case http2.Yes:
		return s, http1.Yes
	case http2.No:
		return s, http1.No
	}
	return s, http1.More // what a server may have begun with, its client decides
}
