package filter

// Fields of the header of a PF log.
const (
	pfAction  = 2
	pfReason  = 3
	pfIfname  = 4
	pfRuleset = 20
	pfRule    = 36
	pfSubrule = 40
	pfDir     = 60

	longestPFName = 15
)

// pfNumber holds where a field of a PF log has a value.
func pfNumber(off uint32, size uint8, value uint32) expression {
	return func(l *layers) *block {
		if l.link != linkPFLog {
			return falseBlock
		}
		return l.equal(inHeader, off, size, value)
	}
}

// pfName holds where a name in a PF log begins with name.
func pfName(off uint32, name string) expression {
	return func(l *layers) *block {
		if l.link != linkPFLog {
			return falseBlock
		}
		return l.same(inHeader, off, []byte(name))
	}
}

var pfReasons = map[string]uint32{
	"match": 0, "bad-offset": 1, "fragment": 2, "short": 3, "normalize": 4, "memory": 5,
	"bad-timestamp": 6, "congestion": 7, "ip-option": 8, "proto-cksum": 9, "state-mismatch": 10,
	"state-insert": 11, "state-limit": 12, "src-limit": 13, "synproxy": 14,
}

var pfActions = map[string]uint32{
	"pass": 0, "accept": 0, "drop": 1, "block": 1, "scrub": 2, "noscrub": 3, "nat": 4, "nonat": 5,
	"binat": 6, "nobinat": 7, "rdr": 8, "nordr": 9, "synproxy-drop": 10,
}

// bound holds for frames that came in, or went out, where the link layer says.
func bound(out bool) expression {
	return func(l *layers) *block {
		var b *block
		switch l.link {
		case linkSLIP:
			b = not(l.equal(inHeader, 0, 1, 0))
		case linkSLL:
			b = l.equal(inHeader, 0, 2, 4)
		case linkSLL2:
			b = l.equal(inHeader, 10, 1, 4)
		case linkIPNet:
			return l.equal(inHeader, 2, 2, 2-truth(out))
		case linkPFLog:
			return l.equal(inHeader, pfDir, 1, 1+truth(out))
		case linkPPPD:
			return l.equal(inHeader, 0, 1, truth(out))
		default:
			if layouts[l.link].magic != juniperMagic {
				return falseBlock
			}
			b = l.masked(inHeader, 3, 1, 0, 0x01)
		}
		if out {
			return b
		}
		return not(b)
	}
}

func ifindex(n uint32) expression {
	return func(l *layers) *block {
		if l.link != linkSLL2 {
			return falseBlock
		}
		return l.equal(inHeader, 4, 4, n)
	}
}
