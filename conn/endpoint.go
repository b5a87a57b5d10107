package conn

import "github.com/pcappipe/pcappipe/flow"

// A state is what an end of a TCP connection was seen doing last, as Zeek
// tells it.
type state uint8

const (
	inactive    state = iota // it sent nothing
	synSent                  // a SYN, not answered
	synAckSent               // a SYN with ACK, without a SYN before
	partial                  // data, without a SYN
	established              // its SYN was answered, or it answered one
	closed                   // FIN
	reset                    // RST

	active = established // UDP: it sent something
)

// trusted is how far the sequence number of a SYN or RST, or an acknowledgement
// of zero, may be from what was seen before and still be believed.
const trusted = 1 << 20

// An endpoint is one direction of a flow. Offsets count the TCP sequence
// space from start on, the SYN included, and do not wrap.
type endpoint struct {
	packets, ipBytes uint64
	missed           uint64 // TCP: bytes that it sent and the capture does not have, as gaps told

	sent  int64  // TCP: offset after the last byte seen, SYN and FIN counted; UDP and ICMP: bytes of payload
	acked int64  // TCP: offset that the peer acknowledged last
	start uint32 // TCP: initial sequence number; one before the first seen where there was no SYN

	// Where the SYN, FIN and RST seen last stand, from start, modulo 2^32: one
	// that stands elsewhere is told in the history again.
	lastSYN, lastFIN, lastRST uint32

	zeroWindows     tally // advertised
	retransmissions tally // segments with payload that did not advance sent

	flags  uint16 // all TCP flags sent
	seen   seen
	state  state
	before state // the state before state
	didFIN bool
	done   bool // its close was complete: its frames no longer count for the duration
}

// enter changes the state.
func (e *endpoint) enter(s state) {
	if s != e.state {
		e.before, e.state = e.state, s
	}
}

// distance returns how far seq is ahead of the last byte sent.
func (e *endpoint) distance(seq uint32) int32 {
	return int32(seq - (e.start + uint32(e.sent)))
}

// begin sets the sequence space of an end by a segment that it sent: first is
// its sequence number, length what it takes of the space.
func (e *endpoint) begin(first uint32, length int64, syn bool) {
	if syn {
		e.start, e.sent, e.acked = first, length, 0
		return
	}
	// Numbered as though there had been a SYN.
	e.start, e.sent, e.acked = first-1, 1, 0
}

// assume sets the sequence space of an end that sent nothing yet by what its
// peer expects of it.
func (e *endpoint) assume(next uint32) {
	e.start, e.sent, e.acked = next-1, 0, 0
}

// prepare sets the sequence space where a segment shows that there was none, or
// another: a SYN is believed until the connection is closed.
func (e *endpoint) prepare(seq uint32, length int64, syn bool) {
	switch e.state {
	case inactive:
		e.begin(seq, length, syn)
	case synSent, synAckSent:
		if syn && seq != e.start {
			e.begin(seq, length, true)
		}
	case partial, established:
		if syn {
			e.begin(seq, length, true)
		}
	case reset:
		// A RST came first and may have been forged.
		if syn && e.before == inactive {
			e.begin(seq, length, true)
		}
	}
}

// acknowledge takes note of what the peer of e acknowledges.
func (e *endpoint) acknowledge(ack uint32) {
	ahead := int32(ack - (e.start + uint32(e.acked)))
	if ahead <= 0 || ack == 0 && ahead > trusted {
		return // zero is rather a broken header than that far ahead
	}
	e.acked += int64(ahead)
}

// advance takes note of what e sent: next is the sequence number after the
// segment. It says whether the segment lay in what e had sent before: where its
// number is not believed, it does not.
func (e *endpoint) advance(next uint32, flags uint16) (behind bool) {
	ahead := e.distance(next)
	switch {
	case flags&(flow.SYN|flow.RST) != 0 && (ahead > trusted || ahead < -trusted):
	case flags&flow.FIN != 0 && e.sent == 1:
		// Nothing was seen of it since its SYN: the FIN tells the size, up to 4 GiB.
		e.sent = int64(next - e.start)
	case e.state == reset:
	case ahead > 0:
		e.sent += int64(ahead)
	default:
		return true
	}
	return false
}

// size returns how many bytes of data the sequence numbers account for, those
// that were not seen included.
func (e *endpoint) size(peer *endpoint) uint64 {
	if e.state == reset && e.before == synSent && peer.state == inactive && e.acked > 1 {
		return 0 // a half-open connection was aborted: its numbers are another's
	}
	n := max(e.sent, e.acked)
	if n > 0 {
		n-- // SYN
	}
	if n > 0 && e.didFIN {
		n--
	}
	return uint64(max(n, 0))
}
