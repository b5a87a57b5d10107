package filter

// What the first byte of a SunATM frame says it carries.
const (
	atmLANE = 1
	atmLLC  = 2
)

// onATM is false on all link types but SunATM.
func onATM(e expression) expression {
	return func(l *layers) *block {
		if l.outermost != linkSunATM {
			return falseBlock
		}
		return e(l)
	}
}

// circuit holds on a signalling circuit: path 0, one of the channels.
func circuit(channels ...uint32) expression {
	return func(l *layers) *block {
		b := falseBlock
		for _, c := range channels {
			b = or(b, l.equal(inHeader, 2, 2, c))
		}
		return and(l.equal(inHeader, 1, 1, 0), b)
	}
}

// message holds for the messages (Q.2931) on a circuit.
func message(channel uint32, types ...uint32) expression {
	return func(l *layers) *block {
		b := falseBlock
		for _, t := range types {
			b = or(b, l.equal(inHeader, 4+5, 1, t))
		}
		return and(circuit(channel)(l), b)
	}
}

// lane holds for LAN emulation, and puts the rest of the expression into the
// Ethernet frame that it carries.
func lane(l *layers) *block {
	b := l.masked(inHeader, 0, 1, atmLANE, 0x0f)
	l.push(linkEthernet, offset{k: 4 + 2})
	l.typ = offset{k: l.header.k + 12}
	l.payload = offset{k: l.header.k + 14}
	l.net, l.rawNet = 0, 3
	return b
}

// atmWords are the words for ATM that take no number.
var atmWords = map[string]expression{
	"lane": lane, "metac": circuit(1), "bcc": circuit(2), "oamf4sc": circuit(3), "oamf4ec": circuit(4),
	"sc": circuit(5), "ilmic": circuit(16), "oam": circuit(3, 4), "oamf4": circuit(3, 4),
	"connectmsg":  message(5, 0x05, 0x02, 0x07, 0x0f, 0x4d, 0x5a),
	"metaconnect": message(1, 0x05, 0x02, 0x07, 0x4d, 0x5a),
}

// atmNumber holds where the path (size 1 at 1) or the channel (2 at 2) compares
// so with one of the values.
func atmNumber(size uint8, compare comparison, values []uint32) expression {
	return func(l *layers) *block {
		b := falseBlock
		for _, v := range values {
			b = or(b, compare.with(l.within(inHeader, uint32(size), size, all, 0, 0).leaf, all, v))
		}
		return b
	}
}
