package fields

import "github.com/pcappipe/pcappipe/record"

// Places in ppiLayer.
const (
	ppiVersion = iota
	ppiFlags
	ppiAlignment
	ppiReserved
	ppiLength
	ppiLink
)

var ppiLayer = record.Layer{Key: "ppi", Fields: []record.Field{
	ppiVersion:   one("ppi.version", record.Uint, "CACE, PPI, 3.1", "version"),
	ppiFlags:     one("ppi.flags", record.Uint, "CACE, PPI, 3.1", "flags, as they stand in the header"),
	ppiAlignment: one("ppi.flags.alignment", record.Bool, "CACE, PPI, 3.1", "fields are filled up to 4 bytes"),
	ppiReserved:  one("ppi.flags.reserved", record.Uint, "CACE, PPI, 3.1", "reserved"),
	ppiLength:    in("bytes", one("ppi.length", record.Uint, "CACE, PPI, 3.1", "length of the header")),
	ppiLink:      one("ppi.dlt", record.Uint, "CACE, PPI, 3.1", "link type of what follows"),
}}

func (w *walk) ppi(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 8 {
		return
	}
	r.Uint(ppiVersion, uint64(b[0]))
	r.Uint(ppiFlags, uint64(b[1]))
	r.Uint(ppiAlignment, uint64(b[1]&1))
	r.Uint(ppiReserved, uint64(b[1]>>1))
	r.Uint(ppiLength, le16(b[2:]))
	r.Uint(ppiLink, le32(b[4:]))
}

// Places in prismLayer.
const (
	prismCode = iota
	prismLength
	prismDevice
)

var prismLayer = record.Layer{Key: "prism", Fields: []record.Field{
	prismCode:   one("prism.msgcode", record.Uint, "linux-wlan-ng, p80211msg.h", "message code"),
	prismLength: in("bytes", one("prism.msglen", record.Uint, "linux-wlan-ng, p80211msg.h", "length of the header")),
	prismDevice: one("prism.devname", record.Text, "linux-wlan-ng, p80211msg.h", "device"),
}}

// prism reads the head of the header; its byte order is the machine's.
func (w *walk) prism(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 24 {
		return
	}
	read := be32
	if code := le32(b); code == 0x44 || code == 0x41 {
		read = le32
	}
	r.Uint(prismCode, read(b))
	r.Uint(prismLength, read(b[4:]))
	w.cString(prismDevice, at+8, b[8:24])
}

// Places in wlancapLayer.
const (
	wlancapMagic = iota
	wlancapVersion
	wlancapLength
	wlancapMACTime
	wlancapHostTime
	wlancapPHY
	wlancapAntenna
	wlancapPriority
	wlancapSSI
)

const avsSpec = "AbsoluteValue Systems, capture frame format"

var wlancapLayer = record.Layer{Key: "wlancap", Fields: []record.Field{
	wlancapMagic:    one("wlancap.magic", record.Uint, avsSpec, "magic number"),
	wlancapVersion:  one("wlancap.version", record.Uint, avsSpec, "version"),
	wlancapLength:   in("bytes", one("wlancap.length", record.Uint, avsSpec, "length of the header")),
	wlancapMACTime:  one("wlancap.mactime", record.Uint, avsSpec, "time on the radio's clock"),
	wlancapHostTime: one("wlancap.hosttime", record.Uint, avsSpec, "time on the host's clock"),
	wlancapPHY:      one("wlancap.phytype", record.Uint, avsSpec, "physical layer"),
	wlancapAntenna:  one("wlancap.antenna", record.Uint, avsSpec, "antenna"),
	wlancapPriority: one("wlancap.priority", record.Uint, avsSpec, "priority"),
	wlancapSSI:      one("wlancap.ssi_type", record.Uint, avsSpec, "how the signal's strength is told"),
}}

func (w *walk) wlancap(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 48 {
		return
	}
	v := be32(b)
	r.Uint(wlancapMagic, v>>4)
	r.Uint(wlancapVersion, v&15)
	r.Uint(wlancapLength, be32(b[4:]))
	r.Uint(wlancapMACTime, be64(b[8:]))
	r.Uint(wlancapHostTime, be64(b[16:]))
	r.Uint(wlancapPHY, be32(b[24:]))
	r.Uint(wlancapAntenna, be32(b[36:]))
	r.Uint(wlancapPriority, be32(b[40:]))
	r.Uint(wlancapSSI, be32(b[44:]))
}

// Places in pflogLayer.
const (
	pflogLength = iota
	pflogFamily
	pflogAction
	pflogReason
	pflogInterface
	pflogRuleset
	pflogRule
	pflogSubrule
	pflogUID
	pflogPID
	pflogRuleUID
	pflogRulePID
	pflogDirection
)

const pflogSpec = "OpenBSD, net/if_pflog.h"

var pflogLayer = record.Layer{Key: "pflog", Fields: []record.Field{
	pflogLength:    in("bytes", one("pflog.length", record.Uint, pflogSpec, "length of the header")),
	pflogFamily:    one("pflog.af", record.Uint, pflogSpec, "address family"),
	pflogAction:    one("pflog.action", record.Uint, pflogSpec, "what was done: 0 is pass, 1 drop"),
	pflogReason:    one("pflog.reason", record.Uint, pflogSpec, "why: 0 is a rule"),
	pflogInterface: one("pflog.ifname", record.Text, pflogSpec, "interface"),
	pflogRuleset:   one("pflog.ruleset", record.Text, pflogSpec, "anchor"),
	pflogRule:      one("pflog.rulenr", record.Int, pflogSpec, "rule"),
	pflogSubrule:   one("pflog.subrulenr", record.Int, pflogSpec, "rule in the anchor"),
	pflogUID:       one("pflog.uid", record.Int, pflogSpec, "user of the socket"),
	pflogPID:       one("pflog.pid", record.Int, pflogSpec, "process of the socket"),
	pflogRuleUID:   one("pflog.rule_uid", record.Int, pflogSpec, "user who set the rule"),
	pflogRulePID:   one("pflog.rule_pid", record.Int, pflogSpec, "process that set the rule"),
	pflogDirection: one("pflog.dir", record.Uint, pflogSpec, "1 is in, 2 out"),
}}

func (w *walk) pflog(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 61 {
		return
	}
	r.Uint(pflogLength, uint64(b[0]))
	r.Uint(pflogFamily, uint64(b[1]))
	r.Uint(pflogAction, uint64(b[2]))
	r.Uint(pflogReason, uint64(b[3]))
	w.cString(pflogInterface, at+4, b[4:20])
	w.cString(pflogRuleset, at+20, b[20:36])
	for i := range 6 {
		v := be32(b[36+4*i:])
		if i >= 2 { // users and processes are in the machine's byte order, which is little endian more often than not
			v = le32(b[36+4*i:])
		}
		r.Uint(pflogRule+i, uint64(int64(int32(v))))
	}
	r.Uint(pflogDirection, uint64(b[60]))
}

// Places in encLayer.
const (
	encFamily = iota
	encSPI
	encFlags
)

var encLayer = record.Layer{Key: "enc", Fields: []record.Field{
	encFamily: one("enc.af", record.Uint, "OpenBSD, net/if_enc.h", "address family"),
	encSPI:    one("enc.spi", record.Uint, "OpenBSD, net/if_enc.h", "security parameters index"),
	encFlags:  one("enc.flags", record.Uint, "OpenBSD, net/if_enc.h", "what was done to the packet"),
}}

func (w *walk) enc(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 12 {
		return
	}
	read := be32
	if be32(b) > 0xffff {
		read = le32
	}
	r.Uint(encFamily, read(b))
	r.Uint(encSPI, be32(b[4:]))
	r.Uint(encFlags, read(b[8:]))
}

// Places in trLayer.
const (
	trAccess = iota
	trPriority
	trFrame
	trMonitor
	trReservation
	trControl
	trKind
	trAttention
	trDestination
	trSource
	trRouted
)

var trLayer = record.Layer{Key: "tr", Fields: []record.Field{
	trAccess:      one("tr.ac", record.Uint, "IEEE 802.5, 3.2.2", "access control"),
	trPriority:    one("tr.priority", record.Uint, "IEEE 802.5, 3.2.2", "priority"),
	trFrame:       one("tr.frame", record.Bool, "IEEE 802.5, 3.2.2", "a frame, not a token"),
	trMonitor:     one("tr.monitor_cnt", record.Uint, "IEEE 802.5, 3.2.2", "has passed the monitor"),
	trReservation: one("tr.priority_reservation", record.Uint, "IEEE 802.5, 3.2.2", "priority that is asked for"),
	trControl:     one("tr.fc", record.Uint, "IEEE 802.5, 3.2.3", "frame control"),
	trKind:        one("tr.frame_type", record.Uint, "IEEE 802.5, 3.2.3", "0 is the ring's own, 1 data"),
	trAttention:   one("tr.frame_pcf", record.Uint, "IEEE 802.5, 3.2.3", "how urgent the ring's own is"),
	trDestination: one("tr.dst", record.MAC, "IEEE 802.5, 3.2.4", "destination"),
	trSource:      one("tr.src", record.MAC, "IEEE 802.5, 3.2.4", "source; its highest bit announces a route"),
	trRouted:      one("tr.sr", record.Bool, "IEEE 802.5, 3.2.4", "a route follows"),
}}

func (w *walk) tokenRing(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 14 {
		return
	}
	access, control := uint64(b[0]), uint64(b[1])
	r.Uint(trAccess, access)
	r.Uint(trPriority, access>>5)
	r.Uint(trFrame, bit(access, 4))
	r.Uint(trMonitor, bit(access, 3))
	r.Uint(trReservation, access&7)
	r.Uint(trControl, control)
	r.Uint(trKind, control>>6)
	r.Uint(trAttention, control&15)
	r.Bytes(trDestination, at+2, 6)
	r.Bytes(trSource, at+8, 6)
	r.Uint(trRouted, uint64(b[8]>>7))
}
