// Package filter is the language of pcap-filter(7): it compiles an expression
// such as "tcp port 80 and not net 10" to a predicate over frames.
//
// A [Filter] means what libpcap 1.10 means, down to its edges: a test that
// reads past the captured bytes, or divides by zero, rejects the whole frame,
// even under "not"; ports are those of first fragments; tcp[…] is IPv4 only;
// "ip6 proto" looks at one header, and at a fragment header before it; vlan,
// mpls, pppoes and geneve move the rest of the expression, as written, into
// what they carry.
//
// # Language
//
//   - host, net, port, portrange with src, dst, src or dst, src and dst, and
//     ether, ip, ip6, arp, rarp, decnet, tcp, udp, sctp before them; addresses
//     as IPv4, IPv6, MAC, nets also as 10, 172.16, a.b.c.d/len, net mask mask;
//     addr1 to addr4, ra, ta of 802.11
//   - proto and protochain, and their short forms: ip, ip6, arp, rarp, tcp, udp,
//     sctp, icmp, icmp6, igmp, igrp, pim, ah, esp, vrrp, carp, atalk, aarp,
//     decnet, lat, sca, mopdl, moprc, iso, clnp, esis, isis and its PDUs, stp,
//     ipx, netbeui
//   - broadcast and multicast, after nothing, ether, ip or ip6
//   - vlan, mpls, pppoed, pppoes, geneve, each with its number or without
//   - less, greater, byte; inbound, outbound, ifindex; ifname and the other words
//     of PF logs; type, subtype, dir of 802.11; llc; lane, vpi, vci and the other
//     words of ATM
//   - proto[offset:size], len and numbers, with + - * / % & | ^ << >> and = == !=
//     < <= > >=, and the names of ICMP types and TCP flags
//   - and, or, not, && || !, parentheses, and the list that leaves out repeated
//     qualifiers: "tcp dst port ftp or ftp-data or domain"
//
// Names of hosts and networks are errors: nothing is looked up outside the
// program. Names of services and protocols come from a table of the common
// ones. "gateway" needs names and is an error, as it is in libpcap.
//
// # Link types
//
// libpcap refuses an expression where its link type cannot have what a word
// asks for ("vlan" on raw IP). A capture can mix link types, so here such a
// word is false instead, and moves nothing.
//
// # Where it differs from libpcap
//
//   - NFLOG is looked into, and loopback frames in either byte order.
//   - "protochain" adds up the lengths of authentication headers; libpcap forgets
//     where it was, and can go round for ever.
//   - Where libpcap gives two things one register (a relation of two numbers on
//     radiotap) or reads a moved link type's header with the old one's rules
//     (pppoes or geneve on 802.11), the frame is read as it is.
//   - libpcap's optimizer drops tests that decide nothing; so does this one, not
//     always the same. It shows only on frames that such a test reads past.
//
// Sources: pcap-filter(7), libpcap 1.10's grammar and code generator for what the
// manual leaves open, and tcpdump -d.
package filter

import (
	"fmt"
	"sync/atomic"

	"github.com/pcappipe/pcappipe/frame"
)

// A Filter is a compiled expression. Many goroutines may use one at a time.
type Filter struct {
	source string
	expr   expression
	// programs holds what expr means on each link type, made when the first
	// frame of that type comes. The last is for all types beyond the table.
	programs [lastLink + 2]atomic.Pointer[program]
}

// An Error says where an expression stops making sense, and why.
type Error struct {
	Column int // from 1, in bytes
	Reason string
}

func (e *Error) Error() string {
	return fmt.Sprintf("filter: column %d: %s", e.Column, e.Reason)
}

// Compile parses and checks an expression. The empty expression passes every
// frame. The error is an [*Error].
func Compile(expr string) (*Filter, error) {
	e, err := parse(expr)
	if err != nil {
		return nil, err
	}
	f := &Filter{source: expr, expr: e}
	// Ethernet carries all that moves offsets, so what cannot follow what
	// shows there.
	p, err := compile(e, linkEthernet)
	if err != nil {
		return nil, err
	}
	f.programs[linkEthernet].Store(p)
	return f, nil
}

// String returns the expression as it was given.
func (f *Filter) String() string { return f.source }

// Match says whether a frame passes: data is what was captured of it, wire its
// length on the wire. It allocates only at the first frame of a link type.
func (f *Filter) Match(link frame.LinkType, data []byte, wire int) bool {
	slot := min(int(link), lastLink+1)
	p := f.programs[slot].Load()
	if p == nil {
		p = f.program(slot)
	}
	return p.run(data, uint32(wire))
}

// program makes the program of a link type and publishes it. Two goroutines may
// both make it; they make the same.
func (f *Filter) program(slot int) *program {
	p, err := compile(f.expr, frame.LinkType(slot))
	if err != nil {
		// Ethernet takes all that any link type does; Compile has refused it.
		p = &program{code: verdicts, entry: rejects}
	}
	f.programs[slot].Store(p)
	return p
}
