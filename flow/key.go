// Package flow says what a conversation is: its key, what is around it, and what
// each frame adds to it.
//
// A [Key] is the same for both directions. Decoders turn frames into [Piece]s
// and collect them by key in [Groups]; what becomes of a conversation is package
// conn's. Nothing here starts a goroutine, takes a lock or keeps a frame's bytes.
package flow

import (
	"cmp"
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
	pad          [2]byte // named, so that keys are compared as one run of bytes
}

// A Direction says which end of a key sent something.
type Direction uint8

const (
	FromA Direction = iota
	FromB
)

// NewKey returns the key of what src sent to dst, and from which end that is.
// The addresses are 4 bytes each (IPv4) or 16 (IPv6).
func NewKey(kind Kind, proto uint8, src, dst []byte, srcPort, dstPort uint16, scope uint32) (k Key, from Direction) {
	from = k.Set(kind, proto, src, dst, srcPort, dstPort, scope)
	return k, from
}

// Set is NewKey in place: a key that is copied when it has just been written has
// to wait for that.
func (k *Key) Set(kind Kind, proto uint8, src, dst []byte, srcPort, dstPort uint16, scope uint32) (from Direction) {
	if kind&OneWay == 0 {
		if c := compare(src, dst); c > 0 || c == 0 && srcPort > dstPort {
			src, dst, srcPort, dstPort, from = dst, src, dstPort, srcPort, FromB
		}
	}
	put(&k.A, src)
	put(&k.B, dst)
	k.PortA, k.PortB, k.Scope, k.Proto, k.Kind = srcPort, dstPort, scope, proto, kind
	return from
}

// compare and put are bytes.Compare and copy for addresses, in whole words.

func compare(a, b []byte) int {
	if len(a) == 4 {
		return cmp.Compare(binary.BigEndian.Uint32(a), binary.BigEndian.Uint32(b))
	}
	if c := cmp.Compare(binary.BigEndian.Uint64(a), binary.BigEndian.Uint64(b)); c != 0 {
		return c
	}
	return cmp.Compare(binary.BigEndian.Uint64(a[8:]), binary.BigEndian.Uint64(b[8:]))
}

func put(to *[16]byte, address []byte) {
	if len(address) == 4 {
		binary.LittleEndian.PutUint64(to[:], uint64(binary.LittleEndian.Uint32(address)))
		binary.LittleEndian.PutUint64(to[8:], 0)
		return
	}
	binary.LittleEndian.PutUint64(to[:], binary.LittleEndian.Uint64(address))
	binary.LittleEndian.PutUint64(to[8:], binary.LittleEndian.Uint64(address[8:]))
}

// Is says whether two keys are the same. It reads a key by the words in which
// it was written: one that is just made need not be waited for.
func (k *Key) Is(o *Key) bool {
	le := binary.LittleEndian
	return le.Uint64(k.A[:]) == le.Uint64(o.A[:]) && le.Uint64(k.B[:]) == le.Uint64(o.B[:]) &&
		le.Uint64(k.A[8:]) == le.Uint64(o.A[8:]) && le.Uint64(k.B[8:]) == le.Uint64(o.B[8:]) &&
		k.ends() == o.ends() && k.what() == o.what()
}

// Addresses returns the addresses of both ends.
func (k *Key) Addresses() (a, b netip.Addr) {
	if k.Kind&IPv4 != 0 {
		return netip.AddrFrom4([4]byte(k.A[:4])), netip.AddrFrom4([4]byte(k.B[:4]))
	}
	return netip.AddrFrom16(k.A), netip.AddrFrom16(k.B)
}

// AddressLen returns how many bytes of A and B are addresses.
func (k *Key) AddressLen() int {
	if k.Kind&IPv6 != 0 {
		return 16
	}
	return 4
}

// seeds make crafted traffic unable to aim at one bucket. No output, no order
// and no decision depends on them.
var seeds = [5]uint64{rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1}

// Hash returns a seeded digest of the key.
func (k *Key) Hash() uint64 {
	le := binary.LittleEndian
	addresses := mix(le.Uint64(k.A[:8])^seeds[0], le.Uint64(k.B[:8])^seeds[1])
	if k.Kind&IPv6 != 0 {
		addresses ^= mix(le.Uint64(k.A[8:])^seeds[2], le.Uint64(k.B[8:])^seeds[3])
	}
	return digest(addresses, k.ends(), k.what())
}

// hashIPv4 is Hash for a key that is still in registers: addresses as
// little-endian numbers, and the words that ends and what return.
func hashIPv4(a, b uint32, ends, what uint64) uint64 {
	return digest(mix(uint64(a)^seeds[0], uint64(b)^seeds[1]), ends, what)
}

func digest(addresses, ends, what uint64) uint64 { return mix(addresses^ends, seeds[4]^what) }

// ends and what return what a key has beside its addresses, as two words.

func (k *Key) ends() uint64 {
	return uint64(k.PortA) | uint64(k.PortB)<<16 | uint64(k.Scope)<<32
}

func (k *Key) what() uint64 { return uint64(k.Proto) | uint64(k.Kind)<<8 }

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
