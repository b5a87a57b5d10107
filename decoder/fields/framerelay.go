package fields

import "github.com/pcappipe/pcappipe/record"

// Places in frLayer.
const (
	frFirst = iota
	frUpper
	frCR
	frEA
	frSecond
	frSecondDLCI
	frFECN
	frBECN
	frDE
	frThird
	frThirdDLCI
	frCore
	frLower
	frDC
	frDLCI
	frControl
	frModifier
	frResponse
	frType
	frNLPID
	frOrganisation
	frSNAPType
	frSNAPID
	frCiscoType
)

var frLayer = record.Layer{Key: "fr", Fields: []record.Field{
	frFirst:        one("fr.first_addr_octet", record.Uint, "ITU-T Q.922, 3.2", "first octet of the address"),
	frUpper:        one("fr.upper_dlci", record.Uint, "ITU-T Q.922, 3.3.6", "upper 6 bits of the connection's identifier"),
	frCR:           one("fr.cr", record.Bool, "ITU-T Q.922, 3.3.2", "command or response"),
	frEA:           many("fr.ea", record.Bool, "ITU-T Q.922, 3.3.1", "last octet of the address"),
	frSecond:       one("fr.second_addr_octet", record.Uint, "ITU-T Q.922, 3.2", "second octet of the address"),
	frSecondDLCI:   one("fr.second_dlci", record.Uint, "ITU-T Q.922, 3.3.6", "next 4 bits of the connection's identifier"),
	frFECN:         one("fr.fecn", record.Bool, "ITU-T Q.922, 3.3.3", "congestion on the way"),
	frBECN:         one("fr.becn", record.Bool, "ITU-T Q.922, 3.3.4", "congestion on the way back"),
	frDE:           one("fr.de", record.Bool, "ITU-T Q.922, 3.3.5", "may be discarded before others"),
	frThird:        one("fr.third_addr_octet", record.Uint, "ITU-T Q.922, 3.2", "third octet of an address of four"),
	frThirdDLCI:    one("fr.third_dlci", record.Uint, "ITU-T Q.922, 3.3.6", "next 7 bits of the connection's identifier"),
	frCore:         one("fr.dlcore_control", record.Uint, "ITU-T Q.922, 3.3.7", "control of the core functions, in place of the lower bits"),
	frLower:        one("fr.lower_dlci", record.Uint, "ITU-T Q.922, 3.3.6", "lower 6 bits of the connection's identifier"),
	frDC:           one("fr.dc", record.Bool, "ITU-T Q.922, 3.3.7", "the last octet is control, not identifier"),
	frDLCI:         one("fr.dlci", record.Uint, "ITU-T Q.922, 3.3.6", "identifier of the connection"),
	frControl:      one("fr.control", record.Uint, "ITU-T Q.922, 3.4", "control field"),
	frModifier:     one("fr.control.u_modifier_cmd", record.Uint, "ITU-T Q.922, 3.4.3", "unnumbered frame: which command"),
	frResponse:     one("fr.control.u_modifier_resp", record.Uint, "ITU-T Q.922, 3.4.3", "unnumbered frame: which response"),
	frType:         one("fr.control.ftype", record.Uint, "ITU-T Q.922, 3.4", "type of the frame: 3 is unnumbered"),
	frNLPID:        many("fr.nlpid", record.Uint, "RFC 2427, 4", "network layer protocol; 0 is padding"),
	frOrganisation: one("fr.snap.oui", record.Uint, "RFC 2427, 4.1", "organisation"),
	frSNAPType:     one("fr.snaptype", record.Uint, "RFC 2427, 4.1", "EtherType"),
	frSNAPID:       one("fr.snap.pid", record.Uint, "RFC 2427, 4.1", "what the organisation calls a protocol"),
	frCiscoType:    one("fr.chdlctype", record.Uint, "RFC 1547, 4.3.1", "type, as in Cisco HDLC"),
}}

// frameRelay reads an address and what RFC 2427 or Cisco put behind it.
func (w *walk) frameRelay(at int) {
	r, b := w.row, w.from(at)
	n, dlci := w.frAddress(b)
	if n == 0 || n >= len(b) {
		return
	}
	const unnumbered, exchange = 0x03, 0xaf
	switch control := b[n]; {
	case control == unnumbered:
		w.frUnnumbered(n > 1 && b[0]&2 != 0)
		w.frNetwork(b[n+1:])
	case dlci == 0 || control == exchange:
	case len(b) >= n+2 && ciscoType(be16(b[n:])):
		r.Uint(frCiscoType, be16(b[n:]))
	}
}

// ciscoType says whether a type is one of those that Cisco's encapsulation
// carries. What else stands there is the control field of a numbered frame.
func ciscoType(t uint64) bool {
	switch t {
	case 0x0800, 0x86dd, 0x0806, 0x6558, 0x8847, 0x8848, 0x2000, 0x8035, 0xfefe:
		return true
	}
	return false
}

// frAddress reads the address, and returns how long it is, 0 where it does not
// end, and the connection's identifier.
func (w *walk) frAddress(b []byte) (n int, dlci uint64) {
	const last = 1
	r := w.row
	if len(b) < 2 || b[0]&last != 0 {
		return min(len(b), 1), 0
	}
	first, second := uint64(b[0]), uint64(b[1])
	r.Uint(frFirst, first)
	r.Uint(frUpper, first>>2)
	r.Uint(frCR, bit(first, 1))
	r.Uint(frEA, bit(first, 0))
	r.Uint(frSecond, second)
	r.Uint(frSecondDLCI, second>>4)
	r.Uint(frFECN, bit(second, 3))
	r.Uint(frBECN, bit(second, 2))
	r.Uint(frDE, bit(second, 1))
	r.Uint(frEA, bit(second, 0))
	dlci = first>>2<<4 | second>>4
	n = 2
	if second&last == 0 {
		if n, dlci = w.frLong(b, dlci); n == 0 {
			return 0, 0
		}
	}
	r.Uint(frDLCI, dlci)
	return n, dlci
}

// frLong reads the octets of an address behind the first two.
func (w *walk) frLong(b []byte, dlci uint64) (int, uint64) {
	const last, control = 1, 2
	r := w.row
	n := 2
	if n < len(b) && b[n]&last == 0 {
		third := uint64(b[n])
		r.Uint(frThird, third)
		r.Uint(frThirdDLCI, third>>1)
		r.Uint(frEA, 0)
		dlci = dlci<<7 | third>>1
		for n < len(b) && b[n]&last == 0 {
			n++
		}
	}
	if n >= len(b) {
		return 0, 0
	}
	final := uint64(b[n])
	if final&control != 0 {
		r.Uint(frCore, final>>2)
	} else {
		r.Uint(frLower, final>>2)
		dlci = dlci<<6 | final>>2
	}
	r.Uint(frDC, bit(final, 1))
	r.Uint(frEA, 1)
	return n + 1, dlci
}

// frUnnumbered reads the control field of unnumbered information.
func (w *walk) frUnnumbered(response bool) {
	const information = 3
	r := w.row
	r.Uint(frControl, information)
	if response {
		r.Uint(frResponse, 0)
	} else {
		r.Uint(frModifier, 0)
	}
	r.Uint(frType, information)
}

// frNetwork reads which protocol of the network layer follows.
func (w *walk) frNetwork(b []byte) {
	const padding, snap = 0x00, 0x80
	r := w.row
	if len(b) > 1 && b[0] == padding {
		r.Uint(frNLPID, padding)
		b = b[1:]
	}
	if len(b) == 0 {
		return
	}
	r.Uint(frNLPID, uint64(b[0]))
	if b[0] != snap || len(b) < 6 {
		return
	}
	organisation := be24(b[1:])
	r.Uint(frOrganisation, organisation)
	if organisation == 0 {
		r.Uint(frSNAPType, be16(b[4:]))
	} else {
		r.Uint(frSNAPID, be16(b[4:]))
	}
}
