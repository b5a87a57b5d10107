package fields

import "github.com/pcappipe/pcappipe/record"

// Places in udpLayer.
const (
	udpSrcPort = iota
	udpDstPort
	udpLength
	udpCoverage
	udpChecksum
	udpPayload
)

var udpLayer = record.Layer{Key: "udp", Fields: []record.Field{
	udpSrcPort:  one("udp.srcport", record.Uint, "RFC 768; RFC 3828", "source port, of UDP-Lite too"),
	udpDstPort:  one("udp.dstport", record.Uint, "RFC 768; RFC 3828", "destination port, of UDP-Lite too"),
	udpLength:   in("bytes", one("udp.length", record.Uint, "RFC 768", "length of header and data")),
	udpCoverage: in("bytes", one("udp.checksum_coverage", record.Uint, "RFC 3828, 3.1", "UDP-Lite: how much the checksum covers; 0 is all")),
	udpChecksum: one("udp.checksum", record.Uint, "RFC 768; RFC 3828", "checksum, of UDP-Lite too"),
	udpPayload:  one("udp.payload", record.Bytes, "RFC 768", "data, as far as captured; with --payload"),
}, Headers: []record.Header{{Size: udpHeader, Words: []record.Word{
	{At: 0, Len: 2, Parts: whole(udpSrcPort)},
	{At: 2, Len: 2, Parts: whole(udpDstPort)},
	{At: 4, Len: 2, Parts: whole(udpLength)},
	{At: 6, Len: 2, Parts: whole(udpChecksum)},
}}}}

const udpHeader = 8

// udp reads a UDP header. The layers inside end where its length says.
func (w *walk) udp(at int) {
	if !w.header(&udpLayer, 0, at) {
		return
	}
	if n := int(be16(w.data[at+4:])); n >= udpHeader {
		w.endAt(at + n)
	}
	w.payload(udpPayload, at+udpHeader)
}

// ports writes the ports that UDP-Lite begins with, and says whether both were
// there.
func (w *walk) ports(b []byte) bool {
	if len(b) < 2 {
		return false
	}
	w.row.Uint(udpSrcPort, be16(b))
	if len(b) < 4 {
		return false
	}
	w.row.Uint(udpDstPort, be16(b[2:]))
	return true
}

// payload writes the bytes from at to the end of the layer, where they are asked for.
func (w *walk) payload(field, at int) {
	if w.context.Payload && at < w.end {
		w.row.Bytes(field, at, w.end-at)
	}
}

// udplite reads a UDP-Lite header, whose fields Wireshark names as UDP's. In
// place of the length stands how much the checksum covers.
func (w *walk) udplite(at int) {
	r, b := w.row, w.from(at)
	if !w.ports(b) || len(b) < 6 {
		return
	}
	r.Uint(udpCoverage, be16(b[4:]))
	if len(b) < udpHeader {
		return
	}
	r.Uint(udpChecksum, be16(b[6:]))
	w.payload(udpPayload, at+udpHeader)
}
