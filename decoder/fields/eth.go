package fields

import (
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/record"
)

// Places in ethLayer.
const (
	ethDst = iota
	ethDstOUI
	ethDstLG
	ethDstIG
	ethSrc
	ethSrcOUI
	ethSrcLG
	ethSrcIG
	ethType
	ethLen
	ethInvalid
	ethPadding
	ethTrailer
	ethFCS
)

var ethLayer = record.Layer{Key: "eth", Fields: []record.Field{
	ethDst:     one("eth.dst", record.MAC, "IEEE 802.3, 3.2.4", "destination address"),
	ethDstOUI:  one("eth.dst.oui", record.Uint, "IEEE 802, 8.2", "first three bytes of the destination"),
	ethDstLG:   one("eth.dst.lg", record.Bool, "IEEE 802.3, 3.2.3", "destination is locally administered"),
	ethDstIG:   one("eth.dst.ig", record.Bool, "IEEE 802.3, 3.2.3", "destination is a group"),
	ethSrc:     one("eth.src", record.MAC, "IEEE 802.3, 3.2.5", "source address"),
	ethSrcOUI:  one("eth.src.oui", record.Uint, "IEEE 802, 8.2", "first three bytes of the source"),
	ethSrcLG:   one("eth.src.lg", record.Bool, "IEEE 802.3, 3.2.3", "source is locally administered"),
	ethSrcIG:   one("eth.src.ig", record.Bool, "IEEE 802.3, 3.2.3", "source is a group"),
	ethType:    one("eth.type", record.Uint, "IEEE 802.3, 3.2.6", "EtherType, from 1536"),
	ethLen:     in("bytes", one("eth.len", record.Uint, "IEEE 802.3, 3.2.6", "length of the LLC data, up to 1500")),
	ethInvalid: one("eth.invalid_lentype", record.Uint, "IEEE 802.3, 3.2.6", "neither a length nor a type: 1501 to 1535"),
	ethPadding: one("eth.padding", record.Bytes, "IEEE 802.3, 3.2.8", "what fills a short frame up to 60 bytes"),
	ethTrailer: one("eth.trailer", record.Bytes, "IEEE 802.3, 3.2.8", "what follows the payload and the padding"),
	ethFCS:     one("eth.fcs", record.Uint, "IEEE 802.3, 3.2.9", "frame check sequence, where the capture says that it has one"),
}}

const ethHeader = 14

// eth reads an Ethernet header and what stands behind its payload.
func (w *walk) eth(at int) {
	r, b := w.row, w.from(at)
	if len(b) < 6 {
		return
	}
	r.Bytes(ethDst, at, 6)
	r.Uint(ethDstOUI, be24(b))
	r.Uint(ethDstLG, bit(uint64(b[0]), 1))
	r.Uint(ethDstIG, bit(uint64(b[0]), 0))
	if len(b) < 12 {
		return
	}
	r.Bytes(ethSrc, at+6, 6)
	r.Uint(ethSrcOUI, be24(b[6:]))
	r.Uint(ethSrcLG, bit(uint64(b[6]), 1))
	r.Uint(ethSrcIG, bit(uint64(b[6]), 0))
	if len(b) < ethHeader {
		return
	}
	switch t := be16(b[12:]); {
	case t <= 1500:
		r.Uint(ethLen, t)
	case t < 1536:
		r.Uint(ethInvalid, t)
	default:
		r.Uint(ethType, t)
	}
	w.behind(at)
}

// behind writes what follows the payload of the Ethernet frame at this offset:
// padding where the frame was filled up to its shortest length, then the
// trailer, then the check sequence.
func (w *walk) behind(at int) {
	if end := w.payloadEnd(at); end < w.end {
		padding := min(max(at+60-end, 0), w.end-end)
		if !zero(w.data[end : end+padding]) {
			padding = 0
		}
		if padding > 0 {
			w.row.Bytes(ethPadding, end, padding)
		}
		if end+padding < w.end {
			w.row.Bytes(ethTrailer, end+padding, w.end-end-padding)
		}
	}
	if w.next == 1 && w.end+4 <= len(w.data) {
		w.row.Uint(ethFCS, be32(w.data[w.end:]))
	}
}

// payloadEnd returns where the payload of the Ethernet frame at this offset
// ends, as far as the layer inside announces it.
func (w *walk) payloadEnd(at int) int {
	i := w.next
	for i < len(w.layers) && (w.layers[i].Protocol == decoder.VLAN || w.layers[i].Protocol == decoder.IEEE8021ad) {
		i++
	}
	if i == len(w.layers) {
		return w.end
	}
	at = int(w.layers[i].Start)
	b := w.from(at)
	switch w.layers[i].Protocol {
	case decoder.IP:
		if len(b) >= 4 && be16(b[2:]) >= 20 {
			return at + int(be16(b[2:]))
		}
	case decoder.IPv6:
		if len(b) >= 6 && be16(b[4:]) > 0 {
			return at + 40 + int(be16(b[4:]))
		}
	case decoder.ARP:
		if len(b) >= 8 {
			return at + 8 + 2*int(b[4]) + 2*int(b[5])
		}
	case decoder.LLC:
		if before := w.from(at - 2); len(before) >= 2 {
			return at + int(be16(before))
		}
	}
	return w.end
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
