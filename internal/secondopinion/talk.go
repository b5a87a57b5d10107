package secondopinion

import (
	"fmt"
	"net/netip"
)

// A Talk is a conversation as all programs agree on one: a protocol and two
// ends, whoever spoke first, whatever was around it and however often it began
// anew. Programs that split it differently are compared by it.
type Talk struct {
	Proto uint8          // IP protocol number
	A, B  netip.AddrPort // A is the lower
}

// NewTalk returns the conversation between two ends, and whether from is its A.
func NewTalk(proto uint8, from, to netip.AddrPort) (t Talk, fromA bool) {
	if from.Compare(to) <= 0 {
		return Talk{proto, from, to}, true
	}
	return Talk{proto, to, from}, false
}

func (t Talk) String() string { return fmt.Sprintf("%d %s %s", t.Proto, t.A, t.B) }

// Compare orders conversations.
func (t Talk) Compare(u Talk) int {
	for _, order := range []int{int(t.Proto) - int(u.Proto), t.A.Compare(u.A), t.B.Compare(u.B)} {
		if order != 0 {
			return order
		}
	}
	return 0
}

// A Volume is what the two ends of a Talk sent.
type Volume struct {
	PacketsA, PacketsB uint64
	BytesA, BytesB     uint64
}

// Add adds what one end sent.
func (v *Volume) Add(fromA bool, packets, bytes uint64) {
	if fromA {
		v.PacketsA += packets
		v.BytesA += bytes
	} else {
		v.PacketsB += packets
		v.BytesB += bytes
	}
}

// Volumes has the volumes of a capture's conversations.
type Volumes map[Talk]*Volume

// Of returns the volume of a conversation, to be added to.
func (v Volumes) Of(t Talk) *Volume {
	if v[t] == nil {
		v[t] = new(Volume)
	}
	return v[t]
}
