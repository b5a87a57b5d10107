package filter

// Bits of the first two bytes of an 802.11 header.
const (
	wlanTypeMask    = 0x0c
	wlanControl     = 0x04
	wlanDataType    = 0x08
	wlanSubtypeMask = 0xf0
	wlanCTS         = 0xc0
	wlanAck         = 0xd0
	wlanToDS        = 0x01
	wlanFromDS      = 0x02
	wlanDSMask      = 0x03
)

// bit holds where a bit of the frame control field is set: byte 0 has type and
// subtype, byte 1 the flags.
func (l *layers) bit(off, mask uint32) *block { return l.bits(inHeader, off, 1, mask) }

// wlanData holds for data frames.
func (l *layers) wlanData() *block { return and(not(l.bit(0, 0x04)), l.bit(0, 0x08)) }

// choose holds where a flag is set and yes does, or is not and no does.
func (l *layers) choose(off, mask uint32, yes, no *block) *block {
	return or(and(not(l.bit(off, mask)), no), and(l.bit(off, mask), yes))
}

// wlanHost finds the address that dir means in a header whose four addresses
// change places with the frame's type and direction.
func (l *layers) wlanHost(dir direction, addr []byte) *block {
	at := func(off uint32) *block { return l.same(inHeader, off, addr) }
	switch dir {
	case dirAddr1:
		return at(4)
	case dirAddr2:
		return and(l.hasTransmitter(), at(10))
	case dirAddr3:
		return and(not(l.masked(inHeader, 0, 1, wlanControl, wlanTypeMask)), at(16))
	case dirAddr4:
		return and(l.masked(inHeader, 1, 1, wlanDSMask, wlanDSMask), at(24))
	case dirRA:
		return and(l.bit(0, wlanDataType), at(4))
	case dirTA:
		return and(l.bit(0, wlanDataType), l.hasTransmitter(), at(10))
	}
	return toward(dir, func() *block {
		toDS := l.choose(1, wlanToDS, at(24), at(16))
		data := l.choose(1, wlanFromDS, toDS, at(10))
		return and(not(l.bit(0, wlanControl)), l.choose(0, wlanDataType, data, at(10)))
	}, func() *block {
		data := l.choose(1, wlanToDS, at(16), at(4))
		return and(not(l.bit(0, wlanControl)), l.choose(0, wlanDataType, data, at(4)))
	})
}

// hasTransmitter holds for all frames but CTS and ACK.
func (l *layers) hasTransmitter() *block {
	return or(not(l.masked(inHeader, 0, 1, wlanControl, wlanTypeMask)), and(
		not(l.masked(inHeader, 0, 1, wlanCTS, wlanSubtypeMask)),
		not(l.masked(inHeader, 0, 1, wlanAck, wlanSubtypeMask)),
	))
}

func (l *layers) wlanMulticast() *block {
	data := l.choose(1, wlanToDS, l.bit(16, 1), l.bit(4, 1))
	return and(not(l.bit(0, wlanControl)), l.choose(0, wlanDataType, data, l.bit(4, 1)))
}

// wlanControlField holds where the frame control field, masked, is value. PPI
// is left out, as libpcap does.
func wlanControlField(off, value, mask uint32) expression {
	return func(l *layers) *block {
		if l.family() != famWLAN || l.link == linkPPI {
			return falseBlock
		}
		return l.masked(inHeader, off, 1, value, mask)
	}
}

var wlanTypes = map[string]uint32{
	"data": wlanDataType, "mgt": 0, "management": 0, "ctl": wlanControl, "control": wlanControl,
}

// wlanSubtypes has the subtypes of each type. Where a name stands for several
// types alone, the order is management, control, data.
var wlanSubtypes = []struct {
	kind  uint32
	names map[string]uint32
}{
	{0, map[string]uint32{
		"assocreq": 0x00, "assoc-req": 0x00, "assocresp": 0x10, "assoc-resp": 0x10,
		"reassocreq": 0x20, "reassoc-req": 0x20, "reassocresp": 0x30, "reassoc-resp": 0x30,
		"probereq": 0x40, "probe-req": 0x40, "proberesp": 0x50, "probe-resp": 0x50,
		"beacon": 0x80, "atim": 0x90, "disassoc": 0xa0, "disassociation": 0xa0,
		"auth": 0xb0, "authentication": 0xb0, "deauth": 0xc0, "deauthentication": 0xc0,
	}},
	{wlanControl, map[string]uint32{
		"ps-poll": 0xa0, "rts": 0xb0, "cts": wlanCTS, "ack": wlanAck, "cf-end": 0xe0, "cf-end-ack": 0xf0,
	}},
	{wlanDataType, map[string]uint32{
		"data": 0x00, "data-cf-ack": 0x10, "data-cf-poll": 0x20, "data-cf-ack-poll": 0x30,
		"null": 0x40, "cf-ack": 0x50, "cf-poll": 0x60, "cf-ack-poll": 0x70,
		"qos-data": 0x80, "qos-data-cf-ack": 0x90, "qos-data-cf-poll": 0xa0,
		"qos-data-cf-ack-poll": 0xb0, "qos": 0xc0, "qos-cf-poll": 0xe0, "qos-cf-ack-poll": 0xf0,
	}},
}

var wlanDirections = map[string]uint32{"nods": 0, "tods": wlanToDS, "fromds": wlanFromDS, "dstods": wlanDSMask}
