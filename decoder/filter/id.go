package filter

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
)

// id reads one name, number or address, of what q says.
func (p *parser) id(q qualifier) (expression, error) {
	t := p.take()
	switch t.kind {
	case number:
		return q.number(t)
	case name:
		return q.name(t)
	case dotted:
		return p.ipv4(t, q)
	case ipv6:
		return p.ipv6(t, q)
	case mac:
		return q.mac(t)
	case arcnet:
		v, _ := strconv.ParseUint(t.text, 16, 8)
		if q.protocol != "link" || q.kind != "" && q.kind != "host" {
			return nil, wrong(t, "%v is an ARCnet address: write ether host before it", t)
		}
		return hostARCnet(q.dir, byte(v)), nil
	}
	return nil, wrong(t, "unexpected %v", t)
}

// check says whether q can stand before any id.
func (q qualifier) check(t token) error {
	switch {
	case !q.set:
		return wrong(t, "%v stands alone: host, net, port or proto must say what it is", t)
	case q.kind == "gateway":
		return wrong(t, "gateway needs names to be looked up, which is not done")
	case q.dir > dirAnd && q.protocol != "link":
		return wrong(t, "addr1 to addr4, ra and ta are for MAC addresses: write wlan before them")
	}
	return nil
}

// isPort says whether q is of ports, and of which protocol: 0 is all.
func (q qualifier) isPort(t token) (protocol uint32, ok bool, err error) {
	if q.kind != "port" && q.kind != "portrange" {
		return 0, false, nil
	}
	switch q.protocol {
	case "":
		return 0, true, nil
	case "tcp", "udp", "sctp":
		return ipWords[q.protocol], true, nil
	}
	return 0, true, wrong(t, "%s has no ports", q.protocol)
}

// number is what a number means after q.
func (q qualifier) number(t token) (expression, error) {
	if err := q.check(t); err != nil {
		return nil, err
	}
	v := t.value
	switch protocol, isPort, err := q.isPort(t); {
	case err != nil:
		return nil, err
	case isPort && v > 65535:
		return nil, wrong(t, "port %v is greater than 65535", t)
	case isPort:
		return at(t, portRange(protocol, q.dir, v, v)), nil
	case q.kind == "proto" || q.kind == "protochain":
		return q.protocolNumber(t, v)
	}
	mask := all
	if q.kind == "net" {
		for v != 0 && v>>24 == 0 {
			v, mask = v<<8, mask<<8
		}
	}
	if q.protocol == "decnet" {
		return hostDECnet(q.dir, t.value), nil
	}
	return q.host(t, v, mask)
}

func (q qualifier) protocolNumber(t token, v uint32) (expression, error) {
	e := protocolNumber(q.protocol, v)
	if q.kind == "protochain" {
		e = nil
		if q.protocol == "" || q.protocol == "ip" || q.protocol == "ip6" {
			e = protocolChain(q.protocol, v)
		}
	}
	if e == nil {
		return nil, wrong(t, "%s has no %s", q.protocol, q.kind)
	}
	return at(t, e), nil
}

// host is an IPv4 address or net after q.
func (q qualifier) host(t token, addr, mask uint32) (expression, error) {
	switch q.protocol {
	case "", "ip", "arp", "rarp":
		return at(t, hostIPv4(q.protocol, q.dir, addr, mask)), nil
	}
	return nil, wrong(t, "%v is an IPv4 address or net, which %s has not", t, q.protocol)
}

// kindIsHost checks that an address is not said to be a port or protocol.
func (q qualifier) kindIsHost(t token) error {
	if err := q.check(t); err != nil {
		return err
	}
	if q.kind != "" && q.kind != "host" && q.kind != "net" {
		return wrong(t, "%v is an address, not a %s", t, q.kind)
	}
	return nil
}

// ipv4 reads what can follow an address: the mask of a net. An address of fewer
// than four numbers is a net by itself.
func (p *parser) ipv4(t token, q qualifier) (expression, error) {
	if err := q.kindIsHost(t); err != nil {
		return nil, err
	}
	if q.protocol == "decnet" {
		return decnet(t, q)
	}
	addr, bits, err := quad(t)
	if err != nil {
		return nil, err
	}
	mask := all << (32 - bits)
	masked := true
	switch {
	case p.accept("/"):
		length, err := p.number()
		if err != nil {
			return nil, err
		}
		if length > 32 {
			return nil, wrong(t, "mask length %d is greater than 32", length)
		}
		mask = all << (32 - length)
	case p.accept("mask"):
		m := p.take()
		if m.kind != dotted {
			return nil, wrong(m, "mask expected, not %v", m)
		}
		if mask, _, err = quad(m); err != nil {
			return nil, err
		}
	default:
		masked = false
	}
	if masked && q.kind != "net" {
		return nil, wrong(t, "a mask needs net before the address")
	}
	if addr&^mask != 0 {
		return nil, wrong(t, "%v has bits outside of its mask", t)
	}
	return q.host(t, addr, mask)
}

// quad reads one to four numbers as the first bytes of an address.
func quad(t token) (addr uint32, bits int, err error) {
	for part := range strings.SplitSeq(t.text, ".") {
		v, err := strconv.ParseUint(part, 10, 8)
		if err != nil {
			return 0, 0, wrong(t, "%v is no IPv4 address", t)
		}
		addr = addr<<8 | uint32(v)
		bits += 8
	}
	return addr << (32 - bits), bits, nil
}

// decnet reads an address of area and node.
func decnet(t token, q qualifier) (expression, error) {
	parts := strings.Split(t.text, ".")
	area, err := strconv.ParseUint(parts[0], 10, 32)
	node, err2 := strconv.ParseUint(parts[1], 10, 32)
	if err != nil || err2 != nil {
		return nil, wrong(t, "%v is no DECnet address", t)
	}
	return hostDECnet(q.dir, uint32(area)<<10&0xfc00|uint32(node)&0x03ff), nil
}

func (p *parser) ipv6(t token, q qualifier) (expression, error) {
	if err := q.kindIsHost(t); err != nil {
		return nil, err
	}
	if q.protocol != "" && q.protocol != "ip6" {
		return nil, wrong(t, "%v is an IPv6 address, which %s has not", t, q.protocol)
	}
	length := uint32(128)
	if p.accept("/") {
		var err error
		if length, err = p.number(); err != nil {
			return nil, err
		}
		if length > 128 {
			return nil, wrong(t, "mask length %d is greater than 128", length)
		}
		if q.kind != "net" && length != 128 {
			return nil, wrong(t, "a mask needs net before the address")
		}
	}
	addr, _ := netip.ParseAddr(t.text)
	prefix := netip.PrefixFrom(addr, int(length))
	if prefix.Masked().Addr() != addr {
		return nil, wrong(t, "%v has bits outside of its mask", t)
	}
	var mask [16]byte
	for i := range mask {
		bits := min(max(int(length)-8*i, 0), 8)
		mask[i] = byte(0xff << (8 - bits))
	}
	return at(t, hostIPv6(q.dir, addr.As16(), mask)), nil
}

func (q qualifier) mac(t token) (expression, error) {
	if err := q.check(t); err != nil {
		return nil, err
	}
	if q.protocol != "link" || q.kind != "" && q.kind != "host" {
		return nil, wrong(t, "%v is a MAC address: write ether host, ether src or ether dst before it", t)
	}
	return hostMAC(q.dir, macBytes(t.text)), nil
}

// macBytes reads an address that the scanner has accepted: groups of one or two
// digits, or of four.
func macBytes(s string) []byte {
	groups := strings.FieldsFunc(s, func(r rune) bool { return r == ':' || r == '-' || r == '.' })
	var addr []byte
	for _, g := range groups {
		v, _ := strconv.ParseUint(g, 16, 64)
		width := 8 - (len(g)+1)/2
		addr = append(addr, binary.BigEndian.AppendUint64(nil, v)[width:]...)
	}
	return addr
}

// name is what a name means after q.
func (q qualifier) name(t token) (expression, error) {
	if err := q.check(t); err != nil {
		return nil, err
	}
	protocol, _, err := q.isPort(t)
	if err != nil {
		return nil, err
	}
	switch q.kind {
	case "port":
		number, of, ok := service(t.text)
		if !ok {
			return nil, wrong(t, "unknown port %v", t)
		}
		return q.servicePorts(t, protocol, of, number, number)
	case "portrange":
		return q.portNames(t, protocol)
	case "proto", "protochain":
		return q.protocolName(t)
	case "net":
		return nil, wrong(t, "unknown net %v: names are not looked up", t)
	}
	return nil, wrong(t, "unknown host %v: names are not looked up", t)
}

// servicePorts are ports known by name: the name can be of one protocol only.
func (q qualifier) servicePorts(t token, protocol, of, low, high uint32) (expression, error) {
	switch {
	case protocol == 0:
		protocol = of
	case of != 0 && of != protocol:
		return nil, wrong(t, "%v is not a port of %s", t, q.protocol)
	}
	return at(t, portRange(protocol, q.dir, low, high)), nil
}

// portNames is a range, "20-25" or "ftp-domain".
func (q qualifier) portNames(t token, protocol uint32) (expression, error) {
	from, to, ok := strings.Cut(t.text, "-")
	low, ofLow, ok2 := service(from)
	high, ofHigh, ok3 := service(to)
	if !ok || !ok2 || !ok3 {
		return nil, wrong(t, "%v is no range of ports", t)
	}
	of := ofHigh
	if ofLow != ofHigh {
		of = 0
	}
	return q.servicePorts(t, protocol, of, min(low, high), max(low, high))
}

func (q qualifier) protocolName(t token) (expression, error) {
	var v uint32
	ok := false
	switch q.protocol {
	case "", "ip", "ip6":
		v, ok = ipProtocols[t.text]
	case "link":
		if v, ok = etherWords[t.text]; t.text == "loopback" {
			v, ok = typeLoopback, true
		}
	case "iso":
		v, ok = isoWords[t.text]
	default:
		return nil, wrong(t, "%s has no %s", q.protocol, q.kind)
	}
	if !ok {
		return nil, wrong(t, "unknown protocol %v", t)
	}
	return q.protocolNumber(t, v)
}
