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
)

var wlanLayer = record.Layer{Key: "wlan", Fields: []record.Field{
	wlanTypeSubtype:   one("wlan.fc.type_subtype", record.Uint, "IEEE 802.11, 9.2.4.1.3", "type and subtype, as one number"),
	wlanFC:            one("wlan.fc", record.Uint, "IEEE 802.11, 9.2.4.1", "frame control, as it stands in the header"),
	wlanVersion:       one("wlan.fc.version", record.Uint, "IEEE 802.11, 9.2.4.1.2", "version"),
	wlanType:          one("wlan.fc.type", record.Uint, "IEEE 802.11, 9.2.4.1.3", "type"),
	wlanSubtype:       one("wlan.fc.subtype", record.Uint, "IEEE 802.11, 9.2.4.1.3", "subtype"),
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
	if kind != wlanManagement && kind != wlanData || len(b) < 24 {
		return
	}
	w.wlanAddresses(at, len(b), kind, flags&3)
	r.Uint(wlanFragment, le16(b[22:])&15)
	r.Uint(wlanSequence, le16(b[22:])>>4)
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
