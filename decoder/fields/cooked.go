package fields

import "github.com/pcappipe/pcappipe/record"

// Places in nullLayer.
const nullFamily = 0

var nullLayer = record.Layer{Key: "null", Fields: []record.Field{
	nullFamily: one("null.family", record.Uint, "LINKTYPE_NULL, LINKTYPE_LOOP", "address family"),
}}

// null reads a loopback header: an address family in the byte order of the
// machine that captured, or in network byte order. Families are small numbers.
func (w *walk) null(at int) {
	b := w.from(at)
	if len(b) < 4 {
		return
	}
	family := be32(b)
	if family > 0xffff {
		family = le32(b)
	}
	w.row.Uint(nullFamily, family)
}

// Places in sllLayer.
const (
	sllPktType = iota
	sllHAType
	sllHALen
	sllSrcEth
	sllSrcIPv4
	sllSrcOther
	sllUnused
	sllEtype
	sllGRE
	sllLtype
	sllIfindex
	sllTrailer
)

var sllLayer = record.Layer{Key: "sll", Fields: []record.Field{
	sllPktType:  one("sll.pkttype", record.Uint, "LINKTYPE_LINUX_SLL", "sent by, or to, whom"),
	sllHAType:   one("sll.hatype", record.Uint, "LINKTYPE_LINUX_SLL", "kind of device (ARPHRD)"),
	sllHALen:    in("bytes", one("sll.halen", record.Uint, "LINKTYPE_LINUX_SLL", "length of the sender's address")),
	sllSrcEth:   one("sll.src.eth", record.MAC, "LINKTYPE_LINUX_SLL", "sender's MAC"),
	sllSrcIPv4:  one("sll.src.ipv4", record.Address, "LINKTYPE_LINUX_SLL", "sender's IPv4 address"),
	sllSrcOther: one("sll.src.other", record.Bytes, "LINKTYPE_LINUX_SLL", "sender's address of another kind"),
	sllUnused:   one("sll.unused", record.Bytes, "LINKTYPE_LINUX_SLL", "what the address leaves of its place"),
	sllEtype:    one("sll.etype", record.Uint, "LINKTYPE_LINUX_SLL", "protocol, an EtherType"),
	sllGRE:      one("sll.gretype", record.Uint, "LINKTYPE_LINUX_SLL", "protocol of a GRE device"),
	sllLtype:    one("sll.ltype", record.Uint, "LINKTYPE_LINUX_SLL", "protocol, one of Linux's own numbers"),
	sllIfindex:  one("sll.ifindex", record.Uint, "LINKTYPE_LINUX_SLL2", "index of the device"),
	sllTrailer:  one("sll.trailer", record.Bytes, "LINKTYPE_LINUX_SLL", "what follows the payload and the padding"),
}}

const (
	linkSLL2  = 276
	deviceGRE = 778 // ARPHRD_IPGRE
)

// sll reads a cooked header of version 1, or of version 2, whose fields stand
// in another order.
func (w *walk) sll(at int) {
	r, b := w.row, w.from(at)
	if w.frame.Link == linkSLL2 {
		if len(b) < 20 {
			return
		}
		device := be16(b[8:])
		w.sllProtocol(device, be16(b))
		r.Uint(sllIfindex, be32(b[4:]))
		r.Uint(sllHAType, device)
		r.Uint(sllPktType, uint64(b[10]))
		w.sllAddress(at+12, int(b[11]))
		w.sllTrailer(at+20, int(be16(b)))
		return
	}
	if len(b) < 16 {
		return
	}
	device := be16(b[2:])
	r.Uint(sllPktType, be16(b))
	r.Uint(sllHAType, device)
	w.sllAddress(at+6, int(be16(b[4:])))
	w.sllProtocol(device, be16(b[14:]))
	w.sllTrailer(at+16, int(be16(b[14:])))
}

// sllTrailer writes what follows the payload, which begins at this offset and
// is of this type. What filled a short frame has Ethernet's name.
func (w *walk) sllTrailer(at, t int) {
	if t <= maxLength {
		return
	}
	r := w.row
	start, _ := w.payloadEnd(at, t)
	n := w.padding(start)
	if start+n < w.end {
		r.Bytes(sllTrailer, start+n, w.end-start-n)
	}
	if n > 0 {
		r.Close()
		r.Open(&ethLayer)
		r.Bytes(ethPadding, start, n)
		w.open |= 1 << ethLayer.ID()
	}
}

// sllAddress writes the sender's address, n bytes of the eight that it has a
// place for.
func (w *walk) sllAddress(at, n int) {
	r := w.row
	r.Uint(sllHALen, uint64(n))
	n = min(n, 8)
	switch n {
	case 0:
	case 4:
		r.Bytes(sllSrcIPv4, at, 4)
	case 6:
		r.Bytes(sllSrcEth, at, 6)
	default:
		r.Bytes(sllSrcOther, at, n)
	}
	if n < 8 {
		r.Bytes(sllUnused, at+n, 8-n)
	}
}

// sllProtocol writes the protocol, whose name depends on what it means.
func (w *walk) sllProtocol(device, protocol uint64) {
	switch {
	case device == deviceGRE:
		w.row.Uint(sllGRE, protocol)
	case protocol < 1536:
		w.row.Uint(sllLtype, protocol)
	default:
		w.row.Uint(sllEtype, protocol)
	}
}
