package fields

import "github.com/pcappipe/pcappipe/record"

// Places in llcLayer.
const (
	llcDSAP = iota
	llcDSAPSAP
	llcDSAPIG
	llcSSAP
	llcSSAPSAP
	llcSSAPCR
	llcControl
	llcNR
	llcNS
	llcPoll
	llcFinal
	llcSupervisory
	llcCommand
	llcResponse
	llcFrameType
	llcOUI
	llcType
	llcCiscoPID
)

var llcLayer = record.Layer{Key: "llc", Fields: []record.Field{
	llcDSAP:        one("llc.dsap", record.Uint, "IEEE 802.2, 3.3.1", "destination service access point"),
	llcDSAPSAP:     one("llc.dsap.sap", record.Uint, "IEEE 802.2, 3.3.1", "its upper seven bits"),
	llcDSAPIG:      one("llc.dsap.ig", record.Bool, "IEEE 802.2, 3.3.1", "it is a group"),
	llcSSAP:        one("llc.ssap", record.Uint, "IEEE 802.2, 3.3.1", "source service access point"),
	llcSSAPSAP:     one("llc.ssap.sap", record.Uint, "IEEE 802.2, 3.3.1", "its upper seven bits"),
	llcSSAPCR:      one("llc.ssap.cr", record.Bool, "IEEE 802.2, 3.3.1", "response, else command"),
	llcControl:     one("llc.control", record.Uint, "IEEE 802.2, 5.2", "control"),
	llcNR:          one("llc.control.n_r", record.Uint, "IEEE 802.2, 5.2", "receive sequence number"),
	llcNS:          one("llc.control.n_s", record.Uint, "IEEE 802.2, 5.2", "send sequence number"),
	llcPoll:        one("llc.control.p", record.Bool, "IEEE 802.2, 5.2", "poll; absent where it is not set"),
	llcFinal:       one("llc.control.f", record.Bool, "IEEE 802.2, 5.2", "final; absent where it is not set"),
	llcSupervisory: one("llc.control.s_ftype", record.Uint, "IEEE 802.2, 5.2", "supervisory frame type"),
	llcCommand:     one("llc.control.u_modifier_cmd", record.Uint, "IEEE 802.2, 5.2", "unnumbered command"),
	llcResponse:    one("llc.control.u_modifier_resp", record.Uint, "IEEE 802.2, 5.2", "unnumbered response"),
	llcFrameType:   one("llc.control.ftype", record.Uint, "IEEE 802.2, 5.2", "frame type"),
	llcOUI:         one("llc.oui", record.Uint, "IEEE 802, 10.3", "SNAP: organization"),
	llcType:        one("llc.type", record.Uint, "IEEE 802, 10.3", "SNAP: EtherType"),
	llcCiscoPID:    one("llc.cisco_pid", record.Uint, "IEEE 802, 10.3", "SNAP: protocol of Cisco"),
}}

// Organizations whose SNAP protocol has a name (IEEE OUI).
const (
	ouiEthernet = 0x000000
	ouiCisco    = 0x00000c
	ouiBridged  = 0x0000f8 // Cisco's, with EtherTypes
	sapSNAP     = 0xaa
	sapSNAP1    = 0xab
)

func (w *walk) llc(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 2 {
		return
	}
	dsap, ssap := uint64(b[0]), uint64(b[1])
	r.Uint(llcDSAP, dsap)
	r.Uint(llcDSAPSAP, dsap>>1)
	r.Uint(llcDSAPIG, dsap&1)
	r.Uint(llcSSAP, ssap)
	r.Uint(llcSSAPSAP, ssap>>1)
	r.Uint(llcSSAPCR, ssap&1)
	n := w.llcControl(b[2:], ssap&1 == 1)
	if n == 0 || dsap != sapSNAP && dsap != sapSNAP1 || ssap&^1 != sapSNAP {
		return
	}
	if b = b[2+n:]; len(b) < 5 {
		return
	}
	oui, kind := be24(b), be16(b[3:])
	r.Uint(llcOUI, oui)
	switch oui {
	case ouiEthernet, ouiBridged:
		r.Uint(llcType, kind)
	case ouiCisco:
		r.Uint(llcCiscoPID, kind)
	}
}

// llcControl reads the control field, b, and returns its length: one byte
// where it is unnumbered, else two; 0 where it is not all there.
func (w *walk) llcControl(b []byte, response bool) int {
	r := w.row
	if len(b) < 1 {
		return 0
	}
	const unnumbered = 3
	if v := uint64(b[0]); v&3 == unnumbered {
		r.Uint(llcControl, v)
		if response {
			r.Uint(llcResponse, v>>2&0x3b)
		} else {
			r.Uint(llcCommand, v>>2&0x3b)
		}
		w.llcPoll(bit(v, 4), response)
		r.Uint(llcFrameType, v&3)
		return 1
	}
	if len(b) < 2 {
		return 0
	}
	v := le16(b)
	r.Uint(llcControl, v)
	r.Uint(llcNR, v>>9)
	w.llcPoll(bit(v, 8), response)
	if v&1 == 0 {
		r.Uint(llcNS, v>>1&0x7f)
		r.Uint(llcFrameType, 0)
	} else {
		r.Uint(llcSupervisory, v>>2&3)
		r.Uint(llcFrameType, v&3)
	}
	return 2
}

// llcPoll writes the poll or final bit where it is set.
func (w *walk) llcPoll(v uint64, response bool) {
	switch {
	case v == 0:
	case response:
		w.row.Uint(llcFinal, 1)
	default:
		w.row.Uint(llcPoll, 1)
	}
}
