package filter

// An optional number is what vlan, mpls, pppoes and geneve can have.
type optional struct {
	value uint32
	given bool
}

// vlan holds for frames with a tag (of a VLAN), and puts the rest of the
// expression behind the tag.
func vlan(id optional) expression {
	return func(l *layers) *block {
		if l.labels > 0 {
			return l.fail("vlan cannot be told behind mpls")
		}
		switch l.link {
		case linkEthernet, linkAnalyzer, linkAnalyzer + 1, linkWLAN, linkPrism, linkAVS, linkRadiotap:
		default:
			return falseBlock
		}
		b := or(l.carries(typeVLAN), l.carries(typeQinQ), l.carries(typeOldQinQ))
		if id.given {
			b = and(b, l.masked(inNet, 0, 2, id.value, 0x0fff))
		}
		l.payload.k += 4
		l.typ.k += 4
		return b
	}
}

// mpls holds for frames with a label (that label), and puts the rest of the
// expression behind it.
func mpls(label optional) expression {
	return func(l *layers) *block {
		var b *block
		switch {
		case l.labels > 0:
			b = l.masked(inLabel, 2, 1, 0, 0x01) // the one before is not the last
		case l.family() == famEthernet, l.family() == famHDLC:
			b = l.carries(typeMPLS)
		case l.link == linkPPP:
			b = l.carries(0x0281)
		default:
			return falseBlock
		}
		if label.given {
			b = and(b, l.masked(inNet, 0, 4, label.value<<12, 0xfffff000))
		}
		l.net += 4
		l.rawNet += 4
		l.labels++
		return b
	}
}

func pppoed(l *layers) *block { return l.carries(typePPPoED) }

// pppoes holds for PPPoE sessions (that session), and puts the rest of the
// expression into PPP.
func pppoes(session optional) expression {
	return func(l *layers) *block {
		l.refused = false
		b := l.carries(typePPPoES)
		if l.refused {
			return falseBlock
		}
		if session.given {
			b = and(b, l.masked(inNet, 0, 4, session.value, 0xffff))
		}
		at, _ := l.locate(inNet, 6)
		l.push(linkPPP, at)
		l.typ = at
		l.payload.k = at.k + 2
		l.net, l.rawNet = 0, 0
		return b
	}
}

const genevePort = 6081

// geneve holds for Geneve over UDP (of that network), and puts the rest of the
// expression into the Ethernet frame, or the packet, that it carries.
func geneve(vni optional) expression {
	return func(l *layers) *block {
		if int(l.free)+3 > len(registers{}) {
			return l.fail("geneve this deep is not supported")
		}
		l.refused = false
		out := l.free
		b := or(
			and(l.geneveHeader(typeIP, inIPv4, vni), l.geneveInside(opGeneve4, out)),
			and(l.geneveHeader(typeIPv6, inIPv6, vni), l.geneveInside(opGeneve6, out)),
		)
		if l.refused {
			return falseBlock
		}
		l.free += 3
		l.push(linkEthernet, offset{reg: out})
		l.payload = offset{reg: out + 1}
		l.typ = offset{reg: out + 2}
		l.net, l.labels = 0, 0
		l.inGeneve = true
		return b
	}
}

func (l *layers) geneveHeader(version uint32, transport place, vni optional) *block {
	b := and(l.portOf(version, protoUDP, dirDst, genevePort, genevePort), l.masked(transport, 8, 1, 0, 0xc0))
	if vni.given {
		b = and(b, l.masked(transport, 12, 4, vni.value<<8, 0xffffff00))
	}
	return b
}

func (l *layers) geneveInside(op op, out uint8) *block {
	at, _ := l.locate(inNet, 0)
	return test(instr{op: op, reg: at.reg, hdr: at.k, out: out})
}

// geneve sets three registers from in.out on: where the carried link-layer
// header stands, where its payload does, where its type field does. Payload and
// header are the same place where no Ethernet is carried.
func (r *registers) geneve(data []byte, in *instr) (uint32, bool) {
	base := r[in.reg&15]
	transport := base + 40
	if in.op == opGeneve4 {
		first, ok := load(data, uint64(base)+uint64(in.hdr), 1)
		if !ok {
			return 0, false
		}
		transport = base + first&15*4
	}
	at := transport + in.hdr + 8 // behind UDP
	options, ok := load(data, uint64(at), 1)
	carried, ok2 := load(data, uint64(at)+2, 2)
	if !ok || !ok2 {
		return 0, false
	}
	header := at + 8 + options&0x3f*4
	r[in.out&15], r[(in.out+1)&15], r[(in.out+2)&15] = header, header, at+2
	if carried == typeBridging {
		r[(in.out+1)&15], r[(in.out+2)&15] = header+14, header+12
	}
	return 1, true
}
