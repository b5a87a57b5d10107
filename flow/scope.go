package flow

import (
	"encoding/binary"
	"slices"
)

// A Tunnel is a kind of encapsulation whose inner packets have a flow identity
// of their own. Zeek's names where Zeek has one.
type Tunnel uint8

const (
	TunnelNone Tunnel = iota
	TunnelIP          // IP in IP, both ways (RFC 2003, RFC 2473, RFC 4213)
	TunnelGRE         // RFC 2784, RFC 2637
	TunnelERSPAN
	TunnelVXLAN  // RFC 7348
	TunnelGeneve // RFC 8926
	TunnelGTPU   // 3GPP TS 29.281
	TunnelL2TP   // RFC 2661, RFC 3931
	TunnelTeredo // RFC 4380
	TunnelMPLS   // MPLS over UDP, RFC 7510
	TunnelAYIYA  // draft-massar-v6ops-ayiya
	TunnelCAPWAP // RFC 5415
	TunnelLISP   // RFC 9300
	TunnelPIM    // a register message, RFC 7761
	Tunnels
)

// A Scope is what is around an IP packet and belongs to its flow's identity:
// VLAN ids and tunnel levels, outermost first, as bytes (a Scope of the same
// bytes is the same scope). A VLAN is 'v' and two bytes; a tunnel is 't', its Tunnel,
// a Kind (IPv4 or IPv6), the two outer addresses, the lower first, 16 bytes each, and its four
// byte VNI, VSID, ERSPAN session or zero.
type Scope []byte

const (
	scopeVLAN   = 'v'
	scopeTunnel = 't'
	tunnelLen   = 1 + 1 + 1 + 16 + 16 + 4
)

// AppendVLAN adds a VLAN id.
func (s Scope) AppendVLAN(id uint16) Scope {
	return append(s, scopeVLAN, byte(id>>8), byte(id))
}

// AppendTunnel adds a tunnel level between two outer addresses, in either order.
func (s Scope) AppendTunnel(t Tunnel, kind Kind, src, dst []byte, id uint32) Scope {
	if compare(src, dst) > 0 {
		src, dst = dst, src
	}
	at := len(s)
	s = slices.Grow(s, tunnelLen)[:at+tunnelLen]
	b := (*[tunnelLen]byte)(s[at:])
	b[0], b[1], b[2] = scopeTunnel, byte(t), byte(kind&(IPv4|IPv6))
	put((*[16]byte)(b[3:]), src)
	put((*[16]byte)(b[19:]), dst)
	binary.BigEndian.PutUint32(b[35:], id)
	return s
}

// Innermost returns the innermost tunnel, and appends to room the VLAN ids
// around the packet in it, outermost first.
func (s Scope) Innermost(room []uint16) (ids []uint16, inner Tunnel) {
	ids = room
	for len(s) > 0 {
		switch {
		case s[0] == scopeVLAN && len(s) >= 3:
			ids = append(ids, uint16(s[1])<<8|uint16(s[2]))
			s = s[3:]
		case s[0] == scopeTunnel && len(s) >= tunnelLen:
			ids, inner = room, Tunnel(s[1])
			s = s[tunnelLen:]
		default:
			return ids, inner
		}
	}
	return ids, inner
}

// Scopes numbers the scopes of one batch, from 1; 0 is the scope of nothing. A
// crafted batch has ten thousand, of hundreds of bytes each: their bytes stand in
// blocks that go round, since a buffer that doubles would keep those before it.
type Scopes struct {
	List   []Scope  // List[n-1] is scope n
	blocks [][]byte // where their bytes stand
	filled int      // blocks that have no more room
	last   uint32
	hashes []uint64 // of each in List
	index  []uint32 // open addressing; scope number
}

// Reset empties s and keeps its memory.
func (s *Scopes) Reset() {
	if len(s.List) > 0 {
		clear(s.index)
	}
	for i := range s.blocks {
		s.blocks[i] = s.blocks[i][:0]
	}
	s.List, s.hashes, s.last, s.filled = s.List[:0], s.hashes[:0], 0, 0
}

// scopeBlock is the size of a block: a thousand scopes of an ordinary tunnel.
const scopeBlock = 32 << 10

// keep puts a scope's bytes into a block.
func (s *Scopes) keep(scope Scope) Scope {
	for s.filled < len(s.blocks) && cap(s.blocks[s.filled])-len(s.blocks[s.filled]) < len(scope) {
		s.filled++
	}
	if s.filled == len(s.blocks) {
		s.blocks = append(s.blocks, make([]byte, 0, max(scopeBlock, len(scope))))
	}
	b := &s.blocks[s.filled]
	at := len(*b)
	*b = append(*b, scope...)
	return Scope((*b)[at:len(*b):len(*b)])
}

// Number returns the number of a scope in this batch. Neighbouring frames tend
// to share one, so the last is tried first.
func (s *Scopes) Number(scope Scope) uint32 {
	if len(scope) == 0 {
		return 0
	}
	if s.last != 0 && string(s.List[s.last-1]) == string(scope) {
		return s.last
	}
	if 2*len(s.List) >= len(s.index) {
		s.grow()
	}
	hash := scope.hash()
	i := s.place(hash)
	for ; s.index[i] != 0; i = (i + 1) & (len(s.index) - 1) {
		if n := s.index[i]; s.hashes[n-1] == hash && string(s.List[n-1]) == string(scope) {
			s.last = n
			return n
		}
	}
	s.List = append(s.List, s.keep(scope))
	s.hashes = append(s.hashes, hash)
	s.last = uint32(len(s.List))
	s.index[i] = s.last
	return s.last
}

// place returns where a hash's search begins.
func (s *Scopes) place(hash uint64) int { return int(hash>>32) & (len(s.index) - 1) }

// grow doubles the index: it holds at most half as many scopes as it has places.
func (s *Scopes) grow() {
	s.index = make([]uint32, max(64, 2*len(s.index)))
	for n, hash := range s.hashes {
		i := s.place(hash)
		for s.index[i] != 0 {
			i = (i + 1) & (len(s.index) - 1)
		}
		s.index[i] = uint32(n) + 1
	}
}

// hash returns a seeded digest.
func (s Scope) hash() uint64 {
	h := uint64(len(s)) ^ seeds[0]
	for ; len(s) >= 8; s = s[8:] {
		h = mix(h^binary.LittleEndian.Uint64(s), seeds[1])
	}
	var rest uint64
	for i, b := range s {
		rest |= uint64(b) << (8 * i)
	}
	return mix(h^rest, seeds[2])
}
