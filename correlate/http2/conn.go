package http2

// Preface is what a client says first (RFC 9113, 3.4). SETTINGS follow.
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// A Conn is one connection.
type Conn struct {
	client, server side
}

// New returns a connection of which nothing has come. Whether it is seen from its beginning
// shows in its bytes: a client's preface, a server's SETTINGS. A direction that begins
// otherwise is taken to have begun before; frames are then searched for.
func New() *Conn {
	c := new(Conn)
	c.client.begin(true)
	c.server.begin(false)
	return c
}

// NewUpgraded returns a connection that was HTTP/1.1 until the server said 101 (RFC 7540, 3.2).
// Both sides begin as on any other. Stream 1 is the request that asked for it.
func NewUpgraded() *Conn {
	c := New()
	c.client.strict, c.server.strict = true, true
	return c
}

// Data takes bytes that follow what this side sent before, or the gap after it; offset is
// where they stand in its TCP stream.
func (c *Conn) Data(fromClient bool, offset uint64, b []byte, h Handler) {
	c.side(fromClient).data(offset, b, h)
}

// Gap takes notice that bytes are missing, and will not come.
func (c *Conn) Gap(fromClient bool, start, end uint64, h Handler) {
	if end > start {
		c.side(fromClient).gap(start, end, h)
	}
}

// Close takes notice that this side is over. What was open is told as far as it came.
func (c *Conn) Close(fromClient bool, h Handler) {
	c.side(fromClient).close(h)
}

// Failed says whether what a side sends is no HTTP/2. It is told nothing more of, from the
// frame on that could not be.
func (c *Conn) Failed(fromClient bool) bool { return c.side(fromClient).state == failed }

// Charge returns the bytes that are kept beyond the Conn itself. It depends on what came
// alone, not on how it was cut.
func (c *Conn) Charge() int64 { return c.client.charge() + c.server.charge() }

func (c *Conn) side(fromClient bool) *side {
	if fromClient {
		return &c.client
	}
	return &c.server
}

// InMessage says whether the frame that a side's last bytes belong to is a part of a
// message, HEADERS or DATA: no other kind shows that a stream has begun.
func (c *Conn) InMessage(fromClient bool) bool {
	k := c.side(fromClient).frame.kind
	return k == headers || k == data
}

// InHead says whether it is a HEADERS frame.
func (c *Conn) InHead(fromClient bool) bool { return c.side(fromClient).frame.kind == headers }

// Unread returns how many of a side's last bytes begin a frame's header that is not whole:
// it is not known whose they are.
func (c *Conn) Unread(fromClient bool) uint64 {
	if s := c.side(fromClient); s.state == heading {
		return uint64(s.has)
	}
	return 0
}
