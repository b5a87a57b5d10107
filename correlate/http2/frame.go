package http2

import "encoding/binary"

// frameHeader is the size of what each frame begins with (RFC 9113, 4.1).
const frameHeader = 9

// A frame is what its header says.
type frame struct {
	length uint32 // of its payload
	kind   kind
	flags  uint8
	stream uint32
}

// A kind is a type of frame (RFC 9113, 6). There may be others; they are skipped.
type kind uint8

const (
	data kind = iota
	headers
	priority
	rstStream
	settings
	pushPromise
	ping
	goaway
	windowUpdate
	continuation
	kinds
)

const (
	flagACK         = 0x01 // of settings and ping
	flagEndStream   = 0x01 // of data and headers
	flagEndHeaders  = 0x04
	flagPadded      = 0x08
	flagPriority    = 0x20
	reservedBit     = 0x80 // above stream identifiers and increments
	streamMask      = 1<<31 - 1
	defaultMaxFrame = 1 << 14
)

// parseFrame reads a frame's header. The reserved bit is ignored, as a receiver has to.
func parseFrame(b *[frameHeader]byte) frame {
	return frame{
		length: uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]),
		kind:   kind(b[3]),
		flags:  b[4],
		stream: binary.BigEndian.Uint32(b[5:]) & streamMask,
	}
}

func (f frame) has(flag uint8) bool { return f.flags&flag != 0 }

// padded says whether the payload begins with the length of its padding.
func (f frame) padded() bool {
	return f.has(flagPadded) && (f.kind == data || f.kind == headers || f.kind == pushPromise)
}

// fixed returns how many bytes stand at the beginning of the payload, before content or a
// header block, of those that mean something here.
func (f frame) fixed() int {
	n := 0
	if f.padded() {
		n++
	}
	switch f.kind {
	case headers:
		if f.has(flagPriority) {
			n += 5
		}
	case pushPromise, rstStream:
		n += 4
	case goaway:
		n += 8
	}
	return n
}

// wellFormed says whether the header obeys what RFC 9113, 6 makes a connection error of.
// There is no bound of the length: what the receiver has allowed may be told later in a
// capture, or stand in a gap.
func (f frame) wellFormed(fromClient bool) bool {
	if f.length < uint32(f.fixed()) {
		return false
	}
	switch f.kind {
	case data, headers, priority, continuation:
		return f.stream != 0
	case rstStream:
		return f.stream != 0 && f.length == 4
	case pushPromise:
		return f.stream != 0 && !fromClient
	case settings:
		return f.stream == 0 && f.length%6 == 0 && (!f.has(flagACK) || f.length == 0)
	case ping:
		return f.stream == 0 && f.length == 8
	case goaway:
		return f.stream == 0
	case windowUpdate:
		return f.length == 4
	}
	return true
}
