package reassembly

import "github.com/pcappipe/pcappipe/flow"

// A Segment is one TCP segment, as it was captured.
type Segment struct {
	Seq, Ack uint32
	Flags    uint16 // flow.SYN, …
	Window   uint16 // not scaled
	Options  []byte // TCP options as captured; only a SYN's are read
	Payload  []byte // as captured: a view, which Add reads and does not keep
	Length   uint32 // bytes of payload as the headers announce them; not below len(Payload)
	Frame    uint64 // number of its frame
	Nanos    int64  // time of that frame, which only goes round: it decides nothing
	// Frames are all frames that brought it where its IP datagram came in
	// fragments, and else nil. Frame is then the one that completed it.
	Frames []uint64
}

// control are the flags that begin or end a stream.
const control = flow.SYN | flow.FIN | flow.RST

// first returns the sequence number of the first byte of payload: a SYN takes
// the one before it.
func (s *Segment) first() uint32 {
	if s.Flags&flow.SYN != 0 {
		return s.Seq + 1
	}
	return s.Seq
}

// ack returns what the segment acknowledges, as an offset in its peer's stream.
func (s *Segment) ack(peer *stream) (offset uint64, known bool) {
	if s.Flags&flow.ACK == 0 || peer.marks&begun == 0 {
		return 0, false
	}
	off := peer.offset(s.Ack)
	return uint64(max(off, 0)), off >= 0
}

// TCP options (RFC 9293, 3.2; RFC 7323, 2.2).
const (
	optionEnd         = 0
	optionNone        = 1
	optionWindowScale = 3

	maxScale = 14 // RFC 7323, 2.3: more is taken as 14
)

// windowScale returns the shift that a SYN's options offer, whether they do,
// and whether they could be read to their end.
func windowScale(options []byte) (shift uint8, offered, whole bool) {
	for len(options) > 0 {
		kind := options[0]
		if kind == optionEnd {
			break
		}
		if kind == optionNone {
			options = options[1:]
			continue
		}
		if len(options) < 2 || options[1] < 2 || int(options[1]) > len(options) {
			return shift, offered, false
		}
		if kind == optionWindowScale && options[1] == 3 {
			shift, offered = min(options[2], maxScale), true
		}
		options = options[options[1]:]
	}
	return shift, offered, true
}
