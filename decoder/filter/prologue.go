package filter

import (
	"encoding/binary"

	"github.com/pcappipe/pcappipe/frame"
)

// A prologue finds what has no fixed place in the frames of a link type. It runs
// before the first test of a program that asks for such a place, and what is too
// short for it is rejected.
type prologue struct {
	link    frame.LinkType
	needed  bool
	payload bool // what the header carries has to be found too
}

func (l *layers) prologue() prologue {
	return prologue{
		link:    l.outermost,
		needed:  l.usesHeader || l.usesPayload || l.outermost == linkPPI,
		payload: l.usesPayload,
	}
}

// prepare sets the registers of header and payload. It returns false for a frame
// that is to be rejected.
func (r *registers) prepare(p prologue, data []byte) bool {
	var ok bool
	switch p.link {
	case linkPFLog:
		var length uint32
		length, ok = load(data, 0, 1)
		r[regPayload] = (length + 3) &^ 3
		return ok
	case linkNFLog:
		r[regPayload], ok = nflogPayload(data)
		return ok
	}
	if r[regHeader], ok = wlanHeader(p.link, data); !ok {
		return false
	}
	if p.payload {
		r[regPayload], ok = wlanPayload(p.link, data, r[regHeader])
	}
	return ok
}

// wlanHeader finds the 802.11 header behind what the radio says.
func wlanHeader(link frame.LinkType, data []byte) (uint32, bool) {
	switch link {
	case linkPPI:
		// PPI says which link type follows it; others than 802.11 are not looked at.
		if follows, ok := load(data, 4, 4); !ok || follows != uint32(linkWLAN)<<24 {
			return 0, false
		}
		fallthrough
	case linkRadiotap:
		if len(data) < 4 {
			return 0, false
		}
		return uint32(binary.LittleEndian.Uint16(data[2:])), true
	case linkAVS:
		return load(data, 4, 4)
	case linkPrism:
		cookie, ok := load(data, 0, 4)
		if ok && cookie&0xfffff000 == 0x80211000 { // AVS under Prism's number
			return load(data, 4, 4)
		}
		return 144, ok
	}
	return 0, true
}

// wlanPayload finds what a data frame carries: behind 24 bytes, 26 with quality
// of service, padded to four where radiotap says so.
func wlanPayload(link frame.LinkType, data []byte, header uint32) (uint32, bool) {
	control, ok := load(data, uint64(header), 1)
	if !ok {
		return 0, false
	}
	at := header + 24
	if control&(wlanControl|wlanDataType) != wlanDataType {
		return at, true
	}
	if control&0x80 != 0 {
		at += 2
	}
	if link != linkRadiotap {
		return at, true
	}
	padded, ok := radiotapPads(data)
	if padded {
		at = (at + 3) &^ 3
	}
	return at, ok
}

// radiotapPads reads the flag that says that the 802.11 header is padded. Only
// the first of several presence words is looked at.
func radiotapPads(data []byte) (padded, ok bool) {
	if len(data) < 8 {
		return false, false
	}
	const hasTSFT, hasFlags, hasMore = 1 << 0, 1 << 1, 1 << 31
	present := binary.LittleEndian.Uint32(data[4:])
	if present&(hasFlags|hasMore) != hasFlags {
		return false, true
	}
	at := uint64(8)
	if present&hasTSFT != 0 {
		at = 16
	}
	flags, ok := load(data, at, 1)
	return flags&0x20 != 0, ok
}

// nflogPayload finds the packet among the attributes of an NFLOG frame. The
// attributes are in the byte order of the machine that wrote them: their types
// are small, so that the zero byte of the type tells. Where there is no packet
// the frame carries nothing.
func nflogPayload(data []byte) (uint32, bool) {
	const attributes, payload = 4, 9
	for at := attributes; at+4 <= len(data); {
		head := data[at : at+4]
		length, kind := int(binary.LittleEndian.Uint16(head)), binary.LittleEndian.Uint16(head[2:])
		if kind > 0xff {
			length, kind = int(binary.BigEndian.Uint16(head)), binary.BigEndian.Uint16(head[2:])
		}
		if kind == payload {
			return uint32(at + 4), true
		}
		at += max((length+3)&^3, 4)
	}
	return uint32(min(len(data), 1<<30)), len(data) >= attributes
}
