// Package flow says what a conversation is: its key, what is around it, and what
// each frame adds to it.
//
// A [Key] is the same for both directions. Decoders turn frames into [Piece]s
// and collect them by key in [Groups]; what becomes of a conversation is package
// conn's. Nothing here starts a goroutine, takes a lock or keeps a frame's bytes.
package flow

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"net/netip"
)

// A Kind is what a key is made of, beyond protocol and addresses.
type Kind uint8

const (
	IPv4     Kind = 1 << iota // addresses are 4 bytes
	IPv6                      // addresses are 16 bytes
	OneWay                    // a direction is a flow of its own: ICMP messages without a counterpart
	Fragment                  // of an IP fragment: there are no ports
)

// A Key is a flow's identity without its generation: who talks to whom, over
// what, and in which scope (VLANs and tunnels around). The lower of the two
// ends is A, so both directions have one key. Keys are comparable, hold no
// pointers and have no gaps.
type Key struct {
	A, B         [16]byte // an IPv4 address stands in the first four bytes, the rest is zero
	PortA, PortB uint16   // ICMP: Zeek's type and counterpart
	Scope        uint32   // number of the VLANs and tunnels around, 0 for none
	Proto        uint8    // IP protocol number
	Kind         Kind
	pad          [6]byte // named, so that keys are compared as one run of bytes
}

// A Direction says which end of a key sent something.
type Direction uint8

const (
	FromA Direction = iota
	FromB
)

// NewKey returns the key of what src sent to dst, and from which end that is.
// The addresses are 4 bytes each (IPv4) or 16 (IPv6).
func NewKey(kind Kind, proto uint8, src, dst []byte, srcPort, dstPort uint16, scope uint32) (Key, Direction) {
	k := Key{Scope: scope, Proto: proto, Kind: kind}
	c := bytes.Compare(src, dst)
	if kind&OneWay != 0 || c < 0 || c == 0 && srcPort <= dstPort {
		copy(k.A[:], src)
		copy(k.B[:], dst)
		k.PortA, k.PortB = srcPort, dstPort
		return k, FromA
	}
	copy(k.A[:], dst)
	copy(k.B[:], src)
	k.PortA, k.PortB = dstPort, srcPort
	return k, FromB
}

// Addresses returns the addresses of both ends.
func (k *Key) Addresses() (a, b netip.Addr) {
	if k.Kind&IPv4 != 0 {
		return netip.AddrFrom4([4]byte(k.A[:4])), netip.AddrFrom4([4]byte(k.B[:4]))
	}
	return netip.AddrFrom16(k.A), netip.AddrFrom16(k.B)
}

// seeds make crafted traffic unable to aim at one bucket. No output, no order
// and no decision depends on them.
var seeds = [4]uint64{rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1}

// Hash returns a seeded digest of the key.
func (k *Key) Hash() uint64 {
	le := binary.LittleEndian
	a := mix(le.Uint64(k.A[:8])^seeds[0], le.Uint64(k.B[:8])^seeds[1])
	last := uint64(k.PortA) | uint64(k.PortB)<<16 | uint64(k.Scope)<<32
	h := mix(a^last, seeds[2]^(uint64(k.Proto)|uint64(k.Kind)<<8))
	if k.Kind&IPv6 != 0 {
		h ^= mix(le.Uint64(k.A[8:])^seeds[3], le.Uint64(k.B[8:])^seeds[0])
	}
	return mix(h, seeds[1])
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
