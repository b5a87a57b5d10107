package reassembly

// A DatagramKey says which fragments belong together: those of one datagram have
// all of it in common (RFC 791, 3.2; RFC 8200, 4.5). It is comparable and holds
// no pointers.
type DatagramKey struct {
	Src, Dst [16]byte // an IPv4 address stands in the first four bytes, the rest is zero
	Scope    uint32   // number of the VLANs and tunnels around, 0 for none
	ID       uint32   // identification
	Version  uint8    // of IP: 4 or 6
	Proto    uint8    // IPv4: protocol; IPv6: 0, it is no part of the key there
	pad      [2]byte  // named, so that keys are compared and hashed as one run of bytes
}

// A Fragment is what one frame holds of a datagram.
type Fragment struct {
	Offset  uint32 // of its bytes in the datagram's payload
	Length  uint32 // payload bytes as announced
	More    bool   // it is not the last
	Next    uint8  // protocol of the payload; counts in the fragment at offset 0
	NextAt  uint16 // IPv6: where in Header the field stands that must say Next in the whole packet
	Header  []byte // of IP; IPv6: with the extension headers before the fragment header, without that
	Payload []byte // as captured, at most Length; a view
	Size    uint32 // bytes of the IP packet as announced
	Frame   uint64 // number of its frame
	Nanos   int64  // its frame's time
	Clock   int64  // capture clock, nanoseconds; never falls
}

// What the fields of a header can say. A datagram that is as large as they
// allow is taken, although no packet may be: that is for those who read of it
// to know.
const (
	maxFragmentOffset = 0x1fff * 8
	maxFragmentLength = 0xffff
)

// refused says that a fragment cannot be part of any datagram: it lies where no
// header can put it, or it is an IPv6 fragment with others behind it whose
// length is no multiple of 8 (RFC 8200, 4.5: it is discarded, the others are not).
func (f *Fragment) refused(version uint8) bool {
	if f.Offset > maxFragmentOffset || f.Length > maxFragmentLength {
		return true
	}
	return version == 6 && f.More && f.Length%8 != 0
}

// atomic says that a fragment is a whole packet, in IPv6. It has nothing to do
// with other fragments of the same key (RFC 8200, 4.5; RFC 6946).
func (f *Fragment) atomic(version uint8) bool {
	return version == 6 && f.Offset == 0 && !f.More
}

// captured returns the payload bytes that there are.
func (f *Fragment) captured() []byte {
	if uint64(len(f.Payload)) > uint64(f.Length) {
		return f.Payload[:f.Length]
	}
	return f.Payload
}

// keepsFragment says whether a piece of a datagram keeps its bytes where a new
// fragment overlaps it. Both are as they came, the piece less what earlier
// overlaps took from it.
func (p Policy) keepsFragment(piece, fragment fragmentRun) bool {
	switch p {
	case Last:
		return false
	case BSD: // the new one is trimmed at its left, to pieces that begin no later
		return piece.start <= fragment.start
	case BSDRight: // the new one is trimmed at its right; of two that end together, the longer stays
		return piece.end > fragment.end || piece.end == fragment.end && piece.start < fragment.start
	case Linux:
		return piece.start < fragment.start
	case Windows:
		return !(fragment.start < piece.start && fragment.end > piece.end)
	case Solaris:
		return !(fragment.start < piece.start && fragment.end >= piece.end)
	}
	return true // First
}
