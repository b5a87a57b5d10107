package decoder

// A Reason says why a packet could not be decoded further.
type Reason uint8

// Why decoding stopped. The zero Reason is none.
const (
	_             Reason = iota
	Cut                  // the capture ends inside the header
	Short                // what is around ends, as announced, inside the header
	HeaderLength         // the header's own length is below its fixed part
	TotalLength          // the announced length is below the header's
	LengthBeyond         // the announced length is beyond the layer around
	BadVersion           // the version number is not this protocol's
	BadJumbo             // a jumbogram without, or with a contradictory, length (RFC 2675)
	NestedTooDeep        // more layers or packets inside packets than are followed
	Reasons
)

var reasons = [Reasons]string{
	Cut:           "cut by the snap length",
	Short:         "ends inside the header",
	HeaderLength:  "header length below the fixed part",
	TotalLength:   "total length below header",
	LengthBeyond:  "length beyond the end",
	BadVersion:    "wrong version",
	BadJumbo:      "jumbogram length is wrong",
	NestedTooDeep: "nested too deep",
}

// String returns what is wrong, in a few words.
func (r Reason) String() string {
	if r < Reasons {
		return reasons[r]
	}
	return ""
}
