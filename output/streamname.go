package output

import (
	"bytes"
	"strconv"

	"github.com/pcappipe/pcappipe/flow"
)

// A StreamName says whose bytes a file has: those of one direction of a flow.
type StreamName struct {
	Flow             uint64   // its number
	Src, Dst         [16]byte // as in flow.Key: an IPv4 address stands in the first four bytes
	SrcPort, DstPort uint16
	IPv6             bool
}

// NameStream returns the name of what one end of a flow sent.
func NameStream(number uint64, k *flow.Key, from flow.Direction) StreamName {
	n := StreamName{Flow: number, Src: k.A, Dst: k.B, SrcPort: k.PortA, DstPort: k.PortB, IPv6: k.Kind&flow.IPv6 != 0}
	if from == flow.FromB {
		n.Src, n.Dst, n.SrcPort, n.DstPort = n.Dst, n.Src, n.DstPort, n.SrcPort
	}
	return n
}

// Append adds the file's name: "7-10.0.0.1_40000-10.0.0.2_80", the sender first.
// It has only digits, lower-case letters, '-', '_' and '.', which stands for the
// colons of IPv6. The two directions of a flow never have the same.
func (n StreamName) Append(dst []byte) []byte {
	dst = append(strconv.AppendUint(dst, n.Flow, 10), '-')
	dst = append(n.address(dst, &n.Src), '_')
	dst = append(strconv.AppendUint(dst, uint64(n.SrcPort), 10), '-')
	dst = append(n.address(dst, &n.Dst), '_')
	return strconv.AppendUint(dst, uint64(n.DstPort), 10)
}

// address adds one, IPv6 in groups only: with the last two as IPv4 has them, and
// points for colons, ::ffff:1.2.3.4 would be ::ffff:1:2:3:4.
func (n *StreamName) address(dst []byte, a *[16]byte) []byte {
	if !n.IPv6 {
		return appendAddress(dst, a[:4])
	}
	at := len(dst)
	dst = appendGroups(dst, a)
	for {
		colon := bytes.IndexByte(dst[at:], ':')
		if colon < 0 {
			return dst
		}
		at += colon
		dst[at] = '.'
	}
}
