package pipeline

import (
	"crypto/sha256"
	"hash"

	"github.com/pcappipe/pcappipe/conn"
	"github.com/pcappipe/pcappipe/correlate"
	"github.com/pcappipe/pcappipe/flow"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/reassembly"
)

// A connection is what a TCP flow has beside its conn.Conn where its streams are
// put together. It belongs to whoever runs the flow's job.
type connection struct {
	reassembly.Connection
	found   conn.Reassembled
	missing conn.Missing
	scope   flow.Scope // around the flow
	turns   *reassembly.Turns
	sums    [2]hash.Hash // of the bytes handed on
	files   [2]output.StreamFile
	charged int64 // what it kept after its last job
	talk    correlate.Conversation
	client  flow.Direction        // of names
	names   *correlate.ExchangeOf // what all its exchanges have in common; nil: it has none yet
	left    []exchange            // that the end of the capture ended, until they are written
	shown   *output.Follow        // writes the bytes of the flow that --follow is for; nil for all others
	first   flow.Direction        // of it: whose bytes came first
}

// What a connection is charged beside what reassembly charges it.
const (
	sumCost  = 256
	turnCost = 512
)

// A job makes at most four times as much of what a connection keeps and adds, twice, so much for
// each segment and each byte of its payload: what it takes to keep it out of order, once
// more for comparison and once more in a turn, each in a buffer up to twice as large; to note a
// gap before and behind it and a conflict; and to begin sums, turns and the list
// of what waits. What grows without a byte of its own is what waited and is next: it comes into two
// buffers of up to twice its size; and the pieces that wait, where a segment fills all holes
// between them.
const (
	mostFold       = 4
	mostPerSegment = 4096
	mostPerByte    = 6
	mostPerAsked   = 96 // where exchanges are looked for: the shortest request has 16 bytes, and begins one
	mostPerFrame   = 16 // of those that brought a segment in fragments: in what waits, and in a turn
)

// mostFrames is how many of these are told of a segment: one more than a turn lists,
// so that it knows that there are more.
const mostFrames = 1024 + 1

// mostPerByte returns how much a byte of payload can make a connection keep.
func (r *run) mostPerByte() int64 {
	if r.correlates {
		return mostPerAsked
	}
	return mostPerByte
}

// holdShare is which part of the ceiling the bytes may take that wait behind
// holes in one direction of one flow: then the first hole is given up, and nothing is lost but
// what may yet have filled it.
const (
	holdShare = 16
	mostHold  = 16 << 20
)

// Connections has the connections of live flows, by slot. It is the sequencer's;
// what it gives out is the flow's until its slot is released.
type connections struct {
	bySlot []*connection
	free   []*connection
}

// mostFree is how many connections are kept for new flows. Where many flows have ended
// and those that are left say much, what has come free is theirs.
const mostFree = 4096

// begin gives a new flow its connection.
func (c *connections) begin(slot uint32, scope flow.Scope) {
	for int(slot) >= len(c.bySlot) {
		c.bySlot = append(c.bySlot, nil)
	}
	if last := len(c.free) - 1; last >= 0 {
		c.bySlot[slot], c.free = c.free[last], c.free[:last]
	} else {
		c.bySlot[slot] = new(connection) // by itself: one that lives would keep all that it was made with
	}
	c.bySlot[slot].scope = scope
}

// of returns the connection of a slot's flow, nil where it has none.
func (c *connections) of(slot uint32) *connection {
	if int(slot) < len(c.bySlot) {
		return c.bySlot[slot]
	}
	return nil
}

// release takes back the connections of flows that have been written.
func (c *connections) release(slots []uint32) {
	for _, slot := range slots {
		if old := c.of(slot); old != nil {
			*old = connection{}
			c.bySlot[slot] = nil
			if len(c.free) < mostFree {
				c.free = append(c.free, old)
			}
		}
	}
}

// charge returns what the connection keeps.
func (c *connection) charge() (bytes int64) {
	bytes = c.Charge() + c.missing.Charge() + c.talk.Charge()
	if c.turns != nil {
		bytes += turnCost + c.turns.Charge()
	}
	for i := range c.sums {
		if c.sums[i] != nil {
			bytes += sumCost
		}
	}
	return bytes
}

// digest takes bytes that a direction hands on into its sum.
func (c *connection) digest(from flow.Direction, bytes []byte) {
	if c.sums[from] == nil {
		c.sums[from] = sha256.New()
	}
	c.sums[from].Write(bytes)
}

// sum returns the digest of all that a direction has handed on.
func (c *connection) sum(from flow.Direction, room []byte) []byte {
	if c.sums[from] == nil {
		empty := sha256.Sum256(nil)
		return append(room, empty[:]...)
	}
	return c.sums[from].Sum(room)
}

// assembles says whether the streams of flows with this key are put together.
func (r *run) assembles(key *flow.Key) bool {
	const tcp = 6
	return r.config.TCP && key.Proto == tcp && key.Kind&(flow.Fragment|flow.OneWay) == 0
}
