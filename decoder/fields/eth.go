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
	ethType:    one("eth.type", record.Uint, "IEEE 802.3, 3.2.6", "EtherType, from 1536; or 0, which is neither type nor length"),
	ethLen:     in("bytes", one("eth.len", record.Uint, "IEEE 802.3, 3.2.6", "length of the LLC data, up to 1500")),
	ethInvalid: one("eth.invalid_lentype", record.Uint, "IEEE 802.3, 3.2.6", "neither a length nor a type: 1501 to 1535"),
	ethPadding: one("eth.padding", record.Bytes, "IEEE 802.3, 3.2.8", "what fills a short frame up to 60 bytes"),
	ethTrailer: one("eth.trailer", record.Bytes, "IEEE 802.3, 3.2.8", "what follows the payload and the padding"),
	ethFCS:     one("eth.fcs", record.Uint, "IEEE 802.3, 3.2.9", "frame check sequence, where the capture says that it has one"),
}, Headers: []record.Header{
	ethAddresses: {Size: 12, Words: ethWords[:2]},
	ethTyped:     {Size: ethHeader, Words: ethWords},
}}

// Places in ethLayer.Headers.
const (
	ethAddresses = iota
	ethTyped
)

var ethWords = []record.Word{
	{At: 0, Len: 6, Parts: []record.Part{{Field: ethDst}, {Field: ethDstOUI, Mask: 0xffffff << 24}, {Field: ethDstLG, Mask: 1 << 41}, {Field: ethDstIG, Mask: 1 << 40}}},
	{At: 6, Len: 6, Parts: []record.Part{{Field: ethSrc}, {Field: ethSrcOUI, Mask: 0xffffff << 24}, {Field: ethSrcLG, Mask: 1 << 41}, {Field: ethSrcIG, Mask: 1 << 40}}},
	{At: 12, Len: 2, Steady: true, Parts: whole(ethType)},
}

const ethHeader = 14

// eth reads an Ethernet header and what stands behind its payload.
func (w *walk) eth(at int) {
	b := w.from(at)
	if len(b) < ethHeader {
		w.header(&ethLayer, ethAddresses, at)
		return
	}
	t := int(be16(b[12:]))
	if t == 0 || t >= minEtherType {
		w.row.Header(ethTyped, at)
	} else {
		w.row.Header(ethAddresses, at)
	}
	switch {
	case t == 0: // to Wireshark a type, of nothing
		return
	case t <= maxLength:
		w.row.Uint(ethLen, uint64(t))
	case t < minEtherType:
		w.row.Uint(ethInvalid, uint64(t))
	}
	w.trailer(at+ethHeader, t)
}

// A number is a length up to maxLength, and a type from minEtherType on.
const (
	maxLength    = 1500
	minEtherType = 1536
)

// trailer writes what follows the payload of an Ethernet frame, which begins
// at this offset and is announced by this length or type: padding, where it
// filled a short frame, then a trailer, then the check sequence. A capture
// seldom says whether it has check sequences; like Wireshark we take the last
// four bytes for one where a frame long enough to have one has so many left over.
// A tagged frame's trailer belongs to its last tag.
func (w *walk) trailer(at, t int) {
	if w.context.Without.Trailers {
		return
	}
	const shortestWithFCS, fcs = 64, 4
	outermost := w.next == 1
	if outermost && w.frame.FCS == fcs && w.announced+fcs <= len(w.data) {
		w.row.Uint(ethFCS, be32(w.data[w.announced:]))
	}
	start, tagged := w.payloadEnd(at, t)
	if start >= w.end {
		return
	}
	if n := w.padding(start); n > 0 {
		w.row.Bytes(ethPadding, start, n)
		start += n
	}
	if tagged {
		w.behind = start
		return
	}
	end := w.end
	if outermost && w.frame.FCS == 0 && w.announced == w.end && end-start >= fcs && w.frame.Wire >= shortestWithFCS {
		end -= fcs
		w.row.Uint(ethFCS, be32(w.data[end:]))
	}
	if start < end {
		w.row.Bytes(ethTrailer, start, end-start)
	}
}

// padding returns how many bytes from start on, where a payload ends, fill the
// frame up to the shortest that Ethernet has.
func (w *walk) padding(start int) int {
	const shortest = 60
	wire := int(w.frame.Wire)
	short := wire - (w.announced - start)
	if wire < shortest || short >= shortest || start >= w.end {
		return 0
	}
	n := min(shortest-short, w.end-start)
	if !zero(w.data[start : start+n]) {
		return 0
	}
	return n
}

// payloadEnd returns where the payload that begins at this offset, announced
// by this length or type, ends as far as its layers tell, and whether a tag
// stands before it.
func (w *walk) payloadEnd(at, t int) (end int, tagged bool) {
	i := w.next
	for ; i < len(w.layers); i++ {
		n := tagSize(w.layers[i].Protocol)
		if n == 0 {
			break
		}
		at = int(w.layers[i].Start) + n
		if b := w.from(at - 2); len(b) >= 2 {
			t = int(be16(b))
		}
		tagged = true
	}
	if t <= maxLength {
		return at + t, tagged
	}
	for ; i < len(w.layers) && w.layers[i].Protocol == decoder.MPLS; i++ {
		at += 4
	}
	if i == len(w.layers) {
		return w.end, tagged
	}
	b := w.from(at)
	switch w.layers[i].Protocol {
	case decoder.IP:
		if len(b) >= 4 && be16(b[2:]) >= ipHeader {
			return at + int(be16(b[2:])), tagged
		}
	case decoder.IPv6:
		if len(b) >= 6 && be16(b[4:]) > 0 {
			return at + ipv6Header + int(be16(b[4:])), tagged
		}
	case decoder.ARP:
		if len(b) >= 8 {
			return at + 8 + 2*int(b[4]) + 2*int(b[5]), tagged
		}
	}
	return w.end, tagged
}

// tagSize returns the size of a tag, its EtherType last, or 0 for what is no tag.
func tagSize(p decoder.Protocol) int {
	switch p {
	case decoder.VLAN, decoder.IEEE8021ad:
		return 4
	case decoder.VNTag:
		return 6
	}
	return 0
}

// tagTrailer writes the trailer of a tagged frame where this is its last tag.
func (w *walk) tagTrailer(field int) {
	if w.behind == 0 {
		return
	}
	if w.next < len(w.layers) && tagSize(w.layers[w.next].Protocol) > 0 {
		return
	}
	if w.behind < w.end {
		w.row.Bytes(field, w.behind, w.end-w.behind)
	}
	w.behind = 0
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
