package output

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// A FollowFormat is a way to write a conversation.
type FollowFormat uint8

const (
	FollowText FollowFormat = iota // as tshark's -z follow,tcp,ascii
	FollowHex                      // as tshark's -z follow,tcp,hex
	FollowRaw                      // the bytes of both directions as they came, and nothing else
)

var followNames = []string{FollowText: "text", FollowHex: "hex", FollowRaw: "raw"}

// FollowFormats are the names of all formats.
func FollowFormats() []string { return slices.Clone(followNames) }

// ParseFollowFormat returns the format of this name.
func ParseFollowFormat(name string) (f FollowFormat, known bool) {
	i := slices.Index(followNames, name)
	return FollowFormat(max(i, 0)), i >= 0
}

func (f FollowFormat) String() string { return followNames[f] }

// A Follow writes both directions of one TCP stream as they are handed on. All that
// it writes it adds to a slice, and it keeps nothing of what it is given.
//
// Text and hex are tshark's, byte for byte, where tshark's reassembly hands on the
// same bytes in the same pieces, but for two things: the filter is pcappipe's, and
// offsets from 4 GiB on have more than eight digits.
type Follow struct {
	format FollowFormat
	flow   uint64
	nodes  [2]netip.AddrPort
	offset [2]uint64 // what is written of each direction, gaps' texts with it
}

// NewFollow returns the Follow of a flow between these nodes; the first is the
// one that sent its first frame.
func NewFollow(format FollowFormat, flow uint64, nodes [2]netip.AddrPort) *Follow {
	return &Follow{format: format, flow: flow, nodes: nodes}
}

var followRule = strings.Repeat("=", 67) + "\n"

// Begin adds what comes before all data.
func (f *Follow) Begin(dst []byte) []byte {
	if f.format == FollowRaw {
		return dst
	}
	what := "ascii"
	if f.format == FollowHex {
		what = "hex"
	}
	dst = append(append(dst, '\n'), followRule...)
	dst = append(append(append(dst, "Follow: tcp,"...), what...), '\n')
	dst = append(strconv.AppendUint(append(dst, "Filter: pcappipe.flow eq "...), f.flow, 10), '\n')
	for i, node := range f.nodes {
		dst = append(strconv.AppendInt(append(dst, "Node "...), int64(i), 10), ": "...)
		dst = append(node.AppendTo(dst), '\n')
	}
	return dst
}

// End adds what comes after all data.
func (f *Follow) End(dst []byte) []byte {
	if f.format == FollowRaw {
		return dst
	}
	return append(dst, followRule...)
}

// Data adds bytes that a node sent.
func (f *Follow) Data(dst []byte, node int, b []byte) []byte {
	switch {
	case len(b) == 0:
		return dst
	case f.format == FollowRaw:
		return append(dst, b...)
	case f.format == FollowHex:
		dst = appendDump(dst, node, f.offset[node], b)
	default:
		dst = followSide(dst, node)
		dst = append(strconv.AppendInt(dst, int64(len(b)), 10), '\n')
		dst = append(appendPrintable(dst, b, '\r', '\n'), '\n')
	}
	f.offset[node] += uint64(len(b))
	return dst
}

// Gap adds that n bytes which a node sent are missing, as data of its own
// that ends with a zero byte, which is how tshark has it. Raw bytes have no room for that.
func (f *Follow) Gap(dst []byte, node int, n uint64) []byte {
	if f.format == FollowRaw {
		return dst
	}
	var text [64]byte
	gap := strconv.AppendUint(append(text[:0], '['), n, 10)
	return f.Data(dst, node, append(gap, " bytes missing in capture file]\x00"...))
}

// followSide adds what distinguishes the second node's lines.
func followSide(dst []byte, node int) []byte {
	if node == 0 {
		return dst
	}
	return append(dst, '\t')
}

// appendPrintable adds bytes with a point for each that is not printable ASCII
// and not one of these.
func appendPrintable(dst, b []byte, also ...byte) []byte {
	for _, c := range b {
		if (c < ' ' || c > '~') && slices.Index(also, c) < 0 {
			c = '.'
		}
		dst = append(dst, c)
	}
	return dst
}

// dumpWidth is how many bytes a line of a dump has, in two halves.
const dumpWidth = 16

// dumpBlank is where they stand in hex: each with a space behind it, one more between
// the halves, and one at the end.
var dumpBlank = strings.Repeat(" ", 3*dumpWidth+2)

// appendDump adds lines of offset, bytes in hex and bytes as text.
func appendDump(dst []byte, node int, offset uint64, b []byte) []byte {
	for line := range slices.Chunk(b, dumpWidth) {
		dst = followSide(dst, node)
		dst = append(appendOffset(dst, offset), ' ', ' ')
		hex := len(dst)
		dst = append(dst, dumpBlank...)
		for i, c := range line {
			pair := hexPairs[c]
			at := hex + 3*i + i/(dumpWidth/2)
			dst[at], dst[at+1] = pair[0], pair[1]
		}
		dst = append(appendColumns(dst, line), '\n')
		offset += uint64(len(line))
	}
	return dst
}

// appendColumns adds a line's bytes as text in two halves. Of spaces at its end tshark
// leaves out one, which mostly is the one between the halves.
func appendColumns(dst, line []byte) []byte {
	const half = dumpWidth / 2
	dst = appendPrintable(dst, line[:min(half, len(line))])
	if len(line) >= half {
		dst = appendPrintable(append(dst, ' '), line[half:])
	}
	if last := len(dst) - 1; dst[last] == ' ' {
		dst = dst[:last]
	}
	return dst
}

// appendOffset adds a number as eight hex digits in upper case, or more.
func appendOffset(dst []byte, offset uint64) []byte {
	shift := 28
	for offset>>shift > 0xf {
		shift += 4
	}
	for ; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789ABCDEF"[offset>>shift&0xf])
	}
	return dst
}
