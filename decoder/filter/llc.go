package filter

// llc holds for frames with an 802.2 LLC header.
func llc(l *layers) *block {
	switch {
	case l.link == linkEthernet:
		// 0xffff is IPX without LLC.
		return and(l.atMost(inType, 0, 2, longestLength), not(l.equal(inLLC, 0, 2, 0xffff)))
	case l.link == linkSunATM:
		return l.masked(inHeader, 0, 1, atmLLC, 0x0f)
	case l.link == linkTokenRing, l.link == linkFDDI, l.link == linkATM1483, l.link == 11:
		return trueBlock
	case l.family() == famWLAN:
		return l.wlanData()
	}
	return falseBlock
}

// llcControl holds where the control field of an LLC header, masked, is value.
func llcControl(value, mask uint32) expression {
	return func(l *layers) *block { return and(llc(l), l.masked(inLLC, 2, 1, value, mask)) }
}

// llcKinds are the PDUs of LLC: what their control field, masked, is.
var llcKinds = map[string]struct{ value, mask uint32 }{
	"i": {0x00, 0x01}, "s": {0x01, 0x03}, "u": {0x03, 0x03},
	"rr": {0x01, 0x0f}, "rnr": {0x05, 0x0f}, "rej": {0x09, 0x0f},
	"ui": {0x03, 0xef}, "ua": {0x63, 0xef}, "disc": {0x43, 0xef}, "dm": {0x0f, 0xef},
	"sabme": {0x6f, 0xef}, "test": {0xe3, 0xef}, "xid": {0xaf, 0xef}, "frmr": {0x87, 0xef},
}
