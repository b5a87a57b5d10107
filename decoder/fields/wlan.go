package fields

import (
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/record"
)

// Places in wlanLayer.
const (
	wlanTypeSubtype = iota
	wlanFC
	wlanVersion
	wlanType
	wlanSubtype
	wlanFlags
	wlanDS
	wlanToDS
	wlanFromDS
	wlanMoreFragments
	wlanRetry
	wlanPower
	wlanMoreData
	wlanProtected
	wlanOrder
	wlanDuration
	wlanRA
	wlanDA
	wlanTA
	wlanSA
	wlanBSSID
	wlanFragment
	wlanSequence
	wlanQoS
	wlanTID
	wlanPriority
	wlanEOSP
	wlanBit4
	wlanAck
	wlanAMSDU
	wlanDuty
	wlanQueue
	wlanBuffer
	wlanBufferSaid
	wlanTimestamp
	wlanBeacon
	wlanCapabilities
	wlanListen
	wlanCurrentAP
	wlanAlgorithm
	wlanAuthStep
	wlanStatus
	wlanAssociation
	wlanReasonCode
	wlanTag
	wlanTagLength
	wlanSSID
)

var wlanLayer = record.Layer{Key: "wlan", Fields: []record.Field{
	wlanTypeSubtype:   one("wlan.fc.type_subtype", record.Uint, "IEEE 802.11, 9.2.4.1.3", "type and subtype, as one number"),
	wlanFC:            one("wlan.fc", record.Uint, "IEEE 802.11, 9.2.4.1", "frame control, as it stands in the header"),
	wlanVersion:       one("wlan.fc.version", record.Uint, "IEEE 802.11, 9.2.4.1.2", "version"),
	wlanType:          one("wlan.fc.type", record.Uint, "IEEE 802.11, 9.2.4.1.3", "type"),
	wlanSubtype:       one("wlan.fc.subtype", record.Uint, "IEEE 802.11, 9.2.4.1.3", "subtype"),
	wlanFlags:         one("wlan.flags", record.Uint, "IEEE 802.11, 9.2.4.1", "frame control's second byte"),
	wlanDS:            one("wlan.fc.ds", record.Uint, "IEEE 802.11, 9.2.4.1.4", "to and from the distribution system"),
	wlanToDS:          one("wlan.fc.tods", record.Bool, "IEEE 802.11, 9.2.4.1.4", "to the distribution system"),
	wlanFromDS:        one("wlan.fc.fromds", record.Bool, "IEEE 802.11, 9.2.4.1.4", "from the distribution system"),
	wlanMoreFragments: one("wlan.fc.frag", record.Bool, "IEEE 802.11, 9.2.4.1.5", "more fragments"),
	wlanRetry:         one("wlan.fc.retry", record.Bool, "IEEE 802.11, 9.2.4.1.6", "retransmission"),
	wlanPower:         one("wlan.fc.pwrmgt", record.Bool, "IEEE 802.11, 9.2.4.1.7", "sender goes to sleep"),
	wlanMoreData:      one("wlan.fc.moredata", record.Bool, "IEEE 802.11, 9.2.4.1.8", "more data is buffered"),
	wlanProtected:     one("wlan.fc.protected", record.Bool, "IEEE 802.11, 9.2.4.1.9", "payload is encrypted"),
	wlanOrder:         one("wlan.fc.order", record.Bool, "IEEE 802.11, 9.2.4.1.10", "HT control is present"),
	wlanDuration:      in("microseconds", one("wlan.duration", record.Uint, "IEEE 802.11, 9.2.4.2", "duration")),
	wlanRA:            one("wlan.ra", record.MAC, "IEEE 802.11, 9.2.4.3", "receiver"),
	wlanDA:            one("wlan.da", record.MAC, "IEEE 802.11, 9.2.4.3", "destination"),
	wlanTA:            one("wlan.ta", record.MAC, "IEEE 802.11, 9.2.4.3", "transmitter"),
	wlanSA:            one("wlan.sa", record.MAC, "IEEE 802.11, 9.2.4.3", "source"),
	wlanBSSID:         one("wlan.bssid", record.MAC, "IEEE 802.11, 9.2.4.3", "basic service set"),
	wlanFragment:      one("wlan.frag", record.Uint, "IEEE 802.11, 9.2.4.4", "fragment number"),
	wlanSequence:      one("wlan.seq", record.Uint, "IEEE 802.11, 9.2.4.4", "sequence number"),
	wlanQoS:           one("wlan.qos", record.Uint, "IEEE 802.11, 9.2.4.5", "quality of service control, as it stands in the header"),
	wlanTID:           one("wlan.qos.tid", record.Uint, "IEEE 802.11, 9.2.4.5.2", "traffic's identifier"),
	wlanPriority:      one("wlan.qos.priority", record.Uint, "IEEE 802.11, 9.2.4.5.2", "user priority"),
	wlanEOSP:          one("wlan.qos.eosp", record.Bool, "IEEE 802.11, 9.2.4.5.3", "end of the service period, from an access point"),
	wlanBit4:          one("wlan.qos.bit4", record.Bool, "IEEE 802.11, 9.2.4.5.1", "from a station: a queue's size follows, not a time"),
	wlanAck:           one("wlan.qos.ack", record.Uint, "IEEE 802.11, 9.2.4.5.4", "how it is to be acknowledged"),
	wlanAMSDU:         one("wlan.qos.amsdupresent", record.Bool, "IEEE 802.11, 9.2.4.5.9", "several frames in one"),
	wlanDuty:          one("wlan.qos.txop_dur_req", record.Uint, "IEEE 802.11, 9.2.4.5.7", "from a station: time that it asks for"),
	wlanQueue:         one("wlan.qos.queue_size", record.Uint, "IEEE 802.11, 9.2.4.5.6", "from a station: size of its queue"),
	wlanBuffer:        one("wlan.qos.ps_buf_state", record.Uint, "IEEE 802.11, 9.2.4.5.8", "from an access point: state of the buffer"),
	wlanBufferSaid:    one("wlan.qos.buf_state_indicated", record.Bool, "IEEE 802.11, 9.2.4.5.8", "from an access point: the state is told"),
	wlanTimestamp:     in("microseconds", one("wlan.fixed.timestamp", record.Uint, "IEEE 802.11, 9.4.1.10", "access point's time")),
	wlanBeacon:        in("1024 microseconds", one("wlan.fixed.beacon", record.Uint, "IEEE 802.11, 9.4.1.3", "interval of beacons")),
	wlanCapabilities:  one("wlan.fixed.capabilities", record.Uint, "IEEE 802.11, 9.4.1.4", "capabilities"),
	wlanListen:        in("beacon intervals", one("wlan.fixed.listen_ival", record.Uint, "IEEE 802.11, 9.4.1.6", "how often the station listens")),
	wlanCurrentAP:     one("wlan.fixed.current_ap", record.MAC, "IEEE 802.11, 9.4.1.5", "access point that the station comes from"),
	wlanAlgorithm:     one("wlan.fixed.auth.alg", record.Uint, "IEEE 802.11, 9.4.1.1", "authentication algorithm"),
	wlanAuthStep:      one("wlan.fixed.auth_seq", record.Uint, "IEEE 802.11, 9.4.1.2", "step of the authentication"),
	wlanStatus:        one("wlan.fixed.status_code", record.Uint, "IEEE 802.11, 9.4.1.9", "status"),
	wlanAssociation:   one("wlan.fixed.aid", record.Uint, "IEEE 802.11, 9.4.1.8", "association"),
	wlanReasonCode:    one("wlan.fixed.reason_code", record.Uint, "IEEE 802.11, 9.4.1.7", "reason"),
	wlanTag:           many("wlan.tag.number", record.Uint, "IEEE 802.11, 9.4.2.1", "element"),
	wlanTagLength:     in("bytes", many("wlan.tag.length", record.Uint, "IEEE 802.11, 9.4.2.1", "length of an element")),
	wlanSSID:          many("wlan.ssid", record.Bytes, "IEEE 802.11, 9.4.2.2", "name of the network"),
}}

// Types of 802.11 frames.
const (
	wlanManagement = 0
	wlanData       = 2
)

// wlan reads the header of a management or data frame, and of a control frame
// what all have.
func (w *walk) wlan(at int) {
	r, b := w.row, w.from(at)
	w.outer = w.announced
	if len(b) < 2 {
		return
	}
	v, flags := uint64(b[0]), uint64(b[1])
	if w.inCAPWAP() && decoder.Swapped(b) {
		v, flags = flags, v
	}
	kind, subtype := v>>2&3, v>>4
	r.Uint(wlanTypeSubtype, kind<<4|subtype)
	r.Uint(wlanFC, be16(b))
	r.Uint(wlanVersion, v&3)
	r.Uint(wlanType, kind)
	r.Uint(wlanSubtype, subtype)
	r.Uint(wlanFlags, flags)
	r.Uint(wlanDS, flags&3)
	r.Uint(wlanToDS, bit(flags, 0))
	r.Uint(wlanFromDS, bit(flags, 1))
	r.Uint(wlanMoreFragments, bit(flags, 2))
	r.Uint(wlanRetry, bit(flags, 3))
	r.Uint(wlanPower, bit(flags, 4))
	r.Uint(wlanMoreData, bit(flags, 5))
	r.Uint(wlanProtected, bit(flags, 6))
	r.Uint(wlanOrder, bit(flags, 7))
	if len(b) < 4 {
		return
	}
	r.Uint(wlanDuration, le16(b[2:]))
	if kind != wlanManagement && kind != wlanData {
		w.wlanControl(at, len(b), kind, subtype)
		return
	}
	if len(b) < 24 {
		return
	}
	w.wlanAddresses(at, len(b), kind, flags&3)
	r.Uint(wlanFragment, le16(b[22:])&15)
	r.Uint(wlanSequence, le16(b[22:])>>4)
	const qos = 8
	switch {
	case kind == wlanManagement:
		if bit(flags, 6) == 0 {
			w.wlanBody(at, b, subtype)
		}
	case subtype&qos != 0:
		w.wlanQuality(b, flags&3)
	}
}

// wlanControl reads a control frame's addresses: who is to receive it and,
// where it is not a mere answer, who sent it.
func (w *walk) wlanControl(at, n int, kind, subtype uint64) {
	const control, powerSavePoll, cts, ack = 1, 10, 12, 13
	if kind != control || subtype < 8 || n < 10 || subtype == powerSavePoll {
		return
	}
	w.row.Bytes(wlanRA, at+4, 6)
	if n >= 16 && subtype != cts && subtype != ack {
		w.row.Bytes(wlanTA, at+10, 6)
	}
}

// wlanQuality reads the quality of service control of a data frame. Half of it
// has another meaning from a station than from an access point.
func (w *walk) wlanQuality(b []byte, ds uint64) {
	const station, accessPoint, both = 1, 2, 3
	off := 24
	if ds == both {
		off = 30
	}
	if off+2 > len(b) {
		return
	}
	r, v := w.row, le16(b[off:])
	r.Uint(wlanQoS, v)
	r.Uint(wlanTID, v&15)
	r.Uint(wlanPriority, v&7)
	switch ds {
	case accessPoint:
		r.Uint(wlanEOSP, bit(v, 4))
	case station:
		r.Uint(wlanBit4, bit(v, 4))
	}
	r.Uint(wlanAck, v>>5&3)
	r.Uint(wlanAMSDU, bit(v, 7))
	switch {
	case ds == station && bit(v, 4) == 0:
		r.Uint(wlanDuty, v>>8)
	case ds == station:
		r.Uint(wlanQueue, v>>8)
	case ds == accessPoint:
		r.Uint(wlanBuffer, v>>8)
		r.Uint(wlanBufferSaid, bit(v, 9))
	}
}

// inCAPWAP says whether the layer that is read stands in CAPWAP.
func (w *walk) inCAPWAP() bool {
	return w.next >= 2 && w.layers[w.next-2].Protocol == decoder.CAPWAP
}

// wlanAddresses writes the addresses, whose meaning depends on the way through
// the distribution system (IEEE 802.11, table 9-30).
func (w *walk) wlanAddresses(at, n int, kind, ds uint64) {
	r := w.row
	first, second, third := at+4, at+10, at+16
	r.Bytes(wlanRA, first, 6)
	r.Bytes(wlanTA, second, 6)
	destination, source, bssid := first, second, third
	if kind == wlanData {
		switch ds {
		case 1:
			destination, source, bssid = third, second, first
		case 2:
			destination, source, bssid = first, third, second
		case 3:
			destination, source, bssid = third, at+24, 0
			if n < 30 {
				source = 0
			}
		}
	}
	r.Bytes(wlanDA, destination, 6)
	if source > 0 {
		r.Bytes(wlanSA, source, 6)
	}
	if bssid > 0 {
		r.Bytes(wlanBSSID, bssid, 6)
	}
}

// Places in aggregateLayer.
const aggregateLength = 0

var aggregateLayer = record.Layer{Key: "wlan_aggregate", Fields: []record.Field{
	aggregateLength: in("bytes", one("wlan_aggregate.a_mdsu.length", record.Uint, "IEEE 802.11, 9.3.2.2", "length of a subframe of an A-MSDU")),
}}

// aggregate reads one subframe's header. Subframes stand side by side, so what
// ended the one before does not end this.
func (w *walk) aggregate(at int) {
	w.announced = max(w.announced, w.outer)
	w.end = min(w.announced, len(w.data))
	if b := w.from(at); len(b) >= 14 {
		n := int(be16(b[12:]))
		w.row.Uint(aggregateLength, uint64(n))
		w.endAt(at + 14 + n)
	}
}
