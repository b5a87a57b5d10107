package filter

// portRange holds where a port of TCP, UDP or SCTP is in a range. protocol 0 is
// all three.
func portRange(protocol uint32, dir direction, low, high uint32) expression {
	return func(l *layers) *block {
		return or(l.portOf(typeIPv6, protocol, dir, low, high), l.portOf(typeIP, protocol, dir, low, high))
	}
}

// portOf is portRange in one version of IP.
func (l *layers) portOf(version, protocol uint32, dir direction, low, high uint32) *block {
	ports := l.portsIPv4
	if version == typeIPv6 {
		ports = l.portsIPv6
	}
	if protocol != 0 {
		return and(l.carries(version), ports(protocol, dir, low, high))
	}
	return and(l.carries(version), or(
		ports(protoSCTP, dir, low, high),
		ports(protoTCP, dir, low, high),
		ports(protoUDP, dir, low, high),
	))
}

// portsIPv4 asks for a first fragment: others have no ports.
func (l *layers) portsIPv4(protocol uint32, dir direction, low, high uint32) *block {
	return and(l.equal(inNet, 9, 1, protocol), l.firstFragment(), l.ports(inIPv4, dir, low, high))
}

func (l *layers) portsIPv6(protocol uint32, dir direction, low, high uint32) *block {
	return and(l.equal(inNet, 6, 1, protocol), l.ports(inIPv6, dir, low, high))
}

func (l *layers) ports(transport place, dir direction, low, high uint32) *block {
	at := func(off uint32) func() *block {
		return func() *block { return l.within(transport, off, 2, all, low, high-low) }
	}
	return toward(dir, at(0), at(2))
}

func (l *layers) firstFragment() *block { return not(l.bits(inNet, 6, 2, 0x1fff)) }
