package flow

import (
	"crypto/sha1"
	"encoding/base64"
)

// IP protocols whose ports, or what ICMP has in their place, are part of a Community ID.
const (
	icmp   = 1
	tcp    = 6
	udp    = 17
	icmpv6 = 58
	sctp   = 132
)

// CommunityID returns what AppendCommunityID adds.
func (k *Key) CommunityID() string { return string(k.AppendCommunityID(nil)) }

// AppendCommunityID adds the flow's Community ID, version 1, seed 0
// (https://github.com/corelight/community-id-spec). A key is ordered as the
// specification wants it: the lower end first, and a one-way ICMP message as it
// was sent. VLANs and tunnels have no part in it.
func (k *Key) AppendCommunityID(dst []byte) []byte {
	const seed = 0
	var room [2 + 16 + 16 + 1 + 1 + 2 + 2]byte
	n := k.AddressLen()
	b := append(room[:0], seed>>8, seed&0xff)
	b = append(b, k.A[:n]...)
	b = append(b, k.B[:n]...)
	b = append(b, k.Proto, 0)
	if k.HasPorts() {
		b = append(b, byte(k.PortA>>8), byte(k.PortA), byte(k.PortB>>8), byte(k.PortB))
	}
	sum := sha1.Sum(b)
	return base64.StdEncoding.AppendEncode(append(dst, "1:"...), sum[:])
}

// HasPorts says whether PortA and PortB are ports, or what ICMP has in their place.
func (k *Key) HasPorts() bool {
	if k.Kind&Fragment != 0 {
		return false
	}
	switch k.Proto {
	case icmp, tcp, udp, icmpv6, sctp:
		return true
	}
	return false
}
