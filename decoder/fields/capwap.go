package fields

import "github.com/pcappipe/pcappipe/record"

// Places in capwapLayer.
const (
	capwapVersion = iota
	capwapType
	capwapReserved
	capwapLength
	capwapRadio
	capwapBinding
	capwapFlags
	capwapT
	capwapF
	capwapL
	capwapW
	capwapM
	capwapK
	capwapR
	capwapFragment
	capwapOffset
	capwapOffsetReserved
	capwapMACLength
	capwapMAC48
	capwapMAC64
	capwapMACData
	capwapWirelessLength
	capwapWirelessData
	capwapInfo
	capwapRSSI
	capwapSNR
	capwapRate
	capwapDestination
	capwapWLANs
	capwapDestinationReserved
	capwapPadding
)

var capwapLayer = record.Layer{Key: "capwap", Fields: []record.Field{
	capwapVersion:             one("capwap.preamble.version", record.Uint, "RFC 5415, 4.1", "version"),
	capwapType:                one("capwap.preamble.type", record.Uint, "RFC 5415, 4.1", "what follows: 0 is the header, 1 DTLS"),
	capwapReserved:            one("capwap.preamble.reserved", record.Uint, "RFC 5415, 4.2", "before DTLS: reserved"),
	capwapLength:              in("4 bytes", one("capwap.header.length", record.Uint, "RFC 5415, 4.3", "length of the header")),
	capwapRadio:               one("capwap.header.rid", record.Uint, "RFC 5415, 4.3", "radio"),
	capwapBinding:             one("capwap.header.wbid", record.Uint, "RFC 5415, 4.3", "what kind of radio: 1 is IEEE 802.11"),
	capwapFlags:               one("capwap.header.flags", record.Uint, "RFC 5415, 4.3", "flags, as they stand in the header"),
	capwapT:                   one("capwap.header.flags.t", record.Bool, "RFC 5415, 4.3", "the payload is the radio's own frame, not IEEE 802.3's"),
	capwapF:                   one("capwap.header.flags.f", record.Bool, "RFC 5415, 4.3", "fragment"),
	capwapL:                   one("capwap.header.flags.l", record.Bool, "RFC 5415, 4.3", "last fragment"),
	capwapW:                   one("capwap.header.flags.w", record.Bool, "RFC 5415, 4.3", "wireless information is present"),
	capwapM:                   one("capwap.header.flags.m", record.Bool, "RFC 5415, 4.3", "the radio's address is present"),
	capwapK:                   one("capwap.header.flags.k", record.Bool, "RFC 5415, 4.3", "keep-alive"),
	capwapR:                   one("capwap.header.flags.r", record.Uint, "RFC 5415, 4.3", "reserved"),
	capwapFragment:            one("capwap.header.fragment.id", record.Uint, "RFC 5415, 4.3", "fragment: identifier"),
	capwapOffset:              in("8 bytes", one("capwap.header.fragment.offset", record.Uint, "RFC 5415, 4.3", "fragment: offset")),
	capwapOffsetReserved:      one("capwap.header.fragment.reserved", record.Uint, "RFC 5415, 4.3", "fragment: reserved"),
	capwapMACLength:           in("bytes", one("capwap.header.mac.length", record.Uint, "RFC 5415, 4.3", "radio's address: length")),
	capwapMAC48:               one("capwap.header.mac.eui48", record.MAC, "RFC 5415, 4.3", "radio's address, of 6 bytes"),
	capwapMAC64:               one("capwap.header.mac.eui64", record.MAC, "RFC 5415, 4.3", "radio's address, of 8 bytes"),
	capwapMACData:             one("capwap.header.mac.data", record.Bytes, "RFC 5415, 4.3", "radio's address, of another length"),
	capwapWirelessLength:      in("bytes", one("capwap.header.wireless.length", record.Uint, "RFC 5415, 4.3", "wireless information: length")),
	capwapWirelessData:        one("capwap.header.wireless.data", record.Bytes, "RFC 5415, 4.3", "wireless information"),
	capwapInfo:                one("capwap.header.wireless.data.ieee80211.fi", record.Bytes, "RFC 5416, 4", "from the radio: how the frame was received"),
	capwapRSSI:                in("dBm", one("capwap.header.wireless.data.ieee80211.fi.rssi", record.Int, "RFC 5416, 4", "signal's strength")),
	capwapSNR:                 in("dB", one("capwap.header.wireless.data.ieee80211.fi.snr", record.Uint, "RFC 5416, 4", "signal to noise")),
	capwapRate:                in("0.1 Mbit/s", one("capwap.header.wireless.data.ieee80211.fi.data_rate", record.Uint, "RFC 5416, 4", "data rate")),
	capwapDestination:         one("capwap.header.wireless.data.ieee80211.dw", record.Bytes, "RFC 5416, 4", "to the radio: which networks the frame is for"),
	capwapWLANs:               one("capwap.header.wireless.data.ieee80211.dw.wlan_id_bitmap", record.Uint, "RFC 5416, 4", "networks, a bit each"),
	capwapDestinationReserved: one("capwap.header.wireless.data.ieee80211.dw.reserved", record.Uint, "RFC 5416, 4", "reserved"),
	capwapPadding:             many("capwap.header.padding", record.Bytes, "RFC 5415, 4.3", "padding to a multiple of 4 bytes"),
}}

// capwap reads a preamble and the header behind it.
func (w *walk) capwap(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 1 {
		return
	}
	r.Uint(capwapVersion, uint64(b[0]>>4))
	r.Uint(capwapType, uint64(b[0]&15))
	if b[0] == 1 && len(b) >= 4 {
		r.Uint(capwapReserved, be24(b[1:]))
	}
	if b[0] != 0 || len(b) < 8 {
		return
	}
	v := be24(b[1:])
	n := int(v>>19) * 4
	r.Uint(capwapLength, v>>19)
	r.Uint(capwapRadio, v>>14&31)
	r.Uint(capwapBinding, v>>9&31)
	r.Uint(capwapFlags, v&0x1ff)
	r.Uint(capwapT, bit(v, 8))
	r.Uint(capwapF, bit(v, 7))
	r.Uint(capwapL, bit(v, 6))
	r.Uint(capwapW, bit(v, 5))
	r.Uint(capwapM, bit(v, 4))
	r.Uint(capwapK, bit(v, 3))
	r.Uint(capwapR, v&7)
	r.Uint(capwapFragment, be16(b[4:]))
	r.Uint(capwapOffset, be16(b[6:])>>3)
	r.Uint(capwapOffsetReserved, be16(b[6:])&7)
	b = upTo(b, n)
	off := 8
	if bit(v, 4) == 1 {
		off = w.capwapAddress(at, off, b)
	}
	if bit(v, 5) == 1 {
		w.capwapWireless(at, off, b, v>>9&31)
	}
}

// capwapAddress reads the radio's address at off, and returns where its padding ends.
func (w *walk) capwapAddress(at, off int, b []byte) int {
	if off >= len(b) {
		return off
	}
	r, n := w.row, int(b[off])
	r.Uint(capwapMACLength, uint64(n))
	off++
	if n == 0 || off+n > len(b) {
		return len(b)
	}
	switch n {
	case 6:
		r.Bytes(capwapMAC48, at+off, n)
	case 8:
		r.Bytes(capwapMAC64, at+off, n)
	default:
		r.Bytes(capwapMACData, at+off, n)
	}
	return w.fill(capwapPadding, at, off+n, b)
}

// capwapWireless reads the wireless information at off. What IEEE 802.11's
// says depends on the direction: the data channel's port is the controller's.
func (w *walk) capwapWireless(at, off int, b []byte, binding uint64) {
	if off >= len(b) {
		return
	}
	r, n := w.row, int(b[off])
	r.Uint(capwapWirelessLength, uint64(n))
	off++
	if off+n > len(b) {
		return
	}
	r.Bytes(capwapWirelessData, at+off, n)
	const wlan, info, controller = 1, 4, 5247
	switch {
	case binding != wlan || off+info > len(b):
	case at >= 6 && be16(w.data[at-6:]) == controller:
		r.Bytes(capwapInfo, at+off, info)
		r.Uint(capwapRSSI, uint64(int8(b[off])))
		r.Uint(capwapSNR, uint64(b[off+1]))
		r.Uint(capwapRate, be16(b[off+2:]))
	default:
		r.Bytes(capwapDestination, at+off, info)
		r.Uint(capwapWLANs, be16(b[off:]))
		r.Uint(capwapDestinationReserved, be16(b[off+2:]))
	}
	w.fill(capwapPadding, at, off+n, b)
}
